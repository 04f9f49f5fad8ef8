"""Record numbers and telephone numbers that nobody assigns, a column at a time.

Telephone numbers have a zero after +66, where no national number begins; card numbers belong to the test network
001-01; device numbers begin with 00, which is kept for tests; domains end in .example.
"""

import zlib
from functools import cache

import numpy as np
import pyarrow as pa

from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.mixing import mix_bits, permute_30_bits, permute_number
from warroom_lab.world.drawing.numbers import to_digits, to_texts


def make_tokens(head: str, rows: Array, salt: int) -> pa.StringArray:
    """A record number a row: the head and ten digits that do not tell the order the rows were made in.

    Rows are numbers below 2**30.
    """
    mixed_rows = permute_30_bits(rows.astype(np.int64) ^ _derive_key(head, salt))
    return to_texts(_add_head(head.encode(), to_digits(mixed_rows.astype(np.uint64), 10)))


def make_token(head: str, row: int, salt: int) -> str:
    """The record number of one row."""
    return f"{head}{permute_number(row ^ _derive_key(head, salt)):010d}"


@cache
def _derive_key(head: str, salt: int) -> int:
    """So that equal rows of different tables have different numbers."""
    return zlib.crc32(f"{head}{salt}".encode()) & 0x3FFFFFFF


def make_mobile_number(number: int) -> str:
    """The telephone number of one card number."""
    return f"+660{permute_number(number ^ 0x1555):010d}"


def make_serials(head: str, day: int, count: int) -> pa.StringArray:
    """Record numbers of a day's events: the head, the day and the event's place in it."""
    return to_texts(_add_head(f"{head}{day:03d}-".encode(), to_digits(np.arange(count), 8)))


def make_mobile_numbers(numbers: Array) -> pa.StringArray:
    """The telephone number of each card number: +660 and nine digits."""
    return to_texts(
        _add_head(b"+660", to_digits(permute_30_bits(numbers ^ 0x1555).astype(np.uint64) % 10**10, 10))
    )


def make_imsis(cards: Array) -> pa.StringArray:
    """The IMSI of each card: 15 digits on the test network 001-01."""
    return to_texts(_add_head(b"00101", to_digits(permute_30_bits(cards ^ 0x0F0F).astype(np.uint64), 10)))


def make_imeis(numbers: Array) -> pa.StringArray:
    """The IMEI of each device: 00, twelve digits and the check digit; null where the number is -1."""
    known = numbers >= 0
    body = to_digits(mix_bits(np.where(known, numbers, 0), 9) % np.uint64(10**12), 12)
    letters = _add_head(b"00", body)
    return null_where_unknown(
        to_texts(np.concatenate([letters, _compute_check_digits(letters)], axis=1)), known
    )


def null_where_unknown(texts: pa.StringArray, known: Array) -> pa.StringArray:
    """The texts where they are known, null elsewhere."""
    if known.all():
        return texts
    valid = pa.array(known).buffers()[1]
    return pa.StringArray.from_buffers(len(texts), *texts.buffers()[1:], valid)


def _compute_check_digits(letters: Array) -> Array:
    values = letters.astype(np.int64) - 48
    # Luhn: every second digit from the last of the body, since the check digit comes after it.
    values[:, -1::-2] *= 2
    values -= np.where(values > 9, 9, 0)
    check: Array = ((-values.sum(axis=1)) % 10 + 48).astype(np.uint8)[:, None]
    return check


def _add_head(head: bytes, letters: Array) -> Array:
    front = np.broadcast_to(np.frombuffer(head, np.uint8), (len(letters), len(head)))
    return np.concatenate([front, letters], axis=1)
