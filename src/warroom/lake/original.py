"""Reading the lake's own files: a missing or damaged file is LakeDamaged with its name, and what is to be
rewritten is read only where every byte is still as committed.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warroom.errors import LakeDamaged
from warroom.lake.commit import LakeFile
from warroom.records.tables import TABLES

PLACE = re.compile(r"data/[^'\"\s]+\.parquet")


def load_file(file: LakeFile) -> pa.Table:
    """A whole file, in its table's schema; raises LakeDamaged where it is missing or not what was committed.

    A rewritten file is signed again: a byte that was changed would get this home's signature, and the change
    could never be found.
    """
    try:
        # Once into memory: hashed and read are the same bytes, whatever happens to the file between the two.
        content = file.path.read_bytes()
    except FileNotFoundError:
        raise LakeDamaged("lake.file-missing", name=file.name) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)
    schema = TABLES[file.table].schema
    # One thread: callers read many files at once already.
    return pq.read_table(pa.BufferReader(content), schema=schema, use_threads=False)


def load_columns(file: LakeFile, names: Sequence[str], **how: Any) -> pa.Table:
    """Some columns of a file, as `pyarrow.parquet.read_table` reads them; raises LakeDamaged where it is missing or broken."""
    with translate_read_errors(file):
        return pq.read_table(file.path, columns=list(names), partitioning=None, **how)


def find_lake_damage(problem: BaseException) -> LakeDamaged | None:
    """What an engine's error says of a file of the lake that it could not read; None where it says something else."""
    path_match = (
        PLACE.search(str(problem)) if type(problem).__module__.lstrip("_").startswith("duckdb") else None
    )
    if path_match is None:
        return None
    if "No files found" in str(problem):
        damage = LakeDamaged("lake.file-missing", name=path_match[0])
    else:
        damage = LakeDamaged("lake.file-unread", name=path_match[0], why=type(problem).__name__)
    return damage.with_traceback(problem.__traceback__)


@contextmanager
def translate_read_errors(file: LakeFile) -> Iterator[None]:
    """Turn the errors of reading a file into LakeDamaged with its name."""
    try:
        yield
    except FileNotFoundError:
        raise LakeDamaged("lake.file-missing", name=file.name) from None
    # Arrow says a cut page as OSError, a page that makes no sense as ArrowInvalid.
    except (pa.ArrowInvalid, OSError) as problem:
        raise LakeDamaged("lake.file-unread", name=file.name, why=type(problem).__name__) from problem
