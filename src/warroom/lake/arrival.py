"""Rows as they arrive: what a reader gives, with the columns that say where and when it came from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.records import Mapping, Table


@dataclass
class Origin:
    """Where rows come from: the file and the delivery every row names."""

    table: Table
    source: str
    delivery_id: str
    sha256: str
    received_at: datetime
    backfill: bool
    seen: bool
    file: str
    mapping: Mapping
    lines: npt.NDArray[np.int64] | None = None
    """The lines of the original file, where its rows are read again from the quarantine."""


def arrived(rows: pa.Table, origin: Origin) -> pa.Table:
    """Rows as they lie in the lake: the common columns before the table's own; one chunk a column."""
    count = rows.num_rows
    line = rows["line"].combine_chunks() if origin.lines is None else _original(rows["line"], origin.lines)
    columns = {
        "record_id": _numbered(rows, line, origin.sha256),
        "source": _constant(origin.source, count),
        "delivery_id": _constant(origin.delivery_id, count),
        "received_at": _received_at(rows, origin),
        "sha256": _constant(origin.sha256, count),
        "line": line,
    }
    for field_ in list(origin.table.schema)[len(columns) :]:
        columns[field_.name] = _column(rows, field_)
    return pa.table(columns).combine_chunks()


def _column(rows: pa.Table, field_: pa.Field) -> pa.ChunkedArray:
    if field_.name not in rows.column_names:
        return pa.nulls(rows.num_rows, field_.type)
    column = rows[field_.name]
    return column if column.type == field_.type else column.cast(field_.type)


def _numbered(rows: pa.Table, line: pa.Array, sha256: str) -> pa.Array:
    if "record_id" not in rows.column_names:
        given = pa.nulls(rows.num_rows, pa.string())
    else:
        given = rows["record_id"].combine_chunks()
    if given.null_count == 0:
        return given
    return pc.coalesce(given, pc.binary_join_element_wise(sha256[:12], line.cast(pa.string()), ":"))


def _received_at(rows: pa.Table, origin: Origin) -> pa.Array:
    kind = origin.table.schema.field("received_at").type
    if origin.backfill and "received_at" in rows.column_names:
        return rows["received_at"].cast(kind)
    return pa.array(np.full(rows.num_rows, clock.to_micros(origin.received_at))).cast(kind)


def _original(line: pa.ChunkedArray, lines: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(lines[line.to_numpy() - 1])


def _constant(text: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([text], pa.string()))
