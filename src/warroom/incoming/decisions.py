"""Officers' decisions about what comes in to an account: begin, approve, decline, end, the payer's answer, and the holder's appeal."""

from datetime import datetime
from typing import TYPE_CHECKING

from warroom.access import role_groups
from warroom.cases import objection
from warroom.cases.references import new_reference
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.incoming import orders, reports, rows
from warroom.incoming.estimate import build_estimate, count_payers
from warroom.incoming.queries import build_hold_view, build_payment_view
from warroom.incoming.schema import IncomingAppealRow, IncomingHoldRow, PayerCallRow, WaitingPayment
from warroom.incoming.views import (
    CALL_ANSWERS,
    OPEN_STATES,
    Bar,
    CallAnswer,
    IncomingEstimate,
    IncomingHoldView,
    WaitingPaymentView,
)
from warroom.law.kinds.declarations import load_kind
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.trail import BankAccount
from warroom.signals import store
from warroom.signals.signal import Signal

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

BARRED: dict[Bar, str] = {
    "shop": "incoming.barred-shop",
    "victim": "incoming.barred-victim",
    "again": "incoming.barred-again",
    "open": "incoming.barred-open",
}
LONGEST = 1_000  # characters of a reason, and of what a payer says


def begin_hold(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    account: BankAccount,
    reason: str,
    key: str,
    *,
    signal_id: str = "",
    now: datetime | None = None,
) -> IncomingHoldView:
    """Ask an account's bank to let what comes in wait for seven days at most; where anything speaks against one officer alone, a
    second one has to approve it first.

    `signal_id` is the signal it rests on, "" for none. Raises NotPossible without a reason, for a shop, for the account of
    somebody who was cheated, for one held now or so lately, and while no lawyer has confirmed the rule; NotAllowed; NotFound.
    """
    reason = _require_reason(reason)
    # Before the transaction: both read the lake.
    signal = _find_signal(lake, signal_id, account)
    with open_decision(
        ledger, officer, *role_groups.INCOMING_DECIDERS, now=now, clash="incoming.barred-open"
    ) as this:
        known = this.find_earlier_result(
            key, "incoming.begin", account.bank, account.number, signal_id, reason
        )
        if known is not None:
            return build_hold_view(
                this.session, this.session.get_one(IncomingHoldRow, int(known[0])), this.now
            )
        this.require_trusted_clock()
        estimate = _require_allowed(this, lake, account, signal)
        hold = _add_proposal(this, account, reason, signal, estimate)
        if estimate.doubts:
            deadlines.start_deadline(this.session, "incoming", hold.id, "decide", hold.decide_by)
        else:
            _approve_hold(this, hold)
        this.save_result(hold.id)
        return build_hold_view(this.session, hold, this.now)


def _require_allowed(
    this: Decision, lake: "Lake", account: BankAccount, signal: Signal | None
) -> IncomingEstimate:
    """What a hold would do; raises NotPossible where nobody may begin one."""
    counted = count_payers(lake, account, this.now)
    estimate = build_estimate(this.session, account, counted, signal, this.person.id, this.now)
    if estimate.bars:
        raise NotPossible(
            BARRED[estimate.bars[0]], account=account.number, payers=f"{estimate.payers_a_day:.1f}"
        )
    return estimate


def _add_proposal(
    this: Decision, account: BankAccount, reason: str, signal: Signal | None, estimate: IncomingEstimate
) -> IncomingHoldRow:
    """The row of what was proposed, with the signal and the doubts as the officer saw them, and its log row."""
    declared = load_kind(orders.KIND)
    rule = law.usable_rule(this.session, declared.rules[0], this.now)
    hold = IncomingHoldRow(
        bank=account.bank,
        account=account.number,
        state="proposed",
        reference=new_reference(),
        signal=signal.record_id if signal else "",
        probability=estimate.probability,
        model_version=signal.model_version if signal else "",
        reasons=[to_json_value(reason_found.as_json()) for reason_found in signal.reasons] if signal else [],
        payers_a_day=estimate.payers_a_day,
        doubts=list(estimate.doubts),
        reason=reason,
        proposed_by=this.person.id,
        proposed_at=this.now,
        decide_by=this.now + declared.decide_within,
        rule_id=rule.id,
        rule_digest=rule.digest,
        notice_th="",
        notice_en="",
        ended_cause="",
        ended_reason="",
    )
    this.session.add(hold)
    this.session.flush()
    detail = {"reason": reason, "signal": hold.signal, "doubts": hold.doubts}
    this.log_entry("incoming.proposed", f"incoming:{hold.id}", detail)
    return hold


def approve_hold(
    ledger: Ledger, officer: Officer, hold_id: int, key: str, *, now: datetime | None = None
) -> IncomingHoldView:
    """Approve, as a second officer, what the first could not decide alone. Raises NotAllowed for the first one, NotPossible
    where it was decided meanwhile.
    """
    with open_decision(ledger, officer, *role_groups.INCOMING_DECIDERS, now=now) as this:
        hold = rows.lock_hold(this.session, hold_id)
        if this.find_earlier_result(key, "incoming.approve", hold_id) is None:
            this.require_trusted_clock()
            if hold.proposed_by == this.person.id:
                raise NotAllowed("incoming.own-proposal")
            if hold.state != "proposed":
                raise NotPossible("incoming.decided-meanwhile")
            law.usable_rule(this.session, hold.rule_id, this.now)
            _approve_hold(this, hold)
        return build_hold_view(this.session, hold, this.now)


def _approve_hold(this: Decision, hold: IncomingHoldRow) -> None:
    rule = law.rule_under(hold.rule_id, hold.rule_digest)
    with this.session.no_autoflush:
        hold.approved_by, hold.approved_at = this.person.id, this.now
        hold.until, hold.state = this.now + rule.period, "approved"
    this.session.flush()
    deadlines.meet_deadlines(this.session, "incoming", hold.id, "decide")
    deadlines.start_deadline(this.session, "incoming", hold.id, "lapse", this.now + rule.period)
    orders.emit_hold_order(this.session, hold, "incoming-hold", this.now)
    this.log_entry("incoming.approved", f"incoming:{hold.id}", {"until": hold.until, "rule": rule.id})


def decline_hold(
    ledger: Ledger, officer: Officer, hold_id: int, reason: str, key: str, *, now: datetime | None = None
) -> IncomingHoldView:
    """Decline what a second officer was to approve: nothing is asked of the bank. Raises NotPossible where it was decided."""
    reason = _require_reason(reason)
    with open_decision(ledger, officer, *role_groups.INCOMING_DECIDERS, now=now) as this:
        hold = rows.lock_hold(this.session, hold_id)
        if this.find_earlier_result(key, "incoming.decline", hold_id, reason) is None:
            if hold.state != "proposed":
                raise NotPossible("incoming.decided-meanwhile")
            with this.session.no_autoflush:
                hold.state, hold.ended_at, hold.ended_by = "declined", this.now, this.person.id
                hold.ended_cause, hold.ended_reason = "officer", reason
            deadlines.stop_deadlines(this.session, "incoming", hold.id)
            this.log_entry("incoming.declined", f"incoming:{hold.id}", {"reason": reason})
        return build_hold_view(this.session, hold, this.now)


def end_hold(
    ledger: Ledger, officer: Officer, hold_id: int, reason: str, key: str, *, now: datetime | None = None
) -> IncomingHoldView:
    """End a hold before its time: every payment that waits goes through. Raises NotPossible where it is not in effect."""
    reason = _require_reason(reason)
    with open_decision(ledger, officer, *role_groups.INCOMING_ENDERS, now=now) as this:
        hold = rows.lock_hold(this.session, hold_id)
        if this.find_earlier_result(key, "incoming.end", hold_id, reason) is None:
            _require_open(hold)
            freed = rows.end_hold(this.session, hold, "officer", this.person, reason, this.now)
            detail = {"cause": "officer", "reason": reason, "let_through": freed}
            this.log_entry("incoming.ended", f"incoming:{hold.id}", detail)
        return build_hold_view(this.session, hold, this.now)


def record_call(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    payment_id: int,
    answer: CallAnswer,
    text: str,
    key: str,
    *,
    scam_type: str = "",
    now: datetime | None = None,
) -> WaitingPaymentView:
    """Record a call to the payer of a payment that waits.

    "meant" lets that payment through at once; "cheated" sends it back to its payer and makes a report that names its transfer,
    from which a case is opened as from any other; "missed" changes nothing, and another call is due. Raises NotPossible where it
    no longer waits or what they said is missing; NotAllowed, NotFound.
    """
    payer_words = " ".join(text.split())[:LONGEST]
    if answer not in CALL_ANSWERS:
        raise NotPossible("incoming.no-such-answer")
    if answer != "missed" and not payer_words:
        raise NotPossible("incoming.words-missing")
    with open_decision(ledger, officer, *role_groups.PAYER_CALLERS, now=now) as this:
        payment, hold = rows.lock_payment(this.session, payment_id)
        if this.find_earlier_result(key, "payer.called", payment_id, answer, payer_words, scam_type) is None:
            if payment.state != "waiting":
                raise NotPossible("incoming.waits-no-more")
            this.session.add(
                PayerCallRow(
                    payment_id=payment.id,
                    officer_id=this.person.id,
                    answer=answer,
                    text=payer_words,
                    at=this.now,
                )
            )
            _follow_answer(this, lake, payment, hold, answer, scam_type)
            # What was said is the payer's own: the log keeps its length.
            detail = {
                "payment": payment.id,
                "answer": answer,
                "signs": len(payer_words),
                "report": payment.report,
            }
            this.log_entry("payer.called", f"incoming:{hold.id}", detail)
        return build_payment_view(this.session, payment, hold)


def _follow_answer(
    this: Decision,
    lake: "Lake",
    payment: WaitingPayment,
    hold: IncomingHoldRow,
    answer: CallAnswer,
    scam_type: str,
) -> None:
    if answer == "meant":
        rows.let_payment_through(this.session, hold, payment, "meant", this.person, this.now)
    elif answer == "cheated":
        # The lake first: its row has the payment's own id, so that a decision that fails after it and is
        # made again writes no second report.
        report = reports.write_payer_report(lake, payment, scam_type, this.now)
        rows.send_payment_back(this.session, hold, payment, this.person, report, this.now)
    else:
        payment.ask_by = this.now + law.service_level("payer_call")
        deadlines.start_deadline(this.session, "waiting-payment", payment.id, "call", payment.ask_by)


def answer_incoming_appeal(
    ledger: Ledger,
    officer: Officer,
    appeal_id: int,
    uphold: bool,
    reason: str,
    *,
    now: datetime | None = None,
) -> IncomingHoldView:
    """Answer a holder's appeal: `uphold` True keeps the hold, False ends it and lets every payment through. The same answer again
    changes nothing. Raises NotAllowed for who proposed or approved it, NotPossible without a reason or with another answer.
    """
    reason, state = _require_reason(reason), "upheld" if uphold else "granted"
    with open_decision(ledger, officer, *role_groups.INCOMING_APPEALS, now=now) as this:
        seen = this.session.get(IncomingAppealRow, appeal_id)
        if seen is None:
            raise NotFound("incoming.no-such-appeal")
        hold = rows.lock_hold(this.session, seen.hold_id)
        appeal = this.session.get_one(IncomingAppealRow, appeal_id, populate_existing=True)
        if this.person.id in (hold.proposed_by, hold.approved_by):
            raise NotAllowed("incoming.own-hold")
        if appeal.state not in ("open", state):
            raise NotPossible("incoming.appeal-answered")
        if appeal.state == "open":
            objection.answer_objection(this, appeal, state, reason, "incoming", hold.id)
            detail = {"appeal": appeal.id, "reason": reason}
            this.log_entry(f"incoming.appeal-{state}", f"incoming:{hold.id}", detail)
            if state == "granted" and hold.state in OPEN_STATES:
                freed = rows.end_hold(this.session, hold, "appeal", this.person, reason, this.now)
                detail = {"cause": "appeal", "reason": reason, "let_through": freed}
                this.log_entry("incoming.ended", f"incoming:{hold.id}", detail)
        return build_hold_view(this.session, hold, this.now)


def _find_signal(lake: "Lake", signal_id: str, account: BankAccount) -> Signal | None:
    if not signal_id:
        return None
    signal = store.find_signal(lake, signal_id)
    subject = signal.subject if signal else None
    if (
        subject is None
        or subject.kind != "account"
        or (subject.bank, subject.number) != (account.bank, account.number)
    ):
        raise NotFound("incoming.no-such-signal")
    return signal


def _require_open(hold: IncomingHoldRow) -> None:
    if hold.state not in OPEN_STATES:
        raise NotPossible("incoming.over")


def _require_reason(reason: str) -> str:
    payer_words = " ".join(reason.split())[:LONGEST]
    if not payer_words:
        raise NotPossible("incoming.reason-missing")
    return payer_words
