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
class Flaw:
    """A fault that makes a row unreadable. `change`: of its values; a fault of the written line has none."""

    name: str
    column: str
    code: str
    change: Callable[[Row], Row] | None = None


@dataclass(frozen=True, slots=True)
class Dirt:
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


def _set(column: str, value: Any) -> Callable[[Row], Row]:
    return lambda row: {**row, column: value}


def _years(row: Row, column: str, years: int) -> Row:
    """The same day, hour and minute in another calendar's year; 29 February becomes the 28th."""
    time = row[column]
    day = 28 if (time.month, time.day) == (2, 29) else time.day
    return {**row, column: time.replace(year=time.year + years, day=day)}


def flaws_of(table: str, *, buddhist: bool = False) -> list[Flaw]:
    """The faults that rows of a table may have whatever the format: by its columns."""
    found = []
    for column in TABLES[table]:
        if column.positive:
            found.append(Flaw("negative amount", column.name, "not_positive", _negative(column.name)))
            found.append(Flaw("zero amount", column.name, "not_positive", _set(column.name, Decimal("0.00"))))
        elif column.low == 0 and column.kind == "money":
            found.append(Flaw("negative amount", column.name, "range", _set(column.name, Decimal("-1.00"))))
        if column.required and column.type == ARROW["text"] and column.default is None and not column.values:
            found.append(Flaw(f"no {column.name}", column.name, "required", _set(column.name, None)))
        if column.values:
            found.append(Flaw(f"unknown {column.name}", column.name, "choice", _set(column.name, "??")))
        if column.kind == "time" and column.required:
            ahead, code = (-YEARS_543, "too_old") if buddhist else (YEARS_543, "buddhist")
            found.append(Flaw("other calendar", column.name, code, _calendar(column.name, ahead)))
    return found


def _negative(column: str) -> Callable[[Row], Row]:
    return lambda row: {**row, column: -row[column]}


def _calendar(column: str, years: int) -> Callable[[Row], Row]:
    return lambda row: _years(row, column, years)


def swapped(number: str) -> str:
    """Two neighbouring digits the wrong way round, as a hand types them."""
    for at in range(len(number) - 1, 4, -1):
        if number[at] != number[at - 1]:
            return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    return number


def typing_errors(row: Row) -> Sequence[tuple[str, Row]]:
    """Faults in a payment that are accepted, and corrected a day later: what it is called, and the faulty row."""
    return (
        ("payee's digits swapped", {**row, "payee": swapped(row["payee"])}),
        ("local time written as UTC", {**row, "time": row["time"] + timedelta(hours=7)}),
    )
