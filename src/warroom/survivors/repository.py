"""People by number: who may know of them, their two statuses, and their team of screeners."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import belonging, sealing
from warroom.cases.schema import Case
from warroom.errors import NotAllowed, NotFound
from warroom.ledger.decision import Decision, LoggedRead
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence
from warroom.survivors.conflicts import has_acted
from warroom.survivors.schema import SurvivorNotice, SurvivorRow, SurvivorStatus, TeamMember
from warroom.survivors.views import NoticeKind

ABOUT: Final = "person"


def where_unsealed(row: OfficerRow) -> ColumnElement[bool]:
    """Which people no seal hides from an officer: those of no case, of an open one, or of one sealed to their agency."""
    return or_(SurvivorRow.case_id.is_(None), sealing.is_visible_to(row, SurvivorRow.case_id))


def where_visible(row: OfficerRow) -> ColumnElement[bool]:
    """Which people an officer sees: their own as a screener, their own case's, those they registered, or all.

    A sealed case hides its people from other agencies, but never from their own screeners.
    """
    open_to_me = where_unsealed(row)
    if set(row.roles) & set(role_groups.SURVIVOR_OVERSEERS):
        return open_to_me
    team = select(TeamMember.person_id).where(TeamMember.officer_id == row.id, TeamMember.until.is_(None))
    cases = select(Case.id).where(Case.owner_id == row.id)
    if not set(row.roles) & set(role_groups.SURVIVOR_READERS):
        return false()
    # Those who registered a person still find them; what was said they cannot open.
    return or_(
        SurvivorRow.id.in_(team),
        and_(open_to_me, or_(SurvivorRow.made_by == row.id, SurvivorRow.case_id.in_(cases))),
    )


def load_visible_person(this: LoggedRead, number: str, *, lock: bool = False) -> SurvivorRow:
    """The person, if this officer may know of them; raises NotFound, the same for both."""
    query = select(SurvivorRow).where(SurvivorRow.number == number, where_visible(this.person))
    person = this.session.scalars(query.with_for_update(of=SurvivorRow) if lock else query).first()
    if person is None:
        raise NotFound("survivors.no-such-person", number=number[:20])
    return person


def lock_visible_person(this: Decision, number: str) -> SurvivorRow:
    """The person, locked, if this officer may know of them; raises NotFound."""
    # Every decision about a person takes this lock first: of two at once the second sees what the first has decided.
    return load_visible_person(this, number, lock=True)


def lock_own_person(this: Decision, number: str) -> SurvivorRow:
    """The person, locked, for one of their screeners; raises NotAllowed for everybody else, commanders too."""
    person = lock_visible_person(this, number)
    if find_member(this.session, person, this.person.id) is None:
        raise NotAllowed("survivors.screeners-alone")
    # Asked at every step, not when the team was made: a screener may have taken a part in the case since.
    if sentence := find_conflict(this.session, person, this.person):
        raise NotAllowed(sentence)
    return person


def find_member(session: Session, person: SurvivorRow, officer_id: int) -> TeamMember | None:
    """The officer's place in the person's team."""
    query = select(TeamMember).where(
        TeamMember.person_id == person.id, TeamMember.officer_id == officer_id, TeamMember.until.is_(None)
    )
    return session.scalars(query).first()


def find_lead(session: Session, person_id: int) -> int | None:
    """Who leads the person's screeners."""
    query = select(TeamMember.officer_id).where(
        TeamMember.person_id == person_id, TeamMember.lead, TeamMember.until.is_(None)
    )
    return session.scalars(query).first()


def find_conflict(session: Session, person: SurvivorRow, row: OfficerRow) -> str:
    """Why this officer may not screen this person; empty where they may.

    An investigator never screens: not by role, not as the owner of the case, not after a decision in it.
    """
    if set(row.roles) & {"investigator", "prosecutor"}:
        return Sentence("survivors.screener-of-other-role")
    if has_acted(session, person, row.id):
        return Sentence("survivors.screener-investigates")
    return ""


def set_status(this: Decision, person: SurvivorRow, side: Literal["victim", "suspect"], status: str) -> None:
    """Write a status down and put it on the person."""
    this.session.add(
        SurvivorStatus(person_id=person.id, side=side, status=status, officer_id=this.person.id, at=this.now)
    )
    setattr(person, side, status)
    this.session.flush()


def notify_screener(
    session: Session, person_id: int, officer_id: int | None, kind: NoticeKind, now: datetime
) -> None:
    """Leave a notice for a screener; the person's lead where nobody is named."""
    # Without a lead no notice: the first screener assigned sees the deadlines on the person's page.
    reader = officer_id or find_lead(session, person_id)
    if reader is not None:
        session.add(SurvivorNotice(person_id=person_id, officer_id=reader, kind=kind, at=now))
        session.flush()


def format_log_subject(person: SurvivorRow) -> str:
    """How the log names a person."""
    return f"person:{person.number}"


def log_person(
    this: LoggedRead, verb: str, person: SurvivorRow, detail: Mapping[str, Any] | None = None
) -> None:
    """Log what was done for a person, with their case so that its seal covers the row; never a word of what
    they said.
    """
    this.log_entry(
        verb, format_log_subject(person), detail, belonging.case_number(this.session, person.case_id)
    )
