"""DuckDB in this process: what queries the lake unless a setting says otherwise."""

import os
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.formats.pyarrow import PyArrowSchema

from warroom import settings


class VerbatimCompiler(DuckDBCompiler):  # type: ignore[misc]
    """Ibis's compiler, which leaves SQL that we wrote ourselves as it is: to parse it and write it again took a third of the
    time of a small query.
    """

    __slots__ = ()

    def visit_SQLQueryResult(  # noqa: N802 - ibis's name
        self, op: ops.SQLQueryResult, *, query: str, **more: Any
    ) -> sge.Subquery:
        """The query of `DuckDB.read_parquet`, both its parts word for word."""
        columns, _, source = query.removeprefix("SELECT ").partition(" FROM ")
        whole = sge.Select().select(sge.Var(this=columns), copy=False).from_(sge.Var(this=source), copy=False)
        return whole.subquery(copy=False)


class ArrowDuckDB(Backend):  # type: ignore[misc]
    """Ibis's DuckDB, whose rows come as Arrow. Its own way to them loads pandas, which has no part in it."""

    compiler = VerbatimCompiler()

    def to_pyarrow(
        self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **_: Any
    ) -> pa.Table | pa.ChunkedArray | pa.Scalar:
        """The result in the types of the expression."""
        try:
            result = self._to_duckdb_relation(expr, params=params, limit=limit).to_arrow_table()
        finally:
            for table in expr.op().find(ops.InMemoryTable):
                self.con.unregister(table.name)
        return expr.__pyarrow_result__(result)

    def _register_in_memory_tables(self, expr: ir.Expr) -> None:
        # Ibis keeps each table of a question until the process ends: a server would grow with every one that it asks.
        for table in self._verify_in_memory_tables_are_unique(expr):
            self._register_in_memory_table(table)


class DuckDB:
    """The DuckDB of this process, with a connection for each thread; nothing is kept in it."""

    name = "DuckDB"
    cluster = False

    def __init__(self) -> None:
        assert ibis.duckdb  # naming it registers the options that its compiler looks at
        self._local = threading.local()

    def read_parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        columns = ", ".join(f'"{name}"' for name in schema.names)
        return self._get_connection().sql(
            f"SELECT {columns} FROM {_format_source(paths, schema)}",  # noqa: S608 - quoted names of our own tables
            schema=PyArrowSchema.to_ibis(schema),
        )

    def check_version(self) -> str:
        found: str = self._get_connection().raw_sql("SELECT version()").fetchone()[0]
        return found.removeprefix("v")

    def _get_connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            # A cursor a thread: one connection answers one query at a time, and
            # pages would wait for each other.
            self._local.connection = ArrowDuckDB.from_connection(
                _open_database(settings.count_threads(), os.getpid()).cursor()
            )
            self._local.connection.raw_sql("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        return self._local.connection


@cache
def _open_database(threads: int, process: int) -> duckdb.DuckDBPyConnection:
    """The one database of a process, which holds no table: every lake reads its files through it. A forked `process` has
    none of its parent's threads, and opens its own.
    """
    # What a query took is given back soon: a server that has nothing to do should be small.
    given_back = {"allocator_flush_threshold": "8MiB", "allocator_background_threads": True}
    # It would remember each file that it ever read, and the lake writes new ones all day; what they hold is in the
    # system's cache already.
    forgotten = {"enable_external_file_cache": False}
    return duckdb.connect(config={"threads": threads, **given_back, **forgotten})


def _format_source(paths: Sequence[Path], schema: pa.Schema) -> str:
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
