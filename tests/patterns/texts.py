"""Texts of two hundred signs of each class of Unicode, and near misses made from a pattern itself."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

SIGNS = 200
DIGITS = "0٠۰๐໐០၀०"
LETTERS = "aAกກកကअאعжΩ漢한あßſİıKéŉ"
MARKS = "\u0301\u0e48\u0e34\u17d2\u1039\u0f71\ufe0f\u20dd"
SPACES = " \t\n\r\x0b\u00a0\u2003\u3000\u2028\x85"
PUNCTUATION = "-_.,:;/\\|@#%&*+=~^$!?'\"`()[]{}<>«»—…·。，；฿ๆฯ"
UNSEEN = "\u200b\u200d\u202e\u2066\u00ad\ufeff\x00\x1b"
OTHER = "😀👩‍👩‍👧🇹🇭\ud800\udfff\ue000\U0010ffff"


@cache
def of_each_class() -> tuple[str, ...]:
    """One sign over and over, two by turns, runs that end in what nothing expects, and separators within separators."""
    signs = [*DIGITS, *LETTERS, *MARKS, *SPACES, *PUNCTUATION, *UNSEEN, *OTHER]
    found = [sign * SIGNS for sign in signs]
    found += [sign * SIGNS + end for sign in (*"0a1กA-. ,", "٣") for end in ("x", "!", "\n", "0", "\ud800")]
    found += [(one + other) * (SIGNS // 2) for one in "a0ก" for other in " -.,/@:_&<(\u0301"]
    found += [(other + one + other) * (SIGNS // 3) + "!" for one in "a0ก" for other in " -.,"]
    found += [
        "1 " * 100 + "x",
        "1," * 100 + "x",
        "a." * 100,
        "a@" * 100,
        "<a " * 70,
        "&#1" * 70,
        "((" * 100,
        "http://" * 30,
    ]
    found += [
        "-" * 100 + "a" * 100,
        " " * 199 + "x",
        "a" * 100 + " " * 100,
        "12-" * 66 + "x",
        "ก่" * 100 + "x",
    ]
    return tuple(found)


def near_misses(pattern: re.Pattern[Any]) -> Iterator[str]:
    """What a pattern begins with, over and over: each literal of it, each class's first sign, and all of them in order."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = [piece for piece in pieces_of(source) if piece]
    whole = "".join(pieces)
    for piece in dict.fromkeys([*pieces[:12], whole[:SIGNS], whole[: len(whole) // 2]]):
        if piece:
            run = (piece * (SIGNS // len(piece) + 1))[:SIGNS]
            yield from (run, run + "\x01", f"{whole[:60]}{run}\x01")


def pieces_of(source: str) -> list[str]:
    """A sign for each thing that a pattern asks for, in order."""
    try:
        from re import _parser  # type: ignore[attr-defined]

        return [sign for sign in _signs(_parser.parse(source)) if sign]
    except (re.error, RecursionError, OverflowError):
        return []


def _signs(parsed: Any) -> Iterator[str]:
    for name, given in parsed:
        said = str(name)
        if said == "LITERAL":
            yield chr(given)
        elif said == "IN":
            yield _of_class(given)
        elif said in ("ANY", "NOT_LITERAL", "CATEGORY"):
            yield "a"
        elif said == "BRANCH":
            for branch in given[1][:3]:
                yield from _signs(branch)
        elif said == "SUBPATTERN":
            yield from _signs(given[3])
        elif said in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _signs(given[2])
        elif said == "ATOMIC_GROUP":
            yield from _signs(given)


def _of_class(members: Any) -> str:
    for name, given in members:
        said = str(name)
        if said == "LITERAL":
            return chr(given)
        if said == "RANGE":
            return chr(given[0])
        if said == "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(given), "a")
    return "a" if unicodedata.category("a") == "Ll" else ""
