"""Files of the lake read to be written anew: only where every byte is still what the commit says."""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq

from warroom.errors import LakeDamaged
from warroom.lake.commit import LakeFile
from warroom.records.tables import TABLES


def read(file: LakeFile) -> pa.Table:
    """A whole file, in its table's schema; raises LakeDamaged where it is missing or not what was committed.

    What is written anew is signed anew: a byte that somebody changed would come out with this home's signature on it,
    and nothing would ever find it again.
    """
    try:
        # Once into memory: hashed and read are the same bytes, whatever happens to the file between the two.
        content = file.path.read_bytes()
    except FileNotFoundError:
        raise LakeDamaged("lake.file-missing", name=file.name) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)
    schema = TABLES[file.table].schema
    return pq.read_table(pa.BufferReader(content), schema=schema, use_threads=False)
