"""The probability that an account is a mule's, for every account that received money in the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments, load_payments
from warroom.money.index.transfer_graph import Array, Ints
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import (
    COUNTERPARTS,
    FACTS,
    WINDOW,
    Book,
    compute_facts,
    find_opening_times,
    list_active_accounts,
)
from warroom.signals.mules.counterparts import (
    AccountHabits,
    PaymentPart,
    compute_counterpart_facts,
    write_counterpart_facts,
)

if TYPE_CHECKING:
    from warroom.signals.model.model import TreeModel

Chances = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]
# Exactly the facts that have sentences: what moved a score is then what an officer reads.
NAMES = (*FACTS, *COUNTERPARTS)
"""What a model of accounts reads, in the order of its columns."""


def build_matrix(facts: Array) -> Matrix:
    """Rows of `account_features.TABLE` as a model reads them: float32 (n, len(NAMES))."""
    return np.column_stack([facts[name] for name in NAMES]).astype(np.float32)


def predict_probabilities(rows: Matrix, model: "TreeModel | None") -> Chances:
    """The probability of each row of a `build_matrix`, by a model or, without one, by the rule."""
    if model is not None:
        return model.predict_probabilities(rows)
    facts = np.empty(len(rows), [(name, np.float64) for name in NAMES])
    for at, name in enumerate(NAMES):
        facts[name] = rows[:, at]
    return rule.predict_probabilities(facts)


@dataclass(frozen=True)
class ScoredAccounts:
    """Accounts of the index by number with their facts (rows of `account_features.TABLE`) and probabilities.

    `until`: the time of the newest payment known at `as_of`, `start`: of the window's first moment; microseconds.
    """

    index: Index
    book: Book
    accounts: Ints
    facts: Array
    habits: AccountHabits
    chance: Chances
    as_of: int
    until: int
    version: str
    model: "TreeModel | None"

    @property
    def start(self) -> int:
        return self.until - WINDOW

    def list_likeliest(self, budget: int) -> Ints:
        """Positions of the most likely accounts, at most `budget`; of equals the one that received more."""
        return rank_likeliest(self.chance, self.facts, self.accounts, budget)

    def explain_scores(self, places: Sequence[int]) -> Mapping[str, Chances]:
        """What each fact added to the scores of some accounts, by its name: exactly, in log-odds or in points."""
        rows = self.facts[list(places)]
        if self.model is None:
            return rule.compute_points(rows)
        added = self.model.compute_contributions(build_matrix(rows))
        return {name: added[:, at] for at, name in enumerate(NAMES)}


def rank_likeliest(chance: Chances, facts: Array, accounts: Ints, most: int) -> Ints:
    """Positions of the most likely accounts, at most `most`; of equals the one that received more."""
    # The rule gives many equal points; the larger sum comes first, and the number decides what is left.
    return np.lexsort((accounts, -facts["came"], -chance))[:most].astype(np.int64)


def score_accounts(index: Index, as_of: int, model: "TreeModel | None") -> ScoredAccounts:
    """Score every account that received money in the window before the newest payment known at `as_of`.

    Without a model the rule scores; see `models.load_chosen_model`.
    """
    return score_payments(index, load_payments(index, as_of), as_of, model)


def score_payments(index: Index, known: Payments, as_of: int, model: "TreeModel | None") -> ScoredAccounts:
    """Score from loaded payments; `as_of` decides which entries of registers are known."""
    # The newest payment, not the clock: where records come days late, the last days before `as_of` would be
    # empty, and every account would look as if it had gone quiet.
    until = int(known.t[-1]) if len(known) else as_of
    return score_book(
        index, Book.from_payments(known, int(index.parts[-1].meta["accounts"])), until, as_of, model
    )


def score_book(index: Index, book: Book, until: int, as_of: int, model: "TreeModel | None") -> ScoredAccounts:
    """Score from payments grouped by account; `until`: the time of the newest, in microseconds."""
    accounts = list_active_accounts(book, until)
    fact_rows = compute_facts(book, accounts, until, find_opening_times(index, as_of, book.account_count))
    known = PaymentPart.from_book(book)
    # Two steps: what counterparties do is only known once all accounts have facts.
    habits = AccountHabits.from_facts(accounts, fact_rows, known, until, book.account_count)
    write_counterpart_facts(fact_rows, compute_counterpart_facts(habits, [known], until)[accounts])
    chance = (
        rule.predict_probabilities(fact_rows)
        if model is None
        else model.predict_probabilities(build_matrix(fact_rows))
    )
    return ScoredAccounts(
        index, book, accounts, fact_rows, habits, chance, as_of, until, name_model_version(model), model
    )


def name_model_version(model: "TreeModel | None") -> str:
    """The `model_version` of signals made by a model, or by the rule."""
    return rule.VERSION if model is None else f"mules-{model.version}"
