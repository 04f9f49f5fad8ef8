"""How fast money moves on: a pace for each span of minutes since it came, times a factor for each thing known of it.

The hazard of leaving is constant within spans that grow with time (discrete time over log-spaced minutes); `pace` has it
for money of which nothing has left yet and for the rest of what went on in part, `factors` multiply it. So the share still there after
`t` minutes is exp(-H(t) * product of factors), H being the sum of the pace over the minutes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from warroom.money.forecast.effects import EFFECTS, classify_amounts
from warroom.money.forecast.facts import Floats, Ints, MoneyFacts

EDGES = np.array([0, 1, 2, 4, 8, 15, 30, 60, 120, 240, 480, 960, 1440, 2880, 5760, 10080], np.float64)
"""Minutes at which spans begin; the last has no end."""
STRATA = ("nothing left", "a part left")


@dataclass(frozen=True)
class ForecastModel:
    """`pace`: logarithm of the share that leaves a minute, by stratum and span. `factors`: logarithms by effect and sort.

    `shared`: the part of chance that the amounts of one case have in common, 0 to 1. `like`: how many amounts of each
    cell were learned from; `made`: from what, in words and counts.
    """

    pace: Floats
    factors: Mapping[str, Floats]
    shared: float
    like: Ints
    made: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Twelve digits that change with any number of it."""
        return hashlib.sha256(json.dumps(self.to_json_values(), sort_keys=True).encode()).hexdigest()[:12]

    def to_json_values(self) -> dict[str, object]:
        """All of it as JSON values."""
        return {
            "minutes": EDGES.tolist(),
            "pace": {name: _round_values(row) for name, row in zip(STRATA, self.pace, strict=True)},
            "factors": {
                name: dict(zip(EFFECTS[name], _round_values(self.factors[name]), strict=True))
                for name in EFFECTS
            },
            "shared": round(self.shared, 4),
            "like": self.like.tolist(),
            "made": dict(self.made),
        }

    @cached_property
    def cumulative_hazards(self) -> Floats:
        """float64 (strata, spans): H at the beginning of each span."""
        steps = np.exp(self.pace[:, :-1]) * np.diff(EDGES)
        return np.concatenate([np.zeros((len(STRATA), 1)), np.cumsum(steps, axis=1)], axis=1)

    def classify(self, facts: MoneyFacts, zone: int) -> "ClassifiedMoney":
        """The amounts with their stratum and factor."""
        kinds = classify_amounts(facts, zone)
        factor = np.zeros(len(facts))
        for name, values in self.factors.items():
            factor += values[kinds[name]]
        return ClassifiedMoney(self, (kinds["passed"] > 0).astype(np.int64), np.exp(factor), kinds)


@dataclass(frozen=True)
class ClassifiedMoney:
    """Amounts as a model sees them."""

    model: ForecastModel
    stratum: Ints
    factor: Floats
    kinds: Mapping[str, Ints]

    def compute_hazard_at(self, minutes: Floats) -> Floats:
        """-log of the share still there so many minutes after it came."""
        at = np.maximum(minutes, 0.0)
        span = np.searchsorted(EDGES, at, "right") - 1
        pace = np.exp(self.model.pace[self.stratum, span])
        base = self.model.cumulative_hazards[self.stratum, span] + pace * (at - EDGES[span])
        found: Floats = base * self.factor
        return found

    def compute_minutes_until(self, spent: Floats) -> Floats:
        """The other way round: after how many minutes so much is spent."""
        base = spent / self.factor
        span = np.zeros(len(base), np.int64)
        for stratum in range(len(STRATA)):
            mine = self.stratum == stratum
            span[mine] = np.searchsorted(self.model.cumulative_hazards[stratum], base[mine], "right") - 1
        pace = np.exp(self.model.pace[self.stratum, span])
        minutes_needed: Floats = (
            EDGES[span] + (base - self.model.cumulative_hazards[self.stratum, span]) / pace
        )
        return minutes_needed


def _round_values(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]
