"""The reader of pacs.008 files."""

import re
from collections.abc import Iterator
from contextlib import closing

import numpy as np

from warroom.errors import RecordsError
from warroom.records.batch import Batch, Reject
from warroom.records.convert import convert
from warroom.records.job import Job
from warroom.records.merge import merged
from warroom.records.pacs.entries import Unit, parse, raw
from warroom.records.pacs.fields import BACKFILL, FIELDS, columns
from warroom.records.pacs.head import Head, read_head, with_header
from warroom.records.pacs.split import Piece, Pieces
from warroom.records.parallel import in_order
from warroom.records.plan import make_plan

TOGETHER = 2_000
"""Entries that one thread parses at once: some 3 MB."""

_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_PART = re.compile(rb"<((?:[\w.-]+:)?)(SplmtryData|GrpHdr|AppHdr)[\s>].*?</\1\2\s*>", re.DOTALL)
_TAG = re.compile(rb"</?(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>")


class PacsReader:
    """A pacs.008 file; a row's line is the number of its entry in the file, from 1."""

    format = "pacs.008"
    sheet = ""

    def __init__(self, job: Job) -> None:
        if job.table.name != "transfers":
            raise RecordsError(f"{job.name} is a payment message (pacs.008); ingest it as transfers.")
        self._job = job
        self._pieces = Pieces(job.path, job.name)
        self.size_bytes = self._pieces.size_bytes
        with closing(iter(self._pieces)) as pieces:
            self._head = read_head(next(pieces).data, job.name)
        given = BACKFILL if job.mapping.terms.backfill else FIELDS
        self._plan = make_plan(job.table, job.mapping, given, job.name)
        self.unused: list[str] = []
        self.notes = [self._head.fault] if self._head.fault else []
        self._announced = self._head.announced or 0
        self._count = 0

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._pieces.position()

    def batches(self) -> Iterator[Batch]:
        """The entries in the file's order."""
        yield from merged(in_order(self._batch, self._units()))
        if self._announced and self._announced != self._count:
            self.notes.append(
                f"The group header announces {self._announced} entries; the file has {self._count}."
            )

    def _units(self) -> Iterator[Unit]:
        head, first, pieces = self._head, 1, list[Piece]()
        for piece in self._pieces:
            if piece.kind == "head":
                continue
            if piece.kind == "gap" and not _left_over(piece.data, head.frame):
                # A file may hold several messages: a header speaks for the entries after it.
                if b"GrpHdr" in piece.data:
                    yield Unit(head, first, pieces)
                    head, first, pieces = self._next_head(head, piece), first + len(pieces), []
                continue
            # Also a gap that holds anything strange: it becomes an entry of its own, and is refused, not
            # passed over.
            pieces.append(piece)
            self._count += 1
            if len(pieces) == TOGETHER:
                yield Unit(head, first, pieces)
                first, pieces = first + TOGETHER, []
        yield Unit(head, first, pieces)

    def _next_head(self, head: Head, piece: Piece) -> Head:
        head = with_header(head, piece.data)
        self._announced += head.announced or 0
        if head.fault:
            self.notes.append(head.fault)
        return head

    def _batch(self, unit: Unit) -> Batch:
        parsed = parse(unit)
        source = columns(parsed.cells, unit.head)
        lines = np.array(parsed.numbers, dtype=np.int64)
        batch = convert(self._job, self._plan, source, lines, lambda row: raw(unit.head, parsed.pieces[row]))
        rejects: list[Reject] = sorted([*parsed.rejects, *batch.rejects], key=lambda each: each.line)
        return Batch(batch.rows, rejects)


def _left_over(gap: bytes, frame: frozenset[str]) -> bytes:
    """What of the text between entries is neither white space, a comment, nor part of the message's frame."""
    rest = _PART.sub(b"", _COMMENT.sub(b"", gap))
    return _TAG.sub(lambda tag: b"" if tag[1].decode() in frame else tag[0], rest).strip()
