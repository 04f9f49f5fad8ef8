"""One call to ingest: its files' rows are judged, written or quarantined, and count by one commit."""

import hashlib
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock, settings
from warroom.errors import LakeError
from warroom.lake import quarantine
from warroom.lake.arrival import Origin, arrived
from warroom.lake.commit import Delivery, Draft, State
from warroom.lake.days import TableWriter
from warroom.lake.hashing import file_sha256
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW, Judge
from warroom.lake.known_keys import Known, received
from warroom.lake.read_ahead import ahead
from warroom.lake.stage import Stage
from warroom.lake.terms import (
    NOT_STATED,
    UNNAMED,
    IngestJob,
    IngestSummary,
    OnProgress,
    Progress,
    merged,
    notes_on,
    until,
)
from warroom.records.batch import Batch
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import open_reader, table_of
from warroom.records.table import Table
from warroom.records.tables import TABLES

SCHEMA_VERSION = "1"
SMALL = 1 << 20
"""Bytes of a file that a thread of its own would not read faster."""


@dataclass
class Tally:
    """What became of a file's rows so far."""

    accepted: int = 0
    duplicates: int = 0
    corrections: int = 0
    rejected: list[pa.Table] = field(default_factory=list)
    in_quarantine: int = 0
    resolved: int = 0

    @property
    def quarantined(self) -> int:
        return sum(map(len, self.rejected))

    @property
    def brought(self) -> bool:
        """Whether anything of the file is new to the lake."""
        return bool(
            self.accepted or self.corrections or self.resolved or self.quarantined > self.in_quarantine
        )


class Intake:
    """The files of one call, under the writer's lock; nothing counts until `commit`."""

    def __init__(self, state: State, known: Known, stage: Stage) -> None:
        self._state, self._known, self._stage = state, known, stage
        self._pool = ThreadPoolExecutor(max(1, settings.threads()), "lake")
        self._judges: dict[tuple[str, str], Judge] = {}
        self._writers: dict[str, TableWriter] = {}
        self._deliveries: list[Delivery] = []
        self._gone_on: list[Delivery] = []
        erased = {erasure.delivery_id for erasure in state.erasures}
        self._seen = {
            (d.table, d.source, d.sha256): d for d in state.deliveries.values() if d.delivery_id not in erased
        }
        self._started = 0

    def take_file(self, job: IngestJob, progress: OnProgress | None, before: int, size: int) -> IngestSummary:
        """Take a file in; `before` bytes of the call's `size` are done."""
        started = time.perf_counter()
        mapping = job.mapping or Mapping()
        terms = merged(job.terms, mapping)
        origin = self._origin(job, mapping, terms)
        reader = open_reader(job.path, origin.table, _with_terms(mapping, terms), origin.received_at)
        tally, rows = Tally(), 0
        for batch in reader.batches() if reader.size_bytes < SMALL else ahead(reader.batches()):
            self._take(batch, origin, tally)
            rows += batch.rows.num_rows + len(batch.rejects)
            if progress:
                progress(Progress(job.path.name, rows, before + reader.position(), size))
        _unchanged(job.path, origin.sha256, reader.size_bytes)
        self._settle_quarantine(origin, tally)
        return self._summary(origin, terms, tally, reader.size_bytes, started, reader.notes)

    def take_rows(self, table: Table, rows: pa.Table, source: str, terms: Terms) -> IngestSummary:
        """Take in rows the program itself records; `rows` has the table's columns and record_id or not."""
        started = time.perf_counter()
        origin = self._origin_of(table, source, _rows_sha256(rows), "", Mapping(), terms)
        origin = replace(origin, seen=False, delivery_id=self.next_id())
        tally = Tally()
        line = pa.array(np.arange(1, rows.num_rows + 1))
        self._take(Batch(_set(rows, "line", line)), origin, tally)
        return self._summary(origin, terms, tally, rows.nbytes, started, [])

    def take_again(self, path: Path, origin: Origin, tally: Tally) -> None:
        """Read rows of the quarantine again, as lines of the file they came from."""
        for batch in open_reader(path, origin.table, origin.mapping, origin.received_at).batches():
            self._take(batch, origin, tally)

    def take_load(self, batch: Batch, origin: Origin) -> tuple[Tally, npt.NDArray[np.uint8]]:
        """Take what a stream brought; what became of it, and of each row that passed: NEW, DUPLICATE or CORRECTION."""
        tally = Tally()
        kinds = self._take(batch, origin, tally)
        self._settle_quarantine(origin, tally)
        return tally, kinds

    def go_on(self, delivery: Delivery) -> None:
        """Note a delivery that goes on, as it stands with this call; its row in the table was written when it began."""
        self._gone_on.append(delivery)

    def begin(self, delivery: Delivery) -> None:
        """Note a delivery that this call begins."""
        self._deliveries.append(delivery)
        self._seen[delivery.table, delivery.source, delivery.sha256] = delivery

    def next_id(self) -> str:
        """Numbers sort by commit, then by the order of the call's files."""
        self._started += 1
        return f"D{self._stage.seq:08}-{self._started:05}"

    def resolve(self, rows: pa.Table) -> int:
        """Write versions of quarantine rows as they are given."""
        return self._add("quarantine", rows)

    def commit(self, positions: dict[str, int] | None = None) -> State | None:
        """Write what is left, then commit; None where nothing of the call is new. `positions` of streams are part of
        the commit, and stand or fall with it.
        """
        if self._deliveries:
            self._writer("deliveries").add(_delivery_rows(self._deliveries))
        added = [file for writer in self._writers.values() for file in writer.finish()]
        if not added and not positions:
            return None
        for judge in self._judges.values():
            judge.spill()
        runs = [run.path for judge in self._judges.values() for run in judge.written]
        deliveries = [*self._deliveries, *self._gone_on]
        draft = Draft(added=added, deliveries=deliveries, positions=positions or {})
        state = self._stage.commit(draft, runs)
        for (table, source), judge in self._judges.items():
            if judge.written:
                self._known.publish(table, source, judge.known, judge.written, state.touched[table, source])
        return state

    def close(self) -> None:
        """Let go of threads and open files."""
        for writer in self._writers.values():
            writer.abandon()
        self._pool.shutdown()

    def _origin(self, job: IngestJob, mapping: Mapping, terms: Terms) -> Origin:
        table = table_of(job.table)
        source = job.source or mapping.source or UNNAMED
        return self._origin_of(table, source, file_sha256(job.path), job.path.name, mapping, terms)

    def _origin_of(
        self, table: Table, source: str, sha256: str, file: str, mapping: Mapping, terms: Terms
    ) -> Origin:
        before = self._seen.get((table.name, source, sha256))
        return Origin(
            table=table,
            source=source,
            delivery_id=before.delivery_id if before else self.next_id(),
            sha256=sha256,
            received_at=clock.now(),
            backfill=terms.backfill,
            seen=before is not None,
            file=file,
            mapping=mapping,
        )

    def _take(self, batch: Batch, origin: Origin, tally: Tally) -> npt.NDArray[np.uint8]:
        if batch.rejects:
            tally.rejected.append(quarantine.rows_of(batch.rejects, origin))
        if not batch.rows.num_rows:
            return np.zeros(0, np.uint8)
        return self._store(arrived(batch.rows, origin), origin, tally)

    def _store(self, rows: pa.Table, origin: Origin, tally: Tally) -> npt.NDArray[np.uint8]:
        judge = self._judge(origin.table.name, origin.source)
        keys, content = self._known.identities(rows), self._known.contents(rows, origin.table)
        verdicts = judge.judge(keys, content, received(rows), origin.seen)
        counts = np.bincount(verdicts.kind, minlength=3)
        tally.accepted += int(counts[NEW])
        tally.duplicates += int(counts[DUPLICATE])
        tally.corrections += int(counts[CORRECTION])
        writer = self._writer(origin.table.name)
        writer.add(_picked(rows, verdicts.kind == NEW, int(counts[NEW])))
        corrections = _picked(rows, verdicts.kind == CORRECTION, int(counts[CORRECTION]))
        writer.add(corrections, corrections=True, late=bool(verdicts.late.any()))
        return verdicts.kind

    def _settle_quarantine(self, origin: Origin, tally: Tally) -> None:
        """Put rejected rows into the quarantine, and close those of this file that are rejected no longer."""
        rows = quarantine.together(tally.rejected)
        new = self._add("quarantine", rows)
        tally.in_quarantine = rows.num_rows - new
        if origin.seen:
            tally.resolved = self._add("quarantine", quarantine.outgrown(self._state, origin, rows))

    def _add(self, table: str, rows: pa.Table) -> int:
        """Write rows that have all their columns; how many were new or other than before."""
        tally = Tally()
        for source in pc.unique(rows["source"]).to_pylist():
            mine = rows.filter(pc.equal(rows["source"], source)).combine_chunks()
            delivery = Origin(TABLES[table], source, "", "", clock.now(), False, False, "", Mapping())
            self._store(mine, delivery, tally)
        return tally.accepted + tally.corrections

    def _judge(self, table: str, source: str) -> Judge:
        if (table, source) not in self._judges:
            name = f"keys-{len(self._judges):04}"
            known = self._known.runs(table, source)
            self._judges[table, source] = Judge(known, self._stage.folder, name)
        return self._judges[table, source]

    def _writer(self, table: str) -> TableWriter:
        if table not in self._writers:
            new_file, seq = self._stage.new_file, self._stage.seq
            self._writers[table] = TableWriter(TABLES[table], new_file, self._pool, seq)
        return self._writers[table]

    def _summary(
        self, origin: Origin, terms: Terms, tally: Tally, size: int, started: float, notes: Sequence[str]
    ) -> IngestSummary:
        ends = until(terms, origin.received_at)
        said = list(notes)
        if origin.seen:
            said.append(f"this file came before as delivery {origin.delivery_id}, whose terms stay")
        else:
            said += notes_on(terms, origin.source, ends)
        if tally.brought and not origin.seen:
            self.begin(delivery_of(origin, terms, tally, size, ends))
        if tally.in_quarantine:
            said.append(f"{tally.in_quarantine} of the quarantined rows were there before")
        return IngestSummary(
            table=origin.table.name,
            file=origin.file,
            source=origin.source,
            accepted=tally.accepted,
            duplicates=tally.duplicates,
            corrections=tally.corrections,
            quarantined=tally.quarantined,
            seconds=round(time.perf_counter() - started, 3),
            delivery_id=origin.delivery_id if origin.seen or tally.brought else "",
            resolved=tally.resolved,
            notes=tuple(said),
        )


def _picked(rows: pa.Table, mask: npt.NDArray[np.bool_], count: int) -> pa.Table:
    return rows if count == rows.num_rows else rows.slice(0, 0) if count == 0 else rows.filter(pa.array(mask))


def _set(rows: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return rows.drop_columns([name] if name in rows.column_names else []).append_column(name, column)


def _with_terms(mapping: Mapping, terms: Terms) -> Mapping:
    return mapping if mapping.terms == terms else replace(mapping, terms=terms)


def delivery_of(origin: Origin, terms: Terms, tally: Tally, size: int, ends: datetime) -> Delivery:
    """The delivery that rows came with, on its terms; `size` in bytes, `ends` when its rows are to be erased."""
    return Delivery(
        delivery_id=origin.delivery_id,
        table=origin.table.name,
        source=origin.source,
        file=origin.file,
        sha256=origin.sha256,
        bytes=size,
        received_at=origin.received_at,
        retention_until=ends,
        partner=terms.partner or origin.source,
        legal_basis=terms.legal_basis or NOT_STATED,
        purpose=terms.purpose or NOT_STATED,
        backfill=origin.backfill,
        mapping_fingerprint=origin.mapping.fingerprint(),
        accepted=tally.accepted,
        duplicates=tally.duplicates,
        corrections=tally.corrections,
        quarantined=tally.quarantined,
    )


def _delivery_rows(deliveries: Iterable[Delivery]) -> pa.Table:
    """The rows of the deliveries table: its record_id is the delivery's number."""
    rows = [
        {
            **delivery.tree(),
            "record_id": delivery.delivery_id,
            "line": 1,
            "schema_version": SCHEMA_VERSION,
            "received_at": delivery.received_at,
            "retention_until": delivery.retention_until,
        }
        for delivery in deliveries
    ]
    schema = TABLES["deliveries"].schema
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)


def _rows_sha256(rows: pa.Table) -> str:
    """The sha256 of rows that never were a file, over Arrow's stream of them."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _unchanged(path: Path, sha256: str, size: int) -> None:
    if path.stat().st_size != size:
        raise LakeError(
            f"{path} changed while it was read; nothing was kept. Wait until it is complete, then try again."
        )
