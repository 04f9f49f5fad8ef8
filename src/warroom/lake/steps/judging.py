"""Second step: sorts rows into new ones, duplicates and corrections; new rows are known to every later one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake.arrival import RowOrigin
from warroom.lake.commit import LakeState
from warroom.lake.hashing import count_mark_bits
from warroom.lake.identity import ANOTHER, CORRECTION, NEW, RowJudge
from warroom.lake.known_keys import KnownKeys, get_received_micros
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """A batch after its judgement: `kinds` says NEW, DUPLICATE, CORRECTION or ANOTHER of each row.

    Duplicates are in no table, and neither are rows whose number another thing has (ANOTHER). `late`: some correction is older
    than what is known of its record. `contradictions` correct rows of their own file, `far_corrections` keep half or less of what identifies their record.
    """

    kinds: npt.NDArray[np.uint8]
    new: pa.Table
    corrections: pa.Table
    late: bool
    contradictions: int
    far_corrections: int

    @property
    def another(self) -> npt.NDArray[np.int64]:
        """The places of rows whose number another thing has."""
        return np.flatnonzero(self.kinds == ANOTHER)


class JudgingStep:
    """The judges of one call, one for each table and source; what they learn is in `folder` until it is
    published.
    """

    def __init__(self, known: KnownKeys, folder: Path) -> None:
        self._known, self._folder = known, folder
        self._judges: dict[tuple[str, str], RowJudge] = {}

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        for judge in self._judges.values():
            judge.begin_file()

    def judge_rows(self, rows: pa.Table, origin: RowOrigin, sure: npt.NDArray[np.bool_]) -> JudgedBatch:
        """Judge rows that have all columns of the lake; rows judged earlier in the call count as known.

        Rows that are `sure` are the record of their number, whatever they say of it.
        """
        keys = self._known.hash_record_ids(rows)
        content, marks = self._known.hash_contents(rows, origin.table)
        judge = self._get_judge(origin.table, origin.source)
        verdicts = judge.judge_batch(keys, content, marks, get_received_micros(rows), origin.seen, sure)
        new, corrections = (_select_rows(rows, verdicts.kind == kind) for kind in (NEW, CORRECTION))
        return JudgedBatch(
            verdicts.kind,
            new,
            corrections,
            late=bool(verdicts.late.any()),
            contradictions=int(verdicts.corrects_own_file.sum()),
            far_corrections=int(verdicts.is_far_correction.sum()),
        )

    def find_changing_rows(
        self, rows: pa.Table, origin: RowOrigin, *, also_new: bool
    ) -> npt.NDArray[np.bool_]:
        """Which rows would change a record that was in the lake before this call, or are `also_new`; nothing is remembered of
        them.
        """
        keys = self._known.hash_record_ids(rows)
        content, marks = self._known.hash_contents(rows, origin.table)
        judge = self._get_judge(origin.table, origin.source)
        return judge.find_changing_rows(
            keys, content, marks, get_received_micros(rows), origin.seen, also_new=also_new
        )

    def write_runs(self) -> list[Path]:
        """Write what is still in memory; all files of what the call learned, to be synced with its commit."""
        for judge in self._judges.values():
            judge.write_run()
        return [run.path for judge in self._judges.values() for run in judge.written]

    def publish_runs(self, state: LakeState) -> None:
        """Publish this call's keys to later calls, once its commit is made.

        After the commit, never before: keys of rows that are not in the lake would make those rows duplicates
        for ever. If the process dies between the two, the keys are rebuilt, because the card's mark is then
        behind the log.
        """
        for (table, source), judge in self._judges.items():
            if judge.written:
                mark = state.touched[table, source]
                self._known.publish_runs(table, source, judge.known, judge.written, mark)

    def _get_judge(self, table: Table, source: str) -> RowJudge:
        if (table.name, source) not in self._judges:
            name, known = f"keys-{len(self._judges):04}", self._known.load_runs(table.name, source)
            self._judges[table.name, source] = RowJudge(known, self._folder, name, count_mark_bits(table))
        return self._judges[table.name, source]


def _select_rows(rows: pa.Table, mask: npt.NDArray[np.bool_]) -> pa.Table:
    # Nearly every batch is all new or all known: no copy is made then.
    count = int(np.count_nonzero(mask))
    return rows if count == rows.num_rows else rows.slice(0, 0) if count == 0 else rows.filter(pa.array(mask))
