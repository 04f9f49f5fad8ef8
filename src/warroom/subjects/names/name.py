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
    """A word: `own` as its script writes it, folded; `exact` its sound in that script, where that is exact; `sounds` how it may
    be read, signs of `latin.SIGNS`; `links` what syllables of other spellings it may be; `typed` as it was typed, where
    `own` is no word that anybody writes.
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
    """A name: `syllabic` where each word is a syllable of its own and every letter counts; `aside` what was left out, by kind."""

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
