"""Tickets: a step that only its initiator can finish, once and within minutes."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warroom.access.schema import Challenge
from warroom.errors import NotAllowed

TicketKind = Literal["second", "passkey-add", "passkey", "provider"]
LASTS = timedelta(minutes=5)


def issue_ticket(
    session: Session, kind: TicketKind, officer_id: int | None, secret: str, now: datetime
) -> str:
    """Begin something; the ticket is a secret of the person who began it, and the ledger keeps only its hash."""
    # What nobody came back for is swept by the next who begins something.
    session.execute(delete(Challenge).where(Challenge.expires_at < now))
    # 192 random bits, kept as a hash: a reader of the ledger cannot finish a step that another began.
    ticket = secrets.token_urlsafe(24)
    session.add(
        Challenge(
            ticket=hash_token(ticket),
            kind=kind,
            officer_id=officer_id,
            secret=secret,
            tries=0,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return ticket


def load_ticket(session: Session, kind: TicketKind, ticket: str, now: datetime) -> Challenge:
    """The challenge of a ticket, locked; raises NotAllowed for an unknown, used or expired one, or one of another kind."""
    wanted = select(Challenge).where(Challenge.ticket == hash_token(ticket), Challenge.kind == kind)
    row = session.scalars(wanted.with_for_update()).first()
    if row is None or row.expires_at <= now:
        raise NotAllowed("access.ticket-over")
    return row


def take_ticket(session: Session, kind: TicketKind, ticket: str, now: datetime) -> Challenge:
    """As `load_ticket`, and use the ticket up."""
    # Deleted before it is used: an intercepted answer that is sent again finds nothing.
    row = load_ticket(session, kind, ticket, now)
    session.delete(row)
    session.flush()
    return row


def hash_token(token: str) -> bytes:
    """The SHA-256 of a token, which is all that the ledger keeps of it."""
    return hashlib.sha256(token.encode()).digest()
