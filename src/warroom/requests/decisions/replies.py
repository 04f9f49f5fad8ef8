"""What partners say to requests: by message through the outbox, or by letter and telephone as an officer notes it.

The same words twice change nothing, an answer moves only the request it answers, and one that contradicts what is
known is noted and raises an alert.
"""

from datetime import datetime

from warroom import clock
from warroom.cases import belonging
from warroom.errors import NotPossible
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests import rows
from warroom.requests.events import AHEAD, _moves, _take
from warroom.requests.kinds import declared_kind
from warroom.requests.queries import request_view
from warroom.requests.schema import Request, RequestDocument
from warroom.requests.views import Reply, RequestView


def note_reply(
    ledger: Ledger,
    officer: Officer,
    request_id: int,
    reply: Reply,
    at: datetime,
    text: str,
    key: str,
    *,
    now: datetime | None = None,
) -> RequestView:
    """Note what a partner said by letter or telephone at `at`.

    Raises NotAllowed without a role of the kind, NotFound, NotPossible where the request has not left, the time is
    before it left or to come, nothing was said, or the request is answered already.
    """
    now = now or clock.now()
    if not text.strip():
        raise NotPossible("requests.reply-note-missing")
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands)
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        if (
            idempotency.first_time(session, person, key, ["request.reply", request_id, reply, at, text], now)
            is not None
        ):
            return request_view(session, request_id)
        _noted_in_time(request, at, now)
        if not _moves(request, reply):
            raise NotPossible("requests.reply-unexpected")
        _take(session, request, reply, at, now, text.strip(), person.id)
        case = belonging.case_number(session, request.case_id)
        detail = {"reply": reply, "at": at, "text": text.strip()}
        writing.append(
            session, officer, "request.replied", f"request:{request.id}", detail, case=case, at=now
        )
        return request_view(session, request_id)


def _noted_in_time(request: Request, at: datetime, now: datetime) -> None:
    if request.sent_at is None:
        raise NotPossible("requests.not-left-yet")
    if not request.sent_at <= at <= now + AHEAD:
        raise NotPossible("requests.reply-time-unfit")


def add_document(
    ledger: Ledger,
    officer: Officer,
    request_id: int,
    sha256: str,
    name: str,
    *,
    now: datetime | None = None,
) -> RequestView:
    """Say that a document of the evidence room, by its SHA-256, came with the answer; twice is once.

    Raises NotAllowed, NotFound, or NotPossible where the request has not left yet.
    """
    now = now or clock.now()
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands, "custodian")
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        if request.sent_at is None:
            raise NotPossible("requests.not-left-yet")
        if session.get(RequestDocument, (request.id, sha256)) is not None:
            return request_view(session, request_id)
        row = RequestDocument(request_id=request.id, sha256=sha256, name=name, at=now, officer_id=person.id)
        session.add(row)
        rows.note(session, request, "document", now, now, person.id, name)
        case = belonging.case_number(session, request.case_id)
        detail = {"sha256": sha256, "name": name}
        writing.append(
            session, officer, "request.document", f"request:{request.id}", detail, case=case, at=now
        )
        return request_view(session, request_id)
