"""Sorted hashes on disk: which rows have this text?"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from warroom.lake.hashing import U64
from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import Array, Ints

BUCKET = 1 << 22
"""Entries sorted at a time: about 100 MB."""


class Lookup(NamedTuple):
    """Sorted hashes and the row of each; equal hashes are in the order of their rows."""

    hash: U64
    row: Array

    def find_rows(self, wanted: int) -> list[int]:
        """The rows with a hash, in order."""
        value = np.uint64(wanted)
        low, high = np.searchsorted(self.hash, value, "left"), np.searchsorted(self.hash, value, "right")
        return [int(row) for row in self.row[low:high]]


class GrowingLookup(NamedTuple):
    """A lookup that grows, and which of its hashes the base has too."""

    lookup: Lookup
    in_base: Array

    @classmethod
    def from_hashes(cls, hashes: U64, rows: Array, base: U64) -> "GrowingLookup":
        """A look-up of these rows' hashes, in addition to the sorted ones of a base."""
        order = np.argsort(hashes, kind="stable")
        found = Lookup(hashes[order], rows[order].astype(np.uint32))
        return cls(found, mark_known(base, found.hash))

    def with_rows(self, moved: Ints, new: "GrowingLookup") -> "GrowingLookup":
        """The same with the new ones; `moved`: the new position of each earlier row."""
        hashes, rows = self.lookup.hash, moved[self.lookup.row].astype(np.uint32)
        at = np.searchsorted(hashes, new.lookup.hash, "right")
        hashes, rows = np.insert(hashes, at, new.lookup.hash), np.insert(rows, at, new.lookup.row)
        in_base = np.insert(self.in_base, at, new.in_base)
        # What came later may have happened earlier, so that equal hashes are no longer in the order of their rows.
        if (hashes[1:] == hashes[:-1]).any():
            order = np.lexsort((rows, hashes))
            hashes, rows, in_base = hashes[order], rows[order], in_base[order]
        return GrowingLookup(Lookup(hashes, rows), in_base)


def mark_known(known: U64, wanted: U64) -> Array:
    """Which of the wanted hashes are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(wanted), bool)
    at = np.searchsorted(known, wanted)
    found: Array = known[np.minimum(at, len(known) - 1)] == wanted
    return found


def write_lookup(path: Path, hashes: U64, rows: Array) -> None:
    """Write a lookup as PATH.hash.npy and PATH.row.npy; `rows` ascend. Memory stays bounded by BUCKET."""
    count = len(hashes)
    out_hash = np.lib.format.open_memmap(f"{path}.hash.npy", "w+", np.uint64, (count,))
    out_row = np.lib.format.open_memmap(f"{path}.row.npy", "w+", np.uint32, (count,))
    # Keyed hashes are evenly spread, so buckets by their top bits are of nearly one size, and in order.
    bits = max(0, (count // BUCKET).bit_length())
    ends = _partition_by_top_bits(hashes, rows, bits, out_hash, out_row) if bits else np.array([0, count])
    if not bits:
        out_hash[:], out_row[:] = hashes, rows
    for low, high in _bucket_bounds(ends):
        order = np.argsort(out_hash[low:high], kind="stable")
        out_hash[low:high], out_row[low:high] = out_hash[low:high][order], out_row[low:high][order]


def load_lookup(path: Path) -> Lookup:
    """A written lookup, memory-mapped; empty where none was written."""
    if not Path(f"{path}.hash.npy").exists():
        return Lookup(np.empty(0, np.uint64), np.empty(0, np.uint32))
    return Lookup(np.load(f"{path}.hash.npy", "r"), np.load(f"{path}.row.npy", "r"))


def _bucket_bounds(ends: Ints) -> Iterator[tuple[int, int]]:
    return pairwise(int(end) for end in ends)


@compile_cached_kernel
def _partition_by_top_bits(hashes: U64, rows: Array, bits: int, out_hash: U64, out_row: Array) -> Ints:
    """Put entries into 2 ** bits buckets by their top bits, each in the order they came; where the buckets end."""
    shift = np.uint64(64 - bits)
    ends = np.zeros((1 << bits) + 1, np.int64)
    for i in range(len(hashes)):
        ends[np.int64(hashes[i] >> shift) + 1] += 1
    for b in range(1 << bits):
        ends[b + 1] += ends[b]
    cursor = ends[:-1].copy()
    for i in range(len(hashes)):
        bucket = np.int64(hashes[i] >> shift)
        out_hash[cursor[bucket]], out_row[cursor[bucket]] = hashes[i], rows[i]
        cursor[bucket] += 1
    return ends
