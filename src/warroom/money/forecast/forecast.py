"""What a model predicts for amounts that are in accounts now: how much leaves, by when, and the band of a
case's sum.

What leaves together is simulated: whether an amount leaves depends on a draw of its own and on one that its
case shares (a one-factor normal copula), since one handler empties a case's accounts in one go or sleeps on
all of them. The draws are made of the case's id and the amount's place in it: every page shows the same band,
and so does every server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from warroom.money.forecast.effects import locate_cells
from warroom.money.forecast.facts import MINUTE, Floats, Ints, MoneyFacts
from warroom.money.forecast.model import ClassifiedMoney, ForecastModel

WITHIN = 60.0
"""Minutes: what leaves within the hour is what the room ranks by."""
EARLY = 0.2
"""Of an amount this share leaves before its clock strikes."""
BAND = (0.1, 0.9)
DRAWS = 199
"""Simulated hours of a case; odd, so that the middle one is a draw."""
FEW = 30
"""Fewer like amounts than this behind a forecast: it is rough."""
LAST = np.int64(1 << 62)
"""No later than this, in microseconds: what hardly ever leaves has no moment."""
AT_ONCE = 50_000
"""Amounts that are simulated in one piece: more would take memory by the gigabyte."""


@dataclass(frozen=True)
class Risk:
    """By case: satang that leave within the time if nobody acts, the mean and the band of 10 and 90 %; `rough`: whether
    the larger part of the mean rests on fewer than 30 similar amounts."""

    case: Ints
    mean: Floats
    low: Floats
    high: Floats
    rough: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Forecast:
    """A model in use. `zone`: microseconds that the house's clock is ahead of UTC; `is_representative`:
    whether the model's training data is like this home's money (the synthetic country's is, in an exercise
    alone).
    """

    model: ForecastModel
    zone: int = 7 * 60 * MINUTE
    is_representative: bool = True

    def estimate_leaving_shares(self, facts: MoneyFacts, now: int, within: float = WITHIN) -> Floats:
        """The expected share of each amount that leaves within so many minutes from now.

        Money last seen at `MoneyFacts.last_seen_at` may have left since: that share is gone and does not
        leave again.
        """
        return self.estimate_leaving_shares_each(self.model.classify(facts, self.zone), facts, now, within)

    def estimate_leaving_shares_each(
        self, paced: ClassifiedMoney, facts: MoneyFacts, now: int | Ints, within: float
    ) -> Floats:
        """As `estimate_leaving_shares`, for amounts whose sorts are known already, each from a moment of its
        own.
        """
        age = (now - facts.arrived) / MINUTE
        seen = paced.compute_hazard_at(np.minimum((facts.last_seen_at - facts.arrived) / MINUTE, age))
        leaving_shares: Floats = np.exp(seen - paced.compute_hazard_at(age)) - np.exp(
            seen - paced.compute_hazard_at(age + within)
        )
        return leaving_shares

    def estimate_leaving_times(self, facts: MoneyFacts, share: float = EARLY) -> Ints:
        """When that share of each amount is expected to have left, counted from when it was last seen in the
        account.
        """
        paced = self.model.classify(facts, self.zone)
        seen = paced.compute_hazard_at((facts.last_seen_at - facts.arrived) / MINUTE)
        minutes = paced.compute_minutes_until(seen - np.log1p(-share))
        at = facts.arrived + np.minimum(minutes * MINUTE, float(LAST) / 2)
        leaving_times: Ints = np.minimum(at, LAST).astype(np.int64)
        return leaving_times

    def has_few_examples(self, facts: MoneyFacts) -> npt.NDArray[np.bool_]:
        """Whether each forecast rests on too few similar amounts."""
        if not self.is_representative:
            return np.ones(len(facts), bool)
        few: npt.NDArray[np.bool_] = (
            self.model.like[locate_cells(self.model.classify(facts, self.zone).kinds)] < FEW
        )
        return few

    def estimate_risk(self, facts: MoneyFacts, now: int, within: float = WITHIN) -> Risk:
        """What of each case leaves within so many minutes, cases in the order of their ids."""
        order = np.argsort(facts.case, kind="stable")
        facts = facts.select_rows(order)
        share = self.estimate_leaving_shares(facts, now, within)
        cases, first = np.unique(facts.case, return_index=True)
        if not len(cases):
            none = np.zeros(0)
            return Risk(cases, none, none, none, np.zeros(0, bool))
        expected = share * facts.amount
        mean = np.add.reduceat(expected, first)
        low, high = _simulate_bands(facts, share, first, self.model.shared)
        thin = np.add.reduceat(np.where(self.has_few_examples(facts), expected, 0.0), first)
        # The mean belongs into its own band, also where a few large amounts make the distribution one-sided.
        return Risk(cases, mean, np.minimum(low, mean), np.maximum(high, mean), thin > mean / 2)

    def simulate_cases(
        self, facts: MoneyFacts, now: int, within: float = WITHIN
    ) -> Iterator[tuple[int, Floats]]:
        """Each case of `facts` with the sums that left of it in the simulated hours."""
        facts = facts.select_rows(np.argsort(facts.case, kind="stable"))
        cases, first = np.unique(facts.case, return_index=True)
        sums = _simulate_sums(
            facts, self.estimate_leaving_shares(facts, now, within), first, self.model.shared
        )
        yield from zip(cases.tolist(), sums.astype(np.float64), strict=True)


def _simulate_bands(facts: MoneyFacts, share: Floats, first: Ints, shared: float) -> tuple[Floats, Floats]:
    """10 % and 90 % of each case's simulated sums; rows of one case lie together, each from `first` on."""
    low, high = np.zeros(len(first)), np.zeros(len(first))
    ends = np.append(first[1:], len(facts))
    start = 0
    while start < len(first):
        # As many whole cases as fit; one of thousands of accounts goes alone.
        stop = max(start + 1, int(np.searchsorted(ends, first[start] + AT_ONCE, "right")))
        rows = slice(int(first[start]), int(ends[stop - 1]))
        sums = _simulate_sums(facts.select_rows(rows), share[rows], first[start:stop] - first[start], shared)
        low[start:stop], high[start:stop] = _compute_quantiles(sums)
        start = stop
    return low, high


def _simulate_sums(facts: MoneyFacts, share: Floats, first: Ints, shared: float) -> npt.NDArray[np.float32]:
    """float32 (cases, draws): what leaves of each case in each simulated hour."""
    count = np.diff(np.append(first, len(facts)))
    place = (np.arange(len(facts)) - np.repeat(first, count)).astype(np.uint64)
    case = np.repeat(np.arange(len(first)), count)
    needed = np.interp(share, *_build_normal_curve()).astype(np.float32)
    amount, common = facts.amount.astype(np.float32), facts.case[first].astype(np.uint64)
    together, alone = np.float32(np.sqrt(shared)), np.float32(np.sqrt(1 - shared))
    shocks = _Draws(common ^ np.uint64(0x5EED << 40))
    own = _Draws(facts.case.astype(np.uint64) << np.uint64(20) ^ place)
    out = np.empty((len(first), DRAWS), np.float32)
    for draw in range(DRAWS):
        leaves = together * shocks.draw_next()[case] + alone * own.draw_next() < needed
        out[:, draw] = np.add.reduceat(np.where(leaves, amount, np.float32(0)), first)
    return out


def _compute_quantiles(sums: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    low, high = np.quantile(sums, BAND, axis=1, method="inverted_cdf")
    return low.astype(np.float64), high.astype(np.float64)


# 4,096 equally likely values of the normal draw; chosen, since 12 bits give five draws from one 64-bit
# number.
BITS = 12
SIZE = 1 << BITS


@cache
def _build_draw_table() -> npt.NDArray[np.float32]:
    """Equally likely values of a normal draw."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((at + 0.5) / SIZE) for at in range(SIZE)], np.float32)


@cache
def _build_normal_curve() -> tuple[Floats, Floats]:
    """Probabilities and the normal draw below which each lies; what cannot be, and what must, lie beyond all draws."""
    normal = NormalDist()
    inner = np.linspace(0.0, 1.0, 2 * SIZE + 1)[1:-1]
    values = np.array([normal.inv_cdf(float(one)) for one in inner])
    return np.concatenate([[0.0], inner, [1.0]]), np.concatenate([[-9.0], values, [9.0]])


class _Draws:
    """Normal draws for each seed, one after the other and always the same ones: five of one mixed number."""

    def __init__(self, seeds: npt.NDArray[np.uint64]) -> None:
        self._seeds, self._left = seeds, 0
        self._bits = seeds

    def draw_next(self) -> npt.NDArray[np.float32]:
        if not self._left:
            self._seeds = self._seeds + np.uint64(0x9E3779B97F4A7C15)
            self._bits, self._left = _mix_bits(self._seeds), 64 // BITS
        draws: npt.NDArray[np.float32] = _build_draw_table()[
            (self._bits & np.uint64(SIZE - 1)).astype(np.int64)
        ]
        self._bits, self._left = self._bits >> np.uint64(BITS), self._left - 1
        return draws


def _mix_bits(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64: near numbers become far ones."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return found
