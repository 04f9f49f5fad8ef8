"""First step: a file as batches of rows and rejects."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import LakeError
from warroom.lake.read_ahead import iter_ahead
from warroom.records.archive import InputFile
from warroom.records.batch import RowBatch
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.reader import open_reader
from warroom.records.table import Table
from warroom.sentences.sentence import Sentence

SMALL = 1 << 20
"""Bytes of a file that a thread of its own would not read faster."""


class ReadingStep:
    """A file under its mapping; `size` in bytes, as it was when the reading began."""

    def __init__(self, part: InputFile, table: Table, mapping: FileMapping, terms: DeliveryTerms) -> None:
        mapping = mapping if mapping.terms == terms else replace(mapping, terms=terms)
        self._part = part
        self._reader = open_reader(part.path, table, mapping, clock.get_now(), part.name)
        self.size = self._reader.size_bytes

    @property
    def member(self) -> str:
        """The file's name in the archive it came in, and its sheet where it is a workbook."""
        return ", ".join(filter(None, (self._part.member, self._reader.sheet)))

    @property
    def notes(self) -> Sequence[Sentence]:
        """What the reader took for granted, known once the batches are read."""
        return self._reader.notes

    def position_bytes(self) -> int:
        """Bytes of the file that are read."""
        return self._reader.count_bytes_read()

    def iter_batches(self) -> Iterator[RowBatch]:
        """Its batches in their order; raises LakeError at the end where the file grew or shrank meanwhile."""
        batches = self._reader.iter_batches()
        yield from batches if self.size < SMALL else iter_ahead(batches)
        # The delivery is known by a hash taken before the reading: rows of
        # another file must not go by its name.
        if self._part.path.stat().st_size != self.size:
            raise LakeError("files.changed-meanwhile", name=self._part.name)


def make_batch(rows: pa.Table) -> RowBatch:
    """Rows that never were a file, with their lines numbered from 1 as in one."""
    line = pa.array(np.arange(1, rows.num_rows + 1))
    return RowBatch(
        rows.drop_columns(["line"] if "line" in rows.column_names else []).append_column("line", line)
    )


def hash_rows(rows: pa.Table) -> str:
    """The sha256 of rows that never were a file, over Arrow's stream of them."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()
