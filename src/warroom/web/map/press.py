"""A press on the map, and the things within twelve pixels of it, those with the largest harm first."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import atan, degrees, sinh
from typing import Any

import numpy as np

from warroom.room.map.views import LayerCode
from warroom.sites.views import Position
from warroom.web.map.ground import Bounds

NEAR = 12.0
"""Pixels of tolerance around a press, so that a finger need not hit a point. Chosen, not measured."""
# Pixels: MapLibre's world is one tile of this width at zoom 0 and doubles with each level.
TILE = 512
CLOSE = 13.0
"""Zoom level for a thing that is asked for by name. Chosen, not measured."""
FARTHEST, NORTHERNMOST = 24.0, 85.0
SMALL_FROM = 6.0
"""Zoom level from which buildings are drawn; the same as in `frontend/src/map/style.ts`."""
SMALL: tuple[LayerCode, ...] = ("buildings", "standby")
NAMED: dict[LayerCode, str] = {"operations": "operation", "reports": "province"}
WIDEST = 48.0
"""Pixels; the largest radius of a mark."""
Feature = dict[str, Any]
Things = Iterable[tuple[LayerCode, Feature]]


@dataclass(frozen=True, slots=True)
class MapPress:
    """A point of the map and how close the map was then (a zoom level, doubling the size with each)."""

    lat: float
    lon: float
    zoom: float

    @property
    def world_pixels(self) -> float:
        """The circumference of the earth in pixels at this zoom level."""
        return float(TILE * 2**self.zoom)

    @property
    def text(self) -> str:
        """As an address has it."""
        return f"{self.lat:.5f},{self.lon:.5f},{self.zoom:.2f}"

    def to_pixels(self, places: np.ndarray) -> np.ndarray:
        """How far places (n, 2; longitude and latitude) lie from it, in pixels to the right and up, by the map's projection."""
        lon, lat = places[:, 0], np.radians(places[:, 1])
        here = np.arcsinh(np.tan(np.radians(self.lat)))
        up = np.arcsinh(np.tan(lat)) - here
        return np.column_stack(
            [(lon - self.lon) / 360 * self.world_pixels, up / (2 * np.pi) * self.world_pixels]
        )

    def compute_bounds(self, width: float, height: float) -> Bounds:
        """What a map of so many pixels shows around it."""
        here, half = float(np.arcsinh(np.tan(np.radians(self.lat)))), np.pi * height / self.world_pixels
        across = 180 * width / self.world_pixels
        south, north = (degrees(atan(sinh(here + side))) for side in (-half, half))
        return self.lon - across, south, self.lon + across, north


def parse_press(text: str) -> MapPress | None:
    """A press as an address writes it: latitude, longitude and zoom; None for anything else."""
    try:
        lat, lon, zoom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    fits = abs(lat) <= NORTHERNMOST and abs(lon) <= 360 and 0 <= zoom <= FARTHEST
    return MapPress(lat, lon, zoom) if fits else None


def build_thing_key(code: LayerCode, facts: Feature) -> str:
    """What an address calls a thing: its layer and its name there."""
    if code == "corridors":
        return f"{code}:{facts['from']}>{facts['to']}"
    return f"{code}:{facts[NAMED.get(code, 'id')]}"


def list_things_under_press(
    things: Things, press: MapPress, shown: Collection[str]
) -> list[tuple[LayerCode, Feature]]:
    """What lies under a press, of the layers that are shown; larger shapes lie wherever they are drawn."""
    drawn = {code for code in shown if code not in SMALL or press.zoom >= SMALL_FROM}
    found = [one for one in things if one[0] in drawn and one[1]["geometry"] is not None]
    near = [(code, one) for code, one in found if _is_under_press(code, one, press)]
    return sorted(near, key=lambda one: rank_by_harm(*one), reverse=True)


def _is_under_press(code: LayerCode, feature: Feature, press: MapPress) -> bool:
    shape = feature["geometry"]
    if shape["type"] != "Point":
        return _measure_distance_to_line(press.to_pixels(np.array(shape["coordinates"]))) <= NEAR
    # Compare longitudes first: this rules out most of the thousands of buildings cheaply.
    if abs(shape["coordinates"][0] - press.lon) * press.world_pixels / 360 > WIDEST:
        return False
    away = press.to_pixels(np.array([shape["coordinates"]]))[0]
    return float(np.hypot(*away)) <= max(NEAR, compute_drawn_radius(code, feature["properties"]))


def _measure_distance_to_line(corners: np.ndarray) -> float:
    """How far a way passes from the middle, by its pieces."""
    start, along = corners[:-1], np.diff(corners, axis=0)
    long = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(-(start * along).sum(axis=1) / long, 0, 1)
    return float(np.hypot(*(start + share[:, None] * along).T).min())


def compute_drawn_radius(code: LayerCode, facts: Feature) -> float:
    """How far from its middle a thing is drawn, in pixels, where that is more than a press is wide."""
    return compute_reports_radius(facts["size"]) if code == "reports" else 0.0


def compute_reports_radius(count: int) -> float:
    """The radius of a mark whose area is proportional to the count."""
    return float(round(min(36.0, 5 + 2.4 * count**0.5), 1))


def rank_by_harm(code: LayerCode, feature: Feature) -> tuple[int, ...]:
    """By what a stack is ordered: suspected places, then who hangs on a line, then buildings, then what is counted."""
    facts = feature["properties"]
    if code == "places":
        return 3, facts["tips"], 0, 0
    if code == "supply":
        everybody = facts["homes"] + facts["clinics"] + facts["schools"] + facts["others"]
        return 2, facts["homes"], facts["clinics_without_power_of_their_own"], everybody
    if code == "buildings":
        return (
            1,
            ("school", "clinic").index(facts["use"]) + 1 if facts["use"] in ("clinic", "school") else 0,
            0,
            0,
        )
    return 0, int(facts.get("size") or 0), 0, 0


def find_middle(one: Feature) -> Position | None:
    """Where a thing stands, as latitude and longitude; of a way the middle of it."""
    shape = one["geometry"]
    if shape is None:
        return None
    places = np.array(shape["coordinates"], dtype=float).reshape(-1, 2)
    lon, lat = places[len(places) // 2].tolist()
    return lat, lon


def iter_things(layers: dict[LayerCode, Feature]) -> Iterator[tuple[LayerCode, Feature]]:
    """Every thing of a map, with its layer."""
    for code, found in layers.items():
        for one in found["features"]:
            yield code, one
