"""One call to ingest: rows are read, judged, written or quarantined, and count by one commit.

Each step is a module of `warroom.lake.steps`; here they are put in order. What a step raises ends the call: `close`
lets go, the stage removes what was written, and the lake is as it was.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import LakeDamaged
from warroom.lake import quarantine
from warroom.lake.arrival import Origin, arrived
from warroom.lake.batch_totals import find_batch_totals
from warroom.lake.commit import Draft, State
from warroom.lake.hashing import file_sha256
from warroom.lake.identity import ANOTHER, CORRECTION, NEW
from warroom.lake.known_keys import Known
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys
from warroom.lake.quarantine import REPEATED, REUSED, said_repeated, said_reused
from warroom.lake.repeats import Repeats, Standing
from warroom.lake.stage import Stage
from warroom.lake.steps.deliveries import Deliveries, delivery_of
from warroom.lake.steps.judging import Judging
from warroom.lake.steps.reading import Reading, batch_of, sha256_of
from warroom.lake.steps.tally import Tally, remarks, summary_of
from warroom.lake.steps.writing import Writing
from warroom.lake.terms import IngestJob, IngestSummary, OnProgress, Progress, merged, until
from warroom.records.archive import Part, parts
from warroom.records.batch import Batch, Reject
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import open_reader, table_of
from warroom.records.table import Table
from warroom.sentences.sentence import Sentence
from warroom.subjects import spelling

Withhold = Callable[[pa.Table], None]

Lines = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NOTHING: Lines = np.empty(0, np.int64)


class Intake:
    """The files of one call, under the writer's lock; nothing counts until `commit`."""

    def __init__(
        self, state: State, known: Known, stage: Stage, payments: PaymentKeys, respelled: int = 0
    ) -> None:
        self._state, self._stage, self._respelled = state, stage, respelled
        self.deliveries = Deliveries(state, stage.seq)
        self._judging, self._writing = Judging(known, stage.folder), Writing(stage)
        self._repeats, self._payments = Repeats(state, payments), payments
        self._has_more = False

    def take_file(
        self, job: IngestJob, progress: OnProgress | None, before: int, size: int, *, is_last: bool = False
    ) -> Iterator[IngestSummary]:
        """Take a file in, or each file of an archive; `before` bytes of the call's `size` are done."""
        # The table first: whoever misnames it is told so before a file of gigabytes is read for its hash.
        table_of(job.table)
        sha256 = file_sha256(job.path)
        for part in parts(job.path, job.called, self._stage.folder):
            self._has_more = bool(part.member) or not is_last
            yield self._take_part(
                part,
                sha256,
                job,
                lambda rows, done: progress and progress(Progress(job.path.name, rows, before + done, size)),
            )

    def _take_part(
        self, part: Part, sha256: str, job: IngestJob, progress: Callable[[int, int], object]
    ) -> IngestSummary:
        started = time.perf_counter()
        mapping = job.mapping or Mapping()
        terms = merged(job.terms, mapping)
        table, source = table_of(job.table), job.sender
        reading, tally, rows = Reading(part, table, mapping, terms), Tally(), 0
        file = ", ".join(filter(None, (job.name or job.path.name, reading.member)))
        origin = self.deliveries.origin(table, source, sha256, file, mapping, terms, reading.member)
        self.deliveries.refuse_known(origin, again=job.again)
        self._judging.begin_file()
        self._repeats.begin_file()
        doubted = quarantine.lines_of(self._state, origin) if origin.seen else None
        for batch in reading.batches():
            self._take(batch, origin, tally, doubted, job.withhold, also_new=job.withhold_new)
            rows += batch.rows.num_rows + len(batch.rejects)
            progress(rows, reading.position())
        self._settle_quarantine(origin, tally)
        return self._close_file(origin, terms, tally, reading.size, started, reading.notes)

    def take_rows(
        self, table: Table, rows: pa.Table, source: str, terms: Terms, file: str = ""
    ) -> IngestSummary:
        """Take in rows the program itself records; `rows` has the table's columns and record_id or not.

        `file`: what people call where they come from.
        """
        started = time.perf_counter()
        origin = self.deliveries.origin(table, source, sha256_of(rows), file, Mapping(), terms)
        # What the program says twice, it says on purpose: the same rows are another
        # delivery, not a file sent again.
        origin = replace(origin, seen=False, delivery_id=self.deliveries.next_id())
        tally = Tally()
        # What the program records is what it means, so nothing of it is doubted.
        self._take(batch_of(rows), origin, tally, doubted=NOTHING)
        return self._close_file(origin, terms, tally, rows.nbytes, started, [])

    def take_again(self, path: Path, origin: Origin, tally: Tally, *, is_sure: bool) -> None:
        """Read rows of the quarantine again, as lines of the file they came from; `is_sure`: somebody looked at them."""
        self._repeats.begin_file()
        for batch in open_reader(path, origin.table, origin.mapping, origin.received_at).batches():
            self._take(batch, origin, tally, doubted=NOTHING if is_sure else None)

    def take_load(self, batch: Batch, origin: Origin) -> tuple[Tally, npt.NDArray[np.uint8], list[Reject]]:
        """Take what a stream brought; what became of it, of each row that passed (as `Judged.kinds`), and what was set aside."""
        tally = Tally()
        kinds, set_aside = self._take(batch, origin, tally)
        self._settle_quarantine(origin, tally)
        return tally, kinds, set_aside

    def resolve(self, rows: pa.Table) -> int:
        """Write versions of quarantine rows as they are given; how many were new or other than before."""
        tally = Tally()
        for mine, origin in quarantine.by_source(rows):
            self._store(mine, origin, tally, np.ones(mine.num_rows, np.bool_))
        return tally.accepted + tally.corrections

    def commit(self, positions: dict[str, int] | None = None) -> State | None:
        """Write what is left, then commit; None where nothing of the call is new. `positions` of streams are part of
        the commit, and stand or fall with it.
        """
        self._writing.add("deliveries", self.deliveries.rows())
        added = self._writing.finish()
        if not added and not positions:
            return None
        learned = self._judging.spill()
        draft = Draft(
            added=added,
            deliveries=self.deliveries.all,
            positions=positions or {},
            # What was there before is spelled by now, see `Lake._respell`.
            spelled=spelling.mark() if self._state.spelled != spelling.mark() else "",
        )
        state = self._stage.commit(draft, learned)
        self._judging.publish(state)
        return state

    def close(self) -> None:
        """Let go of threads and open files."""
        self._writing.close()

    def _take(
        self,
        batch: Batch,
        origin: Origin,
        tally: Tally,
        doubted: Lines | None = None,
        withhold: Withhold | None = None,
        *,
        also_new: bool = False,
    ) -> tuple[npt.NDArray[np.uint8], list[Reject]]:
        """Take a batch. Rows of the `doubted` lines (None: all) are looked at: their number may be another record's, or they
        may say what another file said. Those that would change what was in the lake are handed to `withhold`; with
        `also_new` new ones too.

        Answers the kind of each row, and those that were set aside.
        """
        if batch.rejects:
            tally.rejected.append(quarantine.rows_of(batch.rejects, origin))
        if not batch.rows.num_rows:
            return np.zeros(0, np.uint8), []
        rows = arrived(batch.rows, origin)
        asked = np.ones(rows.num_rows, np.bool_)
        if doubted is not None:
            asked = np.isin(rows["line"].to_numpy(), doubted)
        repeated = self._find_repeated(batch, rows, asked, origin, tally)
        kinds = np.full(rows.num_rows, ANOTHER, np.uint8)
        passed = np.ones(rows.num_rows, np.bool_)
        passed[list(repeated)] = False
        if withhold is not None:
            changing = passed & self._judging.changing(rows, origin, also_new=also_new)
            self._withhold(rows, changing, kinds, tally, withhold)
            passed &= ~changing
        mine = rows if passed.all() else rows.filter(pa.array(passed)).combine_chunks()
        kinds[passed] = self._store(mine, origin, tally, ~asked[passed])
        set_aside = self._set_aside(batch, rows, kinds, repeated, origin, tally)
        if origin.table.name == TRANSFERS.name:
            self._note_payments(rows, _numbered(batch), kinds == NEW, asked, origin, tally)
        return kinds, set_aside

    def _withhold(
        self,
        rows: pa.Table,
        changing: Mask,
        kinds: npt.NDArray[np.uint8],
        tally: Tally,
        withhold: Withhold,
    ) -> None:
        """Hand these rows to `withhold` instead of taking them in."""
        if changing.any():
            tally.withheld += int(np.count_nonzero(changing))
            kinds[changing] = CORRECTION
            withhold(rows.filter(pa.array(changing)))

    def _store(self, rows: pa.Table, origin: Origin, tally: Tally, sure: Mask) -> npt.NDArray[np.uint8]:
        judged = self._judging.judge(rows, origin, sure)
        tally.count(judged.kinds)
        tally.contradictions += judged.contradictions
        tally.far_corrections += judged.far_corrections
        self._writing.write(origin.table.name, judged)
        return judged.kinds

    def _find_repeated(
        self, batch: Batch, rows: pa.Table, asked: Mask, origin: Origin, tally: Tally
    ) -> dict[int, Standing]:
        """The rows that stand in another file of their source, by place. A stream has no files: what it brings is not compared."""
        if origin.table.name != TRANSFERS.name or origin.pieces is not None or not asked.any():
            return {}
        try:
            found = self._repeats.find(rows, _numbered(batch), asked, origin)
        except LakeDamaged:
            # What is missing or broken says so in 'lake verify'; it keeps nobody's records out.
            tally.not_compared = True
            return {}
        tally.alike += found.alike
        tally.repeated.update(standing.file for standing in found.rows.values())
        return found.rows

    def _set_aside(
        self,
        batch: Batch,
        rows: pa.Table,
        kinds: npt.NDArray[np.uint8],
        repeated: AnyMapping[int, Standing],
        origin: Origin,
        tally: Tally,
    ) -> list[Reject]:
        """Put rows into the quarantine that are in order, but whose number or content is another row's."""
        places = np.flatnonzero(kinds == ANOTHER).tolist()
        lines = batch.rows["line"].to_numpy()
        rejects = []
        for place in places:
            line = int(lines[place])
            if place in repeated:
                code, column, reason = REPEATED, "", said_repeated(repeated[place], origin)
            else:
                number = rows["record_id"][place].as_py()
                code, column, reason = REUSED, "record_id", said_reused(number, origin)
            rejects.append(Reject(line, column, code, reason, batch.raw(line)))
        tally.reused_numbers += len(places) - len(repeated)
        if rejects:
            tally.rejected.append(quarantine.rows_of(rejects, origin))
        return rejects

    def _note_payments(
        self, rows: pa.Table, numbered: Mask, new: Mask, asked: Mask, origin: Origin, tally: Tally
    ) -> None:
        """Note of new payments what later files, and people, have to know of them."""
        by_line = new & ~numbered
        tally.unnumbered += int(np.count_nonzero(by_line))
        if self._has_more and by_line.any():
            self._repeats.keep(rows.filter(pa.array(by_line)).combine_chunks(), origin)
        doubted = new & asked
        if not doubted.any():
            return
        if origin.pieces is None:
            try:
                places = np.flatnonzero(doubted & numbered)
                tally.renumbered += self._repeats.count_renumbered(rows, places, origin)
            except LakeDamaged:
                tally.not_compared = True
        taken = rows if doubted.all() else rows.filter(pa.array(doubted)).combine_chunks()
        tally.batch_totals += len(find_batch_totals(taken, self._payments.secret))

    def _settle_quarantine(self, origin: Origin, tally: Tally) -> None:
        """Put rejected rows into the quarantine, and close those of this file that are rejected no longer."""
        rows = quarantine.together(tally.rejected)
        tally.in_quarantine = rows.num_rows - self.resolve(rows)
        if origin.seen:
            tally.resolved = self.resolve(quarantine.outgrown(self._state, origin, rows))

    def _close_file(
        self, origin: Origin, terms: Terms, tally: Tally, size: int, started: float, notes: Sequence[Sentence]
    ) -> IngestSummary:
        if tally.brought and not origin.seen:
            ends = until(terms, origin.received_at)
            self.deliveries.begin(delivery_of(origin, terms, tally, size, ends))
        return summary_of(origin, tally, [*notes, *self._told(), *remarks(origin, terms, tally)], started)

    def _told(self) -> list[Sentence]:
        """That old files were written anew, once a call."""
        many, self._respelled = self._respelled, 0
        return [Sentence("records.spelled-anew", count=many)] if many else []


def _numbered(batch: Batch) -> Mask:
    """Which rows bring a record number of their own."""
    if "record_id" not in batch.rows.column_names:
        return np.zeros(batch.rows.num_rows, np.bool_)
    found: Mask = pc.is_valid(batch.rows["record_id"]).to_numpy()
    return found
