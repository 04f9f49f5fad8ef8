"""Values of single payments, and pairs of two, that are more than half crime in life.

A payment of crime counts once and an honest one `density` times. Whether a value with few payments is really above half is
told by the exact binomial test over payers, since what one account pays is one habit; whether any of so many values is, by
Tarone's correction: a value that could not be told even if all of it were crime (too few rows) is no question that was asked
(Tarone, Biometrics 1990).
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import binom

from warroom.signals.mules.account_features import count_others_on_device
from warroom_lab.evaluation.hardness.observed import Observed
from warroom_lab.world.crime.columns import COVER
from warroom_lab.world.drawing.columns import BAHT, CHANNELS, DAY, HOUR, Array
from warroom_lab.world.economy import PURPOSES
from warroom_lab.world.population.people import TYPES

ALPHA = 0.05
HALF = 0.5
BANDS = (
    0,
    100,
    500,
    1_000,
    5_000,
    10_000,
    20_000,
    30_000,
    40_000,
    49_000,
    50_000,
    100_000,
    300_000,
    1_000_000,
)
"""Lower ends of the bands of amounts, in baht."""
YOUNG = 60 * DAY
Value = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueCount:
    """Payments with one value, and accounts that paid them: of crime and of ordinary life."""

    crime: int = 0
    honest: int = 0
    criminals: int = 0
    payers: int = 0

    def __add__(self, other: "ValueCount") -> "ValueCount":
        return ValueCount(
            self.crime + other.crime,
            self.honest + other.honest,
            self.criminals + other.criminals,
            self.payers + other.payers,
        )

    def estimate_crime_share(self, density: float) -> float:
        """The share of crime in life."""
        return self.crime / max(1.0, self.crime + self.honest * density)


Counts = dict[Value, ValueCount]


def count_values(seen: Observed) -> Counts:
    """Of every value and pair of values; what accounts pay for the look of it is left out, being neither."""
    kept = np.flatnonzero(seen.typology != COVER)
    crime, payer = seen.typology[kept] >= 0, seen.rows.payer[kept]
    named = {name: (column[kept], words) for name, (column, words) in _build_columns(seen).items()}
    counts_by_value: Counts = {}
    for name, (column, words) in named.items():
        counts_by_value |= {
            (f"{name} {words[at]}",): count for at, count in _count_by_value(column, len(words), crime, payer)
        }
    for (first_name, (first, mine)), (two, (second, other)) in combinations(named.items(), 2):
        both = first.astype(np.int64) * len(other) + second
        for at, count in _count_by_value(both, len(mine) * len(other), crime, payer):
            counts_by_value[f"{first_name} {mine[at // len(other)]}", f"{two} {other[at % len(other)]}"] = (
                count
            )
    return counts_by_value


def _count_by_value(column: Array, values: int, crime: Array, payer: Array) -> list[tuple[int, ValueCount]]:
    """Counts of each value that crime has at all."""
    bad = np.bincount(column[crime], minlength=values)
    there = np.flatnonzero(bad)
    place = np.full(values, -1)
    place[there] = np.arange(len(there))
    mine = place[column]
    good = np.bincount(mine[~crime & (mine >= 0)], minlength=len(there))
    criminals = _count_payers(mine, payer, len(there), crime)
    payers = _count_payers(mine, payer, len(there), ~crime & (mine >= 0))
    return [
        (int(at), ValueCount(int(bad[at]), int(good[row]), int(criminals[row]), int(payers[row])))
        for row, at in enumerate(there)
    ]


def _count_payers(value: Array, payer: Array, values: int, which: Array) -> Array:
    """Different payers of each value, by a table of both: a sort of millions of pairs takes ten times as long."""
    met = np.zeros((values, int(payer.max(initial=-1)) + 1), bool)
    met[value[which], payer[which]] = True
    found: Array = np.count_nonzero(met, axis=1)
    return found


def _build_columns(seen: Observed) -> dict[str, tuple[Array, list[str]]]:
    rows, accounts = seen.rows, seen.country.accounts
    young = [_is_young_account(accounts.opened[side], rows.time) for side in (rows.payer, rows.payee)]
    age = ["is older", "is younger than 60 days"]
    return {
        "baht": (np.searchsorted(np.array(BANDS) * BAHT, rows.amount, "right") - 1, [f"from {at:,}" for at in BANDS]),
        "channel": (rows.channel, list(CHANNELS)),
        "hour": ((rows.time + 7 * HOUR) // HOUR % 24, [str(hour) for hour in range(24)]),
        "purpose": (rows.purpose, [word or "unsaid" for word in PURPOSES]),
        "device": (_class_device_sharing(seen), ["unknown", "of one account", "of 2", "of 3 to 5", "of 6 and more"]),
        "digits": (_count_round_digits(rows.amount), ["satang", "whole baht", "hundreds", "thousands", "ten thousands"]),
        "payer's account": (accounts.type[rows.payer], list(TYPES)),
        "payee's account": (accounts.type[rows.payee], list(TYPES)),
        "payer's account's age": (young[0], age),
        "payee's account's age": (young[1], age),
        "banks": ((accounts.bank[rows.payer] == accounts.bank[rows.payee]).astype(int), ["two", "one"]),
    }  # fmt: skip


def _is_young_account(opened: Array, time: Array) -> Array:
    return (time - opened < YOUNG).astype(int)


def _class_device_sharing(seen: Observed) -> Array:
    others = count_others_on_device(seen.all_payments)
    return np.where(seen.rows.device < 0, 0, 1 + np.searchsorted([1, 2, 5], others, "right"))


def _count_round_digits(amount: Array) -> Array:
    found: Array = np.sum([amount % (step * BAHT) == 0 for step in (1, 100, 1_000, 10_000)], axis=0)
    return found


@dataclass(frozen=True, slots=True)
class Giveaway:
    """A value that is more than half crime in life, beyond chance."""

    value: Value
    count: ValueCount
    share: float


@dataclass(frozen=True, slots=True)
class FoundGiveaways:
    """Giveaways, the most crime first; `least`: payers from which a value of crime alone could be told; `asked`: values so large."""

    giveaways: list[Giveaway]
    min_payers: int
    tested_values: int


def find_giveaways(parts: list[Counts], density: float) -> FoundGiveaways:
    """Over countries of one density together."""
    pooled: dict[Value, ValueCount] = defaultdict(ValueCount)
    for part in parts:
        for value, count in part.items():
            pooled[value] = pooled[value] + count
    # One payer in `density + 1` of those here is honest where half of them are in life.
    even = density / (density + 1)
    payers = np.array([pooled_count.criminals + pooled_count.payers for pooled_count in pooled.values()])
    asked, level = _find_tarone_level(even**payers)
    # The chance of so many criminals or more among them where half are in life.
    chance = binom.sf(
        np.array([pooled_count.criminals for pooled_count in pooled.values()]) - 1, payers, even
    )
    named = [
        Giveaway(value, pooled_count, pooled_count.estimate_crime_share(density))
        for (value, pooled_count), p in zip(pooled.items(), chance, strict=True)
        if p <= level and pooled_count.estimate_crime_share(density) > HALF
    ]
    least = int(np.ceil(np.log(level) / np.log(even)))
    return FoundGiveaways(
        sorted(named, key=lambda giveaway: (-giveaway.share, -giveaway.count.crime)), least, asked
    )


def _find_tarone_level(smallest: Array) -> tuple[int, float]:
    """How many values could be told at all, and the level at which each is asked."""
    asked = np.sort(smallest)
    for many in range(1, len(asked) + 1):
        if int(np.searchsorted(asked, ALPHA / many, "right")) <= many:
            return int(np.searchsorted(asked, ALPHA / many, "right")), ALPHA / many
    return len(asked), ALPHA / max(1, len(asked))
