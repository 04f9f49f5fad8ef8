"""A batch of transfers and of reports as columns: what a window takes."""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from warroom.errors import FeaturesError
from warroom.signals.payments.features.columns import BESIDE

Columns = npt.NDArray[np.float32]
ENDLESS = 1e15
"""Baht that no transfer has: a thousand times what a country makes in a year. One such would spoil what is common to all."""
LATEST = 2**40
"""A time in seconds that no transfer has."""


@dataclass(frozen=True)
class FeatureTransfers:
    """Transfers in the order in which they are taken, each column of length n.

    `time`: seconds UTC, int64. `payer`, `payee`: any int64 that stands for an account, the same for the same account.
    `amount`: baht, at least 0. Optional, None where nobody knows: `channel`, a small number; `payer_bank` and
    `payee_bank`, numbers; `payer_beside` and `payee_beside`, (n, 3) float32: age of the account in days, other accounts
    that share a SIM with it, other accounts that share a device, as known at the moment of the row, NaN unknown.
    """

    time: npt.NDArray[np.int64]
    payer: npt.NDArray[np.int64]
    payee: npt.NDArray[np.int64]
    amount: npt.NDArray[np.float64]
    channel: npt.NDArray[np.float32] | None = None
    payer_bank: npt.NDArray[np.int32] | None = None
    payee_bank: npt.NDArray[np.int32] | None = None
    payer_beside: Columns | None = None
    payee_beside: Columns | None = None

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: slice) -> "FeatureTransfers":
        """A part of the batch."""
        return self.select_rows(rows)

    def select_rows(self, rows: slice | npt.NDArray[np.int64]) -> "FeatureTransfers":
        """Some rows of the batch, or all in another order."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: part[rows] for name, part in parts.items() if part is not None})

    def check_columns(self) -> None:
        """Raise FeaturesError where columns differ in length, an amount is none, or a time cannot be."""
        for field in fields(self):
            column = getattr(self, field.name)
            if column is not None and len(column) != len(self.time):
                raise FeaturesError(
                    f"The column {field.name} has {len(column):,} rows where time has {len(self.time):,}."
                )
            if (
                column is not None
                and field.name.endswith("beside")
                and column.shape[1:] != (len(BESIDE) - 1,)
            ):
                raise FeaturesError(f"{field.name} needs the columns {', '.join(BESIDE[:-1])}.")
        if not len(self):
            return
        if not (self.amount < ENDLESS).all() or self.amount.min() < 0:
            raise FeaturesError("A transfer's amount is missing, endless or below zero; correct the rows.")
        if np.abs(self.time).max() >= LATEST:
            raise FeaturesError("A transfer's time is not in seconds since 1970; correct the rows.")


@dataclass(frozen=True)
class ReportedAccounts:
    """Accounts that received reported transfers: `time` (seconds UTC) when the report was known, and `account`."""

    time: npt.NDArray[np.int64]
    account: npt.NDArray[np.int64]
