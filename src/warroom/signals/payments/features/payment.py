"""What a payment says of itself, and what other tables say of its ends."""

import numpy as np

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features.batch import KNOWN, FeatureBatch
from warroom.signals.payments.features.columns import BESIDE, BESIDE_AT

LIMIT, UNDER = 50_000, 45_000
"""Baht from which a transfer asks for a face, and from which it is just under."""
HERE = 7 * 3600
"""Seconds of Thai time ahead of UTC."""


@compile_parallel_kernel
def compute_payment_features(b: FeatureBatch) -> None:
    """The columns of the payments alone into `b.out` (n, WIDTH); an optional column without rows is unknown."""
    for row in range(len(b.clock)):
        amount, o = b.amounts[row], b.out[row]
        o[0] = amount
        o[1] = 1.0 if amount % 1000 == 0 else (0.5 if amount % 100 == 0 else 0.0)
        o[2] = 1.0 if UNDER <= amount < LIMIT else 0.0
        o[3] = (b.clock[row] + HERE) % 86_400 / 3600
        o[4] = b.channel[row] if len(b.channel) else np.nan
        o[5] = b.same_bank[row] if len(b.same_bank) else np.nan
        for j in range(KNOWN):
            o[BESIDE_AT + j] = b.beside[row, j] if len(b.beside) else np.nan
            o[BESIDE_AT + len(BESIDE) + j] = b.beside[row, KNOWN + j] if len(b.beside) else np.nan
