"""Rows as they arrive: what a reader gives, with the columns that say where and when it came from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.records.mapping import FileMapping
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """A part of what is read as one: its hash and name, and the number that each of its lines has in it."""

    sha256: str
    file: str
    numbers: Sequence[int]


class StreamPieces:
    """Several pieces read as one: the lines run on, and each still knows which piece it is of, and where in it."""

    def __init__(self, pieces: Sequence[StreamPiece]) -> None:
        self.all = list(pieces)
        self._ends = np.cumsum([len(piece.numbers) for piece in self.all])
        self._numbers = np.concatenate([np.asarray(piece.numbers, np.int64) for piece in self.all])

    def piece_indices(self, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The number of the piece that each line is of."""
        return np.searchsorted(self._ends, lines, side="left")

    def piece_hashes(self, lines: npt.NDArray[np.int64]) -> pa.Array:
        """The hash of the piece that each line is of."""
        texts = pa.array([piece.sha256 for piece in self.all], pa.string())
        return pa.DictionaryArray.from_arrays(self.piece_indices(lines).astype(np.int32), texts)

    def piece_lines(self, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The number that each line has in its own piece."""
        return self._numbers[lines - 1]


@dataclass
class RowOrigin:
    """Where rows come from: the file and the delivery every row names."""

    table: Table
    source: str
    delivery_id: str
    sha256: str
    received_at: datetime
    backfill: bool
    seen: bool
    file: str
    mapping: FileMapping
    lines: npt.NDArray[np.int64] | None = None
    """The lines of the original file, where its rows are read again from the quarantine."""
    pieces: StreamPieces | None = None
    """What a stream's rows came in pieces of."""
    mark: str = ""
    """What rows without a number are known by, before their line; empty: the first 12 digits of their sha256."""
    member: str = ""
    """The file's name in the archive that was sent, or its sheet in the workbook."""

    def locate_lines(self, lines: npt.NDArray[np.int64]) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """The sha256 of what each line was read from, and the line's number in it."""
        if self.pieces is not None:
            return self.pieces.piece_hashes(lines), self.pieces.piece_lines(lines)
        return _repeat_text(self.sha256, len(lines)), lines if self.lines is None else self.lines[lines - 1]

    def make_marks(self, sha256: pa.Array) -> pa.Array:
        """What the rows of each sha256 are known by, before their line, where they bring no number."""
        # 12 hex digits are 48 bits: two files meet by chance once in millions of files. The same file gives the
        # same numbers, so sending it again doubles nothing.
        if self.mark:
            return pa.repeat(self.mark, len(sha256))
        return pc.utf8_slice_codeunits(sha256.dictionary_decode(), 0, 12)

    def file_name_of(self, line: int) -> str:
        """The file that a line is of."""
        return (
            self.file
            if self.pieces is None
            else self.pieces.all[int(self.pieces.piece_indices(np.array([line]))[0])].file
        )


def make_file_mark(sha256: str, member: str) -> str:
    """What the rows of a file without a number are known by; apart for each file in one archive."""
    return (hashlib.sha256(f"{sha256}/{member}".encode()).hexdigest() if member else sha256)[:12]


def add_common_columns(rows: pa.Table, origin: RowOrigin) -> pa.Table:
    """Rows as the lake stores them: the common columns before the table's own; each column is one chunk."""
    count = rows.num_rows
    sha256, numbers = origin.locate_lines(rows["line"].to_numpy())
    line = pa.array(numbers)
    columns = {
        "record_id": _fill_record_ids(rows, line, sha256, origin),
        "source": _repeat_text(origin.source, count),
        "delivery_id": _repeat_text(origin.delivery_id, count),
        "received_at": _received_at(rows, origin),
        "sha256": sha256,
        "line": line,
    }
    for field_ in list(origin.table.schema)[len(columns) :]:
        columns[field_.name] = _fill_column(rows, field_)
    return pa.table(columns).combine_chunks()


def _fill_column(rows: pa.Table, field_: pa.Field) -> pa.ChunkedArray:
    if field_.name not in rows.column_names:
        return pa.nulls(rows.num_rows, field_.type)
    column = rows[field_.name]
    return column if column.type == field_.type else column.cast(field_.type)


def _fill_record_ids(rows: pa.Table, line: pa.Array, sha256: pa.Array, origin: RowOrigin) -> pa.Array:
    if "record_id" not in rows.column_names:
        given = pa.nulls(rows.num_rows, pa.string())
    else:
        given = rows["record_id"].combine_chunks()
    if given.null_count == 0:
        return given
    return pc.coalesce(
        given, pc.binary_join_element_wise(origin.make_marks(sha256), line.cast(pa.string()), ":")
    )


def _received_at(rows: pa.Table, origin: RowOrigin) -> pa.Array:
    kind = origin.table.schema.field("received_at").type
    # Only a backfill may say when its rows were known; anything else would let a sender write into the past.
    if origin.backfill and "received_at" in rows.column_names:
        return rows["received_at"].cast(kind)
    return pa.array(np.full(rows.num_rows, clock.to_micros(origin.received_at))).cast(kind)


def _repeat_text(text: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([text], pa.string()))
