"""Lessons: what one is, and which are offered.

Scams are graded by the NIST Phish Scale (Dawkins and Jacobs, NIST TN 2276, 2023): how many cues give one away, and how well
its premise fits what its reader expects. Levels only: the scale was made for e-mail at work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

THREATS = ("message", "call", "investment", "job-abroad", "romance", "marketplace", "account", "recovery")
"""What a lesson may be about, in the order in which they are offered."""
LANGUAGES = ("th", "en")
"""A lesson is offered once it is whole in these."""
KINDS = ("scam", "genuine")
EACH = 8
"""Of either kind; equal, so that neither answer is the better guess."""
FITS = ("low", "medium", "high")
SOME_CUES, MANY_CUES = 9, 15
# Rows: few, some, many cues; columns: how well the premise fits, low, medium, high (TN 2276, table of detection difficulty; of
# "moderately to least" the harder).
_HARD = (("moderate", "very", "very"), ("moderate", "moderate", "very"), ("least", "moderate", "moderate"))
SHEET = 4
"""Of either kind on a printed sheet."""


@dataclass(frozen=True, slots=True)
class LessonReason:
    """What a mark shows: `fact` in bold, and what it means."""

    fact: str
    means: str


@dataclass(frozen=True, slots=True)
class LessonItem:
    """One message, call or advert. `text`: pieces of (words, number of their mark or 0); `cues`: how many signs of a scam it shows,
    marked or not; `says`: what it was; `costs`: of a genuine one, what whoever refuses it loses.
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
        """Four of either kind for paper, in the order of their codes, which tells nothing."""
        chosen = self.of_kind("scam")[:SHEET] + self.of_kind("genuine")[:SHEET]
        return sorted(chosen, key=lambda item: item.id)
