"""An officer lets the money of a hold go."""

from datetime import datetime

from warroom.cases.hold_ending import decided_hold, end_hold
from warroom.cases.hold_views import hold_views
from warroom.cases.stated import stated
from warroom.cases.steps import RELEASE
from warroom.cases.summary import recount
from warroom.cases.views import HoldView
from warroom.errors import NotPossible
from warroom.ledger.decision import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def release(
    ledger: Ledger, officer: Officer, action_id: int, reason: str, *, now: datetime | None = None
) -> HoldView:
    """Let the money go: the hold ends at once here and a release order is sent until the bank confirms it.

    A hold whose order has not left yet is taken back instead. A released hold stays released; again changes
    nothing. Raises NotAllowed, NotFound, or NotPossible without a reason or where the hold has ended in
    another way.
    """
    reason = stated(reason, "cases.release-reason-missing")
    with decision(ledger, officer, *RELEASE.roles, now=now) as this:
        hold, case = decided_hold(this, action_id)
        # No key is asked for: a hold ends once, and a second click meets one that has ended.
        if hold.state != "released":
            if hold.state not in RELEASE.states:
                raise NotPossible("cases.hold-not-to-release", state=hold.state)
            end_hold(this.session, hold, "officer", this.person, reason, this.now)
            recount(this.session, case.id, this.now)
            detail = {"reason": reason, "amount": hold.amount}
            this.log("hold.released", f"hold:{hold.id}", detail, case.number)
        return hold_views(this.session, [hold])[0]
