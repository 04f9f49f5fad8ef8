"""The share of scams per 100 messages like the pasted one, from the model card of the shipped model (held-out texts).

A share is shown only for a band with a hundred texts. Messages are grouped by probability; small Thai bands are merged with the
next, small English ones show nothing; other languages were not measured and show nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from warroom.signals.bands import compute_wilson_interval
from warroom.signals.messages.reading import LIMIT

LEAST = 100
"""The least number of texts in a band with a published share: percentages need a hundred."""
DEVIATIONS = 1.645
"""The 95 % quantile of the normal distribution: two-sided intervals of 90 of 100."""
Sure = Literal["very", "fairly", "suspicious", "unknown"]


@dataclass(frozen=True, slots=True)
class ProbabilityBand:
    """Texts of one language and one band of probability, and how many of them were scams."""

    count: int
    scams: int

    @property
    def sure(self) -> Sure:
        """The level of certainty that a further such message is a scam, by the lower end of the Wilson interval."""
        low = 100 * compute_wilson_interval(self.scams, self.count, DEVIATIONS)[0]
        return "very" if low >= 95 else "fairly" if low >= 80 else "suspicious" if low >= 60 else "unknown"

    @property
    def of_100(self) -> int:
        """The share in per cent, 1 to 99: rounded down where it is called a scam, and up where not, to claim no more than measured."""
        if self.sure == "unknown":
            return max(1, min(99, -(-100 * self.scams // self.count)))
        return min(99, 100 * self.scams // self.count)


def group_of(language: str, probability: float) -> ProbabilityBand | None:
    """The band of a message; None where it is too small or the language was not measured."""
    bands = _list_thai_bands() if language == "th" else _list_english_bands() if language == "en" else ()
    found = next((group for most, group in bands if probability < most or most == 1), None)
    return found if found and found.count >= LEAST else None


def is_measured(language: str) -> bool:
    """Whether the model card has measurements for a language."""
    return language in ("th", "en")


def is_counted_in(year: int) -> bool:
    """Whether the shares were counted on messages of a year: what scams look like changes from year to year."""
    return bool(_load_card().get("counted_in") == year)


@cache
def _list_thai_bands() -> tuple[tuple[float, ProbabilityBand], ...]:
    """The Thai bands by upper limit; a band with too few texts is merged with the next one."""
    bands: list[tuple[float, ProbabilityBand]] = []
    count = scams = 0
    for most, group in _list_bands("reliability"):
        count, scams = count + group.count, scams + group.scams
        # No band spans the decision threshold: a message is called a scam only above it.
        if count >= LEAST or most in (LIMIT, 1):
            bands.append((most, ProbabilityBand(count, scams)))
            count = scams = 0
    return tuple(bands)


@cache
def _list_english_bands() -> tuple[tuple[float, ProbabilityBand], ...]:
    """The English bands, not merged: most English scams are in the highest band, and merging it with the next would overstate the
    others.
    """
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
    """The false positive rates by language, as `benchmarks public_check` measured them, with their source; and `missed`: how many scams
    of each language the check did not know (`th_missed` of `th_scams`), None where they were counted with another model than ships.
    """
    text = resources.files(__package__).joinpath("false_alarms.json").read_text(encoding="utf-8")
    figures: dict[str, Any] = json.loads(text)
    missed = figures.get("missed")
    if missed is None or missed["model"] != _load_card()["model"]:
        return figures | {"missed": None}
    return figures | {"missed": _name_missed(missed["groups"])}


def _name_missed(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"{group['what']}_{name}": figure.replace(" to ", "–") if isinstance(figure, str) else figure
        for group in groups
        for name, figure in group.items()
        if name != "what"
    }
