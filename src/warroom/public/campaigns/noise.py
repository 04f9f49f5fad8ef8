"""What is usual of a count a week, with its own ups and downs: a negative binomial fitted to the weeks before.

Counts of reports swing more than chance alone would have them (weekly losses by 40 %), so their variance is taken from the weeks
themselves: mean m and variance v of up to 26 weeks, the dispersion v/m no smaller than 1, and a share 1/n of it more, since m itself
is known from n weeks only. That is the quasi-Poisson model with a negative binomial's quantiles of Farrington et al. (J. R. Stat. Soc.
A 159, 1996) and Noufaily et al. (Stat. Med. 32, 2013), which health offices watch outbreaks with; without their trend, season and
down-weighting of past outbreaks, for which 26 weeks are too few. So an earlier wave makes us slower and never quicker.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warroom.public.numbers import BAND_OF, FEWEST_WEEKS

TENTH = 0.1
"""The band leaves out a tenth at each end."""
FAR = 30
"""Standard deviations above the mean, beyond which no count adds to a chance."""
MOST_FALSE = 0.1
"""A threat rises where one of all the threats looked at shows as much by chance in at most one week of ten."""


@dataclass(frozen=True, slots=True)
class UsualRange:
    """`mean` a week, the band in which eight of ten weeks lie, and how often a week brings at least a count (`chance`)."""

    mean: float
    low: int
    high: int
    chance: float


def estimate_usual(before: Sequence[int], count: int) -> UsualRange | None:
    """What is usual by the weeks before, and how unusual `count` is; None of fewer than eight weeks."""
    if len(before) < FEWEST_WEEKS:
        return None
    weeks = before[-BAND_OF:]
    n = len(weeks)
    # Of weeks without any, one in twice as many weeks is the most cautious guess that is not nought.
    mean = max(sum(weeks) / n, 0.5 / n)
    # Known from n weeks only, a variance is as often too small: a new week scatters by that of Student's t with n - 1 degrees.
    spread = sum((week_count - mean) ** 2 for week_count in weeks) / (n - 3)
    variance = max(spread, mean) * (1 + 1 / n)
    likely = _compute_probabilities(mean, variance, count)
    within = np.cumsum(likely)
    low, high = (int(np.searchsorted(within, share)) for share in (TENTH, 1 - TENTH))
    return UsualRange(mean, low, high, float(likely[count:].sum()))


def _compute_probabilities(mean: float, variance: float, count: int) -> NDArray[np.float64]:
    """How likely each count is from 0 on, as far as it matters: a negative binomial, where counts scatter as chance alone has them
    a Poisson. Each from the one before it, so that no library of distributions takes its memory in every room.
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
    """How often at least one of so many threats shows as much by chance (Šidák)."""
    return float(1 - (1 - chance) ** max(1, looked_at))


def is_rising(count: int, found: UsualRange | None, looked_at: int) -> bool:
    """Whether a count is outside its band, and would be too if all threats that were looked at are taken together."""
    return (
        found is not None
        and count > found.high
        and apply_sidak_correction(found.chance, looked_at) <= MOST_FALSE
    )
