"""What has changed since the last beat, for open pages: kinds of things and how many, and nothing of which.

Everything that is decided or happens is a row of the log, numbered without gaps in the order in which rows
became visible. So one query each beat, however many pages listen, misses nothing and costs writers nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case, CaseAccess
from warroom.ledger.audit.reading import to_row_view
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, OfficerRow
from warroom.room.worklist.log_cases import list_cases_of_rows
from warroom.survivors.schema import SurvivorRow, TeamMember

EventKind = Literal["case", "action", "operation", "request", "asset", "person"]
KINDS: Mapping[str, EventKind] = {
    "case": "case",
    "hold": "case",
    "proposal": "case",
    "alert": "case",
    "order": "action",
    "measure": "action",
    "joint": "operation",
    "request": "request",
    "asset": "asset",
    "proceeding": "asset",
    "refund": "asset",
    "person": "person",
}
"""The kind of thing that a row of the log is about, by the prefix of its subject."""
LOOKS = re.compile(r".*\.(read|listed|counted|searched|stated|draft|refused)|wall\..*")
"""Verbs of reads, which change nothing on any list."""
AT_ONCE = 1_000
"""Rows read at most in a beat: after more, only the newest count. Pages then ask again for all they show."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the log: the kind of thing, the cases it serves, and for a person whose it is."""

    kind: EventKind
    cases: frozenset[str]
    person: str


@dataclass(frozen=True, slots=True)
class Listener:
    """An officer with an open page, with agency and roles as of now: a role that was taken away counts at
    once.
    """

    officer_id: int
    agency: str
    kinds: frozenset[str]
    names_screeners: bool = False


class Pulse:
    """Remembers how far the log was read; one for all open pages of a server."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read: int | None = None

    def read_changes(self, officer_ids: Iterable[int]) -> Mapping[int, Mapping[str, int] | None]:
        """What has changed since the last beat, by officer: numbers by kind of what they may know of; None for an
        officer whose access has ended. Nothing at all where nothing has changed; the first beat only begins.
        """
        self._ledger.number_committed_rows()
        with self._ledger.open_session() as session:
            # Polled, and not pushed by NOTIFY, which serialises all commits behind one lock.
            newest = int(session.scalar(select(func.max(AuditLine.sequence))) or 0)
            before, self._read = self._read, newest
            if before is None or newest <= before:
                return {}
            # After a long silence the newest rows are enough: pages only learn that they must ask again.
            changes = _list_changes(session, max(before, newest - AT_ONCE), newest)
            return count_changes_by_officer(session, changes, officer_ids) if changes else {}


def count_changes_by_officer(
    session: Session, changes: list[Change], officer_ids: Iterable[int]
) -> Mapping[int, Mapping[str, int] | None]:
    """Counts of these changes by officer and kind; None for an officer without access any more."""
    wanted = set(officer_ids)
    # Officers who are not among the listeners below stay None: their access ended or their roles were
    # taken away.
    counts_by_officer: dict[int, Mapping[str, int] | None] = dict.fromkeys(wanted)
    sealed = _list_sealed_agencies(session, changes)
    screeners = _list_screeners(session, changes)
    same: dict[tuple[str, frozenset[str]], Counter[str]] = {}
    for listener in _list_listeners(session, wanted):
        key = (listener.agency, listener.kinds)
        # Officers of one agency with the same roles hear the same: a thousand pages cost a few looks at the
        # changes.
        if key not in same:
            same[key] = Counter(
                change.kind for change in changes if not change.person and _may_hear(change, listener, sealed)
            )
        own = [
            person_change
            for person_change in changes
            # Who has no screener yet is heard of by those who name them; from then on by nobody else.
            if person_change.person
            and (
                listener.officer_id in screeners.get(person_change.person, ())
                or (
                    person_change.person not in screeners
                    and listener.names_screeners
                    and _is_unsealed_to(person_change, listener, sealed)
                )
            )
        ]
        counts_by_officer[listener.officer_id] = dict(
            same[key] + Counter(person_change.kind for person_change in own)
        )
    return counts_by_officer


def _may_hear(change: Change, one: Listener, sealed: Mapping[str, set[str]]) -> bool:
    return change.kind in one.kinds and _is_unsealed_to(change, one, sealed)


def _is_unsealed_to(change: Change, one: Listener, sealed: Mapping[str, set[str]]) -> bool:
    return all(one.agency in sealed[case] for case in change.cases if case in sealed)


def _list_changes(session: Session, after: int, newest: int) -> list[Change]:
    query = select(AuditLine).where(AuditLine.sequence > after, AuditLine.sequence <= newest)
    rows = [
        to_row_view(line)
        for line in session.scalars(query.order_by(AuditLine.sequence))
        if line.subject.partition(":")[0] in KINDS and not LOOKS.fullmatch(line.verb)
    ]
    return [
        _to_change(row.subject, cases)
        for row, cases in zip(rows, list_cases_of_rows(session, rows), strict=True)
    ]


def _to_change(subject: str, cases: frozenset[str]) -> Change:
    sort, _, name = subject.partition(":")
    kind = KINDS[sort]
    return Change(kind, cases, name if kind == "person" else "")


def _list_sealed_agencies(session: Session, found: list[Change]) -> dict[str, set[str]]:
    """The agencies of each of these cases that is sealed."""
    numbers = {case for change in found for case in change.cases}
    query = select(Case.number, CaseAccess.agency).join(CaseAccess, CaseAccess.case_id == Case.id)
    sealed: dict[str, set[str]] = {}
    for number, agency in session.execute(query.where(Case.number.in_(numbers))) if numbers else ():
        sealed.setdefault(number, set()).add(agency)
    return sealed


def _list_screeners(session: Session, changes: list[Change]) -> dict[str, set[int]]:
    """A person's own screeners, by how the log named the person: others hear nothing of people here."""
    names = {change.person for change in changes if change.person}
    if not names:
        return {}
    # Rows of the log name a person by number or by id.
    ids = [int(name) for name in names if name.isdigit()]
    query = select(SurvivorRow.id, SurvivorRow.number, TeamMember.officer_id).join(
        TeamMember, TeamMember.person_id == SurvivorRow.id
    )
    team: dict[str, set[int]] = {}
    wanted = or_(SurvivorRow.number.in_(names), SurvivorRow.id.in_(ids))
    for number, name, officer_id in session.execute(query.where(wanted, TeamMember.until.is_(None))):
        # Under both names, since rows of the log use either.
        for key in (str(number), name):
            team.setdefault(key, set()).add(officer_id)
    return team


def _list_listeners(session: Session, wanted: set[int]) -> list[Listener]:
    query = select(OfficerRow.id, OfficerRow.agency, OfficerRow.roles)
    rows = session.execute(query.where(OfficerRow.id.in_(wanted), OfficerRow.active))
    return [
        Listener(
            row.id,
            row.agency,
            _list_visible_kinds(row.roles),
            not set(role_groups.SCREENER_ASSIGNERS).isdisjoint(row.roles),
        )
        for row in rows
        if not set(role_groups.CASE_READERS).isdisjoint(row.roles)
    ]


def _list_visible_kinds(roles: list[str]) -> frozenset[str]:
    """Kinds of things that the roles open at all; people are decided one by one."""
    partners = () if set(role_groups.CASE_WORKERS).isdisjoint(roles) else ("request", "asset")
    return frozenset(("case", "action", "operation", *partners))
