"""What a table is: its columns, each with a kind, a unit and a meaning, and the Arrow schema of its rows.

A column also declares what other modules need: its label in both languages, the kind of subject that it
names, its sensitivity, and how it is searched. Look-up, search, masks, charts and pages read it here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypedDict, Unpack

import pyarrow as pa

from warroom.bilingual.texts import Texts
from warroom.marking import Mark
from warroom.records import arrow_alone  # noqa: F401 - for what it does
from warroom.subjects.kinds import KINDS, MARKS
from warroom.subjects.subject import ACCOUNT, Subject, find_account_in, make_account_subject

ColumnKind = Literal[
    "text", "account", "bank", "currency", "time", "money", "integer", "number", "flag", "list"
]
Typed = Literal["number", "phone", "domain", "any"]
"""How a column's texts are compared with what an officer types; `any` is what people wrote: whichever of the three it
looks like.
"""

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    # Texts of one spelling (`subjects.spelling`), and codes of a list that others keep.
    "account": pa.string(),
    "bank": pa.string(),
    "currency": pa.string(),
    "time": pa.timestamp("us", "UTC"),
    # Exact: sums of floats lose satang. 18 digits, since as satang they still fit 64 bits.
    "money": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "list": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: what it holds, in which unit, and which values it may take.

    `values` is the closed list of allowed texts (empty: any text). `low` and `high` bound a number, both
    included; `positive` asks for more than zero. `default` stands where a file brings no such column.
    `future` allows times after the delivery (a deadline), `old` allows times before 1990 (a founding date),
    `long` allows texts over 4,000 characters.

    `subject` is the kind of subject that it names (a telephone that is `typed` as any: where it looks like one), `beside`
    the column that completes it: an account's bank, or of what kind the subject is. `mark` is what it tells where its
    subject's kind does not say so, `words` whether it is searched by words, `typed` how what it names is found, `coded`
    whether its texts are codes with words though they are no closed list. `identifies`: it says who, whom, what or when,
    and a correction of a record changes some of these columns and never nearly all of them.
    """

    name: str
    kind: ColumnKind
    unit: str
    meaning: str
    label: Texts
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    positive: bool = False
    default: str | None = None
    future: bool = False
    old: bool = False
    long: bool = False
    subject: str = ""
    beside: str = ""
    mark: Mark | None = None
    words: bool = False
    typed: Typed | None = None
    coded: bool = False
    identifies: bool = False

    @property
    def is_free_text(self) -> bool:
        """Whether people write it as they like, so that it need not name what it is meant for."""
        return self.typed == "any" and not self.beside

    @property
    def effective_mark(self) -> Mark | None:
        """As what it is masked for those who do not need it."""
        return self.mark or MARKS.get(self.subject)

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of this column."""
        return ARROW[self.kind]


class ColumnOptions(TypedDict, total=False):
    """What a column may say beside its name, label and meaning: the fields of `TableColumn`."""

    required: bool
    low: float
    high: float
    positive: bool
    default: str
    future: bool
    old: bool
    long: bool
    subject: str
    beside: str
    mark: Mark
    words: bool
    typed: Typed
    coded: bool
    identifies: bool


def make_column(
    kind: ColumnKind, name: str, th: str, en: str, meaning: str, unit: str = "", **more: Unpack[ColumnOptions]
) -> TableColumn:
    """A column with its label in Thai and English."""
    return TableColumn(name, kind, unit, meaning, Texts(th, en), **more)


def make_text_column(
    name: str, th: str, en: str, meaning: str, unit: str = "", **more: Unpack[ColumnOptions]
) -> TableColumn:
    """A text column."""
    return make_column("text", name, th, en, meaning, unit, **more)


def make_choice_column(
    name: str, th: str, en: str, meaning: str, *values: str, **more: Unpack[ColumnOptions]
) -> TableColumn:
    """A text column with a closed list of values."""
    return TableColumn(name, "text", "one of the listed", meaning, Texts(th, en), values=values, **more)


def make_time_column(name: str, th: str, en: str, meaning: str, **more: Unpack[ColumnOptions]) -> TableColumn:
    """A time column."""
    return make_column("time", name, th, en, meaning, "UTC", **more)


COMMON = (
    make_text_column(
        "record_id",
        "หมายเลขระเบียน",
        "record number",
        "The record's number at its source; sha256(file)[:12]:line where it has none.",
    ),
    make_text_column("source", "แหล่งที่มา", "source", "Who sent the record.", required=True),
    make_text_column("delivery_id", "ชุดส่ง", "delivery", "The delivery the record came with.", required=True),
    make_time_column(
        "received_at",
        "ได้รับเมื่อ",
        "received",
        "When the record arrived here, or at the partner in a backfill.",
        required=True,
    ),
    make_text_column(
        "sha256",
        "ลายนิ้วมือของแฟ้ม",
        "file's fingerprint",
        "The sha256 of the file the record was read from.",
        "hexadecimal",
        required=True,
    ),
    make_column(
        "integer",
        "line",
        "บรรทัด",
        "line",
        "Its physical line in a text file, or its row or entry number, from 1.",
        "line",
    ),
)


@dataclass(frozen=True, slots=True)
class StatedTie:
    """A tie that each row states: the subject that `start` names is tied to the one that `end` names, since the moment in
    the column `since` (empty: since it was received).
    """

    start: str
    relation: str
    end: str
    since: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the lake. `time_column`: the moment a row is about; None where rows are no events.

    `subject` is the kind of subject that a row's own number names, `ties` the ties that each row states.
    """

    name: str
    label: Texts
    columns: tuple[TableColumn, ...]
    meaning: str
    time_column: str | None = None
    subject: str = ""
    ties: tuple[StatedTie, ...] = ()

    @cached_property
    def schema(self) -> pa.Schema:
        """The schema of a row in the lake: the common columns, then the table's own."""
        return pa.schema([pa.field(column.name, column.type) for column in (*COMMON, *self.columns)])

    @cached_property
    def by_name(self) -> dict[str, TableColumn]:
        """The columns of a row by their names, the common ones among them."""
        return {column.name: column for column in (*COMMON, *self.columns)}

    @cached_property
    def identifying_columns(self) -> tuple[TableColumn, ...]:
        """The columns that say who, whom, what and when a record is about; none where its number is the thing itself."""
        return tuple(column for column in self.columns if column.identifies)

    def are_different_things(self, row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether two rows with one number are about two things: less than a third of what both say of who, whom, what and
        when is the same. A correction keeps more than that.
        """
        filled = [
            name
            for name in (column.name for column in self.identifying_columns)
            if row.get(name) and other.get(name)
        ]
        same = sum(row[name] == other[name] for name in filled)
        # One column alone tells nothing apart: a report without transfers has but its time, and that may be corrected.
        # A third, chosen: a correction changes a field or two, while another thing shares hardly any.
        return len(filled) > 1 and 3 * same < len(filled)

    @cached_property
    def is_searched(self) -> bool:
        """Whether its rows are found by words, by what they name, or by their number; bulk tables are not."""
        return bool(self.subject) or any(one.words or one.typed for one in self.columns)

    def find_subject(self, column: str, text: str, row: Mapping[str, Any]) -> Subject | None:
        """The subject that a text in a column of a row names, None where its kind is none that is known."""
        own_column = self.by_name[column]
        if own_column.subject == ACCOUNT and own_column.beside:
            return make_account_subject(row[own_column.beside], text)
        kind_id = (
            self.subject
            if column == "record_id"
            else row.get(own_column.beside)
            if own_column.beside
            else own_column.subject
        )
        kind = KINDS.get(str(kind_id))
        if kind is None or kind.id == ACCOUNT:
            return find_account_in(text) if kind else None  # without its bank an account is nobody's
        return Subject(kind.id, text)

    def __iter__(self) -> Iterator[TableColumn]:
        return iter(self.columns)
