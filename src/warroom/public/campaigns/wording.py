"""Checks the wording of a campaign: every language complete, short enough, without numbers, accounts or links."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Set
from typing import Any

from warroom.errors import NotPossible
from warroom.public.campaigns.views import CampaignWording
from warroom.signals.addresses.addresses import iter_addresses

LANGUAGES = ("th", "en", "zh", "my", "km", "lo", "vi")
NEEDED = ("th", "en")
"""Languages that every alert needs; the others are optional, for officers who speak them."""
TITLE, LINE, SHORT = 90, 220, 160  # characters; the last is one SMS of Latin text (3GPP TS 23.038)
MOST = 3
"""The most things to do, and marks to recognise the threat by. Chosen, not measured."""
LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|h(?:tt|xx)ps?:|www\.|[\w-]+\.[a-z][a-z0-9-]*(?::\d+)?/\S|\d{1,3}(?:\.\d{1,3}){3}|@\s?\w"
)
"""The shape of a link or an account name on a service, with any ending."""
NUMBER = re.compile(r"[0-9](?:[\W_]{0,6}[0-9]){6,}")
"""Seven and more digits are a telephone or account number, with any short separators: an alert may name only official
numbers.
"""
HARMLESS = re.compile(r"\[\.\]|\(\.\)|\[dot\]|\s+\.(?!\.)\s*|。")
"""Defanged spellings of a dot, and the ideographic full stop."""


def read_wording(
    texts_by_language: Mapping[str, Mapping[str, Any]], signed: Collection[str] = ()
) -> dict[str, CampaignWording]:
    """The parsed wording by language, without empty languages. `signed`: official telephone numbers, which may be
    named. Raises NotPossible for a missing title, a text that is too long or one that names somebody.
    """
    read = {language: _parse_wording(texts_by_language.get(language) or {}) for language in LANGUAGES}
    kept = {language: wording for language, wording in read.items() if wording != EMPTY}
    official = frozenset(map(_extract_digits, signed))
    for language, wording in kept.items():
        _check_wording(language, wording, official)
    return kept


def require_complete(said: Mapping[str, CampaignWording]) -> None:
    """Raise NotPossible where Thai or English is incomplete: required before a request for approval."""
    for language in NEEDED:
        one = said.get(language, EMPTY)
        if not (one.title and one.do and one.looks and one.genuine and one.short):
            raise NotPossible("campaigns.wording-missing", language=language)


def _parse_wording(said: Mapping[str, Any]) -> CampaignWording:
    return CampaignWording(
        _clean_line(said.get("title", "")),
        _clean_lines(said.get("do", ())),
        _clean_lines(said.get("looks", ())),
        _clean_line(said.get("genuine", "")),
        _clean_line(said.get("short", "")),
    )


def is_naming_somebody(text: str, official: Set[str] = frozenset()) -> bool:
    """Whether a text names a link, a name on a service, or a number that is none of the official ones (digits alone)."""
    # Replaced first: NFKC would fold an ellipsis to three dots.
    folded = unicodedata.normalize("NFKC", text.replace("…", " ")).lower()
    folded = "".join(str(unicodedata.digit(sign, sign)) for sign in folded)
    dotted = HARMLESS.sub(".", folded)
    # Without combining marks too: Thai vowels and tones would interrupt the pattern of an address.
    bare = "".join(sign for sign in dotted if not unicodedata.category(sign).startswith("M"))
    if LINK.search(bare) or any(next(iter_addresses(spelled), None) for spelled in (dotted, bare)):
        return True
    return any(not _is_official_number(number_match[0], official) for number_match in NUMBER.finditer(folded))


def _is_official_number(run: str, official: Set[str]) -> bool:
    """Whether a run of digits is an official number, or several official numbers in sequence."""
    return _extract_digits(run) in official or all(group in official for group in re.findall("[0-9]+", run))


def _extract_digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text))


EMPTY = CampaignWording("", (), (), "", "")


def _check_wording(language: str, wording: CampaignWording, official: Set[str]) -> None:
    if not wording.title:
        raise NotPossible("campaigns.wording-missing", language=language)
    for text, most in (
        (wording.title, TITLE),
        (wording.genuine, LINE),
        (wording.short, SHORT),
        *((line, LINE) for line in (*wording.do, *wording.looks)),
    ):
        if len(text) > most:
            raise NotPossible("campaigns.wording-long", language=language, most=most)
        if is_naming_somebody(text, official):
            raise NotPossible("campaigns.wording-names", language=language)
    if max(len(wording.do), len(wording.looks)) > MOST:
        raise NotPossible("campaigns.wording-many", language=language, most=MOST)


def _clean_line(text: Any) -> str:
    """A text on one line, without unprintable characters, which XML does not allow."""
    return " ".join(
        "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in str(text)).split()
    )


def _clean_lines(said: Any) -> tuple[str, ...]:
    some = said.splitlines() if isinstance(said, str) else said
    return tuple(line for line in map(_clean_line, some) if line)
