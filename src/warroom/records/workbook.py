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
from warroom.records.batch import Reject, RowBatch
from warroom.records.convert import convert, row_as_json
from warroom.records.header import LOOKED_AT, TopRow, detect_header, make_unique_names
from warroom.records.job import ReadJob
from warroom.records.merge import merge_batches
from warroom.records.totals import TotalsFilter
from warroom.records.unpacked import make_bomb_error
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
"""The error for each word with which the process that reads a sheet gives up."""
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
class _SheetRows:
    """Some rows of the sheet: their cells by column, and the number of each row on the sheet."""

    cells: pa.RecordBatch
    lines: Lines

    def drop_rows_up_to(self, line: int) -> "_SheetRows":
        """The rows below this one."""
        first = int(np.searchsorted(self.lines, line, side="right"))
        return _SheetRows(self.cells.slice(first), self.lines[first:])

    def filter_rows(self, mask: Mask) -> "_SheetRows":
        """Only some of the rows."""
        return self if mask.all() else _SheetRows(self.cells.filter(pa.array(mask)), self.lines[mask])

    def get_cells(self, at: int) -> list[str]:
        """The cells of one row."""
        return [column[at].as_py() for column in self.cells.columns]


class WorkbookReader:
    """One sheet of a workbook; a row's line is its number on the sheet, as a spreadsheet program shows it."""

    format = "workbook"

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        self.size_bytes = job.path.stat().st_size
        self._done = 0
        self._child = _SheetProcess(job)
        self._facts: dict[str, Any] = json.loads(self._child.stream.schema.metadata[b"facts"])
        self.sheet: str = self._facts["sheet"]
        self._source = self._iter_numbered_rows()
        self._first = next(self._source, None)
        try:
            header = detect_header(self._list_top_rows(), job)
        except RecordsError:
            self._child.close()
            raise
        self._columns, self._plan, self._below = header.columns, header.plan, header.last
        self._line, self._second = header.last, 0
        self._nameless: Sentence | None = None
        self._picked = [self._columns.index(name) for name in self._plan.columns_needed]
        self._accounts = {
            name
            for field in self._plan.fields
            if field.column.kind == "account"
            for name in field.columns_read
        }
        self._wrong = self._find_cells_without_value()
        self.unused = self._plan.columns_unused
        self.notes = [*self._plan.notes, *self._iter_remarks()]

    def count_bytes_read(self) -> int:
        """Bytes done, as the share of rows done."""
        return self.size_bytes * self._done // max(1, int(self._facts["rows"]))

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the sheet's order."""
        totals = TotalsFilter(self._job, self._plan, ",", self.notes)
        yield from totals.remove_totals(
            merge_batches(self._build_batch(rows) for rows in self._iter_data_rows())
        )
        if self._second:
            self.notes.append(Sentence("records.second-on-sheet", row=self._second))
        if self._nameless:
            self.notes.append(self._nameless)

    def _iter_data_rows(self) -> Iterator[_SheetRows]:
        if self._first is not None:
            yield self._first.drop_rows_up_to(self._below)
        yield from self._source

    def _iter_numbered_rows(self) -> Iterator[_SheetRows]:
        line = self._facts["first"]
        for cells in self._child.iter_row_batches():
            yield _SheetRows(cells, np.arange(line, line + cells.num_rows, dtype=np.int64))
            line += cells.num_rows

    def _list_top_rows(self) -> list[TopRow]:
        if self._first is None:
            return []
        most = max(LOOKED_AT, *self._job.mapping.header, 0)
        lines = self._first.lines[:most].tolist()
        rows = [self._first.get_cells(at) for at in range(len(lines))]
        # Within a cell a name may run over two lines; a mapping writes it on one.
        return [
            TopRow(line, line, [" ".join(cell.split()) for cell in row])
            for line, row in zip(lines, rows, strict=True)
        ]

    def _iter_remarks(self) -> Iterator[Sentence]:
        if self._facts["macros"]:
            yield Sentence("records.macros")
        if others := self._facts["others"]:
            yield Sentence("records.other-sheets", sheet=self.sheet, others=_quote_names(others))
        if hidden := [row for row in self._facts["hidden_rows"] if row > self._below]:
            yield Sentence("records.hidden-rows", count=len(hidden), row=hidden[0])
        if count := self._facts["hidden_texts"]:
            yield Sentence("records.hidden-text", count=count)

    def _build_batch(self, rows: _SheetRows) -> RowBatch:
        self._done += len(rows.lines)
        rows = rows.filter_rows(self._find_filled_rows(rows))
        rows, later = self._separate_second_table(rows)
        self._note_nameless_column(rows)
        sound, faulty = self._separate_faulty_rows(rows)
        source = {
            name: self._read_column(sound, name, at)
            for name, at in zip(self._plan.columns_needed, self._picked, strict=True)
        }
        batch = convert(
            self._job, self._plan, source, sound.lines, lambda at: self._format_raw_row(sound, at)
        )
        batch = self._cut_at_second_header(rows, batch)
        rejects = sorted([*later, *faulty, *batch.rejects], key=lambda reject: reject.line)
        return replace(batch, rejects=rejects)

    def _read_column(self, rows: _SheetRows, name: str, at: int) -> pa.Array:
        """A column's cells. Of a web page a line's end is a space, save in an account's number: two lines may be two numbers."""
        cells = rows.cells.column(at)
        return cells if name in self._accounts else pc.replace_substring(cells, "\n", " ")

    def _note_nameless_column(self, rows: _SheetRows) -> None:
        """Note the first filled cell in a column without a name: there may be a second table next to the
        first.
        """
        nameless = [at for at, name in enumerate(self._columns) if not name] if not self._nameless else []
        filled = [
            (int(pc.index(pc.not_equal(rows.cells.column(at), ""), True).as_py()), at) for at in nameless
        ]
        for row, at in sorted(filled_cell for filled_cell in filled if filled_cell[0] >= 0)[:1]:
            text = rows.cells.column(at)[row].as_py()[:80]
            self._nameless = Sentence("records.nameless", row=int(rows.lines[row]), text=text)

    def _find_filled_rows(self, rows: _SheetRows) -> Mask:
        """Which rows are not empty."""
        filled = np.zeros(len(rows.lines), np.bool_)
        for column in rows.cells.columns:
            filled |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
            if filled.all():
                break
        return filled

    def _separate_second_table(self, rows: _SheetRows) -> tuple[_SheetRows, list[Reject]]:
        """The rows of the first table, and those of a second one, which are rejected: its columns may be others."""
        keep = np.ones(len(rows.lines), np.bool_)
        for at in self._find_header_suspects(rows) if not self._second else ():
            cells = rows.get_cells(int(at))
            if make_unique_names(cells) == self._columns:
                # The names again, as on every page of a print.
                # Not rejected: a repeated header is no record, and nothing is lost with it.
                keep[at] = False
            elif _are_column_names(cells, self._columns):
                self._second = int(rows.lines[at])
                break
        if len(rows.lines):
            self._line = int(rows.lines[-1])
        return rows.filter_rows(keep & self._is_before_second_table(rows.lines)), self._reject_second_table(
            rows
        )

    def _find_header_suspects(self, rows: _SheetRows) -> Iterable[int]:
        """Rows that may name columns: those below a gap, and those that say the name of a column in it."""
        suspects = np.diff(rows.lines, prepend=self._line) > 1
        name, at = self._columns[self._picked[0]], self._picked[0]
        suspects |= pc.equal(pc.utf8_trim_whitespace(rows.cells.column(at)), name).to_numpy(
            zero_copy_only=False
        )
        return np.flatnonzero(suspects).tolist()

    def _cut_at_second_header(self, rows: _SheetRows, batch: RowBatch) -> RowBatch:
        """The batch up to a row of other names. Names are no time and no amount: without a gap only a rejected row is one."""
        if self._second:
            return batch
        lines = [reject.line for reject in batch.rejects]
        names = (
            int(rows.lines[at])
            for at in np.searchsorted(rows.lines, lines)
            if _are_column_names(rows.get_cells(int(at)), self._columns)
        )
        if not (second_line := next(names, 0)):
            return batch
        self._second = second_line
        early = [reject for reject in batch.rejects if reject.line < second_line]
        kept = batch.rows.filter(pc.less(batch.rows["line"], second_line))
        return replace(batch, rows=kept, rejects=[*early, *self._reject_second_table(rows)])

    def _is_before_second_table(self, lines: Lines) -> Mask:
        return lines < self._second if self._second else np.ones(len(lines), np.bool_)

    def _reject_second_table(self, rows: _SheetRows) -> list[Reject]:
        said = Sentence("flaws.second-on-sheet", row=self._second)
        return [
            Reject(int(rows.lines[at]), "", "second_table", said, self._format_raw_row(rows, int(at)))
            for at in np.flatnonzero(~self._is_before_second_table(rows.lines))
        ]

    def _separate_faulty_rows(self, rows: _SheetRows) -> tuple[_SheetRows, list[Reject]]:
        """The rows whose needed cells the workbook gives as they were meant, and the others."""
        wrong = (
            {line: self._wrong[line] for line in self._wrong.keys() & set(rows.lines.tolist())}
            if self._wrong
            else {}
        )
        for name, at in zip(self._plan.columns_needed, self._picked, strict=True):
            rounded = pc.match_substring_regex(rows.cells.column(at), ROUNDED).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(rounded):
                wrong.setdefault(int(rows.lines[row]), (name, "rounded"))
        if not wrong:
            return rows, []
        sound = ~np.isin(rows.lines, list(wrong))
        rejects = [
            Reject(
                line,
                self._find_our_column(name),
                code,
                Sentence(FAULTS[code], column=f"'{name}'"),
                self._format_raw_row(rows, int(at)),
            )
            for at in np.flatnonzero(~sound)
            for line in (int(rows.lines[at]),)
            for name, code in (wrong[line],)
        ]
        return rows.filter_rows(sound), rejects

    def _find_cells_without_value(self) -> dict[int, tuple[str, str]]:
        """By row, the first needed column whose cell has no value of its own, and why."""
        needed = dict(zip(self._picked, self._plan.columns_needed, strict=True))
        wrong = {row: (needed[column], why) for row, column, why in self._facts["empty"] if column in needed}
        for top, left, bottom, right in self._facts["merged"]:
            # Merged cells hold their value once: the other rows or columns would be read as empty.
            inside = [at for at in range(left, right + 1) if at in needed]
            for row in range(max(top, self._below + 1), bottom + 1) if inside else ():
                if row > top or inside[-1] > left:
                    wrong.setdefault(row, (needed[inside[-1]], "merged"))
        return wrong

    def _find_our_column(self, theirs: str) -> str:
        return next(
            (field.column.name for field in self._plan.fields if theirs in field.columns_read), "status"
        )

    def _format_raw_row(self, rows: _SheetRows, at: int) -> str:
        return row_as_json([*self._columns], rows.cells.columns[: len(self._columns)], at)


def sample_workbook(job: ReadJob, most: int) -> tuple[dict[str, Any], list[TopRow]]:
    """What a workbook says of itself, and the first rows of the sheet that is read; raises RecordsError where none can be."""
    child = _SheetProcess(job)
    try:
        facts: dict[str, Any] = json.loads(child.stream.schema.metadata[b"facts"])
        first = next(child.iter_row_batches(), None)
        return facts, [] if first is None else _list_top_rows(first, facts["first"], most)
    finally:
        child.close()


def _list_top_rows(cells: pa.RecordBatch, first: int, most: int) -> list[TopRow]:
    columns = [column.to_pylist() for column in cells.slice(0, most).columns]
    rows = zip(*columns, strict=True)
    # Within a cell a name may run over two lines; a mapping writes it on one.
    return [TopRow(at, at, [" ".join(cell.split()) for cell in row]) for at, row in enumerate(rows, first)]


def _are_column_names(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a row names columns: some that the first table has, or several texts, each another and none with a digit in it."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(set(filled) & set(columns)) > 2:
        return True
    words = all(any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)) for cell in filled)
    return len(set(filled)) == len(filled) > 2 and words


def _quote_names(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:12])


class _SheetProcess:
    """The process that reads a sheet, and the stream of its rows; raises RecordsError where it finds no sheet."""

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        command = [
            sys.executable, "-m", sheets.__name__,
            str(job.path), json.dumps(job.mapping.sheet), job.mapping.time.calendar, job.mapping.decimal,
        ]  # fmt: skip
        # Its messages go to a file and not to a pipe: they are read only after the process has ended, and a full pipe would
        # block it.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said
        )
        try:
            self.stream = pa.ipc.open_stream(self._process.stdout)
        except pa.ArrowInvalid:
            problem = self._make_refusal()
            self.close()
            raise problem from None

    def iter_row_batches(self) -> Iterator[pa.RecordBatch]:
        """The sheet's rows; raises RecordsError where the process ended before the sheet did."""
        try:
            yield from self.stream
            if self._process.wait() != 0:
                raise self._make_refusal()
        except (pa.ArrowException, OSError):
            raise self._make_refusal() from None
        finally:
            self.close()

    def close(self) -> None:
        """End the process, wherever it is."""
        # Killed, not asked: it holds no state, and a library that hangs would not answer.
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._said.close()

    def _make_refusal(self) -> RecordsError:
        # The exit code first: a process that was killed has written no message.
        code = self._process.wait()
        self._said.seek(0)
        return _make_refusal(code, self._said.read(100_000).decode("utf-8", "replace"), self._job)


def _make_refusal(code: int, message: str, job: ReadJob) -> RecordsError:
    if message == "bomb":
        return make_bomb_error(job.name, sheets.SWELLS)
    word, _, more = (
        message if code == 3 else ENDED.get(-code, "memory") if code < 0 else "damaged"
    ).partition(" ")
    # Office writes an encrypted workbook as a container of this stream, which the library calls damaged.
    if word == "damaged" and LOCKED in job.path.read_bytes()[: 1 << 20]:
        word = "password"
    params: dict[str, object] = {"name": job.name}
    if word == "no-sheet":
        params |= {"sheet": job.mapping.sheet, "sheets": _quote_names(json.loads(more))}
    if word == "twice":
        params["row"] = more
    return RecordsError(REFUSED.get(word, REFUSED["damaged"]), **params)
