"""Which rows are new, which are duplicates, and which correct an earlier version.

A row is compared with the version of its record that is in effect at the row's own received_at: the same
content is a duplicate, other content a correction. A file that was delivered before is compared with every
version, so that sending it again never undoes what another file corrected. A row that is about another thing than every
version of its record corrects nothing: its number was used again.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel
from warroom.lake import runs
from warroom.lake.hashing import DIFFERENT, MOST, U64, compare_marks
from warroom.lake.runs import WIDTH, KeyRun, KnownVersions

NEW, DUPLICATE, CORRECTION, ANOTHER = 0, 1, 2, 3
SPILL = 1 << 21
"""Records of one call that are kept in memory before they become a run: about 140 MB."""

MANY = 1 << 16
"""From here on room is taken for a whole run at once: pages that are never touched cost nothing."""

_W: Any = np.uint64
_TAG = np.uint64(0xFFFFFFFF00000000)
_SLOT = np.uint64(0x00000000FFFFFFFF)


@dataclass
class RowVerdicts:
    """The verdict on each row: `kind` is NEW, DUPLICATE, CORRECTION or ANOTHER.

    `late`: it is older than a known version; `corrects_own_file`: it corrects a row of its own file;
    `is_far_correction`: it corrects a record and keeps half or less of what identifies it.
    """

    kind: npt.NDArray[np.uint8]
    late: npt.NDArray[np.bool_]
    corrects_own_file: npt.NDArray[np.bool_]
    is_far_correction: npt.NDArray[np.bool_]


@dataclass
class RecentRecords:
    """The records of the running call, in the order they came, and a hash table of their newest versions."""

    entries: U64 = field(default_factory=lambda: np.empty((1024, WIDTH), np.uint64))
    before: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(1024, np.int32))
    slots: U64 = field(default_factory=lambda: np.zeros(4096, np.uint64))
    count: int = 0

    def make_room(self, rows: int) -> None:
        """Grow so that `rows` more entries fit, the table at most two thirds full."""
        need = self.count + rows
        if need > len(self.entries):
            size = need if need < MANY else SPILL + need
            self.entries = _grow_array(self.entries, self.count, (size, WIDTH))
            self.before = _grow_array(self.before, self.count, (size,))
        if 3 * need > 2 * len(self.slots):
            # A power of two, so that a mask replaces the division of a hash table.
            self.slots = np.zeros(1 << (3 * need // 2).bit_length(), np.uint64)
            _fill_slots(self.entries[: self.count], self.slots)


def _grow_array(array: npt.NDArray[Any], count: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    bigger = np.empty(shape, array.dtype)
    bigger[:count] = array[:count]
    return bigger


class RowJudge:
    """Judges the rows of one call for one (table, source); it writes runs of what is new into `folder`."""

    def __init__(self, known: list[KeyRun], folder: Path, name: str, mark_bits: int = 0) -> None:
        self.known, self._bits = known, mark_bits
        self._folder, self._name = folder, name
        self._recent = RecentRecords()
        self._spilled = 0
        self._begun = 0
        self.written: list[KeyRun] = []

    def begin_file(self) -> None:
        """What comes now is of another file than what came before."""
        self._begun = self._recent.count

    def judge_batch(
        self,
        keys: U64,
        content: U64,
        marks: U64,
        time: npt.NDArray[np.int64],
        seen_file: bool,
        sure: npt.NDArray[np.bool_],
    ) -> RowVerdicts:
        """Judge a batch in its order and remember what is new in it. Rows that are `sure` are never ANOTHER."""
        known_rows = KnownVersions.make_empty(len(keys))
        # The newest first, see `KeyRun.look_up`. What this call wrote itself counts as
        # known: a file may repeat its rows.
        for run in reversed([*self.known, *self.written]):
            run.look_up(keys, content, marks, self._bits, time, known_rows)
        verdicts = RowVerdicts(np.empty(len(keys), np.uint8), *np.zeros((3, len(keys)), np.bool_))
        recent = self._recent
        recent.make_room(len(keys))
        recent.count = _judge_rows(
            keys, content, marks, self._bits, time, seen_file, sure,
            known_rows.flags, known_rows.time, known_rows.content, known_rows.latest,
            recent.slots, recent.entries, recent.before, recent.count,
            self._begun, verdicts.kind, verdicts.late, verdicts.corrects_own_file, verdicts.is_far_correction,
        )  # fmt: skip
        # Bounds the memory of a call, however many rows its files have.
        if recent.count >= SPILL:
            self.write_run()
        return verdicts

    def find_changing_rows(
        self,
        keys: U64,
        content: U64,
        marks: U64,
        time: npt.NDArray[np.int64],
        seen_file: bool,
        *,
        also_new: bool = False,
    ) -> npt.NDArray[np.bool_]:
        """Which rows of a batch correct records that the lake had before this call; those of another record correct none. `also_new`:
        and which are of records that the lake did not have.
        """
        known_rows = KnownVersions.make_empty(len(keys))
        for run in reversed(self.known):
            run.look_up(keys, content, marks, self._bits, time, known_rows)
        have, known, same, kin = ((known_rows.flags & bit) != 0 for bit in (1, 2, 4, 8))
        repeated = (have & (known_rows.content == content)) | (same if seen_file else False)
        changing: npt.NDArray[np.bool_] = (known & kin | (also_new & ~known)) & ~repeated
        return changing

    def write_run(self) -> None:
        """Write what is in memory as a run."""
        if self._recent.count:
            path = self._folder / f"{self._name}-{self._spilled:04}.npy"
            self._spilled += 1
            new = runs.write_run(path, self._recent.entries[: self._recent.count])
            self.written = runs.limit_runs([*self.written, new])
        # In a file of more rows than memory keeps, only contradictions between near rows are counted.
        self._recent, self._begun = RecentRecords(), 0


@compile_kernel(nogil=True, cache=True)
def _fill_slots(entries: Any, slots: Any) -> None:
    mask = _W(len(slots) - 1)
    for i in range(len(entries)):
        _set_newest(entries, slots, mask, i)


@compile_kernel(nogil=True, cache=True)
def _set_newest(entries: Any, slots: Any, mask: Any, i: Any) -> Any:
    """Point the record's slot at its newest version; the version before it, or -1."""
    a, b = entries[i, 0], entries[i, 1]
    tag = b & _TAG
    at = a & mask
    # Open addressing with the second hash's upper half as a tag: another record in the way is told apart
    # without reading its entry, which lies elsewhere in memory.
    while slots[at] != _W(0):
        if slots[at] & _TAG == tag:
            j = np.int64(slots[at] & _SLOT) - 1
            if entries[j, 0] == a and entries[j, 1] == b:
                slots[at] = tag | _W(i + 1)
                return j
        at = (at + _W(1)) & mask
    slots[at] = tag | _W(i + 1)
    return np.int64(-1)


@compile_kernel(nogil=True, cache=True)
def _find_newest(entries: Any, slots: Any, mask: Any, a: Any, b: Any) -> Any:
    tag = b & _TAG
    at = a & mask
    while slots[at] != _W(0):
        if slots[at] & _TAG == tag:
            j = np.int64(slots[at] & _SLOT) - 1
            if entries[j, 0] == a and entries[j, 1] == b:
                return j
        at = (at + _W(1)) & mask
    return np.int64(-1)


@compile_kernel(nogil=True, cache=True)
def _judge_rows(
    keys: Any, content: Any, marks: Any, bits: int, time: Any, seen_file: bool, sure: Any,
    flags: Any, best: Any, best_content: Any, latest: Any,
    slots: Any, entries: Any, before: Any, count: int,
    begun: int, kind: Any, late: Any, own: Any, far: Any,
) -> int:  # fmt: skip
    mask = _W(len(slots) - 1)
    for i in range(len(keys)):
        a, b = keys[i, 0], keys[i, 1]
        have, mine, in_effect = flags[i] & 1 != 0, best[i], best_content[i]
        known, same, last = flags[i] & 2 != 0, flags[i] & 4 != 0, latest[i]
        kin, near = flags[i] & 8 != 0, flags[i] & 16 != 0
        j = _find_newest(entries, slots, mask, a, b)
        known |= j >= 0
        of_this_file = j >= begun
        first = True
        # All versions of this call, the newest first; of equal moments the one that came last is in effect.
        while j >= 0:
            at = np.int64(entries[j, 3])
            same |= entries[j, 2] == content[i]
            alike = compare_marks(entries[j, 4], marks[i], bits)
            kin |= alike != DIFFERENT
            near |= alike == MOST
            last = max(last, at)
            if at <= time[i] and (not have or at > mine or (first and at == mine)):
                have, mine, in_effect, first = True, at, entries[j, 2], False
            j = np.int64(before[j])
        # A file that came before has nothing new to say, also where a row of it was corrected since.
        if (have and in_effect == content[i]) or (seen_file and same):
            kind[i] = 1
            continue
        if known and not kin and not sure[i]:
            kind[i] = 3
            continue
        kind[i] = 2 if known else 0
        # Then the newest version may be on any day, and a view has to read all of them.
        late[i] = known and last > time[i]
        own[i] = of_this_file
        far[i] = known and not near and not sure[i]
        entries[count, 0], entries[count, 1] = a, b
        entries[count, 2], entries[count, 3], entries[count, 4] = content[i], _W(time[i]), marks[i]
        before[count] = _set_newest(entries, slots, mask, count)
        count += 1
    return count
