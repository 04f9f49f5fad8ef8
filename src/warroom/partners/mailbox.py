"""Messages between rooms: put in order for one partner, sent once each, taken once each.

A message carries the number it has among those to its partner. The receiver takes them in that order and answers a repeated one
as it did before, so a room that was cut off catches up by being sent what waits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.errors import NotBelieved, NotFound, NotPossible
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.partners.schema import PartnerSend, RoomMessage, RoomPartner, SharedObject
from warroom.partners.views import MessageKind, MessageState

LEASE = timedelta(seconds=120)
"""For which a message belongs to one sender; longer than the longest post."""
FIRST_RETRY, LAST_RETRY = timedelta(seconds=5), timedelta(minutes=15)
"""Between two tries; doubled each time. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message that is due to leave, and where to."""

    id: int
    partner: str
    room_url: str
    public_key: str
    number: int
    kind: MessageKind
    body: str


def queue_message(
    session: Session,
    partner: RoomPartner,
    kind: MessageKind,
    about: str,
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put a message behind those that wait for this partner; a partner without a room gets none, and hears on paper."""
    if not partner.room_url:
        return
    # Locked, so that two decisions at one moment do not take the same number.
    session.refresh(partner, with_for_update=True)
    last = session.scalar(
        select(func.max(RoomMessage.number)).where(
            RoomMessage.partner == partner.code, RoomMessage.outgoing.is_(True)
        )
    )
    session.add(
        RoomMessage(
            partner=partner.code,
            outgoing=True,
            number=(last or 0) + 1,
            kind=kind,
            about=about,
            body=to_canonical_json(body),
            state="waiting",
            at=now,
            attempts=0,
            next_at=now,
            error="",
        )
    )
    session.flush()


def claim_message(session: Session, now: datetime) -> WaitingMessage | None:
    """The next message that is due, each partner's own in their order; it belongs to the caller for `LEASE`."""
    firsts = (
        select(func.min(RoomMessage.id))
        .where(RoomMessage.outgoing.is_(True), RoomMessage.state == "waiting")
        .group_by(RoomMessage.partner)
    )
    query = (
        select(RoomMessage)
        .where(RoomMessage.id.in_(firsts), RoomMessage.next_at <= now)
        .order_by(RoomMessage.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalars(query).first()
    if row is None:
        return None
    row.next_at, row.attempts = now + LEASE, row.attempts + 1
    partner = session.get_one(RoomPartner, row.partner)
    return WaitingMessage(
        row.id,
        row.partner,
        partner.room_url,
        partner.public_key,
        row.number,
        row.kind,  # type: ignore[arg-type]
        row.body,
    )


def note_sent(session: Session, message_id: int, receipt: str, now: datetime) -> None:
    """The partner's room took it and gave a receipt; raises NotBelieved for a receipt of something else."""
    row = session.get_one(RoomMessage, message_id, with_for_update=True)
    if receipt != hash_text(row.body):
        raise NotBelieved("partners.receipt-false", partner=row.partner)
    row.state, row.done_at, row.error = "sent", now, ""
    if row.kind == "share":
        _note_receipt(session, row, receipt, now)


def _note_receipt(session: Session, row: RoomMessage, receipt: str, now: datetime) -> None:
    query = (
        select(PartnerSend)
        .join(SharedObject, SharedObject.id == PartnerSend.object_id)
        .where(PartnerSend.partner == row.partner, SharedObject.public_id == row.about)
        .with_for_update()
    )
    if send := session.scalars(query).first():
        send.received_at, send.receipt = now, receipt
        if send.state == "waiting":
            send.state = "received"


def note_revoked(session: Session, message_id: int) -> None:
    """The partner's room took a revocation: the object is gone there, unless it says otherwise later."""
    row = session.get_one(RoomMessage, message_id)
    query = (
        select(PartnerSend)
        .join(SharedObject, SharedObject.id == PartnerSend.object_id)
        .where(PartnerSend.partner == row.partner, SharedObject.public_id == row.about)
        .with_for_update()
    )
    if (send := session.scalars(query).first()) and send.state == "revoking":
        send.state = "revoked"


def note_failure(session: Session, message_id: int, why: str, now: datetime, *, final: bool) -> None:
    """It could not be sent. `final`: the partner's room refuses it, and an officer must look; what comes behind goes on."""
    row = session.get_one(RoomMessage, message_id, with_for_update=True)
    row.error = why[:300]
    if final:
        row.state, row.done_at = "refused", now
    else:
        row.next_at = now + min(FIRST_RETRY * 2 ** min(row.attempts, 12), LAST_RETRY)


def wake_messages(session: Session, partner: str, now: datetime) -> None:
    """What waits for a partner is due at once: its room was just heard."""
    query = select(RoomMessage).where(
        RoomMessage.partner == partner, RoomMessage.outgoing.is_(True), RoomMessage.state == "waiting"
    )
    for row in session.scalars(query):
        row.next_at = min(row.next_at, now)


def find_taken(session: Session, partner: RoomPartner, number: int, body: str) -> str | None:
    """The receipt of a message that was taken before, None for the next one.

    Raises NotBelieved where the same number came with another content, NotPossible where one before it is missing.
    """
    if number == partner.last_in + 1:
        return None
    if number > partner.last_in:
        raise NotPossible("partners.message-missing", number=partner.last_in + 1)
    before = session.scalars(
        select(RoomMessage).where(
            RoomMessage.partner == partner.code,
            RoomMessage.outgoing.is_(False),
            RoomMessage.number == number,
        )
    ).first()
    if before is None or before.body != body:
        raise NotBelieved("partners.message-replayed", number=number)
    if before.state == "refused":
        raise NotPossible("partners.message-refused-before", number=number)
    return hash_text(body)


def keep_taken(
    session: Session,
    partner: RoomPartner,
    number: int,
    kind: str,
    body: str,
    now: datetime,
    state: MessageState = "taken",
) -> str:
    """Keep a message that was taken, or refused, and answer its receipt: the SHA-256 of its body. Either way the next number follows."""
    session.add(
        RoomMessage(
            partner=partner.code,
            outgoing=False,
            number=number,
            kind=kind,
            about=str(json.loads(body).get("about", "")),
            body=body,
            state=state,
            at=now,
            attempts=0,
            next_at=now,
            done_at=now,
            error="",
        )
    )
    partner.last_in = number
    session.flush()
    return hash_text(body)


def find_partner(session: Session, code: str, *, lock: bool = False) -> RoomPartner:
    """A partner of the register; raises NotFound."""
    partner = session.get(RoomPartner, code, with_for_update=lock or None)
    if partner is None:
        raise NotFound("partners.no-such-partner", code=code[:16])
    return partner
