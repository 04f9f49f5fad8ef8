"""How far something reaches, without showing where anybody lives: homes by fours, and a line around all."""

from collections.abc import Iterator

import numpy as np

from warroom.sites.network import Array

TOGETHER = 4
"""At least so many homes share one mark in their middle, so that no mark shows a single home."""
MARGIN, LEAST = 0.08, 0.002
"""How far outside what it holds the line runs, by its size, and at least, in degrees."""


def find_group_middles(places: Array) -> Array:
    """The middles (n, 2) of groups of four to seven neighbours; nothing where there are fewer than four places (m, 2)."""
    if len(places) < TOGETHER:
        return np.zeros((0, 2))
    return np.array([places[group].mean(axis=0) for group in _halve_places(places, np.arange(len(places)))])


def _halve_places(places: Array, rows: Array) -> Iterator[Array]:
    """Cut in two across the longer side until a group has no eight."""
    groups = len(rows) // TOGETHER
    # Fewer than two whole groups are not parted: a part of fewer than four homes would point at each of them.
    if groups < 2:
        yield rows
        return
    side = int(np.argmax(np.ptp(places[rows], axis=0)))
    # Stable, so that the same homes always fall into the same groups: moving marks would give positions away.
    order = rows[np.argsort(places[rows, side], kind="stable")]
    cut = len(rows) * (groups // 2) // groups
    yield from _halve_places(places, order[:cut])
    yield from _halve_places(places, order[cut:])


def build_hull_around(places: Array) -> Array:
    """The corners (n, 2) of the smallest convex shape around places, a little outside them; empty for none."""
    if not len(places):
        return np.zeros((0, 2))
    apart = np.maximum(MARGIN * np.ptp(places, axis=0), LEAST)
    # Four points around each place instead of the place itself: no corner of the outline is a home.
    corners = np.array([(-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)]) * apart
    return _convex_hull((places[:, None, :] + corners[None, :, :]).reshape(-1, 2))


def _convex_hull(places: Array) -> Array:
    """Andrew's monotone chain: the lower side, then the upper."""
    # Sorted by latitude, then longitude, and each place once: the algorithm needs both.
    ordered = np.unique(places, axis=0).tolist()
    lower, upper = _hull_side(ordered), _hull_side(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _hull_side(ordered: list[list[float]]) -> list[list[float]]:
    kept: list[list[float]] = []
    for one in ordered:
        while len(kept) > 1 and _turn_direction(kept[-2], kept[-1], one) <= 0:
            kept.pop()
        kept.append(one)
    return kept


def _turn_direction(first: list[float], middle: list[float], last: list[float]) -> float:
    """Above zero where the way from first over middle to last turns left."""
    return (middle[0] - first[0]) * (last[1] - first[1]) - (middle[1] - first[1]) * (last[0] - first[0])
