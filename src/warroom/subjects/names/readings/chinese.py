"""Chinese characters and syllables: simplified forms, Mandarin, Cantonese and southern spellings, and what links two of them."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

# Pinyin onsets in Wade-Giles without its apostrophes, which are rarely typed.
_WADE = (
    ("zh", "ch"),
    ("q", "ch"),
    ("j", "ch"),
    ("x", "hs"),
    ("z", "ts"),
    ("c", "ts"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("r", "j"),
)
_HK_ONSETS = (
    ("gw", "kw"),
    ("kw", "kw"),
    ("ng", "ng"),
    ("z", "ch ts"),
    ("c", "ch ts"),
    ("j", "y"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("s", "s sh"),
)
_HK_RHYMES = {
    "aa": "a ah",
    "aai": "ai",
    "aau": "au",
    "aam": "am",
    "aan": "an",
    "aang": "ang",
    "aap": "ap",
    "aat": "at",
    "aak": "ak",
    "am": "am um",
    "an": "an un",
    "ap": "ap up",
    "at": "at ut",
    "e": "e eh",
    "ei": "ei i ee ay",
    "eng": "eng ing",
    "i": "i ee ze z",
    "ik": "ik ick",
    "o": "o",
    "oeng": "eung",
    "oek": "euk",
    "eoi": "ui",
    "eon": "un on",
    "eot": "ut",
    "ok": "ok ock",
    "ou": "o ou",
    "u": "u oo",
    "un": "un oon",
    "ung": "ung",
    "yu": "yu ue u",
    "yun": "uen yuen un",
    "yut": "uet yuet ut",
}


class ChineseCharacter(NamedTuple):
    """A character's simplified form and its spellings, Mandarin first."""

    simplified: str
    mandarin: tuple[str, ...]
    spellings: tuple[str, ...]


class SpellingLinks(NamedTuple):
    """Mandarin syllables; and by any spelling the Mandarin syllables of common characters that are spelled so."""

    mandarin: frozenset[str]
    mandarin_by_spelling: dict[str, frozenset[str]]


@lru_cache(1)
def load_characters() -> dict[str, ChineseCharacter]:
    """Every character of the table."""
    lines = resources.files(__package__).joinpath("han.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    southern = _load_declared()["given"]
    return {
        char: ChineseCharacter(
            simple,
            tuple(mandarin.split(",")),
            _character_spellings(mandarin, cantonese, southern.get(simple, "")),
        )
        for char, simple, mandarin, cantonese in rows
    }


@lru_cache(1)
def load_family_names() -> dict[str, tuple[str, ...]]:
    """Family names in simplified characters, one or two, and how they are spelled."""
    return {char: tuple(spelled.split()) for char, spelled in _load_declared()["families"].items()}


@lru_cache(1)
def load_family_spellings() -> dict[str, frozenset[str]]:
    """By any spelling of a family name the Mandarin ones of the characters that it may be."""
    found: dict[str, set[str]] = {}
    for spelled in load_family_names().values():
        for one in spelled:
            found.setdefault(one, set()).add(spelled[0])
    return {one: frozenset(of) for one, of in found.items()}


@lru_cache(1)
def load_links() -> SpellingLinks:
    """What links spellings of given names."""
    mandarin_per_spelling: dict[str, set[str]] = {}
    mandarin = {reading for char in load_characters().values() for reading in char.mandarin}
    for letter, char in load_characters().items():
        # The first level of the national set: 3,755 characters by use, and near all that names are made of.
        # (GB 2312, level 1: lead bytes B0 to D7.) Rare characters would link nearly every spelling with every
        # other.
        if letter == char.simplified and b"\xb0" <= letter.encode("gb2312", "ignore") < b"\xd8":
            for spelled in char.spellings:
                mandarin_per_spelling.setdefault(spelled, set()).add(char.mandarin[0])
    return SpellingLinks(
        frozenset(reading for reading in mandarin if re.search("[aeiou]", reading)),
        {spelling: frozenset(of) for spelling, of in mandarin_per_spelling.items()},
    )


def simplify(text: str) -> str:
    """A text in simplified characters."""
    known = load_characters()
    return "".join(known[char].simplified if char in known else char for char in text)


def split_syllables(word: str, known: frozenset[str] | dict[str, frozenset[str]]) -> list[str]:
    """A word parted into as few known syllables as it can be, four at most; empty if it cannot."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        # Six letters: the longest pinyin syllables, such as zhuang.
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is not None and word[start:end] in known and len(before) < 4:
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, word[start:end]]
    return best[-1] or []


@lru_cache(1)
def _load_declared() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("chinese.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _character_spellings(mandarin: str, cantonese: str, southern: str) -> tuple[str, ...]:
    pinyin = mandarin.split(",")
    wade = [_to_wade_giles(said) for said in pinyin]
    hong_kong = [spelled for said in cantonese.split(",")[:1] for spelled in _hong_kong_spellings(said)]
    return tuple(dict.fromkeys((*pinyin, *wade, *hong_kong, *southern.split())))


def _to_wade_giles(pinyin: str) -> str:
    for ours, theirs in _WADE:
        if pinyin.startswith(ours) and not (ours == "c" and pinyin.startswith("ch")):
            return theirs + _to_wade_giles_rhyme(pinyin[len(ours) :])
    return _to_wade_giles_rhyme(pinyin)


def _hong_kong_spellings(jyutping: str) -> list[str]:
    for ours, theirs in _HK_ONSETS:
        if jyutping.startswith(ours):
            onsets, rhyme = theirs.split(" "), jyutping[len(ours) :]
            break
    else:
        onset = jyutping.rstrip("aeiouptkmng") if jyutping[:1] not in "aeioum" else ""
        onset = jyutping[:1] if not onset and jyutping[:1] in "flhmpkt" and len(jyutping) > 1 else onset
        onsets, rhyme = [onset], jyutping[len(onset) :]
    if jyutping.startswith("jyu"):
        rhyme = "yu" + rhyme[2:]
    rhymes = _HK_RHYMES.get(rhyme, rhyme).split(" ")
    return [
        ("" if onset == "y" and end.startswith("y") else onset) + end for onset in onsets for end in rhymes
    ]


def _to_wade_giles_rhyme(rhyme: str) -> str:
    rhyme = rhyme.replace("ong", "ung").replace("ian", "ien")
    return rhyme + "h" if rhyme.endswith("ie") else rhyme
