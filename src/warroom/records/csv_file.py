"""CSV files of any encoding and delimiter."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from warroom.records.batch import RAW_LIMIT, Reject, RowBatch
from warroom.records.convert import convert, dump_row
from warroom.records.csv_rows import LONGEST_ROW, iter_row_blocks, parse_row
from warroom.records.dialect import detect_dialect
from warroom.records.header import make_unique_names
from warroom.records.job import ReadJob
from warroom.records.lines import LineBlock, LineReader
from warroom.records.parallel import map_in_order
from warroom.records.totals import TotalsFilter
from warroom.sentences.sentence import Sentence

NAMES = 3
"""Cells of a row that are names of the file's columns from which on it begins another table."""


class CsvReader:
    """A CSV file with a row of column names; a row's line is the physical line it begins on."""

    format = "csv"
    sheet = ""

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        self._lines = LineReader(job.path, job.mapping.encoding, job.name, job.block_bytes)
        self.size_bytes = self._lines.size_bytes
        self._dialect = detect_dialect(self._lines.sample, job)
        self._columns, self._plan = self._dialect.header.columns, self._dialect.header.plan
        self._picked = [self._columns.index(name) for name in self._plan.columns_needed]
        self.notes, self.unused = list(self._plan.notes), self._plan.columns_unused

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._lines.count_bytes_read()

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the file's order."""
        longest = self._job.block_bytes or LONGEST_ROW
        blocks = iter_row_blocks(
            self._iter_data_blocks(), self._dialect.delimiter, len(self._columns), longest
        )
        totals = TotalsFilter(self._job, self._plan, self._dialect.delimiter, self.notes)
        return totals.remove_totals(
            self._iter_first_table(map_in_order(lambda block: (block, self._build_batch(block)), blocks))
        )

    def _iter_first_table(self, batches: Iterable[tuple[LineBlock, RowBatch]]) -> Iterator[RowBatch]:
        """The batches up to a row that names columns in another order or number; what follows it is rejected."""
        second = 0
        for block, batch in batches:
            # Names are no time and no amount: only a rejected row can be one of names.
            second = second or next(
                (reject.line for reject in batch.rejects if self._is_second_header(reject)), 0
            )
            yield self._reject_second_table(block, batch, second) if second else batch
        if second:
            self.notes.append(Sentence("records.second-in-file", line=second))

    def _is_second_header(self, reject: Reject) -> bool:
        try:
            # Rejected rows are kept as JSON where they could be parsed, else as the line itself.
            cells = [*json.loads(reject.raw).values()] if reject.raw.startswith("{") else None
        except ValueError:  # the beginning of a long row, or a line that is no JSON
            cells = None
        if cells is None:
            cells = parse_row(reject.raw, self._dialect.delimiter) or []
        cells = [str(cell or "").strip() for cell in cells]
        # The same names in the same order are a header repeated on each page; then the columns have not
        # changed.
        return len(set(cells) & set(self._columns)) >= NAMES and make_unique_names(cells) != self._columns

    def _reject_second_table(self, block: LineBlock, batch: RowBatch, second: int) -> RowBatch:
        reason = Sentence("flaws.second-in-file", line=second)
        rows = np.flatnonzero(block.lines >= second).tolist()
        later = [
            Reject(
                int(block.lines[row]),
                "",
                "second_table",
                reason,
                self._format_raw_row(block, row)[:RAW_LIMIT],
            )
            for row in rows
        ]
        later_lines = {reject.line for reject in later}
        rejects = [*later, *(reject for reject in batch.rejects if reject.line not in later_lines)]
        kept = batch.rows.filter(pc.less(batch.rows["line"], second))
        return replace(batch, rows=kept, rejects=sorted(rejects, key=lambda reject: reject.line))

    def _iter_data_blocks(self) -> Iterator[LineBlock]:
        """The blocks without the lines of the column names."""
        header = self._dialect.header.last
        for block in self._lines.iter_blocks():
            yield block.drop_lines_up_to(header)

    def _build_batch(self, block: LineBlock) -> RowBatch:
        rejects = list(block.rejects)
        if not len(block.lines):
            return RowBatch(
                convert(self._job, self._plan, self._make_empty_columns(), block.lines).rows, rejects
            )
        arrays, kept = self._parse_block(block, rejects)
        source = dict(zip(self._plan.columns_needed, arrays, strict=True))
        batch = convert(
            self._job,
            self._plan,
            source,
            block.lines[kept],
            lambda row: self._format_raw_row(block, kept[row]),
        )
        rejects = sorted([*rejects, *batch.rejects], key=lambda reject: reject.line)
        return replace(batch, rejects=rejects)

    def _make_empty_columns(self) -> dict[str, pa.Array]:
        return {name: pa.array([], pa.string()) for name in self._plan.columns_needed}

    def _parse_block(
        self, block: LineBlock, rejects: list[Reject]
    ) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
        """The needed columns and which rows they are of.

        Arrow's parser is quick but takes a stray quote or carriage return for what it is not; its count of
        rows then differs from ours, and the block is parsed row by row.
        """
        ragged: list[tuple[int, int]] = []
        try:
            table = self._parse_with_arrow(block, ragged)
        except pa.ArrowInvalid:
            return self._parse_row_by_row(block, rejects)
        # Two parsers that agree on the count: else a row could be filed under another one's line number.
        if table.num_rows + len(ragged) != len(block.lines):
            return self._parse_row_by_row(block, rejects)
        kept = np.ones(len(block.lines), dtype=np.bool_)
        for row, width in ragged:
            kept[row] = False
            rejects.append(self._make_ragged_reject(block, row, width))
        return [_combine_chunks(table.column(str(index))) for index in self._picked], np.flatnonzero(kept)

    def _parse_with_arrow(self, block: LineBlock, ragged: list[tuple[int, int]]) -> pa.Table:
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

    def _parse_row_by_row(
        self, block: LineBlock, rejects: list[Reject]
    ) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
        kept, values = [], []
        for row in range(len(block.lines)):
            text = block.get_line_text(row)
            parts = parse_row(text, self._dialect.delimiter)
            if parts is None:
                reason = Sentence("flaws.quotes")
                rejects.append(Reject(int(block.lines[row]), "", "quote", reason, text[:RAW_LIMIT]))
            elif len(parts) != len(self._columns):
                rejects.append(self._make_ragged_reject(block, row, len(parts)))
            else:
                kept.append(row)
                values.append([parts[index] for index in self._picked])
        columns = zip(*values, strict=True) if values else [()] * len(self._picked)
        return [pa.array(column, pa.string()) for column in columns], np.array(kept, dtype=np.int64)

    def _make_ragged_reject(self, block: LineBlock, row: int, width: int) -> Reject:
        reason = Sentence("flaws.ragged", width=width, columns=len(self._columns))
        return Reject(int(block.lines[row]), "", "ragged", reason, block.get_line_text(row)[:RAW_LIMIT])

    def _format_raw_row(self, block: LineBlock, row: int) -> str:
        """The row as JSON with all of the file's columns."""
        parts = parse_row(block.get_line_text(row), self._dialect.delimiter)
        return (
            block.get_line_text(row)
            if parts is None
            else dump_row(dict(zip(self._columns, parts, strict=False)))
        )


def _combine_chunks(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
