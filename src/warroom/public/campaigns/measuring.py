"""What a campaign changed: areas that heard beside areas that did not, with the interval that the draw itself gives.

An area's change is log((after + 1/2) / (before + 1/2)), over as many days before the release as after it. The effect is the weighted
mean of those that heard less that of those held out. Its interval is that of randomisation inference (Fisher 1935; Rosenbaum,
"Observational Studies", 2002): an effect belongs to it where, taken away from those that heard, what is left is no more unusual than 95
of 100 draws that chance could have made in the same blocks. Nothing is assumed of how counts scatter: the areas were drawn, and that
is all. Weights follow from the counts before alone, so that no outcome chooses them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warroom.public.campaigns.holdout import Held, simulate_draws

DRAWS = 9_999
LEVEL = 0.05
SWING = 0.4
"""Areas swing by so much from month to month beside what chance alone does (weekly losses by 40 %): it bounds a large area's weight."""
HALF = 0.5
NORMAL = 1.96
FOUR_IN_FIVE = (NORMAL + 0.84) / NORMAL
"""Half an interval times this is found in four of five trials, where the scatter is near normal."""
FAR, STEPS = 2.3, 921
"""Effects that are tried: from a tenth to ten times, in steps of half a per cent."""
FEWEST = 20
"""Fewer counted in all say nothing."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EffectEstimate:
    """The effect as a factor of what was to be expected (1: none), its interval, how often chance alone shows as much, and the
    smallest decrease (per cent) that four of five such trials would find. None where too little was counted.
    """

    factor: float | None
    low: float | None
    high: float | None
    chance: float | None
    seen_from: float | None


def estimate_effect(
    before: Numbers, after: Numbers, blocks: NDArray[np.int64], held: Held, unit: float = 1.0
) -> EffectEstimate:
    """The effect of a campaign. `before`, `after`: by area, in units of which one counts (`unit`: satang of a usual loss)."""
    counted = float((before.sum() + after.sum()) / unit)
    if counted < FEWEST or held.all() or not held.any():
        return EffectEstimate(None, None, None, None, None)
    change = np.log((after + HALF * unit) / (before + HALF * unit))
    weight = 1 / (2 / (before / unit + 1) + SWING**2)
    drawn = simulate_draws(blocks, DRAWS, np.random.default_rng(1))
    observed = float(_compute_differences(change, weight, held[None, :])[0])
    # The draw's difference where the sent lose an effect d: what it is without, less d times how sent this draw's sent really were.
    plain = _compute_differences(change, weight, drawn)
    lean = _compute_differences((~held).astype(float), weight, drawn)
    tried = np.linspace(-FAR, FAR, STEPS) + observed
    # At most as usual as this: the draw that was made is one of those that could have been.
    shares = np.array(
        [(1 + np.sum(np.abs(plain - d * lean) >= abs(observed - d) - 1e-12)) / (DRAWS + 1) for d in tried]
    )
    inside = tried[shares > LEVEL]
    low, high = float(inside.min()), float(inside.max())
    chance = (1 + int(np.sum(np.abs(plain) >= abs(observed) - 1e-12))) / (DRAWS + 1)
    return EffectEstimate(
        float(np.exp(observed)), float(np.exp(low)), float(np.exp(high)), chance, _seen_from((high - low) / 2)
    )


def estimate_power(
    earlier: Numbers, before: Numbers, blocks: NDArray[np.int64], unit: float = 1.0
) -> float | None:
    """The smallest decrease, in per cent, that such a trial would find four times in five, by what two earlier spans show of how
    areas scatter, and never by less than counting alone scatters them; None where too little was counted in one of them. Told
    before anything goes out.
    """
    if min(earlier.sum(), before.sum()) / unit < FEWEST:
        return None
    change = np.log((before + HALF * unit) / (earlier + HALF * unit))
    weight = 1 / (2 / (earlier / unit + 1) + SWING**2)
    drawn = simulate_draws(blocks, 2_000, np.random.default_rng(1))
    seen = float(np.quantile(np.abs(_compute_differences(change, weight, drawn)), 1 - LEVEL))
    counting = 1 / (earlier / unit + HALF) + 1 / (before / unit + HALF)
    held = drawn[0]
    alone = sum((weight[arm] ** 2 @ counting[arm]) / weight[arm].sum() ** 2 for arm in (held, ~held))
    return _seen_from(max(seen, NORMAL * float(np.sqrt(alone))))


def _compute_differences(change: Numbers, weight: Numbers, held: Held) -> Numbers:
    """Of each draw the weighted mean of those that heard less that of those held out."""
    sent = ~held
    return (sent @ (weight * change)) / (sent @ weight) - (held @ (weight * change)) / (held @ weight)


def _seen_from(half: float) -> float:
    return float(100 * (1 - np.exp(-FOUR_IN_FIVE * half)))
