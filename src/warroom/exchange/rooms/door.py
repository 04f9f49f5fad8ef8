"""Takes in what partners' rooms send: the signature is checked first, then the message's place, then its content."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import ExchangeError, NotBelieved, NotUnderstood, WarroomError
from warroom.exchange import signing
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import to_canonical_json
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import AnswerStatus, PartnerAnswer
from warroom.partners import mailbox, taking
from warroom.partners.queries import list_room_partners
from warroom.partners.views import MESSAGE_KINDS

LARGEST_MESSAGE = 1 << 20
"""Bytes: an object of 200 fields is some hundred kilobytes; 100 megabytes are no message."""
DEEPEST = 12
STATUS_BY_ANSWER: dict[str, AnswerStatus] = {
    "acknowledged": "received",
    "partly": "partly",
    "answered": "done",
    "refused": "refused",
}


def verify_room(ledger: Ledger, path: str, body: bytes, headers: Mapping[str, str]) -> str:
    """The code of the partner whose room signed this request; raises NotBelieved.

    One sentence for an unknown key and a false signature: nobody learns who is on the register.
    """
    with ledger.open_session() as session:
        keys = {key: code for code, _, key, _ in list_room_partners(session)}
    try:
        claimed = signing.key_id(headers)
        code = keys.get(claimed)
        if code is None:
            raise NotBelieved("partners.room-unknown")
        # Our own path: a signature for another endpoint must not be valid here.
        parts = {"@method": "POST", "@path": path}
        public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(claimed))
        signing.verify(public_key, signing.ANSWER, parts, headers, body, clock.get_real_now())
    except ExchangeError:
        raise NotBelieved("partners.room-unknown") from None
    return code


def read_json(body: bytes, largest: int) -> dict[str, Any]:
    """A JSON object of at most `largest` bytes; raises NotUnderstood for anything else, and for what is nested too deeply."""
    if len(body) > largest:
        raise NotUnderstood("partners.message-large", most=largest)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise NotUnderstood("partners.message-unfit", field="json") from None
    if not isinstance(content, dict) or _measure_depth(content) > DEEPEST:
        raise NotUnderstood("partners.message-unfit", field="json")
    return content


def _measure_depth(content: Any) -> int:
    depth, level = 0, [content]
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def receive_message(
    ledger: Ledger,
    handlers: outbox.Handlers,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime | None = None,
) -> str:
    """Take in one message; returns its receipt. A repeated message is answered as before and changes nothing.

    Raises NotBelieved, NotUnderstood, NotFound or NotPossible; what is refused is a row of the log.
    """
    now = now or clock.get_now()
    code = verify_room(ledger, path, body, headers)
    content = read_json(body, LARGEST_MESSAGE)
    number, kind, inner = content.get("number"), content.get("kind"), content.get("body")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
        raise NotUnderstood("partners.message-unfit", field="number")
    if kind not in MESSAGE_KINDS or not isinstance(inner, dict):
        raise NotUnderstood("partners.message-unfit", field="kind")
    try:
        return _take_message(ledger, handlers, code, number, str(kind), inner, now)
    except WarroomError as problem:
        # A fault of this room's own is none of the message: it is sent again.
        if problem.http_status < 500:
            _keep_refused(ledger, code, number, str(kind), inner, problem, now)
        raise


def _take_message(
    ledger: Ledger,
    handlers: outbox.Handlers,
    code: str,
    number: int,
    kind: str,
    inner: dict[str, Any],
    now: datetime,
) -> str:
    body = to_canonical_json(inner)
    if kind == "request-reply":
        # In a transaction of its own: an answer locks the request and its order first. Repeated, it changes nothing.
        _apply_reply(ledger, handlers, code, number, inner, body, now)
    with ledger.open_session() as session:
        partner = mailbox.find_partner(session, code, lock=True)
        if (receipt := mailbox.find_taken(session, partner, number, body)) is not None:
            return receipt
        mailbox.wake_messages(session, code, now)
        _apply_message(session, code, kind, inner, now)
        return mailbox.keep_taken(session, partner, number, kind, body, now)


def _apply_message(session: Session, code: str, kind: str, inner: dict[str, Any], now: datetime) -> None:
    partner = mailbox.find_partner(session, code)
    takers = {
        "share": taking.take_object,
        "revoke": taking.take_revocation,
        "revoke-kept": taking.take_kept,
        "request": taking.take_request,
    }
    if kind in takers:
        takers[kind](session, partner, inner, now)


def _apply_reply(
    ledger: Ledger,
    handlers: outbox.Handlers,
    code: str,
    number: int,
    inner: dict[str, Any],
    body: str,
    now: datetime,
) -> None:
    with ledger.open_session() as session:
        partner = mailbox.find_partner(session, code)
        if mailbox.find_taken(session, partner, number, body) is not None:
            return
    status = STATUS_BY_ANSWER.get(str(inner.get("answer")))
    order_id, text = inner.get("about"), inner.get("text", "")
    if status is None or not isinstance(order_id, str) or not isinstance(text, str):
        raise NotUnderstood("partners.message-unfit", field="answer")
    answer = PartnerAnswer(order_id[:64], code, now, status, None, text[: taking.LONGEST_TEXT])
    record_answer(ledger, handlers, answer, now=now)


def _keep_refused(
    ledger: Ledger,
    code: str,
    number: int,
    kind: str,
    inner: dict[str, Any],
    problem: WarroomError,
    now: datetime,
) -> None:
    with ledger.open_session() as session:
        partner = mailbox.find_partner(session, code, lock=True)
        # Its number is used up: one message that is refused must not hold up all that come after it.
        if number == partner.last_in + 1:
            mailbox.keep_taken(session, partner, number, kind, to_canonical_json(inner), now, "refused")
        detail = {"kind": kind, "number": number, "why": problem.code}
        writing.write_audit_row(session, None, "room-message.refused", f"partner:{code}", detail, at=now)
