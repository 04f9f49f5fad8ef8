"""Asking once more who sits there, before steps that matter: the password, or a code of the second factor.

A sign-in alone is an open desk; whoever finds one must not be able to stay in, or to lock its owner out.
"""

from datetime import datetime

from warroom.access import factors, hashing, lockout, sign_in
from warroom.access.views import Origin
from warroom.errors import NotPossible
from warroom.ledger import officers
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def prove(ledger: Ledger, officer: Officer, given: str, now: datetime, origin: Origin = sign_in.HERE) -> None:
    """Ask for the officer's password or a fresh code, which is used up.

    Raises NotPossible for a wrong one, which counts as a wrong try, NotAllowed after too many of them, and Behind
    where too many sign in at once.
    """
    with hashing.place():
        kept = _counted(ledger, officer, given, now, origin)
        if kept is None:
            return
        right = hashing.matches(kept, given)
    if not right:
        raise NotPossible("access.proof-wrong")
    with ledger.session() as session:
        row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
        lockout.forgiven(session, row, origin)


def _counted(ledger: Ledger, officer: Officer, given: str, now: datetime, origin: Origin) -> str | None:
    """None where a code was given; else the try is counted, and this is the hash that the password must have."""
    with ledger.session() as session:
        row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
        lockout.check(session, row, origin, now)
        # The code first: it is quick to look at, and the password's hash is slow on purpose.
        if factors.takes(session, row, given, now):
            return None
        lockout.failed(session, row, origin, now)
        return row.password_hash
