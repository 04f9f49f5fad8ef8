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
from warroom.lake.commit import CommitDraft, Delivery, DeliveryErasure, LakeFile, LakeState
from warroom.lake.engine import make_engine
from warroom.lake.engine.base import Engine
from warroom.lake.intake import Intake
from warroom.lake.known_keys import KnownKeys
from warroom.lake.log import CommitLog
from warroom.lake.original import translate_read_errors
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys
from warroom.lake.rewrite import ErasureReport
from warroom.lake.stage import LakeStage, remove_killed_stages
from warroom.lake.stream_load import SendingOutcome, StreamLoad
from warroom.lake.terms import IngestJob, IngestSummary, OnProgress
from warroom.lake.texts import index
from warroom.lake.typed_filter import filter_equal
from warroom.lake.verify import LakeFault, verify
from warroom.lake.view import IDENTITY, Days, query_stored_rows, query_visible_rows
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.reader import get_table
from warroom.records.table import COMMON, Table
from warroom.subjects import bank_names, spelling

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds a writer waits for another one."""


@dataclass(frozen=True, slots=True)
class LakeChanges:
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
        self.log = CommitLog(home)
        self._engine = make_engine()

    @classmethod
    def open(cls, home: Home) -> "Lake":
        """The lake of a home; its folders are made where there are none."""
        for name in ("data", "commits", "checkpoints", "keys", "staging"):
            (home.lake / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        # Where the names cannot be read, reading goes on with the ones before; a writer reads them again and
        # fails.
        with suppress(RecordsError):
            bank_names.use_names_file(home.root / bank_names.FILE)
        return cls(home)

    @property
    def head(self) -> int:
        """The number of the newest commit; 0 for an empty lake."""
        return self.state.seq

    @property
    def state(self) -> LakeState:
        """What the lake holds now; raises LakeDamaged where its log is not what was signed."""
        return self.log.load_state()

    def list_files(self, table: str) -> list[LakeFile]:
        """The files of a table, by day and commit."""
        mine = [file for file in self.state.files.values() if file.table == table]
        return sorted(mine, key=lambda file: (file.day, file.name))

    def find_last_time(self, table: str, as_of: datetime) -> datetime | None:
        """The time of the newest record that the table had received by `as_of`, by its files' facts; None for
        no record.
        """
        known = clock.to_micros(as_of)
        mine = (file for file in self.state.files.values() if file.table == table)
        newest = max((file.last_time for file in mine if file.first_received <= known), default=None)
        return None if newest is None else clock.from_micros(newest)

    def list_changes(self, since: int) -> LakeChanges:
        """Files added after a commit that are still there, and the names of those removed since."""
        state = self.state
        added = [file for file in state.files.values() if file.seq > since]
        removed = [
            stone["name"]
            for seq in range(since + 1, state.seq + 1)
            for stone in self.log.load_signed_file(self.log.path_of(seq))[0]["removed"]
        ]
        return LakeChanges(since, state.seq, added, removed)

    def query_rows(self, table: str, as_of: datetime | None = None, days: Days | None = None) -> ir.Table:
        """The visible rows of a table: received by `as_of`, the newest version of each (source, record_id)
        then.

        `days` are UTC days of the table's time column, both included. Raises RecordsError for an unknown
        table.
        """
        definition = get_table(table)
        return query_visible_rows(self._engine, definition, self.list_files(definition.name), as_of, days)

    def query_stored_rows(self, table: str) -> ir.Table:
        """Every stored version of a table's rows, received whenever, and whether it is a `correction`."""
        found = get_table(table)
        return query_stored_rows(self._engine, found, self.list_files(found.name))

    @property
    def engine(self) -> Engine:
        """What runs the queries."""
        return self._engine

    def scan_batches(
        self, file: LakeFile, columns: Sequence[str], rows: int = 1 << 16
    ) -> Iterator[pa.RecordBatch]:
        """Some columns of one file, in its order, some `rows` at a time."""
        with translate_read_errors(file), pq.ParquetFile(file.path) as opened:
            yield from opened.iter_batches(batch_size=rows, columns=list(columns))

    def find_rows(
        self, table: str, values: dict[str, str], as_of: datetime | None = None, limit: int = 100
    ) -> pa.Table:
        """The first visible rows, by source and record, whose columns have the given values.

        Raises LakeError for a value that its column cannot have.
        """
        rows, definition = self.query_rows(table, as_of), get_table(table)
        asked = [
            filter_equal(rows[name], definition.schema.field(name).type, value)
            if (spelled := _spell_value(definition, name, value)) == value
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
        mine = {job.sender for job in jobs if get_table(job.table).name == TRANSFERS.name}
        with self._open_intake(mine) as intake:
            summaries, before = list[IngestSummary](), 0
            for job in jobs:
                taken = intake.take_file(job, progress, before, size, is_last=job is jobs[-1])
                summaries.extend(taken)
                before += job.path.stat().st_size
            intake.commit()
        # Without the writer's lock, after the commit: the comparison changes nothing of what was taken in.
        return alike.add_alike_notes(self.log, self.payment_keys, since, summaries)

    def write_rows(
        self,
        table: str,
        rows: Sequence[dict[str, Any]] | pa.Table,
        *,
        source: str,
        terms: DeliveryTerms | None = None,
        file: str = "",
    ) -> IngestSummary:
        """Take in rows that the program itself records, in one commit; columns not given are null.

        `file`: what people call where they come from, for the delivery.
        """
        definition = get_table(table)
        if not isinstance(rows, pa.Table):
            named = [c.name for c in (COMMON[0], *definition.columns) if any(c.name in row for row in rows)]
            rows = pa.Table.from_pylist(
                list(rows), pa.schema([definition.schema.field(name) for name in named])
            )
        with self._open_intake() as intake:
            summary = intake.take_rows(definition, rows, source, terms or DeliveryTerms(), file)
            intake.commit()
        return summary

    def ingest_stream(
        self,
        gather: Callable[[AnyMapping[str, int]], StreamLoad | None],
        settle: Callable[[Sequence[SendingOutcome]], None] = lambda outcomes: None,
    ) -> list[SendingOutcome]:
        """Take in what streams bring after the positions that the lake knows, in one commit with the new
        positions.

        `gather` is called under the writer's lock with the current positions, so that nothing is taken twice
        by any number of readers; it returns None where there is nothing. `settle` receives the outcomes just
        before the commit, and they are true once it is made. Raises as `ingest` does; then nothing of the
        load is kept, and the positions stay.
        """
        with self._open_intake() as intake:
            taken = gather(self.state.positions)
            if taken is None:
                return []
            outcomes = stream_load.take_load(intake, self.state, taken)
            # Before the commit: a crash between the two leaves outcomes of a push that is not
            # in, which the position contradicts; the other way round a push would be in and
            # nobody could say what became of it.
            settle(outcomes)
            intake.commit(dict(taken.positions))
        return outcomes

    def list_quarantined_rows(self, *, resolved: bool = False) -> pa.Table:
        """The rows in quarantine, newest versions only; with `resolved` also those accepted since."""
        return (
            quarantine.load_newest_rows(self.state)
            if resolved
            else quarantine.load_unresolved_rows(self.state)
        )

    def reingest_quarantine(
        self, mapping: FileMapping | None = None, *, again: bool = False
    ) -> list[IngestSummary]:
        """Read the quarantined rows again, with a new mapping or their own; those that pass are accepted.

        `again`: also those whose number is another record's, as its corrections, and those that another file brought before.
        """
        with self._open_intake() as intake:
            summaries = lake_reingest.reingest_rows(intake, self.state, mapping, again=again)
            intake.commit()
        return summaries

    def list_deliveries(self) -> list[Delivery]:
        """Every delivery that brought something."""
        return list(self.state.deliveries.values())

    def list_expired_deliveries(self, now: datetime) -> list[Delivery]:
        """Deliveries whose retention is over and whose rows are still here."""
        return rewrite.list_expired_deliveries(self.state, now)

    def erase_expired(
        self, now: datetime | None = None, among: Container[str] | None = None
    ) -> ErasureReport:
        """Erase the rows of deliveries whose retention is over, everywhere in the lake, in one commit; with `among` only of
        those deliveries.
        """
        now = now or clock.get_now()
        with self._open_stage() as stage:
            due = [d for d in self.list_expired_deliveries(now) if among is None or d.delivery_id in among]
            if not due:
                return ErasureReport(self.head, (), 0)
            draft = rewrite.build_erasure(self.state, stage, due, now)
            self._replace_files(stage, draft)
            # In the same call: a name that had to be erased must not be found by
            # searching for it a moment later.
            index.forget_files(self.home, {stone.name for stone in draft.removed})
        return ErasureReport(stage.seq, tuple(draft.erased), len(draft.removed))

    def list_erasures(self) -> tuple[DeliveryErasure, ...]:
        """The proof of every erasure."""
        return self.state.erasures

    def compact_files(self, least: int = 2) -> int:
        """Join small files of the same day where there are at least so many; how many files that saved."""
        if not rewrite.list_joinable_files(self.state, least):
            return 0
        with self._open_stage() as stage:
            before = self.state
            draft = rewrite.build_compaction(before, stage, least)
            if draft.removed:
                self._put_in_place(stage, draft)
                for (table, source), mark in self.state.touched.items():
                    # A compaction moves rows and changes none: without this every join of small files would
                    # have all keys of its sources built again.
                    if mark != (then := before.touched.get((table, source))) and then is not None:
                        self._known_keys.advance_mark(table, source, then, mark)
        return len(draft.removed) - len(draft.added)

    def verify(self, among: Container[str] | None = None) -> list[LakeFault]:
        """Every byte that is not what was written, by file, with `among` of those files alone; an empty list says that all is
        well. What killed calls left in staging is swept before.
        """
        self.sweep_staging()
        return verify(self.home, self.log, settings.count_threads(), among)

    def sweep_staging(self) -> None:
        """Remove what killed calls left in staging; nothing while another call writes, whose own folder is
        there too.
        """
        if not any((self.home.lake / "staging").iterdir()):
            return
        # A damaged log does not show which files are the lake's: then everything stays for the investigation.
        with suppress(HomeBusy, LakeDamaged), self.home.take_lock("lake"):
            remove_killed_stages(self.home.lake, self.state)

    def rebuild_keys(self) -> None:
        """Build the index of known records again from the lake's rows."""
        with self._open_stage():
            for table, source in self.state.touched:
                self._known_keys.drop_runs(table, source)
                self._known_keys.load_runs(table, source)

    def list_table_stats(self) -> list[TableStats]:
        """Every table that holds rows, in numbers."""
        names = sorted({file.table for file in self.state.files.values()})
        return [_make_table_stats(name, self.list_files(name)) for name in names]

    @cached_property
    def payment_keys(self) -> PaymentKeys:
        """What its transfers are compared by."""
        return PaymentKeys(self.home.lake, keys.load_secret(self.home, "lake"))

    @cached_property
    def _known_keys(self) -> KnownKeys:
        return KnownKeys(self.home.lake, self.log, keys.load_secret(self.home, "lake"))

    def _put_in_place(self, stage: LakeStage, draft: CommitDraft) -> None:
        stage.commit(draft, [])
        for stone in draft.removed:
            (self.home.lake / stone.name).unlink(missing_ok=True)
        # In the same call, as with the search: what was erased leaves no number behind.
        self.payment_keys.remove_stale_arrays({file.sha256 for file in self.state.files.values()})

    def _replace_files(self, stage: LakeStage, draft: CommitDraft) -> None:
        self._put_in_place(stage, draft)
        for table, source in {
            (f.table, s) for f in draft.added for s in f.sources
        } | self._list_affected_sources(draft):
            self._known_keys.drop_runs(table, source)

    def _list_affected_sources(self, draft: CommitDraft) -> set[tuple[str, str]]:
        tables = {stone.table for stone in draft.removed}
        return {pair for pair in self.state.touched if pair[0] in tables}

    @contextmanager
    def _open_intake(self, sources: Collection[str] = ()) -> Iterator[Intake]:
        respelled = self._respell_files()
        with self._open_stage(sources) as stage:
            # Only where files come in: a process that only reads needs no pages kept.
            memory.use_jemalloc()
            intake = Intake(self.state, self._known_keys, stage, self.payment_keys, respelled)
            try:
                yield intake
            finally:
                intake.close()

    def _respell_files(self) -> int:
        """Respell the lake's accounts by the current rules and bank names; returns the number of rewritten
        files.
        """
        bank_names.use_names_file(self.home.root / bank_names.FILE)
        if self.state.spelling_mark == spelling.get_spelling_version() or not self.state.files:
            return 0
        with self._open_stage() as stage:
            draft = rewrite.build_respelling(self.state, stage)
            self._replace_files(stage, draft)
        if draft.removed:
            log.warning(
                "%d files of the lake were written anew: accounts have one spelling", len(draft.removed)
            )
        return len(draft.removed)

    @contextmanager
    def _open_stage(self, sources: Collection[str] = ()) -> Iterator[LakeStage]:
        """Hold the writer's lock, with a stage whose leavings are gone afterwards."""
        with sync.translate_full_disk(), _wait_for_writer_lock(self.home):
            # Under the lock no other call is at work, so everything in staging is of a killed call.
            remove_killed_stages(self.home.lake, self.state)
            known = {source for table, source in self.state.touched if table == TRANSFERS.name}
            # Transfers of a single source have nothing to be compared with, so their keys are not computed.
            several = len(known.union(sources)) > 1
            stage = LakeStage(self.home.lake, self.log, self.payment_keys if several else None)
            try:
                yield stage
            finally:
                stage.close()


@contextmanager
def _wait_for_writer_lock(home: Home) -> Iterator[None]:
    """The writer's lock, waited for."""
    # Asked again and again, because the home's lock answers at once instead of waiting.
    ends = time.monotonic() + PATIENCE
    while True:
        held = home.take_lock("lake")
        try:
            held.__enter__()
            break
        except HomeBusy:
            if time.monotonic() >= ends:
                raise
            # Twenty tries a second: a commit takes longer, and the wait costs no processor time.
            time.sleep(0.05)
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def _spell_value(table: Table, column: str, value: str) -> str:
    """A typed account or bank as the rows spell it."""
    kind = table.by_name[column].kind if column in table.by_name else ""
    return (
        spelling.spell_account_number(value)
        if kind == "account"
        else spelling.spell_bank(value)
        if kind == "bank"
        else value
    )


def _make_table_stats(table: str, files: Sequence[LakeFile]) -> TableStats:
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
