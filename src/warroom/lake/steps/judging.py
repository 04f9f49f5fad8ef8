"""Second step: which rows are new, which were said before, which correct; what is new is known from then on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake.arrival import Origin
from warroom.lake.commit import State
from warroom.lake.hashing import mark_bits
from warroom.lake.identity import ANOTHER, CORRECTION, NEW, Judge
from warroom.lake.known_keys import Known, received
from warroom.records.table import Table


@dataclass(frozen=True, slots=True)
class Judged:
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


class Judging:
    """The judges of one call, one a table and source; what they learn lies in `folder` until it is published."""

    def __init__(self, known: Known, folder: Path) -> None:
        self._known, self._folder = known, folder
        self._judges: dict[tuple[str, str], Judge] = {}

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        for judge in self._judges.values():
            judge.begin_file()

    def judge(self, rows: pa.Table, origin: Origin, sure: npt.NDArray[np.bool_]) -> Judged:
        """Judge rows that have all columns of the lake; rows judged earlier in the call count as known.

        Rows that are `sure` are the record of their number, whatever they say of it.
        """
        keys = self._known.identities(rows)
        content, marks = self._known.contents(rows, origin.table)
        judge = self._judge(origin.table, origin.source)
        verdicts = judge.judge(keys, content, marks, received(rows), origin.seen, sure)
        new, corrections = (_picked(rows, verdicts.kind == kind) for kind in (NEW, CORRECTION))
        return Judged(
            verdicts.kind,
            new,
            corrections,
            late=bool(verdicts.late.any()),
            contradictions=int(verdicts.own.sum()),
            far_corrections=int(verdicts.far.sum()),
        )

    def changing(self, rows: pa.Table, origin: Origin, *, also_new: bool) -> npt.NDArray[np.bool_]:
        """Which rows would change a record that was in the lake before this call, or are `also_new`; nothing is remembered of
        them.
        """
        keys = self._known.identities(rows)
        content, marks = self._known.contents(rows, origin.table)
        judge = self._judge(origin.table, origin.source)
        return judge.changing(keys, content, marks, received(rows), origin.seen, also_new=also_new)

    def spill(self) -> list[Path]:
        """Write what is still in memory; all files of what the call learned, to be synced with its commit."""
        for judge in self._judges.values():
            judge.spill()
        return [run.path for judge in self._judges.values() for run in judge.written]

    def publish(self, state: State) -> None:
        """Let later calls know what this one learned, now that its commit stands.

        After the commit, never before: keys of rows that are not in the lake would make them duplicates for ever. A
        process that dies between the two costs a rebuilding, because the card's mark is then behind the log.
        """
        for (table, source), judge in self._judges.items():
            if judge.written:
                mark = state.touched[table, source]
                self._known.publish(table, source, judge.known, judge.written, mark)

    def _judge(self, table: Table, source: str) -> Judge:
        if (table.name, source) not in self._judges:
            name, known = f"keys-{len(self._judges):04}", self._known.runs(table.name, source)
            self._judges[table.name, source] = Judge(known, self._folder, name, mark_bits(table))
        return self._judges[table.name, source]


def _picked(rows: pa.Table, mask: npt.NDArray[np.bool_]) -> pa.Table:
    # Nearly every batch is all new or all known: no copy is made then.
    count = int(np.count_nonzero(mask))
    return rows if count == rows.num_rows else rows.slice(0, 0) if count == 0 else rows.filter(pa.array(mask))
