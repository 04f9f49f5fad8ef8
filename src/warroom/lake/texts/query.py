"""A search query: words that must all occur in a text, and the forms of the numbers and names that it may
mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from warroom.lake.texts import naming
from warroom.lake.texts.fold import fold_text, remove_separators

# Units of a gram in `block.build_grams`: a title is cut off only where at least one gram of the name is left.
GRAM = 3
# Letters of a query that are read, chosen: no name or number is longer.
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
class TextQuery:
    """Folded words; each must occur somewhere in a text, in the middle of a sentence or not."""

    words: tuple[str, ...]

    @classmethod
    def parse_query(cls, text: str) -> "TextQuery":
        """Read what somebody typed; of names with a title the title is left out."""
        typed = [fold_text(word).strip() for word in remove_separators(text)[:LONGEST].split()]
        # Records write a name with its title or without; where the title is all that was
        # typed, it is looked for after all.
        words = [word for word in typed if word and word not in TITLES] or [word for word in typed if word]
        if words:
            words[0] = _without_title(words[0])
        return cls(tuple(dict.fromkeys(words)))

    @property
    def is_long_enough(self) -> bool:
        """Whether it says enough to look for."""
        return max(map(len, self.words), default=0) >= FEWEST

    @cached_property
    def word_units(self) -> tuple[Units, ...]:
        """Each word as units of UTF-16: the index's letters."""
        return tuple(np.frombuffer(word.encode("utf-16-le", "replace"), np.uint16) for word in self.words)

    def is_in_text(self, text: str) -> bool:
        """Whether a folded text holds every word."""
        return all(word in text for word in self.words)


def _without_title(word: str) -> str:
    """A first name that was written together with its title, as Thai does."""
    for title in TITLES:
        if word.startswith(title) and len(word) >= len(title) + GRAM:
            return word[len(title) :]
    return word


def make_forms(said: str) -> tuple[str, ...]:
    """The forms under which a number or a name may be known, however it is written."""
    return tuple(form for form, _ in naming.make_text_forms([said[:LONGEST]]))


_KNOWN: dict[str, tuple[str, ...]] = {}
MOST_KNOWN = 200_000
"""Names whose forms are remembered: an officer's cases name the same thousands at every search."""


def map_forms(texts: Sequence[str]) -> dict[str, set[int]]:
    """The forms of many numbers and names at once, each with the places of those that have it."""
    known = {text: _KNOWN.get(text) for text in texts}
    known.update(_make_new_forms([text for text, forms in known.items() if forms is None]))
    places_by_form: dict[str, set[int]] = {}
    for place, text in enumerate(texts):
        for form in known[text] or ():
            places_by_form.setdefault(form, set()).add(place)
    return places_by_form


def _make_new_forms(new: list[str]) -> dict[str, tuple[str, ...]]:
    """The forms of names that are not in the cache yet."""
    made: dict[str, tuple[str, ...]] = dict.fromkeys(new, ())
    for form, place in naming.make_text_forms(new):
        made[new[place]] = (*made[new[place]], form)
    # All at once, without an order of age: what is needed is made again in a moment.
    if len(_KNOWN) + len(made) > MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN.update(made)
    return made
