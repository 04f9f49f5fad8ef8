"""How likely each account works for somebody else: every account that received money lately, as of a moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.money.index import Index
from warroom.money.world import Array, Ints
from warroom.signals import rule
from warroom.signals.facts import WINDOW, Book, active, facts, opened
from warroom.signals.payments import payments

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Accounts of the index by number with their facts (rows of `facts.TABLE`) and probabilities.

    `until`: the time of the newest payment known at `as_of`, `start`: of the window's first moment; microseconds.
    """

    index: Index
    book: Book
    accounts: Ints
    facts: Array
    chance: Chances
    as_of: int
    until: int
    version: str

    @property
    def start(self) -> int:
        return self.until - WINDOW

    def first(self, budget: int) -> Ints:
        """Positions of the most likely accounts, at most `budget`; of equals the one that received more."""
        order = np.lexsort((self.accounts, -self.facts["came"], -self.chance))
        return order[:budget].astype(np.int64)


def scored(index: Index, as_of: int) -> Scored:
    """Score every account that received money in the window before the newest payment known at `as_of`."""
    known = payments(index, as_of)
    until = int(known.t[-1]) if len(known) else as_of
    book = Book.of(known, int(index.parts[-1].meta["accounts"]))
    accounts = active(book, until)
    found = facts(book, accounts, until, opened(index, as_of, book.accounts))
    return Scored(index, book, accounts, found, rule.chances(found), as_of, until, rule.VERSION)
