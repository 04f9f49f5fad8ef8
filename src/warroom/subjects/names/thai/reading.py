"""A Thai word read aloud: of all ways to part it into syllables the likeliest, by what was learned from place names.

The weights (`weights.tsv`, made by `scripts/thai_reading/learn.py`) come from seven tenths of the tambon, amphoe and province
names with their official spellings in thailand-geography-json (MIT), and from a list of personal names of our own. The other
names were never seen and measure it.
"""

from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from warroom.subjects.names.thai.letters import ONSETS, TONE_MARKS
from warroom.subjects.names.thai.pieces import LONGEST, SyllableReading, list_syllable_readings

_DEPENDENT = frozenset("ัาำิีึืุูะ็์ํๅ" + TONE_MARKS)
# Below any sum of weights, so that every real reading is better.
_WORST = -1e9


class ThaiReading(NamedTuple):
    """A word's syllables in the official scheme, and its exact sound with length and tone."""

    syllables: tuple[str, ...]
    sound: str

    @property
    def roman(self) -> str:
        """The word in the official scheme, in small letters."""
        return "".join(self.syllables)


class _Edge(NamedTuple):
    end: int
    weight: float
    piece: SyllableReading


@lru_cache(1 << 16)
def read_thai(word: str) -> ThaiReading:
    """The likeliest reading of a word of Thai letters; letters that fit no syllable are read alone, and others left out."""
    word = _expand_repetition("".join(letter for letter in word if "ก" <= letter <= "๎"))
    ends: list[tuple[float, _Edge | None]] = [(_WORST, None) for _ in word]
    ends.append((0.0, None))
    cuts = [may_begin_syllable(word, at) for at in range(len(word) + 1)]
    # From the end backwards (dynamic programming): the best reading of the rest of the word is then known.
    for start in range(len(word) - 1, -1, -1):
        for edge in _list_edges(word, start, cuts):
            weight = edge.weight + ends[edge.end][0]
            if weight > ends[start][0]:
                ends[start] = (weight, edge)
    return _build_reading(ends)


def list_features(before: str, text: str, after: str, piece: SyllableReading) -> tuple[str, ...]:
    """What is weighed of one reading of a stretch, by the sign before it and the two after it (empty at the word's ends)."""
    return (*_own_features(text, piece), *_context_features(before, text, after, piece))


def _own_features(text: str, piece: SyllableReading) -> tuple[str, ...]:
    onset, vowel, coda = piece.rule.split("|")
    return (
        f"1{text}>{piece.roman}",
        f"2{piece.rule}",
        f"6{onset}{text[:2]}",
        f"a{vowel}{coda}{text[0]}{len(text)}",
    )


def _context_features(before: str, text: str, after: str, piece: SyllableReading) -> tuple[str, ...]:
    _, vowel, coda = piece.rule.split("|")
    before, next_two, next_one = before or "^", after or "$", after[:1] or "$"
    read_as = f"{text}>{piece.roman}"
    return (
        f"3{coda}{next_one}",
        f"4{read_as}{next_one}",
        f"5{before}{read_as}",
        f"7{coda}{text[-2:]}{next_one}",
        f"8{coda}{text[-1]}{next_two}",
        f"9{vowel}{text[-1]}{next_one}",
        f"b{coda}{before}",
        f"c{len(text)}{next_one}",
        f"d{coda}{next_two}{len(after)}",
        f"e{vowel}{coda}{before}{next_one}",
    )


def list_syllable_ends(word: str, start: int) -> range:
    """Where a syllable that begins here may end."""
    return range(start + 1, min(len(word), start + LONGEST + 2) + 1)


def may_begin_syllable(word: str, at: int) -> bool:
    """Whether a syllable may begin here: not at a sign that hangs on the letter before it."""
    return at == len(word) or word[at] not in _DEPENDENT


def _list_edges(word: str, start: int, cuts: list[bool]) -> list[_Edge]:
    edges = []
    if cuts[start]:
        before = word[start - 1 : start]
        for end in list_syllable_ends(word, start):
            # Most stretches are no syllable whatever stands around them.
            if cuts[end] and _weigh_readings(word[start:end]):
                best = _find_best_reading(before, word[start:end], word[end : end + 2])
                if best:
                    edges.append(_Edge(end, *best))
    alone = ONSETS.get(word[start], "")
    # A letter on its own is always possible, but far worse than any syllable: every word gets a reading.
    edges.append(_Edge(start + 1, -1e4, SyllableReading(alone, alone, "")))
    return edges


@lru_cache(1 << 18)
def _find_best_reading(before: str, text: str, after: str) -> tuple[float, SyllableReading] | None:
    heaviest = None
    weight_of = _load_weights().get
    for piece, weight in _weigh_readings(text):
        for feature in _context_features(before, text, after, piece):
            weight += weight_of(feature, 0.0)
        if heaviest is None or weight > heaviest[0]:
            heaviest = (weight, piece)
    return heaviest


@lru_cache(1 << 16)
def _weigh_readings(text: str) -> list[tuple[SyllableReading, float]]:
    """The readings of a stretch with what they weigh wherever it stands."""
    weight_of = _load_weights().get
    return [
        (piece, sum(weight_of(feature, 0.0) for feature in _own_features(text, piece)))
        for piece in list_syllable_readings(text)
    ]


@lru_cache(1)
def _load_weights() -> dict[str, float]:
    lines = resources.files(__package__).joinpath("weights.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {feature: float(weight) for feature, weight in pairs}


def _build_reading(ends: list[tuple[float, _Edge | None]]) -> ThaiReading:
    read, at = [], 0
    while at < len(ends) - 1:
        edge = ends[at][1]
        assert edge is not None
        read.append(edge.piece)
        at = edge.end
    return ThaiReading(tuple(p.roman for p in read), "".join(p.sound for p in read))


def _expand_repetition(word: str) -> str:
    """ๆ says the word before it again."""
    head, mark, tail = word.partition("ๆ")
    return head * 2 + tail.replace("ๆ", "") if mark else word
