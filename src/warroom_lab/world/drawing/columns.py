"""Accounts and transfers as columns: what every process of the country reads and writes.

Times are microseconds since 1970 in UTC, money is whole satang, an account is its row number; OUTSIDE is no account.
"""

from array import array
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
BAHT = 100
BANKS = tuple(f"B{number:02d}" for number in range(1, 22))
CHANNELS = ("transfer", "qr", "card", "cash", "crypto", "abroad", "goods", "batch", "other")
TRANSFER, QR, CARD, CASH, CRYPTO, ABROAD, GOODS, BATCH, OTHER = range(9)
HOLDER_KINDS = ("person", "company", "shop", "agency")
PERSON, COMPANY, SHOP, AGENCY = range(4)
OUTSIDE = -1


def pack_column(column: Array) -> Any:
    """A column to read single elements of, as numbers of Python's own: numpy's array makes a slow object of each, and a list
    keeps one of 28 bytes and more.
    """
    return array(column.dtype.char, column.tobytes())


@dataclass
class ColumnTable:
    """Columns of one length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def select_rows(self, rows: Array) -> Self:
        """These rows, in this order."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def concat_parts(cls, parts: "list[Self]") -> Self:
        """The parts one after the other; there must be at least one."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


@dataclass
class HolderColumns(ColumnTable):
    """Row number = holder number. `province` indexes places.PROVINCES, `age` people.AGES (-1: no person)."""

    kind: Array  # uint8, HOLDER_KINDS
    age: Array  # int8
    province: Array  # int16
    since: Array  # int64, known since


@dataclass
class AccountColumns(ColumnTable):
    """Row number = account number; `opening` is what lies in it when the country's days begin."""

    bank: Array  # uint8, BANKS
    holder: Array  # int32
    type: Array  # uint8, people.TYPES
    tier: Array  # uint8, people.TIERS
    opened: Array  # int64
    opening: Array  # int64 satang


@dataclass
class TransferColumns(ColumnTable):
    """One row a payment that happened, in order of time where a function says so.

    `uid` is the same in every twin of a seed: the day's number << 40 | row for ordinary life, 1 << 62 | case << 24 | n
    for crime. `device` is a device number, -1 unknown; `purpose` indexes economy.PURPOSES.
    """

    uid: Array  # int64
    time: Array  # int64
    payer: Array  # int32
    payee: Array  # int32
    amount: Array  # int64
    channel: Array  # uint8
    purpose: Array  # uint8
    device: Array  # int32
