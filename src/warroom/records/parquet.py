"""Parquet files, some 250,000 rows at a time."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warroom.errors import RecordsError
from warroom.records.batch import RowBatch
from warroom.records.convert import convert
from warroom.records.job import ReadJob
from warroom.records.parallel import map_in_order
from warroom.records.plan import make_plan

# Rows of a batch, chosen: a power of two near the 250,000 at which readers give rows.
ROWS = 262_144
FEW = 4_096
"""Rows at a time for a look, which may stop after them."""


class ParquetReader:
    """A Parquet file; a row's line is its number in the file, from 1."""

    format = "parquet"
    sheet = ""

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        self.size_bytes = job.path.stat().st_size
        try:
            # Without reading ahead by itself: memory would be that of row groups,
            # which partners write of any size.
            self._file = pq.ParquetFile(job.path, pre_buffer=False, buffer_size=1 << 20)
        # A name of a column that is no text fails as it is decoded, and not as Arrow's error.
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            raise RecordsError("records.parquet-footer", name=job.name) from None
        self._plan = make_plan(job.table, job.mapping, self._file.schema_arrow.names, job.name)
        self.notes, self.unused = list(self._plan.notes), self._plan.columns_unused
        self._rows = 0

    def count_bytes_read(self) -> int:
        """Bytes done, as the share of rows done."""
        return int(self.size_bytes * self._rows // max(1, self._file.metadata.num_rows))

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the file's order."""
        for batch in map_in_order(self._convert_row_group, self._iter_row_groups()):
            self._rows += batch.rows.num_rows + len(batch.rejects)
            yield batch

    def _iter_row_groups(self) -> Iterator[tuple[pa.RecordBatch, int]]:
        first = 1
        try:
            for batch in self._file.iter_batches(
                batch_size=ROWS if self._job.block_bytes is None else FEW,
                columns=self._plan.columns_needed or None,
            ):
                yield batch, first
                first += batch.num_rows
        except (pa.ArrowException, OSError) as problem:
            raise self._make_damage_error(first) from problem
        # Where a damaged footer gives a column fewer values than the file has rows, Arrow ends early and says nothing.
        if first - 1 != self._file.metadata.num_rows:
            raise self._make_damage_error(first)

    def _make_damage_error(self, first: int) -> RecordsError:
        return RecordsError("records.parquet-damaged-after", name=self._job.name, row=first - 1)

    def _convert_row_group(self, part: tuple[pa.RecordBatch, int]) -> RowBatch:
        batch, first = part
        try:
            batch.validate(full=True)
        except pa.ArrowInvalid as problem:
            raise RecordsError("records.parquet-values", name=self._job.name, problem=problem) from None
        source = {name: batch.column(index) for index, name in enumerate(batch.schema.names)}
        lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
        try:
            return convert(self._job, self._plan, source, lines)
        except (pa.ArrowInvalid, OverflowError) as problem:
            raise RecordsError(
                "records.parquet-values-near", name=self._job.name, row=first, problem=problem
            ) from None
