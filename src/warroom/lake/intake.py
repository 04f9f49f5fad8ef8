"""One call to ingest: rows are read, judged, written or quarantined, and count by one commit.

Each step is a module of `warroom.lake.steps`; here they are put in order. What a step raises ends the call: `close`
lets go, the stage removes what was written, and the lake is as it was.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake import quarantine
from warroom.lake.arrival import Origin, arrived
from warroom.lake.commit import Draft, State
from warroom.lake.hashing import file_sha256
from warroom.lake.known_keys import Known
from warroom.lake.stage import Stage
from warroom.lake.steps.deliveries import Deliveries, delivery_of
from warroom.lake.steps.judging import Judging
from warroom.lake.steps.reading import Reading, batch_of, sha256_of
from warroom.lake.steps.tally import Tally, remarks, summary_of
from warroom.lake.steps.writing import Writing
from warroom.lake.terms import IngestJob, IngestSummary, OnProgress, Progress, merged, until
from warroom.records.archive import Part, parts
from warroom.records.batch import Batch
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import open_reader, table_of
from warroom.records.table import Table
from warroom.sentences.sentence import Sentence
from warroom.subjects import spelling

Withhold = Callable[[pa.Table], None]


class Intake:
    """The files of one call, under the writer's lock; nothing counts until `commit`."""

    def __init__(self, state: State, known: Known, stage: Stage, respelled: int = 0) -> None:
        self._state, self._stage, self._respelled = state, stage, respelled
        self.deliveries = Deliveries(state, stage.seq)
        self._judging, self._writing = Judging(known, stage.folder), Writing(stage)

    def take_file(
        self, job: IngestJob, progress: OnProgress | None, before: int, size: int
    ) -> Iterator[IngestSummary]:
        """Take a file in, or each file of an archive; `before` bytes of the call's `size` are done."""
        # The table first: whoever misnames it is told so before a file of gigabytes is read for its hash.
        table_of(job.table)
        sha256 = file_sha256(job.path)
        for part in parts(job.path, job.called, self._stage.folder):
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
        for batch in reading.batches():
            self._take(batch, origin, tally, job.withhold)
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
        self._take(batch_of(rows), origin, tally)
        return self._close_file(origin, terms, tally, rows.nbytes, started, [])

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

    def resolve(self, rows: pa.Table) -> int:
        """Write versions of quarantine rows as they are given; how many were new or other than before."""
        tally = Tally()
        for mine, origin in quarantine.by_source(rows):
            self._store(mine, origin, tally)
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
        self, batch: Batch, origin: Origin, tally: Tally, withhold: Withhold | None = None
    ) -> npt.NDArray[np.uint8]:
        if batch.rejects:
            tally.rejected.append(quarantine.rows_of(batch.rejects, origin))
        if not batch.rows.num_rows:
            return np.zeros(0, np.uint8)
        rows = arrived(batch.rows, origin)
        if withhold is not None:
            rows = self._without_changes(rows, origin, tally, withhold)
        return self._store(rows, origin, tally)

    def _without_changes(self, rows: pa.Table, origin: Origin, tally: Tally, withhold: Withhold) -> pa.Table:
        """The rows that change nothing of what was in the lake; the others are handed to `withhold`."""
        changing = self._judging.changing(rows, origin)
        if changing.any():
            tally.withheld += int(changing.sum())
            withhold(rows.filter(pa.array(changing)))
            rows = rows.filter(pa.array(~changing)).combine_chunks()
        return rows

    def _store(self, rows: pa.Table, origin: Origin, tally: Tally) -> npt.NDArray[np.uint8]:
        judged = self._judging.judge(rows, origin)
        tally.count(judged.kinds)
        tally.contradictions += judged.contradictions
        self._writing.write(origin.table.name, judged)
        return judged.kinds

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
