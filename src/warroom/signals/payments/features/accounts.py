"""From whatever number stands for an account to the row of its memory: a hash table that only grows."""

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features.prefetch import prefetch
from warroom.signals.payments.features.state import Ints

Keys = npt.NDArray[np.int64]
EMPTY = -1
NOBODY = 2
"""Rows 0 and 1 belong to no account: two that were never seen may be looked at there."""
AHEAD = 8


@compile_parallel_kernel
def _hash_slot(key: int, room: int) -> int:
    # Keys are often numbers in a row; multiplied and folded, neighbours lie apart in the table.
    mixed = key ^ (key >> 32)
    mixed *= 0x9E3779B97F4A7C1
    return (mixed ^ (mixed >> 29)) & (room - 1)


@compile_parallel_kernel
def _number_keys(keys: Keys, rows: Ints, count: int, wanted: Keys, out: Ints) -> int:
    """Write the row of every wanted key, new rows for new keys in order; the answer is how many there are now."""
    for at in range(len(wanted)):
        ahead = _hash_slot(wanted[min(at + AHEAD, len(wanted) - 1)], len(keys))
        prefetch(rows, ahead)
        prefetch(keys, ahead)
        key = wanted[at]
        spot = _hash_slot(key, len(keys))
        while rows[spot] != EMPTY and keys[spot] != key:
            spot = (spot + 1) & (len(keys) - 1)
        # `rows` and not `keys` says what is free: any 64 bits may stand for an account, 0 and -1 too.
        if rows[spot] == EMPTY:
            keys[spot], rows[spot] = key, count
            count += 1
        out[at] = rows[spot]
    return count


@compile_parallel_kernel
def _find_row(keys: Keys, rows: Ints, key: int, else_: int) -> int:
    spot = _hash_slot(key, len(keys))
    while rows[spot] != EMPTY and keys[spot] != key:
        spot = (spot + 1) & (len(keys) - 1)
    return rows[spot] if rows[spot] != EMPTY else else_


@compile_parallel_kernel
def _rehash_rows(keys: Keys, rows: Ints, new_keys: Keys, new_rows: Ints) -> None:
    for at in range(len(keys)):
        if rows[at] != EMPTY:
            spot = _hash_slot(keys[at], len(new_keys))
            while new_rows[spot] != EMPTY:
                spot = (spot + 1) & (len(new_keys) - 1)
            new_keys[spot], new_rows[spot] = keys[at], rows[at]


class AccountNumbering:
    """Numbers accounts from `NOBODY` on in the order in which they appear."""

    def __init__(self, room: int = 1 << 12) -> None:
        self.count = NOBODY
        self.keys, self.rows = _make_table(room)

    def number_accounts(self, wanted: Keys) -> Ints:
        """The numbers of accounts, int32, those of new accounts made."""
        self._grow_table(self.count + len(wanted))
        wanted = np.ascontiguousarray(wanted, np.int64)
        out = np.empty(len(wanted), np.int32)
        self.count = _number_keys(self.keys, self.rows, self.count, wanted, out)
        return out

    def find_number(self, key: int, else_: int) -> int:
        """The number of one account, `else_` if it was never seen; nothing is remembered."""
        return int(_find_row(self.keys, self.rows, key, else_))

    def _grow_table(self, count: int) -> None:
        if count * 2 <= len(self.keys):
            return
        keys, rows = _make_table(1 << (count * 2 - 1).bit_length())
        _rehash_rows(self.keys, self.rows, keys, rows)
        self.keys, self.rows = keys, rows


def _make_table(size: int) -> tuple[Keys, Ints]:
    return np.zeros(size, np.int64), np.full(size, EMPTY, np.int32)
