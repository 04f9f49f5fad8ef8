"""Of a hundred such messages, how many were scams: by the card of the model that ships, of texts that it had never seen.

A group is told only where it holds a hundred texts. Thai messages are grouped by probability, English ones by whether they reach
the limit; of other languages nothing was measured, and nothing is told.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from warroom.signals.bands import wilson
from warroom.signals.messages.figures import LIMIT

LEAST = 100
"""Texts that a group must hold."""
DEVIATIONS = 1.645
"""Half of a band that holds the true share in 90 of 100 such counts."""
Sure = Literal["very", "fairly", "suspicious", "unknown"]


@dataclass(frozen=True, slots=True)
class Group:
    """Texts of one language and one band of probability, and how many of them were scams."""

    count: int
    scams: int

    @property
    def sure(self) -> Sure:
        """How sure one may be that another of them is a scam, by the lower end of the band."""
        low = 100 * wilson(self.scams, self.count, DEVIATIONS)[0]
        return "very" if low >= 95 else "fairly" if low >= 80 else "suspicious" if low >= 60 else "unknown"

    @property
    def of_100(self) -> int:
        """Never all and never none. Called a scam it is rounded down, and up where it is not: neither way too much is promised."""
        if self.sure == "unknown":
            return max(1, min(99, -(-100 * self.scams // self.count)))
        return min(99, 100 * self.scams // self.count)


def group_of(language: str, probability: float) -> Group | None:
    """The group of a message; None where it is too small or was never measured."""
    found = _thai(probability) if language == "th" else _english(probability) if language == "en" else None
    return found if found and found.count >= LEAST else None


def _thai(probability: float) -> Group | None:
    found = (group for most, group in _bands() if probability < most or most == 1)
    return next(found, None)


@cache
def _bands() -> tuple[tuple[float, Group], ...]:
    """The bands of the card, each by where it ends; one with too few texts is one with the next above it."""
    found: list[tuple[float, Group]] = []
    count = scams = 0
    for row in _card()["reliability"]:
        count, scams = count + row["count"], scams + round(row["count"] * row["scams"])
        # None reaches over the limit: a message is called a scam on one side of it alone.
        if count >= LEAST or row["to"] in (LIMIT, 1):
            found.append((row["to"], Group(count, scams)))
            count = scams = 0
    return tuple(found)


def _english(probability: float) -> Group:
    """Its card tells texts, scams, recall and precision at the limit, from which both groups follow."""
    told = _card()["english"]
    right = round(told["scams"] * told["recall"])
    over = round(right / told["precision"])
    if probability >= LIMIT:
        return Group(over, right)
    return Group(told["texts"] - over, told["scams"] - right)


@cache
def _card() -> dict[str, Any]:
    said = resources.files("warroom.signals").joinpath("models", "messages.json").read_text(encoding="utf-8")
    card: dict[str, Any] = json.loads(said)
    return card


@cache
def measured_on() -> dict[str, Any]:
    """How often the check called honest texts a scam, by language: what `benchmarks public_check` measured, with its origin."""
    said = resources.files(__package__).joinpath("false_alarms.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(said)
    return found
