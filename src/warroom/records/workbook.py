"""Workbooks (xlsx, xlsm, ods, xls) and tables of web pages: one sheet of each, read by a process of its own (`sheet`)."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from warroom.sentences.sentence import Sentence

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: as zip archives, and as Microsoft's older containers."""
LOCKED = "EncryptedPackage".encode("utf-16-le")
REFUSED = {
    "password": "records.locked",
    "memory": "records.memory",
    "slow": "records.slow",
    "page": "records.page-without-table",
    "empty": "records.no-sheet-filled",
    "no-sheet": "records.no-such-sheet",
    "twice": "records.place-twice",
    "damaged": "records.workbook-damaged",
}
"""What is said by the word with which the process that reads a sheet gives up."""
# Rust ends the process where it gets no memory; it has no other way to say so.
ENDED: dict[int, str] = {signal.SIGXCPU: "slow", signal.SIGKILL: "slow"}
"""Why a process that was ended was: else for want of memory."""
FAULTS = {
    "formula": "flaws.formula",
    "fault": "flaws.fault",
    "rounded": "flaws.digits-lost",
    "merged": "flaws.merged",
}
ROUNDED = r"^-?[0-9]\.[0-9]{14}E\+[0-9]+$"

Mask = npt.NDArray[np.bool_]
Lines = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of the sheet: their cells by column, and the number of each row on the sheet."""

    cells: pa.RecordBatch
    lines: Lines

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
        self._nameless: Sentence | None = None
        self._picked = [self._columns.index(name) for name in self._plan.needed]
        self._accounts = {
            name for field in self._plan.fields if field.column.kind == "account" for name in field.reads
        }
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
            self.notes.append(Sentence("records.second-on-sheet", row=self._second))
        if self._nameless:
            self.notes.append(self._nameless)

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

    def _remarks(self) -> Iterator[Sentence]:
        if self._facts["macros"]:
            yield Sentence("records.macros")
        if others := self._facts["others"]:
            yield Sentence("records.other-sheets", sheet=self.sheet, others=_quoted(others))
        if hidden := [row for row in self._facts["hidden_rows"] if row > self._below]:
            yield Sentence("records.hidden-rows", count=len(hidden), row=hidden[0])
        if count := self._facts["hidden_texts"]:
            yield Sentence("records.hidden-text", count=count)

    def _batch(self, rows: _Rows) -> Batch:
        self._done += len(rows.lines)
        rows = rows.keep(self._filled(rows))
        rows, later = self._first_table(rows)
        self._look_beside(rows)
        sound, faulty = self._sound(rows)
        source = {
            name: self._column(sound, name, at)
            for name, at in zip(self._plan.needed, self._picked, strict=True)
        }
        batch = convert(self._job, self._plan, source, sound.lines, lambda at: self._raw(sound, at))
        batch = self._without_second(rows, batch)
        rejects = sorted([*later, *faulty, *batch.rejects], key=lambda each: each.line)
        return replace(batch, rejects=rejects)

    def _column(self, rows: _Rows, name: str, at: int) -> pa.Array:
        """A column's cells. Of a web page a line's end is a space, save in an account's number: two lines may be two numbers."""
        cells = rows.cells.column(at)
        return cells if name in self._accounts else pc.replace_substring(cells, "\n", " ")

    def _look_beside(self, rows: _Rows) -> None:
        """Take note of the first cell in a column that has no name: a second table may stand beside the first."""
        nameless = [at for at, name in enumerate(self._columns) if not name] if not self._nameless else []
        filled = [
            (int(pc.index(pc.not_equal(rows.cells.column(at), ""), True).as_py()), at) for at in nameless
        ]
        for row, at in sorted(one for one in filled if one[0] >= 0)[:1]:
            text = rows.cells.column(at)[row].as_py()[:80]
            self._nameless = Sentence("records.nameless", row=int(rows.lines[row]), text=text)

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
        for at in self._suspects(rows) if not self._second else ():
            cells = rows.row(int(at))
            if named(cells) == self._columns:
                # The names again, as on every page of a print.
                keep[at] = False
            elif _are_names(cells, self._columns):
                self._second = int(rows.lines[at])
                break
        if len(rows.lines):
            self._line = int(rows.lines[-1])
        return rows.keep(keep & self._are_first(rows.lines)), self._of_second(rows)

    def _suspects(self, rows: _Rows) -> Iterable[int]:
        """Rows that may name columns: those below a gap, and those that say the name of a column in it."""
        suspects = np.diff(rows.lines, prepend=self._line) > 1
        name, at = self._columns[self._picked[0]], self._picked[0]
        suspects |= pc.equal(pc.utf8_trim_whitespace(rows.cells.column(at)), name).to_numpy(
            zero_copy_only=False
        )
        return np.flatnonzero(suspects).tolist()

    def _without_second(self, rows: _Rows, batch: Batch) -> Batch:
        """The batch up to a row of other names. Names are no time and no amount: without a gap only a rejected row is one."""
        if self._second:
            return batch
        lines = [each.line for each in batch.rejects]
        names = (
            int(rows.lines[at])
            for at in np.searchsorted(rows.lines, lines)
            if _are_names(rows.row(int(at)), self._columns)
        )
        if not (found := next(names, 0)):
            return batch
        self._second = found
        early = [each for each in batch.rejects if each.line < found]
        kept = batch.rows.filter(pc.less(batch.rows["line"], found))
        return replace(batch, rows=kept, rejects=[*early, *self._of_second(rows)])

    def _are_first(self, lines: Lines) -> Mask:
        return lines < self._second if self._second else np.ones(len(lines), np.bool_)

    def _of_second(self, rows: _Rows) -> list[Reject]:
        said = Sentence("flaws.second-on-sheet", row=self._second)
        return [
            Reject(int(rows.lines[at]), "", "second_table", said, self._raw(rows, int(at)))
            for at in np.flatnonzero(~self._are_first(rows.lines))
        ]

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
                Sentence(FAULTS[code], column=f"'{name}'"),
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
        return next((field.column.name for field in self._plan.fields if theirs in field.reads), "status")

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


def _are_names(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a row names columns: some that the first table has, or several texts, each another and none with a digit in it."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(set(filled) & set(columns)) > 2:
        return True
    words = all(any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)) for cell in filled)
    return len(set(filled)) == len(filled) > 2 and words


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:12])


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
    if said == "bomb":
        return bomb(job.name, sheets.SWELLS)
    word, _, more = (said if code == 3 else ENDED.get(-code, "memory") if code < 0 else "damaged").partition(
        " "
    )
    if word == "damaged" and LOCKED in job.path.read_bytes()[: 1 << 20]:
        word = "password"
    params: dict[str, object] = {"name": job.name}
    if word == "no-sheet":
        params |= {"sheet": job.mapping.sheet, "sheets": _quoted(json.loads(more))}
    if word == "twice":
        params["row"] = more
    return RecordsError(REFUSED.get(word, REFUSED["damaged"]), **params)
