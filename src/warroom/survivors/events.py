"""The two deadlines of a person: the reflection period before the interview, and the day by which to decide.

15 days of shelter before the interview of the multidisciplinary team: Thailand's National Referral Mechanism of 2022,
as reported by the US State Department in 2023 (research page `domain`, section 3, point 8). 45 days to a
decision are this house's own service level. Both stand in law/service-levels.toml; both grow at the person's wish
and never shrink (`decisions/clocks.py`).
"""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.law.rules.repository import service_level
from warroom.ledger import deadlines
from warroom.ledger.schema import Deadline
from warroom.survivors import repository
from warroom.survivors.schema import Glass, SurvivorRow

ClockName = Literal["reflection", "identification"]
REFLECTION: ClockName = "reflection"
IDENTIFICATION: ClockName = "identification"
GLASS: Final = "person:glass"  # so named, a bundle of the case leaves its log rows out as well
REVIEW = "review"


def start_person_clocks(session: Session, person: SurvivorRow) -> None:
    """Start both clocks from the moment the person was found."""
    for kind in (REFLECTION, IDENTIFICATION):
        # From the finding and not from the entry: a desk that enters late takes no day from the person.
        due = person.found_at + service_level(kind)
        deadlines.start_deadline(session, repository.ABOUT, person.id, kind, due, person.case_id)


def end_of(session: Session, person: SurvivorRow, kind: ClockName) -> datetime | None:
    """When a deadline of the person ends, as extended; None where it was never started."""
    query = select(func.max(Deadline.due_at)).where(
        Deadline.about == repository.ABOUT, Deadline.about_id == person.id, Deadline.kind == kind
    )
    return session.scalar(query)


def find_reflection_end(session: Session, person: SurvivorRow) -> datetime:
    """The end of the days of rest, as extended."""
    # A person without the clock has the days all the same: a gap in the ledger must not cost them their rest.
    return end_of(session, person, REFLECTION) or person.found_at + service_level(REFLECTION)


def handle_person_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Handle a person's deadline: notify their lead screener."""
    if deadline.kind == REFLECTION:
        repository.notify_screener(session, deadline.about_id, None, "reflection_over", now)
    elif deadline.kind == IDENTIFICATION:
        repository.notify_screener(session, deadline.about_id, None, "identification_late", now)


def handle_glass_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Handle a review of broken glass that is overdue: notify the person's lead screener."""
    glass = session.get_one(Glass, deadline.about_id)
    repository.notify_screener(session, glass.person_id, None, "glass_review_late", now)


def lock_person(session: Session, person_id: int) -> None:
    """Lock the person; called before a deadline of theirs is handled."""
    session.get_one(SurvivorRow, person_id, with_for_update=True)


def lock_glass(session: Session, glass_id: int) -> None:
    """Lock the row of broken glass; called before its review deadline is handled."""
    session.get_one(Glass, glass_id, with_for_update=True)
