"""The daily look for groups: found in the lake, matched with those of before, and kept in the ledger where they changed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.ledger.audit import writing
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.networks.group_content import GroupContent, build_group_content
from warroom.networks.lasting import GroupStep, match_groups
from warroom.room.networks.schema import NetworkGroupDay, NetworkGroupRow
from warroom.room.networks.withheld import is_withheld, load_withheld_nodes

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

BOOKMARK = "networks.groups"
DAILY = timedelta(hours=24)
LOCK = 20_191
"""Two servers must not give the same group two numbers."""


@dataclass(frozen=True, slots=True)
class GroupsLook:
    """How many groups there are, and how many are new or over."""

    standing: int
    new: int
    over: int


def record_groups_if_due(ledger: Ledger, lake: "Lake", now: datetime) -> GroupsLook | None:
    """Look for groups where the last look is a day old; None where it is not, or the lake has no transfers."""
    with ledger.open_session() as session:
        last = load_last_look(session)
    if (last is not None and now - last < DAILY) or not lake.list_files("transfers"):
        return None
    return record_groups(ledger, lake, now)


def record_groups(ledger: Ledger, lake: "Lake", now: datetime) -> GroupsLook:
    """Find the groups as of `now` and keep them; what changes nothing writes no row."""
    with ledger.open_session() as session:
        withheld = load_withheld_nodes(session)
    # Between transactions: finding takes minutes.
    contents = find_groups_in_lake(lake, now, withheld)
    with ledger.open_session() as session:
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        look = save_groups(session, contents, now)
        save_bookmark(session, BOOKMARK, now.isoformat())
        detail = {"groups": look.standing, "new": look.new, "over": look.over}
        writing.write_audit_row(session, None, "groups.looked", "lake", detail)
    return look


def find_groups_in_lake(lake: "Lake", now: datetime, withheld: frozenset[str]) -> list[GroupContent]:
    """The groups that the lake shows as of `now`; who is withheld has no rank in them."""
    from warroom.money.trace.opening import open_source
    from warroom.networks.communities import find_subject_groups
    from warroom.networks.grounds import load_grounds
    from warroom.networks.layered_graph import build_layered_graph

    graph = build_layered_graph(lake, now)
    if not len(graph):
        return []
    grounds = load_grounds(lake, graph, open_source(lake.home, lake))
    unranked = frozenset(
        number
        for number, name in enumerate(graph.subjects)
        if is_withheld(name, graph.accounts_of_holder.get(name, ()), withheld)
    )
    groups = find_subject_groups(graph, grounds)
    return [build_group_content(graph, group, grounds, unranked) for group in groups]


def load_last_look(session: Session) -> datetime | None:
    """When groups were last looked for."""
    value = session.scalar(select(Bookmark.value).where(Bookmark.name == BOOKMARK))
    return datetime.fromisoformat(value) if value else None


def save_groups(session: Session, contents: list[GroupContent], now: datetime) -> GroupsLook:
    """Match the groups with those of before by members, and write a row for each that changed."""
    standing = {
        row.id: row
        for row in session.scalars(select(NetworkGroupRow).where(NetworkGroupRow.state == "standing"))
    }
    days = load_last_days(session, list(standing))
    before = {number: frozenset(day.members) for number, day in days.items()}
    matched = match_groups(before, [frozenset(content.members) for content in contents])
    numbers = [
        _keep_group(session, step, content, days, now)
        for step, content in zip(matched.steps, contents, strict=True)
    ]
    for number in matched.gone:
        standing[number].state, standing[number].ended_at = "gone", now
    for number, place in matched.taken_in.items():
        row = standing[number]
        row.state, row.ended_at, row.into_id = "merged", now, numbers[place]
    new = sum(step.number is None for step in matched.steps)
    return GroupsLook(len(contents), new, len(matched.gone) + len(matched.taken_in))


def load_last_days(session: Session, numbers: list[int]) -> dict[int, NetworkGroupDay]:
    """The newest row of each of these groups."""
    newest = (
        select(func.max(NetworkGroupDay.id))
        .where(NetworkGroupDay.group_id.in_(numbers))
        .group_by(NetworkGroupDay.group_id)
    )
    query = select(NetworkGroupDay).where(NetworkGroupDay.id.in_(newest))
    return {row.group_id: row for row in session.scalars(query)}


def _keep_group(
    session: Session,
    step: GroupStep,
    content: GroupContent,
    days: dict[int, NetworkGroupDay],
    now: datetime,
) -> int:
    number = step.number
    if number is None:
        row = NetworkGroupRow(since=now, state="standing", ended_at=None, into_id=None)
        session.add(row)
        session.flush()
        number = row.id
    elif step.event == "same" and _to_plain(days[number].content) == _to_plain(content.content):
        return number
    session.add(
        NetworkGroupDay(
            group_id=number,
            as_of=now,
            event=step.event,
            joined=step.joined,
            lost=step.lost,
            others=list(step.others),
            members=list(content.members),
            content=content.content,
        )
    )
    return number


def _to_plain(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True)
