"""Numbers of accounts by their names, one at a time and in microseconds: an officer waits for the look-up."""

from typing import Any

import numpy as np

from warroom.lake.hashing import hash_record_id
from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.account_index import Index
from warroom.money.index.folder import OpenSegment
from warroom.money.index.transfer_graph import Array
from warroom.money.trail import BankAccount

_MIXED: Any = np.uint64(0x9E3779B97F4A7C15)
_AWAY: Any = np.uint64(29)


class AccountNumbers:
    """What `Index.account_ids` gives for one account of the home's currency, -1 where no transfer names it."""

    def __init__(self, index: Index) -> None:
        self._keys = np.array([*index.keys["bank"], *index.keys["number"]], np.uint64)
        # The newest first; plain arrays, since reading a mapped one makes an object of it each time.
        self._parts = [_arrays_of_part(part) for part in reversed(index.parts)]
        self.find_number(BankAccount("", ""))  # compiled before anybody waits

    def find_number(self, account: BankAccount) -> int:
        """The number of one account."""
        bank, number = account.bank.encode(), account.number.encode()
        texts = np.frombuffer(b"%b%b\0" % (bank, number), np.uint8)
        for hashes, rows, second, first in self._parts:
            row = _find_account_row(texts, len(bank), self._keys, hashes, rows, second)
            if row >= 0:
                return int(row) + first
        return -1


def _arrays_of_part(part: OpenSegment) -> tuple[Array, Array, Array, int]:
    known = part.lookups["account"]
    arrays = (known.hash, known.row, part.arrays["account_second"])
    hashes, rows, second = map(np.asarray, arrays)
    return hashes, rows, second, int(part.meta["first_account"])


@compile_cached_kernel
def _find_account_row(texts: Any, cut: int, keys: Any, hashes: Any, rows: Any, second: Any) -> int:
    """The row of an account whose bank and number are in a row of bytes, before and after a cut; -1 for none."""
    bank = hash_record_id(texts, 0, cut, keys[0], keys[1])
    number = hash_record_id(texts, cut, len(texts) - 1, keys[2], keys[3])
    wanted = number[0] ^ (bank[0] * _MIXED + (bank[0] >> _AWAY))
    at = np.searchsorted(hashes, wanted)
    if at == len(hashes) or hashes[at] != wanted:
        return -1
    row = rows[at]
    if second[row] != number[1] ^ (bank[1] * _MIXED + (bank[1] >> _AWAY)):
        return -1
    return int(row)
