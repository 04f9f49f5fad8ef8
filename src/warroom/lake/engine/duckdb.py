"""DuckDB in this process: what queries the lake unless a setting says otherwise."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.formats.pyarrow import PyArrowSchema

from warroom import settings


class ArrowDuckDB(Backend):  # type: ignore[misc]
    """Ibis's DuckDB, whose rows come as Arrow. Its own way to them loads pandas, which has no part in it."""

    def to_pyarrow(
        self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **_: Any
    ) -> pa.Table | pa.ChunkedArray | pa.Scalar:
        """The result in the types of the expression."""
        try:
            found = self._to_duckdb_relation(expr, params=params, limit=limit).to_arrow_table()
        finally:
            for table in expr.op().find(ops.InMemoryTable):
                self.con.unregister(table.name)
        return expr.__pyarrow_result__(found)

    def _register_in_memory_tables(self, expr: ir.Expr) -> None:
        # Ibis keeps each table of a question until the process ends: a server would grow with every one that it asks.
        for table in self._verify_in_memory_tables_are_unique(expr):
            self._register_in_memory_table(table)


class DuckDB:
    """One DuckDB in this process, with a connection for each thread; nothing is kept in it."""

    name = "DuckDB"
    cluster = False

    def __init__(self) -> None:
        assert ibis.duckdb  # naming it registers the options that its compiler looks at
        self._local = threading.local()

    def read(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        columns = ", ".join(f'"{name}"' for name in schema.names)
        return self._connection().sql(
            f"SELECT {columns} FROM {_source(paths, schema)}",  # noqa: S608 - quoted names of our own tables
            schema=PyArrowSchema.to_ibis(schema),
        )

    def check(self) -> str:
        found: str = self._connection().raw_sql("SELECT version()").fetchone()[0]
        return found.removeprefix("v")

    def _connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            # A cursor a thread: one connection answers one query at a time, and
            # pages would wait for each other.
            self._local.connection = ArrowDuckDB.from_connection(self._database.cursor())
            self._local.connection.raw_sql("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        return self._local.connection

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        # What a query took is given back soon: a server that has nothing to do should be small.
        given_back = {"allocator_flush_threshold": "8MiB", "allocator_background_threads": True}
        # It would remember each file that it ever read, and the lake writes new ones all day; what they hold is in the
        # system's cache already.
        forgotten = {"enable_external_file_cache": False}
        return duckdb.connect(config={"threads": settings.threads(), **given_back, **forgotten})


def _source(paths: Sequence[Path], schema: pa.Schema) -> str:
    if not paths:
        nothing = ", ".join(f'CAST(NULL AS {_TYPES[field.type]}) AS "{field.name}"' for field in schema)
        return f"(SELECT {nothing} WHERE false)"
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # Else the folder day=2026-11-24 would add a column of its own, typed by guess.
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
