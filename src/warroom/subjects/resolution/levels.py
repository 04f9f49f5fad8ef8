"""How well two values of a column agree, in a few levels: the same, nearly, in part, not at all, or nobody knows."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.kernels import kernel
from warroom.subjects.names.fast import scores
from warroom.subjects.resolution.values import Values

UNKNOWN, SAME, NEAR, PARTLY, HARDLY, DIFFERENT = range(6)
"""Of a name NEAR is one that sounds the same, PARTLY one that the room of names calls the same, HARDLY one a few letters off. Of other
values NEAR is a slip of the pen, PARTLY half of it.
"""
LEVELS = 6
_SOUNDS_SAME, _SAME_NAME = 0.9, 0.7
_ONE_SLIP, _MANY = 0.8, 0.6
_LONGEST = 60

Levels = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]


class Comparer:
    """Compares records by their columns. Texts are laid out once."""

    def __init__(self, columns: Sequence[Values]) -> None:
        self.columns = columns
        self._letters = [_letters(column.texts) for column in columns]

    def levels(self, first: Ints, second: Ints) -> Levels:
        """An array (pairs, columns) of levels, for pairs of records."""
        out = np.zeros((len(first), len(self.columns)), np.uint8)
        for number, column in enumerate(self.columns):
            out[:, number] = self._column(number, column.codes[first], column.codes[second])
        return out

    def _column(self, number: int, a: Ints, b: Ints) -> Levels:
        column = self.columns[number]
        found = np.where((a < 0) | (b < 0), UNKNOWN, np.where(a == b, SAME, DIFFERENT)).astype(np.uint8)
        if column.sounds is not None and len(column.texts):
            nobody = column.sounds.whole == 0
            found[(found != UNKNOWN) & (nobody[a] | nobody[b])] = UNKNOWN
        open_ = np.flatnonzero(found == DIFFERENT)
        if not len(open_):
            return found
        # Each pair of values once, however many records have them.
        low, high = np.minimum(a[open_], b[open_]), np.maximum(a[open_], b[open_])
        both, back = np.unique(low.astype(np.int64) << 32 | high, return_inverse=True)
        x, y = (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)
        if column.sounds is not None:
            worth = self._of_name(number, x, y)
        else:
            near = self._near(number, x, y)
            worth = _of_date(near) if column.holds == "date" else _of_text(near)
        found[open_] = worth[back]
        return found

    def _near(self, number: int, x: Ints, y: Ints) -> npt.NDArray[np.float32]:
        """How near the letters of values lie, from 0 to 1."""
        starts, letters = self._letters[number]
        near = np.empty(len(x), np.float32)
        _likeness(starts, letters, x, y, near)
        return near

    def _of_name(self, number: int, x: Ints, y: Ints) -> Levels:
        sounds = self.columns[number].sounds
        assert sounds is not None
        found = np.full(len(x), DIFFERENT, np.uint8)
        shared = np.bitwise_count(sounds.signs[x] & sounds.signs[y]).astype(np.int32)
        fewer = np.minimum(np.bitwise_count(sounds.signs[x]), np.bitwise_count(sounds.signs[y])).astype(
            np.int32
        )
        # What shares not a third of its runs of consonants is no spelling of the other.
        asked = np.flatnonzero(3 * shared >= fewer)
        if len(asked):
            score = scores(sounds.names, x[asked], y[asked])
            heard = np.where(score >= _SOUNDS_SAME, NEAR, np.where(score >= _SAME_NAME, PARTLY, DIFFERENT))
            found[asked] = heard.astype(np.uint8)
        unheard = np.flatnonzero(found == DIFFERENT)
        if len(unheard):
            near = self._near(number, x[unheard], y[unheard])
            found[unheard] = np.where(near >= _ONE_SLIP, HARDLY, DIFFERENT)
        return found


def _of_text(near: npt.NDArray[np.float32]) -> Levels:
    return np.where(near >= _ONE_SLIP, NEAR, np.where(near >= _MANY, PARTLY, DIFFERENT)).astype(np.uint8)


def _of_date(near: npt.NDArray[np.float32]) -> Levels:
    # Of eight digits one or two neighbours swapped, or two of them.
    return np.where(near >= 0.87, NEAR, np.where(near >= 0.74, PARTLY, DIFFERENT)).astype(np.uint8)


def _letters(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    # Whole columns at once: a million texts one by one cost more than comparing a day's new records.
    said = pc.utf8_lower(pc.utf8_slice_codeunits(texts, 0, _LONGEST))
    starts = np.zeros(len(said) + 1, np.int64)
    np.cumsum(pc.utf8_length(said).to_numpy(zero_copy_only=False), out=starts[1:])
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(said)], said), "")[0].as_py() or ""
    return starts, np.frombuffer(joined.encode("utf-32-le"), np.uint32)


@kernel(cache=True, nogil=True)
def _likeness(
    starts: npt.NDArray[np.int64],
    letters: npt.NDArray[np.uint32],
    x: Ints,
    y: Ints,
    out: npt.NDArray[np.float32],
) -> None:
    """1 less the share of letters put in, left out, changed or swapped (Damerau), of the longer text."""
    rows = np.zeros((3, 64), np.int32)
    for k in range(len(x)):
        a, b = starts[x[k]], starts[y[k]]
        n, m = starts[x[k] + 1] - a, starts[y[k] + 1] - b
        longer = max(n, m)
        if longer == 0 or 5 * abs(n - m) > 2 * longer:
            out[k] = 0.0
            continue
        for j in range(m + 1):
            rows[0, j] = j
        for i in range(1, n + 1):
            now, before, earlier = i % 3, (i - 1) % 3, (i - 2) % 3
            rows[now, 0] = i
            for j in range(1, m + 1):
                same = letters[a + i - 1] == letters[b + j - 1]
                best = min(
                    rows[before, j - 1] + (0 if same else 1), rows[before, j] + 1, rows[now, j - 1] + 1
                )
                if (
                    i > 1
                    and j > 1
                    and letters[a + i - 1] == letters[b + j - 2]
                    and letters[a + i - 2] == letters[b + j - 1]
                ):
                    best = min(best, rows[earlier, j - 2] + 1)
                rows[now, j] = best
        out[k] = 1.0 - rows[n % 3, m] / longer
