"""Groups in the ledger: numbers that stay from day to day, and who sees whose rank."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from tests.networks.gang import BOSS, write_gang
from warroom.actions.schema import ActionSubject
from warroom.errors import NotAllowed, NotFound
from warroom.networks.group_content import GroupContent
from warroom.room.networks import queries, withheld
from warroom.room.networks.recording import find_groups_in_lake, record_groups, save_groups
from warroom.room.networks.views import GroupView


@pytest.fixture
def gang(scene: Scene) -> Scene:
    """A room that has looked for groups once, and found one."""
    write_gang(scene.lake, scene.now - timedelta(days=3))
    look = record_groups(scene.ledger, scene.lake, scene.now)
    assert (look.standing, look.new, look.over) == (1, 1, 0)
    return scene


def find_place(group: GroupView, name: str) -> int:
    return next(member.place for member in group.members if member.name == name)


def test_an_investigator_sees_members_ties_and_ranks_as_ranges(gang: Scene) -> None:
    ivan = gang.officer("ivan", "investigator")
    (line,) = queries.list_groups(gang.ledger, ivan).rows
    assert (line.number, line.event, line.grounded) == (1, "new", 4)
    group = queries.load_group(gang.ledger, ivan, 1)
    boss = find_place(group, "BOSS")
    organisers = next(table for table in group.roles if table.role == "organiser")
    (rank,) = [rank for rank in organisers.ranks if rank.member == boss]
    assert rank.low <= rank.low_few <= rank.high_few <= rank.high
    assert rank.speaks_against
    assert all(tie.records for tie in group.ties)


def test_a_commander_sees_the_group_and_nobody_s_rank_or_name(gang: Scene) -> None:
    group = queries.load_group(gang.ledger, gang.officer("cora", "commander"), 1)
    assert (group.may_rank, group.roles) == (False, ())
    assert {member.name for member in group.members if member.kind == "holder"} == {"•••"} or all(
        "BOSS" not in member.name for member in group.members
    )


def test_who_works_at_the_fraud_desk_sees_no_group(gang: Scene) -> None:
    with pytest.raises(NotAllowed):
        queries.load_group(gang.ledger, gang.officer("anna", "officer"), 1)
    with pytest.raises(NotFound):
        queries.load_group(gang.ledger, gang.officer("ivan", "investigator"), 99)


def test_who_comes_under_screening_has_no_rank_at_once_and_nothing_says_why(
    gang: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivan = gang.officer("ivan", "investigator")
    before = queries.load_group(gang.ledger, ivan, 1)
    boss = find_place(before, "BOSS")
    # What stands in the table of actions' subjects once a screening is asked for.
    monkeypatch.setattr(queries, "load_withheld_nodes", lambda _: frozenset({BOSS}))
    group = queries.load_group(gang.ledger, ivan, 1)
    assert all(rank.member != boss for table in group.roles for rank in table.ranks)
    assert group.members[boss].has_no_rank
    assert "screen" not in repr(group).lower(), "nothing says why"
    organisers = next(table for table in group.roles if table.role == "organiser")
    assert min(rank.low for rank in organisers.ranks) == 1, "no gap tells of anybody"


def test_a_screening_names_its_subject_as_a_member(gang: Scene) -> None:
    names = {ActionSubject.kind.key, ActionSubject.subject.key}
    assert names == {"kind", "subject"}
    assert withheld._name_node("person", "BOSS") == BOSS
    assert withheld._name_node("account", "B01:1000M0") == "account:B01/1000M0"


def test_numbers_stay_over_growth_split_and_merger_and_what_changes_nothing_writes_nothing(
    gang: Scene,
) -> None:
    (content,) = find_groups_in_lake(gang.lake, gang.now, frozenset())
    names = content.members

    def keep(*parts: tuple[str, ...]) -> None:
        gang.now += timedelta(days=1)
        with gang.ledger.open_session() as session:
            save_groups(session, [_with_members(content, part) for part in parts], gang.now)

    ivan = gang.officer("ivan", "investigator")
    again = record_groups(gang.ledger, gang.lake, gang.now)
    assert (again.new, len(queries.load_group(gang.ledger, ivan, 1).history)) == (0, 1)
    keep((*names, "holder:NEW"))
    keep((*names[:4], "holder:NEW"), names[4:])
    events = [line.event for line in queries.load_group(gang.ledger, ivan, 1).history]
    assert events == ["shrunk", "grown", "new"]
    assert queries.load_group(gang.ledger, ivan, 2).history[0].others == (1,)
    keep(names)
    lines = queries.list_groups(gang.ledger, ivan).rows
    assert [(line.number, line.event) for line in lines] == [(1, "merged")]
    assert queries.load_group(gang.ledger, ivan, 2).into == 1


def _with_members(content: GroupContent, names: tuple[str, ...]) -> GroupContent:
    members = [content.content["members"][0] | {"node": name} for name in names]
    kept = content.content | {"members": members, "ties": [], "unranked": []}
    kept["roles"] = {role: [] for role in kept["roles"]}
    return replace(content, members=names, content=kept)
