"""Common to all steps of refunds: loading, locking and logging."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.assets.owed import select_recovered_sum
from warroom.assets.refunds.schema import Refund, RefundClaim, RefundEntry
from warroom.assets.schema import LossRegistration, PayoutLine, PayoutPlan
from warroom.cases import sealing
from warroom.cases.schema import Case
from warroom.errors import NotFound
from warroom.ledger.decision import Decision, LoggedRead

CLAIM_RULE, KEPT_RULE = "refund-claims", "refund-unclaimed"


def lock_refund(this: Decision, refund_id: int) -> Refund:
    """The refund, locked, for an officer to whom none of its cases is sealed; raises NotFound."""
    row = this.session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("refunds.no-such-refund")
    require_open_cases(this, row.id)
    return row


def require_open_cases(this: LoggedRead, refund_id: int) -> None:
    """Raises NotFound where a case of the refund is sealed to the officer."""
    # One sealed case shuts the whole refund: its sums would show what the case alone keeps quiet.
    mine = select(Case).join(RefundEntry, RefundEntry.case_id == Case.id)
    for case in this.session.scalars(mine.where(RefundEntry.refund_id == refund_id)):
        sealing.may_see(this.session, this.person, case, "refunds.no-such-refund")


def list_case_numbers(session: Session, refund_id: int) -> list[str]:
    """The numbers of the refund's cases, the oldest first."""
    mine = select(Case.number).join(RefundEntry, RefundEntry.case_id == Case.id)
    return list(session.scalars(mine.where(RefundEntry.refund_id == refund_id).order_by(Case.id)))


def log_refund(this: LoggedRead, verb: str, refund_id: int, detail: dict[str, Any] | None = None) -> None:
    """Say in the log what step a refund took, with its cases, so that the row is shut to whom one of them is."""
    cases = list_case_numbers(this.session, refund_id)
    this.log_entry(verb, f"refund:{refund_id}", {**(detail or {}), "cases": cases})


def list_claims(session: Session, refund_id: int, state: str = "") -> list[RefundClaim]:
    """The refund's lines in their order, locked; those of one state, or all."""
    query = select(RefundClaim).where(RefundClaim.refund_id == refund_id).order_by(RefundClaim.id)
    if state:
        query = query.where(RefundClaim.state == state)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def compute_owed(session: Session, claim: RefundClaim) -> int:
    """Satang that are still owed of an accepted claim, never below zero.

    One report tells of one loss: what its victim got back, and what approved pay-outs and other refunds promise for it, is taken off.
    """
    same = (claim.source, claim.record_id)
    back = session.scalar(select(select_recovered_sum(*same))) or 0
    promised = (
        select(func.coalesce(func.sum(PayoutLine.amount), 0))
        .join(PayoutPlan, PayoutPlan.id == PayoutLine.plan_id)
        .join(LossRegistration, LossRegistration.id == PayoutLine.registration_id)
        .where(PayoutPlan.state == "approved")
        .where(LossRegistration.source == claim.source, LossRegistration.record_id == claim.record_id)
    )
    # What other refunds have paid is among what came back.
    elsewhere = (
        select(func.coalesce(func.sum(RefundClaim.share), 0))
        .join(Refund, Refund.id == RefundClaim.refund_id)
        .where(Refund.state == "approved", RefundClaim.paid_at.is_(None), RefundClaim.id != claim.id)
        .where(RefundClaim.source == claim.source, RefundClaim.record_id == claim.record_id)
    )
    taken = int(back) + int(session.scalar(promised) or 0) + int(session.scalar(elsewhere) or 0)
    return max(0, (claim.accepted or 0) - taken)
