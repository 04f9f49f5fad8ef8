"""What an officer wrote, looked through: every language whole, short enough, and naming no number, account or link."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Set
from typing import Any

from warroom.errors import NotPossible
from warroom.public.campaigns.views import Wording
from warroom.signals.addresses.addresses import addresses_in

LANGUAGES = ("th", "en", "zh", "my", "km", "lo", "vi")
NEEDED = ("th", "en")
"""Without both no alert goes out; the others are there where somebody who speaks them wrote them."""
TITLE, LINE, SHORT = 90, 220, 160  # characters
MOST = 3
"""Things to do, and marks to know it by."""
LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|h(?:tt|xx)ps?:|www\.|[\w-]+\.[a-z][a-z0-9-]*(?::\d+)?/\S|\d{1,3}(?:\.\d{1,3}){3}|@\s?\w"
)
"""What is shaped like a link or a name on a service, whatever it ends with."""
NUMBER = re.compile(r"[0-9](?:[\W_]{0,6}[0-9]){6,}")
"""Seven digits and more are a telephone or an account, whatever short signs stand between: an alert names none but those that the house
signs.
"""
HARMLESS = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\s+\.(?!\.)\s*|。")
"""Ways to write a dot so that no program makes a link of it."""


def read_wording(said: Mapping[str, Mapping[str, Any]], signed: Collection[str] = ()) -> dict[str, Wording]:
    """What is said, by language, without the languages in which nothing stands. `signed`: official telephone numbers, which may be
    named. Raises NotPossible for what is missing, too long or names somebody.
    """
    read = {language: _one(said.get(language) or {}) for language in LANGUAGES}
    kept = {language: one for language, one in read.items() if one != EMPTY}
    official = frozenset(map(_digits, signed))
    for language, one in kept.items():
        _fit(language, one, official)
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


def names_somebody(text: str, official: Set[str] = frozenset()) -> bool:
    """Whether a text names a link, a name on a service, or a number that is none of the official ones (digits alone)."""
    # An ellipsis leaves signs out, and folded it would be three dots.
    folded = unicodedata.normalize("NFKC", text.replace("…", " ")).lower()
    folded = "".join(str(unicodedata.digit(sign, sign)) for sign in folded)
    dotted = HARMLESS.sub(".", folded)
    # Vowels and tones that stand above a letter are none of a name's letters to who looks for addresses.
    bare = "".join(sign for sign in dotted if not unicodedata.category(sign).startswith("M"))
    if LINK.search(bare) or any(next(addresses_in(one), None) for one in (dotted, bare)):
        return True
    return any(not _signed(found[0], official) for found in NUMBER.finditer(folded))


def _signed(run: str, official: Set[str]) -> bool:
    """Whether digits are an official number, or one such beside the other."""
    return _digits(run) in official or all(group in official for group in re.findall("[0-9]+", run))


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text))


EMPTY = Wording("", (), (), "", "")


def _fit(language: str, one: Wording, official: Set[str]) -> None:
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
        if names_somebody(text, official):
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
