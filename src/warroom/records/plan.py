"""Which column of a file becomes which of ours; a file that lacks a required one is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.mapping import Direction, Mapping
from warroom.records.table import COMMON, Column, Table
from warroom.records.times import pattern
from warroom.sentences.sentence import Sentence

NEVER = ("nationality", "ethnicity", "ethnic_group", "race", "religion", "language", "sex", "gender")
"""What no table may hold, whatever a partner sends."""

STATED = ("payer_bank", "payer", "payee_bank", "payee", "amount")
"""What the rows of a statement say by their direction."""

LISTED = 12
"""Columns of a file that a sentence names."""

RECORD_ID, RECEIVED_AT = COMMON[0], COMMON[3]


@dataclass(frozen=True, slots=True)
class Field:
    """One of our columns and where its values come from: a column of the file, or one value for all rows."""

    column: Column
    theirs: str | None
    value: str | None = None
    parts: tuple[str, ...] = ()
    """The columns of the file that `theirs` is made of, where it is none of them itself."""
    empty: str = "required"
    """The flaw of a required value that is not there."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The file's columns that it takes."""
        return self.parts or (() if self.theirs is None else (self.theirs,))


def stated(name: str) -> str:
    """What the column is called that `statement` makes for one of ours."""
    return f"[direction] {name}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields of a table in their order, and what of the file is not used."""

    fields: tuple[Field, ...]
    notes: list[Sentence]
    unused: list[str] = dataclass_field(default_factory=list)
    consulted: tuple[str, ...] = ()
    """The file's columns that become none of ours, and say what a row is."""

    @property
    def needed(self) -> list[str]:
        """The file's columns that are read, each once."""
        read = (name for field in self.fields for name in field.reads)
        return list(dict.fromkeys([*read, *self.consulted]))

    @property
    def defaults(self) -> dict[str, str | None]:
        """What stands for each of them in a row that lacks it."""
        read = {name: field.column.default for field in self.fields for name in field.reads}
        return {**dict.fromkeys(self.consulted), **read}


def make_plan(
    table: Table, mapping: Mapping, found: Sequence[str], file: str, late: Sequence[str] = ()
) -> Plan:
    """Match a mapping with the columns found in a file; raises RecordsError naming what is missing.

    `late` are columns that may still come, in a file whose rows differ.
    """
    columns = _columns(table, mapping)
    check_mapping(table, mapping)
    match = _Match(mapping, list(found), list(late), file)
    fields = tuple(match.field(column) for column in columns)
    consulted = tuple(mapping.consulted)
    match.look_for(consulted)
    needed = Plan(fields, [], consulted=consulted).needed
    unused = [name for name in found if name and name not in needed]
    notes = [Sentence("records.columns-unused", columns=_listed(unused))] if unused else []
    return Plan(fields, notes, unused, consulted)


def _columns(table: Table, mapping: Mapping) -> list[Column]:
    arrival = [RECEIVED_AT] if mapping.terms.backfill else []
    return [RECORD_ID, *arrival, *table.columns]


def check_mapping(table: Table, mapping: Mapping) -> None:
    """Raise RecordsError for a column of the mapping that the table does not have."""
    known = [column.name for column in _columns(table, mapping)]
    if mapping.direction == Direction(mapping.direction.bank if mapping.direction else ""):
        raise RecordsError("mapping.direction-unsaid")
    for section, names in (
        ("columns", mapping.columns),
        ("columns", mapping.joined),
        ("direction", STATED if mapping.direction else ()),
        ("constants", mapping.constants),
        ("values", mapping.values),
        ("time", mapping.times),
    ):
        for name in names:
            if name.lower() in NEVER:
                raise RecordsError("mapping.forbidden", name=name, section=section)
            if name == "received_at" and name not in known:
                raise RecordsError("mapping.only-backfill")
            if name not in known:
                raise RecordsError(
                    "mapping.no-such-column", table=table.name, name=name, known=", ".join(known)
                )
    both = [name for name in (*mapping.columns, *mapping.joined) if name in mapping.constants]
    if both:
        raise RecordsError("mapping.in-both", name=both[0])
    stated = [
        name
        for name in STATED
        if mapping.direction and (name in mapping.columns or name in mapping.constants)
    ]
    own_amount = mapping.direction and not mapping.direction.two_columns
    if stated and not (own_amount and stated == ["amount"]):
        raise RecordsError("mapping.from-direction", name=stated[0])
    for rule in (mapping.time, *mapping.times.values()):
        if rule.format:
            pattern(rule.format)


@dataclass(frozen=True, slots=True)
class _Match:
    mapping: Mapping
    found: list[str]
    late: list[str]
    file: str

    def field(self, column: Column) -> Field:
        name = column.name
        if self.mapping.direction and name in STATED:
            return self._stated(column, self.mapping.direction)
        theirs = self.mapping.columns.get(name)
        if theirs is not None:
            self._look_for(column, theirs)
            return self._once(column, theirs)
        if parts := self.mapping.joined.get(name):
            for part in parts:
                self._look_for(column, part)
                self._once(column, part)
            return Field(column, " + ".join(parts), parts=parts)
        if name in self.mapping.constants:
            return Field(column, None, self.mapping.constants[name])
        self._refuse_doubled(name)
        # Not a column that the mapping gave to another of ours: its name is then a coincidence.
        if name in (*self.found, *self.late) and name not in self.mapping.read:
            return self._once(column, name)
        if column.required and column.default is None:
            raise RecordsError("records.column-missing", file=self.file, name=name, found=_listed(self.found))
        return Field(column, None, column.default)

    def look_for(self, consulted: Iterable[str]) -> None:
        """Raise RecordsError for a column that is to be consulted and is not there, or is there twice."""
        for name in consulted:
            self._refuse_doubled(name)
            if name not in (*self.found, *self.late):
                raise RecordsError(
                    "records.column-not-there", file=self.file, name=name, ours="[status], [turned]", found=_listed(self.found)
                )  # fmt: skip
            if self.found.count(name) > 1:
                raise RecordsError("records.column-doubled", file=self.file, name=name)

    def _stated(self, column: Column, rule: Direction) -> Field:
        """A column that follows from [direction]; all of them are read from the same columns of the file."""
        amount = [] if rule.two_columns else [self.mapping.columns.get("amount", "amount")]
        parts = tuple(dict.fromkeys([*rule.reads, *amount]))
        for part in parts:
            self._look_for(column, part)
            self._once(column, part)
        empty = "required" if column.name == "amount" else "other_side"
        return Field(column, stated(column.name), parts=parts, empty=empty)

    def _refuse_doubled(self, theirs: str) -> None:
        if theirs not in self.found and f"{theirs}#2" in self.found:
            raise RecordsError("records.column-doubled-which", file=self.file, name=theirs)

    def _look_for(self, column: Column, theirs: str) -> None:
        self._refuse_doubled(theirs)
        if theirs not in self.found and (column.required or theirs not in self.late):
            raise RecordsError(
                "records.column-not-there",
                file=self.file,
                name=theirs,
                ours=column.name,
                found=_listed(self.found),
            )

    def _once(self, column: Column, theirs: str) -> Field:
        if self.found.count(theirs) > 1:
            raise RecordsError("records.column-doubled", file=self.file, name=theirs)
        return Field(column, theirs)


def _listed(found: Iterable[str]) -> Texts:
    names = [f"'{name}'" for name in found]
    some, more = ", ".join(names[:LISTED]), len(names) - LISTED
    return Texts(f"{some} และอีก {more}", f"{some} and {more} more") if more > 0 else Texts(some, some)
