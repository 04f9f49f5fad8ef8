"""An honest account or payment of a dense country stands for so many in life: a country as dense as life says the same."""

from collections.abc import Sequence
from functools import cache
from math import sqrt

import numpy as np
import pytest

from warroom.evaluation.background import settle
from warroom.evaluation.play import Played, play
from warroom.evaluation.policies import rule_named
from warroom.evaluation.policies.equipped import Equipped
from warroom.evaluation.scores import METRICS
from warroom.world.drawing.sizes import Size

DENSITY, PEOPLE, DAYS, A_DAY = 20, 60_000, 14, 1.15
LIFE = Size("as dense as life", PEOPLE, DAYS, int(PEOPLE * DAYS * A_DAY), 1)
DENSE = Size("dense", PEOPLE // DENSITY, DAYS, int(PEOPLE * DAYS * A_DAY) // DENSITY, DENSITY)
"""As much crime as LIFE has, among a twentieth of the people."""
OFFICERS = 20
"""Times the usual budget of warnings: at the usual one some twenty accounts would be warned of, too few to compare."""
NAMES = ("precision_of_warnings", "precision_at_ten_budgets", "recall_in_time_at_ten", "warnings_a_day", "honest_payments_warned")  # fmt: skip
COUNTRIES, DENSE_ONES = (1,), (1, 2, 3, 4, 5, 6)
MOST = 3.0
"""Standard errors between the two at most."""


@cache
def played(size: Size, seed: int) -> dict[str, float]:
    """Every figure of a play in which payers are warned and nobody holds anything; and those without weights."""
    policy = Equipped(rule_named("practice-2026"), ("warnings",), size)
    policy.warnings.daily *= OFFICERS
    made = play(settle(size, seed), policy)
    return {metric.name: _number(metric.of(made)) for metric in METRICS if metric.name in NAMES} | _bare(made)


def _number(found: object) -> float:
    assert isinstance(found, float)
    return found


def _bare(made: Played) -> dict[str, float]:
    innocent = list(made.truth.warned().values())
    return {
        "bare precision_of_warnings": innocent.count(False) / len(innocent),
        "bare honest_payments_warned": float(made.truth.warned_honest().payments),
    }


def apart(name: str, bare: str = "") -> float:
    """How many standard errors the dense countries' figure is from that of countries as dense as life."""
    dense: Sequence[float] = [played(DENSE, seed)[bare or name] for seed in DENSE_ONES]
    life = [played(LIFE, seed)[name] for seed in COUNTRIES]
    # Between dense countries: a country with twenty times as many honest people differs less from another.
    spread = float(np.std(dense, ddof=1))
    return abs(float(np.mean(dense)) - float(np.mean(life))) / (spread * sqrt(1 / len(dense) + 1 / len(life)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_weights_say_what_a_country_as_dense_as_life_says(name: str) -> None:
    assert apart(name) < MOST


@pytest.mark.slow
@pytest.mark.parametrize("name", ["precision_of_warnings", "honest_payments_warned"])
def test_without_weights_they_would_not(name: str) -> None:
    assert apart(name, f"bare {name}") > MOST
