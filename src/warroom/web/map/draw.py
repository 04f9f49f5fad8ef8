"""The map as SVG shapes, for readers without scripts and for print."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sqrt
from typing import Any

from warroom.room.map.features import to_feature_collection
from warroom.room.map.views import LayerCode, MapView
from warroom.sites.views import NamedPlace
from warroom.web.map.ground import Bounds
from warroom.web.map.panel import MapPanel
from warroom.web.map.press import compute_reports_radius
from warroom.web.map.words import MapWords

# Units of the SVG view box; the page scales it.
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
"""In the order of drawing, lowest first."""
SMALL: tuple[LayerCode, ...] = ("buildings", "standby")
CELL = 4.0
"""Units; small marks within one cell of this size are drawn once. Chosen, not measured."""
# Place names drawn; with more they overlap. Chosen, not measured.
MOST_LABELS = 30
EDGE = 40.0
"""Units outside the view box within which a large mark may still reach into it. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class MapMark:
    """A circle with what it says; `kind` are its classes."""

    kind: str
    x: float
    y: float
    r: float
    title: str


@dataclass(frozen=True, slots=True)
class CorridorLine:
    """A corridor: a path stroked `width` thick."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A place's name below its middle."""

    x: float
    y: float
    text: str

    @property
    def at(self) -> tuple[float, float]:
        return self.x, self.y


@dataclass(frozen=True, slots=True)
class MapSelection:
    """What is chosen: a ring, and the reach of a cut as a path, marks of four homes each, clinics and schools, and the point that is
    cut. None where nothing says where.
    """

    ring: tuple[float, float] | None
    path: str
    homes: list[tuple[float, float]]
    guarded: list[tuple[str, float, float, str]]
    cut: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """All shapes of the drawing, in user units of a view box `width` by `height`."""

    width: float
    height: float
    land: list[tuple[str, str]]
    ways: list[CorridorLine]
    marks: list[MapMark]
    labels: list[PlaceLabel]
    reach: MapSelection | None


@dataclass(frozen=True)
class Projection:
    """Converts degrees to user units: an equirectangular projection, true to shape at the middle latitude."""

    bounds: Bounds

    @cached_property
    def units_per_degree(self) -> float:
        """Units a degree of longitude."""
        west, _, east, _ = self.bounds
        return WIDTH / (east - west)

    @cached_property
    def latitude_stretch(self) -> float:
        """The drawn length of a degree of latitude relative to one of longitude: 1 / cos(latitude)."""
        _, south, _, north = self.bounds
        return 1 / cos(radians((south + north) / 2))

    @property
    def height(self) -> float:
        _, south, _, north = self.bounds
        return round((north - south) * self.units_per_degree * self.latitude_stretch, 1)

    def project_point(self, lon: float, lat: float) -> tuple[float, float]:
        west, _, _, north = self.bounds
        return round((lon - west) * self.units_per_degree, 1), round(
            (north - lat) * self.units_per_degree * self.latitude_stretch, 1
        )

    def is_visible(self, x: float, y: float) -> bool:
        """Whether a mark at this point is visible."""
        return -EDGE <= x <= WIDTH + EDGE and -EDGE <= y <= self.height + EDGE

    def draw_path(self, points: Iterable[Any], closed: bool = False) -> str:
        corners = " ".join(f"{x:g} {y:g}" for x, y in (self.project_point(*point[:2]) for point in points))
        return f"M{corners}" + ("Z" if closed else "")


def draw_map(
    view: MapView,
    ground: dict[str, Any],
    bounds: Bounds,
    map_words: MapWords,
    shown: Collection[str],
    panel: MapPanel | None = None,
) -> MapDrawing:
    """The map of a day with the layers that are `shown`, and what the panel says of what is chosen."""
    plane = Projection(bounds)
    layers = [(code, to_feature_collection(view, code)["features"]) for code in DRAWN if code in shown]
    return MapDrawing(
        width=WIDTH,
        height=plane.height,
        land=[_draw_land(feature, plane) for feature in ground["features"]],
        ways=[
            way
            for code, features in layers
            if code == "corridors"
            for way in _draw_corridors(features, plane, map_words, view)
        ],
        marks=_draw_marks(
            [(code, features) for code, features in layers if code != "corridors"], plane, map_words, view
        ),
        labels=[
            label
            for spot in list_named_spots(view)
            if plane.is_visible(*(label := _draw_label(spot, plane, map_words)).at)
        ],
        reach=_draw_selection(panel, plane, map_words) if panel and panel.chosen else None,
    )


def _draw_land(one: dict[str, Any], plane: Projection) -> tuple[str, str]:
    facts, shape = one["properties"], one["geometry"]
    if facts["kind"] == "line":
        return "line", "".join(plane.draw_path(line) for line in shape["coordinates"])
    rings = [ring for polygon in shape["coordinates"] for ring in polygon]
    return ("land own" if facts["own"] else "land"), "".join(plane.draw_path(ring, True) for ring in rings)


def _draw_corridors(
    features: list[dict[str, Any]], plane: Projection, map_words: MapWords, view: MapView
) -> list[CorridorLine]:
    return [
        CorridorLine(
            plane.draw_path(feature["geometry"]["coordinates"]),
            round(min(5.0, 0.75 + 0.12 * sqrt(feature["properties"]["size"])), 2),
            map_words.format_title("corridors", feature["properties"], view),
        )
        for feature in features
        if feature["geometry"]
    ]


def _draw_marks(
    layers: list[tuple[LayerCode, list[dict[str, Any]]]],
    plane: Projection,
    map_words: MapWords,
    view: MapView,
) -> list[MapMark]:
    """A circle each; buildings that would lie on one another at this size are one, which says nothing."""
    marks_by_key: dict[object, MapMark] = {}
    for code, features in layers:
        small = code in SMALL
        for feature in features:
            # Things without a location are in the lists beside the map only.
            if feature["geometry"] is None:
                continue
            kind, r, (dx, dy) = _style_mark(code, feature["properties"])
            x, y = plane.project_point(*feature["geometry"]["coordinates"])
            if not plane.is_visible(x, y):
                continue
            # Thousands of buildings lie within a few units here, and as many circles would be slow to draw
            # and to print.
            key = (code, kind, x // CELL, y // CELL) if small else id(feature)
            if key not in marks_by_key:
                title = "" if small else map_words.format_title(code, feature["properties"], view)
                marks_by_key[key] = MapMark(f"of-{code}{kind}", x + dx, y + dy, r, title)
    return list(marks_by_key.values())


def _style_mark(code: LayerCode, facts: dict[str, Any]) -> tuple[str, float, tuple[float, float]]:
    """Classes, radius and offset of a mark, as the island draws it too (`frontend/src/map/style.ts`)."""
    if code == "supply":
        second = " second" if facts["second"] else ""
        if facts["kind"] == "feeder":
            # The radius grows with the square root, because readers compare areas.
            return f" feeder{second}", round(min(10.0, 3 + 0.25 * sqrt(facts["size"])), 1), (-6.0, 0.0)
        return f" {facts['kind']}{second}", (2.0 if facts["kind"] == "mast" else 3.5), (8.0, 0.0)
    if code == "reports":
        few = " few" if facts["few"] else ""
        return few, compute_reports_radius(facts["size"]), (0.0, 0.0)
    if code == "buildings":
        return (f" {facts['use']}" if facts["use"] in ("clinic", "school") else ""), 2.0, (0.0, 0.0)
    if code == "standby":
        return "", 2.0, (5.0, 5.0)
    return "", {"places": 7.0, "operations": 11.0, "actions": 15.0}[code], (0.0, 0.0)


def _draw_selection(panel: MapPanel, plane: Projection, map_words: MapWords) -> MapSelection:
    chosen, cut = panel.chosen, panel.cut
    ring = plane.project_point(*chosen.at[::-1]) if chosen and chosen.at else None
    if cut is None:
        return MapSelection(ring, "", [], [], None)
    return MapSelection(
        ring=ring,
        path=plane.draw_path(((lon, lat) for lat, lon in cut.around), closed=True) if cut.around else "",
        homes=[plane.project_point(lon, lat) for lat, lon in cut.homes],
        guarded=[
            (
                "dark" if map_words.is_without_power(building) else building.use,
                *plane.project_point(*building.at[::-1]),
                map_words.format_guarded(building),
            )
            for building in cut.guarded
        ],
        cut=plane.project_point(*cut.at[::-1]) if cut.at else None,
    )


def list_named_spots(view: MapView) -> list[NamedPlace]:
    """The places to label: those of the marks, and in an exercise every province."""
    found = [one.spot for one in view.reports] + [one.near for one in view.supply]
    found += [spot for one in view.corridors for spot in (one.start_at, one.end_at)]
    kept = {spot.code: spot for spot in found if spot is not None}
    return list(kept.values())[:MOST_LABELS]


def _draw_label(spot: NamedPlace, plane: Projection, told: MapWords) -> PlaceLabel:
    x, y = plane.project_point(spot.lon, spot.lat)
    return PlaceLabel(x, round(y + 22, 1), told.format_spot(spot))
