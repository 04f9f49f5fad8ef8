"""Known facts of amounts in accounts, as columns: the only inputs of a forecast.

Of the holder only the account's age is used: no nationality, language, sex, province or bank.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from warroom.money.index.transfer_graph import CHANNELS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MINUTE = 60_000_000
"""Microseconds."""
UNKNOWN = np.iinfo(np.int64).min
"""The value of an unknown moment."""
NO_CHANNEL = -1
CHANNEL_OF = {name: at for at, name in enumerate(CHANNELS)}


@dataclass(frozen=True)
class MoneyFacts:
    """One row an amount. Moments are microseconds UTC.

    `arrived`: when the newest of it came, `opened` the account (UNKNOWN where no register says),
    `last_seen_at`: until when it is known to be still in the account. `passed`: the share of what arrived
    that has gone on, `balance`: the amount's share of the account's balance; `case`: the id of its case.
    """

    case: Ints
    amount: Ints
    hop: Ints
    channel: Ints
    arrived: Ints
    opened: Ints
    last_seen_at: Ints
    passed: Floats
    balance: Floats

    def __len__(self) -> int:
        return len(self.amount)

    @classmethod
    def from_columns(cls, *columns: npt.ArrayLike) -> Self:
        """From the columns in their order."""
        kinds = [np.int64] * 7 + [np.float64] * 2
        made: list[Any] = [np.asarray(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        return cls(*made)

    def select_rows(self, rows: Any) -> Self:
        """Those rows, by number or mask."""
        return type(self)(*(getattr(self, one.name)[rows] for one in fields(self)))
