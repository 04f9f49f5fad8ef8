"""How likely each account works for somebody else: every account that received money lately, as of a moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.money.index import Index
from warroom.money.world import Array, Ints
from warroom.signals import rule
from warroom.signals.facts import Book, active, facts
from warroom.signals.payments import payments

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Accounts of the index by number with their facts (rows of `facts.TABLE`) and probabilities.

    until: microseconds, the time of the newest payment known as of the moment asked for.
    """

    index: Index
    book: Book
    accounts: Ints
    facts: Array
    chance: Chances
    until: int
    version: str

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
    found = facts(book, accounts, until)
    return Scored(index, book, accounts, found, rule.chances(found), until, rule.VERSION)
