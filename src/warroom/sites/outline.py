"""The invented country that every exercise is drawn on, so that no real town is ever drawn as guilty.

Its provinces are those of the synthetic country, an island far from any land; coast, borders and the land
across the border are computed from their middles alone, the same every time. Records of an exercise with
places elsewhere, as real records have, are moved onto it.
"""

from functools import cache

import numpy as np

from warroom.bilingual.texts import Texts
from warroom.sites.centres import (
    CENTRE,
    CROSSINGS,
    REACH,
    compute_border_town_centre,
    compute_province_centre,
)
from warroom.sites.provinces import BORDER, PROVINCES
from warroom.sites.views import NamedPlace, Position

Ring = list[tuple[float, float]]
"""Corners as (longitude, latitude), the first again at the end."""

WIDE = 1.3
"""How much wider than high the country is: as `centres.compute_province_centre` places it."""
FIRST_BORDER, LAST_BORDER = 0.0, 1.8 * np.pi
"""Angles between which there is land across a border; elsewhere is sea."""
LINE, COAST, BEYOND = 1.015, 1.09, 1.32
"""Distances of the border line, the open coast and the end of the drawn land beyond, in reaches from the
middle.
"""
TAPER = 0.5
"""Over how many radians the land beyond thins out."""
# Corners of the outline, one for 1.5 degrees: the smallest bend (five waves a turn) stays round.
STEPS = 240
FIT = 0.06
"""How far around the country, in reaches, places may lie before all are moved."""


def list_spots() -> list[NamedPlace]:
    """The provinces, and the other places that journeys name."""
    provinces = [
        _make_spot(code, code, *compute_province_centre(number)) for number, code in enumerate(PROVINCES)
    ]
    towns = [
        _make_spot(name, f"จุดผ่านแดน {number}", *compute_border_town_centre(province), province=False)
        for number, (name, province) in enumerate(zip(CROSSINGS, BORDER, strict=True), 1)
    ]
    capital = compute_province_centre(0)
    airport = _make_spot("Airport 1", "สนามบิน 1", capital[0] + 0.35, capital[1] + 0.5, province=False)
    # Somewhere over the open sea: where people come from is nobody's business.
    abroad = _make_spot(
        "abroad", "ต่างประเทศ", CENTRE[0] - 0.6 * REACH, CENTRE[1] + 1.55 * REACH, province=False
    )
    return [*provinces, *towns, airport, abroad]


def _make_spot(name: str, thai: str, lat: float, lon: float, province: bool = True) -> NamedPlace:
    return NamedPlace(name, Texts(thai, name), round(float(lat), 4), round(float(lon), 4), province)


def compute_bounds() -> tuple[float, float, float, float]:
    """West, south, east and north of what is drawn."""
    reach = REACH * (BEYOND + 0.12)
    lat, lon = CENTRE
    return lon - WIDE * reach, lat - reach, lon + WIDE * reach, lat + reach


def fit_onto_country(places: np.ndarray) -> np.ndarray:
    """Latitudes and longitudes (n, 2), all moved onto the country if any is outside it."""
    if not len(places):
        return places
    away = (places - np.array(CENTRE)) / np.array([REACH, WIDE * REACH])
    if float(np.abs(away).max()) <= LINE * 1.03 + FIT:
        return places
    # All places are moved by one map, so that neighbours stay neighbours; moving single ones would tear lines
    # apart.
    low, high = places.min(axis=0), places.max(axis=0)
    share = (places - low) / np.maximum(high - low, 1e-6) - 0.5
    onto: np.ndarray = np.array(CENTRE) + share * np.array([REACH, WIDE * REACH])
    return onto


@cache
def build_rings() -> dict[str, list[Ring]]:
    """The shapes: `beyond` the land across the border, `land` the country itself, `line` borders of its provinces."""
    angles = np.linspace(0, 2 * np.pi, STEPS, endpoint=False)
    coast = np.array([_border_reach(angle) for angle in angles])
    facing = angles[(angles >= FIRST_BORDER) & (angles <= LAST_BORDER)]
    outer = [_polar_to_lon_lat(angle, _far_reach(angle)) for angle in facing]
    inner = [_polar_to_lon_lat(angle, _border_reach(angle)) for angle in facing[::-1]]
    land = [_polar_to_lon_lat(angle, reach) for angle, reach in zip(angles, coast, strict=True)]
    return {"beyond": [_close_ring([*outer, *inner])], "land": [_close_ring(land)], "line": _province_cells()}


def _far_reach(angle: float) -> float:
    """How far the land beyond is drawn: it thins out to where the sea begins."""
    inside = min(angle - FIRST_BORDER, LAST_BORDER - angle) / TAPER
    share = np.sin(np.pi / 2 * min(1.0, inside))
    return float(_border_reach(angle) + share * (BEYOND + 0.05 * np.sin(7 * angle) - _border_reach(angle)))


def _border_reach(angle: float) -> float:
    """How far out the country reaches in a direction: between the towns of its border and along its bays it bends."""
    if FIRST_BORDER <= angle <= LAST_BORDER:
        # Every second tenth of a half turn lies a town: there the line stays between it and its province.
        return float(LINE + 0.045 * np.sin(5 * angle) + 0.02 * np.sin(10 * angle))
    # The ends meet the line of the border without much of a step.
    span = 2 * np.pi - (LAST_BORDER - FIRST_BORDER)
    along = ((angle - LAST_BORDER) % (2 * np.pi)) / span
    swell = np.sin(np.pi * along)
    return float(LINE + swell * (COAST - LINE + 0.035 * np.sin(11 * angle) + 0.02 * np.sin(23 * angle + 1)))


def _polar_to_lon_lat(angle: float, reach: float) -> tuple[float, float]:
    lat, lon = CENTRE[0] + REACH * reach * np.sin(angle), CENTRE[1] + WIDE * REACH * reach * np.cos(angle)
    return round(float(lon), 3), round(float(lat), 3)


def _close_ring(corners: Ring) -> Ring:
    return [*corners, corners[0]]


def _province_cells() -> list[Ring]:
    """Each province's land: what is nearer to its middle than to any other's, within the country."""
    middles = np.array([_to_plane(*compute_province_centre(number)) for number in range(len(PROVINCES))])
    angles = np.linspace(0, 2 * np.pi, STEPS, endpoint=False)
    whole = np.array([(np.cos(angle), np.sin(angle)) for angle in angles])
    whole = whole * np.array([_border_reach(angle) for angle in angles])[:, None]
    cells = [_clip_to_cell(whole, middle, np.delete(middles, at, 0)) for at, middle in enumerate(middles)]
    return [_close_ring([_to_lon_lat(corner) for corner in cell]) for cell in cells if len(cell)]


def _to_plane(lat: float, lon: float) -> Position:
    return (lon - CENTRE[1]) / (WIDE * REACH), (lat - CENTRE[0]) / REACH


def _to_lon_lat(corner: np.ndarray) -> tuple[float, float]:
    lon, lat = CENTRE[1] + corner[0] * WIDE * REACH, CENTRE[0] + corner[1] * REACH
    return round(float(lon), 3), round(float(lat), 3)


def _clip_to_cell(shape: np.ndarray, middle: np.ndarray, others: np.ndarray) -> np.ndarray:
    """A shape cut down by the half planes nearer to `middle` than to each of the others (Sutherland and Hodgman)."""
    for other in others:
        normal, limit = other - middle, float((other @ other - middle @ middle) / 2)
        shape = _clip_to_half_plane(shape, shape @ normal - limit)
    return shape


def _clip_to_half_plane(shape: np.ndarray, over: np.ndarray) -> np.ndarray:
    """The corners that are not over the line, and where its edges cross it."""
    kept: list[np.ndarray] = []
    for at in range(len(shape)):
        here, there = over[at - 1], over[at]
        if (here > 0) != (there > 0):
            kept.append(shape[at - 1] + (shape[at] - shape[at - 1]) * here / (here - there))
        if there <= 0:
            kept.append(shape[at])
    return np.array(kept).reshape(-1, 2)
