"""How amounts are classified: a few sorts for each fact, each with a word, so that a person can read what was
learned.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from warroom.money.forecast.facts import MINUTE, UNKNOWN, Ints, MoneyFacts
from warroom.money.index.transfer_graph import CHANNELS

DAY = 24 * 60 * MINUTE
HOUR = 60 * MINUTE

EFFECTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "hop": ("first", "second", "third", "later"),
        "channel": ("transfer", "qr", "other"),
        "amount": ("under 1,000", "to 5,000", "to 20,000", "to 50,000", "to 200,000", "more"),
        "age": ("under 60 days", "to a year", "older", "not known"),
        "hour": ("0 to 6", "6 to 12", "12 to 18", "18 to 24"),
        "passed": ("nothing", "under half", "to nine tenths", "nearly all"),
        "balance": ("under a tenth", "to a half", "to nine tenths", "nearly all"),
    }
)
"""What multiplies the pace, and the sorts of each; the words stand in a model's file."""
AMOUNTS = np.array([1_000_00, 5_000_00, 20_000_00, 50_000_00, 200_000_00])
AGES = np.array([60 * DAY, 365 * DAY])
PASSED = np.array([1e-9, 0.5, 0.9])
BALANCE = np.array([0.1, 0.5, 0.9])
QR = CHANNELS.index("qr")


def classify_amounts(facts: MoneyFacts, zone: int) -> dict[str, Ints]:
    """The sort of each amount by each effect; `zone`: microseconds that the house's clock is ahead of UTC."""
    age = np.where(facts.opened == UNKNOWN, 0, facts.arrived - np.maximum(facts.opened, 0))
    known = facts.opened != UNKNOWN
    return {
        "hop": np.clip(facts.hop, 1, 4) - 1,
        "channel": np.where(facts.channel == 0, 0, np.where(facts.channel == QR, 1, 2)),
        "amount": np.searchsorted(AMOUNTS, facts.amount, "right"),
        "age": np.where(known, np.searchsorted(AGES, age, "right"), 3),
        "hour": (facts.arrived + zone) % DAY // (6 * HOUR),
        "passed": np.searchsorted(PASSED, facts.passed, "right"),
        "balance": np.searchsorted(BALANCE, facts.balance, "right"),
    }


LIKE = ("hop", "channel", "amount")
"""The facts by which two amounts count as similar, where the examples of a forecast are counted."""


def locate_cells(kinds: Mapping[str, Ints]) -> Ints:
    """The number of the cell of like amounts."""
    sizes = [len(EFFECTS[name]) for name in LIKE]
    return np.ravel_multi_index([kinds[name] for name in LIKE], sizes).astype(np.int64)


CELLS = int(np.prod([len(EFFECTS[name]) for name in LIKE]))
