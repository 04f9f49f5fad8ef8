"""Taking an approval back before its order has left: no bank knows of it, and the amount is proposed again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.hold_ending import has_approved_hold
from warroom.cases.hold_views import load_hold_views
from warroom.cases.schema import Case, Hold, Proposal
from warroom.cases.summary import recount_case
from warroom.cases.views import HoldView
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders import outbox

# Columns of the proposal that belong to the decision that was undone.
NOT_COPIED = ("id", "hold_id", "officer_id", "decided_at")


def take_back_holds(
    ledger: Ledger, officer: Officer, case: str, hold_ids: Sequence[int], *, now: datetime | None = None
) -> list[HoldView]:
    """Undo one's own approvals, all of these or none; their amounts are undecided again. The same again changes nothing.

    Raises NotAllowed, NotFound, or NotPossible where an order has left or another officer approved the hold.
    """
    with open_decision(ledger, officer, *role_groups.HOLD_APPROVERS, now=now) as this:
        case_row = purposes.work_case(this, case)
        # In the order of ids: two officers who take back the same holds cannot wait for each other.
        query = select(Hold).where(Hold.case_id == case_row.id, Hold.id.in_(hold_ids)).order_by(Hold.id)
        holds = list(this.session.scalars(query.with_for_update()))
        if not holds or len(holds) != len(set(hold_ids)):
            raise NotFound("cases.no-such-hold")
        for hold in holds:
            if hold.state != "taken_back":
                _take_back_hold(this, case_row, hold)
        recount_case(this.session, case_row.id, this.now)
        return load_hold_views(this.session, holds)


def _take_back_hold(this: Decision, case: Case, hold: Hold) -> None:
    if not has_approved_hold(this, hold):
        raise NotPossible("cases.approved-by-another")
    # Under the lock of hold and orders: a sender that has taken one of them may be sending it at this moment.
    untouched = outbox.cancel_unsent(this.session, "hold", hold.id, this.now, case.number)
    if not untouched or hold.state not in ("proposed", "approved"):
        raise NotPossible("cases.order-has-left", bank=hold.bank)
    hold.state = "taken_back"
    deadlines.stop_deadlines(this.session, "hold", hold.id)
    _propose_again(this, case, this.session.get_one(Proposal, hold.proposal_id))
    detail = {"bank": hold.bank, "account": hold.account, "amount": hold.amount}
    this.log_entry("hold.taken_back", f"hold:{hold.id}", detail, case.number)


def _propose_again(this: Decision, case: Case, proposal: Proposal) -> None:
    """Propose the amount again under a new id: the old proposal stays with the hold that was taken back."""
    proposal.state = "superseded"
    kept = {
        column.key: getattr(proposal, column.key)
        for column in Proposal.__table__.columns
        if column.key not in NOT_COPIED
    }
    this.session.add(Proposal(**kept | {"state": "open", "snapshot_id": case.snapshot_id}))
    this.session.flush()
