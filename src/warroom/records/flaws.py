"""What can be wrong with a value: a code and a sentence for each, and the rows it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.records.table import Column

Rows = npt.NDArray[np.int64]

SENTENCES = {
    "required": "{column} is empty; it must be given.",
    "number": "{column} is {value}, which is not a number.",
    "comma": '{column} is {value}; if its comma marks the decimals, declare decimal = ",".',
    "point": '{column} is {value}; where decimal = "," is declared a point only parts groups of three digits.',
    "not_finite": "{column} is {value}; it must be a finite number.",
    "not_positive": "{column} is {value}; it must be more than zero.",
    "digits": "{column} is {value}, which has more than 16 digits before the point.",
    "decimals": "{column} is {value}, which has more than 2 decimals; it is not rounded here.",
    "integer": "{column} is {value}, which is not a whole number.",
    "range": "{column} is {value}; it must be between {low} and {high}.",
    "time": "{column} is {value}, which is not a time as declared.",
    "no_unit": "{column} is the number {value}; declare unit, or epoch and step, in [time] of the mapping.",
    "no_zone": '{column} is {value}, which names no time zone; declare zone = "Asia/Bangkok" or another.',
    "buddhist": '{column} is {value}, which looks Buddhist: declare calendar = "buddhist".',
    "future": "{column} is {value}, more than a day after the file arrived.",
    "century": "{column} is {value}, whose year of two digits would be to come; declare the century, as in century = 1900, "
    'or calendar = "buddhist" in [time].',
    "too_old": "{column} is {value}, which is before {oldest}.",
    "choice": "{column} is {value}; it must be one of {values}.",
    "flag": "{column} is {value}; it must be true or false.",
    "list": "{column} is {value}, which is not a list of texts.",
    "currency": "{column} is {value}, which is no code of ISO 4217 such as THB; give its code in [values.{column}].",
    "unit": "{column} is {value}, whose unit is not the row's currency; map the currency, or give it in [constants].",
    "one_way": "{column} must stand in one of the two columns that [direction] names, and not in both.",
    "direction": "{column} went no known way: {value} is in neither list of [direction], out or in.",
    "no_account": "{column} is empty: the message names no account there, and without one no money can be followed.",
    "placeholder": "{column} is {value}, which stands for no account or hides its digits: payments of strangers would become "
    "those of one account. Ask for the whole number.",
    "other_side": "{column} is empty: the statement names no other side here; only rows of the channel cash may lack it.",
    "rounded": "{column} is {value}: a number this long was rounded; export it as text.",
    "shortened": "{column} is {value}: a spreadsheet has shortened this number; export the column as text.",
    "too_long": "{column} has more than {limit} characters.",
    "control": "{column} holds control characters.",
}

SHOWN = 80
"""Characters of a value that a sentence shows."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Rows of a batch, by their positions, whose value has one thing wrong with it."""

    code: str
    rows: Rows


def flaw(code: str, mask: npt.NDArray[np.bool_]) -> list[Flaw]:
    """The flaw at the positions where `mask` is true: none or one."""
    rows = np.flatnonzero(mask)
    return [Flaw(code, rows)] if len(rows) else []


def flaws(found: Iterable[tuple[int, str]]) -> list[Flaw]:
    """Flaws from pairs of position and code."""
    by_code: dict[str, list[int]] = {}
    for row, code in found:
        by_code.setdefault(code, []).append(row)
    return [Flaw(code, np.array(rows, dtype=np.int64)) for code, rows in by_code.items()]


def sentence(code: str, column: Column, value: object) -> str:
    """The reason for a person, with the column's name and a short form of the value."""
    shown = str(value)
    shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"
    return SENTENCES[code].format(
        column=column.name,
        value=f"'{shown}'",
        values=", ".join(column.values),
        low="any" if column.low is None else f"{column.low:g}",
        high="any" if column.high is None else f"{column.high:g}",
        oldest=oldest(column),
        limit=longest(column),
    )


def oldest(column: Column) -> int:
    """The first year a time of this column may lie in."""
    return 1700 if column.old else 1990


def longest(column: Column) -> int:
    """The most characters a text of this column may have."""
    return 1_000_000 if column.long else 4_000
