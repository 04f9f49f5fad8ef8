"""What is wrong with rows in real deliveries: each kind of fault, what it does to a row, and what becomes of the row.

Faults of one kind are refused when they are read, with a column and a code; others are taken for what they say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from warroom.records.table import ARROW
from warroom.records.tables import TABLES

Row = dict[str, Any]
YEARS_543 = 543


@dataclass(frozen=True, slots=True)
class RowFlaw:
    """A fault that makes a row unreadable. `change`: of its values; a fault of the written line has none."""

    name: str
    column: str
    code: str
    change: Callable[[Row], Row] | None = None


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A faulty row as it lies in a file: what the quarantine will say of it, or, accepted, what was wrong with it."""

    partner: str
    table: str
    file: str
    line: int
    kind: str
    accepted: bool
    column: str = ""
    code: str = ""
    record_id: str = ""


def _make_setter(column: str, value: Any) -> Callable[[Row], Row]:
    return lambda row: {**row, column: value}


def _shift_years(row: Row, column: str, years: int) -> Row:
    """The same day, hour and minute in another calendar's year; 29 February becomes the 28th."""
    time = row[column]
    day = 28 if (time.month, time.day) == (2, 29) else time.day
    return {**row, column: time.replace(year=time.year + years, day=day)}


def list_flaws(table: str, *, buddhist: bool = False) -> list[RowFlaw]:
    """The faults that rows of a table may have whatever the format: by its columns."""
    flaws = []
    for column in TABLES[table]:
        if column.positive:
            flaws.append(RowFlaw("negative amount", column.name, "not_positive", _make_negation(column.name)))
            flaws.append(
                RowFlaw(
                    "zero amount", column.name, "not_positive", _make_setter(column.name, Decimal("0.00"))
                )
            )
        elif column.low == 0 and column.kind == "money":
            flaws.append(
                RowFlaw("negative amount", column.name, "range", _make_setter(column.name, Decimal("-1.00")))
            )
        if column.required and column.type == ARROW["text"] and column.default is None and not column.values:
            flaws.append(
                RowFlaw(f"no {column.name}", column.name, "required", _make_setter(column.name, None))
            )
        if column.values:
            flaws.append(
                RowFlaw(f"unknown {column.name}", column.name, "choice", _make_setter(column.name, "??"))
            )
        if column.kind == "time" and column.required:
            ahead, code = (-YEARS_543, "too_old") if buddhist else (YEARS_543, "buddhist")
            flaws.append(RowFlaw("other calendar", column.name, code, _make_year_shift(column.name, ahead)))
    return flaws


def _make_negation(column: str) -> Callable[[Row], Row]:
    return lambda row: {**row, column: -row[column]}


def _make_year_shift(column: str, years: int) -> Callable[[Row], Row]:
    return lambda row: _shift_years(row, column, years)


def swap_digits(number: str) -> str:
    """Two neighbouring digits the wrong way round, as a hand types them."""
    for at in range(len(number) - 1, 4, -1):
        if number[at] != number[at - 1]:
            return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    return number


def list_typing_errors(row: Row) -> Sequence[tuple[str, Row]]:
    """Faults in a payment that are accepted, and corrected a day later: what it is called, and the faulty row."""
    return (
        ("payee's digits swapped", {**row, "payee": swap_digits(row["payee"])}),
        ("local time written as UTC", {**row, "time": row["time"] + timedelta(hours=7)}),
    )
