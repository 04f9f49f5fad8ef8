"""Who has a part in the case against a person, and so may not screen them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Hold, HoldApproval
from warroom.survivors.schema import Charge, SurvivorRow, SurvivorStatus


def has_acted(session: Session, person: SurvivorRow, officer_id: int) -> bool:
    """Whether the officer owns the person's case, decided a hold in it, or suspected or charged the person."""
    return (
        _is_case_owner(session, person, officer_id)
        or _has_decided_hold(session, person, officer_id)
        or _has_accused(session, person, officer_id)
    )


def _is_case_owner(session: Session, person: SurvivorRow, officer_id: int) -> bool:
    query = select(Case.id).where(Case.id == person.case_id, Case.owner_id == officer_id)
    return session.scalars(query).first() is not None


def _has_decided_hold(session: Session, person: SurvivorRow, officer_id: int) -> bool:
    query = (
        select(HoldApproval.id)
        # An officer who approved a hold has taken a side, also where the hold had no effect.
        .join(Hold, Hold.id == HoldApproval.hold_id)
        .where(Hold.case_id == person.case_id, HoldApproval.officer_id == officer_id)
    )
    return session.scalars(query.limit(1)).first() is not None


def _has_accused(session: Session, person: SurvivorRow, officer_id: int) -> bool:
    suspected = select(SurvivorStatus.id).where(
        SurvivorStatus.person_id == person.id,
        SurvivorStatus.side == "suspect",
        SurvivorStatus.status != "none",
        SurvivorStatus.officer_id == officer_id,
    )
    # Both officers of a charge, the prosecutor and the one who confirmed it.
    charged = select(Charge.id).where(
        Charge.person_id == person.id, (Charge.prosecutor_id == officer_id) | (Charge.second_id == officer_id)
    )
    return any(session.scalars(query.limit(1)).first() is not None for query in (suspected, charged))
