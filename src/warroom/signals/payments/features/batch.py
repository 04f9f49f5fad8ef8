"""A batch as the kernels read it, and what they write for each other."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from warroom.signals.payments.features.columns import BESIDE
from warroom.signals.payments.features.state import Floats, Ints, Longs
from warroom.signals.payments.features.transfers import FeatureTransfers

KNOWN = len(BESIDE) - 1
"""What other tables say of one end."""


class FeatureBatch(NamedTuple):
    """Columns of one length; those that other tables may not fill have no rows then.

    `payer_keys` and `payee_keys` stand for accounts as the caller names them. `times`: of the window; `clock`: seconds
    UTC. Written by one stage for the next: `payers` and `payees`, the accounts' rows in memory; `sizes`, the amounts'
    logs; `moments`, the time each row is taken at; `befores`, that of the pair's payment before; `out`, the features.
    """

    times: Longs
    clock: Longs
    payer_keys: Longs
    payee_keys: Longs
    payers: Ints
    payees: Ints
    amounts: Floats
    sizes: Floats
    channel: Floats
    same_bank: Floats
    beside: Floats
    moments: Ints
    befores: Ints
    out: Floats


def make_batch(transfers: FeatureTransfers, times: Longs, out: Floats) -> FeatureBatch:
    """The columns of transfers, and room for what is written."""
    rows = len(transfers)
    return FeatureBatch(
        times=times,
        clock=np.ascontiguousarray(transfers.time, np.int64),
        payer_keys=np.ascontiguousarray(transfers.payer, np.int64),
        payee_keys=np.ascontiguousarray(transfers.payee, np.int64),
        payers=np.empty(rows, np.int32),
        payees=np.empty(rows, np.int32),
        amounts=np.ascontiguousarray(transfers.amount, np.float32),
        sizes=np.empty(rows, np.float32),
        channel=_get_channel_column(transfers),
        same_bank=_build_same_bank_column(transfers),
        beside=_build_known_columns(transfers),
        moments=np.empty(rows, np.int32),
        befores=np.empty(rows, np.int32),
        out=out,
    )


def slice_batch(batch: FeatureBatch, rows: slice) -> FeatureBatch:
    """Some rows of a batch; what is written there is written in the whole."""
    return FeatureBatch._make(column[rows] for column in batch)


def _build_known_columns(transfers: FeatureTransfers) -> Floats:
    """What other tables say of payer and payee side by side, (n, 6); no rows where nothing is known of either."""
    ends = transfers.payer_beside, transfers.payee_beside
    if ends[0] is None and ends[1] is None:
        return np.zeros((0, 2 * KNOWN), np.float32)
    unknown = np.full((len(transfers), KNOWN), np.nan, np.float32)
    return np.hstack([unknown if one is None else one for one in ends]).astype(np.float32)


def _build_same_bank_column(transfers: FeatureTransfers) -> Floats:
    """1 where both ends are at one bank, 0 where not; no rows where the banks are unknown."""
    if transfers.payer_bank is None or transfers.payee_bank is None:
        return np.zeros(0, np.float32)
    return np.equal(transfers.payer_bank, transfers.payee_bank).astype(np.float32)


def _get_channel_column(transfers: FeatureTransfers) -> npt.NDArray[np.float32]:
    """The channels' numbers; no rows where unknown."""
    if transfers.channel is None:
        return np.zeros(0, np.float32)
    return np.ascontiguousarray(transfers.channel, np.float32)
