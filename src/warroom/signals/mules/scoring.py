"""How likely each account works for somebody else: every account that received money lately, as of a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments, payments
from warroom.money.index.transfer_graph import Array, Ints
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import (
    COUNTERPARTS,
    FACTS,
    WINDOW,
    Book,
    active,
    facts,
    opened,
)
from warroom.signals.mules.counterparts import Habits, Some, counterparts, placed

if TYPE_CHECKING:
    from warroom.signals.model.model import Model

Chances = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]
# Exactly the facts that have sentences: what moved a score is then what an officer reads.
NAMES = (*FACTS, *COUNTERPARTS)
"""What a model of accounts reads, in the order of its columns."""


def matrix(facts: Array) -> Matrix:
    """Rows of `account_features.TABLE` as a model reads them: float32 (n, len(NAMES))."""
    return np.column_stack([facts[name] for name in NAMES]).astype(np.float32)


def chances(rows: Matrix, model: "Model | None") -> Chances:
    """The probability of each row of a `matrix`, by a model or, without one, by the rule."""
    if model is not None:
        return model.score(rows)
    facts = np.empty(len(rows), [(name, np.float64) for name in NAMES])
    for at, name in enumerate(NAMES):
        facts[name] = rows[:, at]
    return rule.chances(facts)


@dataclass(frozen=True)
class Scored:
    """Accounts of the index by number with their facts (rows of `account_features.TABLE`) and probabilities.

    `until`: the time of the newest payment known at `as_of`, `start`: of the window's first moment; microseconds.
    """

    index: Index
    book: Book
    accounts: Ints
    facts: Array
    habits: Habits
    chance: Chances
    as_of: int
    until: int
    version: str
    model: "Model | None"

    @property
    def start(self) -> int:
        return self.until - WINDOW

    def first(self, budget: int) -> Ints:
        """Positions of the most likely accounts, at most `budget`; of equals the one that received more."""
        return likeliest(self.chance, self.facts, self.accounts, budget)

    def moved(self, places: Sequence[int]) -> Mapping[str, Chances]:
        """What each fact added to the scores of some accounts, by its name: exactly, in log-odds or in points."""
        rows = self.facts[list(places)]
        if self.model is None:
            return rule.moved(rows)
        added = self.model.contributions(matrix(rows))
        return {name: added[:, at] for at, name in enumerate(NAMES)}


def likeliest(chance: Chances, facts: Array, accounts: Ints, most: int) -> Ints:
    """Positions of the most likely accounts, at most `most`; of equals the one that received more."""
    # The rule gives many equal points; the larger sum comes first, and the number decides what is left.
    return np.lexsort((accounts, -facts["came"], -chance))[:most].astype(np.int64)


def scored(index: Index, as_of: int, model: "Model | None") -> Scored:
    """Score every account that received money in the window before the newest payment known at `as_of`.

    Without a model by the rule; see `models.chosen`.
    """
    return scored_of(index, payments(index, as_of), as_of, model)


def scored_of(index: Index, known: Payments, as_of: int, model: "Model | None") -> Scored:
    """The same from payments at hand; `as_of` says what registers are believed."""
    # The newest payment, not the clock: where records come days late, the last days before `as_of` would be
    # empty, and every account would look as if it had gone quiet.
    until = int(known.t[-1]) if len(known) else as_of
    return scored_in(index, Book.of(known, int(index.parts[-1].meta["accounts"])), until, as_of, model)


def scored_in(index: Index, book: Book, until: int, as_of: int, model: "Model | None") -> Scored:
    """The same from payments by account; `until`: of the newest of them."""
    accounts = active(book, until)
    found = facts(book, accounts, until, opened(index, as_of, book.accounts))
    known = Some.of(book)
    habits = Habits.of(accounts, found, known, until, book.accounts)
    placed(found, counterparts(habits, [known], until)[accounts])
    chance = rule.chances(found) if model is None else model.score(matrix(found))
    return Scored(index, book, accounts, found, habits, chance, as_of, until, version(model), model)


def version(model: "Model | None") -> str:
    """What signals say made them."""
    return rule.VERSION if model is None else f"mules-{model.version}"
