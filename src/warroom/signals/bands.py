"""The band of a share that was counted."""

import math

Z = 1.96


def compute_wilson_interval(hits: int, count: int, deviations: float = Z) -> tuple[float, float]:
    """The band of a share of hits in a count; 95 in 100 such bands hold the true share (Wilson, "Probable inference", 1927), of
    1.645 standard deviations 90 in 100.
    """
    share, z = hits / count, deviations**2 / count
    middle, half = share + z / 2, deviations * math.sqrt(share * (1 - share) / count + z / (4 * count))
    return (middle - half) / (1 + z), (middle + half) / (1 + z)
