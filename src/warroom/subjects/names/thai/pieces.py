"""Every way to read a stretch of Thai letters as one syllable, with its romanisation, its exact sound and the rules used.

Thai writes no syllable boundaries and leaves vowels out; which reading holds is for `reading` to choose.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from warroom.subjects.names.thai.letters import (
    FINALS,
    HIGH,
    MIDDLE,
    ONSETS,
    QUIET_CLUSTERS,
    SIGNS,
    TONE_MARKS,
    TRUE_CLUSTERS,
    VOWELS,
    Vowel,
)

# Longer stretches are never one syllable, and the number of readings grows with each letter.
LONGEST = 9
"""Letters of the longest syllable, without tone marks."""
# Letters silenced by the mark ์ at the end of a loan word.
_TAIL = re.compile(r"[ก-ฮ]{1,3}[ิุ]?์")
_BEFORE = "เแโใไ"
"""Vowel signs that stand before their consonant."""
_NO_TONES = {ord(mark): None for mark in TONE_MARKS}


class SyllableReading(NamedTuple):
    """One reading of a stretch: romanised, its sound, and the rules for onset, vowel and end."""

    roman: str
    sound: str
    rule: str


class Onset(NamedTuple):
    """The beginning of a syllable: how many letters, romanised, and which rule."""

    letters: int
    roman: str
    rule: str


class Coda(NamedTuple):
    """The end of a syllable: romanised, its final, which rule, and the sound of a short syllable that links it to the next."""

    roman: str
    sound: str
    rule: str
    link: str = ""


@lru_cache(1 << 16)
def list_syllable_readings(text: str) -> tuple[SyllableReading, ...]:
    """All readings of the whole stretch as one syllable, or two where a vowel sign embraces both; empty if none."""
    tone = next((mark for mark in text if mark in TONE_MARKS), "")
    plain = text.translate(_NO_TONES)
    if plain.startswith("ฤ"):
        return tuple(_read_ru(plain))
    if not _SHAPE.fullmatch(plain):
        return ()
    before, rest = (plain[0], plain[1:]) if plain[0] in _BEFORE else ("", plain)
    unique_pieces: dict[tuple[str, str], SyllableReading] = {}
    for onset in _list_onsets(rest, bool(before)):
        end = rest[onset.letters :]
        for behind in range(min(len(end), _MOST_BEHIND) + 1):
            for vowel in _BY_SIGNS.get((before, end[:behind]), ()):
                for piece in _combine_readings(rest, onset, vowel, end[behind:], tone):
                    unique_pieces.setdefault((piece.roman, piece.rule), piece)
    return tuple(unique_pieces.values())


_BY_SIGNS: dict[tuple[str, str], list[Vowel]] = {
    (v.before, v.behind): [w for w in VOWELS if (w.before, w.behind) == (v.before, v.behind)] for v in VOWELS
}
_MOST_BEHIND = max(len(v.behind) for v in VOWELS)
_SHAPE = re.compile(
    f"[{_BEFORE}]?[ก-ฮ]{{1,2}}(?:{'|'.join(sorted({re.escape(v.behind) for v in VOWELS}))})"
    "(?:[ก-ฮฤฦ]{0,2}[ิุ]?|[ก-ฮ]{0,2}[ก-ฮ]{1,3}[ิุ]?์|หมณ์)"
)
"""What every syllable looks like, and more besides: of the stretches of a word one in twenty does, and no other is looked at."""


def _list_onsets(rest: str, embraced: bool) -> Iterator[Onset]:
    if not rest or rest[0] not in ONSETS:
        return
    yield Onset(1, ONSETS[rest[0]], "1")
    if rest[0] == "ฑ":
        yield Onset(1, "d", "ฑ")
    pair = rest[:2]
    if pair in TRUE_CLUSTERS:
        yield Onset(2, TRUE_CLUSTERS[pair], "2")
    if pair in QUIET_CLUSTERS:
        yield Onset(2, QUIET_CLUSTERS[pair], "q")
    if len(pair) == 2 and embraced and pair[1] in ONSETS:
        yield Onset(2, ONSETS[pair[0]] + "a" + ONSETS[pair[1]], "a")


def _combine_readings(
    rest: str, onset: Onset, vowel: Vowel, end: str, tone: str
) -> Iterator[SyllableReading]:
    for coda in _list_codas(end):
        if end == "ร" and coda.rule == "F" and vowel.sound == "o" and not vowel.before:
            continue  # พร has a vowel of its own, phon with a long o
        bare = coda.roman == ""
        if (
            (vowel.final == 1 and bare)
            or (vowel.final == -1 and not bare)
            or not _is_possible_glide(vowel.roman, coda.sound)
        ):
            continue
        roman = onset.roman + vowel.roman + coda.roman
        sound = f"{_compute_tone(rest, vowel, coda, tone)}{onset.roman}{vowel.sound}{coda.sound}{coda.link}"
        yield SyllableReading(
            roman, sound, f"{onset.rule}|{vowel.before}-{vowel.behind}{vowel.roman}|{coda.rule}"
        )


def _is_possible_glide(vowel: str, coda: str) -> bool:
    """A final ย or ว makes a diphthong with some vowels alone."""
    if coda[:1] == "i":
        return vowel in ("a", "o", "u", "ua", "oe", "uea")
    return coda[:1] != "o" or vowel in ("a", "i", "e", "ae", "ia")


@lru_cache(1 << 16)
def _list_codas(end: str) -> tuple[Coda, ...]:
    return tuple(_iter_codas(end))


def _iter_codas(end: str) -> Iterator[Coda]:
    if not end:
        yield Coda("", "", "0")
        return
    if _TAIL.fullmatch(end) or end == "ธิ":
        yield Coda("", "", "0k")
    if end in ("หม", "หมณ์"):
        yield Coda("m", "m", "หม")  # พรหม phrom, พราหมณ์ phram
    first, more = end[0], end[1:]
    if first not in FINALS:
        return
    final = FINALS[first]
    if not more:
        yield Coda(final, final, "F")
        yield _make_linking_coda(final, first, "a", "Fa")
    elif _TAIL.fullmatch(more):
        yield Coda(final, final, "Fk")
        if first == "ร" and more[0] in FINALS and _TAIL.fullmatch(more[1:]):
            yield Coda(FINALS[more[0]], FINALS[more[0]], "rFk")
    elif more in ("ิ", "ุ"):
        vowel = "i" if more == "ิ" else "u"
        yield Coda(final, final, "Fi")
        yield _make_linking_coda(final, first, vowel, "Fai")
    elif SIGNS.fullmatch(more[0]) and more[1:] in ("", "ิ", "ุ"):
        yield from _iter_double_codas(first, more)


def _make_linking_coda(final: str, letter: str, vowel: str, rule: str) -> Coda:
    """A final that begins a short syllable of its own too: รัตน rat-ta-na."""
    tone = 1 if letter in HIGH or letter in MIDDLE else 3
    return Coda(final + ONSETS[letter] + vowel, final, rule, f"{tone}{ONSETS[letter]}{vowel}")


def _iter_double_codas(first: str, more: str) -> Iterator[Coda]:
    final = FINALS[first]
    if more[0] == "ร" or FINALS.get(more[0]) == final:
        yield Coda(final, final, "FF" + more[1:])
        if more == "ร":
            yield _make_linking_coda(final, first, "a", "FFa")
    if first == "ร" and more[0] in FINALS:
        yield Coda(FINALS[more[0]], FINALS[more[0]], "rF" + more[1:])
        if len(more) == 1:
            yield _make_linking_coda(FINALS[more[0]], more[0], "a", "rFa")


def _read_ru(plain: str) -> Iterator[SyllableReading]:
    end = plain[2:] if plain[1:2] == "ๅ" else plain[1:]
    for roman in ("rue", "ri", "roe"):
        for coda in _list_codas(end):
            yield SyllableReading(roman + coda.roman, "0" + roman + coda.sound, f"ฤ|{roman}|{coda.rule}")


def _compute_tone(rest: str, vowel: Vowel, coda: Coda, mark: str) -> int:
    """0 middle, 1 low, 2 falling, 3 high, 4 rising, by the class of the first letter, the mark and how the syllable ends."""
    high, middle = rest[0] in HIGH, rest[0] in MIDDLE
    if mark:
        number = TONE_MARKS.index(mark) + 1
        return number if high or middle else min(number + 1, 3)
    long = any(letter.isupper() for letter in vowel.sound)
    ends = (coda.sound or vowel.sound)[-1]
    if ends in "ktp" or (not coda.sound and not long and vowel.sound[-1] not in "ywmn"):
        return 1 if high or middle else (2 if long else 3)
    return 4 if high else 0
