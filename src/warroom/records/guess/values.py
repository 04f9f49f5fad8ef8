"""Their words into ours: for closed lists, currencies, and banks that are written by name or number."""

import re
from collections.abc import Mapping

from warroom.records.currencies import CODES
from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.matching import File
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import known_value
from warroom.records.table import Column

_CODES = frozenset(CODES.to_pylist())
_MASKED = re.compile(r"[xX*•]{2,}|[xX]-[xX]")
MOST = 200


def values_of(file: File, columns: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], list[Doubt]]:
    """[values] for the columns that were matched, and the words that nobody knows."""
    found: dict[str, dict[str, str]] = {}
    doubts: list[Doubt] = []
    for name, theirs in columns.items():
        column, each = file.table.by_name[name], file.named(theirs)
        if column.kind == "currency":
            words, more = _currencies(column, each)
        elif column.kind == "bank":
            words, more = _banks(column, each)
        elif column.values:
            words, more = _choices(column, each)
        else:
            words, more = {}, _odd(column, each)
        doubts += more
        if words:
            found[name] = words
    return found, doubts


def _choices(column: Column, each: Profile) -> tuple[dict[str, str], list[Doubt]]:
    words = {text: known_value(text, column.name) for text in each.counts if text not in column.values}
    known = {text: ours for text, ours in words.items() if ours in column.values}
    unknown = [text for text in words if text not in known]
    slot = f"values.{column.name}"
    return _kept(known), [
        doubt(
            slot,
            "guess.words",
            f"[{slot}] {', '.join(column.values)}",
            theirs=each.name,
            words=quoted(unknown),
        )
    ] if unknown else []


def _currencies(column: Column, each: Profile) -> tuple[dict[str, str], list[Doubt]]:
    words = {text: known_value(text, "currency") for text in each.counts if text.upper() not in _CODES}
    known = {text: ours for text, ours in words.items() if ours}
    unknown = [text for text in words if text not in known]
    return known, [doubt("values.currency", "guess.currency-words", words=quoted(unknown))] if unknown else []


def _banks(column: Column, each: Profile) -> tuple[dict[str, str], list[Doubt]]:
    """Banks by name or by number become codes of letters, since other files write these; such codes stay as they are."""
    texts = list(each.counts)[:MOST]
    numbers = [text for text in texts if text.isdigit()]
    numbered = {text: code for text in numbers if (code := known_value(text, "bank"))}
    # Where most numbers are no Thai bank's, the few that are may be another country's.
    if len(numbered) * 2 < len(numbers):
        numbered = {}
    names = {
        text: code
        for text in texts
        if (code := known_value(text, "bank"))
        and text.upper() != code
        and not re.fullmatch(r"[A-Z]{3,5}|[0-9]+", text)
    }
    unknown = [text for text in numbers if text not in numbered]
    doubts = [
        *_asked_about(column, each, "guess.bank-names", _shown(names)),
        *_asked_about(column, each, "guess.bank-numbers", _shown(numbered)),
        *_asked_about(column, each, "guess.bank-digits", quoted(unknown) if unknown else ""),
    ]
    return names | numbered, doubts


def _shown(banks: Mapping[str, str]) -> str:
    return ", ".join(f"'{text}' = {code}" for text, code in list(banks.items())[:4])


def _asked_about(column: Column, each: Profile, code: str, words: str) -> list[Doubt]:
    return [doubt(f"values.{column.name}", code, theirs=each.name, words=words)] if words else []


def _odd(column: Column, each: Profile) -> list[Doubt]:
    slot = f"columns.{column.name}"
    if column.kind in ("account", "text") and each.shortened > 0.05:
        return [doubt(slot, "guess.shortened", theirs=each.name)]
    masked = sum(bool(_MASKED.search(text)) for text in each.values)
    if column.kind == "account" and masked > len(each.values) * 0.05:
        return [doubt(slot, "guess.masked", theirs=each.name)]
    return []


def _kept(known: Mapping[str, str | None]) -> dict[str, str]:
    return {text: ours for text, ours in known.items() if ours}
