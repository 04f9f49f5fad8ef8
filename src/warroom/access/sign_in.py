"""Signing in and out: a password, a second factor where there is one, and a token that the ledger knows by its hash.

A sign-in expires by the real clock, also in an exercise; log rows carry the exercise's time. An unknown name takes as
long to refuse as a wrong password.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.access import factors, hashing, lockout, tickets
from warroom.access.schema import SessionRow
from warroom.access.views import Halfway, SignIn, SignInOrigin
from warroom.errors import IntakeBusy, NotAllowed
from warroom.ledger import officers as ledger_officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# Tries of a code a ticket: 5 in a million (RFC 6238, six digits), and the password must be right before
# each ticket.
SECOND_TRIES = 5
HERE = SignInOrigin()
# Characters of a browser's User-Agent, which is shown to the officer. Chosen, not measured.
DEVICE_SIGNS = 200


def begin_sign_in(
    ledger: Ledger, username: str, password: str, *, origin: SignInOrigin = HERE, now: datetime | None = None
) -> SignIn | Halfway:
    """Check a password: a sign-in, or halfway to one where the officer has a second factor.

    Raises NotAllowed with the same sentence for every mismatch, and with another while the name is locked;
    IntakeBusy where too many sign in at once.
    """
    noted, now = now or clock.get_now(), now or clock.get_real_now()
    # The slow hash is computed between two transactions: a flood must not hold the ledger's connections as
    # well.
    with hashing.reserve_slot():
        kept = _count_try(ledger, username, origin, now)
        right = hashing.verify_password(kept, password)
        renewed = hashing.rehash_if_outdated(kept, password) if right and kept else None
    with ledger.open_session() as session:
        row = _find_officer_for_update(session, username)
        if row is not None and renewed is not None and row.active:
            # The password was changed while this one was verified, perhaps because it had leaked: refuse
            # the old one.
            if row.password_hash not in (kept, renewed):
                raise IntakeBusy("access.too-many-at-once", hashing.RETRY_SECONDS)
            row.password_hash = renewed
            lockout.undo_failure(session, row, origin)
            return continue_sign_in(session, row, origin, "password", now, noted)
        # An unknown name is not logged: people type passwords into that field.
        writing.write_audit_row(
            session, row.username if row else None, "sign-in.refused", "officer", at=noted
        )
    # Raised outside the transaction: inside it would roll back the log row.
    raise NotAllowed("access.password-or-name-wrong")


def _count_try(ledger: Ledger, username: str, origin: SignInOrigin, now: datetime) -> str | None:
    """Count a failure before the password is verified, and return the stored hash; None for an unknown name.

    Counted afterwards, a hundred tries at one moment would all be verified before the first of them counts.
    """
    with ledger.open_session() as session:
        row = _find_officer_for_update(session, username)
        lockout.check_lockout(session, row, origin, now, username)
        lockout.record_failure(session, row, origin, now, username)
        return row.password_hash if row else None


def _find_officer_for_update(session: Session, username: str) -> OfficerRow | None:
    # Locked: parallel guesses are counted one after the other, so none passes the limit.
    wanted = select(OfficerRow).where(OfficerRow.username == username).with_for_update()
    return session.scalars(wanted).first()


def sign_in(
    ledger: Ledger,
    username: str,
    password: str,
    *,
    code: str = "",
    origin: SignInOrigin = HERE,
    now: datetime | None = None,
) -> SignIn:
    """Password and code in one step; raises NotAllowed as `begin_sign_in` and `finish_sign_in` do, or where the code is missing."""
    entry = begin_sign_in(ledger, username, password, origin=origin, now=now)
    if isinstance(entry, SignIn):
        return entry
    if not code:
        raise NotAllowed("access.code-missing")
    return finish_sign_in(ledger, entry.ticket, code, origin=origin, now=now)


def finish_sign_in(
    ledger: Ledger, ticket: str, code: str, *, origin: SignInOrigin = HERE, now: datetime | None = None
) -> SignIn:
    """The second step: a code of the officer's authenticator, or a recovery code. Raises NotAllowed."""
    noted, now = now or clock.get_now(), now or clock.get_real_now()
    with ledger.open_session() as session:
        begun = tickets.load_ticket(session, "second", ticket, now)
        row = session.get_one(OfficerRow, begun.officer_id, with_for_update=True)
        lockout.check_lockout(session, row, origin, now)
        if row.active and factors.consume_code(session, row, code, now):
            session.delete(begun)
            return start_session(session, row, origin, "code", now, noted)
        begun.tries += 1
        # A million codes and five tries a ticket: the next five need the password again.
        if begun.tries >= SECOND_TRIES:
            session.delete(begun)
        lockout.record_failure(session, row, origin, now)
        writing.write_audit_row(
            session, row.username, "sign-in.refused", "officer", {"step": "code"}, at=noted
        )
    raise NotAllowed("access.code-wrong-or-old")


def continue_sign_in(
    session: Session, row: OfficerRow, origin: SignInOrigin, way: str, now: datetime, noted: datetime
) -> SignIn | Halfway:
    """After the first factor: on to the second where the officer has one, else in."""
    if not factors.has_any(session, row):
        return start_session(session, row, origin, way, now, noted)
    ticket = tickets.issue_ticket(session, "second", row.id, way, now)
    return Halfway(ticket, bool(factors.passkeys_of(session, row)))


def start_session(
    session: Session, row: OfficerRow, origin: SignInOrigin, way: str, now: datetime, noted: datetime
) -> SignIn:
    """A sign-in begins. Who needs a second factor and has none is let in only to set one up."""
    # 256 random bits: it cannot be guessed, so the ledger's plain hash of it is enough.
    token = secrets.token_urlsafe(32)
    until = now + timedelta(hours=settings.get_number("WARROOM_SESSION_HOURS"))
    lockout.record_success(session, row, origin, now)
    # Expired sign-ins are deleted here, since a sign-in writes to this table anyway; no job is needed.
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
    session.add(
        SessionRow(
            token_hash=tickets.hash_token(token),
            officer_id=row.id,
            made_at=now,
            expires_at=until,
            way=way,
            enrolling=factors.is_factor_needed(session, row) and not factors.has_any(session, row),
            address=origin.address,
            device=origin.device[:DEVICE_SIGNS],
        )
    )
    writing.write_audit_row(
        session, row.username, "sign-in", f"officer:{row.username}", {"way": way}, at=noted
    )
    return SignIn(token, ledger_officers.to_officer(row), until)


def officer_of(
    ledger: Ledger, token: str, *, enrolling: bool = False, now: datetime | None = None
) -> Officer:
    """The officer behind a token; raises NotAllowed where the sign-in has ended.

    `enrolling` lets in those too who have yet to set up the second factor that their roles need.
    """
    query = (
        select(OfficerRow, SessionRow.enrolling)
        .join(SessionRow, SessionRow.officer_id == OfficerRow.id)
        .where(
            SessionRow.token_hash == tickets.hash_token(token),
            SessionRow.expires_at > (now or clock.get_real_now()),
        )
        .where(OfficerRow.active)
    )
    with ledger.open_session() as session:
        # Queried with every request: a deactivation and a change of roles take effect at once, for one query.
        sign_in_row = session.execute(query).first()
        if sign_in_row is None:
            raise NotAllowed("access.session-ended")
        row, unfinished = sign_in_row
        # Its own error: the page leads to where the factor is set up, and not back to the sign-in.
        if unfinished and not enrolling:
            raise EnrolFirst("access.second-factor-missing")
        return ledger_officers.to_officer(row)


class EnrolFirst(NotAllowed):
    """The officer may do nothing before they have set up a second factor."""


def sign_out(ledger: Ledger, token: str) -> None:
    """End a sign-in; an unknown token is no error."""
    with ledger.open_session() as session:
        mine = SessionRow.token_hash == tickets.hash_token(token)
        officer = session.scalars(select(OfficerRow).join(SessionRow).where(mine)).first()
        session.execute(delete(SessionRow).where(mine))
        # Ended or unknown: signing out twice is no event for the log.
        if officer is not None:
            writing.write_audit_row(session, officer.username, "sign-out", f"officer:{officer.username}")
