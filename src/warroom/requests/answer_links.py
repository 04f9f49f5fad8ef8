"""Signed links by which a partner without a system answers one request: who makes and revokes them, and what comes by them.

A link says its number, its end and a code (HMAC-SHA-256 under a key of this home); the ledger keeps neither the code nor the key. It
dies with the last answer, with a revocation and at its end. All that is wrong with a link is answered alike.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock, keys
from warroom.access import lockout
from warroom.access.schema import Agency
from warroom.access.views import SignInOrigin
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests import rows, steps
from warroom.requests.events import apply_reply, may_apply_reply
from warroom.requests.kinds import load_request_kind
from warroom.requests.schema import Request, RequestItem, RequestLink
from warroom.requests.views import Reply

LASTS = timedelta(days=14)
"""How long a link opens. Chosen, not measured: twice the week in which an answer is usually owed."""
LONGEST_WORDS = 4_000
"""Characters of an answer."""
CODE_DIGITS = 32
LAST_REPLIES: tuple[Reply, ...] = ("answered", "refused")


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """A link that opens. `token` is the part of its address that must stay between the room and the partner."""

    token: str
    expires_at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class LinkedRequest:
    """What a partner sees of a request by its link: what the letter said. `replies` are those that may be given now."""

    number: str
    partner: Texts
    title: Texts
    asked: Texts
    purpose: str
    subject: str
    items: tuple[str, ...]
    state: str
    due_at: datetime | None
    language: str
    expires_at: datetime
    replies: tuple[Reply, ...]


def make_link(
    ledger: Ledger, officer: Officer, request_id: int, *, now: datetime | None = None
) -> AnswerLink:
    """Make a link for the partner of a request that has left; one that was open before is revoked by it.

    Raises NotAllowed, NotFound, NotPossible where no answer is owed.
    """
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.LINK)
        if request.sent_at is None or request.state not in steps.LINK.states:
            raise NotPossible("requests.no-answer-owed")
        _close_link(this.session, request.id, "revoked", this.now)
        country = this.session.get_one(Agency, request.partner).country
        link = RequestLink(
            request_id=request.id,
            locale="th" if country == "TH" else "en",
            expires_at=(this.now + LASTS).replace(microsecond=0),
            made_by=this.person.id,
            made_at=this.now,
            ended_cause="",
        )
        this.session.add(link)
        this.session.flush()
        rows.log_request(this, "request.link-made", request, {"until": link.expires_at})
        return _build_link(this.session, link)


def revoke_link(ledger: Ledger, officer: Officer, request_id: int, *, now: datetime | None = None) -> None:
    """Revoke the open link of a request; idempotent. Raises NotAllowed, NotFound."""
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.LINK)
        if _close_link(this.session, request.id, "revoked", this.now):
            rows.log_request(this, "request.link-revoked", request, {})


def load_link(
    ledger: Ledger, officer: Officer, request_id: int, *, now: datetime | None = None
) -> AnswerLink | None:
    """The link of a request that opens now, for an officer who may answer it; None without one."""
    with logged_read(ledger, officer, now=now) as this:
        link = _find_open_link(this.session, request_id)
        if link is None or link.expires_at <= this.now:
            return None
        request = this.session.get_one(Request, request_id)
        this.require_role(*steps.LINK.list_roles(load_request_kind(request.kind)))
        this.log_entry("request.read", f"request:{request_id}")
        return _build_link(this.session, link)


def load_linked_request(
    ledger: Ledger, token: str, origin: SignInOrigin, *, now: datetime | None = None
) -> LinkedRequest:
    """What a link opens; the look is logged. Raises NotAllowed, in the same words for every link that does not open."""
    with _count_refusals(ledger, origin, now), logged_read(ledger, None, now=now) as this:
        link, request = _open_link(this.session, token, this.now, lock=False)
        agency = this.session.get_one(Agency, request.partner)
        this.log_entry("request.link-opened", f"request:{request.id}", {"partner": request.partner})
        items = (
            select(RequestItem.text).where(RequestItem.request_id == request.id).order_by(RequestItem.place)
        )
        declared = load_request_kind(request.kind)
        return LinkedRequest(
            request.number,
            Texts(agency.name_th, agency.name_en),
            declared.title,
            declared.asked,
            request.purpose,
            request.subject,
            tuple(this.session.scalars(items)),
            request.state,
            request.due_at,
            link.locale,
            link.expires_at,
            tuple(reply for reply in get_args(Reply) if may_apply_reply(request, reply)),
        )


def answer_by_link(
    ledger: Ledger,
    token: str,
    reply: Reply,
    text: str,
    origin: SignInOrigin,
    *,
    now: datetime | None = None,
) -> None:
    """Take a partner's answer in, in its own words; the last one ends the link. Logged with the partner's code.

    Raises NotAllowed for a link that does not open, NotPossible without words where they are needed, or for a reply that does not fit.
    """
    answer_text = text.strip()
    if reply not in get_args(Reply):
        raise NotPossible("requests.reply-missing")
    if len(answer_text) > LONGEST_WORDS or (reply != "acknowledged" and not answer_text):
        raise NotPossible("requests.reply-note-missing")
    with _count_refusals(ledger, origin, now), open_decision(ledger, None, now=now) as this:
        link, request = _open_link(this.session, token, this.now, lock=True)
        if not may_apply_reply(request, reply):
            raise NotPossible("requests.reply-unexpected")
        apply_reply(this.session, request, reply, this.now, this.now, answer_text)
        if reply in LAST_REPLIES:
            link.ended_at, link.ended_cause = this.now, "answered"
        detail = {"partner": request.partner, "reply": reply, "text": answer_text}
        rows.log_request(this, "request.answered-by-link", request, detail)


@contextmanager
def _count_refusals(ledger: Ledger, origin: SignInOrigin, now: datetime | None) -> Iterator[None]:
    """Count a link that does not open against the address it came from; an address with too many is refused before."""
    at = now or clock.get_now()
    with ledger.open_session() as session:
        lockout.check_address(session, origin, at)
    try:
        yield
    except NotAllowed:
        with ledger.open_session() as session:
            lockout.count_address(session, origin, at)
        raise


def _open_link(session: Session, token: str, now: datetime, *, lock: bool) -> tuple[RequestLink, Request]:
    number, _, _ = token.partition("-")
    link = (
        session.get(RequestLink, int(number))
        if number.isascii() and number.isdigit() and len(number) < 16
        else None
    )
    # Compared before anything else is asked, and in the same time whatever is wrong.
    expected = _build_token(session, link) if link else f"{number}-0-{'0' * CODE_DIGITS}"
    if not hmac.compare_digest(expected.encode(), token.encode()) or link is None:
        raise NotAllowed("requests.link-over")
    request = (
        rows.lock_request(session, link.request_id) if lock else session.get_one(Request, link.request_id)
    )
    session.refresh(link, with_for_update=lock or None)
    if link.ended_at is not None or link.expires_at <= now or request.state not in steps.LINK.states:
        raise NotAllowed("requests.link-over")
    return link, request


def _build_token(session: Session, link: RequestLink) -> str:
    ends = f"{int(link.expires_at.astimezone(UTC).timestamp()):x}"
    key = keys.load_secret(session.info["home"], "partner-keys")
    said = f"answer-link:{link.id}:{link.request_id}:{ends}".encode()
    return f"{link.id}-{ends}-{hmac.digest(key, said, 'sha256').hex()[:CODE_DIGITS]}"


def _build_link(session: Session, link: RequestLink) -> AnswerLink:
    return AnswerLink(_build_token(session, link), link.expires_at, link.locale)


def _find_open_link(session: Session, request_id: int) -> RequestLink | None:
    query = select(RequestLink).where(RequestLink.request_id == request_id, RequestLink.ended_at.is_(None))
    return session.scalars(query).first()


def _close_link(session: Session, request_id: int, cause: str, now: datetime) -> RequestLink | None:
    """The link that was open before, ended; None where none was."""
    link = _find_open_link(session, request_id)
    if link is not None:
        link.ended_at, link.ended_cause = now, cause
        session.flush()
    return link
