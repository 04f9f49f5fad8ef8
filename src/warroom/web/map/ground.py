"""The base map: the region's land from the build, or the invented country of an exercise."""

import json
from functools import cache
from typing import Any

from warroom.sites import outline
from warroom.web.kit.manifest import STATIC, load_manifest
from warroom.web.kit.pages import Pages

Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees."""

COUNTRY: Bounds = (96.6, 5.2, 106.4, 20.8)
"""Thailand with the towns across its borders."""


def choose_bounds(exercise: bool) -> Bounds:
    """The initial extent of the map."""
    return outline.compute_bounds() if exercise else COUNTRY


def build_ground_address(pages: Pages, exercise: bool) -> str:
    """The address of the base map for browsers."""
    return "/map/ground" if exercise else pages.make_static_address("land.json")


@cache
def build_invented_ground() -> dict[str, Any]:
    """The invented country as GeoJSON: `kind` is land or line, `own` the country itself."""
    shapes = outline.build_rings()
    land = [
        {
            "type": "Feature",
            "properties": {"kind": "land", "own": name == "land"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in shapes[name]]},
        }
        for name in ("beyond", "land")
    ]
    line = {
        "type": "Feature",
        "properties": {"kind": "line", "own": True},
        "geometry": {"type": "MultiLineString", "coordinates": shapes["line"]},
    }
    return {"type": "FeatureCollection", "features": [*land, line]}


def load_ground(pages: Pages, exercise: bool) -> dict[str, Any]:
    """The ground as GeoJSON; raises SettingError where the pages were not built."""
    # An exercise uses no real land: people would remember an invented crime at a real town.
    return build_invented_ground() if exercise else _read_built_ground(load_manifest()["land.json"])


@cache
def _read_built_ground(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATIC / name).read_text(encoding="utf-8"))
    return found
