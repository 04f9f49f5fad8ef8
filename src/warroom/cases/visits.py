"""Who has a case's page open: two officers on one case see each other, also through different servers."""

from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.cases.schema import CaseVisit
from warroom.ledger.schema import OfficerRow

LASTS = timedelta(seconds=45)
"""How long a visit counts: an open page reports every fifteen seconds, so that two may be lost."""


def record_visit(session: Session, case_id: int, officer_id: int) -> None:
    """Record that the officer's page of the case is open."""
    # The database's own clock: a rehearsal's runs faster than anybody reads, and servers' clocks differ.
    now = func.clock_timestamp()
    said = insert(CaseVisit).values(case_id=case_id, officer_id=officer_id, seen_at=now)
    session.execute(
        said.on_conflict_do_update(index_elements=["case_id", "officer_id"], set_={"seen_at": now})
    )


def list_other_visitors(session: Session, case_id: int, officer_id: int) -> tuple[str, ...]:
    """The names of other officers who have it open."""
    names = select(OfficerRow.name).join(CaseVisit, CaseVisit.officer_id == OfficerRow.id)
    recent = CaseVisit.seen_at > func.clock_timestamp() - LASTS
    mine = (CaseVisit.case_id == case_id, CaseVisit.officer_id != officer_id, recent)
    return tuple(session.scalars(names.where(*mine).order_by(OfficerRow.name)))


def select_open_cases() -> Select[int]:
    """The ids of cases that an officer has open now."""
    return select(CaseVisit.case_id).where(CaseVisit.seen_at > func.clock_timestamp() - LASTS)
