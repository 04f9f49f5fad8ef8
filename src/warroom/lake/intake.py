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
from warroom.lake.arrival import RowOrigin, add_common_columns
from warroom.lake.batch_totals import find_batch_totals
from warroom.lake.commit import CommitDraft, LakeState
from warroom.lake.hashing import hash_file
from warroom.lake.identity import ANOTHER, CORRECTION, NEW
from warroom.lake.known_keys import KnownKeys
from warroom.lake.payment_keys import TRANSFERS, PaymentKeys
from warroom.lake.quarantine import REPEATED, REUSED, make_repeated_sentence, make_reused_sentence
from warroom.lake.repeats import RepeatFinder, StoredPayment
from warroom.lake.stage import LakeStage
from warroom.lake.steps.deliveries import IntakeDeliveries, make_delivery
from warroom.lake.steps.judging import JudgingStep
from warroom.lake.steps.reading import ReadingStep, hash_rows, make_batch
from warroom.lake.steps.tally import IntakeTally, list_remarks, make_summary
from warroom.lake.steps.writing import WritingStep
from warroom.lake.terms import (
    IngestJob,
    IngestProgress,
    IngestSummary,
    OnProgress,
    get_retention_end,
    merge_terms,
)
from warroom.records.archive import InputFile, iter_files
from warroom.records.batch import Reject, RowBatch
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.reader import get_table, open_reader
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
        self, state: LakeState, known: KnownKeys, stage: LakeStage, payments: PaymentKeys, respelled: int = 0
    ) -> None:
        self._state, self._stage, self._respelled = state, stage, respelled
        self.deliveries = IntakeDeliveries(state, stage.seq)
        self._judging, self._writing = JudgingStep(known, stage.folder), WritingStep(stage)
        self._repeats, self._payments = RepeatFinder(state, payments), payments
        self._has_more = False

    def take_file(
        self, job: IngestJob, progress: OnProgress | None, before: int, size: int, *, is_last: bool = False
    ) -> Iterator[IngestSummary]:
        """Take a file in, or each file of an archive; `before` bytes of the call's `size` are done."""
        # The table first: a wrong name is an error before a file of gigabytes is read for its hash.
        get_table(job.table)
        sha256 = hash_file(job.path)
        for part in iter_files(job.path, job.display_name, self._stage.folder):
            self._has_more = bool(part.member) or not is_last
            yield self._take_part(
                part,
                sha256,
                job,
                lambda rows, done: (
                    progress and progress(IngestProgress(job.path.name, rows, before + done, size))
                ),
            )

    def _take_part(
        self, part: InputFile, sha256: str, job: IngestJob, progress: Callable[[int, int], object]
    ) -> IngestSummary:
        started = time.perf_counter()
        mapping = job.mapping or FileMapping()
        terms = merge_terms(job.terms, mapping)
        table, source = get_table(job.table), job.sender
        reading, tally, rows = ReadingStep(part, table, mapping, terms), IntakeTally(), 0
        file = ", ".join(filter(None, (job.name or job.path.name, reading.member)))
        origin = self.deliveries.make_origin(table, source, sha256, file, mapping, terms, reading.member)
        self.deliveries.require_new_bytes(origin, again=job.allow_known_file)
        self._judging.begin_file()
        self._repeats.begin_file()
        doubted = quarantine.list_unresolved_lines(self._state, origin) if origin.seen else None
        for batch in reading.iter_batches():
            self._take_batch(batch, origin, tally, doubted, job.withhold, also_new=job.withhold_new)
            rows += batch.rows.num_rows + len(batch.rejects)
            progress(rows, reading.position_bytes())
        self._settle_quarantine(origin, tally)
        return self._close_file(origin, terms, tally, reading.size, started, reading.notes)

    def take_rows(
        self, table: Table, rows: pa.Table, source: str, terms: DeliveryTerms, file: str = ""
    ) -> IngestSummary:
        """Take in rows the program itself records; `rows` has the table's columns and record_id or not.

        `file`: what people call where they come from.
        """
        started = time.perf_counter()
        origin = self.deliveries.make_origin(table, source, hash_rows(rows), file, FileMapping(), terms)
        # What the program says twice, it says on purpose: the same rows are another
        # delivery, not a file sent again.
        origin = replace(origin, seen=False, delivery_id=self.deliveries.make_next_id())
        tally = IntakeTally()
        # What the program records is what it means, so nothing of it is doubted.
        self._take_batch(make_batch(rows), origin, tally, doubted=NOTHING)
        return self._close_file(origin, terms, tally, rows.nbytes, started, [])

    def take_again(self, path: Path, origin: RowOrigin, tally: IntakeTally, *, is_sure: bool) -> None:
        """Read rows of the quarantine again, as lines of the file they came from; `is_sure`: an officer
        confirmed them.
        """
        self._repeats.begin_file()
        for batch in open_reader(path, origin.table, origin.mapping, origin.received_at).iter_batches():
            self._take_batch(batch, origin, tally, doubted=NOTHING if is_sure else None)

    def take_load(
        self, batch: RowBatch, origin: RowOrigin
    ) -> tuple[IntakeTally, npt.NDArray[np.uint8], list[Reject]]:
        """Take in a stream's load; returns the tally, the kind of each row that passed (as
        `JudgedBatch.kinds`), and the rows that were set aside.
        """
        tally = IntakeTally()
        kinds, set_aside = self._take_batch(batch, origin, tally)
        self._settle_quarantine(origin, tally)
        return tally, kinds, set_aside

    def write_quarantine_versions(self, rows: pa.Table) -> int:
        """Write versions of quarantine rows as they are given; how many were new or other than before."""
        tally = IntakeTally()
        for mine, origin in quarantine.split_by_source(rows):
            self._store_rows(mine, origin, tally, np.ones(mine.num_rows, np.bool_))
        return tally.accepted + tally.corrections

    def commit(self, positions: dict[str, int] | None = None) -> LakeState | None:
        """Write what is left, then commit; None where nothing of the call is new. `positions` of streams are part of
        the same commit, so both are saved or neither.
        """
        self._writing.write_rows("deliveries", self.deliveries.make_table_rows())
        added = self._writing.finish_files()
        if not added and not positions:
            return None
        # Before the commit, so that the runs are on the disk with it; published after, see
        # `JudgingStep.publish_runs`.
        learned = self._judging.write_runs()
        draft = CommitDraft(
            added=added,
            deliveries=self.deliveries.all,
            positions=positions or {},
            # What was there before is spelled by now, see `Lake._respell_files`.
            spelling_mark=spelling.get_spelling_version()
            if self._state.spelling_mark != spelling.get_spelling_version()
            else "",
        )
        state = self._stage.commit(draft, learned)
        self._judging.publish_runs(state)
        return state

    def close(self) -> None:
        """Let go of threads and open files."""
        self._writing.close()

    def _take_batch(
        self,
        batch: RowBatch,
        origin: RowOrigin,
        tally: IntakeTally,
        doubted: Lines | None = None,
        withhold: Withhold | None = None,
        *,
        also_new: bool = False,
    ) -> tuple[npt.NDArray[np.uint8], list[Reject]]:
        """Take a batch. Rows of the `doubted` lines (None: all) are checked: their number may be another
        record's, or they may repeat a row of another file. Rows that would change the lake's records are
        handed to `withhold` instead; with `also_new` new ones too.

        Returns the kind of each row, and those that were set aside.
        """
        if batch.rejects:
            tally.rejected.append(quarantine.make_quarantine_rows(batch.rejects, origin))
        if not batch.rows.num_rows:
            return np.zeros(0, np.uint8), []
        rows = add_common_columns(batch.rows, origin)
        asked = np.ones(rows.num_rows, np.bool_)
        if doubted is not None:
            asked = np.isin(rows["line"].to_numpy(), doubted)
        repeated = self._find_repeated(batch, rows, asked, origin, tally)
        # ANOTHER until judged, so that a repeated row, which is never judged, is set aside with the others.
        kinds = np.full(rows.num_rows, ANOTHER, np.uint8)
        passed = np.ones(rows.num_rows, np.bool_)
        passed[list(repeated)] = False
        if withhold is not None:
            changing = passed & self._judging.find_changing_rows(rows, origin, also_new=also_new)
            self._withhold_rows(rows, changing, kinds, tally, withhold)
            passed &= ~changing
        mine = rows if passed.all() else rows.filter(pa.array(passed)).combine_chunks()
        kinds[passed] = self._store_rows(mine, origin, tally, ~asked[passed])
        set_aside = self._set_aside(batch, rows, kinds, repeated, origin, tally)
        if origin.table.name == TRANSFERS.name:
            self._note_payments(rows, _has_record_id(batch), kinds == NEW, asked, origin, tally)
        return kinds, set_aside

    def _withhold_rows(
        self,
        rows: pa.Table,
        changing: Mask,
        kinds: npt.NDArray[np.uint8],
        tally: IntakeTally,
        withhold: Withhold,
    ) -> None:
        """Hand these rows to `withhold` instead of taking them in."""
        if changing.any():
            tally.withheld += int(np.count_nonzero(changing))
            kinds[changing] = CORRECTION
            withhold(rows.filter(pa.array(changing)))

    def _store_rows(
        self, rows: pa.Table, origin: RowOrigin, tally: IntakeTally, sure: Mask
    ) -> npt.NDArray[np.uint8]:
        judged = self._judging.judge_rows(rows, origin, sure)
        tally.count_kinds(judged.kinds)
        tally.contradictions += judged.contradictions
        tally.far_corrections += judged.far_corrections
        self._writing.write_judged(origin.table.name, judged)
        return judged.kinds

    def _find_repeated(
        self, batch: RowBatch, rows: pa.Table, asked: Mask, origin: RowOrigin, tally: IntakeTally
    ) -> dict[int, StoredPayment]:
        """The rows that are in another file of their source already, by place.

        A stream has no files and is not compared.
        """
        if origin.table.name != TRANSFERS.name or origin.pieces is not None or not asked.any():
            return {}
        try:
            repeated = self._repeats.find_repeats(rows, _has_record_id(batch), asked, origin)
        except LakeDamaged:
            # 'lake verify' reports missing and damaged files; they must not keep new records out.
            tally.not_compared = True
            return {}
        tally.alike += repeated.alike
        tally.repeated.update(standing.file for standing in repeated.rows.values())
        return repeated.rows

    def _set_aside(
        self,
        batch: RowBatch,
        rows: pa.Table,
        kinds: npt.NDArray[np.uint8],
        repeated: AnyMapping[int, StoredPayment],
        origin: RowOrigin,
        tally: IntakeTally,
    ) -> list[Reject]:
        """Put rows into the quarantine that are in order, but whose number or content is another row's."""
        places = np.flatnonzero(kinds == ANOTHER).tolist()
        lines = batch.rows["line"].to_numpy()
        rejects = []
        for place in places:
            line = int(lines[place])
            if place in repeated:
                code, column, reason = REPEATED, "", make_repeated_sentence(repeated[place], origin)
            else:
                number = rows["record_id"][place].as_py()
                code, column, reason = REUSED, "record_id", make_reused_sentence(number, origin)
            rejects.append(Reject(line, column, code, reason, batch.find_raw_row(line)))
        tally.reused_numbers += len(places) - len(repeated)
        if rejects:
            tally.rejected.append(quarantine.make_quarantine_rows(rejects, origin))
        return rejects

    def _note_payments(
        self, rows: pa.Table, numbered: Mask, new: Mask, asked: Mask, origin: RowOrigin, tally: IntakeTally
    ) -> None:
        """Note of new payments what later files, and people, have to know of them."""
        by_line = new & ~numbered
        tally.unnumbered += int(np.count_nonzero(by_line))
        if self._has_more and by_line.any():
            self._repeats.add_unnumbered_rows(rows.filter(pa.array(by_line)).combine_chunks(), origin)
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

    def _settle_quarantine(self, origin: RowOrigin, tally: IntakeTally) -> None:
        """Put rejected rows into the quarantine, and close those of this file that are rejected no longer."""
        rows = quarantine.concat_rows(tally.rejected)
        tally.in_quarantine = rows.num_rows - self.write_quarantine_versions(rows)
        if origin.seen:
            tally.resolved = self.write_quarantine_versions(
                quarantine.close_accepted_rows(self._state, origin, rows)
            )

    def _close_file(
        self,
        origin: RowOrigin,
        terms: DeliveryTerms,
        tally: IntakeTally,
        size: int,
        started: float,
        notes: Sequence[Sentence],
    ) -> IngestSummary:
        if tally.has_new_rows and not origin.seen:
            ends = get_retention_end(terms, origin.received_at)
            self.deliveries.add_begun(make_delivery(origin, terms, tally, size, ends))
        return make_summary(
            origin,
            tally,
            [*notes, *self._list_respelling_notes(), *list_remarks(origin, terms, tally)],
            started,
        )

    def _list_respelling_notes(self) -> list[Sentence]:
        """The note that old files were rewritten, once a call."""
        many, self._respelled = self._respelled, 0
        return [Sentence("records.spelled-anew", count=many)] if many else []


def _has_record_id(batch: RowBatch) -> Mask:
    """Which rows bring a record number of their own."""
    if "record_id" not in batch.rows.column_names:
        return np.zeros(batch.rows.num_rows, np.bool_)
    found: Mask = pc.is_valid(batch.rows["record_id"]).to_numpy()
    return found
