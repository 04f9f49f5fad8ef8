"""The band of a share that was counted."""

import math

Z = 1.96


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The band of a share of hits in a count; 95 in 100 such bands hold the true share (Wilson, "Probable inference", 1927)."""
    share, z = hits / count, Z * Z / count
    middle, half = share + z / 2, Z * math.sqrt(share * (1 - share) / count + z / (4 * count))
    return (middle - half) / (1 + z), (middle + half) / (1 + z)
