"""How good a forecast is on what it never saw: whether shares mean what they say, whether bands hold, and how much better
it knows what leaves within the hour than the rule of before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from warroom.money.forecast.facts import MINUTE, Floats, Ints
from warroom.money.forecast.forecast import BAND, Forecast
from warroom_lab.forecasting.questions import WITHIN, ForecastQuestions

DRAWS = 500
"""Times that cases are drawn again for the intervals of 90 %."""
SEED = 16
PARTS = 10
WAITED = (0.0, 60.0, 120.0, 240.0, 480.0, float("inf"))
"""Minutes that money has lain still, from and to."""
GONE = 0.5
"""An amount has left where more than this share of it has."""


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """A figure, and the 5 and 95 % quantiles of it over cases drawn again."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


@dataclass(frozen=True)
class Decile:
    """A tenth of the amounts, by what was expected of them: the expected and the true share that left, and how many."""

    expected: float
    left: float
    amounts: int


@dataclass(frozen=True, slots=True)
class WaitedShare:
    """Amounts that had lain from `since` to `until` minutes when they were asked of: what was expected to leave of each within the hour,
    what left with its interval, and what left of all their money over what was expected.
    """

    since: float
    until: float
    amounts: int
    expected: float
    left: BootstrapInterval
    money: BootstrapInterval


@dataclass(frozen=True)
class ForecastWorth:
    """`coverage`: how often a case's sum lay in its band of 80 %, a sum at the band's edge counted by the part of its
    chance that lies within (sums of a few amounts are few, so that many lie at the edge); `plainly`: edges counted whole.
    `waited`: by how long the money had lain still, since a pace that did not fall with waiting would show there.
    `skill`: one less the Brier score of "leaves within the hour" over that of the rule of before.
    """

    amounts: int
    looks: int
    cases: int
    deciles: tuple[Decile, ...]
    expected: float
    left: float
    coverage: BootstrapInterval
    plainly: BootstrapInterval
    brier: float
    brier_before: float
    skill: BootstrapInterval
    waited: tuple[WaitedShare, ...] = ()


def measure_forecast(forecast: Forecast, asked: ForecastQuestions) -> ForecastWorth:
    """What a forecast is worth on these questions."""
    share = forecast.estimate_leaving_shares_each(
        forecast.model.classify(asked.facts, forecast.zone), asked.facts, asked.now, WITHIN
    )
    went = (asked.left > GONE).astype(np.float64)
    before = 1 - 0.5 ** (WITHIN / np.maximum(asked.minutes, 1e-3))
    errors, errors_before = (share - went) ** 2, (before - went) ** 2
    looks, within, plainly = _measure_bands(forecast, asked)
    groups = np.unique(asked.group)
    error_sums = _sum_by_group(groups, asked.group, errors, errors_before)
    other = _sum_by_group(groups, looks, within, plainly, np.ones(len(within)))
    return ForecastWorth(
        amounts=len(asked),
        looks=len(looks),
        cases=len(groups),
        deciles=_compute_deciles(share, asked.left),
        expected=float((share * asked.facts.amount).sum()),
        left=float((asked.left * asked.facts.amount).sum()),
        coverage=_bootstrap_ratio(other[0], other[2]),
        plainly=_bootstrap_ratio(other[1], other[2]),
        brier=float(errors.mean()),
        brier_before=float(errors_before.mean()),
        skill=_bootstrap_ratio(error_sums[1] - error_sums[0], error_sums[1]),
        waited=tuple(_iter_waited_shares(asked, share)),
    )


def _iter_waited_shares(asked: ForecastQuestions, share: Floats) -> Iterator[WaitedShare]:
    minutes = (asked.now - asked.facts.arrived) / MINUTE
    for since, until in pairwise(WAITED):
        rows = np.flatnonzero((minutes >= since) & (minutes < until))
        if not len(rows):
            continue
        groups, amount = np.unique(asked.group[rows]), asked.facts.amount[rows]
        left, count, money_left, money = _sum_by_group(
            groups,
            asked.group[rows],
            asked.left[rows],
            np.ones(len(rows)),
            asked.left[rows] * amount,
            share[rows] * amount,
        )
        yield WaitedShare(
            since,
            until,
            len(rows),
            float(share[rows].mean()),
            _bootstrap_ratio(left, count),
            _bootstrap_ratio(money_left, money),
        )


def _compute_deciles(share: Floats, left: Floats) -> tuple[Decile, ...]:
    parts = np.array_split(np.argsort(share, kind="stable"), PARTS)
    return tuple(
        Decile(float(share[part].mean()), float(left[part].mean()), len(part)) for part in parts if len(part)
    )


def _measure_bands(forecast: Forecast, asked: ForecastQuestions) -> tuple[Ints, Floats, Floats]:
    """By look: its case, and whether the sum lay within the band, edges in proportion and edges whole."""
    group, within, plainly = [], [], []
    for now in np.unique(asked.now):
        rows = asked.select_rows(np.flatnonzero(asked.now == now))
        for case, sums in forecast.simulate_cases(rows.facts, int(now)):
            mine = rows.facts.case == case
            left = float((rows.left[mine] * rows.facts.amount[mine]).sum())
            # In whole baht: a leftover of a few satang is no other sum.
            below, up_to = float(np.mean(sums < left - 50)), float(np.mean(sums <= left + 50))
            low, high = (float(edge) for edge in np.quantile(sums, BAND, method="inverted_cdf"))
            group.append(rows.group[mine][0])
            plainly.append(float(low - 50 <= left <= high + 50))
            width = max(up_to - below, 1 / len(sums))
            inside = max(0.0, min(below + width, BAND[1]) - max(below, BAND[0]))
            within.append(inside / width)
    return np.array(group, np.int64), np.array(within), np.array(plainly)


def _sum_by_group(groups: Ints, of: Ints, *values: Floats) -> list[Floats]:
    place = np.searchsorted(groups, of)
    return [np.bincount(place, one, len(groups)).astype(np.float64) for one in values]


def _bootstrap_ratio(above: Floats, below: Floats) -> BootstrapInterval:
    """A ratio of sums over cases, and its interval by drawing whole cases again."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(above), (DRAWS, len(above)))
    found = above[drawn].sum(axis=1) / np.maximum(below[drawn].sum(axis=1), 1e-12)
    low, high = np.quantile(found, (0.05, 0.95))
    return BootstrapInterval(float(above.sum() / max(below.sum(), 1e-12)), float(low), float(high))
