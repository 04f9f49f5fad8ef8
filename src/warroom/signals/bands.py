"""Confidence intervals of proportions."""

import math

# Standard deviations of a two-sided 95 % interval.
Z = 1.96


def compute_wilson_interval(hits: int, count: int, deviations: float = Z) -> tuple[float, float]:
    """The Wilson score interval of `hits` in `count` (Wilson, "Probable inference", 1927), as shares in [0,
    1]; 95 % with the default, 90 % with 1.645 deviations.
    """
    share, z = hits / count, deviations**2 / count
    middle, half = share + z / 2, deviations * math.sqrt(share * (1 - share) / count + z / (4 * count))
    return (middle - half) / (1 + z), (middle + half) / (1 + z)
