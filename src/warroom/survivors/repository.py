"""People by number: who may see that they are there, their two statuses, and who belongs to their team."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import belonging, sealing
from warroom.cases.schema import Case
from warroom.errors import NotAllowed, NotFound
from warroom.ledger.decision import Decision, Look
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence
from warroom.survivors.conflicts import has_acted
from warroom.survivors.schema import Person, PersonNotice, PersonStatus, TeamMember
from warroom.survivors.views import NoticeKind

ABOUT: Final = "person"


def unsealed(row: OfficerRow) -> ColumnElement[bool]:
    """Which people no seal hides from an officer: those of no case, of an open one, or of one sealed to their agency."""
    return or_(Person.case_id.is_(None), sealing.visible(row, Person.case_id))


def visible(row: OfficerRow) -> ColumnElement[bool]:
    """Which people an officer sees: their own as a screener, their own case's, those they registered, or all.

    A sealed case hides its people from other agencies, but never from their own screeners.
    """
    open_to_me = unsealed(row)
    if set(row.roles) & set(role_groups.PEOPLE_OVERSEERS):
        return open_to_me
    team = select(TeamMember.person_id).where(TeamMember.officer_id == row.id, TeamMember.until.is_(None))
    cases = select(Case.id).where(Case.owner_id == row.id)
    if not set(row.roles) & set(role_groups.PEOPLE_READERS):
        return false()
    # Those who registered a person still find them; what was said they cannot open.
    return or_(
        Person.id.in_(team), and_(open_to_me, or_(Person.made_by == row.id, Person.case_id.in_(cases)))
    )


def find(this: Look, number: str, *, lock: bool = False) -> Person:
    """The person, if this officer may know of them; raises NotFound, the same for both."""
    query = select(Person).where(Person.number == number, visible(this.person))
    person = this.session.scalars(query.with_for_update(of=Person) if lock else query).first()
    if person is None:
        raise NotFound("survivors.no-such-person", number=number[:20])
    return person


def locked(this: Decision, number: str) -> Person:
    """The person, locked, if this officer may know of them; raises NotFound."""
    # Every decision about a person takes this lock first: of two at once the second sees what the first has decided.
    return find(this, number, lock=True)


def mine(this: Decision, number: str) -> Person:
    """The person, locked, for one of their screeners; raises NotAllowed for everybody else, commanders too."""
    person = locked(this, number)
    if member_of(this.session, person, this.person.id) is None:
        raise NotAllowed("survivors.screeners-alone")
    # Asked at every step, not when the team was made: a screener may have taken a part in the case since.
    if sentence := conflict(this.session, person, this.person):
        raise NotAllowed(sentence)
    return person


def member_of(session: Session, person: Person, officer_id: int) -> TeamMember | None:
    """The officer's place in the person's team."""
    query = select(TeamMember).where(
        TeamMember.person_id == person.id, TeamMember.officer_id == officer_id, TeamMember.until.is_(None)
    )
    return session.scalars(query).first()


def lead_of(session: Session, person_id: int) -> int | None:
    """Who leads the person's screeners."""
    query = select(TeamMember.officer_id).where(
        TeamMember.person_id == person_id, TeamMember.lead, TeamMember.until.is_(None)
    )
    return session.scalars(query).first()


def conflict(session: Session, person: Person, row: OfficerRow) -> str:
    """Why this officer may not screen this person; empty where nothing stands against it.

    Whoever investigates never screens: not by role, not as the owner of the case, not by a decision in it.
    """
    if set(row.roles) & {"investigator", "prosecutor"}:
        return Sentence("survivors.screener-of-other-role")
    if has_acted(session, person, row.id):
        return Sentence("survivors.screener-investigates")
    return ""


def set_status(this: Decision, person: Person, side: Literal["victim", "suspect"], status: str) -> None:
    """Write a status down and put it on the person."""
    this.session.add(
        PersonStatus(person_id=person.id, side=side, status=status, officer_id=this.person.id, at=this.now)
    )
    setattr(person, side, status)
    this.session.flush()


def tell(session: Session, person_id: int, officer_id: int | None, kind: NoticeKind, now: datetime) -> None:
    """Leave a notice for a screener; the person's lead where nobody is named."""
    # Nobody leads yet: whoever is assigned first sees the clocks on the person's page, and needs no notice of before.
    reader = officer_id or lead_of(session, person_id)
    if reader is not None:
        session.add(PersonNotice(person_id=person_id, officer_id=reader, kind=kind, at=now))
        session.flush()


def subject(person: Person) -> str:
    """How the log names a person."""
    return f"person:{person.number}"


def log(this: Look, verb: str, person: Person, detail: Mapping[str, Any] | None = None) -> None:
    """Say in the audit log what was done for a person, with their case so that its seal covers it; never a word of what
    they said.
    """
    this.log(verb, subject(person), detail, belonging.case_number(this.session, person.case_id))
