"""Workbooks (xlsx, xlsm, ods, xls) and tables of web pages: one sheet of each, read by a process of its own (`sheet`)."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import RecordsError
from warroom.records import sheet as sheets
from warroom.records.batch import Batch, Reject
from warroom.records.convert import as_json, convert
from warroom.records.header import LOOKED_AT, TopRow, find_header, named
from warroom.records.job import Job
from warroom.records.merge import merged
from warroom.records.totals import Totals
from warroom.records.unpacked import bomb

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: as zip archives, and as Microsoft's older containers."""
LOCKED = "EncryptedPackage".encode("utf-16-le")
SENTENCES = {
    "password": "{name} is a workbook that is locked with a password; save it without one and ingest that.",
    "memory": "{name} takes more memory than a workbook may ({memory} GiB); save its sheet as CSV and ingest that.",
    "page": "{name} is a web page without a table of records in it; ask the partner for the file itself.",
    "empty": "{name} has no sheet with anything on it; ask the partner to send it again.",
    "no-sheet": "{name} has no sheet '{sheet}', which the mapping names; it has {sheets}.",
    "damaged": "{name} begins as a workbook or archive and is cut off or damaged; nothing was kept, ask for it again.",
}
REASONS = {
    "formula": "The formula in {column} was never calculated; open the workbook, save it and send it again.",
    "fault": "{column} shows a fault of its formula (such as #N/A or #REF!); mend it and send the workbook again.",
    "rounded": "{column} is a number of more than 15 digits, of which a workbook keeps 15: the last are lost. "
    "Ask for the column as text.",
    "merged": "{column} is part of merged cells, of which only the first holds a value; part them and send it again.",
    "second": "A second table begins on this sheet in row {row}; put it on a sheet of its own.",
}
ROUNDED = r"^-?[0-9]\.[0-9]{14}E\+[0-9]+$"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of the sheet: their cells by column, and the number of each row on the sheet."""

    cells: pa.RecordBatch
    lines: npt.NDArray[np.int64]

    def after(self, line: int) -> "_Rows":
        """The rows below this one."""
        first = int(np.searchsorted(self.lines, line, side="right"))
        return _Rows(self.cells.slice(first), self.lines[first:])

    def keep(self, mask: Mask) -> "_Rows":
        """Only some of the rows."""
        return self if mask.all() else _Rows(self.cells.filter(pa.array(mask)), self.lines[mask])

    def row(self, at: int) -> list[str]:
        """The cells of one row."""
        return [column[at].as_py() for column in self.cells.columns]


class WorkbookReader:
    """One sheet of a workbook; a row's line is its number on the sheet, as a spreadsheet program shows it."""

    format = "workbook"

    def __init__(self, job: Job) -> None:
        self._job = job
        self.size_bytes = job.path.stat().st_size
        self._done = 0
        self._child = _Child(job)
        self._facts: dict[str, Any] = json.loads(self._child.stream.schema.metadata[b"facts"])
        self.sheet: str = self._facts["sheet"]
        self._source = self._numbered()
        self._first = next(self._source, None)
        try:
            header = find_header(self._top(), job)
        except RecordsError:
            self._child.close()
            raise
        self._columns, self._plan, self._below = header.columns, header.plan, header.last
        self._line, self._second = header.last, 0
        self._picked = [self._columns.index(name) for name in self._plan.needed]
        self._wrong = self._without_values()
        self.unused = self._plan.unused
        self.notes = [*self._plan.notes, *self._remarks()]

    def position(self) -> int:
        """Bytes done, as the share of rows done."""
        return self.size_bytes * self._done // max(1, int(self._facts["rows"]))

    def batches(self) -> Iterator[Batch]:
        """The rows in the sheet's order."""
        totals = Totals(self._job, self._plan, ",", self.notes)
        yield from totals.taken_out(merged(self._batch(rows) for rows in self._rows()))
        if self._second:
            self.notes.append(
                f"The sheet has a second table from row {self._second} on: its rows are in quarantine."
            )

    def _rows(self) -> Iterator[_Rows]:
        if self._first is not None:
            yield self._first.after(self._below)
        yield from self._source

    def _numbered(self) -> Iterator[_Rows]:
        line = self._facts["first"]
        for cells in self._child.rows():
            yield _Rows(cells, np.arange(line, line + cells.num_rows, dtype=np.int64))
            line += cells.num_rows

    def _top(self) -> list[TopRow]:
        if self._first is None:
            return []
        most = max(LOOKED_AT, *self._job.mapping.header, 0)
        lines = self._first.lines[:most].tolist()
        rows = [self._first.row(at) for at in range(len(lines))]
        # Within a cell a name may run over two lines; a mapping writes it on one.
        return [
            TopRow(line, line, [" ".join(cell.split()) for cell in row])
            for line, row in zip(lines, rows, strict=True)
        ]

    def _remarks(self) -> list[str]:
        said = []
        if self._facts["macros"]:
            said.append("The workbook has macros, which were not run.")
        if others := self._facts["others"]:
            listed = ", ".join(f"'{name}'" for name in others[:12])
            said.append(
                f"Read was the sheet '{self.sheet}' and not {listed}; sheet in [file] of the mapping names another."
            )
        return said

    def _batch(self, rows: _Rows) -> Batch:
        self._done += len(rows.lines)
        rows = rows.keep(self._filled(rows))
        rows, later = self._first_table(rows)
        rows, faulty = self._sound(rows)
        source = {
            name: rows.cells.column(at) for name, at in zip(self._plan.needed, self._picked, strict=True)
        }
        batch = convert(self._job, self._plan, source, rows.lines, lambda at: self._raw(rows, at))
        return Batch(batch.rows, sorted([*later, *faulty, *batch.rejects], key=lambda each: each.line))

    def _filled(self, rows: _Rows) -> Mask:
        """Which rows are not empty."""
        filled = np.zeros(len(rows.lines), np.bool_)
        for column in rows.cells.columns:
            filled |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
            if filled.all():
                break
        return filled

    def _first_table(self, rows: _Rows) -> tuple[_Rows, list[Reject]]:
        """The rows of the first table, and those of a second one, which are rejected: its columns may be others."""
        keep = np.ones(len(rows.lines), np.bool_)
        gaps: Iterable[int] = (
            np.flatnonzero(np.diff(rows.lines, prepend=self._line) > 1) if not self._second else []
        )
        if len(rows.lines):
            self._line = int(rows.lines[-1])
        for at in gaps:
            cells = rows.row(int(at))
            if named(cells) == self._columns:
                # The names again, as on every page of a print.
                keep[at] = False
            elif _are_names(cells):
                self._second = int(rows.lines[at])
                break
        if not self._second:
            return rows.keep(keep), []
        keep &= rows.lines < self._second
        first = REASONS["second"].format(row=self._second)
        later = [
            Reject(int(rows.lines[at]), "", "second_table", first, self._raw(rows, int(at)))
            for at in np.flatnonzero(rows.lines >= self._second)
        ]
        return rows.keep(keep), later

    def _sound(self, rows: _Rows) -> tuple[_Rows, list[Reject]]:
        """The rows whose needed cells the workbook gives as they were meant, and the others."""
        wrong = (
            {line: self._wrong[line] for line in self._wrong.keys() & set(rows.lines.tolist())}
            if self._wrong
            else {}
        )
        for name, at in zip(self._plan.needed, self._picked, strict=True):
            rounded = pc.match_substring_regex(rows.cells.column(at), ROUNDED).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(rounded):
                wrong.setdefault(int(rows.lines[row]), (name, "rounded"))
        if not wrong:
            return rows, []
        sound = ~np.isin(rows.lines, list(wrong))
        rejects = [
            Reject(
                line,
                self._ours(name),
                code,
                REASONS[code].format(column=f"'{name}'"),
                self._raw(rows, int(at)),
            )
            for at in np.flatnonzero(~sound)
            for line in (int(rows.lines[at]),)
            for name, code in (wrong[line],)
        ]
        return rows.keep(sound), rejects

    def _without_values(self) -> dict[int, tuple[str, str]]:
        """By row, the first needed column whose cell has no value of its own, and why."""
        needed = dict(zip(self._picked, self._plan.needed, strict=True))
        wrong = {row: (needed[column], why) for row, column, why in self._facts["empty"] if column in needed}
        for top, left, bottom, right in self._facts["merged"]:
            inside = [at for at in range(left, right + 1) if at in needed]
            for row in range(max(top, self._below + 1), bottom + 1) if inside else ():
                if row > top or inside[-1] > left:
                    wrong.setdefault(row, (needed[inside[-1]], "merged"))
        return wrong

    def _ours(self, theirs: str) -> str:
        return next(field.column.name for field in self._plan.fields if theirs in field.reads)

    def _raw(self, rows: _Rows, at: int) -> str:
        return as_json([*self._columns], rows.cells.columns[: len(self._columns)], at)


def glance(job: Job, most: int) -> tuple[dict[str, Any], list[TopRow]]:
    """What a workbook says of itself, and the first rows of the sheet that is read; raises RecordsError where none can be."""
    child = _Child(job)
    try:
        facts: dict[str, Any] = json.loads(child.stream.schema.metadata[b"facts"])
        first = next(child.rows(), None)
        return facts, [] if first is None else _top_rows(first, facts["first"], most)
    finally:
        child.close()


def _top_rows(cells: pa.RecordBatch, first: int, most: int) -> list[TopRow]:
    columns = [column.to_pylist() for column in cells.slice(0, most).columns]
    rows = zip(*columns, strict=True)
    # Within a cell a name may run over two lines; a mapping writes it on one.
    return [TopRow(at, at, [" ".join(cell.split()) for cell in row]) for at, row in enumerate(rows, first)]


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a row below a gap names columns: several texts and nothing with a digit in it."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 2 and not any(letter.isdigit() for cell in filled for letter in cell)


class _Child:
    """The process that reads a sheet, and the stream of its rows; raises RecordsError where it finds no sheet."""

    def __init__(self, job: Job) -> None:
        self._job = job
        command = [
            sys.executable, "-m", sheets.__name__,
            str(job.path), json.dumps(job.mapping.sheet), job.mapping.time.calendar, job.mapping.decimal,
        ]  # fmt: skip
        # What it says goes to a file and not to a pipe: nobody reads it before the process has ended.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said
        )
        try:
            self.stream = pa.ipc.open_stream(self._process.stdout)
        except pa.ArrowInvalid:
            problem = self._refused()
            self.close()
            raise problem from None

    def rows(self) -> Iterator[pa.RecordBatch]:
        """The sheet's rows; raises RecordsError where the process ended before the sheet did."""
        try:
            yield from self.stream
            if self._process.wait() != 0:
                raise self._refused()
        except (pa.ArrowException, OSError):
            raise self._refused() from None
        finally:
            self.close()

    def close(self) -> None:
        """End the process, wherever it is."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._said.close()

    def _refused(self) -> RecordsError:
        code = self._process.wait()
        self._said.seek(0)
        return _refused(code, self._said.read(100_000).decode("utf-8", "replace"), self._job)


def _refused(code: int, said: str, job: Job) -> RecordsError:
    # Rust ends the process where it gets no memory; it has no other way to say so.
    if said == "bomb":
        return bomb(job.name)
    word, _, more = (said if code == 3 else "memory" if code < 0 else "damaged").partition(" ")
    if word == "damaged" and LOCKED in job.path.read_bytes()[: 1 << 20]:
        word = "password"
    return RecordsError(
        SENTENCES.get(word, SENTENCES["damaged"]).format(
            name=job.name,
            memory=sheets.MEMORY >> 30,
            sheet=job.mapping.sheet,
            sheets=", ".join(f"'{name}'" for name in json.loads(more or "[]")[:12]),
        )
    )
