"""Blocking: selects the pairs of records that are compared, those that share a value or two.

A key is a value of one column, a pair of values of two columns, or the sound of one word of a name. Records
with the same key are a block. A block of more than `MOST` records gives no pairs: a value that half a million
records share is no evidence for any two of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel
from warroom.subjects.resolution.values import WORDS, ColumnValues

# Records, chosen: pairs grow with the square, and 60 already give 1,770; see "Block" in
# docs/explanation/resolution.md.
MOST = 60
"""Records of one key that are compared with each other."""
# The golden ratio as a 64-bit fraction, splitmix64's increment (Steele, Lea and Flood 2014).
_MIX = np.uint64(0x9E3779B97F4A7C15)
# Mask of 64 bits: Python's integers do not wrap.
_ALL = 0xFFFFFFFFFFFFFFFF

Rows = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]
"""Pairs of records, an array (pairs, 2): the elder record first."""


@dataclass(frozen=True)
class KeyBlock:
    """The keys of one family, in rising order, each with its record."""

    keys: Hashes
    rows: Rows

    def merge_with(self, other: "KeyBlock") -> "KeyBlock":
        """Both, in order; at one key the other's records come last."""
        at = np.searchsorted(self.keys, other.keys, "right")
        return KeyBlock(np.insert(self.keys, at, other.keys), np.insert(self.rows, at, other.rows))


def build_blocks(columns: Sequence[ColumnValues], rows: Rows) -> Iterator[KeyBlock]:
    """The families of keys of these records, always the same families in the same order for the same columns."""
    slots = [_build_slots(number, column, rows) for number, column in enumerate(columns)]
    for slot in slots:
        yield _build_block(list(slot.alone), rows)
    for slot in slots:
        if len(slot.parts) > 1:
            yield _build_block(list(slot.parts), rows)
            yield _build_block(
                # Smaller key first: the words of a name come in any order.
                [_combine_keys(np.minimum(a, b), np.maximum(a, b)) for a, b in combinations(slot.parts, 2)],
                rows,
            )
    for first_slot, other in combinations(slots, 2):
        yield _build_block([_combine_keys(a, b) for a in first_slot.parts for b in other.parts], rows)


@dataclass(frozen=True)
class _Slots:
    """A column's keys: `alone` what is looked up by itself, `parts` what is looked up together with another column's."""

    alone: tuple[Hashes, ...]
    parts: tuple[Hashes, ...]


def _build_slots(number: int, column: ColumnValues, rows: Rows) -> _Slots:
    codes = column.codes[rows]
    seed = np.uint64(number + 1)
    if column.sounds is None:
        key = _mix_bits(codes.astype(np.uint64), seed)
        # 0 is no key: a missing value must not make a block of all records that lack it.
        key[codes < 0] = 0
        return _Slots((key,), (key,))
    safe = np.maximum(codes, 0)
    words = (
        [_name_keys(column.sounds.words[safe, n], codes, seed) for n in range(WORDS)]
        if len(column.texts)
        else []
    )
    whole = (
        _name_keys(column.sounds.whole[safe], codes, seed + np.uint64(1 << 16))
        if len(column.texts)
        else np.zeros(len(rows), np.uint64)
    )
    return _Slots((whole,), tuple(words) or (whole,))


def _name_keys(said: npt.NDArray[np.uint32], codes: Rows, seed: np.uint64) -> Hashes:
    key = _mix_bits(said.astype(np.uint64), seed)
    key[(codes < 0) | (said == 0)] = 0
    return key


def _mix_bits(values: Hashes, seed: np.uint64) -> Hashes:
    """The finaliser of splitmix64: it spreads neighbouring keys over all 64 bits."""
    found: Hashes = (values + np.uint64(1)) * _MIX + np.uint64(int(seed) * 0xD1B54A32D192ED03 & _ALL)
    found ^= found >> np.uint64(30)
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(27)
    found *= np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def _combine_keys(a: Hashes, b: Hashes) -> Hashes:
    found = _mix_bits(a ^ (b * _MIX), np.uint64(7))
    found[(a == 0) | (b == 0)] = 0
    return found


def _build_block(keys: Sequence[Hashes], rows: Rows) -> KeyBlock:
    found = np.concatenate(keys)
    all_rows = np.tile(rows, len(keys))
    known = found != 0
    found, all_rows = found[known], all_rows[known]
    order = np.argsort(found, kind="stable")
    return KeyBlock(found[order], all_rows[order])


def pairs_within(block: KeyBlock, most: int = MOST) -> Hashes:
    """Pairs of records of one key, each as one number: the elder in the high half."""
    first = (
        np.flatnonzero(np.concatenate([[True], block.keys[1:] != block.keys[:-1]]))
        if len(block.keys)
        else np.zeros(0, np.int64)
    )
    sizes = np.diff(np.append(first, len(block.keys)))
    first, sizes = first[(sizes > 1) & (sizes <= most)], sizes[(sizes > 1) & (sizes <= most)]
    # The number of pairs is known before, so the compiled loop writes into one array and allocates nothing.
    out = np.empty(int((sizes * (sizes - 1) // 2).sum()), np.uint64)
    _fill_within(block.rows, first, sizes, out)
    return _drop_self_pairs(out)


def pairs_between(old: KeyBlock, new: KeyBlock, most: int = MOST) -> Hashes:
    """Pairs of a new record with an old one or a newer one of its key, unless the key is one of too many."""
    start, end = np.searchsorted(old.keys, new.keys, "left"), np.searchsorted(old.keys, new.keys, "right")
    first, last = np.searchsorted(new.keys, new.keys, "left"), np.searchsorted(new.keys, new.keys, "right")
    # The limit counts old and new records of a key, so a key becomes crowded whichever came first.
    fits = (end - start) + (last - first) <= most
    counts = np.where(fits, (end - start) + np.arange(len(new.keys)) - first, 0)
    out = np.empty(int(counts.sum()), np.uint64)
    _fill_between(old.rows, new.rows, start, end, first, fits, out)
    return _drop_self_pairs(out)


def _drop_self_pairs(found: Hashes) -> Hashes:
    return sort_distinct(found[(found >> np.uint64(32)) != (found & np.uint64(0xFFFFFFFF))])


def sort_distinct(found: Hashes) -> Hashes:
    """Each number once, in rising order. Sorting beats the table of numbers seen that numpy would keep of many millions."""
    found = np.sort(found)
    kept: Hashes = found[np.concatenate([[True], found[1:] != found[:-1]])] if len(found) else found
    return kept


def split_pairs(found: Hashes) -> tuple[Rows, Rows]:
    """The elder and the younger record of each pair."""
    return (found >> np.uint64(32)).astype(np.int32), (found & np.uint64(0xFFFFFFFF)).astype(np.int32)


@compile_kernel(cache=True, nogil=True)
def _fill_within(rows: Rows, first: Pairs, sizes: Pairs, out: Hashes) -> None:
    at = 0
    for k in range(len(first)):
        for i in range(first[k], first[k] + sizes[k]):
            for j in range(i + 1, first[k] + sizes[k]):
                a, b = min(rows[i], rows[j]), max(rows[i], rows[j])
                out[at] = (np.uint64(a) << np.uint64(32)) | np.uint64(b)
                at += 1


@compile_kernel(cache=True, nogil=True)
def _fill_between(
    old: Rows, new: Rows, start: Pairs, end: Pairs, first: Pairs, fits: npt.NDArray[np.bool_], out: Hashes
) -> None:
    at = 0
    for k in range(len(new)):
        if not fits[k]:
            continue
        for i in range(start[k], end[k]):
            out[at] = (np.uint64(old[i]) << np.uint64(32)) | np.uint64(new[k])
            at += 1
        for i in range(first[k], k):
            a, b = min(new[i], new[k]), max(new[i], new[k])
            out[at] = (np.uint64(a) << np.uint64(32)) | np.uint64(b)
            at += 1
