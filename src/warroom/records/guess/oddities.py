"""Values that do not fit their column, as the readers see them: the column is kept, and they are shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from warroom.records import numbers
from warroom.records.guess.doubts import Doubt, join_labels, make_doubt, quote_names
from warroom.records.guess.evidence import ask_about_whole_amounts
from warroom.records.guess.matching import ProfiledFile
from warroom.records.guess.profile import SHORTENED, Profile
from warroom.records.guess.units import WRITE
from warroom.records.mapping import SCALES
from warroom.records.table import TableColumn

SAID = ("not_positive", "range")
"""What an amount may be and still is one."""
SHOWN = 6
"""Values that a question shows."""


def ask_about_amounts(
    file: ProfiledFile,
    columns: Mapping[str, Any],
    stated: Mapping[str, Any],
    decimal: str,
    unit: str,
    currencies: Sequence[str] = (),
) -> list[Doubt]:
    """Questions about amounts that cannot be read, and about those that a spreadsheet may have rounded."""
    read = [
        (file.table.by_name[ours], file.get_column(theirs))
        for ours, theirs in columns.items()
        if isinstance(theirs, str)
    ]
    amounts = [(column, profile) for column, profile in read if column.kind == "money"]
    if "amount" in file.table.by_name:
        named = [stated[key] for key in ("out", "in") if isinstance(stated.get(key), str)]
        amounts += [(file.table.by_name["amount"], file.get_column(name)) for name in named]
    doubts: list[Doubt] = []
    for column, profile in amounts:
        doubts += _ask_about_column(column, profile, decimal, unit)
        if unit == "one" and column.name == "amount":
            doubts += ask_about_whole_amounts(profile, currencies)
    return doubts


def _ask_about_column(column: TableColumn, profile: Profile, decimal: str, unit: str) -> list[Doubt]:
    doubts = []
    odd, fine = _list_unread_values(column, profile, decimal, unit)
    if odd:
        doubts.append(ask_about_odd_values(column, profile, odd))
    if fine:
        words = quote_names(fine, SHOWN)
        doubts.append(
            make_doubt("amount.unit", "guess.fine-decimals", WRITE, theirs=profile.name, words=words)
        )
    if short := [text for text in profile.counts_by_value if SHORTENED.match(text)]:
        words = quote_names(short, SHOWN)
        doubts.append(
            make_doubt(f"columns.{column.name}", "guess.shortened-amounts", theirs=profile.name, words=words)
        )
    return doubts


def ask_about_odd_values(column: TableColumn, each: Profile, odd: list[str]) -> Doubt:
    """The question about values of a column that do not fit it."""
    count = sum(each.counts_by_value[text] for text in odd)
    return make_doubt(
        f"columns.{column.name}", "guess.odd-values", theirs=each.name, name=join_labels([column]), count=count, all=len(each.values),
        words=quote_names(odd, SHOWN),
    )  # fmt: skip


def _list_unread_values(
    column: TableColumn, profile: Profile, decimal: str, unit: str
) -> tuple[list[str], list[str]]:
    """The different values that the reader takes for no amount, and of them those with more than two decimals. Less than nothing is
    an amount, and asked about by itself.
    """
    texts = list(profile.counts_by_value)
    _, flaws = numbers.convert_money(pa.array(texts, pa.string()), column, decimal, SCALES[unit])
    rows = sorted(
        (row, each_.code) for each_ in flaws if each_.code not in SAID for row in each_.rows.tolist()
    )
    return [texts[row] for row, _ in rows], [texts[row] for row, code in rows if code == "decimals"]
