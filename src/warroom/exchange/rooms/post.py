"""Posts messages to partners' rooms, each signed; only a home in earnest may."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from warroom import clock
from warroom.errors import ExchangeError
from warroom.exchange import signing
from warroom.exchange.post import TryLaterError, TryNeverError, refuse_exercise
from warroom.home import Home
from warroom.keys import format_public_key, load_signing_key
from warroom.ledger.ledger import Ledger
from warroom.partners import asking, mailbox, taking
from warroom.partners.mailbox import WaitingMessage

MESSAGES, MATCHING = "/api/v1/room-messages", "/api/v1/room-matching"
TIMEOUT_SECONDS = 30.0
MATCH_TIMEOUT_SECONDS = 600.0
LARGEST_RECEIPT, LARGEST_MATCH = 1 << 16, 64 << 20
"""Bytes of an answer that are read: a receipt, and a set of a million tags with a hundred thousand elements."""
MOST_AT_ONCE = 200
"""Messages of one round; the others leave in the next one."""
# As in `exchange.post`: timeout, conflict, too early, too many requests.
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class RoomPostSummary:
    """The result of one round: requests queued, messages sent, to be tried again, and refused by the other room."""

    queued: int = 0
    sent: int = 0
    later: int = 0
    refused: int = 0


def post_room_messages(ledger: Ledger, home: Home, now: datetime | None = None) -> RoomPostSummary:
    """Send what is due to partners' rooms, and delete what may be kept no longer. A room that cannot be reached gets what waits later, in its order."""
    now = now or clock.get_now()
    with ledger.open_session() as session:
        taking.erase_expired_objects(session, now)
    if home.exercise:
        return RoomPostSummary()
    with ledger.open_session() as session:
        queued = asking.queue_requests(session, now)
    sent = later = refused = 0
    for _ in range(MOST_AT_ONCE):
        with ledger.open_session() as session:
            message = mailbox.claim_message(session, now)
        if message is None:
            break
        try:
            _send_message(ledger, home, message, now)
            sent += 1
        except TryLaterError as problem:
            later += 1
            _note_failure(ledger, message, problem, now, final=False)
        except ExchangeError as problem:
            refused += 1
            _note_failure(ledger, message, problem, now, final=True)
    return RoomPostSummary(queued, sent, later, refused)


def _note_failure(
    ledger: Ledger, message: WaitingMessage, problem: ExchangeError, now: datetime, *, final: bool
) -> None:
    with ledger.open_session() as session:
        mailbox.note_failure(session, message.id, problem.sentence, now, final=final)


def _send_message(ledger: Ledger, home: Home, message: WaitingMessage, now: datetime) -> None:
    content = {"number": message.number, "kind": message.kind, "body": json.loads(message.body)}
    answer = post_to_room(home, message.room_url, MESSAGES, content, LARGEST_RECEIPT, TIMEOUT_SECONDS)
    receipt = str(answer.get("receipt", ""))
    with ledger.open_session() as session:
        mailbox.note_sent(session, message.id, receipt, now)
        if message.kind == "revoke":
            mailbox.note_revoked(session, message.id)


def post_to_room(
    home: Home, room_url: str, path: str, content: dict[str, Any], largest: int, timeout_seconds: float
) -> dict[str, Any]:
    """Post signed JSON to a room and read its answer.

    Raises ExchangeError in an exercise, TryLaterError where it cannot be reached, TryNeverError where it refuses.
    """
    refuse_exercise(home)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    # The real clock: signatures of an hour that an exercise chose would be refused.
    parts = {"@method": "POST", "@path": urlsplit(room_url).path + path}
    headers = signing.sign(
        load_signing_key(home), format_public_key(home), signing.ANSWER, parts, body, clock.get_real_now()
    )
    try:
        with (
            httpx.Client(timeout=timeout_seconds, follow_redirects=False) as client,
            client.stream(
                "POST",
                room_url + path,
                content=body,
                headers={"Content-Type": "application/json"} | headers,
            ) as response,
        ):
            answer = _read_limited(response, largest)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise TryLaterError("partners.room-unreachable", why=type(problem).__name__) from None
    return _parse_answer(response.status_code, answer)


def _read_limited(response: httpx.Response, largest: int) -> bytes:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > largest:
            raise TryLaterError("orders.answer-too-large")
    return bytes(content)


def _parse_answer(status: int, answer: bytes) -> dict[str, Any]:
    try:
        content = json.loads(answer)
    except ValueError:
        content = None
    if 200 <= status < 300 and isinstance(content, dict):
        return content
    code = content.get("code", "") if isinstance(content, dict) else ""
    # One before it is missing there: what waits is sent again from there, in order.
    if (
        status in _LATER
        or status >= 500
        or code == "partners.message-missing"
        or not isinstance(content, dict)
    ):
        raise TryLaterError("partners.room-unreachable", why=str(status))
    raise TryNeverError("partners.room-refused", status=status, why=str(content.get("error", ""))[:200])
