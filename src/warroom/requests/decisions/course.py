"""Steps of a request after its draft: remind, withdraw, lift."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases import belonging
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders import outbox
from warroom.requests import letters, rows, steps
from warroom.requests.kinds import load_request_kind
from warroom.requests.queries import build_request_view
from warroom.requests.schema import Request, RequestEvent
from warroom.requests.views import RequestView


def remind_partner(
    ledger: Ledger, officer: Officer, request_id: int, key: str, *, now: datetime | None = None
) -> RequestView:
    """Remind the partner of what it owes; raises NotAllowed, NotFound, or NotPossible where it owes nothing."""
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.REMIND)
        if this.find_earlier_result(key, "request.remind", request_id) is None:
            # What has not left cannot be owed: a reminder would be the first that the partner hears.
            if request.state not in steps.REMIND.states:
                raise NotPossible("requests.no-answer-owed")
            order = letters.emit_request_order(this.session, request, "reminder", this.now).order_id
            rows.record_request_step(this, request, "reminded", {"order": order}, order_id=order)
        return build_request_view(this.session, request_id)


def withdraw_request(
    ledger: Ledger, officer: Officer, request_id: int, reason: str, key: str, *, now: datetime | None = None
) -> RequestView:
    """Take a request back before it has left; raises NotPossible once any of it can have reached the partner."""
    why = reason.strip()
    if not why:
        raise NotPossible("requests.withdraw-reason-missing")
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.WITHDRAW)
        if this.find_earlier_result(key, "request.withdraw", request_id, reason) is None:
            case = belonging.case_number(this.session, request.case_id)
            if request.state not in steps.WITHDRAW.states:
                raise NotPossible("requests.left-already")
            # Approved is not yet safe: its order may be on its way while the room still says that it waits.
            if not outbox.cancel_unsent(this.session, "request", request.id, this.now, case):
                raise NotPossible("requests.left-already")
            request.state = "withdrawn"
            deadlines.stop_deadlines(this.session, rows.ABOUT, request.id)
            rows.record_request_step(this, request, "withdrawn", {"reason": why}, why)
        return build_request_view(this.session, request_id)


def lift_request(
    ledger: Ledger, officer: Officer, request_id: int, reason: str, key: str, *, now: datetime | None = None
) -> RequestView:
    """Order the partner to release what it stopped or preserves; repeated until it confirms, and lifted only
    then.

    Raises NotAllowed, NotFound, NotPossible without a reason, where the kind cannot be undone, the request has not left
    or was refused, or the partner was asked already.
    """
    why = reason.strip()
    if not why:
        raise NotPossible("requests.recall-reason-missing")
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.LIFT)
        if this.find_earlier_result(key, "request.lift", request_id, reason) is None:
            _may_lift(this.session, request)
            # Nobody waits for an answer any more; the order to let go has a clock of its own in the outbox.
            deadlines.stop_deadlines(this.session, rows.ABOUT, request.id)
            order = letters.emit_request_order(this.session, request, "lift", this.now).order_id
            # The state stays as it is: money is let go when the bank says so, not when the room asks for it.
            rows.record_request_step(this, request, "lift-asked", {"reason": why}, why, order)
        return build_request_view(this.session, request_id)


def _may_lift(session: Session, request: Request) -> None:
    # Information that was given cannot be taken back; only what a partner stopped or keeps can.
    if load_request_kind(request.kind).action.undo != "lift":
        raise NotPossible("requests.told-not-taken-back")
    if request.state not in steps.LIFT.states:
        raise NotPossible("requests.nothing-to-recall")
    before = select(RequestEvent.id).where(
        RequestEvent.request_id == request.id, RequestEvent.kind == "lift-asked"
    )
    # Asked once: the outbox repeats it by itself, and a second order would wait behind the first.
    if session.scalar(before.limit(1)) is not None:
        raise NotPossible("requests.recall-under-way")
