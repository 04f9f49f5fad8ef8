"""What a payment says of itself, and what other tables say of its ends."""

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import swift
from warroom.money.features.columns import BESIDE, BESIDE_AT
from warroom.money.features.state import Floats, Longs
from warroom.money.features.transfers import Transfers

LIMIT, UNDER = 50_000, 45_000
"""Baht from which a transfer asks for a face, and from which it is just under."""
HERE = 7 * 3600
"""Seconds of Thai time ahead of UTC."""
KNOWN = len(BESIDE) - 1


@swift
def describe(
    times: Longs, amounts: Floats, channel: Floats, same_bank: Floats, beside: Floats, out: Floats
) -> None:
    """The columns of the payments alone into `out` (n, WIDTH); an optional column without rows is unknown."""
    for row in range(len(times)):
        amount, o = amounts[row], out[row]
        o[0] = amount
        o[1] = 1.0 if amount % 1000 == 0 else (0.5 if amount % 100 == 0 else 0.0)
        o[2] = 1.0 if UNDER <= amount < LIMIT else 0.0
        o[3] = (times[row] + HERE) % 86_400 / 3600
        o[4] = channel[row] if len(channel) else np.nan
        o[5] = same_bank[row] if len(same_bank) else np.nan
        for j in range(KNOWN):
            o[BESIDE_AT + j] = beside[row, j] if len(beside) else np.nan
            o[BESIDE_AT + len(BESIDE) + j] = beside[row, KNOWN + j] if len(beside) else np.nan


def beside(transfers: Transfers) -> Floats:
    """What other tables say of payer and payee side by side, (n, 6); no rows where nothing is known of either."""
    ends = transfers.payer_beside, transfers.payee_beside
    if ends[0] is None and ends[1] is None:
        return np.zeros((0, 2 * KNOWN), np.float32)
    unknown = np.full((len(transfers), KNOWN), np.nan, np.float32)
    return np.hstack([unknown if one is None else one for one in ends]).astype(np.float32)


def same_bank(transfers: Transfers) -> Floats:
    """1 where both ends are at one bank, 0 where not; no rows where the banks are unknown."""
    if transfers.payer_bank is None or transfers.payee_bank is None:
        return np.zeros(0, np.float32)
    return (transfers.payer_bank == transfers.payee_bank).astype(np.float32)


def channel(transfers: Transfers) -> npt.NDArray[np.float32]:
    """The channels' numbers; no rows where unknown."""
    if transfers.channel is None:
        return np.zeros(0, np.float32)
    return np.ascontiguousarray(transfers.channel, np.float32)
