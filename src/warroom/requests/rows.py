"""What every step of a request shares: finding it, its roles, noting what happened."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from warroom.errors import NotFound
from warroom.requests.schema import Request, RequestEvent
from warroom.requests.views import RequestEventKind

ABOUT: Final = "request"
DUE = "answer"


def locked(session: Session, request_id: int) -> Request:
    """The request's row, locked; raises NotFound."""
    found = session.get(Request, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("requests.no-such-request")
    return found


def note(
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
