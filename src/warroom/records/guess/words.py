"""What a heading says, as concepts from `words.toml`, and how well it names a column of ours."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from warroom.records.table import Column, Table
from warroom.subjects import bank_names
from warroom.subjects.spelling import THAI_DIGITS

LEAST = 0.45
"""The score below which a heading does not name a column."""
MISSING, EXTRA, OTHER, LIGHT, LEFT, LATER = 0.42, 0.3, 0.3, 0.05, 0.35, 0.03
"""What a score loses for a concept that is not there, one too many, as much again where that makes it another thing, one of little weight, letters that nobody knows, and for
each better alternative."""


LONGEST = 200
"""Letters of a heading that are looked at: a longer text is none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's concepts, and the share of its letters that are no known word."""

    concepts: frozenset[str]
    left: float


@cache
def words() -> dict[str, Any]:
    """The file of words."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """A text as it is compared: small letters, words parted by spaces, `fromAccount` and `from_account` alike."""
    # Not NFKC: it takes the Thai letter am apart, and so every word with it.
    text = unicodedata.normalize("NFC", text).replace("ํา", "ำ").replace("\u200b", "")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return " ".join(re.sub(r"[_\s]+|#\d+$", " ", text).lower().split())


@cache
def heading(text: str) -> Heading:
    """A heading taken apart; of one in two languages (`วันที่/Date`) the part that is known best."""
    text = text[:LONGEST]
    whole = _taken_apart(plain(text))
    parts = [part for part in re.split(r"[/|\n]| - |[()\[\]]", plain(text)) if part.strip()]
    if len(parts) < 2:
        return whole
    found = [_taken_apart(part) for part in parts]
    both = frozenset().union(*(each.concepts for each in found))
    # Two languages say the same twice; otherwise each part adds something, as in "amount (THB)".
    thai = [bool(re.search("[ก-๛]", part)) for part in parts]
    if len(set(thai)) == 2 and len(parts) == 2 and found[0].concepts and found[1].concepts:
        return min(found, key=lambda each: (each.left, len(each.concepts)))
    known = Heading(both, sum(each.left for each in found) / len(found))
    return min((whole, known), key=lambda each: each.left)


def score(text: str, table: Table, column: Column) -> float:
    """How well a heading names a column of a table, from 0 to 1."""
    if plain(text) in {plain(column.name), plain(column.label.th), plain(column.label.en)}:
        return 1.0
    said = heading(text)
    if "never" in said.concepts:
        return 0.0
    ways = words().get(table.name, {}).get(column.name) or words()["columns"].get(column.name, [])
    scores = [_score(said, way) - LATER * at for at, way in enumerate(ways)]
    return max([0.0, *scores])


def is_never(text: str) -> bool:
    """Whether a heading names what no table may hold."""
    return "never" in heading(text).concepts


def known_value(text: str, kind: str) -> str | None:
    """Our word for a word of theirs, by the lists of `[words]`; None where no list has it. A bank is known by its number too."""
    if kind == "bank":
        return bank_names.table().find(text) or bank_names.table().by_code.get(
            text.strip().translate(THAI_DIGITS)
        )
    return _values(kind).get(_bare(text))


def _bare(text: str) -> str:
    return plain(text).rstrip(".").strip()


@cache
def _values(kind: str) -> dict[str, str]:
    lists: dict[str, list[str]] = words()["words"].get(kind, {})
    found: dict[str, str] = {}
    for ours, theirs in lists.items():
        for word in theirs:
            found.setdefault(_bare(word), ours)
    return found


def _score(said: Heading, way: str) -> float:
    wanted = {word for word in way.split() if not word.startswith("~")}
    allowed = (
        wanted | {word[1:] for word in way.split() if word.startswith("~")} | set(words()["soft"]["free"])
    )
    if not wanted & said.concepts:
        return 0.0
    light, other = (set(words()["soft"][name]) for name in ("light", "other"))
    extra = said.concepts - allowed
    lost = MISSING * len(wanted - said.concepts) + EXTRA * len(extra - light) + LIGHT * len(extra & light)
    lost += OTHER * len(extra & other)
    return 1.0 - lost - LEFT * said.left


@cache
def _lexicon() -> dict[str, str]:
    found: dict[str, str] = {}
    for concept, each in words()["concepts"].items():
        for word in each:
            found.setdefault(plain(word), concept)
    return found


@cache
def _longest_first() -> dict[str, list[str]]:
    """The known words by their first letter, the longest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_lexicon(), key=len, reverse=True):
        found.setdefault(word[0], []).append(word)
    return found


def _taken_apart(text: str) -> Heading:
    concepts, left, at = set[str](), 0, 0
    while at < len(text):
        word = next((each for each in _longest_first().get(text[at], ()) if _stands(text, at, each)), None)
        if word:
            concepts.add(_lexicon()[word])
            at += len(word)
            continue
        run = re.match(r"[a-z]+", text[at:])
        if run:
            inside = _compound(run[0])
            concepts |= {_lexicon()[each] for each in inside}
            left += 0 if inside else len(run[0])
            at += len(run[0])
        else:
            left += text[at].isalnum()
            at += 1
    letters = sum(letter.isalnum() for letter in text)
    return Heading(frozenset(concepts), left / max(1, letters))


def _stands(text: str, at: int, word: str) -> bool:
    """Whether a word stands at a place, and there not as part of a longer one of Latin letters."""
    if not text.startswith(word, at):
        return False
    end = at + len(word)
    inside = _latin(word[0]) and at > 0 and _latin(text[at - 1])
    return not inside and not (_latin(word[-1]) and end < len(text) and _latin(text[end]))


def _latin(letter: str) -> bool:
    return "a" <= letter <= "z"


def _compound(run: str) -> Iterable[str]:
    """The known words that a run of letters is made of, as in `acctno`; none where some of it is not known."""
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 16), end - 1):
            before, word = best[start], run[start:end]
            if (
                before is not None
                and word in _lexicon()
                and (best[end] is None or len(before) + 1 < len(best[end] or []))
            ):
                best[end] = [*before, word]
    return best[-1] or []


def bank_within(text: str) -> str | None:
    """The bank whose name stands somewhere in a text, by the letters it is known by."""
    return bank_names.table().find_within(text)
