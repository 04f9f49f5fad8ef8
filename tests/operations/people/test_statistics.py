"""Tables of people tell no single person."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.people.conftest import Shelter
from warroom.errors import NotAllowed
from warroom.operations.people.statistics import K, people_table, suppress, week_start


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60), min_size=1))
def test_no_cell_under_eleven_is_told_or_had_back_by_subtraction(counts: dict[str, int]) -> None:
    cells = {cell.name: cell.count for cell in suppress(counts)}
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
    soon = people_table(shelter.ledger, shelter.com, "age", now=shelter.now)
    assert (soon.total, soon.cells) == (0, ())
    later = week_start(shelter.now) + timedelta(days=8)
    table = people_table(shelter.ledger, shelter.com, "age", now=later)
    assert table.total == 13
    assert {cell.name: cell.count for cell in table.cells} == {"child": None, "grown": None}
    by_status = people_table(shelter.ledger, shelter.com, "victim", now=later)
    assert [(cell.name, cell.count) for cell in by_status.cells] == [("presumed", 13)]


def test_few_people_in_all_are_not_counted_out(shelter: Shelter) -> None:
    shelter.found()
    table = people_table(shelter.ledger, shelter.com, "found", now=shelter.later(9))
    assert table.total is None
    assert [cell.count for cell in table.cells] == [None]


def test_the_fraud_desk_gets_no_table_of_people(shelter: Shelter) -> None:
    with pytest.raises(NotAllowed):
        people_table(shelter.ledger, shelter.scene.anna, "age", now=shelter.now)
