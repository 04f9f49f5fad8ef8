"""What officers do with a request once it was drafted: remind, withdraw, take back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.cases import belonging
from warroom.errors import NotPossible
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders import outbox
from warroom.requests import letters, rows
from warroom.requests.decisions.drafts import _log
from warroom.requests.kinds import Declared, declared_kind
from warroom.requests.queries import request_view
from warroom.requests.schema import Request, RequestEvent
from warroom.requests.views import OPEN, RequestView


def remind(
    ledger: Ledger, officer: Officer, request_id: int, key: str, *, now: datetime | None = None
) -> RequestView:
    """Remind the partner of what it owes; raises NotAllowed, NotFound, or NotPossible where it owes nothing."""
    now = now or clock.now()
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands)
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        if idempotency.first_time(session, person, key, ["request.remind", request_id], now) is not None:
            return request_view(session, request_id)
        if request.state not in OPEN:
            raise NotPossible("requests.no-answer-owed")
        order = letters.emit(session, request, "reminder", now)
        rows.note(session, request, "reminded", now, now, person.id, order_id=order.order_id)
        _log(session, officer, "request.reminded", request, now, {"order": order.order_id})
        return request_view(session, request_id)


def withdraw_request(
    ledger: Ledger, officer: Officer, request_id: int, reason: str, key: str, *, now: datetime | None = None
) -> RequestView:
    """Take a request back before it has left; raises NotPossible once any of it can have reached the partner."""
    now = now or clock.now()
    if not reason.strip():
        raise NotPossible("requests.withdraw-reason-missing")
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands)
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        asked = ["request.withdraw", request_id, reason]
        if idempotency.first_time(session, person, key, asked, now) is not None:
            return request_view(session, request_id)
        case = belonging.case_number(session, request.case_id)
        if request.state not in ("drafted", "approved"):
            raise NotPossible("requests.left-already")
        if not outbox.cancel_unsent(session, "request", request.id, now, case):
            raise NotPossible("requests.left-already")
        request.state = "withdrawn"
        deadlines.stop(session, rows.ABOUT, request.id)
        rows.note(session, request, "withdrawn", now, now, person.id, reason.strip())
        _log(session, officer, "request.withdrawn", request, now, {"reason": reason.strip()})
        return request_view(session, request_id)


def lift_request(
    ledger: Ledger, officer: Officer, request_id: int, reason: str, key: str, *, now: datetime | None = None
) -> RequestView:
    """Ask the partner to let go of what it stopped or preserves; told again until it confirms, and lifted only then.

    Raises NotAllowed, NotFound, NotPossible without a reason, where the kind cannot be undone, the request has not left
    or was refused, or the partner was asked already.
    """
    now = now or clock.now()
    if not reason.strip():
        raise NotPossible("requests.recall-reason-missing")
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands)
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        asked = ["request.lift", request_id, reason]
        if idempotency.first_time(session, person, key, asked, now) is not None:
            return request_view(session, request_id)
        _may_lift(session, request, declared)
        deadlines.stop(session, rows.ABOUT, request.id)
        order = letters.emit(session, request, "lift", now)
        rows.note(session, request, "lift-asked", now, now, person.id, reason.strip(), order.order_id)
        _log(session, officer, "request.lift-asked", request, now, {"reason": reason.strip()})
        return request_view(session, request_id)


def _may_lift(session: Session, request: Request, declared: Declared) -> None:
    if declared.action.undo != "lift":
        raise NotPossible("requests.told-not-taken-back")
    if request.state not in (*OPEN, "answered", "partly"):
        raise NotPossible("requests.nothing-to-recall")
    before = select(RequestEvent.id).where(
        RequestEvent.request_id == request.id, RequestEvent.kind == "lift-asked"
    )
    if session.scalar(before.limit(1)) is not None:
        raise NotPossible("requests.recall-under-way")
