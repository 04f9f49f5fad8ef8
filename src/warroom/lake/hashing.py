"""Keyed hashes of records, computed straight from Arrow's buffers.

A record's identity becomes 128 bits and its content 64. Both are SipHash-1-3 (Aumasson and Bernstein,
"SipHash: a fast short-input PRF", 2012) under a secret of this home, so that no sender can make two records
look like one.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import LakeError
from warroom.kernels import compile_kernel, make_intrinsic
from warroom.records.table import Table, TableColumn

U64 = npt.NDArray[np.uint64]

_SHIFT: Any = np.uint64
_SECOND_WORD = np.uint64(0xDD)


@make_intrinsic
def _load_word(typing: Any, address: Any) -> Any:
    """Eight bytes at any address: numpy has no unaligned view of a byte buffer."""
    from llvmlite import ir  # type: ignore[import-untyped]
    from numba import types

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = builder.load(builder.inttoptr(arguments[0], ir.IntType(64).as_pointer()))
        word.align = 1
        return word

    return types.uint64(types.uint64), build


@make_intrinsic
def _load_byte(typing: Any, address: Any) -> Any:
    """The byte at an address, as a word."""
    from llvmlite import ir
    from numba import types

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte = builder.load(builder.inttoptr(arguments[0], ir.IntType(8).as_pointer()))
        return builder.zext(byte, ir.IntType(64))

    return types.uint64(types.uint64), build


@compile_kernel(inline="always")
def _rotate_left(x: Any, by: int) -> Any:
    return (x << _SHIFT(by)) | (x >> _SHIFT(64 - by))


@compile_kernel(inline="always")
def _sip_round(v0: Any, v1: Any, v2: Any, v3: Any) -> Any:
    v0 += v1
    v1 = _rotate_left(v1, 13) ^ v0
    v0 = _rotate_left(v0, 32)
    v2 += v3
    v3 = _rotate_left(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate_left(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate_left(v1, 17) ^ v2
    v2 = _rotate_left(v2, 32)
    return v0, v1, v2, v3


@compile_kernel(inline="always")
def _sip_state(address: Any, size: Any, k0: Any, k1: Any) -> Any:
    """The state of SipHash-1-3 after its closing rounds; xor of the four words is the hash."""
    v0 = k0 ^ _SHIFT(0x736F6D6570736575)
    v1 = k1 ^ _SHIFT(0x646F72616E646F6D)
    v2 = k0 ^ _SHIFT(0x6C7967656E657261)
    v3 = k1 ^ _SHIFT(0x7465646279746573)
    end = address + (size & ~_SHIFT(7))
    while address < end:
        word = _load_word(address)
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3 ^ word)
        v0 ^= word
        address += _SHIFT(8)
    # The length closes the text, so that a text and the same with a zero byte behind it differ.
    word = size << _SHIFT(56)
    for i in range(size & _SHIFT(7)):
        word |= _load_byte(address + _SHIFT(i)) << _SHIFT(8 * i)
    v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3 ^ word)
    v0 ^= word
    v2 ^= _SHIFT(0xFF)
    for _ in range(3):
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    return v0, v1, v2, v3


@compile_kernel(inline="always")
def _hash_128(address: Any, size: Any, k0: Any, k1: Any) -> Any:
    """128 bits of one text."""
    v0, v1, v2, v3 = _sip_state(address, size, k0, k1)
    first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= _SECOND_WORD
    for _ in range(3):
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    return first, v0 ^ v1 ^ v2 ^ v3


@compile_kernel()
def hash_record_id(texts: Any, start: Any, end: Any, k0: Any, k1: Any) -> Any:
    """As `hash_record_ids`, for the bytes from `start` to `end`, to be called by compiled code."""
    address = np.uint64(texts.ctypes.data) + np.uint64(start)
    return _hash_128(address, np.uint64(end - start), k0, k1)


@compile_kernel(nogil=True, cache=True)
def _hash_record_ids(offsets: Any, address: Any, k0: Any, k1: Any, out: Any) -> None:
    for i in range(len(out)):
        start, size = np.uint64(offsets[i]), np.uint64(offsets[i + 1] - offsets[i])
        out[i, 0], out[i, 1] = _hash_128(address + start, size, k0, k1)


@compile_kernel(nogil=True, cache=True)
def _add_texts(offsets: Any, address: Any, valid: Any, k0: Any, k1: Any, out: Any) -> None:
    sparse = len(valid) > 0
    for i in range(len(out)):
        if sparse and not valid[i]:
            continue
        start, size = np.uint64(offsets[i]), np.uint64(offsets[i + 1] - offsets[i])
        v0, v1, v2, v3 = _sip_state(address + start, size, k0, k1)
        out[i] += v0 ^ v1 ^ v2 ^ v3


@compile_kernel(nogil=True, cache=True)
def _add_words(words: Any, valid: Any, k0: Any, k1: Any, out: Any) -> None:
    sparse = len(valid) > 0
    for i in range(len(out)):
        if sparse and not valid[i]:
            continue
        x = (words[i] ^ k0) * _SHIFT(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> _SHIFT(32)) ^ k1) * _SHIFT(0x94D049BB133111EB)
        # Two keyed rounds of multiply and fold (constants of splitmix64): a whole SipHash
        # for eight bytes cost more than reading them. Columns are added up, so their order
        # and a new empty one change nothing.
        out[i] += x ^ (x >> _SHIFT(29))


@compile_kernel(nogil=True, cache=True)
def _add_lists(ends: Any, items: Any, valid: Any, k0: Any, k1: Any, out: Any) -> None:
    """A list's hash runs over its items' hashes in their order, and over how many there are."""
    sparse = len(valid) > 0
    for i in range(len(out)):
        if sparse and not valid[i]:
            continue
        # With the count, so that an empty list and a list of nothing readable are not one.
        x = k0 ^ np.uint64(ends[i + 1] - ends[i])
        for j in range(ends[i], ends[i + 1]):
            x = (x ^ items[j]) * _SHIFT(0xBF58476D1CE4E5B9)
            x ^= x >> _SHIFT(31)
        x = (x ^ k1) * _SHIFT(0x94D049BB133111EB)
        out[i] += x ^ (x >> _SHIFT(29))


def derive_key(secret: bytes, name: str) -> tuple[np.uint64, np.uint64]:
    """Two words of key for one purpose, from the home's secret and the purpose's name."""
    # A key for each purpose: hashes of one table say nothing about those of another.
    digest = hashlib.blake2b(name.encode(), key=secret, digest_size=16).digest()
    first, second = np.frombuffer(digest, np.uint64)
    return first, second


def hash_record_ids(ids: pa.Array, key: tuple[np.uint64, np.uint64]) -> U64:
    """128 bits for each record number, as an array of shape (rows, 2); `ids` holds no nulls."""
    out = np.empty((len(ids), 2), np.uint64)
    offsets, address = _text_buffers(ids)
    _hash_record_ids(offsets, address, *key, out)
    return out


def hash_contents(rows: pa.Table, columns: tuple[TableColumn, ...], secret: bytes) -> U64:
    """64 bits for the content of each row over `columns`; a null adds nothing, so a new column changes no
    old hash.

    `rows` has one chunk a column.
    """
    out = np.zeros(rows.num_rows, np.uint64)
    for column in columns:
        array = as_one_chunk(rows[column.name])
        if array.null_count < len(array):
            _add_column(array, derive_key(secret, f"content:{column.name}"), out)
    return out


def hash_contents_and_marks(rows: pa.Table, table: Table, secret: bytes) -> tuple[U64, U64]:
    """`hash_contents` over all columns of a table, and a word for each row with some bits of each column that identifies it.

    The bits of a column that says nothing are 0. `rows` has one chunk a column.
    """
    out, marks = np.zeros((2, rows.num_rows), np.uint64)
    bits = count_mark_bits(table)
    for column in table.columns:
        array = as_one_chunk(rows[column.name])
        if array.null_count == len(array):
            continue
        key = derive_key(secret, f"content:{column.name}")
        if not bits or not column.identifies:
            _add_column(array, key, out)
            continue
        own = np.zeros(rows.num_rows, np.uint64)
        _add_column(array, key, own)
        out += own
        if pa.types.is_list(array.type):  # an empty list names nothing
            own[pc.list_value_length(array).fill_null(0).to_numpy() == 0] = 0
        _add_mark(own, marks, bits, bits * table.identifying_columns.index(column))
    return out, marks


def count_mark_bits(table: Table) -> int:
    """How many bits a mark has for each column that identifies a record; 0 where there are too few such columns to compare."""
    return 64 // len(table.identifying_columns) if len(table.identifying_columns) > 1 else 0


@compile_kernel(nogil=True, cache=True)
def _add_mark(hashes: Any, marks: Any, bits: int, place: int) -> None:
    for i in range(len(hashes)):
        if hashes[i] != _SHIFT(0):
            # Never 0, which means that the column says nothing.
            marks[i] |= max(hashes[i] >> _SHIFT(64 - bits), _SHIFT(1)) << _SHIFT(place)


DIFFERENT, HALF, MOST = 0, 1, 2
"""What `compare_marks` answers, in order."""


@compile_kernel(inline="always")
def compare_marks(mark: Any, other: Any, bits: int) -> int:
    """How much of what identifies a record two marks share: DIFFERENT, less than a third of the columns that both fill; HALF, at
    most half of three or more; else MOST.
    """
    # Too few identifying columns to compare: then nothing speaks against one record.
    if bits == 0:
        return MOST
    low = (_SHIFT(1) << _SHIFT(bits)) - _SHIFT(1)
    filled, same = 0, 0
    for at in range(64 // bits):
        mine, theirs = (mark >> _SHIFT(at * bits)) & low, (other >> _SHIFT(at * bits)) & low
        if mine != _SHIFT(0) and theirs != _SHIFT(0):
            filled += 1
            same += mine == theirs
    # One column alone tells nothing apart: a report without transfers has but its time, and that may be corrected.
    if filled > 1 and 3 * same < filled:
        return DIFFERENT
    return HALF if filled > 2 and 2 * same <= filled else MOST


def as_one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array, without copying where it already is one."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _add_column(array: pa.Array, key: tuple[np.uint64, np.uint64], out: U64) -> None:
    valid = _get_validity(array)
    if pa.types.is_list(array.type):
        items = np.zeros(len(array.values), np.uint64)
        _add_column(array.values, key, items)
        ends = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
        _add_lists(ends, items, valid, *key, out)
    elif pa.types.is_string(array.type):
        offsets, address = _text_buffers(array)
        _add_texts(offsets, address, valid, *key, out)
    else:
        _add_words(_get_words(array), valid, *key, out)


def _get_validity(array: pa.Array) -> npt.NDArray[np.bool_]:
    if array.null_count == 0:
        return np.empty(0, np.bool_)
    valid: npt.NDArray[np.bool_] = array.is_valid().to_numpy(zero_copy_only=False)
    return valid


def _text_buffers(array: pa.Array) -> tuple[npt.NDArray[np.int32], np.uint64]:
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, np.int32)[array.offset : array.offset + len(array) + 1]
    # A column of empty texts has no data buffer at all.
    return offsets, np.uint64(data.address if data is not None and data.size else 0)


def _get_words(array: pa.Array) -> U64:
    """Fixed-width values as words: money by its low half (18 digits fit), flags as 0 and 1."""
    start, end = array.offset, array.offset + len(array)
    if pa.types.is_decimal(array.type):
        return np.frombuffer(array.buffers()[1], np.uint64)[2 * start : 2 * end : 2]
    if pa.types.is_boolean(array.type):
        return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False)).astype(np.uint64)
    return np.frombuffer(array.buffers()[1], np.uint64)[start:end]


def hash_file(path: Path) -> str:
    """The sha256 of a file; raises LakeError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise LakeError(f"{path} cannot be read: {problem.strerror}.") from None
