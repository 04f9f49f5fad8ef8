"""The effect of a campaign: alerted areas compared with held-out areas, with a randomisation interval.

An area's change is log((after + 1/2) / (before + 1/2)), over as many days before the release as after it. The effect is the weighted
mean of the alerted areas minus that of the held-out ones. Its interval is that of randomisation inference (Fisher 1935; Rosenbaum,
"Observational Studies", 2002): it contains an effect if, after subtracting it from the alerted areas, the remaining difference is no
more extreme than 95 of 100 random draws from the same blocks. No distribution of counts is assumed: only that the areas were drawn
at random. Weights depend on the counts before the release alone, so that no outcome influences them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warroom.public.campaigns.holdout import Held, simulate_draws

# Random draws: with the real one 10,000, so a p-value has a resolution of 0.0001.
DRAWS = 9_999
# Level of significance: intervals of 95 of 100.
LEVEL = 0.05
SWING = 0.4
"""Relative variation of areas from month to month beyond Poisson noise (weekly losses vary by 40 %); it bounds a large area's
weight."""
# Added to each count before the logarithm, so that it is finite for 0 (Anscombe, 1956; Haldane, 1956).
HALF = 0.5
# The 97.5 % quantile of the normal distribution; 0.84 is the 80 % quantile.
NORMAL = 1.96
FOUR_IN_FIVE = (NORMAL + 0.84) / NORMAL
"""Half an interval times this is the effect detected with a power of 80 %, for approximately normal scatter."""
FAR, STEPS = 2.3, 921
"""The grid of tested effects: log factors up to 2.3 (a tenth to ten times) around the estimate, in steps of half a per cent."""
FEWEST = 20
"""The least total count for an estimate. Chosen, not measured."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EffectEstimate:
    """The effect as a factor of the expected count (1: none), its 95 % interval, the p-value (`chance`), and the
    smallest decrease (per cent) detectable with a power of 80 % (`seen_from`). None where too little was counted.
    """

    factor: float | None
    low: float | None
    high: float | None
    chance: float | None
    seen_from: float | None


def estimate_effect(
    before: Numbers, after: Numbers, blocks: NDArray[np.int64], held: Held, unit: float = 1.0
) -> EffectEstimate:
    """The effect of a campaign. `before`, `after`: counts or satang by area; `unit`: what counts as one (satang of a usual loss)."""
    counted = float((before.sum() + after.sum()) / unit)
    if counted < FEWEST or held.all() or not held.any():
        return EffectEstimate(None, None, None, None, None)
    change = np.log((after + HALF * unit) / (before + HALF * unit))
    weight = 1 / (2 / (before / unit + 1) + SWING**2)
    # A fixed seed: the same data always give the same interval.
    drawn = simulate_draws(blocks, DRAWS, np.random.default_rng(1))
    observed = float(_compute_differences(change, weight, held[None, :])[0])
    # A draw's difference after subtracting an effect d is linear in d: `plain` minus d times `lean`.
    plain = _compute_differences(change, weight, drawn)
    lean = _compute_differences((~held).astype(float), weight, drawn)
    tried = np.linspace(-FAR, FAR, STEPS) + observed
    # The real draw counts among the possible ones, hence the 1; the tolerance absorbs rounding.
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
    """The smallest decrease, in per cent, that such a trial detects with a power of 80 %, from the scatter of areas between two
    earlier spans, at least Poisson noise; None where too little was counted in one of them. Shown
    before the release.
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
    """For each draw the weighted mean of the alerted areas minus that of the held-out ones."""
    sent = ~held
    return (sent @ (weight * change)) / (sent @ weight) - (held @ (weight * change)) / (held @ weight)


def _seen_from(half: float) -> float:
    return float(100 * (1 - np.exp(-FOUR_IN_FIVE * half)))
