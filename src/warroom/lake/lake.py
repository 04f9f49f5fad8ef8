"""The lake of a home: take records in, see them as of any moment, prove that nothing changed."""

import logging
import time
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from warroom import clock, keys, settings
from warroom.errors import HomeBusy, LakeDamaged, RecordsError
from warroom.home import Home
from warroom.lake import alike, memory, quarantine, rewrite, stream_load, sync
from warroom.lake import reingest as lake_reingest
from warroom.lake.commit import Delivery, Draft, Erasure, LakeFile, State
from warroom.lake.engine import engine
from warroom.lake.engine.base import Engine
from warroom.lake.intake import Intake
from warroom.lake.known_keys import Known
from warroom.lake.log import Log
from warroom.lake.original import told
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys
from warroom.lake.rewrite import ErasureReport
from warroom.lake.stage import Stage, sweep
from warroom.lake.stream_load import Load, Outcome
from warroom.lake.terms import IngestJob, IngestSummary, OnProgress
from warroom.lake.texts import index
from warroom.lake.typed_filter import equals
from warroom.lake.verify import Fault, verify
from warroom.lake.view import IDENTITY, Days, stored, visible
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import table_of
from warroom.records.table import COMMON, Table
from warroom.subjects import bank_names, spelling

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds a writer waits for another one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the lake's files between two commits."""

    since: int
    head: int
    added: list[LakeFile]
    removed: list[str]


@dataclass(frozen=True, slots=True)
class TableStats:
    """A table in numbers. `rows` counts stored versions, `corrections` those that correct an earlier one."""

    table: str
    rows: int
    corrections: int
    files: int
    bytes: int
    first_day: str
    last_day: str
    days: int
    sources: list[str]


class Lake:
    """The records of a home. Reading needs no lock; writers wait for each other."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.log = Log(home)
        self._engine = engine()

    @classmethod
    def open(cls, home: Home) -> "Lake":
        """The lake of a home; its folders are made where there are none."""
        for name in ("data", "commits", "checkpoints", "keys", "staging"):
            (home.lake / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        # Reading goes on by the names of before where they cannot be read; what is taken in would be spelled by them.
        with suppress(RecordsError):
            bank_names.use_file(home.root / bank_names.FILE)
        return cls(home)

    @property
    def head(self) -> int:
        """The number of the newest commit; 0 for an empty lake."""
        return self.state.seq

    @property
    def state(self) -> State:
        """What the lake holds now; raises LakeDamaged where its log is not what was signed."""
        return self.log.state()

    def files(self, table: str) -> list[LakeFile]:
        """The files of a table, by day and commit."""
        mine = [file for file in self.state.files.values() if file.table == table]
        return sorted(mine, key=lambda file: (file.day, file.name))

    def last_time(self, table: str, as_of: datetime) -> datetime | None:
        """When the newest of a table's records that had come by `as_of` happened, as its files tell; None for no record."""
        known = clock.to_micros(as_of)
        mine = (file for file in self.state.files.values() if file.table == table)
        newest = max((file.last_time for file in mine if file.first_received <= known), default=None)
        return None if newest is None else clock.from_micros(newest)

    def changes(self, since: int) -> Changes:
        """Files added after a commit that are still there, and the names of those removed since."""
        state = self.state
        added = [file for file in state.files.values() if file.seq > since]
        removed = [
            stone["name"]
            for seq in range(since + 1, state.seq + 1)
            for stone in self.log.read(self.log.path(seq))[0]["removed"]
        ]
        return Changes(since, state.seq, added, removed)

    def rows(self, table: str, as_of: datetime | None = None, days: Days | None = None) -> ir.Table:
        """The visible rows of a table: received by `as_of`, the newest version of each (source, record_id)
        then.

        `days` are UTC days of the table's time column, both included. Raises RecordsError for an unknown
        table.
        """
        found = table_of(table)
        return visible(self._engine, found, self.files(found.name), as_of, days)

    def stored(self, table: str) -> ir.Table:
        """Every stored version of a table's rows, received whenever, and whether it is a `correction`."""
        found = table_of(table)
        return stored(self._engine, found, self.files(found.name))

    @property
    def engine(self) -> Engine:
        """What runs the queries."""
        return self._engine

    def scan_batches(
        self, file: LakeFile, columns: Sequence[str], rows: int = 1 << 16
    ) -> Iterator[pa.RecordBatch]:
        """Some columns of one file, in its order, some `rows` at a time."""
        with told(file), pq.ParquetFile(file.path) as opened:
            yield from opened.iter_batches(batch_size=rows, columns=list(columns))

    def find(
        self, table: str, values: dict[str, str], as_of: datetime | None = None, limit: int = 100
    ) -> pa.Table:
        """The first visible rows, by source and record, whose columns have the given values.

        Raises LakeError for a value that its column cannot have.
        """
        rows, found = self.rows(table, as_of), table_of(table)
        asked = [
            equals(rows[name], found.schema.field(name).type, value)
            if (spelled := _spelled(found, name, value)) == value
            else rows[name].isin([value, spelled])
            for name, value in values.items()
        ]
        return rows.filter(asked).order_by(IDENTITY).limit(limit).to_pyarrow()

    def ingest(self, jobs: Sequence[IngestJob], progress: OnProgress | None = None) -> list[IngestSummary]:
        """Take files in, all in one commit or none of it; a summary for each, and for each file of an archive.

        Raises RecordsError for a file that is unusable as a whole, HomeBusy where another writer keeps the
        lake for over 30 s, LakeError for a full disk; in each case nothing of the call is kept.
        """
        size = sum(job.path.stat().st_size for job in jobs if job.path.exists())
        since = self.head
        mine = {job.sender for job in jobs if table_of(job.table).name == TRANSFERS.name}
        with self._taking_in(mine) as intake:
            summaries, before = list[IngestSummary](), 0
            for job in jobs:
                taken = intake.take_file(job, progress, before, size, is_last=job is jobs[-1])
                summaries.extend(taken)
                before += job.path.stat().st_size
            intake.commit()
        # Beside the writer's lock, and after the commit: what is asked here changes nothing of what was taken in.
        return alike.with_alike(self.log, self.payments, since, summaries)

    def write(
        self,
        table: str,
        rows: Sequence[dict[str, Any]] | pa.Table,
        *,
        source: str,
        terms: Terms | None = None,
        file: str = "",
    ) -> IngestSummary:
        """Take in rows that the program itself records, in one commit; columns not given are null.

        `file`: what people call where they come from, for the delivery.
        """
        found = table_of(table)
        if not isinstance(rows, pa.Table):
            named = [c.name for c in (COMMON[0], *found.columns) if any(c.name in row for row in rows)]
            rows = pa.Table.from_pylist(list(rows), pa.schema([found.schema.field(name) for name in named]))
        with self._taking_in() as intake:
            summary = intake.take_rows(found, rows, source, terms or Terms(), file)
            intake.commit()
        return summary

    def take_in(
        self,
        gather: Callable[[AnyMapping[str, int]], Load | None],
        settle: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
    ) -> list[Outcome]:
        """Take in what streams bring after the positions that the lake knows, in one commit with the new positions.

        `gather` is asked under the writer's lock with the positions that stand, so that nothing is taken twice however
        many take part; None: there is nothing. `settle` hears the outcomes just before the commit: they are true once
        it stands. Raises as `ingest` does; nothing of the load is kept then, and its position stays.
        """
        with self._taking_in() as intake:
            taken = gather(self.state.positions)
            if taken is None:
                return []
            outcomes = stream_load.take(intake, self.state, taken)
            # Before the commit: a crash between the two leaves outcomes of a push that is not
            # in, which the position contradicts; the other way round a push would be in and
            # nobody could say what became of it.
            settle(outcomes)
            intake.commit(dict(taken.positions))
        return outcomes

    def quarantined(self, *, resolved: bool = False) -> pa.Table:
        """The rows in quarantine, newest versions only; with `resolved` also those accepted since."""
        return quarantine.newest(self.state) if resolved else quarantine.waiting(self.state)

    def reingest(self, mapping: Mapping | None = None, *, again: bool = False) -> list[IngestSummary]:
        """Read the quarantined rows again, with a new mapping or their own; those that pass are accepted.

        `again`: also those whose number is another record's, as its corrections, and those that another file brought before.
        """
        with self._taking_in() as intake:
            summaries = lake_reingest.take(intake, self.state, mapping, again=again)
            intake.commit()
        return summaries

    def deliveries(self) -> list[Delivery]:
        """Every delivery that brought something."""
        return list(self.state.deliveries.values())

    def expired(self, now: datetime) -> list[Delivery]:
        """Deliveries whose retention is over and whose rows are still here."""
        return rewrite.expired(self.state, now)

    def erase_expired(
        self, now: datetime | None = None, among: Container[str] | None = None
    ) -> ErasureReport:
        """Erase the rows of deliveries whose retention is over, everywhere in the lake, in one commit; with `among` only of
        those deliveries.
        """
        now = now or clock.now()
        with self._writing() as stage:
            due = [d for d in self.expired(now) if among is None or d.delivery_id in among]
            if not due:
                return ErasureReport(self.head, (), 0)
            draft = rewrite.erasure(self.state, stage, due, now)
            self._replace_files(stage, draft)
            # In the same call: a name that had to be erased must not be found by
            # searching for it a moment later.
            index.forget(self.home, {stone.name for stone in draft.removed})
        return ErasureReport(stage.seq, tuple(draft.erased), len(draft.removed))

    def erasures(self) -> tuple[Erasure, ...]:
        """The proof of every erasure."""
        return self.state.erasures

    def compact(self, least: int = 2) -> int:
        """Join small files of the same day where there are at least so many; how many files that saved."""
        if not rewrite.crowds(self.state, least):
            return 0
        with self._writing() as stage:
            before = self.state
            draft = rewrite.compaction(before, stage, least)
            if draft.removed:
                self._put_in_place(stage, draft)
                for (table, source), mark in self.state.touched.items():
                    # A compaction moves rows and changes none: without this every join of small files would
                    # have all keys of its sources built again.
                    if mark != (then := before.touched.get((table, source))) and then is not None:
                        self._known.carry(table, source, then, mark)
        return len(draft.removed) - len(draft.added)

    def verify(self, among: Container[str] | None = None) -> list[Fault]:
        """Every byte that is not what was written, by file, with `among` of those files alone; an empty list says that all is
        well. What killed calls left in staging is swept before.
        """
        self.sweep_staging()
        return verify(self.home, self.log, settings.threads(), among)

    def sweep_staging(self) -> None:
        """Remove what killed calls left in staging; nothing while somebody writes, whose own folder lies there too."""
        if not any((self.home.lake / "staging").iterdir()):
            return
        # A damaged log tells nobody which files are the lake's: then everything stays for who looks into it.
        with suppress(HomeBusy, LakeDamaged), self.home.hold("lake"):
            sweep(self.home.lake, self.state)

    def rebuild_keys(self) -> None:
        """Build the index of known records again from the lake's rows."""
        with self._writing():
            for table, source in self.state.touched:
                self._known.forget(table, source)
                self._known.runs(table, source)

    def stats(self) -> list[TableStats]:
        """Every table that holds rows, in numbers."""
        names = sorted({file.table for file in self.state.files.values()})
        return [_stats(name, self.files(name)) for name in names]

    @cached_property
    def payments(self) -> PaymentKeys:
        """What its transfers are compared by."""
        return PaymentKeys(self.home.lake, keys.secret(self.home, "lake"))

    @cached_property
    def _known(self) -> Known:
        return Known(self.home.lake, self.log, keys.secret(self.home, "lake"))

    def _put_in_place(self, stage: Stage, draft: Draft) -> None:
        stage.commit(draft, [])
        for stone in draft.removed:
            (self.home.lake / stone.name).unlink(missing_ok=True)
        # In the same call, as with the search: what was erased leaves no number behind.
        self.payments.sweep({file.sha256 for file in self.state.files.values()})

    def _replace_files(self, stage: Stage, draft: Draft) -> None:
        self._put_in_place(stage, draft)
        for table, source in {(f.table, s) for f in draft.added for s in f.sources} | self._sources(draft):
            self._known.forget(table, source)

    def _sources(self, draft: Draft) -> set[tuple[str, str]]:
        tables = {stone.table for stone in draft.removed}
        return {pair for pair in self.state.touched if pair[0] in tables}

    @contextmanager
    def _taking_in(self, sources: Collection[str] = ()) -> Iterator[Intake]:
        respelled = self._respell()
        with self._writing(sources) as stage:
            # Only where files come in: a process that only reads needs no pages kept.
            memory.settle()
            intake = Intake(self.state, self._known, stage, self.payments, respelled)
            try:
                yield intake
            finally:
                intake.close()

    def _respell(self) -> int:
        """Bring a lake to the rules and names of banks that spell accounts now; the number of files that were written anew."""
        bank_names.use_file(self.home.root / bank_names.FILE)
        if self.state.spelled == spelling.mark() or not self.state.files:
            return 0
        with self._writing() as stage:
            draft = rewrite.respelling(self.state, stage)
            self._replace_files(stage, draft)
        if draft.removed:
            log.warning(
                "%d files of the lake were written anew: accounts have one spelling", len(draft.removed)
            )
        return len(draft.removed)

    @contextmanager
    def _writing(self, sources: Collection[str] = ()) -> Iterator[Stage]:
        """Hold the writer's lock, with a stage whose leavings are gone afterwards."""
        with sync.room(), _held(self.home):
            # Under the lock nobody else is at work, so whatever lies in staging is a killed call's.
            sweep(self.home.lake, self.state)
            known = {source for table, source in self.state.touched if table == TRANSFERS.name}
            # Transfers of one source alone are compared with nothing: whoever has no other pays nothing for it.
            several = len(known.union(sources)) > 1
            stage = Stage(self.home.lake, self.log, self.payments if several else None)
            try:
                yield stage
            finally:
                stage.close()


@contextmanager
def _held(home: Home) -> Iterator[None]:
    """The writer's lock, waited for."""
    # Asked again and again, because the home's lock answers at once instead of waiting.
    ends = time.monotonic() + PATIENCE
    while True:
        held = home.hold("lake")
        try:
            held.__enter__()
            break
        except HomeBusy:
            if time.monotonic() >= ends:
                raise
            time.sleep(0.05)
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def _spelled(table: Table, column: str, value: str) -> str:
    """A typed account or bank as the rows spell it."""
    kind = table.by_name[column].kind if column in table.by_name else ""
    return spelling.number(value) if kind == "account" else spelling.bank(value) if kind == "bank" else value


def _stats(table: str, files: Sequence[LakeFile]) -> TableStats:
    return TableStats(
        table=table,
        rows=sum(file.rows for file in files),
        corrections=sum(file.corrections for file in files),
        files=len(files),
        bytes=sum(file.bytes for file in files),
        first_day=min(file.day for file in files).isoformat(),
        last_day=max(file.day for file in files).isoformat(),
        days=len({file.day for file in files}),
        sources=sorted({source for file in files for source in file.sources}),
    )
