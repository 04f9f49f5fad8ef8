"""Numbers for texts: accounts, devices and sources become small integers through keyed 128-bit hashes.

The hashes are those of the lake (SipHash under a secret of the home), so no sender can make two accounts look like one.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.lake.hashing import U64, derive_key, hash_record_ids
from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import Array, Short

Key = tuple[Any, Any]

_ROTATE = np.uint64(0x9E3779B97F4A7C15)


def to_plain_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one plain array of texts without nulls."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.type != pa.string():
        array = array.cast(pa.string())
    return array.fill_null("") if array.null_count else array


def hash_texts(column: pa.ChunkedArray | pa.Array, key: Key) -> U64:
    """128 bits a row, shape (rows, 2); a dictionary's values are hashed once."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.DictionaryArray):
        values = hash_record_ids(to_plain_texts(pa.concat_arrays([array.dictionary, pa.array([""])])), key)
        rows = array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
        row_hashes: U64 = values[rows]
        return row_hashes
    return hash_record_ids(to_plain_texts(array), key)


def hash_accounts(bank: U64, number: U64, currency: U64) -> U64:
    """One hash for (bank, account, currency): money of another currency on an account is a pot of its own."""
    # Bank and currency are mixed in differently: with plain xor (bank A, number B)
    # and (B, A) would be one account.
    return number ^ (bank * _ROTATE + (bank >> np.uint64(29))) ^ (currency * _ROTATE * _ROTATE)


def derive_hash_keys(secret: bytes) -> dict[str, Key]:
    """A hash key for each kind of text."""
    return {
        kind: derive_key(secret, f"money:{kind}")
        for kind in ("bank", "number", "currency", "record", "device")
    }


@dataclass
class HashNumbers:
    """Numbers hashes 0, 1, ... in the order in which they first appear; `hashes[:count]` are in that order."""

    hashes: U64 = field(default_factory=lambda: np.empty((1024, 2), np.uint64))
    slots: U64 = field(default_factory=lambda: np.zeros(4096, np.uint64))
    count: int = 0

    def assign_numbers(self, wanted: U64) -> tuple[Short, Array]:
        """Each row's number, and the rows at which a number appears for the first time."""
        need = self.count + len(wanted)
        if need > len(self.hashes):
            bigger = np.empty((max(need, 2 * len(self.hashes)), 2), np.uint64)
            bigger[: self.count] = self.hashes[: self.count]
            self.hashes = bigger
        # At most half full: linear probing then needs about 1.5 looks for what is there and 2.5 for
        # what is not (Knuth, TAOCP 3, 6.4).
        if 2 * need > len(self.slots):
            self.slots = np.zeros(1 << (2 * need).bit_length(), np.uint64)
            _refill_slots(self.hashes, self.count, self.slots)
        numbers = np.empty(len(wanted), np.int32)
        fresh = np.empty(len(wanted), np.int64)
        new = _assign_numbers(wanted, self.hashes, self.slots, self.count, numbers, fresh)
        self.count += new
        return numbers, fresh[:new]

    def list_own_hashes(self) -> U64:
        """The hashes that were given numbers here, in the order of the numbers."""
        return self.hashes[: self.count]


@compile_cached_kernel
def _find_slot(a: Any, b: Any, known: U64, slots: U64) -> int:
    """The slot that holds a hash, or the empty one where it belongs: number + 1 below, a tag of the hash above."""
    mask = np.uint64(len(slots) - 1)
    # Half of a second, independent hash: nearly every slot of another account is told
    # apart without leaving the table.
    tag = b & np.uint64(0xFFFFFFFF00000000)
    at = a & mask
    while slots[at] != np.uint64(0):
        if slots[at] & np.uint64(0xFFFFFFFF00000000) == tag:
            number = np.int64(slots[at] & np.uint64(0xFFFFFFFF)) - 1
            if known[number, 0] == a and known[number, 1] == b:
                break
        at = (at + np.uint64(1)) & mask
    return np.int64(at)  # type: ignore[return-value]


@compile_cached_kernel
def _fill_slot(number: int, b: Any, at: int, slots: U64) -> None:
    slots[at] = (b & np.uint64(0xFFFFFFFF00000000)) | np.uint64(number + 1)


@compile_cached_kernel
def _refill_slots(known: U64, count: int, slots: U64) -> None:
    for number in range(count):
        a, b = known[number, 0], known[number, 1]
        _fill_slot(number, b, _find_slot(a, b, known, slots), slots)


@compile_cached_kernel
def _assign_numbers(wanted: U64, known: U64, slots: U64, count: int, numbers: Short, fresh: Array) -> int:
    new = 0
    for i in range(len(wanted)):
        a, b = wanted[i, 0], wanted[i, 1]
        at = _find_slot(a, b, known, slots)
        if slots[at] == np.uint64(0):
            number = count + new
            known[number, 0], known[number, 1] = a, b
            _fill_slot(number, b, at, slots)
            fresh[new] = i
            new += 1
        numbers[i] = np.int64(slots[at] & np.uint64(0xFFFFFFFF)) - 1
    return new
