"""A quantity as sums over single cases, so that countries can be pooled and the error of so few cases is known."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import Array


@dataclass(frozen=True, slots=True)
class RatioTally:
    """`above` over `below`, and the sums of squares and products of what each single case adds to them."""

    above: float
    below: float
    aa: float = 0.0
    ab: float = 0.0
    bb: float = 0.0

    def __add__(self, other: "RatioTally") -> "RatioTally":
        return RatioTally(
            self.above + other.above,
            self.below + other.below,
            self.aa + other.aa,
            self.ab + other.ab,
            self.bb + other.bb,
        )

    @property
    def value(self) -> float:
        """The ratio."""
        return self.above / max(self.below, 1e-9)

    @property
    def error(self) -> float:
        """One standard error of a ratio of sums over independent cases; 0 where nothing is drawn."""
        # The delta method for a ratio of sums (Cochran, Sampling Techniques, chapter 6): cases
        # vary, and so does their number.
        spread = self.aa - 2 * self.value * self.ab + self.value**2 * self.bb
        return float(np.sqrt(max(spread, 0.0)) / max(self.below, 1e-9))


def tally_rate(each: Array, time: float) -> RatioTally:
    """What cases that come at random add up to in a time: a Poisson sum."""
    return RatioTally(float(each.sum()), time, float((each.astype(np.float64) ** 2).sum()))


def tally_ratio(above: Array, below: Array) -> RatioTally:
    """Sums over cases of two figures that belong to each case."""
    a, b = above.astype(np.float64), below.astype(np.float64)
    return RatioTally(
        float(a.sum()), float(b.sum()), float((a * a).sum()), float((a * b).sum()), float((b * b).sum())
    )


def tally_mean(each: Array) -> RatioTally:
    """The mean over cases, or the share where `each` is true or false."""
    return tally_ratio(each, np.ones(len(each)))


def tally_median(values: Array) -> RatioTally:
    """The median, weighted by its cases where countries are pooled; its error from the order of the values."""
    count = len(values)
    if not count:
        return RatioTally(0.0, 0.0)
    # The rank of a median has a standard error of half the root of the count; half the distance of the
    # values there is that of the median.
    around = np.clip(0.5 + np.array([-0.5, 0.5]) / np.sqrt(count), 0, 1)
    low, high = np.quantile(values, around)
    return RatioTally(float(np.median(values)) * count, count, float((high - low) / 2 * count) ** 2)
