"""Their words into ours: for closed lists, currencies, and banks that are written by name or number."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from warroom.records.currencies import CODES
from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.evidence import ask_about_short_accounts
from warroom.records.guess.matching import ProfiledFile
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import find_known_value, normalize_text, parse_heading
from warroom.records.table import TableColumn
from warroom.records.written import parse_written_amounts

_CODES = frozenset(CODES.to_pylist())
_MASKED = re.compile(r"[xX*•]{2,}|[xX]-[xX]")
_DEPOSIT = re.compile(
    r"ฝาก|เติมเงิน|เงินเข้า|deposit|cash[ -]?in\b|\bpa(?:id|y)[ -]?in\b|lodge?ment|top[ -]?up|\bcdm\b|\bvklad\b"
)
_WITHDRAWAL = re.compile("ถอน|withdraw")
_BRANCH = re.compile(r" +[-–/] +| *สาขา| +(?:\w+ +){0,3}(?:branch|office)\b| *\(", re.IGNORECASE)
"""The separator between a bank's name and its branch."""
# Different banks looked at, chosen: more spellings than any country has banks.
MOST = 200


def guess_values(
    file: ProfiledFile, columns: Mapping[str, str], *, is_statement: bool = False
) -> tuple[dict[str, dict[str, str]], list[Doubt]]:
    """The mapping's section [values] for the matched columns, with questions about words that no list has."""
    words_by_column: dict[str, dict[str, str]] = {}
    doubts: list[Doubt] = []
    for name, theirs in columns.items():
        column, profile = file.table.by_name[name], file.get_column(theirs)
        if column.kind == "currency":
            words, more = _guess_currencies(column, profile)
        elif column.kind == "bank":
            words, more = _guess_banks(column, profile)
        elif column.name == "channel":
            others = (
                file.get_column(columns["payer_bank"]) if is_statement and "payer_bank" in columns else None
            )
            words, more = _guess_channels(
                column, profile, _list_deposit_words(profile, others, is_statement=is_statement)
            )
        elif column.values:
            words, more = _guess_choices(column, profile)
        else:
            words, more = {}, _ask_about_odd_texts(column, profile)
        doubts += more
        if words:
            words_by_column[name] = words
    return words_by_column, doubts


def _guess_choices(column: TableColumn, profile: Profile) -> tuple[dict[str, str], list[Doubt]]:
    words = {
        text: find_known_value(text, column.name)
        for text in profile.counts_by_value
        if text not in column.values
    }
    known = {text: ours for text, ours in words.items() if ours in column.values}
    unknown = [text for text in words if text not in known]
    slot = f"values.{column.name}"
    return _drop_unknown(known), [
        make_doubt(
            slot,
            "guess.words",
            f"[{slot}] {', '.join(column.values)}",
            theirs=profile.name,
            words=quote_names(unknown),
        )
    ] if unknown else []


def _list_deposit_words(profile: Profile, others: Profile | None, *, is_statement: bool) -> list[str]:
    """The words of money that was paid in and has not left. In a statement the way of the money says so already, but for rows that
    name the bank of another side, from which it came.
    """
    if not is_statement:
        return [text for text in profile.counts_by_value if is_deposit_word(text)]
    named = others.cells if others else ()
    return list(
        dict.fromkeys(
            text for text, other in zip(profile.cells, named, strict=False) if other and is_deposit_word(text)
        )
    )


def _guess_channels(
    column: TableColumn, profile: Profile, deposits: list[str]
) -> tuple[dict[str, str], list[Doubt]]:
    """Channels; words of money that was paid in count as transfers and are asked about."""
    others = replace(profile, values=[text for text in profile.values if text not in deposits])
    known, doubts = _guess_choices(column, others)
    if not deposits:
        return known, doubts
    place = f'[values.channel], or [turned] "{profile.name}" = ["{deposits[0]}"]'
    asked = make_doubt(
        "values.channel", "guess.paid-in", place, theirs=profile.name, words=quote_names(deposits)
    )
    return known | dict.fromkeys(deposits, "transfer"), [*doubts, asked]


def is_deposit_word(text: str) -> bool:
    """Whether a word says that money was paid in."""
    said = normalize_text(text)
    return bool(_DEPOSIT.search(said)) and not _WITHDRAWAL.search(said)


def _guess_currencies(column: TableColumn, profile: Profile) -> tuple[dict[str, str], list[Doubt]]:
    words = {
        text: find_known_value(text, "currency")
        for text in profile.counts_by_value
        if text.upper() not in _CODES
    }
    known = {text: ours for text, ours in words.items() if ours}
    unknown = [text for text in words if text not in known]
    return known, [
        make_doubt("values.currency", "guess.currency-words", words=quote_names(unknown))
    ] if unknown else []


def _guess_banks(column: TableColumn, profile: Profile) -> tuple[dict[str, str], list[Doubt]]:
    """Banks by name or by number become codes of letters, since other files write these; such codes stay as they are."""
    texts = list(profile.counts_by_value)[:MOST]
    numbers = [text for text in texts if text.isdigit()]
    numbered = {text: code for text in numbers if (code := find_known_value(text, "bank"))}
    # Where most numbers are no Thai bank's, the few that are may be another country's.
    if len(numbered) * 2 < len(numbers):
        numbered = {}
    names = {
        text: code
        for text in texts
        if (code := find_known_value(text, "bank") or find_known_value(_BRANCH.split(text)[0], "bank"))
        and text.upper() != code
        # Three to five capitals are a bank's code in other files too, so they are left as they are.
        and not re.fullmatch(r"[A-Z]{3,5}|[0-9]+", text)
    }
    unknown = [text for text in numbers if text not in numbered]
    doubts = [
        *_ask_about_banks(column, profile, "guess.bank-names", _format_banks(names)),
        *_ask_about_banks(column, profile, "guess.bank-numbers", _format_banks(numbered)),
        *_ask_about_banks(column, profile, "guess.bank-digits", quote_names(unknown) if unknown else ""),
    ]
    return names | numbered, doubts


def _format_banks(banks: Mapping[str, str]) -> str:
    return ", ".join(f"'{text}' = {code}" for text, code in list(banks.items())[:4])


def _ask_about_banks(column: TableColumn, each: Profile, code: str, words: str) -> list[Doubt]:
    return [make_doubt(f"values.{column.name}", code, theirs=each.name, words=words)] if words else []


def _ask_about_odd_texts(column: TableColumn, profile: Profile) -> list[Doubt]:
    slot = f"columns.{column.name}"
    # One in twenty: a few odd cells are quarantined by the reader anyway.
    if column.kind in ("account", "text") and profile.shortened_share > 0.05:
        return [make_doubt(slot, "guess.shortened", theirs=profile.name)]
    masked = sum(bool(_MASKED.search(text)) for text in profile.values)
    if column.kind == "account" and masked > len(profile.values) * 0.05:
        return [make_doubt(slot, "guess.masked", theirs=profile.name)]
    return ask_about_short_accounts(slot, profile) if column.kind == "account" else []


def _drop_unknown(known: Mapping[str, str | None]) -> dict[str, str]:
    return {text: ours for text, ours in known.items() if ours}


def find_currency_in_heading(name: str) -> str | None:
    """The currency that a heading says, by its code or a word for baht."""
    code = next((word for word in re.findall(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", name) if word in _CODES), None)
    return code or ("THB" if "baht" in parse_heading(name).concepts else None)


def list_written_currencies(each: Profile) -> set[str]:
    """The currencies that amounts are written with."""
    _, units = parse_written_amounts(pa.array(list(each.counts_by_value), pa.string()))
    return set() if units is None else {unit for unit in units.to_pylist() if unit}
