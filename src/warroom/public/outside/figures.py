"""Of a hundred such messages, how many were scams: by the card of the model that ships, of texts that it had never seen.

A group is told only where it holds a hundred texts. Messages are grouped by probability; small Thai bands are one with the next,
small English ones tell nothing; of other languages nothing was measured, and nothing is told.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from warroom.signals.bands import compute_wilson_interval
from warroom.signals.messages.reading import LIMIT

LEAST = 100
"""Texts that a group must hold."""
DEVIATIONS = 1.645
"""Half of a band that holds the true share in 90 of 100 such counts."""
Sure = Literal["very", "fairly", "suspicious", "unknown"]


@dataclass(frozen=True, slots=True)
class ProbabilityBand:
    """Texts of one language and one band of probability, and how many of them were scams."""

    count: int
    scams: int

    @property
    def sure(self) -> Sure:
        """How sure one may be that another of them is a scam, by the lower end of the band."""
        low = 100 * compute_wilson_interval(self.scams, self.count, DEVIATIONS)[0]
        return "very" if low >= 95 else "fairly" if low >= 80 else "suspicious" if low >= 60 else "unknown"

    @property
    def of_100(self) -> int:
        """Never all and never none. Called a scam it is rounded down, and up where it is not: neither way too much is promised."""
        if self.sure == "unknown":
            return max(1, min(99, -(-100 * self.scams // self.count)))
        return min(99, 100 * self.scams // self.count)


def group_of(language: str, probability: float) -> ProbabilityBand | None:
    """The group of a message; None where it is too small or was never measured."""
    bands = _list_thai_bands() if language == "th" else _list_english_bands() if language == "en" else ()
    found = next((group for most, group in bands if probability < most or most == 1), None)
    return found if found and found.count >= LEAST else None


def is_measured(language: str) -> bool:
    """Whether the card has texts of a language."""
    return language in ("th", "en")


@cache
def _list_thai_bands() -> tuple[tuple[float, ProbabilityBand], ...]:
    """The bands of the card, each by where it ends; one with too few texts is one with the next above it."""
    bands: list[tuple[float, ProbabilityBand]] = []
    count = scams = 0
    for most, group in _list_bands("reliability"):
        count, scams = count + group.count, scams + group.scams
        # None reaches over the limit: a message is called a scam on one side of it alone.
        if count >= LEAST or most in (LIMIT, 1):
            bands.append((most, ProbabilityBand(count, scams)))
            count = scams = 0
    return tuple(bands)


@cache
def _list_english_bands() -> tuple[tuple[float, ProbabilityBand], ...]:
    """The bands of the card, each for itself: most English scams are in the highest, and one with it the others would promise as much."""
    return _list_bands("reliability_english")


def _list_bands(name: str) -> tuple[tuple[float, ProbabilityBand], ...]:
    return tuple(
        (row["to"], ProbabilityBand(row["count"], round(row["count"] * row["scams"])))
        for row in _load_card()[name]
    )


@cache
def _load_card() -> dict[str, Any]:
    said = resources.files("warroom.signals").joinpath("models", "messages.json").read_text(encoding="utf-8")
    card: dict[str, Any] = json.loads(said)
    return card


@cache
def measured_on() -> dict[str, Any]:
    """How often the check called honest texts a scam, by language: what `benchmarks public_check` measured, with its origin."""
    said = resources.files(__package__).joinpath("false_alarms.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(said)
    return found
