"""Disclosure control for public counts: primary and secondary suppression of small cells.

A cell under eleven is hidden: a person who knows one of the people could learn that they are in it. Further cells are hidden, the
smallest first, until subtraction from the total leaves a range of at least ten for every hidden cell. All hidden cells look
the same, so nobody sees which was small. Weeks are published singly and once, and sums over weeks never: two publications
cannot be subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 11
"""The smallest cell that is published: a common rule in health statistics hides counts of 1 to 10."""
NARROWEST = 10
"""The least range that remains possible for a hidden cell. Chosen, in line with `FEWEST`."""


@dataclass(frozen=True, slots=True)
class SafeTables:
    """A total and the tables that divide it, as published; None where a count is hidden."""

    total: int | None
    tables: Mapping[str, Mapping[str, int | None]]


def hide_small_cells(tables: Mapping[str, Mapping[str, int]]) -> SafeTables:
    """The publishable form of tables that each divide the same total in another way (by kind, by province).

    No cross table is published (a kind in a province), so the tables reveal nothing about each other's hidden cells.
    Raises ValueError where the totals differ.
    """
    totals = {sum(cells.values()) for cells in tables.values()}
    if len(totals) != 1:
        raise ValueError("tables of one total are published together")
    total = totals.pop()
    if total < FEWEST:
        return SafeTables(None, {name: dict.fromkeys(cells) for name, cells in tables.items()})
    return SafeTables(total, {name: _hide_cells(cells) for name, cells in tables.items()})


def _hide_cells(cells: Mapping[str, int]) -> dict[str, int | None]:
    """A table with its small cells hidden, and as many further cells as protect them."""
    smallest_first = sorted(cells, key=lambda name: (cells[name], name))
    hide = [name for name in smallest_first if cells[name] < FEWEST]
    rest = smallest_first[len(hide) :]
    # Anybody can compute the sum of the hidden cells from the total; a single hidden cell would equal that
    # sum.
    while hide and rest and (len(hide) < 2 or sum(cells[name] for name in hide) < NARROWEST):
        hide.append(rest.pop(0))
    return {name: None if name in hide else count for name, count in cells.items()}
