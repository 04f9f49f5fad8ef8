"""Values that do not fit the column that they stand in, as the readers see them: the column is kept, and they are shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from warroom.records import numbers
from warroom.records.guess.doubts import Doubt, called, doubt, quoted
from warroom.records.guess.evidence import ask_about_whole
from warroom.records.guess.matching import File
from warroom.records.guess.profile import SHORTENED, Profile
from warroom.records.guess.units import WRITE
from warroom.records.mapping import SCALES
from warroom.records.table import Column

SAID = ("not_positive", "range")
"""What an amount may be and still is one."""
SHOWN = 6
"""Values that a question shows."""


def ask_about_amounts(
    file: File,
    columns: Mapping[str, Any],
    stated: Mapping[str, Any],
    decimal: str,
    unit: str,
    currencies: Sequence[str] = (),
) -> list[Doubt]:
    """Questions about amounts that cannot be read, and about those that a spreadsheet may have rounded."""
    read = [
        (file.table.by_name[ours], file.named(theirs))
        for ours, theirs in columns.items()
        if isinstance(theirs, str)
    ]
    amounts = [(column, each) for column, each in read if column.kind == "money"]
    if "amount" in file.table.by_name:
        named = [stated[key] for key in ("out", "in") if isinstance(stated.get(key), str)]
        amounts += [(file.table.by_name["amount"], file.named(name)) for name in named]
    doubts: list[Doubt] = []
    for column, each in amounts:
        doubts += _ask_about(column, each, decimal, unit)
        if unit == "one" and column.name == "amount":
            doubts += ask_about_whole(each, currencies)
    return doubts


def _ask_about(column: Column, each: Profile, decimal: str, unit: str) -> list[Doubt]:
    doubts = []
    odd, fine = _unread(column, each, decimal, unit)
    if odd:
        doubts.append(odd_values(column, each, odd))
    if fine:
        words = quoted(fine, SHOWN)
        doubts.append(doubt("amount.unit", "guess.fine-decimals", WRITE, theirs=each.name, words=words))
    if short := [text for text in each.counts if SHORTENED.match(text)]:
        words = quoted(short, SHOWN)
        doubts.append(
            doubt(f"columns.{column.name}", "guess.shortened-amounts", theirs=each.name, words=words)
        )
    return doubts


def odd_values(column: Column, each: Profile, odd: list[str]) -> Doubt:
    """The question about values of a column that do not fit it."""
    count = sum(each.counts[text] for text in odd)
    return doubt(
        f"columns.{column.name}", "guess.odd-values", theirs=each.name, name=called([column]), count=count, all=len(each.values),
        words=quoted(odd, SHOWN),
    )  # fmt: skip


def _unread(column: Column, each: Profile, decimal: str, unit: str) -> tuple[list[str], list[str]]:
    """The different values that the reader takes for no amount, and of them those with more than two decimals. Less than nothing is
    an amount, and asked about by itself.
    """
    texts = list(each.counts)
    _, flaws = numbers.money(pa.array(texts, pa.string()), column, decimal, SCALES[unit])
    rows = sorted(
        (row, each_.code) for each_ in flaws if each_.code not in SAID for row in each_.rows.tolist()
    )
    return [texts[row] for row, _ in rows], [texts[row] for row, code in rows if code == "decimals"]
