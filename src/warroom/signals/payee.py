"""The check of a payee before a payment leaves: no concern, a warning to the payer, or a person looks first.

Whether a payee is flagged is an officer's decision (`warroom.payee`): the analysis proposes flags and warns
of nobody by itself. A probability is about the payee and stays inside; every reason given here is about the
payment and the payer's own habits. New state is built while the old one is in use and swapped in one step, so
that checks never wait.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.account_index import Index
from warroom.money.index.numbers import AccountNumbers
from warroom.money.index.opening import open_index
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import Ints
from warroom.money.trail import BankAccount
from warroom.reasons.reason import Reason
from warroom.signals.mules.models import load_chosen_model
from warroom.signals.mules.scoring import Chances, ScoredAccounts, score_accounts

Outcome = Literal["no-concern", "warn", "ask"]
WARN, ASK = 0.3, 0.9
"""Probabilities: from WARN on a flag is proposed; from ASK on, with a flag, a person looks first."""
ASK_FROM = 2_000_000
"""Satang (20,000 baht): below, a person's time costs more than the wait protects, and the payer is only
warned.
"""
UNUSUAL = 5
"""Times the payer's usual payment from which an amount is called unusual."""
HABITS = 50
"""The payer's newest payments that make the usual one."""
LARGE = 5_000_000
"""Satang (50,000 baht), from which on Thai banks scan the payer's face (Bank of Thailand)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A payment before its payer confirms it. `amount`: satang; `channel`: as in the table of transfers."""

    time: datetime
    payer: BankAccount
    payee: BankAccount
    amount: int
    channel: str = "transfer"
    device: str = ""


@dataclass(frozen=True, slots=True)
class CheckedPayment:
    """The result of a check. `first`: whether the payer is not known to have paid this payee. `probability`
    stays inside this program: outside it would be a statement about the payee.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    probability: float
    model_version: str
    first: bool = True


@dataclass(frozen=True)
class _State:
    """What is known up to a moment. `chance`: by account number, 0 where nothing came lately."""

    index: Index
    numbers: AccountNumbers
    scored: ScoredAccounts
    chance: Chances


class Payees:
    """Checks pending payments against what is known of all payments so far; may be shared by threads."""

    def __init__(self, home: Home, lake: Lake) -> None:
        self._home, self._lake, self._building = home, lake, threading.Lock()
        self._model = load_chosen_model(home)
        self._state = self._build_state()

    @classmethod
    def open(cls, home: Home, lake: Lake) -> "Payees":
        """Read the lake's payments; takes as long as a run of signals does."""
        return cls(home, lake)

    @property
    def as_of(self) -> datetime:
        """The time of the newest payment that checks know of."""
        return clock.from_micros(self._state.scored.until)

    @property
    def index(self) -> Index:
        """The lake's accounts and payments as checks know them."""
        return self._state.index

    @property
    def payments(self) -> Payments:
        """All payments that checks know of, in order of time."""
        return self._state.scored.book.payments

    def refresh(self) -> None:
        """Load payments that arrived since; does nothing where none did. Checks go on meanwhile."""
        with self._building:
            # Built whole while the old one is in use: a check reads one state from
            # beginning to end, never half of each.
            if self._lake.head != self._state.index.head:
                self._state = self._build_state()

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        """Check a payment; reasons are given only with a warning or a question.

        `flagged`: the strength of a flag on the payee, in [0, 1]; 0 where no flag is in effect, and then
        there is no concern, whatever the analysis finds.
        """
        state = self._state
        payer, payee = state.numbers.find_number(pending.payer), state.numbers.find_number(pending.payee)
        habits = _list_payments_by(state.scored, payer)
        first = not _has_paid_before(state.scored, habits, payee)
        # A payer is not warned of an account that they paid before: rent and
        # instalments would be stopped every month.
        chance = float(state.chance[payee]) if payee >= 0 and first else 0.0
        outcome = choose_outcome(flagged if first else 0.0, pending.amount)
        reasons = (
            ()
            if outcome == "no-concern"
            else list_payment_reasons(pending.amount, habits, state.scored, first)
        )
        return CheckedPayment(outcome, reasons, chance, state.scored.version, first)

    def _build_state(self) -> _State:
        index = open_index(self._home, self._lake)
        found = score_accounts(index, clock.to_micros(clock.get_now()), self._model)
        chance = np.zeros(found.book.account_count)
        chance[found.accounts] = found.chance
        return _State(index, AccountNumbers(index), found, chance)


def choose_outcome(flagged: float, amount: int) -> Outcome:
    """The outcome for a flag of this strength and a sum in satang."""
    if not flagged:
        return "no-concern"
    return "ask" if flagged >= ASK and amount >= ASK_FROM else "warn"


def _list_payments_by(found: ScoredAccounts, payer: int) -> Ints:
    """The payer's payments, oldest first."""
    known = 0 <= payer < found.book.account_count
    return found.book.out_of.list_rows(payer) if known else np.empty(0, np.int64)


def _has_paid_before(found: ScoredAccounts, habits: Ints, payee: int) -> bool:
    """Whether the payer paid this payee before."""
    return payee >= 0 and len(habits) > 0 and bool((found.book.payments.payee[habits] == payee).any())


def list_payment_reasons(
    amount: int, habits: Ints, scores: ScoredAccounts, first: bool
) -> tuple[Reason, ...]:
    """Reasons to stop and think that speak of the payment alone, the strongest first; never empty."""
    # The median: one large payment in a life must not make the next one look usual.
    usual = float(np.median(scores.book.payments.amount[habits[-HABITS:]])) if len(habits) else 0.0
    reasons = []
    if usual and amount >= UNUSUAL * usual:
        reasons.append(Reason("payment_unusual", {"times": amount / usual, "usual": usual / 100}))
    if first:
        reasons.append(Reason("payment_first"))
    if amount >= LARGE:
        reasons.append(Reason("payment_large", {"limit": LARGE / 100}))
    return tuple(reasons) or (Reason("payment_pause"),)
