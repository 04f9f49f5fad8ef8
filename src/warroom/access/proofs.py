"""Re-authentication before sensitive steps: the password, or a code of the second factor.

An unlocked desk gives a sign-in to a passer-by, who must not be able to keep it or to lock its owner out.
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
    """Require the officer's password or a fresh code, which is used up.

    Raises NotPossible for a wrong one, which counts as a failure, NotAllowed after too many of them, and IntakeBusy
    where too many sign in at once.
    """
    with hashing.reserve_slot():
        kept = _count_try(ledger, officer, given, now, origin)
        if kept is None:
            return
        right = hashing.verify_password(kept, given)
    # The failure stays counted; only a correct password takes it back.
    if not right:
        raise NotPossible("access.proof-wrong")
    with ledger.open_session() as session:
        row = session.get_one(OfficerRow, officers.require_active(session, officer).id, with_for_update=True)
        lockout.undo_failure(session, row, origin)


def _count_try(
    ledger: Ledger, officer: Officer, given: str, now: datetime, origin: SignInOrigin
) -> str | None:
    """None for a valid code; otherwise a failure is counted and the officer's password hash is returned."""
    with ledger.open_session() as session:
        row = session.get_one(OfficerRow, officers.require_active(session, officer).id, with_for_update=True)
        lockout.check_lockout(session, row, origin, now)
        # The code first: it is quick to verify, and the password's hash is slow on purpose.
        if factors.consume_code(session, row, given, now):
            return None
        lockout.record_failure(session, row, origin, now)
        return row.password_hash
