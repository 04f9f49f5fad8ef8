"""What somebody looks for: words that must all stand in a text, and the numbers and names it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from warroom.lake.texts import naming
from warroom.lake.texts.fold import clean, folded

GRAM = 3
LONGEST = 300
FEWEST = 2
"""Fewer signs than this are in every text."""
TITLES = (
    "นางสาว",
    "เด็กหญิง",
    "เด็กชาย",
    "น.ส.",
    "ด.ช.",
    "ด.ญ.",
    "นาย",
    "นาง",
    "คุณ",
    "mr",
    "mrs",
    "ms",
    "mr.",
    "mrs.",
    "ms.",
)

Units = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Query:
    """Words as they are compared; each must stand somewhere in a text, in the middle of a sentence or not."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, said: str) -> "Query":
        """Read what somebody typed; of names with a title the title is left out."""
        typed = [folded(word).strip() for word in clean(said)[:LONGEST].split()]
        words = [word for word in typed if word and word not in TITLES] or [word for word in typed if word]
        if len(words) > 1:
            words[0] = _without_title(words[0])
        return cls(tuple(dict.fromkeys(words)))

    @property
    def enough(self) -> bool:
        """Whether it says enough to look for."""
        return max(map(len, self.words), default=0) >= FEWEST

    @cached_property
    def units(self) -> tuple[Units, ...]:
        """Each word as units of UTF-16: the index's letters."""
        return tuple(np.frombuffer(word.encode("utf-16-le", "replace"), np.uint16) for word in self.words)

    def stands_in(self, text: str) -> bool:
        """Whether a folded text holds every word."""
        return all(word in text for word in self.words)


def _without_title(word: str) -> str:
    """A first name that was written together with its title, as Thai does."""
    for title in TITLES:
        if word.startswith(title) and len(word) >= len(title) + GRAM:
            return word[len(title) :]
    return word


def forms(said: str) -> tuple[str, ...]:
    """The forms under which a number or a name may be known, however it is written."""
    return tuple(form for form, _ in naming.of_texts([said[:LONGEST]]))


def forms_of(said: Sequence[str]) -> dict[str, set[int]]:
    """The forms of many numbers and names at once, each with the places of those that have it."""
    found: dict[str, set[int]] = {}
    for form, place in naming.of_texts(said):
        found.setdefault(form, set()).add(place)
    return found
