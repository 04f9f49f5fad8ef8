"""An honest account or payment of a dense country stands for so many in life: a country as dense as life says the same.

Countries of both densities are played for most of a minute: `make soak`. That an account is counted with its weight is told in
`test_alerts`, and which weight a week gives in `test_hardness`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from warroom_lab.evaluation.alerts import Alerts, measure_alerts
from warroom_lab.evaluation.background import found_background
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies import make_rule
from warroom_lab.evaluation.policies.equipped import Equipped
from warroom_lab.evaluation.scores import METRICS
from warroom_lab.evaluation.tally import RatioTally, tally_rate
from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.sizes import Size

DENSITY, PEOPLE, DAYS, A_DAY = 20, 60_000, 14, 1.15
LIFE = Size("as dense as life", PEOPLE, DAYS, int(PEOPLE * DAYS * A_DAY), 1)
DENSE = Size("dense", PEOPLE // DENSITY, DAYS, int(PEOPLE * DAYS * A_DAY) // DENSITY, DENSITY)
"""As much crime as LIFE has, among a twentieth of the people."""
OFFICERS = 20
"""Times the usual budget of warnings: at the usual one some twenty accounts would be warned of, too few to compare."""
NAMES = ("precision_of_warnings", "precision_at_ten_budgets", "recall_in_time_at_ten", "honest_payments_warned")  # fmt: skip
# Not the warnings a day: how many a budget buys rests on how well the model is calibrated, and not on weights.
LIVELY, DENSE_ONES = (1,), (1, 2, 3, 4, 5, 6, 7, 8)
MOST = 3.0
"""Standard errors between the two at most."""


@dataclass(frozen=True)
class Plays:
    """Plays of one size in which payers are warned and nobody holds anything: their figures by name, and their alerts."""

    density: float
    figures: list[dict[str, float]]
    alerts: list[Alerts]

    def each(self, name: str) -> Array:
        return np.array([figures[name] for figures in self.figures])


@cache
def plays(size: Size, seeds: tuple[int, ...]) -> Plays:
    made = [played(size, seed) for seed in seeds]
    named = [each for each in (measure_alerts(one, 10) for one in made) if isinstance(each, Alerts)]
    return Plays(size.density, [_figures(each) for each in made], named)


def played(size: Size, seed: int) -> PolicyPlay:
    policy = Equipped(make_rule("practice-2026"), ("warnings",), size)
    policy.warnings.daily *= OFFICERS
    return play_policy(found_background(size, seed), policy)


def _figures(made: PolicyPlay) -> dict[str, float]:
    found = {
        metric.name: metric.compute_value(made)
        for metric in METRICS
        if metric.name in (*NAMES, "warnings_a_day")
    }
    return {name: each for name, each in found.items() if isinstance(each, float)}


def tallies(found: Plays) -> dict[str, RatioTally]:
    """Ratios of sums over countries, and their errors from the accounts counted: one honest account here is `density` at once."""
    named = found.each("warnings_a_day") * DAYS
    right = found.each("precision_of_warnings") * named
    live, in_time = (
        sum(each) for each in zip(*((one.live, one.in_time) for one in found.alerts), strict=True)
    )
    at_ten = [_precision(each.right, each.wrong, found.density) for each in found.alerts]
    return {
        "precision_of_warnings": _precision(right.sum(), (named - right).sum(), found.density),
        "precision_at_ten_budgets": sum(at_ten, RatioTally(0, 0)),
        "recall_in_time_at_ten": RatioTally(in_time, live, in_time, in_time, live),
        "honest_payments_warned": tally_rate(found.each("honest_payments_warned"), len(named)),
    }


def _precision(right: float, wrong: float, weight: float) -> RatioTally:
    return RatioTally(right, right + wrong, right, right, right + wrong * weight)


def apart(name: str) -> float:
    """How many standard errors the dense countries' figure is from that of one as dense as life."""
    life, dense = tallies(plays(LIFE, LIVELY))[name], tallies(plays(DENSE, DENSE_ONES))[name]
    return abs(life.value - dense.value) / float(np.hypot(life.error, dense.error))


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_weights_say_what_a_country_as_dense_as_life_says(name: str) -> None:
    assert apart(name) < MOST


@pytest.mark.soak
def test_without_weights_they_would_not() -> None:
    dense = plays(DENSE, DENSE_ONES)
    bare = [_precision(each.right, each.wrong / DENSITY, 1) for each in dense.alerts]
    life, without = tallies(plays(LIFE, LIVELY))["precision_at_ten_budgets"], sum(bare, RatioTally(0, 0))
    assert without.value - life.value > MOST * float(np.hypot(life.error, without.error))
