"""What an officer wrote, looked through: every language whole, short enough, and naming no number, account or link."""

import re
from collections.abc import Mapping
from typing import Any

from warroom.errors import NotPossible
from warroom.public.campaigns.views import Wording

LANGUAGES = ("th", "en", "zh", "my", "km", "lo", "vi")
NEEDED = ("th", "en")
"""Without both no alert goes out; the others are there where somebody who speaks them wrote them."""
TITLE, LINE, SHORT = 90, 220, 160  # characters
MOST = 3
"""Things to do, and marks to know it by."""
ADDRESS = re.compile(
    r"h(?:tt|xx)ps?:|www\.|\b[\w-]{2,}\.(?:com|net|org|info|icu|xyz|top|vip|me|cc|th|co|io|app|shop)\b", re.I
)
NUMBER = re.compile(r"(?:[0-9๐-๙][\s.\-]?){7,}")
"""Seven digits and more are a telephone or an account: an alert names none, the house's own short number aside."""


def read_wording(said: Mapping[str, Mapping[str, Any]]) -> dict[str, Wording]:
    """What is said, by language, without the languages in which nothing stands. Raises NotPossible for what is missing, too long
    or names somebody.
    """
    read = {language: _one(said.get(language) or {}) for language in LANGUAGES}
    kept = {language: one for language, one in read.items() if one != EMPTY}
    for language, one in kept.items():
        _fit(language, one)
    return kept


def whole(said: Mapping[str, Wording]) -> None:
    """Raises NotPossible where Thai or English lacks something: what is asked to be approved is whole."""
    for language in NEEDED:
        one = said.get(language, EMPTY)
        if not (one.title and one.do and one.looks and one.genuine and one.short):
            raise NotPossible("campaigns.wording-missing", language=language)


def _one(said: Mapping[str, Any]) -> Wording:
    return Wording(
        _line(said.get("title", "")),
        _lines(said.get("do", ())),
        _lines(said.get("looks", ())),
        _line(said.get("genuine", "")),
        _line(said.get("short", "")),
    )


EMPTY = Wording("", (), (), "", "")


def _fit(language: str, one: Wording) -> None:
    if not one.title:
        raise NotPossible("campaigns.wording-missing", language=language)
    for text, most in (
        (one.title, TITLE),
        (one.genuine, LINE),
        (one.short, SHORT),
        *((line, LINE) for line in (*one.do, *one.looks)),
    ):
        if len(text) > most:
            raise NotPossible("campaigns.wording-long", language=language, most=most)
        if ADDRESS.search(text) or NUMBER.search(text):
            raise NotPossible("campaigns.wording-names", language=language)
    if max(len(one.do), len(one.looks)) > MOST:
        raise NotPossible("campaigns.wording-many", language=language, most=MOST)


def _line(text: Any) -> str:
    """A text on one line, without signs that neither a page nor XML can carry."""
    return " ".join(
        "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in str(text)).split()
    )


def _lines(said: Any) -> tuple[str, ...]:
    some = said.splitlines() if isinstance(said, str) else said
    return tuple(line for line in map(_line, some) if line)
