"""Sorted runs of known records: what was seen before, kept on disk and looked up without reading it whole.

A run is one `.npy` of 64-bit words: a head, the entries sorted by their first word (versions of one record
in the order they came), a Bloom filter (Bloom 1970; one word a record, 16 bits each) and a directory of
buckets. All of it can be rebuilt from the lake.
"""

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel
from warroom.lake import sync
from warroom.lake.hashing import DIFFERENT, MOST, U64, compare_marks

WIDTH = 5
"""64-bit words of an entry: two of identity, one of content, one of received_at in microseconds, one with the
mark of what the record is about.
"""

MOST_RUNS = 12
"""More runs of one table and source are merged."""

# Words reserved before the entries: the counts of entries and of Bloom words, the rest for later layouts.
_HEAD = 8
_W: Any = np.uint64
_HAVE, _EXISTS, _SAME, _KIN, _NEAR = 1, 2, 4, 8, 16


@dataclass
class KnownVersions:
    """What is known of each row of a batch so far: the version in effect at the row's time, and the latest
    time.

    `flags`: 1 a version is in effect, 2 the record is known at all, 4 some version has the row's content, 8 some version is
    about the same thing as the row, 16 some version has most of what identifies it.
    """

    flags: npt.NDArray[np.uint8]
    time: npt.NDArray[np.int64]
    content: U64
    latest: npt.NDArray[np.int64]

    @classmethod
    def make_empty(cls, rows: int) -> "KnownVersions":
        low = np.iinfo(np.int64).min
        return cls(
            np.zeros(rows, np.uint8), np.full(rows, low), np.zeros(rows, np.uint64), np.full(rows, low)
        )


@dataclass(frozen=True)
class KeyRun:
    """An opened run; its arrays are views of the mapped file."""

    path: Path
    entries: U64
    bloom: U64
    directory: U64

    @classmethod
    def open(cls, path: Path) -> "KeyRun":
        return cls.from_words(path, np.load(path, mmap_mode="r"))

    @classmethod
    def from_words(cls, path: Path, words: U64) -> "KeyRun":
        """The run whose file holds these words; opening it again would cost more than many a look-up."""
        rows, blooms = int(words[0]), int(words[1])
        end = _HEAD + rows * WIDTH
        return cls(
            path, words[_HEAD:end].reshape(-1, WIDTH), words[end : end + blooms], words[end + blooms :]
        )

    def __len__(self) -> int:
        return len(self.entries)

    def look_up(
        self,
        keys: U64,
        content: U64,
        marks: U64,
        bits: int,
        time: npt.NDArray[np.int64],
        known_rows: KnownVersions,
    ) -> None:
        """Add what this run knows of a batch; runs are asked from the newest to the oldest."""
        _look_up(
            keys,
            content,
            marks,
            bits,
            time,
            self.entries,
            self.bloom,
            self.directory,
            known_rows.flags,
            known_rows.time,
            known_rows.content,
            known_rows.latest,
        )


def write_run(path: Path, entries: U64) -> KeyRun:
    """Write entries, in the order they came, as a run."""
    return _write_run_file(path, len(entries), lambda out: _sort_entries(entries, out))


def merge_runs(older: KeyRun, newer: KeyRun, path: Path) -> KeyRun:
    """Write two neighbouring runs as one; versions keep their order."""
    return _write_run_file(
        path, len(older) + len(newer), lambda out: _merge_entries(older.entries, newer.entries, out)
    )


def limit_runs(every: list[KeyRun]) -> list[KeyRun]:
    """The same runs, the smallest neighbours merged until there are no more than MOST_RUNS; old files stay."""
    every = list(every)
    # The smallest neighbours: versions keep their order only between neighbours, and small files are
    # rewritten first, so that a row is written again about as often as the logarithm of all rows.
    while len(every) > MOST_RUNS:
        sizes = [len(a) + len(b) for a, b in pairwise(every)]
        at = sizes.index(min(sizes))
        path = every[at + 1].path.with_suffix(".merged.npy")
        merged = merge_runs(every[at], every[at + 1], path)
        sync.sync_path(path)
        every[at : at + 2] = [merged]
    return every


def _write_run_file(path: Path, rows: int, put: Any) -> KeyRun:
    # A word of 64 bits for four entries: 16 bits an entry, of which each key sets four.
    blooms = max(8, rows // 4)
    bits = _count_directory_bits(rows)
    end = _HEAD + rows * WIDTH
    size = end + blooms + (1 << bits) + 1
    words = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint64, shape=(size,))
    _reserve_blocks(path)
    words[0], words[1] = rows, blooms
    entries = words[_HEAD:end].reshape(-1, WIDTH)
    put(entries)
    _index_entries(entries, words[end : end + blooms], words[end + blooms :], bits)
    # From here on it is what any reader maps; a stray write would corrupt it silently.
    words.flags.writeable = False
    return KeyRun.from_words(path, words)


def _reserve_blocks(path: Path) -> None:
    """Writing through a map into a full disk would kill the process: ask for the blocks first."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.posix_fallocate(handle, 0, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def _count_directory_bits(rows: int) -> int:
    """About eight entries a bucket."""
    # Eight entries of 40 bytes are five cache lines.
    return max(1, (max(rows, 1) // 8).bit_length())


@compile_kernel(inline="always")
def _bloom_mask(a: Any, b: Any) -> Any:
    """Four bits of a Bloom word, from bits of the key that choose neither word nor bucket."""
    x = a ^ (b << _W(7))
    bit = _W(1)
    return (
        (bit << (x & _W(63)))
        | (bit << ((x >> _W(6)) & _W(63)))
        | (bit << ((x >> _W(12)) & _W(63)))
        | (bit << ((x >> _W(18)) & _W(63)))
    )


@compile_kernel(nogil=True, cache=True)
def _sort_entries(entries: Any, out: Any) -> None:
    """Stable: a count by the top bits, then insertion within a bucket; hashes are spread evenly."""
    rows = len(entries)
    bits = 1
    # At most 32 MB of counters; a run of one spill (2 million entries) needs 18 bits of them.
    while (rows >> bits) > 8 and bits < 22:
        bits += 1
    shift = _W(64 - bits)
    starts = np.zeros((1 << bits) + 1, np.int64)
    for i in range(rows):
        starts[np.int64(entries[i, 0] >> shift) + 1] += 1
    for b in range(1 << bits):
        starts[b + 1] += starts[b]
    for i in range(rows):
        bucket = np.int64(entries[i, 0] >> shift)
        out[starts[bucket]] = entries[i]
        starts[bucket] += 1
    for i in range(1, rows):
        # Insertion within a bucket of about eight: stable, and nothing to allocate.
        if out[i - 1, 0] > out[i, 0]:
            e0, e1, e2, e3, e4 = out[i, 0], out[i, 1], out[i, 2], out[i, 3], out[i, 4]
            j = i - 1
            while j >= 0 and out[j, 0] > e0:
                out[j + 1] = out[j]
                j -= 1
            out[j + 1, 0], out[j + 1, 1], out[j + 1, 2], out[j + 1, 3], out[j + 1, 4] = e0, e1, e2, e3, e4


@compile_kernel(nogil=True, cache=True)
def _merge_entries(older: Any, newer: Any, out: Any) -> None:
    i, j = 0, 0
    for k in range(len(out)):
        # Of equal ones the older first: the order of versions is what a correction means.
        if j == len(newer) or (i < len(older) and older[i, 0] <= newer[j, 0]):
            out[k] = older[i]
            i += 1
        else:
            out[k] = newer[j]
            j += 1


@compile_kernel(nogil=True, cache=True)
def _index_entries(entries: Any, bloom: Any, directory: Any, bits: int) -> None:
    size, shift = _W(len(bloom)), _W(64 - bits)
    bucket = 0
    for i in range(len(entries)):
        a, b = entries[i, 0], entries[i, 1]
        # All four bits are in one word: an unknown key costs one cache miss, not four.
        bloom[np.int64(((b >> _W(32)) * size) >> _W(32))] |= _bloom_mask(a, b)
        mine = np.int64(a >> shift)
        while bucket <= mine:
            directory[bucket] = i
            bucket += 1
    while bucket < len(directory):
        directory[bucket] = len(entries)
        bucket += 1


@compile_kernel(nogil=True, cache=True)
def _look_up(
    keys: Any,
    content: Any,
    marks: Any,
    mark_bits: int,
    time: Any,
    entries: Any,
    bloom: Any,
    directory: Any,
    flags: Any,
    best: Any,
    best_content: Any,
    latest: Any,
) -> None:
    size = _W(len(bloom))
    bits = 0
    while (1 << bits) < len(directory) - 1:
        bits += 1
    shift = _W(64 - bits)
    for i in range(len(keys)):
        a, b = keys[i, 0], keys[i, 1]
        mask = _bloom_mask(a, b)
        if bloom[np.int64(((b >> _W(32)) * size) >> _W(32))] & mask != mask:
            continue
        bucket = np.int64(a >> shift)
        # Within a run later versions come later, so `>=`; a newer run was asked before,
        # so between runs only `>` wins.
        have, mine, mine_content = False, np.int64(0), _W(0)
        for j in range(np.int64(directory[bucket]), np.int64(directory[bucket + 1])):
            if entries[j, 0] > a:
                break
            if entries[j, 0] != a or entries[j, 1] != b:
                continue
            flags[i] |= _EXISTS
            if entries[j, 2] == content[i]:
                flags[i] |= _SAME
            alike = compare_marks(entries[j, 4], marks[i], mark_bits)
            if alike != DIFFERENT:
                flags[i] |= _KIN
            if alike == MOST:
                flags[i] |= _NEAR
            at = np.int64(entries[j, 3])
            latest[i] = max(latest[i], at)
            if at <= time[i] and (not have or at >= mine):
                have, mine, mine_content = True, at, entries[j, 2]
        if have and (not (flags[i] & _HAVE) or mine > best[i]):
            flags[i] |= _HAVE
            best[i], best_content[i] = mine, mine_content
