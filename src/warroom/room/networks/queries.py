"""Reading groups: the list, and one group with as much of it as the reader's roles need; all logged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.access.masking import redact
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.networks.roles import Role
from warroom.networks.shapes import split_id
from warroom.room.networks.recording import load_last_days, load_last_look
from warroom.room.networks.schema import NetworkGroupDay, NetworkGroupRow
from warroom.room.networks.views import (
    GroupDayLine,
    GroupLine,
    GroupList,
    GroupMember,
    GroupRecord,
    GroupTie,
    GroupView,
    RoleRank,
    RoleTable,
)
from warroom.room.networks.withheld import is_withheld, load_withheld_nodes


def list_groups(
    ledger: Ledger, officer: Officer, *, limit: int = 20, offset: int = 0, now: datetime | None = None
) -> GroupList:
    """A page of the standing groups, those with the most members that have a ground first. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.NETWORK_READERS, now=now) as this:
        this.log_list_read("groups")
        rows = this.session.scalars(select(NetworkGroupRow).where(NetworkGroupRow.state == "standing")).all()
        days = load_last_days(this.session, [row.id for row in rows])
        lines = [_build_line(row, days[row.id]) for row in rows]
        lines.sort(key=lambda line: (-line.grounded, -line.members, line.number))
        return GroupList(tuple(lines[offset : offset + limit]), len(lines), load_last_look(this.session))


def count_groups(session: Session) -> int:
    """How many groups stand."""
    query = select(func.count()).select_from(NetworkGroupRow).where(NetworkGroupRow.state == "standing")
    return int(session.scalar(query) or 0)


def load_group(ledger: Ledger, officer: Officer, number: int, *, now: datetime | None = None) -> GroupView:
    """One group as it was last found; ranks only for who may see them, and of nobody under screening.

    Raises NotAllowed and NotFound.
    """
    with logged_read(ledger, officer, *role_groups.NETWORK_READERS, now=now) as this:
        row = this.session.get(NetworkGroupRow, number)
        day = load_last_days(this.session, [number]).get(number)
        if row is None or day is None:
            raise NotFound("networks.no-such-group")
        may_rank = officer.has_role(*role_groups.RANK_READERS)
        this.log_entry("group.read", f"group:{number}", {"ranks": may_rank})
        withheld = load_withheld_nodes(this.session)
        return redact(officer, _build_view(this.session, row, day, may_rank, withheld))


def _build_line(row: NetworkGroupRow, day: NetworkGroupDay) -> GroupLine:
    content = day.content
    return GroupLine(
        row.id,
        row.since,
        day.as_of,
        row.state,  # type: ignore[arg-type]
        day.event,  # type: ignore[arg-type]
        day.joined,
        day.lost,
        len(day.members),
        sum(bool(member["grounds"]) for member in content["members"]),
        len(content["ties"]),
        content["money"]["in"],
    )


def _build_view(
    session: Session,
    row: NetworkGroupRow,
    day: NetworkGroupDay,
    may_rank: bool,
    withheld: frozenset[str],
) -> GroupView:
    content = day.content
    # Asked again at each reading: who came under screening since the last look loses every rank at once.
    shut = frozenset(
        place
        for place, member in enumerate(content["members"])
        if is_withheld(member["node"], member["accounts"], withheld)
    )
    roles = tuple(_build_role(role, content["roles"][role], shut) for role in get_args(Role))
    ranked = {rank.member for table in roles for rank in table.ranks}
    unranked = frozenset(content["unranked"]) | shut
    return GroupView(
        _build_line(row, day),
        row.into_id,
        tuple(
            _build_member(place, member, place in unranked and place not in ranked)
            for place, member in enumerate(content["members"])
        ),
        tuple(map(_build_tie, content["ties"])),
        content["layers"],
        content["money"]["in"],
        content["money"]["out"],
        content["money"]["within"],
        tuple((date, count) for date, count in content["days"]),
        _load_history(session, row.id),
        content["persons"],
        may_rank,
        roles if may_rank else (),
    )


def _build_member(place: int, member: Mapping[str, Any], has_no_rank: bool) -> GroupMember:
    kind, name = split_id(member["node"])
    return GroupMember(
        place,
        kind,
        name,
        tuple(member["grounds"]),
        len(member["accounts"]),
        has_no_rank,
        tuple(GroupRecord(*record) for record in member["ground_records"]),
    )


def _build_tie(tie: Mapping[str, Any]) -> GroupTie:
    return GroupTie(
        tie["start"],
        tie["end"],
        tie["layer"],
        tie["relation"],
        _to_moment(tie["first"]),
        _to_moment(tie["last"]),
        tie["amount"],
        tie["count"],
        tuple(GroupRecord(*record) for record in tie["records"]),
    )


def _build_role(role: Role, rows: list[Mapping[str, Any]], shut: frozenset[int]) -> RoleTable:
    """The ranks of a role without whom it must not have; the others move up, so that no gap tells of anybody."""
    ranks = [_build_rank(row) for row in rows]
    gone = [rank for rank in ranks if rank.member in shut]
    return RoleTable(role, tuple(_move_up(rank, gone) for rank in ranks if rank.member not in shut))


def _build_rank(row: Mapping[str, Any]) -> RoleRank:
    (low_few, high_few), (low, high) = row["few_lost"], row["many_lost"]
    for_it, against_it = tuple(row["speaks_for"]), tuple(row["speaks_against"])
    return RoleRank(row["member"], low_few, high_few, low, high, row["records"], for_it, against_it)


def _move_up(rank: RoleRank, gone: list[RoleRank]) -> RoleRank:
    before = sum(other.low + other.high < rank.low + rank.high for other in gone)
    if not before:
        return rank
    ends = (max(1, end - before) for end in (rank.low_few, rank.high_few, rank.low, rank.high))
    low_few, high_few, low, high = ends
    against = tuple(reason for reason in rank.speaks_against if reason["code"] != "role_wide")
    return replace(rank, low_few=low_few, high_few=high_few, low=low, high=high, speaks_against=against)


def _load_history(session: Session, number: int) -> tuple[GroupDayLine, ...]:
    query = (
        select(
            NetworkGroupDay.as_of,
            NetworkGroupDay.event,
            NetworkGroupDay.joined,
            NetworkGroupDay.lost,
            func.cardinality(NetworkGroupDay.members),
            NetworkGroupDay.others,
        )
        .where(NetworkGroupDay.group_id == number)
        .order_by(NetworkGroupDay.id.desc())
        .limit(60)
    )
    return tuple(
        GroupDayLine(as_of, event, joined, lost, members, tuple(others))
        for as_of, event, joined, lost, members, others in session.execute(query)
    )


def _to_moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
