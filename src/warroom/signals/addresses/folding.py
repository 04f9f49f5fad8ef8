"""Folding letters of any script to the Latin letters they look like, and host names as browsers show them."""

import re
import unicodedata
from functools import cache

_NAMED = re.compile(
    r"LATIN (?:SMALL|CAPITAL) LETTER (?:DOTLESS |SCRIPT |REVERSED |OPEN |LONG |TURNED |CLOSED |BARRED )?([A-Z])(?:$| WITH )"
)
_SMALL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])$")
# Pairs that no Unicode name of a letter shows; by look, the same as in Unicode's table of confusables
# (UTS 39).
_LIKE = dict(
    zip(
        "асеорхуіјѕһԁԛԝвкмнтзѵгпшьꙇӏɑɡıƅαεικνορτυχβγωηδσςѡօոսհցքոԍƿ",
        "aceopxyijshdqwbkmhtevrnwbllagibaeikvoptuxbywndoowonuhgqngp",
        strict=False,
    )
) | {
    "ɩ": "i",
    "ʟ": "l",
    "ǀ": "l",
    "ｌ": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ł": "l",
    "ŧ": "t",
    "þ": "p",
    "ß": "b",
    "æ": "ae",
    "œ": "oe",
    "ƨ": "s",
    "ɛ": "e",
    "ʋ": "v",
    "ʊ": "u",
    "ɾ": "r",
    "ſ": "f",
    "ŋ": "n",
    "ə": "e",
    "ꜱ": "s",
    "ᴍ": "m",
    "ꞵ": "b",
    "ɘ": "e",
    "ǝ": "e",
    "ɐ": "a",
    "ʍ": "m",
    "ɯ": "w",
    "ᥙ": "u",
    "૦": "o",
    "०": "o",
    "ഠ": "o",
    "ം": "o",
    "ο": "o",
    "๐": "o",
    "۰": "o",
}
# Pairs of letters that read as one letter in small type.
_PAIRS = (
    ("rn", "m"),
    ("nn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("lc", "k"),
    ("lh", "h"),
    ("lb", "b"),
    ("dl", "d"),
)
# Digits as the letters they replace (leetspeak).
_DIGITS = str.maketrans("01345789", "oleastbg")


def to_unicode_host(host: str) -> str:
    """A host as a browser may show it: Punycode labels (xn--) decoded; a label that cannot be decoded stays
    as it is.
    """
    return ".".join(_decode_punycode(label) for label in host.split("."))


def _decode_punycode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        # The bare code of RFC 3492: what IDNA forbids is what a copy is made of.
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


@cache
def _find_latin_look_alike(letter: str) -> str:
    """The Latin letter that one letter looks like; the letter itself, in its basic form, where it looks like
    none.
    """
    if letter in _LIKE:
        return _LIKE[letter]
    if letter.isascii():
        return letter
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", letter)
        if not unicodedata.combining(character)
    )
    if bare.isascii() and bare:
        return bare.lower()
    name_match = _NAMED.match(name := unicodedata.name(letter, "")) or _SMALL.match(name)
    return name_match[1].lower() if name_match else _LIKE.get(bare, bare)


def replace_ending_look_alikes(host: str) -> str:
    """A host with Latin letters, its last label folded to Latin: `.com` where its o is Cyrillic."""
    before, dot, ending = host.rpartition(".")
    # A name wholly in another script is an honest one of that language.
    if ending.isascii() or not re.search("[a-z]", host.lower()):
        return host
    return before + dot + "".join(_find_latin_look_alike(letter) for letter in ending.lower())


def fold_look_alikes(text: str) -> str:
    """The skeleton of a text: one form for 0 and o, for 1, l and i, for rn and m. Equal skeletons look alike."""
    plain = "".join(_find_latin_look_alike(letter) for letter in text.lower()).translate(_DIGITS)
    # After the digits: "c1" has become "cl" by then, and is read as d.
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    # I and l are one stroke in most type.
    return plain.replace("i", "l")
