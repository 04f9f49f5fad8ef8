"""The usual range of a weekly count: a negative binomial fitted to the weeks before.

Counts of reports vary more than Poisson noise (weekly losses by 40 %), so their variance is estimated from the weeks
themselves: mean m and variance v of up to 26 weeks, the dispersion v/m at least 1, and 1/n of it more, since m itself
is estimated from n weeks. That is the quasi-Poisson model with a negative binomial's quantiles of Farrington et al. (J. R. Stat. Soc.
A 159, 1996) and Noufaily et al. (Stat. Med. 32, 2013), which health offices use to detect outbreaks; without their trend, season and
down-weighting of past outbreaks, for which 26 weeks are too few. So an earlier wave makes detection slower and never quicker.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warroom.public.numbers import BAND_OF, FEWEST_WEEKS

TENTH = 0.1
"""The share outside the usual range at each end."""
FAR = 30
"""Standard deviations above the mean beyond which a count's probability is negligible."""
MOST_FALSE = 0.1
"""Family-wise error rate: any of the threats looked at rises by chance in at most one week of ten. Chosen."""


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The weekly mean, the range of eight of ten weeks, and the probability of at least the given count (`chance`)."""

    mean: float
    low: int
    high: int
    chance: float


def estimate_usual(before: Sequence[int], count: int) -> UsualRange | None:
    """The usual range from the weeks before, and the probability of `count` or more; None for fewer than eight weeks."""
    if len(before) < FEWEST_WEEKS:
        return None
    weeks = before[-BAND_OF:]
    n = len(weeks)
    # For weeks without any count: one in twice as many weeks, a cautious estimate above zero.
    mean = max(sum(weeks) / n, 0.5 / n)
    # The variance of Student's t with n - 1 degrees of freedom: the weeks' own variance is only an estimate.
    spread = sum((week_count - mean) ** 2 for week_count in weeks) / (n - 3)
    variance = max(spread, mean) * (1 + 1 / n)
    likely = _compute_probabilities(mean, variance, count)
    within = np.cumsum(likely)
    low, high = (int(np.searchsorted(within, share)) for share in (TENTH, 1 - TENTH))
    return UsualRange(mean, low, high, float(likely[count:].sum()))


def _compute_probabilities(mean: float, variance: float, count: int) -> NDArray[np.float64]:
    """The probabilities of the counts from 0 on: a negative binomial, or a Poisson distribution where the variance equals the
    mean. Computed by recursion, so that no statistics library must be loaded.
    """
    k = np.arange(1, math.ceil(max(count, mean) + FAR * math.sqrt(variance)) + 50, dtype=float)
    if variance > mean * 1.001:
        size = mean**2 / (variance - mean)
        first = size * math.log(size / (size + mean))
        steps = np.log((k - 1 + size) / k) + math.log(mean / (size + mean))
    else:
        first, steps = -mean, math.log(mean) - np.log(k)
    return np.exp(first + np.concatenate([[0.0], np.cumsum(steps)]))


def apply_sidak_correction(chance: float, looked_at: int) -> float:
    """The probability that at least one of `looked_at` threats shows as much by chance (Šidák, 1967)."""
    return float(1 - (1 - chance) ** max(1, looked_at))


def is_rising(count: int, found: UsualRange | None, looked_at: int) -> bool:
    """Whether a count is above its usual range, also after correction for all threats looked at."""
    return (
        found is not None
        and count > found.high
        and apply_sidak_correction(found.chance, looked_at) <= MOST_FALSE
    )
