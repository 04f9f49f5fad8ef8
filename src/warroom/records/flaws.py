"""What can be wrong with a value: a code and a sentence for each, and the rows it concerns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.bilingual.texts import Texts
from warroom.records.table import TableColumn
from warroom.sentences.sentence import Sentence

Rows = npt.NDArray[np.int64]

QUARANTINE_REASONS = {
    "required": "flaws.required",
    "number": "flaws.number",
    "comma": "flaws.comma",
    "point": "flaws.point",
    "not_finite": "flaws.not-finite",
    "not_positive": "flaws.not-positive",
    "reversal": "flaws.reversal",
    "unpaid": "flaws.unpaid",
    "taken_back": "flaws.taken-back",
    "minor": "flaws.minor",
    "fraction": "flaws.fraction",
    "digits": "flaws.digits",
    "decimals": "flaws.decimals",
    "integer": "flaws.integer",
    "range": "flaws.range",
    "time": "flaws.time",
    "no_unit": "flaws.no-unit",
    "no_zone": "flaws.no-zone",
    "buddhist": "flaws.buddhist",
    "future": "flaws.future",
    "century": "flaws.century",
    "too_old": "flaws.too-old",
    "choice": "flaws.choice",
    "flag": "flaws.flag",
    "list": "flaws.list",
    "currency": "flaws.currency",
    "unit": "flaws.unit",
    "one_way": "flaws.one-way",
    "direction": "flaws.direction",
    "no_account": "flaws.no-account",
    "placeholder": "flaws.placeholder",
    "several": "flaws.several",
    "named": "flaws.named",
    "lettered": "flaws.lettered",
    "extended": "flaws.extended",
    "long_number": "flaws.long-number",
    "other_side": "flaws.other-side",
    "rounded": "flaws.rounded",
    "shortened": "flaws.shortened",
    "too_long": "flaws.too-long",
    "control": "flaws.control",
}
"""Why a row is put into the quarantine: each flaw with its sentence, a code of `sentences/flaws.toml`."""

SHOWN = 80
"""Characters of a value that a sentence shows."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Rows of a batch, by their positions, whose value has one thing wrong with it."""

    code: str
    rows: Rows


def make_flaw(code: str, mask: npt.NDArray[np.bool_]) -> list[Flaw]:
    """The flaw at the positions where `mask` is true: none or one."""
    rows = np.flatnonzero(mask)
    return [Flaw(code, rows)] if len(rows) else []


def group_flaws(found: Iterable[tuple[int, str]]) -> list[Flaw]:
    """Flaws from pairs of position and code."""
    by_code: dict[str, list[int]] = {}
    for row, code in found:
        by_code.setdefault(code, []).append(row)
    return [Flaw(code, np.array(rows, dtype=np.int64)) for code, rows in by_code.items()]


def format_flaw(code: str, column: TableColumn, value: object) -> Sentence:
    """The reason for a person, with the column's name and a short form of the value."""
    code = "reversal" if code == "not_positive" and _is_negative(str(value)) else code
    shown = str(value)
    # Bounded: a value may be a whole file that lacks its quote.
    shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"
    return Sentence(
        QUARANTINE_REASONS[code],
        column=Texts(column.label.th, column.name),
        value=f"'{shown}'",
        values=", ".join(column.values),
        low="any" if column.low is None else f"{column.low:g}",
        high="any" if column.high is None else f"{column.high:g}",
        oldest=get_min_year(column),
        limit=get_max_length(column),
    )


def _is_negative(value: str) -> bool:
    """Whether an amount is written as less than nothing, and holds a figure that is not nought."""
    return bool(re.search(r"[1-9๑-๙]", value) and re.search(r"[-\u2212(]", value))


def get_min_year(column: TableColumn) -> int:
    """The earliest year that a time of this column may have."""
    # Chosen: no founding date here is older than 1700, and no electronic payment older than 1990.
    return 1700 if column.old else 1990


def get_max_length(column: TableColumn) -> int:
    """The most characters a text of this column may have."""
    # Characters, chosen: free text of reports, and a limit against cells that hold a whole document.
    return 1_000_000 if column.long else 4_000
