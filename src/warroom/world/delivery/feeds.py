"""When a bank's record of a payment reaches the war room, and the numbers it carries."""

import numpy as np

from warroom.world.mixing import mixed, uniform
from warroom.world.money import BANKS, HOUR, MINUTE, SECOND, Array
from warroom.world.numbers import record_ids, uetrs

__all__ = ["HOURLY", "MINUTELY", "STREAM", "received", "record_ids", "uetrs"]

MINUTELY = (5, 8, 11, 14, 17)
HOURLY = (12, 19)
STREAM = tuple(bank for bank in range(len(BANKS)) if bank not in MINUTELY + HOURLY)
"""Banks, by position, that send each payment at once, a batch every five minutes, or every hour (A)."""

_PERIOD = np.ones(len(BANKS), np.int64)
_PERIOD[list(MINUTELY)] = 5 * MINUTE
_PERIOD[list(HOURLY)] = HOUR


def received(bank: Array, time: Array, uid: Array) -> Array:
    """When each payment's record arrives, in microseconds: after 2 to 20 s, or with the bank's next batch."""
    sent = time + 2 * SECOND + (uniform(uid, 6) * (18 * SECOND)).astype(np.int64)
    period = _PERIOD[bank]
    closing = -(-time // period) * period + MINUTE + (mixed(bank, 7) % np.uint64(MINUTE)).astype(np.int64)
    return np.where(period > 1, closing, sent)
