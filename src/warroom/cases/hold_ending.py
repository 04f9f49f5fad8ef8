"""Ending a hold, by any cause: its deadlines stop, its alerts clear, and the bank is ordered to release."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases import alerts, hold_orders, sealing
from warroom.cases.schema import Case, Hold, HoldApproval, HoldRelease
from warroom.errors import NotFound
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision
from warroom.ledger.schema import OfficerRow
from warroom.orders import outbox
from warroom.orders.schema import Order

Cause = Literal["officer", "appeal", "expiry", "bank"]
WARNINGS = ("silence", "lapse_warning", "appeal_due", "appeal_limit")


def locked_hold(session: Session, hold_id: int) -> tuple[Hold, Case]:
    """A hold and its case, both locked; raises NotFound."""
    # The case first, as everywhere: the one lock order that keeps two decisions from deadlock.
    case_id = session.scalar(select(Hold.case_id).where(Hold.id == hold_id))
    if case_id is None:
        raise NotFound("cases.no-such-hold")
    case = session.get_one(Case, case_id, with_for_update=True)
    return session.get_one(Hold, hold_id, with_for_update=True, populate_existing=True), case


def decided_hold(this: Decision, hold_id: int, told: str = "cases.no-such-hold") -> tuple[Hold, Case]:
    """`locked_hold` for an officer who decides on it; raises NotFound, with the code `told` where the case is
    sealed.
    """
    hold, case = locked_hold(this.session, hold_id)
    sealing.may_see(this.session, this.person, case, told)
    return hold, case


def has_approved_hold(this: Decision, hold: Hold) -> bool:
    """Whether the officer approved the hold: a second approval, or the answer to an appeal, must be another
    officer's.
    """
    mine = (HoldApproval.hold_id == hold.id, HoldApproval.officer_id == this.person.id)
    return this.session.scalar(select(HoldApproval.id).where(*mine)) is not None


def end_hold(
    session: Session, hold: Hold, cause: Cause, person: OfficerRow | None, reason: str, now: datetime
) -> None:
    """End a hold and order the bank to release, unless the bank never got the order or ended the hold itself."""
    hold.state = "expired" if cause == "expiry" else "released"
    officer_id = person.id if person else None
    session.add(HoldRelease(hold_id=hold.id, cause=cause, officer_id=officer_id, reason=reason, at=now))
    deadlines.stop_deadlines(session, "hold", hold.id)
    alerts.clear_alerts(session, hold.id, WARNINGS, now)
    session.flush()
    number = session.get_one(Case, hold.case_id).number
    # An order that never left binds nobody's money: the hold is lifted at this moment.
    if cause == "bank" or outbox.cancel_unsent(session, "hold", hold.id, now, number):
        session.get_one(HoldRelease, hold.id).lifted_at = now
        return
    emit_end(session, hold, reason, now)


def emit_end(session: Session, hold: Hold, reason: str, now: datetime) -> None:
    """Order the bank to let go, unless such an order is still under way."""
    under_way = select(Order.order_id).where(
        Order.hold_id == hold.id, Order.kind.in_(outbox.ENDING), Order.state.in_(("waiting", "sent"))
    )
    if session.scalar(under_way):
        return
    kind: Literal["expiry", "release"] = "expiry" if hold.state == "expired" else "release"
    # Under the rule it began with: the law may have changed while the money was held.
    rule = law.rule_under(hold.rule_id, hold.rule_digest)
    hold_orders.emit_hold_order(session, hold, kind, rule, reason, now, hold.held or hold.amount)
