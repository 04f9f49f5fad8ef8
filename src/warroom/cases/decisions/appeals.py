"""Answering appeals: an officer who did not approve the hold must answer in time."""

from datetime import datetime

from warroom.cases import alerts, objection
from warroom.cases.hold_ending import decided_hold, end_hold, has_approved_hold
from warroom.cases.hold_views import load_appeal_views
from warroom.cases.schema import AppealRow
from warroom.cases.stated import require_reason
from warroom.cases.steps import ANSWER
from warroom.cases.summary import recount_case
from warroom.cases.views import ACTIVE, AppealView
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def answer_appeal(
    ledger: Ledger,
    officer: Officer,
    appeal_id: int,
    uphold: bool,
    reason: str,
    *,
    now: datetime | None = None,
) -> AppealView:
    """Answer an appeal: `uphold` True keeps the hold, False releases it. The same answer again changes
    nothing.

    Raises NotAllowed without the role, NotPossible for an officer who approved the hold, without a reason,
    or where it has been answered otherwise; NotFound for no such appeal.
    """
    reason, state = require_reason(reason, "cases.appeal-reason-missing"), "upheld" if uphold else "granted"
    with open_decision(ledger, officer, *ANSWER.roles, now=now) as this:
        row = this.session.get(AppealRow, appeal_id)
        if row is None:
            raise NotFound("cases.no-such-appeal")
        hold, case = decided_hold(this, row.hold_id, "cases.no-such-appeal")
        # Case and hold are locked before the appeal: filing an appeal and ending a hold lock in that
        # order too.
        this.session.refresh(row, with_for_update=True)
        if row.state not in ANSWER.states:
            if (row.state, row.answered_by) != (state, this.person.id):
                raise NotPossible("cases.appeal-answered")
        elif has_approved_hold(this, hold):
            # Nobody judges an objection to their own decision.
            raise NotPossible("cases.appeal-by-same-officer")
        else:
            _record_answer(this, row, state, reason)
            if not uphold and hold.state in ACTIVE:
                end_hold(this.session, hold, "appeal", this.person, reason, this.now)
            recount_case(this.session, case.id, this.now)
            detail = {"appeal": row.id, "state": state, "reason": reason}
            this.log_entry(f"appeal.{state}", f"hold:{hold.id}", detail, case.number)
        return load_appeal_views(this.session, [row])[0]


def _record_answer(this: Decision, row: AppealRow, state: str, reason: str) -> None:
    objection.answer_objection(this, row, state, reason, "hold", row.hold_id)
    alerts.clear_alerts(this.session, row.hold_id, objection.CLOCKS, this.now)
