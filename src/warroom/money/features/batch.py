"""A batch as the kernels read it."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from warroom.money.features import payment
from warroom.money.features.state import Floats, Ints
from warroom.money.features.transfers import Transfers


@dataclass(frozen=True)
class Batch:
    """Columns of one length; those that other tables may not fill have no rows then.

    `payer_keys` and `payee_keys` stand for accounts as the caller names them, `payers` and `payees` are their rows in
    memory, empty until `between` has said them. `times`: of the window; `clock`: seconds UTC; `moments`: the time each row is taken at, and `befores`: that of the
    pair's payment before, both written by the first kernel for the others; `out`: the features.
    """

    times: npt.NDArray[np.int64]
    clock: npt.NDArray[np.int64]
    payer_keys: npt.NDArray[np.int64]
    payee_keys: npt.NDArray[np.int64]
    payers: Ints
    payees: Ints
    amounts: Floats
    channel: Floats
    same_bank: Floats
    beside: Floats
    moments: Ints
    befores: Ints
    out: Floats

    @classmethod
    def of(cls, transfers: Transfers, times: npt.NDArray[np.int64], out: Floats) -> Self:
        return cls(
            times=times,
            clock=np.ascontiguousarray(transfers.time, np.int64),
            payer_keys=np.ascontiguousarray(transfers.payer, np.int64),
            payee_keys=np.ascontiguousarray(transfers.payee, np.int64),
            payers=np.empty(0, np.int32),
            payees=np.empty(0, np.int32),
            amounts=np.ascontiguousarray(transfers.amount, np.float32),
            channel=payment.channel(transfers),
            same_bank=payment.same_bank(transfers),
            beside=payment.beside(transfers),
            moments=np.empty(len(transfers), np.int32),
            befores=np.empty(len(transfers), np.int32),
            out=out,
        )

    def between(self, payers: Ints, payees: Ints) -> Self:
        """The same transfers, between these rows of memory."""
        return replace(self, payers=payers, payees=payees)

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, rows: slice) -> "Batch":
        return Batch(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})
