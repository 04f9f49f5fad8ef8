"""Tickets: something begun that its beginner alone may end, once and within minutes."""

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
    """Begin something; the ticket is a secret of whoever began it, and the ledger keeps only its hash."""
    # What nobody came back for is swept by the next who begins something.
    session.execute(delete(Challenge).where(Challenge.expires_at < now))
    # 192 random bits, kept as a hash: who reads the ledger cannot go on with what another began.
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
    """What a ticket stands for, locked; raises NotAllowed for none, another kind's, a used or an old one."""
    wanted = select(Challenge).where(Challenge.ticket == hash_token(ticket), Challenge.kind == kind)
    row = session.scalars(wanted.with_for_update()).first()
    if row is None or row.expires_at <= now:
        raise NotAllowed("access.ticket-over")
    return row


def take_ticket(session: Session, kind: TicketKind, ticket: str, now: datetime) -> Challenge:
    """The same, and nobody can take it again."""
    # Gone before it is used: an answer that is caught on the way and sent again finds nothing.
    row = load_ticket(session, kind, ticket, now)
    session.delete(row)
    session.flush()
    return row


def hash_token(token: str) -> bytes:
    """What the ledger keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
