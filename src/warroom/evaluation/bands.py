"""A figure over several seeds: its mean and its band."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FEW = 20
"""Below so many seeds the band is from the smallest to the largest; from then on the 5th to the 95th percentile."""


class Band(NamedTuple):
    """mean, and the low and high end of the band."""

    mean: float
    low: float
    high: float


def kind_of_band(seeds: int) -> str:
    """What `low` and `high` are with so many seeds."""
    return "smallest to largest" if seeds < FEW else "5th to 95th percentile"


def band(values: Sequence[float]) -> Band:
    """The band of at least one value."""
    array = np.array(values, np.float64)
    # A percentile of ten numbers is one of them; it would pretend to know more.
    ends = (0, 100) if len(values) < FEW else (5, 95)
    low, high = np.percentile(array, ends)
    return Band(float(array.mean()), float(low), float(high))
