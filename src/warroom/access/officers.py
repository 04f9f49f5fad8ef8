"""Adds, lists and deactivates officers. How they sign in is in `access.sign_in`."""

import re
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from warroom.access.hashing import new_hash
from warroom.access.schema import SessionRow
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import ROLES, Officer, to_officer
from warroom.ledger.schema import OfficerRow

# Lower case only: the log and custody steps name officers by it, and two names that differ by case look
# like one.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


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
    with open_decision(ledger, by, "admin") as this:
        return to_officer(make_officer(this, username, name, password, known_roles(frozenset(roles)), agency))


def make_officer(
    this: Decision, username: str, name: str, password: str, roles: frozenset[str], agency: str
) -> OfficerRow:
    """The row of a new officer with these roles, as `add_officer` says."""
    _check_officer(username, name)
    hashed = new_hash(password)
    # Checked here and not left to the constraint: the administrator must learn which name is taken.
    if this.session.scalar(select(OfficerRow.id).where(OfficerRow.username == username)):
        raise NotPossible("access.username-taken", username=username)
    # Without an administrator in the ledger only the command line could ever make one.
    if not this.session.scalar(select(func.count()).select_from(OfficerRow)):
        roles |= {"admin"}
    row = OfficerRow(
        username=username,
        name=name.strip(),
        agency=agency.strip(),
        password_hash=hashed,
        roles=sorted(roles),
        active=True,
        made_at=this.now,
    )
    this.session.add(row)
    this.session.flush()
    this.log_entry("officer.added", f"officer:{username}", {"roles": sorted(roles)})
    return row


def _check_officer(username: str, name: str) -> None:
    if not USERNAME.fullmatch(username):
        raise NotPossible("access.username-unfit", username=username)
    if not name.strip():
        raise NotPossible("access.officer-name-missing")


def known_roles(roles: frozenset[str]) -> frozenset[str]:
    """The roles, if there are any and the program knows them; raises NotPossible."""
    if not roles:
        raise NotPossible("access.officer-role-missing", roles=", ".join(ROLES))
    if unknown := roles - set(ROLES):
        raise NotPossible("access.no-such-role", role=min(unknown), roles=", ".join(ROLES))
    return roles


def list_officers(ledger: Ledger) -> list[Officer]:
    """Every officer by user name."""
    with ledger.open_session() as session:
        return [to_officer(row) for row in session.scalars(select(OfficerRow).order_by(OfficerRow.username))]


def deactivate_officer(ledger: Ledger, username: str, *, by: Officer | None = None) -> Officer:
    """Deactivate an officer at once and end their sign-ins; what they did stays on record. Raises NotPossible for
    no such name.
    """
    with open_decision(ledger, by, "admin") as this:
        row = load_officer_for_update(this.session, username)
        # Never deleted: the log names them, and so do holds that are still in effect.
        row.active = False
        this.session.execute(delete(SessionRow).where(SessionRow.officer_id == row.id))
        this.log_entry("officer.deactivated", f"officer:{username}")
        return to_officer(row)


def load_officer_for_update(session: Session, username: str) -> OfficerRow:
    """The officer of a user name, locked; raises NotPossible for none."""
    wanted = select(OfficerRow).where(OfficerRow.username == username)
    row = session.scalars(wanted.with_for_update()).first()
    if row is None:
        raise NotPossible("access.no-such-officer", username=username)
    return row
