"""Replies of partners by letter and telephone, entered by an officer, and documents that came with them.

The same words twice change nothing, an answer moves only the request it answers, and one that contradicts what is
known is refused here: unlike a message, a note can still be put right by who writes it.
"""

from datetime import datetime

from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests import rows, steps
from warroom.requests.events import AHEAD, apply_reply, may_apply_reply
from warroom.requests.queries import build_request_view
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
    """Record what a partner said by letter or telephone at `at`.

    Raises NotAllowed without a role of the kind, NotFound, NotPossible where the request has not left, the time is
    before it left or to come, nothing was said, or the request is answered already.
    """
    reply_text = text.strip()
    if not reply_text:
        raise NotPossible("requests.reply-note-missing")
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.REPLY)
        if this.find_earlier_result(key, "request.reply", request_id, reply, at, text) is None:
            _check_noted_in_time(request, at, this.now)
            if not may_apply_reply(request, reply):
                raise NotPossible("requests.reply-unexpected")
            apply_reply(this.session, request, reply, at, this.now, reply_text, this.person.id)
            rows.log_request(this, "request.replied", request, {"reply": reply, "at": at, "text": reply_text})
        return build_request_view(this.session, request_id)


def _check_noted_in_time(request: Request, at: datetime, now: datetime) -> None:
    if request.sent_at is None:
        raise NotPossible("requests.not-left-yet")
    # Dated before the request left, it answers something else; dated in the future, it is a typing error.
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

    Raises NotAllowed, NotFound, or NotPossible where the request has not left yet or the document has no name.
    """
    with open_decision(ledger, officer, now=now) as this:
        # Who keeps evidence opens the envelope, though they work on no request themselves.
        request = rows.lock_request_for_step(this, request_id, steps.DOCUMENT)
        if request.sent_at is None:
            raise NotPossible("requests.not-left-yet")
        if not name.strip():
            raise NotPossible("requests.document-name-missing")
        # The row itself is the key: the request is locked, so that a second click finds it.
        if this.session.get(RequestDocument, (request.id, sha256)) is None:
            row = RequestDocument(
                request_id=request.id, sha256=sha256, name=name, at=this.now, officer_id=this.person.id
            )
            this.session.add(row)
            rows.record_request_step(this, request, "document", {"sha256": sha256, "name": name}, name)
        return build_request_view(this.session, request_id)
