"""Hashes of what makes two rows of transfers one payment, kept for each file of the lake, so that comparing
sources reads a few sorted numbers and no record.

For each file there are five arrays of one length, sorted by key, then by time: the key (64 bits over payer,
payee, their banks, amount and currency), the time in microseconds since 1970 UTC, each reference (0: none;
the upper half has 32 bits of it as written, the lower half 32 bits of it folded), and the source with the row
in the file. They are named by the file's sha256, so they can never be taken for another file's, and can be
computed again from the lake.
"""

import os
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.files import make_draft_path
from warroom.kernels import compile_kernel
from warroom.lake import original
from warroom.lake.commit import LakeFile
from warroom.lake.hashing import U64, as_one_chunk, hash_contents
from warroom.records.table import TableColumn
from warroom.records.tables import TABLES
from warroom.subjects import spelled_columns

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TRANSFERS = TABLES["transfers"]
SAME = tuple(
    TRANSFERS.by_name[n] for n in ("payee", "payer", "payer_bank", "payee_bank", "amount", "currency")
)
REFERENCES = tuple(TRANSFERS.by_name[n] for n in ("uetr", "end_to_end_id"))
COLUMNS = (*(column.name for column in (*SAME, *REFERENCES)), "time", "source")
NO_REFERENCE = ("", "NOTPROVIDED", "NOT PROVIDED", "NONE", "N/A")
FOLDER = "payments-2"
"""Gets another name with every change of what the arrays hold; those of an older name are deleted and computed again."""
MOST = 64
"""Rows of the same parties and sum that one row is compared with: those nearest in time."""

KEY, TIME, UETR, END_TO_END, PLACE = range(5)
"""The arrays: PLACE holds the source in its upper and the row in its lower half."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class PaymentKeys:
    """The keys of a lake's transfers; any process may count and keep those of a file."""

    def __init__(self, root: Path, secret: bytes) -> None:
        self._folder, self.secret = root / "keys" / FOLDER, secret

    def make_arrays(self, rows: pa.Table, first: int = 0) -> U64:
        """The arrays of rows in their order, shape (5, rows); `first` is the row of the file that they begin with."""
        rows = rows.combine_chunks()
        out = np.zeros((5, rows.num_rows), np.uint64)
        out[KEY] = hash_contents(rows, SAME, self.secret)
        out[TIME] = (
            as_one_chunk(rows["time"])
            .cast(pa.timestamp("us", "UTC"))
            .cast(pa.int64())
            .to_numpy()
            .view(np.uint64)
        )
        for which, column in zip((UETR, END_TO_END), REFERENCES, strict=True):
            out[which] = self._hash_references(as_one_chunk(rows[column.name]), column)
        out[PLACE] = (_make_source_codes(as_one_chunk(rows["source"])) << _HALF) | np.arange(
            first, first + rows.num_rows, dtype=np.uint64
        )
        return out

    def load_arrays(self, file: LakeFile) -> U64:
        """The sorted arrays of a file of transfers; counted and kept where they are not there. Raises LakeDamaged."""
        try:
            return self._read_arrays(file)
        except (OSError, ValueError, EOFError):
            arrays = merge_sorted([self.make_arrays(original.load_columns(file, COLUMNS))])
        with suppress(OSError):  # On a full disk they are counted again the next time.
            self.save_arrays(file.sha256, arrays)
        return arrays

    def save_arrays(self, sha256: str, arrays: U64) -> None:
        """Save the sorted arrays of the file with this hash, without syncing them; raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = make_draft_path(self.path_of(sha256))
        with draft.open("wb") as out:
            np.save(out, arrays)
        os.replace(draft, self.path_of(sha256))

    def path_of(self, sha256: str) -> Path:
        """The path of a file's arrays."""
        return self._folder / f"{sha256}.npy"

    def remove_stale_arrays(self, wanted: Collection[str]) -> None:
        """Remove what belongs to none of the files with these hashes: what was erased leaves no number of a payment."""
        names = {self.path_of(sha256).name for sha256 in wanted}
        for path in self._folder.parent.glob("payments*/*"):
            if path.parent != self._folder or path.name not in names:
                path.unlink(missing_ok=True)

    def _read_arrays(self, file: LakeFile) -> U64:
        arrays: U64 = np.load(self.path_of(file.sha256), mmap_mode="r")
        if arrays.shape != (5, file.rows):
            raise ValueError(arrays.shape)
        return arrays

    def _hash_references(self, column: pa.Array, kind: TableColumn) -> U64:
        """Both halves of each reference; 0 where it says nothing."""
        if column.null_count == len(column):
            return np.zeros(len(column), np.uint64)
        written = column.cast(pa.string())
        folded = fold_references(written)
        nothing = np.isin(self._hash_texts(folded, kind), self._hash_texts(pa.array(NO_REFERENCE), kind))
        # A null adds up to 0 and stays it.
        halves = (self._hash_texts(written, kind) << _HALF) | self._hash_texts(folded, kind)
        return np.where(nothing, np.uint64(0), halves)

    def _hash_texts(self, texts: pa.Array, kind: TableColumn) -> U64:
        return hash_contents(pa.table({kind.name: texts}), (kind,), self.secret) >> _HALF


def fold_references(texts: pa.Array) -> pa.Array:
    """References as both banks have them where one program of two lost something: capitals, zeros in front, another script's digits,
    spaces and hyphens.
    """
    plain = pc.replace_substring_regex(spelled_columns.spell_digits(texts), r"[-\s]", "")
    return pc.ascii_ltrim(pc.ascii_upper(plain), characters="0")


def are_same_reference(one: U64, other: U64) -> Mask:
    """Which references are written alike: the tracer counts their payments once."""
    same: Mask = (one != 0) & (one == other)
    return same


def are_one_reference(one: U64, other: U64) -> Mask:
    """Which references are one, though perhaps not written alike."""
    folded: Mask = (one != 0) & (other != 0) & (one & _LOW == other & _LOW)
    return folded


def are_two_references(one: U64, other: U64) -> Mask:
    """Which references are two, so that they name two payments."""
    two: Mask = (one != 0) & (other != 0) & (one & _LOW != other & _LOW)
    return two


def merge_sorted(parts: list[U64]) -> U64:
    """Arrays of a file's row groups as one, sorted by key, then by time."""
    whole = np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
    if (whole[TIME][1:] < whole[TIME][:-1]).any():
        whole = np.take(whole, np.argsort(whole[TIME].view(np.int64), kind="stable"), axis=1)
    return np.take(whole, np.argsort(whole[KEY], kind="stable"), axis=1)


def make_source_code(name: str) -> int:
    """The number that a source has in PLACE."""
    # 32 bits leave room for the row in the other half; a home has some dozens of sources.
    return zlib.crc32(name.encode())


def get_source_codes(arrays: U64, places: Ints) -> U64:
    """The source at each of these places, as a number."""
    found: U64 = arrays[PLACE][places] >> _HALF
    return found


def get_file_rows(arrays: U64) -> Ints:
    """The row of the file that each is."""
    found: Ints = (arrays[PLACE] & _LOW).astype(np.int64)
    return found


def match_by_key(mine: U64, theirs: U64) -> tuple[Ints, Ints]:
    """Places in two sorted arrays that have one key: of each of `mine` the MOST of `theirs` that are nearest in time."""
    firsts, ends = np.empty((2, mine.shape[1]), np.int64)
    _find_key_spans(
        mine[KEY],
        mine[TIME].view(np.int64),
        theirs[KEY],
        theirs[TIME].view(np.int64),
        MOST // 2,
        firsts,
        ends,
    )
    sizes = ends - firsts
    own_places = np.repeat(np.arange(len(sizes)), sizes)
    # Within each span the places count on from its first.
    return own_places, np.arange(len(own_places)) + np.repeat(firsts - (np.cumsum(sizes) - sizes), sizes)


def match_by_key_and_time(mine: U64, theirs: U64) -> tuple[Ints, Ints]:
    """Places in two sorted arrays that have one key and one time: of equal ones among `mine` the first alone."""
    moved = (mine[KEY][1:] != mine[KEY][:-1]) | (mine[TIME][1:] != mine[TIME][:-1])
    heads = np.flatnonzero(np.concatenate([[True], moved]))
    firsts, ends = np.empty((2, len(heads)), np.int64)
    times = mine[TIME][heads].view(np.int64)
    _equal_spans(mine[KEY][heads], times, theirs[KEY], theirs[TIME].view(np.int64), firsts, ends)
    sizes = ends - firsts
    own_places = np.repeat(heads, sizes)
    return own_places, np.arange(len(own_places)) + np.repeat(firsts - (np.cumsum(sizes) - sizes), sizes)


def _make_source_codes(column: pa.Array) -> U64:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = np.array([make_source_code(name) for name in column.dictionary.to_pylist()], np.uint64)
    found: U64 = codes[column.indices.to_numpy()]
    return found


@compile_kernel(nogil=True, cache=True)
def _find_key_spans(
    keys: Any, times: Any, known: Any, moments: Any, around: int, firsts: Any, ends: Any
) -> None:
    """Where each row's key begins and ends among the known ones; both are sorted, so each is gone through once."""
    start, end, count = 0, 0, len(known)
    for i in range(len(keys)):
        if i == 0 or keys[i] != keys[i - 1]:
            start = _find_first(known, keys[i], start, count)
            end = start
            while end < count and known[end] == keys[i]:
                end += 1
        firsts[i], ends[i] = start, end
        if end - start > 2 * around:
            nearest = _find_first(moments, times[i], start, end)
            firsts[i], ends[i] = max(start, nearest - around), min(end, nearest + around)


@compile_kernel(nogil=True, cache=True)
def _equal_spans(keys: Any, times: Any, known: Any, moments: Any, firsts: Any, ends: Any) -> None:
    """Where each key with its time begins and ends among the known ones; both are sorted by key, then by time."""
    start, count = 0, len(known)
    for i in range(len(keys)):
        start = _find_first(known, keys[i], start, count)
        end = start
        while end < count and known[end] == keys[i] and moments[end] <= times[i]:
            end += 1
        first = end
        while first > start and moments[first - 1] == times[i]:
            first -= 1
        firsts[i], ends[i] = first, end


@compile_kernel(inline="always")
def _find_first(known: Any, value: Any, low: int, high: int) -> int:
    """The first place from `low` on, before `high`, where a sorted array has the value or more."""
    # In steps that double: a few new rows compared with a day of millions touch a few pages of it.
    step = 1
    while low + step < high and known[low + step] < value:
        low += step
        step *= 2
    high = min(low + step, high)
    while low < high:
        middle = (low + high) // 2
        if known[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low
