"""It is still the officer who sits there: the password, or a code of the second factor, asked for once more.

A sign-in alone is an open desk; whoever finds one must not be able to stay in, or to lock its owner out.
"""

from datetime import datetime

from warroom.errors import NotPossible
from warroom.operations import officers
from warroom.operations.access import factors, signing, tries
from warroom.operations.ledger import Ledger
from warroom.operations.schema import OfficerRow
from warroom.operations.views import Officer
from warroom.operations.views.access import Origin

WRONG = "This is neither your password nor a fresh code of your second factor; type one of them."


def prove(ledger: Ledger, officer: Officer, given: str, now: datetime, origin: Origin = signing.HERE) -> None:
    """Ask for the officer's password or a fresh code, which is used up.

    Raises NotPossible for a wrong one, which counts as a wrong try, and NotAllowed after too many of them.
    """
    with ledger.session() as session:
        row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
        tries.check(session, row, origin, now)
        right = factors.takes(session, row, given, now) or officers.matches(row, given)
        if not right:
            tries.failed(session, row, origin, now)
    if not right:
        raise NotPossible(WRONG)
