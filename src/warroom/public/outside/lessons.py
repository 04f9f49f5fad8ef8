"""Lessons and their items.

Scams are graded by the NIST Phish Scale (Dawkins and Jacobs, NIST TN 2276, 2023): the number of cues, and how well
the premise fits what the reader expects. Levels only: the scale was made for e-mail at work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

THREATS = ("message", "call", "investment", "job-abroad", "romance", "marketplace", "account", "recovery")
"""The threats of lessons, in the order of the menu."""
LANGUAGES = ("th", "en")
"""Languages in which a lesson must be complete to be offered."""
KINDS = ("scam", "genuine")
EACH = 8
"""Items of each kind; equal numbers, so that neither answer is the better guess. Chosen, not measured."""
FITS = ("low", "medium", "high")
# NIST TN 2276: few cues are 1 to 8, some 9 to 14, many 15 and more.
SOME_CUES, MANY_CUES = 9, 15
# Rows: few, some, many cues; columns: how well the premise fits, low, medium, high (TN 2276, table of detection difficulty; of
# "moderately to least" the harder).
_HARD = (("moderate", "very", "very"), ("moderate", "moderate", "very"), ("least", "moderate", "moderate"))
SHEET = 4
"""Items of each kind on a printed sheet: as many as fit on one page."""


@dataclass(frozen=True, slots=True)
class LessonReason:
    """The explanation of a mark: `fact` in bold, and what it means."""

    fact: str
    means: str


@dataclass(frozen=True, slots=True)
class LessonItem:
    """One message, call or advert. `text`: pieces of (words, number of their mark or 0); `cues`: how many signs of a scam it shows,
    marked or not; `says`: what it was; `costs`: of a genuine one, what refusing it costs.
    """

    id: str
    name: str
    kind: Literal["scam", "genuine"]
    cues: int
    fits: str
    context: str
    sender: str
    text: tuple[tuple[str, int], ...]
    reasons: tuple[LessonReason, ...]
    says: str
    costs: str

    @property
    def hard(self) -> str:
        """How hard a scam is to see: least, moderate or very; empty for a genuine item, which the scale does not grade."""
        if self.kind == "genuine":
            return ""
        return _HARD[(self.cues >= SOME_CUES) + (self.cues >= MANY_CUES)][FITS.index(self.fits)]

    @property
    def plain(self) -> str:
        """The text without its marks."""
        return "".join(words for words, _ in self.text)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson in one language; `items` by id, in the order of their file."""

    threat: str
    language: str
    title: str
    version: int
    reviewed: date
    sources: tuple[str, ...]
    items: Mapping[str, LessonItem]

    def of_kind(self, kind: str) -> list[LessonItem]:
        """The scams, or the genuine ones."""
        return [item for item in self.items.values() if item.kind == kind]

    def on_sheet(self) -> list[LessonItem]:
        """Four items of each kind for a printed sheet, sorted by id, so that the order gives no hint."""
        chosen = self.of_kind("scam")[:SHEET] + self.of_kind("genuine")[:SHEET]
        return sorted(chosen, key=lambda item: item.id)
