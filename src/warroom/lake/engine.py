"""The one seam to what queries the lake: an engine turns a list of Parquet files into an Ibis table.

Everything above is Ibis expressions; another engine is one more class here and one more name in `ENGINES`.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.formats.pyarrow import PyArrowSchema

from warroom import settings
from warroom.errors import SettingError


class Engine(Protocol):
    """What the lake asks of an engine. Tables of one thread can be joined with each other."""

    def read(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """The rows of Parquet files of this schema; no file is opened until the table is executed."""
        ...


class DuckDB:
    """One DuckDB in this process, with a connection for each thread; nothing is kept in it."""

    def __init__(self) -> None:
        self._local = threading.local()

    def read(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        columns = ", ".join(f'"{name}"' for name in schema.names)
        return self._connection().sql(
            f"SELECT {columns} FROM {_source(paths, schema)}",  # noqa: S608 - quoted names of our own tables
            schema=PyArrowSchema.to_ibis(schema),
        )

    def _connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            self._local.connection = ibis.duckdb.from_connection(self._database.cursor())
            self._local.connection.raw_sql("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        return self._local.connection

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        # What a query took is given back soon: a server that has nothing to do should be small.
        given_back = {"allocator_flush_threshold": "8MiB", "allocator_background_threads": True}
        return duckdb.connect(config={"threads": settings.threads(), **given_back})


ENGINES = {"duckdb": DuckDB}


def engine() -> Engine:
    """The engine that the settings name; raises SettingError for an unknown one."""
    name = settings.text("WARROOM_ENGINE")
    if name not in ENGINES:
        raise SettingError(f"WARROOM_ENGINE is '{name}', which is no engine; it may be {', '.join(ENGINES)}.")
    return ENGINES[name]()


def _source(paths: Sequence[Path], schema: pa.Schema) -> str:
    if not paths:
        nothing = ", ".join(f'CAST(NULL AS {_TYPES[field.type]}) AS "{field.name}"' for field in schema)
        return f"(SELECT {nothing} WHERE false)"
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{names}], hive_partitioning = false)"


_TYPES = {
    pa.string(): "VARCHAR",
    pa.timestamp("us", "UTC"): "TIMESTAMPTZ",
    pa.decimal128(18, 2): "DECIMAL(18, 2)",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "VARCHAR[]",
}
