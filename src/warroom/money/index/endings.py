"""Accounts by the last digits of their number, and which banks' accounts pay: by these an account that is written otherwise is found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake.hashing import U64
from warroom.money.index import lookup
from warroom.money.index.folder import OpenSegment
from warroom.money.index.lookup import Lookup
from warroom.money.index.names import to_plain_texts
from warroom.money.index.transfer_graph import Array

LENGTH = 6
"""So many last digits are compared: a million endings, so that few accounts share one by chance."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd multiplier spreads endings over 64 bits, as `lookup` wants its keys."""
MOST_BANKS = 10_000
"""A column of banks with more texts than this names no banks."""
_NO_DIGIT = re.compile(r"[^0-9]")


def ending_of(number: str) -> int:
    """The key of a number's last digits; 0 for a number of fewer."""
    digits = _NO_DIGIT.sub("", number)[-LENGTH:]
    return (int(digits) + 1) * int(_SPREAD) % 2**64 if len(digits) == LENGTH else 0


def endings_of(numbers: pa.Array) -> U64:
    """`ending_of` each number."""
    if pc.any(pc.match_substring_regex(numbers, "[^0-9]")).as_py():
        numbers = pc.replace_substring_regex(numbers, "[^0-9]", "")
    digits = pc.utf8_slice_codeunits(numbers, -LENGTH)
    whole = pc.equal(pc.binary_length(digits), LENGTH)
    values: U64 = pc.if_else(whole, digits, "0").cast(pa.uint64()).to_numpy(zero_copy_only=False)
    keys: U64 = (values + np.uint64(1)) * _SPREAD
    keys[~whole.to_numpy(zero_copy_only=False)] = 0
    return keys


@dataclass
class Endings:
    """Gathers the endings and banks of a segment's accounts, in the order of their numbers."""

    keys: list[U64] = field(default_factory=list)
    banks: list[Array] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    def add_accounts(self, accounts: pa.RecordBatch) -> None:
        """The accounts that a day names first."""
        self.keys.append(endings_of(to_plain_texts(accounts.column("number"))))
        encoded = to_plain_texts(accounts.column("bank")).dictionary_encode()
        codes = [self.codes.setdefault(bank, len(self.codes)) for bank in encoded.dictionary.to_pylist()]
        self.banks.append(np.array(codes, np.int32)[encoded.indices.to_numpy(zero_copy_only=False)])

    def build_lookup(self) -> tuple[U64, Array]:
        """Keys, and the account of each by its place in the segment."""
        keys = np.concatenate([*self.keys, np.empty(0, np.uint64)])
        rows = np.flatnonzero(keys)
        return keys[rows], rows.astype(np.uint32)

    def list_paying_banks(self, payer: Array, first: int, base: OpenSegment | None) -> list[str] | None:
        """The banks of accounts that pay, None where they are unknown; `first`: number of the segment's first
        account.
        """
        if len(self.codes) > MOST_BANKS:
            return None
        banks = np.concatenate([*self.banks, np.empty(0, np.int32)])
        pays = np.zeros(len(banks), bool)
        pays[payer[payer >= first] - first] = True
        names = list(self.codes)
        bank_names = {names[code] for code in np.unique(banks[pays]).tolist()}
        before = np.unique(payer[(payer >= 0) & (payer < first)])
        if base is not None and len(before):
            bank_names.update(base.accounts.read_texts(before.tolist(), "bank"))
        return sorted(bank_names)


def write_endings(folder: Path, endings: Endings) -> None:
    """Write the lookup of a segment."""
    lookup.write_lookup(folder / "ending", *endings.build_lookup())


def build_endings_lookup(numbers: Sequence[str]) -> Lookup:
    """The lookup of a segment in memory."""
    keys = endings_of(pa.array(numbers, pa.string()))
    order = np.argsort(keys, kind="stable")
    order = order[keys[order] != 0]
    return Lookup(keys[order], order.astype(np.uint32))
