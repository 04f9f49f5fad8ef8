"""Writing rows as Parquet files by day, each row group sorted by time.

zstd level 1: half the bytes of snappy for a tenth more time, measured on transfers. Columns that hardly
repeat get no dictionary, and only the times get statistics: both cost more than they bring.
"""

import threading
from collections import deque
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warroom.lake.commit import LakeFile
from warroom.lake.hashing import U64, as_one_chunk, hash_file
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys, merge_sorted
from warroom.lake.stage import LakeStage
from warroom.records.table import Table

# Microseconds.
DAY = 86_400_000_000
BUFFER_BYTES = 96 << 20
"""Rows that are kept before they are cut into days; two such cuts may be on their way to the disk."""
# Files, chosen: far below the 1,024 descriptors of a process, which also has sockets and mapped files.
OPEN_FILES = 200
# Rows, chosen: enough to tell a column of constants from one of references.
_SAMPLE = 2_000


class DayFile:
    """One file of one day, which takes row groups until it is closed."""

    def __init__(
        self, path: Path, table: Table, day: int, corrections: bool, keys: PaymentKeys | None
    ) -> None:
        self.path, self.rows, self.late = path, 0, False
        self.day, self._table, self._corrections = day, table, corrections
        self._sink = pa.OSFile(str(path), mode="wb")
        self._writer: pq.ParquetWriter | None = None
        self._deliveries: set[str] = set()
        self._sources: set[str] = set()
        self._times: list[tuple[int, int]] = []
        self._received: list[tuple[int, int]] = []
        self._keys, self._payments = keys, list[U64]()
        self._guard = threading.Lock()

    def write_rows(self, rows: pa.Table, times: npt.NDArray[np.int64], late: bool) -> None:
        """Add rows of this day as a row group, sorted by time."""
        if len(times) > 1 and bool((times[1:] < times[:-1]).any()):
            # Stable: at equal times the order of the file is part of the evidence, see 'Money, exactly'.
            rows = rows.take(pa.array(np.argsort(times, kind="stable")))
        with self._guard:
            if self._writer is None:
                self._writer = _open_parquet_writer(self._sink, rows)
            self._writer.write_table(rows, row_group_size=len(times))
            if self._keys is not None:
                # Here, where the rows lie in memory: reading them back costs more than all the rest of it.
                self._payments.append(self._keys.make_arrays(rows, self.rows))
            self.rows += len(times)
            self.late |= late
            self._record_statistics(rows, times)

    def finish_file(self, seq: int) -> LakeFile:
        """Finish the file; what a commit says of it."""
        assert self._writer is not None
        self._writer.close()
        self._sink.close()
        sha256 = hash_file(self.path)
        if self._keys is not None:
            self._keys.save_arrays(sha256, merge_sorted(self._payments))
        return LakeFile(
            path=self.path,
            name="",
            table=self._table.name,
            day=date(1970, 1, 1) + timedelta(days=self.day),
            rows=self.rows,
            sha256=sha256,
            bytes=self.path.stat().st_size,
            seq=seq,
            deliveries=tuple(sorted(self._deliveries)),
            sources=tuple(sorted(self._sources)),
            corrections=self.rows if self._corrections else 0,
            late=self.late,
            first_time=min(low for low, _ in self._times),
            last_time=max(high for _, high in self._times),
            first_received=min(low for low, _ in self._received),
            last_received=max(high for _, high in self._received),
        )

    def abandon(self) -> None:
        """Close without finishing."""
        self._sink.close()

    def _record_statistics(self, rows: pa.Table, times: npt.NDArray[np.int64]) -> None:
        self._times.append((int(times.min()), int(times.max())))
        received = pc.min_max(rows["received_at"].cast(pa.int64())).as_py()
        self._received.append((received["min"], received["max"]))
        self._deliveries |= set(pc.unique(rows["delivery_id"]).to_pylist())
        self._sources |= set(pc.unique(rows["source"]).to_pylist())


def _open_parquet_writer(sink: pa.NativeFile, rows: pa.Table) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=_find_dictionary_columns(rows),
        write_statistics=[field.name for field in rows.schema if pa.types.is_timestamp(field.type)],
        # Else Arrow writes its own schema into every file, and the dictionaries of
        # constants would come back as such.
        store_schema=False,
    )


def _find_dictionary_columns(rows: pa.Table) -> list[str]:
    """The columns worth a dictionary: texts of which a sample holds at most half as many values as rows."""
    sample = rows.slice(0, _SAMPLE)
    return [
        field.name
        for field in rows.schema
        if pa.types.is_dictionary(field.type)
        or (
            pa.types.is_string(field.type)
            and 2 * pc.count_distinct(sample[field.name]).as_py() <= len(sample) + 1
        )
    ]


@dataclass(frozen=True, slots=True)
class PendingRows:
    """Rows that wait to be cut into days."""

    rows: pa.Table
    corrections: bool
    late: bool


class TableWriter:
    """Takes rows of one table in any order and writes them by day; corrections get files of their own."""

    def __init__(self, table: Table, stage: LakeStage, pool: Executor) -> None:
        self._table, self._stage, self._pool = table, stage, pool
        self._keys = stage.payments if table.name == TRANSFERS.name else None
        self._pending: list[PendingRows] = []
        self._bytes = 0
        self._open: dict[tuple[bool, int], DayFile] = {}
        self._done: list[LakeFile] = []
        self._working: deque[Future[None]] = deque()
        self._guard = threading.Lock()

    def add_rows(self, rows: pa.Table, *, corrections: bool = False, late: bool = False) -> None:
        """Take rows in the table's schema, constant columns as dictionaries or not; some may be `late`."""
        if rows.num_rows:
            self._pending.append(PendingRows(rows, corrections, late))
            self._bytes += rows.nbytes
            if self._bytes >= BUFFER_BYTES:
                self._submit_pending([self._pending])

    def finish_files(self) -> list[LakeFile]:
        """Write what is left; all files, each finished."""
        self._submit_pending(
            _split_in_halves(self._pending) if self._bytes > BUFFER_BYTES // 8 else [self._pending]
        )
        self._await_cuts(0)
        files = sorted(self._open.values(), key=lambda file: file.path)
        self._done += self._pool.map(lambda file: file.finish_file(self._stage.seq), files)
        self._open.clear()
        return self._done

    def abandon(self) -> None:
        """Let go of everything."""
        for future in self._working:
            if not future.cancel():
                future.exception()
        for file in self._open.values():
            file.abandon()

    def _submit_pending(self, shares: list[list[PendingRows]]) -> None:
        """Hand rows to the pool; never more than two cuts are on their way."""
        # One cut is written while the next is filled; a third would only take memory.
        self._await_cuts(1)
        # A file of ten years of transfers would open 3,650 files at once; descriptors
        # end at 1,024 on many machines.
        if len(self._open) > OPEN_FILES:
            self._close_some()
        for share in shares:
            for corrections in (False, True):
                parts = [part for part in share if part.corrections == corrections]
                if parts:
                    self._working.append(self._pool.submit(self._write_days, parts, corrections))
        self._pending, self._bytes = [], 0

    def _write_days(self, parts: list[PendingRows], corrections: bool) -> None:
        """Cut rows into days and add each day's to its file."""
        late = any(part.late for part in parts)
        rows = pa.concat_tables([part.rows for part in parts]).unify_dictionaries()
        parts.clear()
        times = get_row_times(rows, self._table)
        days = times // DAY
        # Cut by day before sorting by time: a day's gather stays in the cache, a whole file's does not.
        if len(days) > 1 and bool((days[1:] < days[:-1]).any()):
            order = _sort_by_day(days)
            rows, times, days = _reorder_rows(rows, order), times[order], days[order]
        else:
            rows = rows.combine_chunks()
        edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for start, end in pairwise(edges):
            file = self._get_day_file(corrections, int(days[start]))
            file.write_rows(rows.slice(start, end - start), times[start:end], late)

    def _get_day_file(self, corrections: bool, day: int) -> DayFile:
        with self._guard:
            file = self._open.get((corrections, day))
            if file is None:
                file = DayFile(self._stage.new_file(), self._table, day, corrections, self._keys)
                self._open[corrections, day] = file
            return file

    def _close_some(self) -> None:
        """Where rows are of very many days, finish the files that were begun first."""
        self._await_cuts(0)
        for key in list(self._open)[: -OPEN_FILES // 2]:
            self._done.append(self._open.pop(key).finish_file(self._stage.seq))

    def _await_cuts(self, for_at_most: int) -> None:
        while len(self._working) > for_at_most:
            self._working.popleft().result()


def _reorder_rows(rows: pa.Table, order: npt.NDArray[np.int64]) -> pa.Table:
    """Rows in another order, a column at a time: memory never holds the table three times."""
    indices = pa.array(order)
    return pa.table([as_one_chunk(column).take(indices) for column in rows.columns], rows.schema.names)


def _split_in_halves(parts: list[PendingRows]) -> list[list[PendingRows]]:
    """The same rows in two shares, so that both cores have work at the end."""
    cut = [(part, part.rows.num_rows // 2) for part in parts]
    return [
        [replace(part, rows=part.rows.slice(0, half)) for part, half in cut if half],
        [replace(part, rows=part.rows.slice(half)) for part, half in cut],
    ]


def get_row_times(rows: pa.Table, table: Table) -> npt.NDArray[np.int64]:
    """The moment of each row in microseconds: the table's own time, else when it was received."""
    received = as_one_chunk(rows["received_at"])
    moments = received if table.time_column is None else as_one_chunk(rows[table.time_column])
    if moments.null_count:
        moments = pc.coalesce(moments, received)
    times: npt.NDArray[np.int64] = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return times


def _sort_by_day(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A stable order by day; 16 bits are sorted by counting, and hold 179 years."""
    first = days.min()
    small = (days - first).astype(np.uint16) if days.max() - first < 1 << 16 else days
    order: npt.NDArray[np.int64] = np.argsort(small, kind="stable")
    return order
