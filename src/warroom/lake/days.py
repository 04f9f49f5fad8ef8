"""Writing rows as Parquet files by day: each file's row groups are sorted by time, and its sha256 is taken
as it goes.

zstd level 1: half the bytes of snappy for a tenth more time, measured on transfers. Columns that hardly
repeat get no dictionary, and only the times get statistics: both cost more than they bring.
"""

import hashlib
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warroom.lake.commit import LakeFile
from warroom.lake.hashing import one_chunk
from warroom.records import Table

DAY = 86_400_000_000
BUFFER_BYTES = 160 << 20
"""Rows that are kept before they are cut into days; twice this may be on its way to the disk."""
OPEN_FILES = 200
_SAMPLE = 2_000


class HashedFile(io.RawIOBase):
    """A file that knows the sha256 of what was written to it."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._sha256.update(view)
        done = 0
        while done < view.nbytes:
            done += os.write(self._handle, view[done:])
        self.size += view.nbytes
        return view.nbytes

    def close(self) -> None:
        if not self.closed:
            os.close(self._handle)
        super().close()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


class DayFile:
    """One file of one day, which takes row groups until it is closed."""

    def __init__(self, path: Path, table: Table, day: int, corrections: bool) -> None:
        self.path, self.rows, self.late = path, 0, False
        self.day, self._table, self._corrections = day, table, corrections
        self._sink = HashedFile(path)
        self._writer: pq.ParquetWriter | None = None
        self._deliveries: set[str] = set()
        self._sources: set[str] = set()
        self._times: list[tuple[int, int]] = []
        self._received: list[tuple[int, int]] = []
        self._guard = threading.Lock()

    def write(self, rows: pa.Table, times: npt.NDArray[np.int64], late: bool) -> None:
        """Add rows of this day as a row group, sorted by time."""
        if len(times) > 1 and bool((times[1:] < times[:-1]).any()):
            rows = rows.take(pa.array(np.argsort(times, kind="stable")))
        with self._guard:
            if self._writer is None:
                self._writer = _writer(self._sink, rows)
            self._writer.write_table(rows, row_group_size=len(times))
            self.rows += len(times)
            self.late |= late
            self._note(rows, times)

    def close(self, seq: int) -> LakeFile:
        """Finish the file; what a commit says of it."""
        assert self._writer is not None
        self._writer.close()
        self._sink.close()
        return LakeFile(
            path=self.path,
            name="",
            table=self._table.name,
            day=date(1970, 1, 1) + timedelta(days=self.day),
            rows=self.rows,
            sha256=self._sink.sha256,
            bytes=self._sink.size,
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

    def _note(self, rows: pa.Table, times: npt.NDArray[np.int64]) -> None:
        self._times.append((int(times.min()), int(times.max())))
        received = pc.min_max(rows["received_at"].cast(pa.int64())).as_py()
        self._received.append((received["min"], received["max"]))
        self._deliveries |= set(pc.unique(rows["delivery_id"]).to_pylist())
        self._sources |= set(pc.unique(rows["source"]).to_pylist())


def _writer(sink: HashedFile, rows: pa.Table) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        rows.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=_repeating(rows),
        write_statistics=[field.name for field in rows.schema if pa.types.is_timestamp(field.type)],
        store_schema=False,
    )


def _repeating(rows: pa.Table) -> list[str]:
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


class TableWriter:
    """Takes rows of one table in any order and writes them by day; corrections get files of their own."""

    def __init__(self, table: Table, new_file: Callable[[], Path], pool: Executor, seq: int) -> None:
        self._table, self._new_file, self._pool, self._seq = table, new_file, pool, seq
        self._pending: dict[bool, list[tuple[pa.Table, bool]]] = {False: [], True: []}
        self._bytes = 0
        self._open: dict[tuple[bool, int], DayFile] = {}
        self._done: list[LakeFile] = []
        self._working: list[Future[None]] = []

    def add(self, rows: pa.Table, *, corrections: bool = False, late: bool = False) -> None:
        """Take rows in the table's schema, constant columns as dictionaries or not; some may be `late`."""
        if rows.num_rows:
            self._pending[corrections].append((rows, late))
            self._bytes += rows.nbytes
            if self._bytes >= BUFFER_BYTES:
                self._cut()

    def finish(self) -> list[LakeFile]:
        """Write what is left; all files, each finished."""
        self._cut()
        self._wait()
        files = sorted(self._open.values(), key=lambda file: file.path)
        self._done += list(self._pool.map(lambda file: file.close(self._seq), files))
        self._open.clear()
        return self._done

    def abandon(self) -> None:
        """Let go of everything."""
        for future in self._working:
            future.cancel()
        for future in self._working:
            if not future.cancelled():
                future.exception()
        for file in self._open.values():
            file.abandon()

    def _cut(self) -> None:
        """Hand the pending rows to the pool, day by day, after what was handed before is written."""
        self._wait()
        for corrections, parts in self._pending.items():
            if parts:
                rows = pa.concat_tables([part for part, _ in parts]).unify_dictionaries().combine_chunks()
                self._by_day(rows, corrections, any(late for _, late in parts))
                parts.clear()
        self._bytes = 0

    def _by_day(self, rows: pa.Table, corrections: bool, late: bool) -> None:
        times = times_of(rows, self._table)
        days = times // DAY
        if len(days) > 1 and bool((days[1:] < days[:-1]).any()):
            order = _day_order(days)
            rows, times, days = rows.take(pa.array(order)).combine_chunks(), times[order], days[order]
        edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for start, end in pairwise(edges):
            file = self._file(corrections, int(days[start]))
            part = rows.slice(start, end - start)
            self._working.append(self._pool.submit(file.write, part, times[start:end], late))

    def _file(self, corrections: bool, day: int) -> DayFile:
        file = self._open.get((corrections, day))
        if file is None:
            if len(self._open) >= OPEN_FILES:
                self._close_some()
            file = self._open[corrections, day] = DayFile(self._new_file(), self._table, day, corrections)
        return file

    def _close_some(self) -> None:
        self._wait()
        for key in list(self._open)[: OPEN_FILES // 2]:
            self._done.append(self._open.pop(key).close(self._seq))

    def _wait(self) -> None:
        working, self._working = self._working, []
        for future in working:
            future.result()


def times_of(rows: pa.Table, table: Table) -> npt.NDArray[np.int64]:
    """The moment of each row in microseconds: the table's own time, else when it was received."""
    received = one_chunk(rows["received_at"])
    moments = received if table.time_column is None else one_chunk(rows[table.time_column])
    if moments.null_count:
        moments = pc.coalesce(moments, received)
    times: npt.NDArray[np.int64] = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return times


def _day_order(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A stable order by day; 16 bits are sorted by counting, and hold 179 years."""
    first = days.min()
    small = (days - first).astype(np.uint16) if days.max() - first < 1 << 16 else days
    order: npt.NDArray[np.int64] = np.argsort(small, kind="stable")
    return order
