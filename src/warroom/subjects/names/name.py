"""A name taken apart: its words, how each is spelled and read, and what was left aside."""

from dataclasses import dataclass
from enum import IntEnum

PERSON, COMPANY = "person", "company"


class WordRank(IntEnum):
    """What a word of a name counts for."""

    NAME = 0
    MAYBE = 1
    """A title or particle that may be a name too: it counts for nothing when the other name lacks it."""
    INITIAL = 2
    NUMBER = 3
    COMMON = 4
    """A word that many companies share."""


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name.

    `own` is the word as its script writes it, folded; `exact` its sound where the script fixes it; `sounds`
    its possible readings in signs of `latin.SIGNS`; `links` the syllables of other spellings that it may be;
    `typed` the word as typed, where `own` is a sorted or folded form that nobody writes.
    """

    own: str
    script: int
    exact: str
    sounds: tuple[str, ...]
    roman: str
    rank: WordRank = WordRank.NAME
    links: frozenset[str] = frozenset()
    pinyin: bool = False
    family: bool = False
    marked: bool = False
    typed: str = ""

    @property
    def shown(self) -> str:
        """The word as a person reads it: folded letters alone are for comparing."""
        return self.typed or self.own


@dataclass(frozen=True, slots=True)
class AnalysedName:
    """A name: `syllabic` where each word is a syllable of its own and every letter counts.

    `left_out` is what was removed or cleaned, as (kind, text).
    """

    text: str
    kind: str
    words: tuple[NameWord, ...]
    syllabic: bool
    form: str
    nicknames: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    unread: bool = False
    """Whether the program failed at reading it: it then has no words, and is nobody's name."""

    @property
    def roman(self) -> str:
        """The name in Latin letters."""
        return " ".join(word.roman.capitalize() for word in self.words)
