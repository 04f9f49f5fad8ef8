"""How well two values of a column agree, in a few levels: the same, nearly, in part, not at all, or unknown;
for names also whether they are those of two people.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.kernels import compile_kernel
from warroom.subjects.names import kernel as names_kernel
from warroom.subjects.names.fast import relate_name_pairs, score_name_pairs
from warroom.subjects.resolution.values import ColumnValues, Keys

UNKNOWN, SAME, NEAR, PARTLY, HARDLY, DIFFERENT, SHARED, KIN, RENAMED = range(9)
"""Of a name NEAR is one that sounds the same, PARTLY one that the room of names calls the same, HARDLY one a few letters off, SHARED one of
which a word is the same and one name has more words, KIN one that shares a word and no given name, RENAMED one that shares a given name while
each has a word that the other lacks. Of other values NEAR is a slip of the pen, PARTLY half of it; none is SHARED, KIN or RENAMED.
"""
# How many there are: the width of every table of weights.
LEVELS = 9
# Scores of the names' kernel: 0.7 is its `LIMIT`. The others are shares of equal letters, chosen by hand.
_SOUNDS_SAME, _SAME_NAME = 0.9, 0.7
_ONE_SLIP, _MANY = 0.8, 0.6
# For names of kin: one letter of ten, since their family name already agrees.
_ONE_LETTER = 0.9
# Letters compared: longer texts are addresses and notes that differ early; the tables have 64 places.
_LONGEST = 60
_OF_RELATION = np.zeros(5, np.uint8)
_OF_RELATION[
    [names_kernel.SHARED, names_kernel.KIN, names_kernel.UNLIKE, names_kernel.STRANGE, names_kernel.RENAMED]
] = (SHARED, KIN, DIFFERENT, DIFFERENT, RENAMED)
# Beyond the last capital letter of Unicode (Adlam, U+1E921).
_LAST_CAPITAL = 0x1F000

Levels = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]


class RecordComparer:
    """Compares records by their columns.

    Texts are read from Arrow's buffers, so a few new records unpack no million texts.
    """

    def __init__(self, columns: Sequence[ColumnValues]) -> None:
        self.columns = columns

    def compare_pairs(self, first: Ints, second: Ints) -> Levels:
        """An array (pairs, columns) of levels, for pairs of records."""
        out = np.zeros((len(first), len(self.columns)), np.uint8)
        for number, column in enumerate(self.columns):
            out[:, number] = self._compare_column(number, column.codes[first], column.codes[second])
        return out

    def _compare_column(self, number: int, a: Ints, b: Ints) -> Levels:
        column = self.columns[number]
        levels = np.where((a < 0) | (b < 0), UNKNOWN, np.where(a == b, SAME, DIFFERENT)).astype(np.uint8)
        if column.sounds is not None and len(column.texts):
            nobody = column.sounds.whole == 0
            levels[(levels != UNKNOWN) & (nobody[a] | nobody[b])] = UNKNOWN
        open_ = np.flatnonzero(levels == DIFFERENT)
        if not len(open_):
            return levels
        # Each pair of values once, however many records have them.
        low, high = np.minimum(a[open_], b[open_]), np.maximum(a[open_], b[open_])
        both, back = np.unique(low.astype(np.int64) << 32 | high, return_inverse=True)
        x, y = (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)
        if column.sounds is not None:
            worth = self._compare_names(number, x, y)
        else:
            near = self._measure_similarity(number, x, y)
            worth = _date_levels(near) if column.content == "date" else _text_levels(near)
        levels[open_] = worth[back]
        return levels

    def _measure_similarity(self, number: int, x: Ints, y: Ints) -> npt.NDArray[np.float32]:
        """The similarity of the values' letters, from 0 to 1."""
        texts = self.columns[number].texts
        _, starts, text_bytes = texts.buffers()
        near = np.empty(len(x), np.float32)
        _compute_similarity(
            np.frombuffer(starts, np.int32)[texts.offset :],
            np.frombuffer(text_bytes, np.uint8),
            _lower_case(),
            x,
            y,
            near,
        )
        return near

    def _compare_names(self, number: int, x: Ints, y: Ints) -> Levels:
        sounds = self.columns[number].sounds
        assert sounds is not None
        levels = np.full(len(x), DIFFERENT, np.uint8)
        shared = np.bitwise_count(sounds.signs[x] & sounds.signs[y]).astype(np.int32)
        fewer = np.minimum(np.bitwise_count(sounds.signs[x]), np.bitwise_count(sounds.signs[y])).astype(
            np.int32
        )
        # What shares neither a word nor a third of its runs of consonants has nothing in common with the other.
        # The kernel is the dear part, so a count of bits decides first which pairs reach it.
        asked = np.flatnonzero((3 * shared >= fewer) | _share_a_word(sounds.words[x], sounds.words[y]))
        if len(asked):
            score = score_name_pairs(sounds.names, x[asked], y[asked])
            heard = np.where(score >= _SOUNDS_SAME, NEAR, np.where(score >= _SAME_NAME, PARTLY, DIFFERENT))
            levels[asked] = heard.astype(np.uint8)
            apart = asked[heard == DIFFERENT]
            levels[apart] = _OF_RELATION[relate_name_pairs(sounds.names, x[apart], y[apart])]
        # RENAMED stays: a long given name that both bear would make a slip of any short family name.
        unheard = np.flatnonzero((levels == DIFFERENT) | (levels == SHARED) | (levels == KIN))
        if len(unheard):
            near = self._measure_similarity(number, x[unheard], y[unheard])
            # Given names of a few letters, such as Ann and Lek, are no slip of each other before a long name that both bear.
            levels[unheard[near >= np.where(levels[unheard] == KIN, _ONE_LETTER, _ONE_SLIP)]] = HARDLY
        return levels


def _share_a_word(one: Keys, other: Keys) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(one), np.bool_)
    for place in range(one.shape[1]):
        for beside in range(other.shape[1]):
            found |= (one[:, place] == other[:, beside]) & (one[:, place] != 0)
    return found


def _text_levels(near: npt.NDArray[np.float32]) -> Levels:
    return np.where(near >= _ONE_SLIP, NEAR, np.where(near >= _MANY, PARTLY, DIFFERENT)).astype(np.uint8)


def _date_levels(near: npt.NDArray[np.float32]) -> Levels:
    # Of eight digits one or two neighbours swapped, or two of them.
    return np.where(near >= 0.87, NEAR, np.where(near >= 0.74, PARTLY, DIFFERENT)).astype(np.uint8)


@cache
def _lower_case() -> npt.NDArray[np.uint32]:
    """By letter its small letter, up to the last that is a capital."""
    letters = pa.array([chr(code) if not 0xD800 <= code < 0xE000 else "?" for code in range(_LAST_CAPITAL)])
    small = "".join(pc.utf8_lower(letters).to_pylist())
    return np.frombuffer(small.encode("utf-32-le"), np.uint32)


@compile_kernel(cache=True, nogil=True)
def _compute_similarity(
    starts: Ints,
    text_bytes: npt.NDArray[np.uint8],
    lower: npt.NDArray[np.uint32],
    x: Ints,
    y: Ints,
    out: npt.NDArray[np.float32],
) -> None:
    """1 less the share of letters put in, left out, changed or swapped (Damerau), of the longer text."""
    # Three rows suffice: a swap looks back two, all else one.
    rows = np.zeros((3, 64), np.int32)
    own_letters, other = np.empty(_LONGEST, np.uint32), np.empty(_LONGEST, np.uint32)
    for k in range(len(x)):
        n = _decode_letters(text_bytes, starts[x[k]], starts[x[k] + 1], lower, own_letters)
        m = _decode_letters(text_bytes, starts[y[k]], starts[y[k] + 1], lower, other)
        longer = max(n, m)
        # Lengths that differ by two fifths leave at most 0.6 of the letters equal: nothing below is used.
        if longer == 0 or 5 * abs(n - m) > 2 * longer:
            out[k] = 0.0
            continue
        for j in range(m + 1):
            rows[0, j] = j
        for i in range(1, n + 1):
            now, before, earlier = i % 3, (i - 1) % 3, (i - 2) % 3
            rows[now, 0] = i
            for j in range(1, m + 1):
                same = own_letters[i - 1] == other[j - 1]
                best = min(
                    rows[before, j - 1] + (0 if same else 1), rows[before, j] + 1, rows[now, j - 1] + 1
                )
                if (
                    i > 1
                    and j > 1
                    and own_letters[i - 1] == other[j - 2]
                    and own_letters[i - 2] == other[j - 1]
                ):
                    best = min(best, rows[earlier, j - 2] + 1)
                rows[now, j] = best
        out[k] = 1.0 - rows[n % 3, m] / longer


@compile_kernel(cache=True, nogil=True)
def _decode_letters(
    text_bytes: npt.NDArray[np.uint8],
    at: int,
    end: int,
    lower: npt.NDArray[np.uint32],
    out: npt.NDArray[np.uint32],
) -> int:
    """The first letters of a text in UTF-8, small ones for capitals; how many."""
    filled = 0
    while at < end and filled < len(out):
        lead = text_bytes[at]
        more = 0 if lead < 0x80 else 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
        code = np.uint32(lead if more == 0 else lead & (0x3F >> more))
        for step in range(more):
            code = np.uint32(code << np.uint32(6) | np.uint32(text_bytes[at + 1 + step] & 0x3F))
        out[filled] = lower[code] if code < len(lower) else code
        at += more + 1
        filled += 1
    return filled
