"""Asking once more who sits there, before steps that matter: the password, or a code of the second factor.

A sign-in alone is an open desk; whoever finds one must not be able to stay in, or to lock its owner out.
"""

from datetime import datetime

from warroom.access import factors, lockout, sign_in
from warroom.access import officers as access_officers
from warroom.access.views import Origin
from warroom.errors import NotPossible
from warroom.ledger import officers
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def prove(ledger: Ledger, officer: Officer, given: str, now: datetime, origin: Origin = sign_in.HERE) -> None:
    """Ask for the officer's password or a fresh code, which is used up.

    Raises NotPossible for a wrong one, which counts as a wrong try, and NotAllowed after too many of them.
    """
    with ledger.session() as session:
        row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
        lockout.check(session, row, origin, now)
        # The code first: it is quick to look at, and the password's hash is slow on purpose.
        right = factors.takes(session, row, given, now) or access_officers.matches(row, given)
        if not right:
            lockout.failed(session, row, origin, now)
    # Outside the transaction, so that the count of wrong tries is kept.
    if not right:
        raise NotPossible("access.proof-wrong")
