"""Ibis's Spark, with rows that come and go as Arrow: exact to the microsecond and the satang, and never as pandas."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.formats.pyarrow import PyArrowSchema
from pyspark.errors import PySparkException

VIEWS = 1000
"""Names kept in a session, of lists of files and of values at hand: the oldest go. A query uses them at once."""


class ArrowSpark(Backend):  # type: ignore[misc]
    """A backend over one session. `make_error` turns an error of Spark into one of the lake."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert ibis.pyspark  # naming it registers the options that its compiler looks at
        self.make_error: Callable[[Exception], Exception] = lambda problem: problem
        self._views: OrderedDict[str, None] = OrderedDict()
        self._naming = threading.RLock()

    def make_parquet_table(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """The rows of Parquet files. Their schema is given, not guessed: a folder named day=... adds no column."""
        columns = PyArrowSchema.to_ibis(schema)
        name = _make_view_name(paths, columns)
        with self._naming, self._translate_spark_errors():
            if name not in self._views:
                self._keep_view(name, self._make_frame(paths, PySparkSchema.from_ibis(columns)))
            # The most recently used last: what is dropped first is what no query has used for longest.
            self._views.move_to_end(name)
        return ops.DatabaseTable(name, schema=columns, source=self).to_expr()

    @property
    def spark_version(self) -> str:
        """The server's version."""
        return str(self._session.version)

    def end_session(self) -> None:
        """End the session; a server that is gone is ignored."""
        with suppress(PySparkException, OSError):
            self._session.stop()

    def to_pyarrow(
        self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **_: Any
    ) -> pa.Table | pa.ChunkedArray | pa.Scalar:
        """The result in the types of the expression; raises LakeError where Spark does not give it."""
        table = expr.as_table()
        with self._translate_spark_errors():
            self._run_pre_execute_hooks(expr)
            result = self._session.sql(self.compile(table, params=params, limit=limit)).toArrow()
        return expr.__pyarrow_result__(result.cast(PyArrowSchema.from_ibis(table.schema())))

    @contextmanager
    def _translate_spark_errors(self) -> Iterator[None]:
        try:
            yield
        except (PySparkException, OSError) as problem:
            raise self.make_error(problem) from problem

    def _make_frame(self, paths: Sequence[Path], struct: Any) -> Any:
        if not paths:
            return self._session.createDataFrame([], struct)
        # The scheme is named: without it a Spark whose default is HDFS would look there.
        return self._session.read.schema(struct).parquet(*(f"file://{path.absolute()}" for path in paths))

    def _keep_view(self, name: str, frame: Any) -> None:
        """Give a frame a name in this session, and take the oldest name away where there are too many."""
        frame.createOrReplaceTempView(name)
        with self._naming:
            self._views[name] = None
            while len(self._views) > VIEWS:
                self._session.catalog.dropTempView(self._views.popitem(last=False)[0])

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        values = op.data.to_pyarrow(op.schema)
        self._keep_view(
            op.name, self._session.createDataFrame(values, schema=PySparkSchema.from_ibis(op.schema))
        )

    def _make_memtable_finalizer(self, name: str) -> None:
        """Nothing at exit: the session ends with its names."""


def _make_view_name(paths: Sequence[Path], columns: Any) -> str:
    said = json.dumps([[str(path) for path in paths], [f"{name} {kind}" for name, kind in columns.items()]])
    return f"warroom_{hashlib.sha256(said.encode()).hexdigest()[:32]}"
