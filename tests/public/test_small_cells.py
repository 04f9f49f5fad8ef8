"""No subtraction gives away a small cell: an attacker who solves all that was published, over all weeks, still has a range of ten."""

import random
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.optimize import linprog

from warroom.public.small_cells import FEWEST, NARROWEST, SafeTables, hide_small_cells

KINDS = ("goods", "job", "investment", "call", "romance", "loan")
PROVINCES = ("north", "east", "south", "centre", "west")


def ranges(published: list[SafeTables]) -> dict[tuple[int, str, str], float]:
    """The width of what is known of each hidden cell, from every equation of every week at once."""
    names: list[tuple[int, str, str]] = []
    for week, one in enumerate(published):
        names.append((week, "total", ""))
        names += [(week, table, cell) for table, cells in one.tables.items() for cell in cells]
    place = {name: at for at, name in enumerate(names)}
    rows, values = [], []
    for week, one in enumerate(published):
        for table, cells in one.tables.items():
            row = np.zeros(len(names))
            row[[place[week, table, cell] for cell in cells]] = 1
            row[place[week, "total", ""]] = -1
            rows.append(row)
            values.append(0)
    known = {(week, "total", ""): one.total for week, one in enumerate(published)} | {
        (week, table, cell): count
        for week, one in enumerate(published)
        for table, cells in one.tables.items()
        for cell, count in cells.items()
    }
    # Of a hidden total it is known that it is under eleven.
    most = {"total": FEWEST - 1}
    bounds = [
        (known[name], known[name]) if known[name] is not None else (0, most.get(name[1])) for name in names
    ]
    found = {}
    for name in names:
        if known[name] is not None:
            continue
        aim = np.zeros(len(names))
        aim[place[name]] = 1
        low = linprog(aim, A_eq=np.array(rows), b_eq=values, bounds=bounds)
        high = linprog(-aim, A_eq=np.array(rows), b_eq=values, bounds=bounds)
        assert low.status == 0
        found[name] = (np.inf if high.status == 3 else -high.fun) - low.fun
    return found


def divided(chance: random.Random, total: int, names: tuple[str, ...], skew: float) -> dict[str, int]:
    weights = [chance.random() ** skew for _ in names]
    drawn = chance.choices(names, weights, k=total) if sum(weights) else []
    return {name: drawn.count(name) for name in names}


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_with_every_equation_finds_no_range_narrower_than_ten(seed: int) -> None:
    chance = random.Random(seed)
    weeks = []
    for _ in range(4):
        total = chance.choice((0, 3, 9, 10, 11, 12, 21, 40, 120, 399))
        skew = chance.choice((1, 3, 8))
        weeks.append(
            hide_small_cells(
                {
                    "kinds": divided(chance, total, KINDS, skew),
                    "provinces": divided(chance, total, PROVINCES, skew),
                }
            )
        )
    assert all(width >= NARROWEST - 1e-6 for width in ranges(weeks).values())


@pytest.mark.parametrize("seed", range(200))
def test_no_small_cell_is_shown_and_none_is_hidden_alone(seed: int) -> None:
    chance = random.Random(1_000 + seed)
    total = chance.randrange(0, 300)
    cells = divided(chance, total, KINDS, chance.choice((1, 4)))
    table: Mapping[str, int | None] = hide_small_cells({"kinds": cells}).tables["kinds"]
    assert all(count is None or count >= FEWEST for count in table.values())
    assert sum(count is None for count in table.values()) != 1


def test_over_time_a_week_says_the_same_each_day_and_nothing_is_left_to_subtract() -> None:
    cells = {"goods": 140, "job": 90, "romance": 6, "loan": 21}
    first = hide_small_cells({"kinds": cells})
    assert first == hide_small_cells({"kinds": dict(reversed(cells.items()))})
    assert first.tables["kinds"] == {"goods": 140, "job": 90, "romance": None, "loan": None}


def test_a_week_of_few_says_nothing_of_itself() -> None:
    assert hide_small_cells({"kinds": {"goods": 4, "job": 5}}) == SafeTables(
        None, {"kinds": {"goods": None, "job": None}}
    )


def test_tables_of_two_totals_are_refused() -> None:
    with pytest.raises(ValueError, match="one total"):
        hide_small_cells({"kinds": {"goods": 4}, "provinces": {"north": 5}})
