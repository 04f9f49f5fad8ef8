"""Tables of people tell no single person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.survivors.conftest import Shelter
from warroom.errors import NotAllowed
from warroom.survivors.statistics import (
    By,
    K,
    build_safe_table,
    count_survivors_by,
    find_week_start,
    suppress_cells,
)


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60), min_size=1))
def test_no_cell_under_eleven_is_told_or_had_back_by_subtraction(counts: dict[str, int]) -> None:
    cells = {cell.name: cell.count for cell in suppress_cells(counts)}
    assert all(count == 0 or count is None or count >= K for count in cells.values())
    hidden = [counts[name] for name, count in cells.items() if count is None]
    told = sum(count or 0 for count in cells.values())
    if hidden and told:
        assert sum(hidden) >= K or all(counts[name] < K for name in counts)
        assert len(hidden) > 1 or not [one for one in counts.values() if one >= K]


def test_a_table_counts_whole_weeks_and_hides_small_cells(shelter: Shelter) -> None:
    for _ in range(12):
        shelter.found()
    shelter.found("child")
    soon = count_survivors_by(shelter.ledger, shelter.com, "age", now=shelter.now)
    assert (soon.total, soon.cells) == (0, ())
    later = find_week_start(shelter.now) + timedelta(days=8)
    table = count_survivors_by(shelter.ledger, shelter.com, "age", now=later)
    assert table.total == 15
    assert {cell.name: cell.count for cell in table.cells} == {"child": None, "grown": None}
    by_status = count_survivors_by(shelter.ledger, shelter.com, "victim", now=later)
    assert [(cell.name, cell.count) for cell in by_status.cells] == [("presumed", 15)]


def test_few_people_in_all_are_not_counted_out(shelter: Shelter) -> None:
    shelter.found()
    table = count_survivors_by(shelter.ledger, shelter.com, "found", now=shelter.later(9))
    assert (table.total, table.cells) == (None, ())


@pytest.mark.parametrize("by", ["age", "found", "victim"])
@pytest.mark.parametrize("before", [11, 12])
def test_two_weeks_with_one_new_person_between_them_differ_in_nothing(
    shelter: Shelter, monkeypatch: pytest.MonkeyPatch, before: int, by: By
) -> None:
    for _ in range(before):
        shelter.found()
    week_on, later = shelter.later(9), shelter.later(18)
    first = count_survivors_by(shelter.ledger, shelter.com, by, now=week_on)
    monkeypatch.setattr(Shelter, "now", week_on)
    shelter.found("child")
    assert count_survivors_by(shelter.ledger, shelter.com, by, now=later) == first
    for _ in range(10):
        shelter.found("child")
    moved = count_survivors_by(shelter.ledger, shelter.com, by, now=later)
    assert (first.total, moved.total) in ((10, 20), (10, 25))


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60), min_size=1))
def test_every_figure_is_a_multiple_of_five_and_the_total_is_no_way_back(counts: dict[str, int]) -> None:
    table = build_safe_table(datetime(2026, 1, 5, tzinfo=UTC), "found", counts)
    figures = [cell.count for cell in table.cells if cell.count is not None]
    assert all(figure % 5 == 0 for figure in [*figures, table.total or 0])
    hidden = any(cell.count is None for cell in table.cells)
    assert hidden or not table.total or table.total == sum(figures)


def test_the_fraud_desk_gets_no_table_of_people(shelter: Shelter) -> None:
    with pytest.raises(NotAllowed):
        count_survivors_by(shelter.ledger, shelter.scene.anna, "age", now=shelter.now)
