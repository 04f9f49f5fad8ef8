"""Common to all steps of a request: loading and locking it, checking roles, and recording events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from warroom.cases import belonging
from warroom.errors import NotFound
from warroom.ledger.decision import Decision
from warroom.requests.kinds import load_request_kind
from warroom.requests.schema import Request, RequestEvent
from warroom.requests.steps import RequestStep
from warroom.requests.views import RequestEventKind

ABOUT: Final = "request"
DUE = "answer"


def lock_request(session: Session, request_id: int) -> Request:
    """The request's row, locked; raises NotFound."""
    found = session.get(Request, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("requests.no-such-request")
    return found


def lock_request_for_step(this: Decision, request_id: int, step: RequestStep) -> Request:
    """The request, locked, for an officer whom its kind lets take this step; raises NotAllowed or NotFound. Its case is
    worked on by that.
    """
    # Locked before anything of it is read: an answer, a deadline and an officer at one moment find one state.
    request = lock_request(this.session, request_id)
    this.require_role(*step.list_roles(load_request_kind(request.kind)))
    belonging.require_case_access(
        this.session, this.person, request.case_id, this.now, "requests.no-such-request"
    )
    return request


def record_request_step(
    this: Decision,
    request: Request,
    what: RequestEventKind,
    detail: Mapping[str, Any],
    text: str = "",
    order_id: str | None = None,
) -> None:
    """Note what the officer did with a request among its events, and in the log."""
    add_request_event(this.session, request, what, this.now, this.now, this.person.id, text, order_id)
    log_request(this, f"request.{what}", request, detail)


def log_request(this: Decision, verb: str, request: Request, detail: Mapping[str, Any]) -> None:
    """Say in the log what was decided about a request."""
    case = belonging.case_number(this.session, request.case_id)
    this.log_entry(verb, f"request:{request.id}", detail, case=case)


def add_request_event(
    session: Session,
    request: Request,
    kind: RequestEventKind,
    at: datetime,
    now: datetime,
    officer_id: int | None = None,
    text: str = "",
    order_id: str | None = None,
) -> None:
    """Add an event: `at` when it happened, `now` when the room knows."""
    session.add(
        RequestEvent(
            request_id=request.id,
            kind=kind,
            at=at,
            recorded_at=now,
            officer_id=officer_id,
            order_id=order_id,
            text=text,
        )
    )
    session.flush()
