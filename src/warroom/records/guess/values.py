"""Their words into ours: for closed lists, currencies, and banks that are written by name or number."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from warroom.records.currencies import CODES
from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.evidence import ask_about_short_accounts
from warroom.records.guess.matching import File
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import heading, known_value, plain
from warroom.records.table import Column
from warroom.records.written import bare

_CODES = frozenset(CODES.to_pylist())
_MASKED = re.compile(r"[xX*•]{2,}|[xX]-[xX]")
_DEPOSIT = re.compile(
    r"ฝาก|เติมเงิน|เงินเข้า|deposit|cash[ -]?in\b|\bpa(?:id|y)[ -]?in\b|lodge?ment|top[ -]?up|\bcdm\b|\bvklad\b"
)
_WITHDRAWAL = re.compile("ถอน|withdraw")
_BRANCH = re.compile(r" +[-–/] +| *สาขา| +(?:\w+ +){0,3}(?:branch|office)\b| *\(", re.IGNORECASE)
"""What stands between a bank and its branch."""
MOST = 200


def values_of(
    file: File, columns: Mapping[str, str], *, is_statement: bool = False
) -> tuple[dict[str, dict[str, str]], list[Doubt]]:
    """[values] for the columns that were matched, and the words that nobody knows."""
    found: dict[str, dict[str, str]] = {}
    doubts: list[Doubt] = []
    for name, theirs in columns.items():
        column, each = file.table.by_name[name], file.named(theirs)
        if column.kind == "currency":
            words, more = _currencies(column, each)
        elif column.kind == "bank":
            words, more = _banks(column, each)
        elif column.name == "channel":
            others = file.named(columns["payer_bank"]) if is_statement and "payer_bank" in columns else None
            words, more = _channels(column, each, _deposits(each, others, is_statement=is_statement))
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


def _deposits(each: Profile, others: Profile | None, *, is_statement: bool) -> list[str]:
    """The words of money that was paid in and has not left. In a statement the way of the money says so already, but for rows that
    name the bank of another side, from which it came.
    """
    if not is_statement:
        return [text for text in each.counts if is_deposit(text)]
    named = others.cells if others else ()
    return list(
        dict.fromkeys(
            text for text, other in zip(each.cells, named, strict=False) if other and is_deposit(text)
        )
    )


def _channels(column: Column, each: Profile, deposits: list[str]) -> tuple[dict[str, str], list[Doubt]]:
    """Channels; words of money that was paid in count as transfers and are asked about."""
    others = replace(each, values=[text for text in each.values if text not in deposits])
    known, doubts = _choices(column, others)
    if not deposits:
        return known, doubts
    place = f'[values.channel], or [turned] "{each.name}" = ["{deposits[0]}"]'
    asked = doubt("values.channel", "guess.paid-in", place, theirs=each.name, words=quoted(deposits))
    return known | dict.fromkeys(deposits, "transfer"), [*doubts, asked]


def is_deposit(text: str) -> bool:
    """Whether a word says that money was paid in."""
    said = plain(text)
    return bool(_DEPOSIT.search(said)) and not _WITHDRAWAL.search(said)


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
        if (code := known_value(text, "bank") or known_value(_BRANCH.split(text)[0], "bank"))
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
    return ask_about_short_accounts(slot, each) if column.kind == "account" else []


def _kept(known: Mapping[str, str | None]) -> dict[str, str]:
    return {text: ours for text, ours in known.items() if ours}


def currency_in(name: str) -> str | None:
    """The currency that a heading says, by its code or a word for baht."""
    code = next((word for word in re.findall(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", name) if word in _CODES), None)
    return code or ("THB" if "baht" in heading(name).concepts else None)


def units_of(each: Profile) -> set[str]:
    """The currencies that amounts are written with."""
    _, units = bare(pa.array(list(each.counts), pa.string()))
    return set() if units is None else {unit for unit in units.to_pylist() if unit}
