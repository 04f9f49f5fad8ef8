"""What a heading says, as concepts from `words.toml`, and how well it names a column of ours."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from warroom.records.table import Table, TableColumn
from warroom.subjects import bank_names
from warroom.subjects.spelling import THAI_DIGITS

# Chosen, as are the losses below: a heading with one concept missing is still a candidate, one with two is
# not.
LEAST = 0.45
"""The score below which a heading does not name a column."""
MISSING, EXTRA, OTHER, LIGHT, LEFT, LATER = 0.42, 0.3, 0.3, 0.05, 0.35, 0.03
"""What a score loses for a missing concept, for one too many, again where that makes it another thing, for
one of little weight, for the share of unknown letters, and for each better alternative.
"""


LONGEST = 200
"""Letters of a heading that are looked at: a longer text is none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's concepts, and the share of its letters that are no known word."""

    concepts: frozenset[str]
    unknown_share: float


@cache
def load_words() -> dict[str, Any]:
    """The file of words."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def normalize_text(text: str) -> str:
    """A text as it is compared: small letters, words separated by spaces; "fromAccount" and "from_account"
    are equal.
    """
    # Not NFKC: it takes the Thai letter am apart, and so every word with it.
    text = unicodedata.normalize("NFC", text).replace("ํา", "ำ").replace("\u200b", "")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return " ".join(re.sub(r"[_\s]+|#\d+$", " ", text).lower().split())


@cache
def parse_heading(text: str) -> Heading:
    """A heading taken apart; of one in two languages (`วันที่/Date`) the part that is known best."""
    text = text[:LONGEST]
    whole = _split_heading(normalize_text(text))
    parts = [part for part in re.split(r"[/|\n]| - |[()\[\]]", normalize_text(text)) if part.strip()]
    if len(parts) < 2:
        return whole
    part_headings = [_split_heading(part) for part in parts]
    both = frozenset().union(*(candidate.concepts for candidate in part_headings))
    # Two languages say the same twice; otherwise each part adds something, as in "amount (THB)".
    thai = [bool(re.search("[ก-๛]", part)) for part in parts]
    if len(set(thai)) == 2 and len(parts) == 2 and part_headings[0].concepts and part_headings[1].concepts:
        return min(part_headings, key=lambda heading: (heading.unknown_share, len(heading.concepts)))
    known = Heading(both, sum(candidate.unknown_share for candidate in part_headings) / len(part_headings))
    return min((whole, known), key=lambda heading: heading.unknown_share)


def score_heading(text: str, table: Table, column: TableColumn) -> float:
    """How well a heading names a column of a table, from 0 to 1."""
    if normalize_text(text) in {
        normalize_text(column.name),
        normalize_text(column.label.th),
        normalize_text(column.label.en),
    }:
        return 1.0
    text_heading = parse_heading(text)
    if "never" in text_heading.concepts:
        return 0.0
    ways = load_words().get(table.name, {}).get(column.name) or load_words()["columns"].get(column.name, [])
    scores = [_score_alternative(text_heading, way) - LATER * at for at, way in enumerate(ways)]
    return max([0.0, *scores])


def is_forbidden_heading(text: str) -> bool:
    """Whether a heading names what no table may hold."""
    return "never" in parse_heading(text).concepts


def find_known_value(text: str, kind: str) -> str | None:
    """Our word for a word of theirs, by the lists of `[words]`; None where no list has it. A bank is known by its number too."""
    if kind == "bank":
        return bank_names.get_active_table().find_bank(text) or bank_names.get_active_table().by_code.get(
            text.strip().translate(THAI_DIGITS)
        )
    return _load_known_values(kind).get(_normalize_word(text))


def _normalize_word(text: str) -> str:
    return normalize_text(text).rstrip(".").strip()


@cache
def _load_known_values(kind: str) -> dict[str, str]:
    lists: dict[str, list[str]] = load_words()["words"].get(kind, {})
    found: dict[str, str] = {}
    for ours, theirs in lists.items():
        for word in theirs:
            found.setdefault(_normalize_word(word), ours)
    return found


def _score_alternative(text_heading: Heading, way: str) -> float:
    wanted = {word for word in way.split() if not word.startswith("~")}
    allowed = (
        wanted
        | {word[1:] for word in way.split() if word.startswith("~")}
        | set(load_words()["soft"]["free"])
    )
    if not wanted & text_heading.concepts:
        return 0.0
    light, other = (set(load_words()["soft"][name]) for name in ("light", "other"))
    extra = text_heading.concepts - allowed
    lost = (
        MISSING * len(wanted - text_heading.concepts)
        + EXTRA * len(extra - light)
        + LIGHT * len(extra & light)
    )
    lost += OTHER * len(extra & other)
    return 1.0 - lost - LEFT * text_heading.unknown_share


@cache
def _load_lexicon() -> dict[str, str]:
    found: dict[str, str] = {}
    for concept, each in load_words()["concepts"].items():
        for word in each:
            found.setdefault(normalize_text(word), concept)
    return found


@cache
def _index_words_by_letter() -> dict[str, list[str]]:
    """The known words by their first letter, the longest first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_load_lexicon(), key=len, reverse=True):
        found.setdefault(word[0], []).append(word)
    return found


def _split_heading(text: str) -> Heading:
    concepts, left, at = set[str](), 0, 0
    while at < len(text):
        word = next(
            (
                term
                for term in _index_words_by_letter().get(text[at], ())
                if _is_whole_word_at(text, at, term)
            ),
            None,
        )
        if word:
            concepts.add(_load_lexicon()[word])
            at += len(word)
            continue
        run = re.match(r"[a-z]+", text[at:])
        if run:
            inside = _split_compound(run[0])
            concepts |= {_load_lexicon()[term] for term in inside}
            left += 0 if inside else len(run[0])
            at += len(run[0])
        else:
            left += text[at].isalnum()
            at += 1
    letters = sum(letter.isalnum() for letter in text)
    return Heading(frozenset(concepts), left / max(1, letters))


def _is_whole_word_at(text: str, at: int, word: str) -> bool:
    """Whether a word is at a position, and is not part of a longer word of Latin letters."""
    if not text.startswith(word, at):
        return False
    end = at + len(word)
    inside = _is_latin_letter(word[0]) and at > 0 and _is_latin_letter(text[at - 1])
    return not inside and not (_is_latin_letter(word[-1]) and end < len(text) and _is_latin_letter(text[end]))


def _is_latin_letter(letter: str) -> bool:
    return "a" <= letter <= "z"


def _split_compound(run: str) -> Iterable[str]:
    """The known words that a run of letters is made of, as in `acctno`; none where some of it is not known."""
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(1, len(run) + 1):
        # Parts of 2 to 16 letters: single letters would split any word.
        for start in range(max(0, end - 16), end - 1):
            before, word = best[start], run[start:end]
            if (
                before is not None
                and word in _load_lexicon()
                and (best[end] is None or len(before) + 1 < len(best[end] or []))
            ):
                best[end] = [*before, word]
    return best[-1] or []


def find_bank_in_text(text: str) -> str | None:
    """The bank whose name occurs in a text; None where none does."""
    return bank_names.get_active_table().find_bank_within(text)
