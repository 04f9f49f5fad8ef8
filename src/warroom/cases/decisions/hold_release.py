"""Releasing a hold."""

from datetime import datetime

from warroom.cases.hold_ending import decided_hold, end_hold
from warroom.cases.hold_views import load_hold_views
from warroom.cases.stated import require_reason
from warroom.cases.steps import RELEASE
from warroom.cases.summary import recount_case
from warroom.cases.views import HoldView
from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def release_hold(
    ledger: Ledger, officer: Officer, action_id: int, reason: str, *, now: datetime | None = None
) -> HoldView:
    """Release a hold: it ends at once here, and a release order is sent until the bank confirms it.

    A hold whose order has not left yet is taken back instead. A released hold stays released; a repetition
    changes nothing. Raises NotAllowed, NotFound, or NotPossible without a reason or where the hold has ended
    in another way.
    """
    reason = require_reason(reason, "cases.release-reason-missing")
    with open_decision(ledger, officer, *RELEASE.roles, now=now) as this:
        hold, case = decided_hold(this, action_id)
        # No idempotency key: a hold ends once, and a second click finds it ended.
        if hold.state != "released":
            if hold.state not in RELEASE.states:
                raise NotPossible("cases.hold-not-to-release", state=hold.state)
            end_hold(this.session, hold, "officer", this.person, reason, this.now)
            recount_case(this.session, case.id, this.now)
            detail = {"reason": reason, "amount": hold.amount}
            this.log_entry("hold.released", f"hold:{hold.id}", detail, case.number)
        return load_hold_views(this.session, [hold])[0]
