"""Numbers as texts, a column at a time: digits and hexadecimal written as bytes, without a loop over rows.

Account numbers begin with 000-, which no bank assigns. Nothing in a number tells the order it was given in.
"""

import zlib

import numpy as np
import pyarrow as pa

from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.mixing import mix_bits, permute_30_bits

_DEVICE_KEY = np.uint32(zlib.crc32(b"device") & 0x3FFFFFFF)
_PAIRS = np.frombuffer(b"".join(f"{n:02x}".encode() for n in range(256)), np.uint16)


def to_texts(letters: Array) -> pa.StringArray:
    """A column of texts of one length from an array of bytes (rows, length)."""
    rows, width = letters.shape
    # Arrow's texts are addressed by 32 bits; a larger column would wrap without an error.
    if rows * width >= 2**31:
        raise ValueError("a column of texts holds less than 2 GiB; write fewer rows at a time")
    ends = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    data = np.ascontiguousarray(letters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(data))


def to_digits(values: Array, width: int) -> Array:
    """The last `width` decimal digits of each value, as bytes (rows, width)."""
    out = np.empty((len(values), width), np.uint8)
    rest: Array = values.astype(np.uint64)
    ten = np.uint64(10)
    for place in range(width - 1, -1, -1):
        whole = rest // ten
        out[:, place] = rest - whole * ten
        rest = whole
    out += np.uint8(48)
    return out


def to_hexadecimal(bits: Array) -> Array:
    """The 16 hexadecimal digits of 64-bit numbers, as bytes (rows, 16)."""
    big = bits.astype(">u8").view(np.uint8).reshape(len(bits), 8)
    return _PAIRS[big].view(np.uint8).reshape(len(bits), 16)


def _add_head(head: bytes, letters: Array) -> Array:
    out = np.empty((len(letters), len(head) + letters.shape[1]), np.uint8)
    out[:, : len(head)] = np.frombuffer(head, np.uint8)
    out[:, len(head) :] = letters
    return out


def make_account_numbers(accounts: Array) -> pa.StringArray:
    """The number of each account, by its row: 000- and ten digits; of the country's and of crime's rows alike."""
    return to_texts(_add_head(b"000-", to_digits(permute_30_bits(accounts).astype(np.uint64), 10)))


def make_holder_tokens(holders: Array) -> pa.StringArray:
    """The token of each holder, by its row: H and ten digits."""
    return to_texts(_add_head(b"H", to_digits(permute_30_bits(holders ^ 0x2AAA).astype(np.uint64), 10)))


def make_device_tokens(devices: Array) -> pa.StringArray:
    """The token of each device number, null where it is -1: D and ten digits.

    Scrambled twice with a key between, so that a device's digits say nothing of the number of its holder's account.
    """
    known = devices >= 0
    mixed_twice = permute_30_bits(permute_30_bits(np.where(known, devices, 0)) ^ _DEVICE_KEY)
    text = to_texts(_add_head(b"D", to_digits(mixed_twice.astype(np.uint64), 10)))
    if known.all():
        return text
    valid = pa.array(known).buffers()[1]
    return pa.StringArray.from_buffers(len(text), *text.buffers()[1:], valid)


def make_record_ids(uid: Array) -> pa.StringArray:
    """The paying bank's record number of each payment: T and 16 hexadecimal digits."""
    return to_texts(_add_head(b"T", to_hexadecimal(mix_bits(uid, 1))))


def make_copy_ids(uid: Array) -> pa.StringArray:
    """The receiving bank's record number of each payment: R and 16 hexadecimal digits."""
    return to_texts(_add_head(b"R", to_hexadecimal(mix_bits(uid, 2))))


def make_references(uid: Array) -> pa.StringArray:
    """The payer's end-to-end reference of each payment: E and 16 hexadecimal digits."""
    return to_texts(_add_head(b"E", to_hexadecimal(mix_bits(uid, 3))))


def make_uetrs(uid: Array) -> pa.StringArray:
    """The reference both banks share: a UUID of version 4."""
    # RFC 9562: version 4 in the seventh byte, variant 10 in the ninth.
    high = mix_bits(uid, 4) & np.uint64(0xFFFFFFFFFFFF0FFF) | np.uint64(0x4000)
    low = mix_bits(uid, 5) & np.uint64(0x3FFFFFFFFFFFFFFF) | np.uint64(0x8000000000000000)
    first, second = to_hexadecimal(high), to_hexadecimal(low)
    out = np.full((len(uid), 36), ord("-"), np.uint8)
    out[:, 0:8], out[:, 9:13], out[:, 14:18] = first[:, :8], first[:, 8:12], first[:, 12:]
    out[:, 19:23], out[:, 24:] = second[:, :4], second[:, 4:]
    return to_texts(out)


def list_payment_names(uid: Array) -> frozenset[str]:
    """Every record number and reference that payments of these numbers bear."""
    columns = (make(uid).to_pylist() for make in (make_record_ids, make_uetrs, make_references))
    return frozenset(text for column in columns for text in column)
