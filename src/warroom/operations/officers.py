"""Officers: who they are, what they may do, and their sign-ins.

Passwords are argon2id hashes; a token is kept only as its hash. Wrong tries lock a name for some minutes,
and an unknown name takes as long to refuse as a wrong password.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.errors import NotAllowed, NotPossible
from warroom.operations import audit
from warroom.operations.ledger import Ledger
from warroom.operations.schema import OfficerRow, SessionRow
from warroom.operations.views import ROLES, Officer, SignIn

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# NIST SP 800-63B-4: at least 15 characters where the password is the only factor is advised; 12 is our floor.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
TRIES = 5
LOCKED_FOR = timedelta(minutes=5)
WRONG = "This name and password do not belong together; try again or ask an administrator."


def add_officer(
    ledger: Ledger,
    username: str,
    name: str,
    password: str,
    roles: Iterable[str],
    agency: str = "",
    *,
    by: Officer | None = None,
) -> Officer:
    """Make an officer. The first of a ledger becomes an administrator too.

    `by` is the administrator who does it, None where it is done at the machine's own command line. Raises
    NotPossible for a taken or unfit name, no or an unknown role or a short password; NotAllowed where `by` is no
    administrator.
    """
    wanted = _checked(username, name, password, frozenset(roles))
    hashed = _hasher().hash(password)
    with ledger.session() as session:
        if by is not None:
            require(session, by, "admin")
        if session.scalar(select(OfficerRow.id).where(OfficerRow.username == username)):
            raise NotPossible(f"There is an officer '{username}' already; choose another name.")
        if not session.scalar(select(func.count()).select_from(OfficerRow)):
            wanted |= {"admin"}
        row = OfficerRow(
            username=username,
            name=name.strip(),
            agency=agency.strip(),
            password_hash=hashed,
            roles=sorted(wanted),
            active=True,
            failures=0,
            made_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.append(session, by, "officer.added", f"officer:{username}", {"roles": sorted(wanted)})
        return officer_view(row)


def _checked(username: str, name: str, password: str, roles: frozenset[str]) -> frozenset[str]:
    if not USERNAME.fullmatch(username):
        raise NotPossible(
            f"'{username}' cannot be a user name; use 2 to 32 of a-z, 0-9, dots, dashes or underscores."
        )
    if not name.strip():
        raise NotPossible("An officer needs a name, because decisions are made by named people; give --name.")
    if not roles:
        raise NotPossible(f"An officer needs a role; choose at least one of {', '.join(ROLES)}.")
    if unknown := roles - set(ROLES):
        raise NotPossible(f"There is no role '{min(unknown)}'; the roles are {', '.join(ROLES)}.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise NotPossible(
            f"The password is too short or too long; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} signs."
        )
    return roles


def list_officers(ledger: Ledger) -> list[Officer]:
    """Every officer by user name."""
    with ledger.session() as session:
        return [
            officer_view(row) for row in session.scalars(select(OfficerRow).order_by(OfficerRow.username))
        ]


def deactivate(ledger: Ledger, username: str, *, by: Officer | None = None) -> Officer:
    """End an officer's access at once, sign-ins included; what they did stays. Raises NotPossible for no
    such name.
    """
    with ledger.session() as session:
        if by is not None:
            require(session, by, "admin")
        row = session.scalars(
            select(OfficerRow).where(OfficerRow.username == username).with_for_update()
        ).first()
        if row is None:
            raise NotPossible(f"There is no officer '{username}'; 'warroom officer list' shows them.")
        row.active = False
        session.execute(delete(SessionRow).where(SessionRow.officer_id == row.id))
        audit.append(session, by, "officer.deactivated", f"officer:{username}")
        return officer_view(row)


def sign_in(ledger: Ledger, username: str, password: str, *, now: datetime | None = None) -> SignIn:
    """Check a password and start a sign-in; raises NotAllowed with one and the same sentence for every
    mismatch.

    A sign-in lasts by the real clock, also in an exercise; the log goes by the exercise's.
    """
    noted, now = now or clock.now(), now or clock.wall()
    problem = ""
    with ledger.session() as session:
        row = session.scalars(
            select(OfficerRow).where(OfficerRow.username == username).with_for_update()
        ).first()
        if row is not None and row.locked_until is not None and row.locked_until > now:
            raise NotAllowed("Too many wrong passwords for this name; wait five minutes, then try again.")
        known = _matches(row.password_hash if row else _nobody(), password)
        if row is not None and known and row.active:
            return _start(session, row, now, noted)
        problem = WRONG
        if row is not None:
            _count_failure(row, now)
        # A refused name is not written down where it is none: people type passwords into that field.
        audit.append(session, row.username if row else None, "sign-in.refused", "officer", at=noted)
    raise NotAllowed(problem)


def _start(session: Session, row: OfficerRow, now: datetime, noted: datetime) -> SignIn:
    token = secrets.token_urlsafe(32)
    until = now + timedelta(hours=settings.number("WARROOM_SESSION_HOURS"))
    row.failures, row.locked_until = 0, None
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
    session.add(SessionRow(token_hash=_hash(token), officer_id=row.id, made_at=now, expires_at=until))
    audit.append(session, row.username, "sign-in", f"officer:{row.username}", at=noted)
    return SignIn(token, officer_view(row), until)


def _count_failure(row: OfficerRow, now: datetime) -> None:
    row.failures += 1
    if row.failures >= TRIES:
        row.failures, row.locked_until = 0, now + LOCKED_FOR


def officer_of(ledger: Ledger, token: str, *, now: datetime | None = None) -> Officer:
    """The officer behind a token; raises NotAllowed where the sign-in has ended."""
    query = (
        select(OfficerRow)
        .join(SessionRow, SessionRow.officer_id == OfficerRow.id)
        .where(SessionRow.token_hash == _hash(token), SessionRow.expires_at > (now or clock.wall()))
        .where(OfficerRow.active)
    )
    with ledger.session() as session:
        row = session.scalars(query).first()
        if row is None:
            raise NotAllowed("The sign-in has ended; sign in again.")
        return officer_view(row)


def sign_out(ledger: Ledger, token: str) -> None:
    """End a sign-in; an unknown token is no error."""
    with ledger.session() as session:
        officer = session.scalars(
            select(OfficerRow).join(SessionRow).where(SessionRow.token_hash == _hash(token))
        ).first()
        session.execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))
        if officer is not None:
            audit.append(session, officer.username, "sign-out", f"officer:{officer.username}")


def require(session: Session, officer: Officer, *roles: str) -> OfficerRow:
    """The officer's row as of now, holding one of these roles; raises NotAllowed otherwise."""
    row = session.get(OfficerRow, officer.id)
    if row is None or not row.active:
        raise NotAllowed("This officer is not active; ask an administrator.")
    if not set(roles) & set(row.roles):
        raise NotAllowed(f"This needs the role {' or '.join(roles)}; ask an administrator.")
    return row


def officer_view(row: OfficerRow) -> Officer:
    """A row as others see it."""
    return Officer(row.id, row.username, row.name, row.agency, frozenset(row.roles), row.active)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password[:LONGEST_PASSWORD])
    except VerificationError:
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
