"""What the lake asks of an engine: to turn a list of Parquet files into an Ibis table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa


class Engine(Protocol):
    """Tables of one engine can be joined with each other, those of DuckDB within one thread.

    `name` is what a person reads. `cluster`: the rows are stored where other machines read them too, so the
    code that follows money row by row here reads only what the engine has selected.
    """

    name: str
    cluster: bool

    def read_parquet(self, paths: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """The rows of Parquet files of this schema; no row is read until the table is executed."""
        ...

    def check_version(self) -> str:
        """The engine's version, once it has answered; raises WarroomError in one sentence where it does not."""
        ...
