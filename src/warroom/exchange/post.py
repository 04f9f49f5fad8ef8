"""Posts an order by signed HTTP to a bank's own address. Only a live home may call this."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from warroom.errors import ExchangeError
from warroom.exchange import signing
from warroom.exchange.banks import Bank
from warroom.home import Home
from warroom.keys import format_public_key, load_signing_key

# HTTP statuses after which a retry can help: timeout, conflict, too early, too many requests.
_LATER = frozenset({408, 409, 425, 429})
# Bytes: an answer is a few kilobytes; an endless one must not fill the memory.
MAX_ANSWER = 1 << 20
MESSAGE = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PostedOrder:
    """The bank accepted the order. `answer` is the response body, trusted only where `signed`; `kind` its media type."""

    answer: bytes
    kind: str
    signed: bool


class TryLaterError(ExchangeError):
    """The bank could not be reached or asks for a retry; the order stays waiting."""


class TryNeverError(ExchangeError):
    """The bank rejects the message itself: a retry would change nothing."""


def post_order(
    home: Home, bank: Bank, order_id: str, content: bytes, now: datetime, media: str = MESSAGE
) -> PostedOrder:
    """Send one order once. Its id is the idempotency key, so it may be sent again as often as needed.

    Raises ExchangeError at once in an exercise or demo home, TryLaterError or TryNeverError by the bank's answer.
    """
    # Checked first: an exercise's order at a real bank would hold a person's money.
    refuse_exercise(home)
    if bank.url is None:
        raise ExchangeError("orders.bank-without-url", bank=bank.code)
    try:
        with (
            # At most 30 s, well under the lease of 120 s in which no other sender takes the order.
            httpx.Client(timeout=min(bank.timeout.total_seconds(), 30.0), follow_redirects=False) as client,
            # Streamed, so that an endless answer is cut off and not read into memory.
            client.stream(
                "POST",
                bank.url,
                content=content,
                headers={"Content-Type": media} | _build_headers(home, bank, order_id, content, now),
            ) as response,
        ):
            body = _read_limited(response)
    except httpx.HTTPError as problem:
        raise TryLaterError("orders.bank-unreachable", bank=bank.code, why=type(problem).__name__) from None
    _check_status(bank, response.status_code)
    return PostedOrder(
        body, response.headers.get("content-type", ""), _is_signed(bank, order_id, response, body, now)
    )


def refuse_exercise(home: Home) -> None:
    """Raise ExchangeError where this home is a rehearsal: nothing may leave it."""
    if home.exercise:
        raise ExchangeError("orders.not-in-earnest", kind=home.kind)


def _build_headers(home: Home, bank: Bank, order_id: str, content: bytes, now: datetime) -> dict[str, str]:
    parts = {
        "@method": "POST",
        "@path": urlsplit(str(bank.url)).path or "/",
        "idempotency-key": order_id,
    }
    signed = signing.sign(load_signing_key(home), format_public_key(home), signing.ORDER, parts, content, now)
    return {"Idempotency-Key": order_id, **signed}


def _read_limited(response: httpx.Response) -> bytes:
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MAX_ANSWER:
            raise TryLaterError("orders.answer-too-large")
    return body


def _check_status(bank: Bank, status: int) -> None:
    if 200 <= status < 300:
        return
    # A redirect too: it is not followed, since the signature covers this address.
    if status in _LATER or status >= 500 or 300 <= status < 400:
        raise TryLaterError("orders.bank-answered-badly", bank=bank.code, status=status)
    raise TryNeverError("orders.message-refused", bank=bank.code, status=status, contact=bank.contact)


def _is_signed(bank: Bank, order_id: str, response: httpx.Response, body: bytes, now: datetime) -> bool:
    """Whether the body is an answer signed by the bank; an unsigned one is only a receipt."""
    if not body or "signature" not in response.headers:
        return False
    parts = {"@status": str(response.status_code), "idempotency-key": order_id}
    try:
        signing.verify(bank.public_key, signing.RESPONSE, parts, dict(response.headers), body, now)
    except ExchangeError:
        return False
    return True
