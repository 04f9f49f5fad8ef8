"""A pile of transfers to be written as files: columns that grow row by row or a thousand at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

Account = tuple[str, str]
MICRO = 1_000_000


@dataclass
class Pile:
    """Transfers so far. `time` is seconds since 1970, `amount` satang; a record number is bank and place."""

    time: list[int] = field(default_factory=list)
    payer: list[Account] = field(default_factory=list)
    payee: list[Account] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    channel: list[str] = field(default_factory=list)
    purpose: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.time)

    def pay(
        self,
        moment: float,
        payer: Account,
        payee: Account,
        satang: int,
        channel: str = "transfer",
        purpose: str = "",
    ) -> str:
        """Add one transfer and return the record's number at the paying bank."""
        self.time.append(int(moment))
        self.payer.append(payer)
        self.payee.append(payee)
        self.amount.append(int(satang))
        self.channel.append(channel)
        self.purpose.append(purpose or None)
        return record_id(payer[0], len(self.time) - 1)

    def pay_many(
        self,
        moments: Any,
        payers: Sequence[Account],
        payees: Sequence[Account],
        satang: Any,
        channel: str,
        purpose: str,
    ) -> None:
        """Add many transfers of one kind."""
        self.time.extend(int(moment) for moment in moments)
        self.payer.extend(payers)
        self.payee.extend(payees)
        self.amount.extend(int(amount) for amount in satang)
        self.channel.extend([channel] * len(payers))
        self.purpose.extend([purpose] * len(payers))

    def table(self, seed: int) -> pa.Table:
        """All transfers as our own columns, in order of time, with references that both banks share."""
        rng = np.random.default_rng(seed)
        order = np.argsort(np.array(self.time), kind="stable")
        marks = rng.bytes(16 * len(self))
        uetrs = [str(UUID(bytes=marks[16 * at : 16 * at + 16], version=4)) for at in range(len(self))]
        columns: dict[str, Any] = {
            "record_id": pa.array([record_id(bank, at) for at, (bank, _) in enumerate(self.payer)]),
            "time": pa.array(np.array(self.time, dtype="int64") * MICRO, pa.timestamp("us", "UTC")),
            "payer_bank": [bank for bank, _ in self.payer],
            "payer": [number for _, number in self.payer],
            "payee_bank": [bank for bank, _ in self.payee],
            "payee": [number for _, number in self.payee],
            "amount": pa.array([baht(amount) for amount in self.amount], pa.decimal128(18, 2)),
            "currency": ["THB"] * len(self),
            "channel": self.channel,
            "end_to_end_id": [f"E2E{at:09d}" for at in range(len(self))],
            "uetr": uetrs,
            "purpose": pa.array(self.purpose, pa.string()),
        }
        return pa.table(columns).take(pa.array(order))


def record_id(bank: str, place: int) -> str:
    """The number of a record at its bank."""
    return f"{bank}-{place:07d}"


def baht(satang: int) -> Decimal:
    """Satang as baht with two decimals."""
    return Decimal(satang).scaleb(-2)


def seconds(moment: datetime) -> int:
    """A moment as whole seconds since 1970."""
    return int(moment.timestamp())
