"""Asking once more who sits there, before steps that matter: the password, or a code of the second factor.

A sign-in alone is an open desk; whoever finds one must not be able to stay in, or to lock its owner out.
"""

from datetime import datetime

from warroom.access import factors, hashing, lockout, sign_in
from warroom.access.views import SignInOrigin
from warroom.errors import NotPossible
from warroom.ledger import officers
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def require_proof(
    ledger: Ledger, officer: Officer, given: str, now: datetime, origin: SignInOrigin = sign_in.HERE
) -> None:
    """Ask for the officer's password or a fresh code, which is used up.

    Raises NotPossible for a wrong one, which counts as a wrong try, NotAllowed after too many of them, and Behind
    where too many sign in at once.
    """
    with hashing.reserve_slot():
        kept = _count_try(ledger, officer, given, now, origin)
        if kept is None:
            return
        right = hashing.verify_password(kept, given)
    if not right:
        raise NotPossible("access.proof-wrong")
    with ledger.open_session() as session:
        row = session.get_one(OfficerRow, officers.require_active(session, officer).id, with_for_update=True)
        lockout.undo_failure(session, row, origin)


def _count_try(
    ledger: Ledger, officer: Officer, given: str, now: datetime, origin: SignInOrigin
) -> str | None:
    """None where a code was given; else the try is counted, and this is the hash that the password must have."""
    with ledger.open_session() as session:
        row = session.get_one(OfficerRow, officers.require_active(session, officer).id, with_for_update=True)
        lockout.check_lockout(session, row, origin, now)
        # The code first: it is quick to look at, and the password's hash is slow on purpose.
        if factors.consume_code(session, row, given, now):
            return None
        lockout.record_failure(session, row, origin, now)
        return row.password_hash
