"""Latin letters as sounds: one sign a sound, so that Pornchai and Phonchai, Mohammed and Muhamad come near each other.

Signs are small letters as they are read in most spellings; beside them x is sh, q is ng, A is ae, U is ue, O is oe, ~ at the front says that
the word's own script left most vowels out, and @ is one vowel that it may have left out.
"""

import re
import unicodedata
from functools import lru_cache

SIGNS = "kgtdpbfcjsxzmnqlrwvyhaeiouAUO~@"
"""Every sign of a sound; a sound's code is its place here, from 1."""
ABJAD_MARK = "~"
UNWRITTEN = "@"
"""A vowel that a script does not write, an a or an o, or none."""
CLOSING = 32
"""What is added to a sound's code where it closes a syllable, or is the vowel of a closed one; twice of it to a vowel that begins a word
and to a mute e that ends one.
"""
LONGEST = 28
"""Signs of one word that are compared."""
_LETTERS = {
    "đ": "d",
    "ø": "o",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ł": "l",
    "ı": "i",
    "ð": "d",
    "þ": "th",
    "ə": "a",
    "ŋ": "ng",
}
# Spellings of all tongues together: a name in Latin letters does not say which one it comes from.
_SPELLED = {
    "shch": "xc",
    "tsch": "c",
    "sch": "x",
    "chh": "c",
    "ch": "c",
    "sh": "x",
    "zh": "j",
    "kh": "k",
    "gh": "g",
    "ph": "p",
    "bh": "b",
    "th": "t",
    "dh": "d",
    "dj": "j",
    "tj": "c",
    "jh": "j",
    "wh": "w",
    "rh": "r",
    "ck": "k",
    "qu": "kw",
    "qi": "ci",
    "cz": "c",
    "tz": "z",
    "aeo": "Aw",
    "aew": "Aw",
    "eaw": "Aw",
    "ae": "A",
    "ay": "ay",
    "ai": "ay",
    "ei": "ey",
    "ey": "ey",
    "oi": "oy",
    "oy": "oy",
    "ui": "uy",
    "uy": "uy",
    "au": "aw",
    "aw": "aw",
    "ao": "aw",
    "ow": "aw",
    "ou": "u",
    "oo": "u",
    "ee": "i",
    "uea": "Ua",
    "eua": "Ua",
    "uae": "Ua",
    "ueu": "U",
    "oe": "O",
    "ue": "U",
    "eu": "U",
    "iya": "ia",
    "eeya": "ia",
    "ng": "q",
    "c": "k",
    "q": "k",
    "j": "j",
    "x": "x",
    "y": "y",
}
# The longest first, so that "shch" is not read as "sh" and "ch".
_WORDS = re.compile("|".join(sorted(map(re.escape, _SPELLED), key=len, reverse=True)) + "|.")
_SOFT = re.compile("c(?=[eiy])")
# An h that only marks a long vowel or an aspirated start is not heard.
_MUTE = re.compile("(?<=[aeiouy])h(?=[^aeiouy]|$)|^h(?=[tslnmpky])")
_KS = re.compile("(?<=[aeiou])x(?=$|[^aeiouy])|(?<=e)x")
# Thai names in -eo (Kaeo) end in the glide that others spell ew.
_EO = re.compile("eo$")
_VOWEL_Y = re.compile("(?<![aeiouAUO@])y(?![aeiouAUO@])")
# A stop that only closes the syllable before a hiss is heard with it: Ratchada, Yossapon and Yotsapon.
_STOP_BEFORE_HISS = re.compile("(?<=[aeiouAUO@])t(?=@?[cjsx])")
_TWICE = re.compile(r"(.)\1+")
_ABJAD_VOWELS = re.compile("[aeiouAUOwy]")
# Stops at the end of a syllable sound alike, however they are spelled: Suthep and Suteb.
_FINAL = re.compile("[bdg](?=[^aeiouyAUO@rlwhbdg]|$)")
# A stop before a glide or a liquid opens a syllable with it: kra, my; every other consonant before a consonant closes one.
_CLOSE = "[kgtdpbfcjsxzmnqlrwvyh](?![aeiouAUO])(?!(?<=[kgtdpbfcjsx])[rlwy][aeiouAUO])"
_CLOSING = re.compile(f"(?<=.){_CLOSE}|[aeiouAUO](?={_CLOSE})")
# Short a is often spelled u, but never in Wat, since Wut is another word.
_WUT = re.compile("(?<=w)u(?=t)")
_MUTE_E = re.compile("[aeiouAUO][^aeiouAUO]e$")
_UNVOICED = {"b": "p", "d": "t", "g": "k"}


def strip_marks(word: str) -> str:
    """Small letters without marks."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(_LETTERS.get(part, part) for part in parts if not unicodedata.combining(part))


@lru_cache(1 << 16)
def derive_sounds(word: str) -> str:
    """The sounds of a word of small Latin letters without marks, at most `LONGEST`."""
    word = _MUTE.sub("", re.sub("[^a-z@]", "", word))
    word = _EO.sub("ew", word)
    word = _KS.sub("ks", _SOFT.sub("s", word) if not word.startswith("ch") else word)
    sounds = "".join(_SPELLED.get(match, match) for match in _WORDS.findall(word))
    sounds = _TWICE.sub(r"\1", _VOWEL_Y.sub("i", sounds))
    sounds = _STOP_BEFORE_HISS.sub("", _FINAL.sub(lambda match: _UNVOICED[match[0]], sounds))
    return _TWICE.sub(r"\1", sounds)[:LONGEST]


def derive_consonants(sounds: str) -> str:
    """What is left of sounds when a script writes no vowels, with the mark that says so."""
    return ABJAD_MARK + _TWICE.sub(r"\1", _ABJAD_VOWELS.sub("", sounds))


def encode_sounds(sounds: str) -> list[int]:
    """Sounds as numbers: a consonant that closes a syllable, a vowel that begins a word and
    a mute e that ends one have numbers of their own.
    """
    codes = [SIGNS.index(sign) + 1 for sign in sounds]
    if sounds.startswith(ABJAD_MARK):
        return codes
    for closing in _CLOSING.finditer(sounds):
        codes[closing.start()] += CLOSING
    if codes and sounds[0] in "aeiouAUO":
        codes[0] = SIGNS.index(sounds[0]) + 1 + 2 * CLOSING
    for apart in _WUT.finditer(sounds):
        codes[apart.start()] = SIGNS.index("u") + 1 + 2 * CLOSING
    if _MUTE_E.search(sounds):
        codes[-1] += 2 * CLOSING
    return codes
