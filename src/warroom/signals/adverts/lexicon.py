"""The lexicons of six languages as regular expressions over normalised texts: `lexicons/*.toml`, places and
wages.

A pattern is a regular expression in which letters are folded as readings are, a space is any sign that parts words (none
where the script has none), `~` is up to 24 signs of one sentence, `<n>` a whole number, `<age>` one that a worker's age can be, and `{name}` any word of that set.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from warroom.signals.adverts.reading import compose_marks, fold_words, place_tone

LANGUAGES = ("th", "en", "zh", "vi", "my", "km")
_SPACED = ("en", "vi")
ACCENTED = "vi"
"""The language where accents distinguish words (tăng: to rise, tầng: a floor). Text without accents matches
any.
"""
_MARKED_LETTERS = "à-öø-ÿāăđĩũơưạ-ỹ"
# 24 signs: about four words, so that two words of one sentence are meant together.
_GAP = r"[^\n!?;,，、。！|]{0,24}?"
# Letters between a negation and what it denies, in spaced scripts and in others: who crosses how may be said at length.
_NEGATION_GAPS = {
    "irregular_crossing": (28, 24),
    "papers_held": (16, 6),
    "debt_penalty": (12, 6),
    "assurances": (12, 4),
    "distress": (6, 0),
}
_CLAUSE = r"(?:[^\n!?;,.，、。！|]{0,%d})"
_NUMBER = r"\d{1,3}(?:[,.]\d{3})*"
# 13 to 49; a list of ages, a price or a decimal is none.
_AGE = r"(?:1[3-9]|[2-4]\d)(?![\d]|[,.]\d)"
_PIECE = re.compile(r"<n>|<age>|\{(\w+)\}| ?~ ?|\\.|\[[^\]]*\]|[()|?*+]| +|[^<{~\\\[()|?*+ ]+")
_SPACELESS_WORD = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
_NEVER = re.compile("(?!)")
_LATIN_WORD = re.compile("[a-z]{1,4}$")


@dataclass(frozen=True, slots=True)
class Pattern:
    """All patterns of one name over all languages: one search for spaced scripts and one for the others."""

    name: str
    search: re.Pattern[str]


def compile_patterns(
    patterns: Iterable[tuple[str, str]], sets: dict[str, dict[str, list[str]]]
) -> re.Pattern[str]:
    """One regular expression for (language, pattern) pairs; `sets` are the named word sets by language."""
    parts = [
        _build_expression(pattern, language in _SPACED, sets.get(language, {}))
        for language, pattern in patterns
    ]
    # One expression for all languages: a text is scanned once for each flag.
    return re.compile("|".join(dict.fromkeys(parts)))


def _build_expression(pattern: str, spaced: bool, words: dict[str, list[str]]) -> str:
    body = "".join(_iter_parts(pattern, spaced, words))
    # Else "model" would be found in "remodelling"; scripts without spaces have no such edge.
    return rf"(?<![a-z])(?:{body})(?![a-z])" if spaced else f"(?:{body})"


def _iter_parts(
    pattern: str, spaced: bool, words: dict[str, list[str]], *, marks: bool = False
) -> Iterable[str]:
    pieces = [piece_match[0] for piece_match in _PIECE.finditer(pattern)]
    for at, piece in enumerate(pieces):
        if piece == "<n>":
            yield _NUMBER
        elif piece == "<age>":
            yield _AGE
        elif piece.startswith("{") and len(piece) > 2 and piece[1].isalpha():
            yield (
                "(?:"
                + "|".join(
                    "".join(_iter_parts(word, spaced, words, marks=marks)) for word in words[piece[1:-1]]
                )
                + ")"
            )
        elif piece.strip() == "~":
            yield _GAP
        elif piece.isspace():
            yield r"[^\w\n,;!?.]" + ("{1,3}" if spaced and _get_next_piece(pieces, at) != "?" else "{0,3}")
        elif piece == "?" and at and pieces[at - 1].isspace():
            continue
        elif piece == "(":
            yield "(?:"
        elif piece[0] in ")|?*+\\[":
            yield piece.replace("a-z", "a-z" + _MARKED_LETTERS) if marks else piece
        else:
            yield _escape_with_marks(piece) if marks else _escape_literal(piece, spaced)


def _get_next_piece(pieces: list[str], at: int) -> str:
    return pieces[at + 1] if at + 1 < len(pieces) else ""


def _escape_literal(piece: str, spaced: bool) -> str:
    plain = fold_words(piece)
    if not spaced and _LATIN_WORD.match(plain):
        return rf"(?<![a-z]){re.escape(plain)}(?![a-z])"
    return re.escape(plain)


def _escape_with_marks(piece: str) -> str:
    """A literal as a pattern in which each letter may have its own accent or none."""
    said = []
    for letter in place_tone(compose_marks(piece)):
        plain = fold_words(letter) or letter
        said.append(re.escape(plain) if plain == letter else f"[{letter}{re.escape(plain)}]")
    return "".join(said)


@cache
def load_lexicons() -> dict[str, dict[str, Any]]:
    """The lexicons by language."""
    return {language: _read_toml(f"lexicons/{language}.toml") for language in LANGUAGES}


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


@cache
def red_flag_patterns() -> dict[str, re.Pattern[str]]:
    """The pattern of each flag, by name."""
    return _compile_part("flags")


@cache
def assurance_patterns() -> dict[str, re.Pattern[str]]:
    """The pattern of each assurance, by name."""
    return _compile_part("assurances")


@dataclass(frozen=True, slots=True)
class Negation:
    """What turns a flag or an assurance into its opposite, over all languages."""

    before: re.Pattern[str]
    """In the same clause in front of it: "do not come on" a tourist visa."""
    after: re.Pattern[str]
    """Behind it: keep your passport "yourself"."""
    urging: re.Pattern[str]
    """Looks like a negation and denies nothing: "don't miss it"."""
    inside: re.Pattern[str]
    """Within its words: the company does "not" keep."""
    unlike: re.Pattern[str]
    """As written in the source: other words that fold to the same letters, or begin with them."""


@cache
def negation_patterns() -> dict[str, Negation]:
    """Negations by the flag that they deny; those of every assurance are `assurances`."""
    names = dict.fromkeys(name for lexicon in load_lexicons().values() for name in lexicon["negations"])
    return {name: _compile_negation(name) for name in names}


def _compile_negation(name: str) -> Negation:
    gaps = _NEGATION_GAPS[name]

    def join_phrases(part: str) -> list[str]:
        return [
            _build_expression(phrase, language in _SPACED, lexicon["sets"])
            + (_CLAUSE % gaps[language not in _SPACED] if part == "before" else "")
            for language, lexicon in load_lexicons().items()
            for phrase in lexicon["negations"][name].get(part, [])
        ]

    words = [
        word for lexicon in load_lexicons().values() for word in lexicon["negations"][name].get("unlike", [])
    ]
    return Negation(
        re.compile(f"(?:{'|'.join(join_phrases('before'))})$"),
        re.compile(f"[ ,，]{{0,2}}(?:{'|'.join(join_phrases('after')) or '(?!)'})"),
        re.compile("|".join(join_phrases("urging")) or "(?!)"),
        re.compile("|".join(join_phrases("inside")) or "(?!)"),
        re.compile("|".join(words) or "(?!)"),
    )


@cache
def accented_patterns(part: str) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By name of `flags` or `assurances`: the pattern with accents, and the pattern of the other languages."""
    lexicon = load_lexicons()[ACCENTED]
    patterns = {}
    for name in _compile_part(part):
        own = [
            "".join(_iter_parts(phrase, True, lexicon["sets"], marks=True))
            for phrase in lexicon[part].get(name, [])
        ]
        others = [
            (language, phrase)
            for language, other in load_lexicons().items()
            for phrase in other[part].get(name, [])
            if language != ACCENTED
        ]
        sets = {language: other["sets"] for language, other in load_lexicons().items()}
        patterns[name] = (
            re.compile("|".join(own) or "(?!)"),
            compile_patterns(others, sets) if others else _NEVER,
        )
    return patterns


@cache
def _compile_part(part: str) -> dict[str, re.Pattern[str]]:
    sets = {language: lexicon["sets"] for language, lexicon in load_lexicons().items()}
    names = dict.fromkeys(name for lexicon in load_lexicons().values() for name in lexicon[part])
    return {
        name: compile_patterns(
            [
                (language, phrase)
                for language, lexicon in load_lexicons().items()
                for phrase in lexicon[part].get(name, [])
            ],
            sets,
        )
        for name in names
    }


@cache
def place_patterns() -> dict[str, re.Pattern[str]]:
    """Names of places by class: hub, border, country, abroad."""
    return {name: _compile_names(place["names"]) for name, place in _read_toml("places.toml").items()}


@cache
def ethnonym_pattern() -> re.Pattern[str]:
    """Words for who somebody is, which no model may see."""
    return _compile_names(_read_toml("peoples.toml")["names"])


def _compile_names(names: list[str]) -> re.Pattern[str]:
    # By the script of each name, since an edge of a word means something in Latin letters alone.
    return compile_patterns([("th" if _SPACELESS_WORD.search(name) else "en", name) for name in names], {})


@cache
def load_wages() -> dict[str, Any]:
    """Limits of pay, currencies, multiples and periods."""
    return _read_toml("wages.toml")


def build_words_pattern(names: list[str]) -> str:
    """An expression for any of these words of money; Latin ones end where the word ends."""
    return "|".join(
        "".join(_iter_parts(name, True, {})) + ("(?![a-z])" if re.search(r"[a-z]\??$", name) else "")
        for name in names
    )
