"""Which column of a file becomes which of ours; a file that lacks a required one is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.mapping import DirectionRule, FileMapping
from warroom.records.table import COMMON, Table, TableColumn
from warroom.records.times import compile_time_format
from warroom.sentences.sentence import Sentence

# The project's rule, not a partner's: such columns are refused even where a mapping names them (decision 2).
NEVER = ("nationality", "ethnicity", "ethnic_group", "race", "religion", "language", "sex", "gender")
"""What no table may hold, whatever a partner sends."""

STATED = ("payer_bank", "payer", "payee_bank", "payee", "amount")
"""What the rows of a statement say by their direction."""

# Chosen: a sentence with more names is not read.
LISTED = 12
"""Columns of a file that a sentence names."""

RECORD_ID, RECEIVED_AT = COMMON[0], COMMON[3]


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """One of our columns and where its values come from: a column of the file, or one value for all rows."""

    column: TableColumn
    theirs: str | None
    value: str | None = None
    parts: tuple[str, ...] = ()
    """The columns of the file that `theirs` is made of, where it is none of them itself."""
    missing_flaw: str = "required"
    """The flaw of a required value that is not there."""

    @property
    def columns_read(self) -> tuple[str, ...]:
        """The file's columns that it takes."""
        return self.parts or (() if self.theirs is None else (self.theirs,))


def name_derived_column(name: str) -> str:
    """The name of the column that the module `statement` derives for one of ours."""
    return f"[direction] {name}"


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The fields of a table in their order, and what of the file is not used."""

    fields: tuple[PlannedColumn, ...]
    notes: list[Sentence]
    columns_unused: list[str] = dataclass_field(default_factory=list)
    columns_consulted: tuple[str, ...] = ()
    """The file's columns that become none of ours, and say what a row is."""

    @property
    def columns_needed(self) -> list[str]:
        """The file's columns that are read, each once."""
        read = (name for field in self.fields for name in field.columns_read)
        return list(dict.fromkeys([*read, *self.columns_consulted]))

    @property
    def defaults(self) -> dict[str, str | None]:
        """What stands for each of them in a row that lacks it."""
        read = {name: field.column.default for field in self.fields for name in field.columns_read}
        return {**dict.fromkeys(self.columns_consulted), **read}


def make_plan(
    table: Table, mapping: FileMapping, file_columns: Sequence[str], file: str, late: Sequence[str] = ()
) -> ReadPlan:
    """Match a mapping with the columns found in a file; raises RecordsError naming what is missing.

    `late` are columns that may still come, in a file whose rows differ.
    """
    columns = _list_columns(table, mapping)
    check_mapping(table, mapping)
    match = _PlanBuilder(mapping, list(file_columns), list(late), file)
    fields = tuple(match.plan_column(column) for column in columns)
    consulted = tuple(mapping.columns_consulted)
    match.check_consulted(consulted)
    needed = ReadPlan(fields, [], columns_consulted=consulted).columns_needed
    unused = [name for name in file_columns if name and name not in needed]
    notes = [Sentence("records.columns-unused", columns=_format_names(unused))] if unused else []
    return ReadPlan(fields, notes, unused, consulted)


def _list_columns(table: Table, mapping: FileMapping) -> list[TableColumn]:
    arrival = [RECEIVED_AT] if mapping.terms.backfill else []
    return [RECORD_ID, *arrival, *table.columns]


def check_mapping(table: Table, mapping: FileMapping) -> None:
    """Raise RecordsError for a column of the mapping that the table does not have."""
    known = [column.name for column in _list_columns(table, mapping)]
    if mapping.direction == DirectionRule(mapping.direction.bank if mapping.direction else ""):
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
    own_amount = mapping.direction and not mapping.direction.has_two_amount_columns
    if stated and not (own_amount and stated == ["amount"]):
        raise RecordsError("mapping.from-direction", name=stated[0])
    for rule in (mapping.time, *mapping.times.values()):
        if rule.format:
            compile_time_format(rule.format)


@dataclass(frozen=True, slots=True)
class _PlanBuilder:
    mapping: FileMapping
    found: list[str]
    possible_later_columns: list[str]
    file: str

    def plan_column(self, column: TableColumn) -> PlannedColumn:
        name = column.name
        if self.mapping.direction and name in STATED:
            return self._plan_derived_column(column, self.mapping.direction)
        theirs = self.mapping.columns.get(name)
        if theirs is not None:
            self._check_present(column, theirs)
            return self._plan_single_column(column, theirs)
        if parts := self.mapping.joined.get(name):
            for part in parts:
                self._check_present(column, part)
                self._plan_single_column(column, part)
            return PlannedColumn(column, " + ".join(parts), parts=parts)
        if name in self.mapping.constants:
            return PlannedColumn(column, None, self.mapping.constants[name])
        self._check_not_doubled(name)
        # Not a column that the mapping gave to another of ours: its name is then a coincidence.
        if name in (*self.found, *self.possible_later_columns) and name not in self.mapping.columns_read:
            return self._plan_single_column(column, name)
        if column.required and column.default is None:
            raise RecordsError(
                "records.column-missing", file=self.file, name=name, found=_format_names(self.found)
            )
        return PlannedColumn(column, None, column.default)

    def check_consulted(self, consulted: Iterable[str]) -> None:
        """Raise RecordsError for a column that is to be consulted and is not there, or is there twice."""
        for name in consulted:
            self._check_not_doubled(name)
            if name not in (*self.found, *self.possible_later_columns):
                raise RecordsError(
                    "records.column-not-there", file=self.file, name=name, ours="[status], [turned]", found=_format_names(self.found)
                )  # fmt: skip
            if self.found.count(name) > 1:
                raise RecordsError("records.column-doubled", file=self.file, name=name)

    def _plan_derived_column(self, column: TableColumn, rule: DirectionRule) -> PlannedColumn:
        """A column that follows from [direction]; all of them are read from the same columns of the file."""
        amount = [] if rule.has_two_amount_columns else [self.mapping.columns.get("amount", "amount")]
        # All of them for each column: the direction of a row is decided by all its parts together.
        parts = tuple(dict.fromkeys([*rule.columns_read, *amount]))
        for part in parts:
            self._check_present(column, part)
            self._plan_single_column(column, part)
        empty = "required" if column.name == "amount" else "other_side"
        return PlannedColumn(column, name_derived_column(column.name), parts=parts, missing_flaw=empty)

    def _check_not_doubled(self, theirs: str) -> None:
        if theirs not in self.found and f"{theirs}#2" in self.found:
            raise RecordsError("records.column-doubled-which", file=self.file, name=theirs)

    def _check_present(self, column: TableColumn, theirs: str) -> None:
        self._check_not_doubled(theirs)
        if theirs not in self.found and (column.required or theirs not in self.possible_later_columns):
            raise RecordsError(
                "records.column-not-there",
                file=self.file,
                name=theirs,
                ours=column.name,
                found=_format_names(self.found),
            )

    def _plan_single_column(self, column: TableColumn, theirs: str) -> PlannedColumn:
        if self.found.count(theirs) > 1:
            raise RecordsError("records.column-doubled", file=self.file, name=theirs)
        return PlannedColumn(column, theirs)


def _format_names(found: Iterable[str]) -> Texts:
    names = [f"'{name}'" for name in found]
    some, more = ", ".join(names[:LISTED]), len(names) - LISTED
    return Texts(f"{some} และอีก {more}", f"{some} and {more} more") if more > 0 else Texts(some, some)
