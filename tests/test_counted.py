"""No sentence says "1 rows": each that counts has a word for one, or says the count behind a label."""

import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages import pofile

import warroom
from warroom.sentences.counted import CountedText, as_counted, list_forms
from warroom.sentences.recall import parse_sentence
from warroom.sentences.sentence import Sentence

SOURCE = Path(warroom.__file__).parent
CATALOG = SOURCE / "locale" / "th" / "LC_MESSAGES" / "warroom.po"
HOLE = re.compile(r"%\((?P<named>\w+)\)s|\{(?P<braced>\w+)(?::[^{}|]*)?\}")
SEVERAL = {"most", "longest", "limit", "least", "few", "ways", "speed", "times", "all", "each", "columns"}
"""Limits, and shares of a whole, which are never one."""
NAMES = {"hour", "unit", "place", "agencies", "theirs", "table", "last", "letters", "names"}
"""Holes of names and spans, and of numbers that are cut off in the thousands."""
FIXED = {
    "cases/alerts.toml": {"minutes"},
    "cases/notices.toml": {"hours"},
    "payee/notices.toml": {"hours"},
    "incoming/notices.toml": {"hours"},
    "sentences/campaigns.toml": {"out", "rising"},
    "web/public/words/en.toml": {"days", "hours", "of"},
    "page": {"days", "people", "of"},
}
"""What the law, a setting or a line of its own for one fixes above one, by file."""
ONE_APART = {"Hold {count} amounts, {sum} baht", "{count} places"}
"""Texts for several alone: for one there is another text."""
MANY = re.compile(
    r"\b1 (?:(?:more|new|other|different|small|older|earlier|hidden|saved|such|approved|registered|opened|perhaps) )?"
    r"(?P<noun>[a-z]+s|people|children|are|were|have)\b"
)
NO_PLURAL = re.compile(
    r"(?:was|is|has|as|this|its|plus|less|across|says|does|names|usually|usual|takes|leaves|gets|"
    r"counts|looks|needs|holds|keeps|sends|serves|us|yes|s|unless|answers|waits|begins|lists|rejects|"
    r"unpacks|goes|knows|belongs|refuses|ends|differs|joins|gives|exists|shows|breaks|carries|corrects|"
    r"perhaps)"
)
"""Words on s behind a hole that are no noun in the plural."""


def texts() -> Iterator[tuple[str, str]]:
    """Every English text with where it is: of the catalogues, of the public pages, of the pages."""
    for file in sorted(SOURCE.rglob("*.toml")):
        where = str(file.relative_to(SOURCE))
        words = tomllib.loads(file.read_text("utf-8"))
        yield from ((where, text) for text in english_of(words, every=where == "web/public/words/en.toml"))
    for message in pofile.read_po(io.BytesIO(CATALOG.read_bytes())):
        if message.id:
            one, several = (message.id, None) if isinstance(message.id, str) else message.id
            yield "page", one
            if several:
                # Its first count is several; another in the same text may be one.
                yield "page", re.sub(r"%\((?:num|count)\)s|\{count\}", "20", several)


def english_of(words: Any, *, every: bool) -> Iterator[str]:
    if isinstance(words, dict):
        if isinstance(words.get("en"), str):
            yield words["en"]
        else:
            for part in words.values():
                yield from english_of(part, every=every)
    elif isinstance(words, list):
        for part in words:
            yield from english_of(part, every=every)
    elif every and isinstance(words, str):
        yield words


def with_one(where: str, text: str) -> str:
    """A text for one: every count in it is 1, a limit stays larger."""
    fixed = SEVERAL | FIXED.get(where, set())
    *_, for_one = list_forms(text)
    return HOLE.sub(lambda hole: _fill(hole["named"] or hole["braced"], fixed), for_one)


def _fill(name: str, fixed: set[str]) -> str:
    return "X" if name in NAMES else "20" if name in fixed else "1"


def test_no_text_says_one_of_several() -> None:
    found = [
        (where, shown)
        for where, text in texts()
        if text not in ONE_APART
        for shown in (with_one(where, text),)
        for match in MANY.finditer(shown)
        if not NO_PLURAL.fullmatch(match["noun"])
    ]
    assert found == []


@pytest.mark.parametrize(
    ("count", "shown"),
    [(1, "1 row was"), ("1", "1 row was"), (2, "2 rows were"), (0, "0 rows were"), (1.2, "1.2 row was")],
)
def test_a_counted_text_has_a_word_for_one_and_for_several(count: object, shown: str) -> None:
    text = as_counted("{count} {count:row was|rows were}")
    assert isinstance(text, CountedText)
    assert text.format(count=count) == shown
    assert as_counted("{count} in all") == "{count} in all"


def test_a_counted_sentence_is_known_again_for_one_and_for_several() -> None:
    for count in (1, 7):
        sentence = Sentence("actions.line-planned", places=count)
        assert parse_sentence(sentence) == ("actions.line-planned", {"places": str(count)})
    assert Sentence("actions.line-planned", places=1) == "Planned for 1 place."
