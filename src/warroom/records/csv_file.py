"""CSV files of any encoding and delimiter."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from warroom.records.batch import RAW_LIMIT, Batch, Reject
from warroom.records.convert import convert, dumps
from warroom.records.csv_rows import LONGEST_ROW, parse_row, rows_of
from warroom.records.dialect import find_dialect
from warroom.records.header import named
from warroom.records.job import Job
from warroom.records.lines import Block, Lines
from warroom.records.parallel import in_order
from warroom.records.totals import Totals
from warroom.sentences.sentence import Sentence

NAMES = 3
"""Cells of a row that are names of the file's columns from which on it begins another table."""


class CsvReader:
    """A CSV file with a row of column names; a row's line is the physical line it begins on."""

    format = "csv"
    sheet = ""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lines = Lines(job.path, job.mapping.encoding, job.name, job.block)
        self.size_bytes = self._lines.size_bytes
        self._dialect = find_dialect(self._lines.sample, job)
        self._columns, self._plan = self._dialect.header.columns, self._dialect.header.plan
        self._picked = [self._columns.index(name) for name in self._plan.needed]
        self.notes, self.unused = list(self._plan.notes), self._plan.unused

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._lines.position()

    def batches(self) -> Iterator[Batch]:
        """The rows in the file's order."""
        longest = self._job.block or LONGEST_ROW
        blocks = rows_of(self._data(), self._dialect.delimiter, len(self._columns), longest)
        totals = Totals(self._job, self._plan, self._dialect.delimiter, self.notes)
        return totals.taken_out(
            self._first_table(in_order(lambda block: (block, self._batch(block)), blocks))
        )

    def _first_table(self, batches: Iterable[tuple[Block, Batch]]) -> Iterator[Batch]:
        """The batches up to a row that names columns in another order or number; what follows it is rejected."""
        second = 0
        for block, batch in batches:
            # Names are no time and no amount: only a rejected row can be one of names.
            second = second or next((each.line for each in batch.rejects if self._are_names(each)), 0)
            yield self._without_second(block, batch, second) if second else batch
        if second:
            self.notes.append(Sentence("records.second-in-file", line=second))

    def _are_names(self, reject: Reject) -> bool:
        try:
            cells = [*json.loads(reject.raw).values()] if reject.raw.startswith("{") else None
        except ValueError:  # the beginning of a long row, or a line that is no JSON
            cells = None
        if cells is None:
            cells = parse_row(reject.raw, self._dialect.delimiter) or []
        cells = [str(cell or "").strip() for cell in cells]
        return len(set(cells) & set(self._columns)) >= NAMES and named(cells) != self._columns

    def _without_second(self, block: Block, batch: Batch, second: int) -> Batch:
        reason = Sentence("flaws.second-in-file", line=second)
        rows = np.flatnonzero(block.lines >= second).tolist()
        later = [
            Reject(int(block.lines[row]), "", "second_table", reason, self._raw(block, row)[:RAW_LIMIT])
            for row in rows
        ]
        told = {each.line for each in later}
        rejects = [*later, *(each for each in batch.rejects if each.line not in told)]
        kept = batch.rows.filter(pc.less(batch.rows["line"], second))
        return replace(batch, rows=kept, rejects=sorted(rejects, key=lambda each: each.line))

    def _data(self) -> Iterator[Block]:
        """The blocks without the lines of the column names."""
        header = self._dialect.header.last
        for block in self._lines.blocks():
            yield block.after(header)

    def _batch(self, block: Block) -> Batch:
        rejects = list(block.rejects)
        if not len(block.lines):
            return Batch(convert(self._job, self._plan, self._empty(), block.lines).rows, rejects)
        arrays, kept = self._parse(block, rejects)
        source = dict(zip(self._plan.needed, arrays, strict=True))
        batch = convert(
            self._job, self._plan, source, block.lines[kept], lambda row: self._raw(block, kept[row])
        )
        rejects = sorted([*rejects, *batch.rejects], key=lambda each: each.line)
        return replace(batch, rejects=rejects)

    def _empty(self) -> dict[str, pa.Array]:
        return {name: pa.array([], pa.string()) for name in self._plan.needed}

    def _parse(self, block: Block, rejects: list[Reject]) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
        """The needed columns and which rows they are of.

        Arrow's parser is quick but takes a stray quote or carriage return for what it is not; its count of
        rows then differs from ours, and the block is parsed row by row.
        """
        ragged: list[tuple[int, int]] = []
        try:
            table = self._parse_all(block, ragged)
        except pa.ArrowInvalid:
            return self._parse_each(block, rejects)
        # Two parsers that agree on the count: else a row could be filed under another one's line number.
        if table.num_rows + len(ragged) != len(block.lines):
            return self._parse_each(block, rejects)
        kept = np.ones(len(block.lines), dtype=np.bool_)
        for row, width in ragged:
            kept[row] = False
            rejects.append(self._ragged(block, row, width))
        return [_one(table.column(str(index))) for index in self._picked], np.flatnonzero(kept)

    def _parse_all(self, block: Block, ragged: list[tuple[int, int]]) -> pa.Table:
        def set_aside(row: pcsv.InvalidRow) -> str:
            ragged.append((row.number - 1, row.actual_columns))
            return "skip"

        names = [str(index) for index in range(len(self._columns))]
        picked = [str(index) for index in self._picked] or names[:1]
        return pcsv.read_csv(
            pa.BufferReader(block.data),
            read_options=pcsv.ReadOptions(
                # Blocks are worked on side by side already. The block's whole size, or Arrow would
                # cut it itself, inside a quote.
                column_names=names,
                use_threads=False,
                block_size=len(block.data) + 1,
            ),
            parse_options=pcsv.ParseOptions(
                delimiter=self._dialect.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=pcsv.ConvertOptions(
                include_columns=picked,
                column_types=dict.fromkeys(picked, pa.string()),
                # 'NULL' or 'nan' may be a name. Empty is made null later, for
                # every format alike (`texts.tidy`).
                strings_can_be_null=False,
                # The lines are valid UTF-8 by now, see `lines`.
                check_utf8=False,
            ),
        )

    def _parse_each(
        self, block: Block, rejects: list[Reject]
    ) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
        kept, values = [], []
        for row in range(len(block.lines)):
            text = block.text(row)
            parts = parse_row(text, self._dialect.delimiter)
            if parts is None:
                reason = Sentence("flaws.quotes")
                rejects.append(Reject(int(block.lines[row]), "", "quote", reason, text[:RAW_LIMIT]))
            elif len(parts) != len(self._columns):
                rejects.append(self._ragged(block, row, len(parts)))
            else:
                kept.append(row)
                values.append([parts[index] for index in self._picked])
        columns = zip(*values, strict=True) if values else [()] * len(self._picked)
        return [pa.array(column, pa.string()) for column in columns], np.array(kept, dtype=np.int64)

    def _ragged(self, block: Block, row: int, width: int) -> Reject:
        reason = Sentence("flaws.ragged", width=width, columns=len(self._columns))
        return Reject(int(block.lines[row]), "", "ragged", reason, block.text(row)[:RAW_LIMIT])

    def _raw(self, block: Block, row: int) -> str:
        """The row as JSON with all of the file's columns."""
        parts = parse_row(block.text(row), self._dialect.delimiter)
        return block.text(row) if parts is None else dumps(dict(zip(self._columns, parts, strict=False)))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
