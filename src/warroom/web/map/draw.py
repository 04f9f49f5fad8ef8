"""The map as a drawing: shapes as numbers for SVG attributes. It reads without scripts, and it is what is printed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sqrt
from typing import Any

from warroom.room.map.features import collection
from warroom.room.map.views import LayerCode, MapView
from warroom.sites.views import Spot
from warroom.web.map.ground import Bounds
from warroom.web.map.panel import Panel
from warroom.web.map.press import reports_radius
from warroom.web.map.words import MapWords

WIDTH = 900.0
DRAWN: tuple[LayerCode, ...] = (
    "corridors",
    "reports",
    "buildings",
    "standby",
    "supply",
    "places",
    "operations",
    "actions",
)
"""From the ground up."""
SMALL: tuple[LayerCode, ...] = ("buildings", "standby")
CELL = 4.0
"""Units within which small marks are one."""
MOST_LABELS = 30
EDGE = 40.0
"""Units outside the view box from which a large mark still reaches in."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A circle with what it says; `kind` are its classes."""

    kind: str
    x: float
    y: float
    r: float
    title: str


@dataclass(frozen=True, slots=True)
class Way:
    """A corridor: a path stroked `width` thick."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A place's name below its middle."""

    x: float
    y: float
    text: str

    @property
    def at(self) -> tuple[float, float]:
        return self.x, self.y


@dataclass(frozen=True, slots=True)
class Reach:
    """What is chosen: a ring, and the reach of a cut as a path, marks of four homes each, clinics and schools, and the point that is
    cut. None where nothing says where.
    """

    ring: tuple[float, float] | None
    path: str
    homes: list[tuple[float, float]]
    guarded: list[tuple[str, float, float, str]]
    cut: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template writes, in user units of a view box `width` by `height`."""

    width: float
    height: float
    land: list[tuple[str, str]]
    ways: list[Way]
    marks: list[Mark]
    labels: list[Label]
    reach: Reach | None


@dataclass(frozen=True)
class Projection:
    """Degrees to user units: a plain projection that keeps shapes in the middle of the country."""

    bounds: Bounds

    @cached_property
    def scale(self) -> float:
        """Units a degree of longitude."""
        west, _, east, _ = self.bounds
        return WIDTH / (east - west)

    @cached_property
    def stretch(self) -> float:
        """How much longer a degree of latitude is drawn than one of longitude."""
        _, south, _, north = self.bounds
        return 1 / cos(radians((south + north) / 2))

    @property
    def height(self) -> float:
        _, south, _, north = self.bounds
        return round((north - south) * self.scale * self.stretch, 1)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        west, _, _, north = self.bounds
        return round((lon - west) * self.scale, 1), round((north - lat) * self.scale * self.stretch, 1)

    def holds(self, x: float, y: float) -> bool:
        """Whether a mark there is seen."""
        return -EDGE <= x <= WIDTH + EDGE and -EDGE <= y <= self.height + EDGE

    def path(self, points: Iterable[Any], closed: bool = False) -> str:
        corners = " ".join(f"{x:g} {y:g}" for x, y in (self.at(*point[:2]) for point in points))
        return f"M{corners}" + ("Z" if closed else "")


def draw(
    view: MapView,
    ground: dict[str, Any],
    bounds: Bounds,
    told: MapWords,
    shown: Collection[str],
    panel: Panel | None = None,
) -> Drawing:
    """The map of a day with the layers that are `shown`, and what the panel says of what is chosen."""
    plane = Projection(bounds)
    layers = [(code, collection(view, code)["features"]) for code in DRAWN if code in shown]
    return Drawing(
        width=WIDTH,
        height=plane.height,
        land=[_land(one, plane) for one in ground["features"]],
        ways=[
            way for code, found in layers if code == "corridors" for way in _ways(found, plane, told, view)
        ],
        marks=_marks([(code, found) for code, found in layers if code != "corridors"], plane, told, view),
        labels=[one for spot in named(view) if plane.holds(*(one := _label(spot, plane, told)).at)],
        reach=_reach(panel, plane, told) if panel and panel.chosen else None,
    )


def _land(one: dict[str, Any], plane: Projection) -> tuple[str, str]:
    facts, shape = one["properties"], one["geometry"]
    if facts["kind"] == "line":
        return "line", "".join(plane.path(line) for line in shape["coordinates"])
    rings = [ring for polygon in shape["coordinates"] for ring in polygon]
    return ("land own" if facts["own"] else "land"), "".join(plane.path(ring, True) for ring in rings)


def _ways(found: list[dict[str, Any]], plane: Projection, told: MapWords, view: MapView) -> list[Way]:
    return [
        Way(
            plane.path(one["geometry"]["coordinates"]),
            round(min(5.0, 0.75 + 0.12 * sqrt(one["properties"]["size"])), 2),
            told.title("corridors", one["properties"], view),
        )
        for one in found
        if one["geometry"]
    ]


def _marks(
    layers: list[tuple[LayerCode, list[dict[str, Any]]]], plane: Projection, told: MapWords, view: MapView
) -> list[Mark]:
    """A circle each; buildings that would lie on one another at this size are one, which says nothing."""
    found: dict[object, Mark] = {}
    for code, features in layers:
        small = code in SMALL
        for one in features:
            # The lists beside the map have what stands nowhere.
            if one["geometry"] is None:
                continue
            kind, r, (dx, dy) = _look(code, one["properties"])
            x, y = plane.at(*one["geometry"]["coordinates"])
            if not plane.holds(x, y):
                continue
            # Thousands of buildings lie within a few units here, and as many circles would be slow to draw
            # and to print.
            key = (code, kind, x // CELL, y // CELL) if small else id(one)
            if key not in found:
                title = "" if small else told.title(code, one["properties"], view)
                found[key] = Mark(f"of-{code}{kind}", x + dx, y + dy, r, title)
    return list(found.values())


def _look(code: LayerCode, facts: dict[str, Any]) -> tuple[str, float, tuple[float, float]]:
    """Classes, radius and offset of a mark, as the island draws it too (`frontend/src/map/style.ts`)."""
    if code == "supply":
        second = " second" if facts["second"] else ""
        if facts["kind"] == "feeder":
            # By the root, as an eye compares areas and not widths.
            return f" feeder{second}", round(min(10.0, 3 + 0.25 * sqrt(facts["size"])), 1), (-6.0, 0.0)
        return f" {facts['kind']}{second}", (2.0 if facts["kind"] == "mast" else 3.5), (8.0, 0.0)
    if code == "reports":
        few = " few" if facts["few"] else ""
        return few, reports_radius(facts["size"]), (0.0, 0.0)
    if code == "buildings":
        return (f" {facts['use']}" if facts["use"] in ("clinic", "school") else ""), 2.0, (0.0, 0.0)
    if code == "standby":
        return "", 2.0, (5.0, 5.0)
    return "", {"places": 7.0, "operations": 11.0, "actions": 15.0}[code], (0.0, 0.0)


def _reach(panel: Panel, plane: Projection, told: MapWords) -> Reach:
    chosen, cut = panel.chosen, panel.cut
    ring = plane.at(*chosen.at[::-1]) if chosen and chosen.at else None
    if cut is None:
        return Reach(ring, "", [], [], None)
    return Reach(
        ring=ring,
        path=plane.path(((lon, lat) for lat, lon in cut.around), closed=True) if cut.around else "",
        homes=[plane.at(lon, lat) for lat, lon in cut.homes],
        guarded=[
            (
                "dark" if told.dark(one) else one.use,
                *plane.at(*one.at[::-1]),
                told.guarded(one),
            )
            for one in cut.guarded
        ],
        cut=plane.at(*cut.at[::-1]) if cut.at else None,
    )


def named(view: MapView) -> list[Spot]:
    """The places to name: those that something lies at, in an exercise every province."""
    found = [one.spot for one in view.reports] + [one.near for one in view.supply]
    found += [spot for one in view.corridors for spot in (one.start_at, one.end_at)]
    kept = {spot.code: spot for spot in found if spot is not None}
    return list(kept.values())[:MOST_LABELS]


def _label(spot: Spot, plane: Projection, told: MapWords) -> Label:
    x, y = plane.at(spot.lon, spot.lat)
    return Label(x, round(y + 22, 1), told.spot(spot))
