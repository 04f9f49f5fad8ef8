"""CSV in a bank's own words, and JSON Lines."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.tables import TABLES
from warroom_lab.world.delivery.flaws import RowFlaw
from warroom_lab.world.delivery.lines import (
    format_iso_times,
    format_local_times,
    join_texts,
    quote_csv,
    quote_json,
)
from warroom_lab.world.delivery.sheets import TextSheet, get_column

TORN = RowFlaw("torn line", "", "ragged")
TORN_JSON = RowFlaw("torn line", "", "json")
NO_ZONE = RowFlaw("no zone", "time", "no_zone")


@dataclass(frozen=True)
class CsvWriting:
    """How a partner writes CSV. `names`: ours to theirs; `layout`: of local times, None for ISO in UTC."""

    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    layout: str | None = None
    format: str | None = None
    buddhist: bool = False
    names: tuple[tuple[str, str], ...] = ()

    def to_their_name(self, ours: str) -> str:
        """Their name of one of our columns."""
        return dict(self.names).get(ours, ours)

    def render_mapping(self, columns: list[str]) -> str:
        """The mapping file, in TOML, that reads it."""
        lines = ["[columns]"]
        lines += [
            f'{ours} = "{self.to_their_name(ours)}"' for ours in columns if self.to_their_name(ours) != ours
        ]
        if self.layout:
            calendar = "buddhist" if self.buddhist else "gregorian"
            lines += [
                "",
                "[time]",
                'zone = "Asia/Bangkok"',
                f'calendar = "{calendar}"',
                f'format = "{self.format}"',
            ]
        lines += ["", "[file]", f'encoding = "{self.encoding}"', f'delimiter = "{self.delimiter}"']
        return "\n".join([*lines, f'decimal = "{self.decimal}"', ""])


class CsvSheet(TextSheet):
    """CSV with a row of names."""

    suffix = ".csv"
    line_flaws = (TORN,)
    line_of_first = 2

    def __init__(self, path: Path, table: str, dialect: CsvWriting | None = None) -> None:
        super().__init__(path, table)
        self.dialect = dialect or CsvWriting()
        self.buddhist = self.dialect.buddhist

    def make_head(self, rows: pa.Table) -> bytes:
        """The names, in the partner's encoding; all else is ASCII."""
        names = [self.dialect.to_their_name(name) for name in rows.column_names]
        return (self.dialect.delimiter.join(names) + "\n").encode(self.dialect.encoding)

    def render_rows(self, rows: pa.Table) -> pa.Array:
        """Cells between delimiters."""
        pieces: list[str | pa.Array] = []
        for name in rows.column_names:
            pieces += [self._render_cells(get_column(rows, name)), self.dialect.delimiter]
        return join_texts(*pieces[:-1], "\n")

    def spoil_line(self, line: str, flaw: RowFlaw) -> str:
        """A line that ends too early."""
        return line.rsplit(self.dialect.delimiter, 2)[0] + "\n"

    def _render_cells(self, values: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(values.type):
            layout = self.dialect.layout
            return (
                format_local_times(values, layout, 543 if self.buddhist else 0)
                if layout
                else format_iso_times(values, "Z")
            )
        if pa.types.is_decimal(values.type):
            text = values.cast(pa.string())
            return (
                text if self.dialect.decimal == "." else pc.replace_substring(text, ".", self.dialect.decimal)
            )
        if pa.types.is_list(values.type):
            return pc.binary_join(values, "|")
        return quote_csv(values.cast(pa.string()), self.dialect.delimiter)


class JsonSheet(TextSheet):
    """One object a line; a value that is not there is left out of no line: it is null."""

    suffix = ".jsonl"

    def __init__(self, path: Path, table: str) -> None:
        super().__init__(path, table)
        has_time = "time" in TABLES[table].by_name
        self.line_flaws = (TORN_JSON, NO_ZONE) if has_time else (TORN_JSON,)

    def render_rows(self, rows: pa.Table) -> pa.Array:
        """Objects with the columns in their order."""
        pieces: list[str | pa.Array] = []
        for at, name in enumerate(rows.column_names):
            pieces += [f'{", " if at else "{"}"{name}": ', self._render_values(get_column(rows, name))]
        return join_texts(*pieces, "}\n")

    def spoil_line(self, line: str, flaw: RowFlaw) -> str:
        """A line that is cut, or a time that lost its zone."""
        if flaw is NO_ZONE:
            head, mark, rest = line.partition('"time": "')
            return head + mark + rest.replace("+07:00", "", 1)
        return line[: len(line) * 2 // 3] + "\n"

    def _render_values(self, values: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(values.type):
            return quote_json(format_iso_times(values, "+07:00"))
        if pa.types.is_list(values.type):
            inner = quote_json(values.flatten())
            lists = pa.ListArray.from_arrays(values.offsets, inner)
            return pc.if_else(pc.is_valid(values), join_texts("[", pc.binary_join(lists, ", "), "]"), "null")
        if pa.types.is_string(values.type):
            return quote_json(values)
        return pc.fill_null(values.cast(pa.string()), "null")
