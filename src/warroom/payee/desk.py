"""Answers a bank's query about a pending payment: no concern, warn the payer, or ask a person.

A warning about a payee requires a flag that an officer decided (`in_force`); nothing else about the payee is used.
"""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pydantic_core import to_json

from warroom import clock
from warroom.access.views import Partner
from warroom.errors import NotAllowed, NotPossible, WarroomError
from warroom.home import Home
from warroom.keys import load_secret
from warroom.ledger.ledger import Ledger
from warroom.money.trail import BankAccount
from warroom.payee import lines, measuring, proposing
from warroom.payee.advice import GO_ON, AdviceInForce, JudgedAdvice
from warroom.payee.digests import Digests
from warroom.payee.generations import Generations
from warroom.payee.in_force import FlagsInForce, InForce, Trial
from warroom.payee.journal import PayeeJournal
from warroom.payee.known import NOTHING, BusyPayees, load_busy_payees
from warroom.payee.limits import PayeeLimits
from warroom.payee.lines import PaymentJudgement
from warroom.payee.scorer import PaymentRule, Scorer, list_amount_reasons
from warroom.payee.sealer import Sealer
from warroom.payee.sealing import REFUSED, recover_unsealed
from warroom.payee.views import (
    ARMS,
    Arm,
    CheckedPair,
    CheckOutcome,
    PaymentAdvice,
    PaymentAnswer,
    PaymentReport,
    PendingPayment,
)
from warroom.reasons.reason import Reason
from warroom.signals.payee import CheckedPayment, Outcome, Payees, Pending
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.signals.payments.look import LookedAt, PaymentLook

WAITS = timedelta(minutes=15)
"""How long after its own time a payment can still be pending. Chosen, not measured."""
EARLY = timedelta(minutes=5)
"""How far a bank's clock may run ahead. Chosen, not measured."""
# How often busy payees are counted and flags proposed: a query over a week of payments. Chosen, not
# measured.
KNOWN_EVERY = timedelta(minutes=10)
SHARE = 0.05
"""The share of one core that refreshing payees' scores may take; the rest answers checks. Chosen, not measured."""
OUTCOMES: dict[Outcome, CheckOutcome] = {"no-concern": "no_concern", "warn": "warn", "ask": "ask_human"}
NO_CONCERN = (Reason("payment_no_concern"),)
PAUSE = (Reason("payment_pause"),)
# Packed as two bits: its order is part of the packed form (`to_packed`).
ARM_CODES: tuple[Arm | Literal[""], ...] = ("", *ARMS)
MOST_EARLY = 1 << 16
"""Payments kept until there is a look: a minute of a thousand a second. Chosen, not measured."""
RESTORED = timedelta(days=1)
"""How long before a restart payments that were let go are read from the journal again: nearly all records come within it."""
PROBED_AT_ONCE = 1_000
"""Probed accounts that wait to be written to the ledger; further ones in the same second are reported in the next."""
Told = Callable[[PaymentAnswer | WarroomError], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A given answer: a digest of the query, the answer, and whether the bank has reported the payment's outcome."""

    content: int
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
    arm: Arm | Literal[""] = ""
    reported: bool = False
    advice: PaymentAdvice | None = None

    def to_packed(self) -> "Packed":
        """Pack into a number or bytes: the garbage collector does not traverse these, and millions are kept."""
        if (self.outcome, self.reasons) == ("no_concern", NO_CONCERN) and self.advice in (None, GO_ON):
            bits = (self.advice is not None) << 3 | ARM_CODES.index(self.arm) << 1 | self.reported
            return self.content << 4 | bits
        told = [[one.code, dict(one.params)] for one in self.reasons]
        return to_json([self.content, self.outcome, told, self.arm, self.reported, _pack_advice(self.advice)])

    @classmethod
    def from_packed(cls, packed: "Packed") -> "KeptAnswer":
        """The inverse of `to_packed`."""
        if isinstance(packed, int):
            arm, advice = ARM_CODES[packed >> 1 & 3], GO_ON if packed & 8 else None
            return cls(packed >> 4, "no_concern", NO_CONCERN, arm, bool(packed & 1), advice)
        content, outcome, told, arm, reported, advice = json.loads(packed)
        return cls(content, outcome, _unpack_reasons(told), arm, reported, _unpack_advice(advice))


Packed = int | bytes


def _pack_advice(advice: PaymentAdvice | None) -> list[object] | None:
    if advice is None:
        return None
    reasons, doubts = (
        [[reason.code, dict(reason.params)] for reason in side] for side in (advice.reasons, advice.doubts)
    )
    return [advice.advice, reasons, doubts]


def _unpack_advice(packed: list[Any] | None) -> PaymentAdvice | None:
    if packed is None:
        return None
    return PaymentAdvice(packed[0], _unpack_reasons(packed[1]), _unpack_reasons(packed[2]))


def _unpack_reasons(packed: list[Any]) -> tuple[Reason, ...]:
    return tuple(Reason(code, params) for code, params in packed)


class PayeeDesk:
    """Computes answers in microseconds, and delivers them once they are on the disk.

    One desk a home: it remembers payments, and the payer-payee pairs asked about, for the 20 to 40 minutes in which a
    payment can be pending, also after a crash. Safe for any number of threads.
    """

    def __init__(self, home: Home, ledger: Ledger) -> None:
        self._home, self._ledger = home, ledger
        self._digests = Digests(load_secret(home, "payee-check"))
        self._answers: Generations[Packed] = Generations((WAITS + EARLY).total_seconds())
        self._limits = PayeeLimits()
        self._lock = threading.Lock()
        self._scorer: Scorer = PaymentRule()
        self._payees: Payees | None = None
        self._known, self._known_at = NOTHING, datetime.min.replace(tzinfo=clock.get_real_now().tzinfo)
        self._rests_until = 0.0
        self.flags = FlagsInForce(self._digests)
        self.advice = AdviceInForce(self._digests)
        self._look: PaymentLook | None = None
        """None until the lake holds transfers or thresholds are in effect: an empty server loads no compiler for it."""
        self._look_lock = threading.Lock()
        self._made_at = clock.get_real_now()
        self._early: deque[tuple[int, int, int, int]] = deque(maxlen=MOST_EARLY)
        """Payments that this desk let go before it had the look."""
        self._told: Generations[int] = Generations((WAITS + EARLY).total_seconds())
        """By payer-payee pair, the flag that was used in its last answer."""
        self._probed: dict[BankAccount, tuple[int, int]] = {}
        self._journal = PayeeJournal(home)
        self._sealer = Sealer(home, ledger, self._journal, self.run_turn)

    def open(self) -> None:
        """Seal lines that a crash left, restore recent answers from the journal, and start the threads."""
        recover_unsealed(self._home, self._ledger)
        self.flags.refresh_flags(self._ledger)
        self.advice.refresh_rule(self._ledger)
        self.advice.load_meant_pairs(self._ledger)
        # Two spans, as long as an answer may be remembered: a repeated query gets the same answer after a
        # crash.
        for line in lines.iter_lines_since(self._home, clock.get_real_now() - 2 * (WAITS + EARLY)):
            self._remember_line(line)
        self._journal.open()
        self._sealer.start()

    def close(self) -> None:
        """Write and seal what is pending, then stop the threads."""
        self._journal.close()
        self._sealer.stop()

    def run_turn(self) -> None:
        """The work of each second besides sealing: refresh flags from the ledger, and report probed accounts to it."""
        self.flags.refresh_flags(self._ledger)
        self.advice.refresh_rule(self._ledger)
        if self.advice.rule.id:
            self._open_look()
        # Swapped under the lock and written without it: checks must not wait for the ledger.
        with self._lock:
            probed, self._probed = self._probed, {}
        proposing.tell_probed(self._ledger, probed, clock.get_now())

    def refresh(self, lake: "Lake", now: datetime) -> None:
        """Update scores, busy payees and proposals from the lake; checks continue meanwhile. Called by the background jobs."""
        if self._payees is None:
            if not lake.list_files("transfers"):
                return
            self._payees = Payees.open(self._home, lake)
            self._scorer = self._payees
        self._catch_up(self._payees)
        if abs(now - self._known_at) >= KNOWN_EVERY:
            self.set_busy_payees(load_busy_payees(lake, self._digests, now))
            proposing.propose_flags(self._ledger, lake, now)
            self._known_at = now

    def _catch_up(self, payees: Payees) -> None:
        """Refresh the scores, within the share `SHARE` of the time: under a stream new transfers come every second."""
        began = time.monotonic()
        if began >= self._rests_until:
            payees.refresh()
            self._refresh_look(payees)
            # A pause of twenty times the work: a twentieth of one core, however much came.
            self._rests_until = time.monotonic() + (time.monotonic() - began) / SHARE

    def _refresh_look(self, payees: Payees) -> None:
        """Take what is new in the lake into the facts of payments."""
        self._open_look().refresh(payees.index, payees.payments)

    def _open_look(self) -> "PaymentLook":
        """The look, which at first takes in what was let go before it: by an earlier desk from the journal, by this one from memory."""
        with self._look_lock:
            if self._look is None:
                from warroom.signals.payments.look import PaymentLook

                look = PaymentLook(self._digests.digest_account)
                look.restore_asked(
                    self._to_look_key(_to_pending(line.payment))
                    for line in lines.iter_lines_since(self._home, self._made_at - RESTORED)
                    if line.at < self._made_at and _is_let_go(line.outcome, line.advice)
                )
                # No check is answered meanwhile, so that none is missed and none counts twice.
                with self._lock:
                    for let_go in self._early:
                        look.remember_asked(*let_go)
                    self._early.clear()
                    self._look = look
            return self._look

    def _to_look_key(self, pending: Pending) -> tuple[int, int, int, int]:
        payer, payee = self._digests.digest_accounts(pending.payer, pending.payee)
        return int(pending.time.timestamp()), payer, payee, pending.amount

    @property
    def knows_records(self) -> bool:
        """Whether the lake's payments were taken in once since this desk was opened."""
        return self._known_at.year > 1

    def set_busy_payees(self, found: BusyPayees) -> None:
        """Replace the counts of payees with many payments."""
        with self._lock:
            self._known, self._limits.paid = found, found.paid

    def answer_payee_check(self, partner: Partner, payment: PendingPayment, callback: Told) -> None:
        """Answer a check. `callback` is called from another thread with the answer or the refusal, once either is on the
        is on the disk: NotAllowed for another bank's customer, NotPossible for a payment that does not wait or an id
        that was used, QuotaSpent for a payer who asks too widely, JournalError where it cannot be written down.
        """
        with self._lock:
            # Only memory is touched under the lock; the journal's thread waits for the disk.
            answer, judged = self._try_answer(partner, payment)
        line = lines.format_line(partner, payment, answer, judged, clock.get_real_now())
        sort = partner.code, REFUSED if isinstance(answer, WarroomError) else answer.outcome

        def hand_over_answer(problem: WarroomError | None) -> None:
            # Only a new answer is forgotten: one that was repeated from memory is on the disk already.
            if problem is not None and judged is not None:
                self._forget_answer(partner, payment)
            callback(problem or answer)

        self._journal.add_line(line, sort, hand_over_answer)

    def _try_answer(
        self, partner: Partner, payment: PendingPayment
    ) -> tuple[PaymentAnswer | WarroomError, PaymentJudgement | None]:
        try:
            return self._answer_payment(partner, payment)
        except WarroomError as refusal:
            return refusal, None

    def _answer_payment(
        self, partner: Partner, payment: PendingPayment
    ) -> tuple[PaymentAnswer, PaymentJudgement | None]:
        if spelling.spell_bank(payment.payer_bank) != spelling.spell_bank(partner.code):
            raise NotAllowed("payee.payment-of-another-bank")
        name, content = (
            self._digests.digest_payment(partner.code, payment.payment_id),
            self._digests.digest_content(payment),
        )
        # Before the limits: a bank that repeats a query after a lost answer must not use up its payer's
        # quota.
        before = self._answers.find(name)
        if before is not None:
            return self._repeat_answer(payment, before, content), None
        # A payment of last week cannot be pending: such a query is about the account.
        now = clock.get_now()
        if not -WAITS <= payment.time - now <= EARLY:
            raise NotPossible("payee.payment-not-waiting", now=now.replace(microsecond=0).isoformat())
        kept, judged = self._judge_payment(
            _to_pending(payment), partner.code, content, payment.amount, clock.to_micros(now)
        )
        self._answers.put(name, kept.to_packed())
        return self._build_answer(payment, kept), judged

    def _judge_payment(
        self, pending: Pending, bank: str, content: int, amount: int, now: int
    ) -> tuple[KeptAnswer, PaymentJudgement]:
        payer, payee = self._digests.digest_accounts(pending.payer, pending.payee)
        own = self._digests.digest_at_bank(bank, payee)
        fresh = self._count_pair(bank, payer, payee, own)
        crowded = self._is_crowded(payee, own, pending.payee)
        flag = self._find_told_flag(payer, payee, fresh, now)
        trial = self.flags.trial
        arm = self._choose_arm(payer, payee, trial)
        # A payee whom hardly anybody pays after a query gets one answer with and without a flag, so that
        # probing reveals no flag.
        shown_flag = flag if flag is not None and not crowded and arm != "held_out" else None
        checked = self._score_payment(pending, shown_flag.strength if shown_flag else 0.0)
        outcome, reasons = _weigh_answer(checked, shown_flag if checked.first else None, crowded, amount)
        advice = self._advise_payment(pending, payer, payee, crowded, now)
        if _is_let_go(outcome, advice.shown):
            let_go = int(pending.time.timestamp()), payer, payee, amount
            if self._look is None:
                self._early.append(let_go)
            else:
                self._look.remember_asked(*let_go)
        counts = flag is not None and checked.first and not crowded
        if flag is not None and counts:
            self._told.put(self._digests.digest_pair(payer, payee), flag.id)
        judged = PaymentJudgement(
            checked, flag.id if flag is not None and counts else 0, trial.id if arm else 0, advice
        )
        return KeptAnswer(content, outcome, reasons, arm, advice=advice.shown), judged

    def _advise_payment(
        self, pending: Pending, payer: int, payee: int, crowded: bool, now: int
    ) -> JudgedAdvice:
        """Look at a payment and say what is advised; a fault in the look must not leave it unanswered."""
        looked: LookedAt | None = None
        try:
            if self._look is not None:
                looked = self._look.look_at(int(pending.time.timestamp()), payer, payee, pending.amount)
        except Exception as fault:
            log.error("payments are not looked at: %s", type(fault).__name__)
        advice = self.advice.judge_payment(looked, payer, payee, now)
        # A person looks at it anyhow; a prober must not learn more by the advice.
        return replace(advice, shown=GO_ON) if crowded and advice.shown else advice

    def record_meant(self, partner: Partner, checked: CheckedPair) -> datetime:
        """Remember that a bank's customer means to pay a payee; returns until when. Raises NotFound for a payment that the look
        did not hold back, or of other accounts; LedgerError.
        """
        payer, payee = self._digests.digest_accounts(
            _to_account(partner.code, checked.payer), _to_account(checked.payee_bank, checked.payee)
        )
        name = self._digests.make_check_id(partner.code, checked.payment_id)
        self._sealer.seal()  # so that a check of the current second is in the ledger too
        return self.advice.record_meant(self._ledger, partner, name, payer, payee, clock.get_now())

    def _find_told_flag(self, payer: int, payee: int, fresh: bool, now: int) -> InForce | None:
        """The flag that may be used for this pair. A pair that was recently answered without a flag is answered so
        again: a second query must not reveal that a flag has been added since.
        """
        flag = self.flags.find_flag(payee, now)
        if flag is None or fresh:
            return flag
        return flag if self._told.find(self._digests.digest_pair(payer, payee)) is not None else None

    def _choose_arm(self, payer: int, payee: int, trial: Trial) -> Arm | Literal[""]:
        """The trial arm of a pair, whether the payee is flagged or not; empty where no trial runs."""
        if not trial.share:
            return ""
        return "held_out" if self._digests.draw_lot(trial.id, payer, payee) < trial.share else "told"

    def _repeat_answer(self, payment: PendingPayment, before: Packed, content: int) -> PaymentAnswer:
        kept = KeptAnswer.from_packed(before)
        if kept.content != content:
            raise NotPossible("payee.payment-id-used-before")
        return self._build_answer(payment, kept)

    def _build_answer(self, payment: PendingPayment, kept: KeptAnswer) -> PaymentAnswer:
        name = self._digests.make_check_id(payment.payer_bank, payment.payment_id)
        return PaymentAnswer(name, payment.payment_id, kept.outcome, kept.reasons, kept.arm, kept.advice)

    def _count_pair(self, bank: str, payer: int, payee: int, own: int) -> bool:
        """Count a payer-payee pair against the limits; True where it is new. Raises QuotaSpent."""
        if self._limits.has_pair(payer, payee):
            return False
        self._limits.check_payer(payer)
        self._limits.count_payee(bank, payee, own)
        self._limits.count_pair(payer, payee, own)
        return True

    def _is_crowded(self, payee: int, own: int, account: BankAccount) -> bool:
        """Whether too many payers were asked about a payee; such an account is reported to officers within a second."""
        if not self._limits.is_crowded(payee, own):
            return False
        if account in self._probed or len(self._probed) < PROBED_AT_ONCE:
            self._probed[account] = self._limits.measure_crowd(payee, own)
        return True

    def _score_payment(self, pending: Pending, flagged: float) -> CheckedPayment:
        try:
            return self._scorer.check_payment(pending, flagged)
        except Exception as fault:  # a fault in the scores must not leave a pending payment unanswered
            log.error("payments are judged by the plain rule: %s", type(fault).__name__)
            return PaymentRule().check_payment(pending, flagged)

    def record_reports(self, partner: Partner, reports: Sequence[PaymentReport]) -> int:
        """Record outcomes that a bank reports of its payments; returns how many of them were asked about recently.
        Idempotent. Raises LedgerError where nothing could be stored.
        """
        names = {
            self._digests.make_check_id(partner.code, payment_report.payment_id): payment_report.outcome
            for payment_report in reports
        }
        self._sealer.seal()  # so that a check of the current second is in the ledger too
        measuring.note_outcomes(self._ledger, partner.code, names, clock.get_now())
        with self._lock:
            return sum(self._record_report(partner, payment_report) for payment_report in reports)

    def _record_report(self, partner: Partner, report: PaymentReport) -> bool:
        name = self._digests.digest_payment(partner.code, report.payment_id)
        packed = self._answers.find(name)
        if packed is None or (kept := KeptAnswer.from_packed(packed)).reported:
            return packed is not None
        self._answers.put(name, replace(kept, reported=True).to_packed())
        account = _to_account(report.payee_bank, report.payee)
        payee = self._digests.digest_account(account.bank, account.number)
        own = self._digests.digest_at_bank(partner.code, payee)
        if report.outcome == "paid":
            self._limits.record_paid(payee, own)
        elif kept.outcome == "no_concern":
            self._limits.record_abandoned(payee, own)
        return True

    def _forget_answer(self, partner: Partner, payment: PendingPayment) -> None:
        """Forget an answer that could not be written: it was never given."""
        with self._lock:
            self._answers.drop(self._digests.digest_payment(partner.code, payment.payment_id))

    def _remember_line(self, line: lines.AnswerLine) -> None:
        """Restore one answer of the journal into memory, with its pair and its flag."""
        payment, pending = line.payment, _to_pending(line.payment)
        kept = KeptAnswer(
            self._digests.digest_content(payment), line.outcome, line.reasons, line.arm, advice=line.advice
        )
        self._answers.put(self._digests.digest_payment(line.partner, payment.payment_id), kept.to_packed())
        payer, payee = self._digests.digest_accounts(pending.payer, pending.payee)
        if not self._limits.has_pair(payer, payee):
            self._limits.count_pair(payer, payee, self._digests.digest_at_bank(line.partner, payee))
        if line.flag:
            self._told.put(self._digests.digest_pair(payer, payee), line.flag)


def _is_let_go(outcome: CheckOutcome, advice: PaymentAdvice | None) -> bool:
    """Whether a payment goes on by what the bank was told."""
    return outcome == "no_concern" and (advice is None or advice.advice == "go_on")


def _weigh_answer(
    checked: CheckedPayment, flag: InForce | None, crowded: bool, amount: int
) -> tuple[CheckOutcome, tuple[Reason, ...]]:
    """The strongest outcome of flag, plain rule and limits. With a flag the first reason is the advice for its kind
    of fraud; all other reasons are about payment and payer alone.
    """
    outcome: CheckOutcome = "ask_human" if crowded else OUTCOMES[checked.outcome]
    if outcome == "no_concern":
        return outcome, NO_CONCERN
    advice = () if flag is None else (Reason(f"scam_{flag.scam_type}"),)
    return outcome, advice + (checked.reasons or list_amount_reasons(amount) or PAUSE)


def _to_pending(payment: PendingPayment) -> Pending:
    """A payment with its accounts in the normal spelling of records and flags."""
    payer = _to_account(payment.payer_bank, payment.payer)
    payee = _to_account(payment.payee_bank, payment.payee)
    return Pending(payment.time, payer, payee, payment.amount, payment.channel, payment.device)


def _to_account(bank: str, number: str) -> BankAccount:
    return BankAccount(spelling.spell_bank(bank), spelling.spell_account_number(number))
