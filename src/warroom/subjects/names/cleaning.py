"""A text as typed made fit to read: signs that nobody sees, look-alike letters, digits that stand for letters, widths."""

import re
import unicodedata
from typing import NamedTuple

from warroom.subjects.names.readings.zawgyi import convert_zawgyi, is_like_zawgyi
from warroom.subjects.names.scripts import LATIN, LETTERS, script_of

LONGEST = 300
"""Letters of a text that are read as a name; nobody has a longer one."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
# The normal form splits the vowel am of Thai and Lao; nobody types it so.
_SPLIT_AM = re.compile("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb]?)([\u0e32\u0eb2])")
_TAG = re.compile("<[^<>]{0,80}>")
LIKE_LATIN = str.maketrans(
    "асеорхуіјѕһԁԛԝвкмнтзѵгαεικνορτυχβγωՏօոսհ",
    "aceopxyijshdqwbkmhtevraeikvoptuxbywsonuh",
)
# Digits and signs that stand for letters in names written to evade a search (S0mchai).
_LEET = str.maketrans("0134579$@!", "oieastgsai")
_NUMBER_SIGNS = re.compile("[0-9]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)\W*", re.IGNORECASE)


class CleanedName(NamedTuple):
    """A text fit to read, and what was done to it."""

    text: str
    unseen: bool
    look_alikes: bool
    zawgyi: bool
    too_long: bool


def clean_name(text: str) -> CleanedName:
    """Make a text fit to read. Only its first `LONGEST` letters are, so that a megabyte costs no more than a name."""
    # Four times as long: what follows removes signs, and 300 letters must be left of a name full of them.
    short = text[: LONGEST * 4]
    seen = _UNSEEN.sub("", short)
    zawgyi = is_like_zawgyi(seen)
    if zawgyi:
        seen = convert_zawgyi(seen)
    wide = _SPLIT_AM.sub(_whole_am, unicodedata.normalize("NFKC", seen))
    spaced = re.sub(r"\s+", " ", _TAG.sub(" ", _join_vertical_lines(wide))).strip()[:LONGEST]
    words = [_replace_look_alikes(word) for word in spaced.split(" ")]
    joined = " ".join(words)
    return CleanedName(joined, seen != short and not zawgyi, joined != spaced, zawgyi, len(text) > LONGEST)


def _join_vertical_lines(text: str) -> str:
    """A name written downwards, a letter a line, is one word; lines of words are spaced."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # Two letters a line: a consonant with its vowel or tone mark may share one.
    if len(lines) > 2 and all(len(line) <= 2 for line in lines):
        return "".join(lines)
    return text


def _replace_look_alikes(word: str) -> str:
    """A word whose letters are of two alphabets, or Latin with digits inside, in the letters that it looks like."""
    scripts = {script_of(letter) for letter in word}
    if LATIN in scripts and LETTERS in scripts:
        word = "".join(
            _latin_look_alike(letter) if script_of(letter) == LETTERS else letter for letter in word
        )
        scripts = {script_of(letter) for letter in word}
    letters = sum(script_of(letter) == LATIN for letter in word)
    digits = len(_NUMBER_SIGNS.findall(word))
    if (
        scripts <= {LATIN, 0}
        and letters >= 2
        # More letters than digits, or it is a number with a unit, such as 7B or 2nd.
        and 0 < digits < letters
        and (not word[-1].isdigit() or digits > 1)
        and not _ORDINAL.fullmatch(word)
    ):
        return word.translate(_LEET)
    return word


def _latin_look_alike(letter: str) -> str:
    small = letter.lower().translate(LIKE_LATIN)
    return small.upper() if letter.isupper() else small


def _whole_am(found: re.Match[str]) -> str:
    return found[2] + ("\u0e33" if found[1] == "\u0e4d" else "\u0eb3")
