"""Answers a bank's question about a payment that is still pending: no concern, warn the payer, or ask a person."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic_core import to_json

from warroom import clock
from warroom.access.views import Partner
from warroom.errors import NotAllowed, NotPossible, WarroomError
from warroom.home import Home
from warroom.keys import secret
from warroom.ledger.ledger import Ledger
from warroom.money.trace.trail import Account
from warroom.payee import lines
from warroom.payee.digests import Digests
from warroom.payee.generations import Generations
from warroom.payee.journal import Journal
from warroom.payee.known import NOTHING, Known, known
from warroom.payee.limits import Limits
from warroom.payee.scorer import PaymentRule, Scorer, about_amount
from warroom.payee.sealer import Sealer
from warroom.payee.sealing import REFUSED, recover
from warroom.payee.views import CheckOutcome, PaymentAnswer, PendingPayment
from warroom.reasons.reason import Reason
from warroom.signals.payee import ASK_FROM, Checked, Outcome, Payees, Pending
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

WAITS = timedelta(minutes=15)
"""How long after its own time a payment can still be pending."""
EARLY = timedelta(minutes=5)
"""How far a bank's clock may run ahead."""
KNOWN_EVERY = timedelta(minutes=10)
SHARE = 0.05
"""Of one core, at most, goes into keeping the scores of payees fresh."""
OUTCOMES: dict[Outcome, CheckOutcome] = {"no-concern": "no_concern", "warn": "warn", "ask": "ask_human"}
NO_CONCERN = (Reason("payment_no_concern"),)
PAUSE = (Reason("payment_pause"),)
Told = Callable[[PaymentAnswer | WarroomError], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given: to what content, and what it was."""

    content: int
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]

    def packed(self) -> "Packed":
        """The same as a number or bytes: of millions that are kept, the garbage collector looks at none."""
        if (self.outcome, self.reasons) == ("no_concern", NO_CONCERN):
            return self.content
        told = [[one.code, dict(one.params)] for one in self.reasons]
        return to_json([self.content, self.outcome, told])

    @classmethod
    def of(cls, packed: "Packed") -> "Kept":
        """An answer as it was packed."""
        if isinstance(packed, int):
            return cls(packed, "no_concern", NO_CONCERN)
        content, outcome, told = json.loads(packed)
        return cls(content, outcome, tuple(Reason(code, params) for code, params in told))


Packed = int | bytes


class PayeeDesk:
    """Answers checks of pending payments in microseconds, and tells them when they are on the disk.

    One desk a home: it remembers payments, and who asks about whom, for the 20 to 40 minutes in which one can be pending,
    also over a crash. Safe for any number of threads.
    """

    def __init__(self, home: Home, ledger: Ledger) -> None:
        self._home, self._ledger = home, ledger
        self._digests = Digests(secret(home, "payee-check"))
        self._answers: Generations[Packed] = Generations((WAITS + EARLY).total_seconds())
        self._limits = Limits()
        self._lock = threading.Lock()
        self._scorer: Scorer = PaymentRule()
        self._payees: Payees | None = None
        self._known, self._known_at = NOTHING, datetime.min.replace(tzinfo=clock.wall().tzinfo)
        self._rests_until = 0.0
        self._journal = Journal(home)
        self._sealer = Sealer(home, ledger, self._journal)

    def open(self) -> None:
        """Seal what a crash left, remember what was answered lately, and be ready to write."""
        recover(self._home, self._ledger)
        for line in lines.lately(self._home, clock.wall() - 2 * (WAITS + EARLY)):
            self._remember(line)
        self._journal.open()
        self._sealer.start()

    def close(self) -> None:
        """Write and seal what came, then stop."""
        self._journal.close()
        self._sealer.stop()

    def refresh(self, lake: "Lake", now: datetime) -> None:
        """Learn of what came into the lake; checks go on meanwhile. Called from the background turns."""
        if self._payees is None:
            if not lake.files("transfers"):
                return
            self._payees = Payees.open(self._home, lake)
            self._scorer = self._payees
        self._catch_up(self._payees)
        if abs(now - self._known_at) >= KNOWN_EVERY:
            self.learn(known(lake, self._digests, now))
            self._known_at = now

    def _catch_up(self, payees: Payees) -> None:
        """Score anew what came, but no more than a share of the time: under a stream something comes every second."""
        began = time.monotonic()
        if began >= self._rests_until:
            payees.refresh()
            # As long a rest as the work took, twenty times over: so it is a
            # twentieth of one core whatever came.
            self._rests_until = time.monotonic() + (time.monotonic() - began) / SHARE

    def learn(self, found: Known) -> None:
        """Use this of reports and of who is paid from here on."""
        with self._lock:
            self._known, self._limits.paid = found, found.paid

    def ask(self, partner: Partner, payment: PendingPayment, told: Told) -> None:
        """Answer a check. `told` is called from another thread with the answer, or with what refuses it, once either
        is on the disk: NotAllowed for another bank's customer, NotPossible for a payment that does not wait or an id
        that was used, QuotaSpent for a payer who asks too widely, JournalError where it cannot be written down.
        """
        with self._lock:
            # Under the lock memory alone is touched; the disk is waited for by the journal, outside.
            said, checked = self._said(partner, payment)
        line = lines.written(partner, payment, said, checked, clock.wall())
        sort = partner.code, REFUSED if isinstance(said, WarroomError) else said.outcome

        def kept(problem: WarroomError | None) -> None:
            # What was remembered before this was asked is on the disk since then.
            if problem is not None and checked is not None:
                self._forget(partner, payment)
            told(problem or said)

        self._journal.add(line, sort, kept)

    def _said(
        self, partner: Partner, payment: PendingPayment
    ) -> tuple[PaymentAnswer | WarroomError, Checked | None]:
        try:
            return self._answered(partner, payment)
        except WarroomError as refusal:
            return refusal, None

    def _answered(self, partner: Partner, payment: PendingPayment) -> tuple[PaymentAnswer, Checked | None]:
        if payment.payer_bank != partner.code:
            raise NotAllowed("payee.payment-of-another-bank")
        name, content = (
            self._digests.payment(partner.code, payment.payment_id),
            self._digests.content(payment),
        )
        # Before the limits: a bank that repeats a question after a lost answer must not use up its payer's.
        before = self._answers.find(name)
        if before is not None:
            return self._again(payment, before, content), None
        # A payment of last week cannot be pending: who asks about it wants to know something else.
        if not -WAITS <= payment.time - clock.now() <= EARLY:
            raise NotPossible("payee.payment-not-waiting")
        payer, payee = self._accounts(payment)
        crowded = self._counted(payer, payee)
        checked = self._checked(payment)
        outcome, reasons = _weighed(checked, payee in self._known.reported, crowded, payment.amount)
        self._answers.put(name, Kept(content, outcome, reasons).packed())
        return self._answer(payment, outcome, reasons), checked

    def _again(self, payment: PendingPayment, before: Packed, content: int) -> PaymentAnswer:
        kept = Kept.of(before)
        if kept.content != content:
            raise NotPossible("payee.payment-id-used-before")
        return self._answer(payment, kept.outcome, kept.reasons)

    def _answer(
        self, payment: PendingPayment, outcome: CheckOutcome, reasons: tuple[Reason, ...]
    ) -> PaymentAnswer:
        name = self._digests.name(payment.payer_bank, payment.payment_id)
        return PaymentAnswer(name, payment.payment_id, outcome, reasons)

    def _counted(self, payer: int, payee: int) -> bool:
        """Count who is asked about whom; whether the payee is asked about too widely."""
        if not self._limits.knows(payer, payee):
            self._limits.check(payer)
            self._limits.count(payer, payee)
        return self._limits.crowded(payee)

    def _accounts(self, payment: PendingPayment) -> tuple[int, int]:
        of = self._digests.account
        return of(payment.payer_bank, payment.payer), of(payment.payee_bank, payment.payee)

    def _checked(self, payment: PendingPayment) -> Checked:
        payer = _account(payment.payer_bank, payment.payer)
        payee = _account(payment.payee_bank, payment.payee)
        pending = Pending(payment.time, payer, payee, payment.amount, payment.channel, payment.device)
        try:
            return self._scorer.check(pending)
        except Exception as fault:  # whatever is wrong with what is known, a payment that waits is answered
            log.error("payments are judged by the plain rule: %s", type(fault).__name__)
            return PaymentRule().check(pending)

    def _forget(self, partner: Partner, payment: PendingPayment) -> None:
        """An answer that is not on the disk was never given."""
        with self._lock:
            self._answers.drop(self._digests.payment(partner.code, payment.payment_id))

    def _remember(self, line: lines.Line) -> None:
        """What the journal says was answered, as it was when it was."""
        payment = line.payment
        kept = Kept(self._digests.content(payment), line.outcome, line.reasons)
        self._answers.put(self._digests.payment(line.partner, payment.payment_id), kept.packed())
        payer, payee = self._accounts(payment)
        if not self._limits.knows(payer, payee):
            self._limits.count(payer, payee)


def _weighed(
    checked: Checked, reported: bool, crowded: bool, amount: int
) -> tuple[CheckOutcome, tuple[Reason, ...]]:
    """The stronger of what the analysis, the reports and the limits say. Reasons come from payment and payer alone, so
    that they are the same whatever speaks against the payee.
    """
    outcome = OUTCOMES[checked.outcome]
    if reported and outcome == "no_concern":
        outcome = "warn"
    if crowded or (reported and amount >= ASK_FROM):
        outcome = "ask_human"
    if outcome == "no_concern":
        return outcome, NO_CONCERN
    return outcome, checked.reasons or about_amount(amount) or PAUSE


def _account(bank: str, number: str) -> Account:
    """An account in the spelling that records have."""
    return Account(spelling.bank(bank), spelling.number(number))
