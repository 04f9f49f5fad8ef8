"""When a bank's record of a payment reaches the war room, and the numbers it carries."""

import numpy as np

from warroom_lab.world.drawing.columns import BANKS, DAY, HOUR, MINUTE, SECOND, Array
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.numbers import make_record_ids, make_uetrs
from warroom_lab.world.drawing.params import get_number

__all__ = [
    "HOURLY",
    "MINUTELY",
    "STREAM",
    "compute_received",
    "draw_clock_skew",
    "make_record_ids",
    "make_uetrs",
]

MINUTELY = (5, 8, 11, 14, 17)
HOURLY = (12, 19)
STREAM = tuple(bank for bank in range(len(BANKS)) if bank not in MINUTELY + HOURLY)
"""Banks, by position, that send each payment at once, a batch every five minutes, or every hour (A)."""

LOCAL = 7 * HOUR
_PERIOD = np.ones(len(BANKS), np.int64)
_PERIOD[list(MINUTELY)] = 5 * MINUTE
_PERIOD[list(HOURLY)] = HOUR


def compute_received(bank: Array, time: Array, uid: Array) -> Array:
    """When each payment's record arrives, in microseconds: after 2 to 20 s, or with the bank's next batch.

    On some afternoons a bank's feed stands still, and what came in between 13 and 16 h is sent at five past four.
    """
    sent = time + 2 * SECOND + (hash_to_uniform(uid, 6) * (18 * SECOND)).astype(np.int64)
    period = _PERIOD[bank]
    # Each bank's batch at its own second of the next minute: at one moment for all,
    # deliveries would come in waves.
    after = MINUTE + (mix_bits(bank, 7) % np.uint64(60)).astype(np.int64) * SECOND
    arrives = np.where(period > 1, -(-time // period) * period + after, sent)
    day, within = np.divmod(time + LOCAL, DAY)
    # A prime larger than any day's number: bank and day never share a key with another pair.
    late = hash_to_uniform(bank.astype(np.int64) * 1_000_003 + day, 8) < get_number("dirt", "late")
    held = late & (within >= 13 * HOUR) & (within < 16 * HOUR)
    return np.where(held, np.maximum(arrives, day * DAY - LOCAL + 16 * HOUR + 5 * MINUTE), arrives)


def draw_clock_skew(bank: int, day: int) -> int:
    """By how many microseconds a bank's clock is behind on a day (days since 1970 in the country); mostly 0."""
    name = np.array([bank * 1_000_003 + day])
    if float(hash_to_uniform(name, 9)[0]) >= get_number("dirt", "skewed"):
        return 0
    return (20 + int(mix_bits(name, 10)[0] % np.uint64(71))) * SECOND
