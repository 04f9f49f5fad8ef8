"""The formats partners write: each takes rows of a table, of our columns and types, and appends them to one file.

`write` returns the number of the first row's line: the physical line in CSV and JSON Lines, the row in Parquet, the
entry in pacs.008, as readers count them. `faults` are lines that are spoilt after they were written, by position.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from warroom_lab.world.delivery.flaws import RowFlaw
from warroom_lab.world.delivery.lines import as_one_chunk, to_line_bytes

TOGETHER = 200_000
"""Rows rendered as text at once."""


class Sheet(ABC):
    """A file of one table that grows."""

    suffix: str
    line_flaws: Sequence[RowFlaw] = ()
    """Faults of the written line that this format can have."""
    buddhist = False
    """Whether its years are of the Buddhist calendar."""

    def __init__(self, path: Path, table: str) -> None:
        self.path, self.table = path, table
        self.rows = 0

    def write_rows(self, rows: pa.Table, faults: dict[int, RowFlaw]) -> int:
        """Append rows; returns the line of the first of them."""
        first = self.rows
        self.append(rows, faults)
        self.rows += rows.num_rows
        return first + self.line_of_first

    line_of_first = 1

    def may_carry_flaw(self, flaw: RowFlaw) -> bool:
        """Whether this format can carry such a fault."""
        return True

    def to_quarantine_flaw(self, flaw: RowFlaw) -> RowFlaw:
        """The fault as the quarantine will name it."""
        return flaw

    @abstractmethod
    def append(self, rows: pa.Table, faults: dict[int, RowFlaw]) -> None:
        """Append rows to the file."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""

    def abandon(self) -> None:
        """Let go of the file as it is; nothing is asked of the disk any more."""
        with suppress(OSError):
            self.close()


class ParquetSheet(Sheet):
    """Parquet, with words that repeat in a dictionary; rows are gathered into groups of one size."""

    suffix = ".parquet"
    GROUP = 131_072
    REPEATED = ("payer_bank", "payee_bank", "bank", "channel", "purpose", "kind", "age_band", "province", "type", "tier",
                "limits", "unit", "cell", "currency")  # fmt: skip

    def __init__(self, path: Path, table: str) -> None:
        super().__init__(path, table)
        self._waiting: list[pa.Table] = []
        self._count = 0
        self._writer: pq.ParquetWriter | None = None

    def append(self, rows: pa.Table, faults: dict[int, RowFlaw]) -> None:
        """Append rows; what is less than a group waits."""
        self._waiting.append(rows)
        self._count += rows.num_rows
        if self._count >= self.GROUP:
            together = pa.concat_tables(self._waiting)
            whole = self._count - self._count % self.GROUP
            self._write_group(together.slice(0, whole))
            # A copy: a slice would keep all that was written in memory.
            self._waiting = [together.take(pa.array(range(whole, self._count)))]
            self._count -= whole

    def close(self) -> None:
        """Write what waits, and the footer."""
        if self._waiting:
            self._write_group(pa.concat_tables(self._waiting))
        self._waiting = []
        if self._writer is not None:
            self._writer.close()

    def _write_group(self, rows: pa.Table) -> None:
        if self._writer is None:
            repeated = [name for name in rows.column_names if name in self.REPEATED]
            self._writer = pq.ParquetWriter(
                self.path, rows.schema, compression="zstd", compression_level=1, use_dictionary=repeated,
                write_statistics=False, store_schema=True,
            )  # fmt: skip
        self._writer.write_table(rows, row_group_size=self.GROUP)


class TextSheet(Sheet):
    """A file of lines: rows are rendered as texts, some of them spoilt, and appended."""

    def __init__(self, path: Path, table: str) -> None:
        super().__init__(path, table)
        self._file: BinaryIO | None = None

    def append(self, rows: pa.Table, faults: dict[int, RowFlaw]) -> None:
        """Render and append rows, so many at once that memory stays small."""
        file = self.get_open_file(rows)
        for begin in range(0, rows.num_rows, TOGETHER):
            some = rows.slice(begin, TOGETHER)
            lines = self.render_rows(some)
            mine = {at - begin: flaw for at, flaw in faults.items() if begin <= at < begin + some.num_rows}
            for part in _spoil_lines(lines, mine, self.spoil_line):
                file.write(part)

    def get_open_file(self, rows: pa.Table) -> BinaryIO:
        """The open file; the first time it is opened, its head is written."""
        if self._file is None:
            self._file = self.path.open("wb")
            self._file.write(self.make_head(rows))
        return self._file

    def close(self) -> None:
        """Write the foot, and close."""
        if self._file is None or self._file.closed:
            return
        with self._file as file:
            file.write(self.make_foot())

    def make_head(self, rows: pa.Table) -> bytes:
        """What stands before the first row."""
        return b""

    def make_foot(self) -> bytes:
        """What stands after the last row."""
        return b""

    @abstractmethod
    def render_rows(self, rows: pa.Table) -> pa.Array:
        """One text a row, its line end included."""

    @abstractmethod
    def spoil_line(self, line: str, flaw: RowFlaw) -> str:
        """The line with a fault."""


def _spoil_lines(
    lines: pa.Array, faults: dict[int, RowFlaw], spoil: Callable[[str, RowFlaw], str]
) -> list[bytes | pa.Buffer]:
    if not faults:
        return [to_line_bytes(lines)]
    parts: list[bytes | pa.Buffer] = []
    done = 0
    for at in sorted(faults):
        parts.append(to_line_bytes(lines.slice(done, at - done)))
        parts.append(spoil(lines[at].as_py(), faults[at]).encode())
        done = at + 1
    return [*parts, to_line_bytes(lines.slice(done))]


def get_column(rows: pa.Table, name: str) -> pa.Array:
    """A column of some rows in one piece."""
    return as_one_chunk(rows[name])
