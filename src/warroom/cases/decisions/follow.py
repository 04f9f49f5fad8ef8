"""Following a case's money again, and settling what a bank said had left: followed, or closed with a reason."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from warroom.cases import purposes
from warroom.cases.following import Follower, Tracer, trace_money
from warroom.cases.hold_ending import decided_hold
from warroom.cases.hold_views import load_hold_views
from warroom.cases.known_until import find_known_until
from warroom.cases.schema import Case, Hold, Proposal, Snapshot
from warroom.cases.stated import require_reason
from warroom.cases.steps import FOLLOW
from warroom.cases.summary import recount_case
from warroom.cases.views import LESS, FollowResult, HoldView
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def follow_again(
    ledger: Ledger,
    lake: "Lake",
    index: Any,
    officer: Officer,
    number: str,
    *,
    now: datetime | None = None,
    tracer: Tracer | None = None,
) -> FollowResult:
    """Follow a case's money with the records that came since the last time; returns what changed, and logs it.

    What banks said had left counts as followed once the records show that it did (`trails.freeze_trail`); else it stays
    open until they do or an officer closes it with a reason. Raises NotAllowed, NotFound, or NotPossible where the case
    names no transfer.
    """
    with open_decision(ledger, officer, *FOLLOW.roles, now=now) as this:
        before = _load_seen(this, purposes.work_case(this, number))
        moment = this.now
    newest = find_known_until(lake, before.looked_at, moment).newest
    # Outside a transaction: following takes seconds, and other officers decide in the case meanwhile.
    Follower(ledger, lake, index, moment, tracer or trace_money).refresh_and_follow(number)
    with open_decision(ledger, officer, *FOLLOW.roles, now=now) as this:
        case = purposes.work_case(this, number)
        recount_case(this.session, case.id, this.now)
        followed = before.compare_with(_load_seen(this, case), newest)
        this.log_entry("case.followed", f"case:{number}", followed.as_detail(), number)
        return followed


class _Seen:
    """The state of a case before or after following, for comparison."""

    def __init__(self, looked_at: datetime, case: Case, proposed: set[int], left: int) -> None:
        self.looked_at, self.proposed, self.left = looked_at, proposed, left
        self.still, self.accounts = case.still_there, case.accounts

    def compare_with(self, after: "_Seen", newest: datetime | None) -> FollowResult:
        fresh, followed = after.proposed - self.proposed, max(0, self.left - after.left)
        more = after.accounts - self.accounts
        return FollowResult(newest, followed, self.still, after.still, more, len(fresh), after.left)


def _load_seen(this: Decision, case: Case) -> _Seen:
    snapshot = this.session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None
    if snapshot is None:
        raise NotPossible("cases.no-trail-to-follow")
    query = select(Proposal.id).where(Proposal.case_id == case.id, Proposal.state == "open")
    looked_at = max(snapshot.as_of, case.traced_at or snapshot.as_of)
    return _Seen(looked_at, case, set(this.session.scalars(query)), _sum_open_parts(this, case))


def _sum_open_parts(this: Decision, case: Case) -> int:
    """Satang that banks said had left and that nobody has followed or closed."""
    told = select(Hold).where(Hold.case_id == case.id, Hold.state.in_(LESS), Hold.left_settled_at.is_(None))
    return sum(hold.amount - hold.held for hold in this.session.scalars(told))


def close_left(
    ledger: Ledger, officer: Officer, hold_id: int, reason: str, *, now: datetime | None = None
) -> HoldView:
    """Close what a bank said had left with a reason for not following it; a repetition changes nothing.

    Raises NotAllowed, NotFound, or NotPossible without a reason.
    """
    reason = require_reason(reason, "cases.left-reason-missing")
    with open_decision(ledger, officer, *FOLLOW.roles, now=now) as this:
        hold, case = decided_hold(this, hold_id)
        if hold.state in LESS and hold.left_settled_at is None:
            hold.left_settled_at = this.now
            recount_case(this.session, case.id, this.now)
            detail = {"reason": reason, "amount": hold.amount - hold.held}
            this.log_entry("hold.left_closed", f"hold:{hold.id}", detail, case.number)
        return load_hold_views(this.session, [hold])[0]
