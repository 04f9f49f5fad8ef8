"""From columns to a table's rows as a partner sends them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from warroom.records.tables import TABLES
from warroom_lab.world.drawing.columns import Array

NEVER = -1
"""A moment that does not come: null in a table."""

TIME = pa.timestamp("us", "UTC")


class TablePart(NamedTuple):
    """Some rows of one table as one partner sends them: `record_id`, `received_at` and the table's own columns."""

    partner: str
    table: str
    rows: pa.Table


def make_part(partner: str, table: str, record_id: Any, received: Array, **columns: Any) -> TablePart:
    """Rows of a table; integers in columns of time are microseconds (NEVER: null), of money satang.

    A name that Python keeps for itself is given with an underscore (`from_`). Columns that are not given stay null.
    """
    given = {name.rstrip("_"): values for name, values in columns.items()}
    arrays = {"record_id": pa.array(record_id, pa.string()), "received_at": to_time_column(received)}
    for column in TABLES[table]:
        if column.name in given:
            arrays[column.name] = _to_column(given[column.name], column.kind, column.type)
        else:
            arrays[column.name] = pa.nulls(len(received), column.type)
    unknown = set(given) - set(arrays)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    return TablePart(partner, table, pa.table(arrays))


def to_time_column(moments: Array) -> pa.Array:
    """A column of time; NEVER becomes null."""
    moments = np.asarray(moments, np.int64)
    return pa.array(moments, pa.int64(), mask=moments == NEVER).cast(TIME)


def _to_column(values: Any, kind: str, type_: pa.DataType) -> pa.Array:
    if kind == "time":
        return to_time_column(values)
    if kind == "money":
        return pa.array([None if each < 0 else Decimal(int(each)) / 100 for each in values], type_)
    if isinstance(values, np.ndarray) and kind == "number":
        return pa.array(values, type_, from_pandas=True)
    return pa.array(values, type_)


def to_records(each: TablePart) -> list[dict[str, Any]]:
    """The rows as dictionaries, each with its `source`."""
    rows: list[dict[str, Any]] = each.rows.to_pylist()
    return [{**row, "source": each.partner} for row in rows]


def map_to_words(words: Mapping[int, str] | tuple[str, ...], indexes: Array) -> list[str]:
    """The word of each index."""
    return [words[int(index)] for index in indexes]
