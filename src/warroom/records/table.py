"""What a table is: its columns, each with a kind, a unit and a meaning, and the Arrow schema of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "time", "money", "integer", "number", "flag", "list"]

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "time": pa.timestamp("us", "UTC"),
    # Exact: sums of floats lose satang. 18 digits, since as satang they still fit 64 bits.
    "money": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "list": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, and which values it may take.

    `values` is the closed list of allowed texts (empty: any text). `low` and `high` bound a number, both
    included; `positive` asks for more than zero. `default` stands where a file brings no such column.
    `future` allows times after the delivery (a deadline), `old` allows times before 1990 (a founding date),
    `long` allows texts over 4,000 characters.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    positive: bool = False
    default: str | None = None
    future: bool = False
    old: bool = False
    long: bool = False

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of this column."""
        return ARROW[self.kind]


COMMON = (
    Column(
        "record_id",
        "text",
        "",
        "The record's number at its source; sha256(file)[:12]:line where it has none.",
    ),
    Column("source", "text", "", "Who sent the record.", required=True),
    Column("delivery_id", "text", "", "The delivery the record came with.", required=True),
    Column(
        "received_at",
        "time",
        "UTC",
        "When the record arrived here, or at the partner in a backfill.",
        required=True,
    ),
    Column(
        "sha256", "text", "hexadecimal", "The sha256 of the file the record was read from.", required=True
    ),
    Column(
        "line", "integer", "line", "Its physical line in a text file, or its row or entry number, from 1."
    ),
)


@dataclass(frozen=True)
class Table:
    """A table of the lake. `time_column`: the moment a row is about; None where rows are no events."""

    name: str
    columns: tuple[Column, ...]
    meaning: str
    time_column: str | None = None

    @cached_property
    def schema(self) -> pa.Schema:
        """The schema of a row in the lake: the common columns, then the table's own."""
        return pa.schema([pa.field(column.name, column.type) for column in (*COMMON, *self.columns)])

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The table's own columns by their names."""
        return {column.name: column for column in self.columns}

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


def text(name: str, meaning: str, unit: str = "", *, required: bool = False, long: bool = False) -> Column:
    """A free text column."""
    return Column(name, "text", unit, meaning, required=required, long=long)


def choice(
    name: str, meaning: str, *values: str, required: bool = False, default: str | None = None
) -> Column:
    """A text column with a closed list of values."""
    return Column(
        name, "text", "one of the listed", meaning, required=required, values=values, default=default
    )


def moment(
    name: str, meaning: str, *, required: bool = False, future: bool = False, old: bool = False
) -> Column:
    """A time column."""
    return Column(name, "time", "UTC", meaning, required=required, future=future, old=old)
