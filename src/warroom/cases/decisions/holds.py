"""Approving and declining holds: one transaction, one named officer, an exact amount, for a limited time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.cases import hold_orders, purposes
from warroom.cases.hold_views import load_hold_views
from warroom.cases.references import new_reference
from warroom.cases.report_checks import require_check
from warroom.cases.resting import check_not_bringer
from warroom.cases.schema import Case, Claim, Hold, HoldApproval, Proposal, Snapshot
from warroom.cases.stated import require_reason
from warroom.cases.steps import DECIDE
from warroom.cases.summary import recount_case
from warroom.cases.trails import get_trail_currency
from warroom.cases.views import HoldView
from warroom.errors import NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.outbox import CURRENCY

# States whose code would read oddly in a refusal.
WORDS = {"not_held": "not one to hold", "superseded": "replaced by a newer look"}


def approve_holds(
    ledger: Ledger,
    officer: Officer,
    case: str,
    proposal_ids: Sequence[int],
    snapshot: str,
    key: str,
    *,
    unchecked_reason: str = "",
    now: datetime | None = None,
    wait: timedelta = timedelta(0),
) -> list[HoldView]:
    """Approve proposed holds of a case; returns the holds in the order of `proposal_ids`.

    `snapshot` is `CasePage.snapshot` as the officer saw it, `key` an idempotency key, new for each decision: the
    same key again (a double click) changes nothing and answers the same. Orders leave at once, or after `wait`, during
    which the approval may be taken back. A case of anonymous reports that nobody has checked needs `unchecked_reason`. Raises NotAllowed without the
    role, NotPossible where the trail has changed since, is not of baht or rests on a file that the officer brought, its reports are unchecked, the rule is not confirmed, the loss or
    the balance would be exceeded, or somebody has decided already; NotFound for an unknown case or proposal. Either
    all of it happens or none.
    """
    wanted = list(dict.fromkeys(int(number) for number in proposal_ids))
    if not wanted:
        raise NotPossible("cases.no-hold-chosen")
    # A constraint catches two officers whose first approvals of one proposal come at the same moment.
    with open_decision(ledger, officer, *DECIDE.roles, now=now, clash="cases.decided-meanwhile") as this:
        # Before all other checks: a second click must get the first answer, and not a refusal that the
        # hold is taken.
        ids = this.find_earlier_result(key, "approve", case, wanted, snapshot)
        if ids is None:
            # The hold's end is computed from now and is in the order: by a clock a year ahead a bank
            # would hold for a year.
            this.require_trusted_clock()
            case_row = open_case(this, case)
            ids = _approve_proposals(this, case_row, wanted, snapshot, wait)
            require_check(this, case_row, unchecked_reason)
            this.save_result(*ids)
        return _load_views(this.session, ids)


def _approve_proposals(
    this: Decision, case: Case, wanted: list[int], snapshot: str, wait: timedelta
) -> list[int]:
    _check_trail_unchanged(this, case, snapshot)
    rule = law.usable_rule(this.session, law.HOLD_ON_REPORT, this.now)
    _check_claimed(this.session, case)
    # The limits' trigger locks accounts: always in one order, so that two cases cannot wait for each other.
    proposals = sorted(
        _lock_proposals(this.session, case, wanted), key=lambda item: (item.bank, item.account)
    )
    take_unowned_case(this, case)
    made = {item.id: _decide_proposal(this, case, item, rule, snapshot, wait) for item in proposals}
    recount_case(this.session, case.id, this.now)
    return [made[number].id for number in wanted]


def open_case(this: Decision, number: str) -> Case:
    """The case, locked against other decisions; raises NotFound, or NotPossible where it is closed.

    Deciding in a case counts as working on it: that is the officer's purpose where none was stated.
    """
    case = purposes.work_case(this, number)
    # Nobody watches the clocks of a closed case on the board: what is done in it would be done unseen.
    if case.state not in DECIDE.states:
        raise NotPossible("cases.case-closed", number=number)
    return case


def take_unowned_case(this: Decision, case: Case) -> None:
    """Make who decides first the owner of a case that nobody has; logged as taking it is. The case is locked."""
    if case.owner_id is None:
        case.owner_id = this.person.id
        this.log_entry("case.taken", f"case:{case.number}", {}, case.number)


def _check_trail_unchanged(this: Decision, case: Case, snapshot: str) -> None:
    # An officer answers for what they saw: where the money has moved on since, they look again.
    current = this.session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None
    if current is None or current.sha256 != snapshot:
        raise NotPossible("cases.trail-changed")
    _check_in_baht(current)
    check_not_bringer(this, current)


def _check_in_baht(seen: Snapshot) -> None:
    # A proposal is a number of satang: what it is a number of, only its trail says. No foreign money is ever proposed;
    # this is asked again because its holder could not tell a wrong hold from a right one.
    currency = get_trail_currency(seen)
    if not currency:
        raise NotPossible("cases.trail-without-currency")
    if currency != CURRENCY:
        raise NotPossible("cases.trail-of-other-currency", currency=currency)


def _check_claimed(session: Session, case: Case) -> None:
    # One baht serves one victim: without a claim of its own, the case would hold money for another case's loss.
    if not session.scalar(select(func.count()).select_from(Claim).where(Claim.case_id == case.id)):
        raise NotPossible("cases.report-of-another-case")


def _lock_proposals(session: Session, case: Case, wanted: list[int]) -> list[Proposal]:
    query = select(Proposal).where(Proposal.id.in_(wanted), Proposal.case_id == case.id)
    found = list(session.scalars(query.with_for_update()))
    if len(found) != len(wanted):
        raise NotFound("cases.hold-of-another-case", number=case.number)
    return found


def _decide_proposal(
    this: Decision, case: Case, proposal: Proposal, rule: law.Rule, snapshot: str, wait: timedelta
) -> Hold:
    """Decide one proposal: make a new hold, or add the second officer's approval to one that waits for it."""
    session, known = this.session, proposal.hold_id
    waiting = session.get(Hold, known, with_for_update=True) if known else None
    if waiting is not None and waiting.state == "proposed":
        hold = waiting
    elif proposal.state != "open" or proposal.snapshot_id != case.snapshot_id:
        raise NotPossible("cases.hold-decided", bank=proposal.bank, state=_format_state(proposal))
    else:
        hold = _new_hold(this, case, proposal, rule, snapshot)
        proposal.state, proposal.hold_id = "approved", hold.id
        proposal.officer_id, proposal.decided_at = this.person.id, this.now
    # The time runs from the first approval: a second one that comes too late would bind money for no time at all.
    if hold.until <= this.now:
        raise NotPossible("cases.hold-run-out")
    if _add_approval(this, hold, snapshot) >= rule.approvers:
        _order_hold(session, hold, rule, this.now, wait)
    detail = {name: getattr(hold, name) for name in ("bank", "account", "amount", "until", "state")}
    this.log_entry(
        "hold.approved", f"hold:{hold.id}", detail | {"rule": hold.rule_id, "snapshot": snapshot}, case.number
    )
    return hold


def _format_state(proposal: Proposal) -> str:
    return WORDS.get(proposal.state, proposal.state)


def _new_hold(this: Decision, case: Case, proposal: Proposal, rule: law.Rule, snapshot: str) -> Hold:
    until = this.now + rule.period
    hold = Hold(
        case_id=case.id,
        proposal_id=proposal.id,
        reference=new_reference(),
        bank=proposal.bank,
        account=proposal.account,
        amount=proposal.amount,
        held=0,  # only the bank's answer puts it into effect: until then nothing counts as held
        balance_limit=proposal.balance,
        state="proposed",
        rule_id=rule.id,
        rule_digest=rule.digest,
        legal_basis=rule.citation.en,
        snapshot=snapshot,
        approved_at=this.now,
        until=until,
        report_until=until,
        notice_th="",
        notice_en="",
        left_by_word=0,
    )
    this.session.add(hold)
    this.session.flush()
    # A hold that waits for a second officer lapses too.
    deadlines.start_deadline(this.session, "hold", hold.id, "lapse", hold.until, hold.case_id)
    return hold


def _add_approval(this: Decision, hold: Hold, snapshot: str) -> int:
    """Save the officer's approval; returns their number. Raises NotPossible for an officer's second one."""
    given = set(this.session.scalars(select(HoldApproval.officer_id).where(HoldApproval.hold_id == hold.id)))
    if this.person.id in given:
        raise NotPossible("cases.approved-by-you")
    this.session.add(
        HoldApproval(hold_id=hold.id, officer_id=this.person.id, step="hold", snapshot=snapshot, at=this.now)
    )
    this.session.flush()
    return len(given) + 1


def _order_hold(session: Session, hold: Hold, rule: law.Rule, now: datetime, wait: timedelta) -> None:
    """Order an approved hold: start its deadlines, put the order into the outbox, write the holder's notice."""
    hold.state = "approved"
    hold_orders.start_warning(session, hold)
    order = hold_orders.emit_hold_order(session, hold, "hold", rule, "", now, hold.amount, wait)
    hold.notice_th, hold.notice_en = order.notice_th, order.notice_en


def _load_views(session: Session, ids: list[int]) -> list[HoldView]:
    session.flush()
    found = {row.id: row for row in session.scalars(select(Hold).where(Hold.id.in_(ids)))}
    return load_hold_views(session, [found[number] for number in ids])


def decline_proposals(
    ledger: Ledger,
    officer: Officer,
    case: str,
    proposal_ids: Sequence[int],
    reason: str,
    *,
    now: datetime | None = None,
) -> None:
    """Decide against proposed holds, with a reason; they are not proposed again unless the amount grows.

    Raises NotAllowed, NotFound, or NotPossible without a reason, without a hold or where somebody has decided already.
    """
    reason = require_reason(reason, "cases.decline-reason-missing")
    if not proposal_ids:
        raise NotPossible("cases.no-hold-chosen")
    with open_decision(ledger, officer, *DECIDE.roles, now=now) as this:
        case_row = open_case(this, case)
        proposals = _lock_proposals(this.session, case_row, list(dict.fromkeys(proposal_ids)))
        take_unowned_case(this, case_row)
        for proposal in proposals:
            _decline_proposal(this, proposal, reason, case)
        recount_case(this.session, case_row.id, this.now)


def _decline_proposal(this: Decision, proposal: Proposal, reason: str, case: str) -> None:
    # The same decision again is a second click: it is logged, and changes nothing.
    again = proposal.state == "declined" and proposal.decline_reason == reason
    if not again and proposal.state != "open":
        raise NotPossible("cases.hold-decided-look-again", bank=proposal.bank, state=_format_state(proposal))
    if not again:
        proposal.state, proposal.decline_reason = "declined", reason
        proposal.officer_id, proposal.decided_at = this.person.id, this.now
    detail = {"bank": proposal.bank, "account": proposal.account, "amount": proposal.amount, "reason": reason}
    this.log_entry("hold.declined", f"proposal:{proposal.id}", detail, case)
