"""Groups in the layered graph and ranks in them: from a real lake, and from graphs without shape."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from tests.networks.gang import AUNT, BOSS, HANDLER, MULES, write_gang
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.networks.communities import SubjectGroup, find_subject_groups
from warroom.networks.grounds import Ground, Grounds
from warroom.networks.group_content import GroupContent, build_group_content
from warroom.networks.lasting import match_groups
from warroom.networks.layered_graph import Observations, RecordRows, assemble_graph, build_layered_graph
from warroom.networks.layers import COMPANIES, MEETINGS, MONEY, PHONES, LayeredGraph
from warroom.networks.rank_ranges import compute_rank_ranges
from warroom.networks.roles import ROLES, Role, select_group_ties
from warroom.networks.shapes import TieSource
from warroom.room.networks.recording import find_groups_in_lake

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def draw_graph(ties: list[tuple[str, str, int]]) -> LayeredGraph:
    """A graph of these ties, each of one record in a layer."""
    records = RecordRows()
    count = len(ties)
    ids = [f"X{at}" for at in range(count)]
    rows = {"source": pa.array(["s"] * count, pa.string()), "record_id": pa.array(ids, pa.string())}
    records.add_records("ties", pa.table({name: pa.chunked_array([column]) for name, column in rows.items()}))
    nothing, at = np.zeros(count, np.int64), np.arange(count)
    seen = Observations(
        pa.array([start for start, _, _ in ties], pa.string()),
        pa.array([end for _, end, _ in ties], pa.string()),
        pa.array(["meets"] * count, pa.string()),
        np.array([layer for _, _, layer in ties], np.int64),
        at,
        at,
        nothing,
        at,
        nothing,
    )
    holders = pa.table({"account": pa.array([], pa.string()), "holder": pa.array([], pa.string())})
    return assemble_graph(NOW, [seen], records, holders, {}, {})


def name_grounds(graph: LayeredGraph, *names: str) -> Grounds:
    ground = Ground("listed", TieSource("listings", "s", "L1"))
    return Grounds({graph.numbers[name]: (ground,) for name in names}, frozenset())


def hold(number: int) -> str:
    return f"holder:{number:03}"


def test_a_gang_is_one_group_whose_boss_ranks_before_those_who_hold_the_accounts(lake: Lake) -> None:
    start = clock.get_now() - timedelta(days=3)
    write_gang(lake, start)
    (group,) = find_groups_in_lake(lake, clock.get_now(), frozenset())
    assert {BOSS, HANDLER, *MULES} <= set(group.members)
    assert AUNT not in group.members, "who calls one member and nobody else here is no member"
    assert "account:B01/2000M0" not in group.members, "a victim is no member"
    order = [group.members[rank["member"]] for rank in group.content["roles"]["organiser"]]
    assert order[0] in (BOSS, HANDLER)
    mules = [group.members[rank["member"]] for rank in group.content["roles"]["mule"]]
    assert set(mules) == set(MULES)
    for rank in group.content["roles"]["organiser"]:
        assert rank["speaks_against"], "something always speaks against a rank"
        assert rank["many_lost"][0] <= rank["many_lost"][1]


def test_every_tie_keeps_the_records_it_rests_on(lake: Lake) -> None:
    write_gang(lake, clock.get_now() - timedelta(days=3))
    (group,) = find_groups_in_lake(lake, clock.get_now(), frozenset())
    place = group.members.index
    ties = {(tie["start"], tie["end"], tie["layer"]): tie for tie in group.content["ties"]}
    called = ties[place(HANDLER), place(MULES[0]), "phones"]
    assert called["records"] == [["ties", "police", "KM00"], ["ties", "police", "KM01"]]
    moved = ties[place(MULES[0]), place(MULES[1]), "money"]
    assert (moved["records"], moved["amount"]) == ([["transfers", "police", "UM0"]], 4_900_000)


def test_nothing_is_seen_that_came_after_the_moment(lake: Lake) -> None:
    write_gang(lake, clock.get_now() - timedelta(days=3))
    assert len(build_layered_graph(lake, clock.get_now() - timedelta(days=1))) == 0
    assert find_groups_in_lake(lake, clock.get_now() - timedelta(days=1), frozenset()) == []


def test_an_age_a_province_and_a_name_of_a_bank_change_no_rank(home: Home, lake: Lake) -> None:
    """The swap test: the same dealings of people said to be of another age and another place."""
    start = clock.get_now() - timedelta(days=3)
    write_gang(lake, start, "N", bank="B01", age_band="20-29", province="P01")
    write_gang(lake, start, "P", bank="B09", age_band="60-69", province="P44")
    young, old = find_groups_in_lake(lake, clock.get_now(), frozenset())
    assert {len(young.members), len(old.members)} == {6}
    assert _rename_members(young) == _rename_members(old)
    for role in ROLES:
        assert _list_ranges(young, role) == _list_ranges(old, role), role


def _rename_members(group: GroupContent) -> list[str]:
    """The members' names without the letter of their gang."""
    return [name.partition(":")[2][1:] for name in group.members]


def _list_ranges(group: GroupContent, role: Role) -> list[tuple[str, list[int], list[int], list[str]]]:
    """Of each row of a role: who, the two ranges, and the reasons."""
    names = _rename_members(group)
    return [
        (
            names[rank["member"]],
            rank["few_lost"],
            rank["many_lost"],
            [reason["code"] for reason in rank["speaks_for"] + rank["speaks_against"]],
        )
        for rank in group.content["roles"][role]
    ]


def test_who_must_have_no_rank_has_none_in_any_role(lake: Lake) -> None:
    write_gang(lake, clock.get_now() - timedelta(days=3))
    (group,) = find_groups_in_lake(lake, clock.get_now(), frozenset({BOSS}))
    place = group.members.index(BOSS)
    assert all(rank["member"] != place for role in ROLES for rank in group.content["roles"][role])
    assert place in group.content["unranked"]


def test_an_empty_graph_and_a_graph_of_one_have_no_group() -> None:
    empty = draw_graph([])
    assert find_subject_groups(empty, Grounds({}, frozenset())) == []
    alone = draw_graph([(hold(1), hold(2), MEETINGS)])
    assert find_subject_groups(alone, name_grounds(alone, hold(1))) == []


def test_parts_that_nothing_ties_are_groups_of_their_own() -> None:
    rings = [[(hold(base + at), hold(base + (at + 1) % 5), MEETINGS) for at in range(5)] for base in (0, 100)]
    graph = draw_graph([*rings[0], *rings[1]])
    groups = find_subject_groups(graph, name_grounds(graph, *map(hold, (0, 1, 2, 100, 101, 102))))
    assert sorted(len(group.members) for group in groups) == [5, 5]


def test_in_a_complete_graph_nobody_is_before_another_and_the_ranges_say_so() -> None:
    graph = draw_graph([(hold(a), hold(b), PHONES) for a in range(12) for b in range(a)])
    grounds = name_grounds(graph, *(hold(number) for number in range(12)))
    (group,) = find_subject_groups(graph, grounds)
    ranges = compute_rank_ranges(select_group_ties(graph, group, grounds))
    assert len(set(ranges.ranks["organiser"])) == 1
    width = ranges.highs["organiser"][-1] - ranges.lows["organiser"][-1]
    assert width.min() >= 6, "each may be nearly anywhere"


def test_layers_that_contradict_each_other_leave_a_wide_range_and_no_error() -> None:
    """Telephones make one the middle, meetings another."""
    star = [(hold(0), hold(number), PHONES) for number in range(2, 12)]
    other = [(hold(1), hold(number), MEETINGS) for number in range(2, 12)]
    graph = draw_graph([*star, *other])
    grounds = name_grounds(graph, *(hold(number) for number in range(2, 12)))
    # The two halves may be groups of their own; asked of all of them together, nobody is left out.
    group = SubjectGroup(tuple(range(12)), tuple(grounds.by_subject), np.arange(20))
    ranges = compute_rank_ranges(select_group_ties(graph, group, grounds))
    first = np.argsort(ranges.ranks["organiser"])[:2]
    assert {graph.subjects[group.members[at]] for at in first} == {hold(0), hold(1)}


def test_a_company_s_honest_staff_without_grounds_is_no_group_and_with_some_hears_what_speaks_against() -> (
    None
):
    staff = [(hold(number), "company:0105", COMPANIES) for number in range(8)]
    calls = [(hold(number), hold((number + 1) % 8), COMPANIES) for number in range(8)]
    graph = draw_graph([*staff, *calls])
    assert find_subject_groups(graph, name_grounds(graph, hold(0), hold(1))) == []
    grounds = name_grounds(graph, hold(0), hold(1), hold(2))
    (group,) = find_subject_groups(graph, grounds)
    content = build_group_content(graph, group, grounds, frozenset()).content
    for rank in content["roles"]["organiser"]:
        codes = {reason["code"] for reason in rank["speaks_against"]}
        assert {"role_colleagues", "role_innocent_ways"} <= codes


def test_a_group_of_no_person_has_ranks_of_nobody() -> None:
    graph = draw_graph(
        [("sim:1", "device:1", PHONES), ("sim:2", "device:1", PHONES), ("sim:3", "device:1", PHONES)]
    )
    grounds = name_grounds(graph, "sim:1", "sim:2", "sim:3")
    group = SubjectGroup((0, 1, 2, 3), (1, 2, 3), np.arange(3))
    content = build_group_content(graph, group, grounds, frozenset()).content
    assert all(rows == [] for rows in content["roles"].values())


def test_a_number_goes_with_most_of_the_members_and_a_part_gets_a_new_one() -> None:
    before = {1: frozenset("abcdef"), 2: frozenset("gh"), 3: frozenset("xyz")}
    found = match_groups(before, [frozenset("abcdq"), frozenset("ef"), frozenset("ghrs")])
    assert [(step.number, step.event) for step in found.steps] == [
        (1, "shrunk"),
        (None, "split"),
        (2, "grown"),
    ]
    assert found.steps[1].others == (1,)
    assert found.gone == (3,)


def test_a_group_that_takes_in_another_keeps_its_own_number() -> None:
    found = match_groups({1: frozenset("abc"), 2: frozenset("defg")}, [frozenset("abcdefg")])
    (step,) = found.steps
    assert (step.number, step.event, step.others) == (2, "merged", (1,))
    assert (found.taken_in, found.gone) == ({1: 0}, ())


def test_money_is_the_layer_of_transfers(lake: Lake) -> None:
    write_gang(lake, clock.get_now() - timedelta(days=3))
    graph = build_layered_graph(lake, clock.get_now())
    assert int((graph.layer == MONEY).sum()) == 8
