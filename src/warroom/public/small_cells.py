"""Counts that everybody may read: which cells are hidden so that no small one can be found out.

A cell under eleven is hidden: who knows one of the people could learn that they are in it. Beside it others are hidden, the smallest
first, until no subtraction from the total gives a hidden cell a range narrower than ten. All hidden cells say the
same words, so nobody sees which was small. Weeks are published each by itself and once, and no sum over weeks is: two publications
cannot be subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 11
"""A cell of fewer is hidden."""
NARROWEST = 10
"""What is known of a hidden cell leaves at least this range."""


@dataclass(frozen=True, slots=True)
class SafeTables:
    """A total and the tables that divide it, as published; None where a count is hidden."""

    total: int | None
    tables: Mapping[str, Mapping[str, int | None]]


def hide_small_cells(tables: Mapping[str, Mapping[str, int]]) -> SafeTables:
    """What may be shown of tables that each divide the same total in another way (by kind, by province).

    The tables are never crossed: nothing is published of a kind in a province, so what is hidden in one table tells nothing of another.
    Raises ValueError where they do not have one total.
    """
    totals = {sum(cells.values()) for cells in tables.values()}
    if len(totals) != 1:
        raise ValueError("tables of one total are published together")
    total = totals.pop()
    if total < FEWEST:
        return SafeTables(None, {name: dict.fromkeys(cells) for name, cells in tables.items()})
    return SafeTables(total, {name: _hide_cells(cells) for name, cells in tables.items()})


def _hide_cells(cells: Mapping[str, int]) -> dict[str, int | None]:
    """A table with its small cells hidden, and as many more as guard them."""
    smallest_first = sorted(cells, key=lambda name: (cells[name], name))
    hide = [name for name in smallest_first if cells[name] < FEWEST]
    rest = smallest_first[len(hide) :]
    # What is hidden adds up to a number that anybody can work out, and of one cell that number is the cell.
    while hide and rest and (len(hide) < 2 or sum(cells[name] for name in hide) < NARROWEST):
        hide.append(rest.pop(0))
    return {name: None if name in hide else count for name, count in cells.items()}
