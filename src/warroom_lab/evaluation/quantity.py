"""A quantity that a country has, the band that it may lie in, and how the two are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from warroom_lab.evaluation.tally import RatioTally

ERRORS = 2.0
"""How many standard errors outside its band a value may lie."""


@dataclass(frozen=True, slots=True)
class QuantityBand:
    """The range that a quantity may lie in, and where that range comes from.

    `misses`: why a value outside is known and stands; it is printed, and does not fail the check.
    """

    low: float
    high: float
    unit: str
    tag: str
    source: str
    misses: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity, pooled over countries; `error` is one standard error; `least` and `most` are of single countries.

    `told`: what else a person should know of it, such as which column it was.
    """

    name: str
    value: float
    error: float
    least: float
    most: float
    low: float
    high: float
    unit: str
    tag: str
    source: str
    misses: str = ""
    told: str = ""

    @property
    def inside(self) -> bool:
        """Whether the value lies in its band."""
        return self.low <= self.value <= self.high

    @property
    def within(self) -> bool:
        """Whether it lies there, or so near that chance explains it."""
        # A band is of a nation and a check of some small countries: a value outside
        # by chance is no reason to tune.
        room = ERRORS * self.error
        return self.low - room <= self.value <= self.high + room

    @property
    def passes(self) -> bool:
        """Whether it lies within its band, or is known not to."""
        return self.within or bool(self.misses)

    def format_line(self) -> str:
        """For a person."""
        outside = "MISSES" if self.misses else "OUTSIDE"
        mark = "ok" if self.inside else "by chance" if self.within else outside
        why = "".join(f"; {each}" for each in (self.told, self.misses if mark == "MISSES" else "") if each)
        shown = f"{_format_value(self.value)} ± {_format_value(self.error)} [{_format_value(self.least)} to {_format_value(self.most)}]"
        band = f"band {_format_value(self.low)} to {_format_value(self.high)} {self.unit}".rstrip()
        return f"{mark:<9} {self.name:<29} {shown:<45} {band} ({self.tag}: {self.source}){why}"


def _format_value(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def pool_tallies(name: str, band: QuantityBand, parts: Sequence[RatioTally], told: str = "") -> Quantity:
    """One quantity over countries."""
    single = [each.value for each in parts]
    found = reduce(add, parts)
    return Quantity(
        name, found.value, found.error, min(single), max(single),
        band.low, band.high, band.unit, band.tag, band.source, band.misses, told,
    )  # fmt: skip
