"""Extending a hold after the police complaint: one officer requests it, and a supervisor who did not approve
the hold agrees.
"""

from datetime import datetime

from sqlalchemy import select

from warroom.cases import alerts, hold_orders
from warroom.cases.hold_ending import decided_hold, has_approved_hold
from warroom.cases.hold_views import load_hold_views
from warroom.cases.resting import check_not_bringer
from warroom.cases.schema import Hold, HoldApproval, HoldExtension, Snapshot
from warroom.cases.steps import APPROVE_EXTENSION, EXTEND
from warroom.cases.summary import recount_case
from warroom.cases.trails import get_trail_currency
from warroom.cases.views import HoldView
from warroom.errors import NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.outbox import CURRENCY


def extend_hold(
    ledger: Ledger,
    officer: Officer,
    action_id: int,
    complaint_no: str,
    key: str,
    *,
    complained_at: datetime | None = None,
    now: datetime | None = None,
) -> HoldView:
    """Extend a hold to seven days from the police complaint: one officer requests, another (a supervisor)
    approves.

    The first call makes the request, a second one by somebody else approves it and emits the `extend_hold`
    order. `complained_at` is when the complaint was filed (now where not given). The officer who approved
    the hold cannot be the one who approves its extension. Raises NotAllowed, NotFound, or NotPossible after
    the hold has lapsed.
    """
    complaint_no = complaint_no.strip()
    # The key is only required: a hold has one request at a time, and that is what a second click finds.
    if not complaint_no or not key:
        raise NotPossible("cases.complaint-number-missing")
    with open_decision(ledger, officer, now=now, clash="cases.decided-meanwhile") as this:
        hold, case = decided_hold(this, action_id)
        rule = law.usable_rule(this.session, law.HOLD_AFTER_COMPLAINT, this.now)
        this.require_trusted_clock()
        _check_extendable(hold, this.now)
        seen = this.session.get(Snapshot, case.snapshot_id)
        _check_in_baht(seen)
        check_not_bringer(this, seen)
        asked = _find_extension(this, hold)
        # The role needed depends on whether this is the first or the second officer: checked under the
        # lock, not before.
        if asked is None:
            _request_extension(this, hold, case.number, complaint_no, complained_at or this.now, rule)
        else:
            _approve_extension(this, hold, case.number, asked, complaint_no, rule)
        recount_case(this.session, case.id, this.now)
        return load_hold_views(this.session, [hold])[0]


def _check_extendable(hold: Hold, now: datetime) -> None:
    if hold.state not in EXTEND.states:
        raise NotPossible("cases.hold-not-at-bank", state=hold.state)
    if hold.until <= now:
        raise NotPossible("cases.hold-lapsed")


def _check_in_baht(seen: Snapshot | None) -> None:
    # A hold from before trails stated their currency may be of foreign money. Such a hold is released and
    # never extended; where the trail states none, `exchange` asks the lake before the order leaves.
    currency = get_trail_currency(seen)
    if currency not in ("", CURRENCY):
        raise NotPossible("cases.trail-of-other-currency", currency=currency)


def _find_extension(this: Decision, hold: Hold) -> HoldExtension | None:
    own = (HoldExtension.hold_id == hold.id, HoldExtension.state != "refused")
    return this.session.scalars(select(HoldExtension).where(*own)).first()


def _request_extension(
    this: Decision, hold: Hold, case: str, complaint_no: str, complained_at: datetime, rule: law.Rule
) -> None:
    person, until = this.require_role(*EXTEND.roles), complained_at + rule.period
    # An extension that ends before the hold does would shorten it.
    if complained_at > this.now or until <= hold.until:
        raise NotPossible("cases.complaint-time-unfit")
    this.session.add(
        HoldExtension(
            hold_id=hold.id,
            complaint_no=complaint_no,
            complained_at=complained_at,
            until=until,
            state="requested",
            requested_by=person.id,
            requested_at=this.now,
        )
    )
    this.log_entry(
        "extension.requested", f"hold:{hold.id}", {"complaint_no": complaint_no, "until": until}, case
    )


def _approve_extension(
    this: Decision, hold: Hold, case: str, asked: HoldExtension, complaint_no: str, rule: law.Rule
) -> None:
    """The second officer's approval. The same officer again is a double click while the request is open, and no
    approval.
    """
    if asked.complaint_no != complaint_no:
        raise NotPossible("cases.extension-of-another-complaint", complaint=asked.complaint_no)
    if this.person.id in (asked.requested_by, asked.approved_by):
        return
    if asked.state != "requested":
        raise NotPossible("cases.extension-approved")
    person = this.require_role(*APPROVE_EXTENSION.roles)
    # Seven days in another's money take two people who have not yet bound themselves to this hold.
    if has_approved_hold(this, hold):
        raise NotPossible("cases.extension-by-same-officer")
    asked.state, asked.approved_by, asked.approved_at = "approved", person.id, this.now
    # The second officer counts as an approver of the hold: they cannot judge its appeal.
    approval = HoldApproval(
        hold_id=hold.id, officer_id=person.id, step="extend", snapshot=hold.snapshot, at=this.now
    )
    this.session.add(approval)
    _prolong_hold(this, hold, asked, rule)
    detail = {"complaint_no": complaint_no, "until": hold.until}
    this.log_entry("extension.approved", f"hold:{hold.id}", detail, case)


def _prolong_hold(this: Decision, hold: Hold, asked: HoldExtension, rule: law.Rule) -> None:
    """Move the hold's end, with its deadlines and the order; a bank that refuses restores the old end."""
    hold.until, hold.rule_id, hold.rule_digest = asked.until, rule.id, rule.digest
    hold.legal_basis = rule.citation.en
    deadlines.start_deadline(this.session, "hold", hold.id, "lapse", hold.until, hold.case_id)
    hold_orders.start_warning(this.session, hold)
    alerts.clear_alerts(this.session, hold.id, ("lapse_warning",), this.now)
    amount = hold.held or hold.amount
    order = hold_orders.emit_hold_order(
        this.session, hold, "extend", rule, asked.complaint_no, this.now, amount
    )
    hold.notice_th, hold.notice_en = order.notice_th, order.notice_en
