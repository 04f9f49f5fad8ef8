"""How precisely a time was written: two sources' times of one payment agree only as far as the coarser of
them goes.
"""

import numpy as np
import numpy.typing as npt

Micros = npt.NDArray[np.int64]
SECOND, MINUTE, DAY = 1_000_000, 60_000_000, 86_400_000_000
HOUSE_MIDNIGHT = 7 * 3600 * SECOND
"""Thailand's midnight is seven hours before that of UTC, and has been since 1920."""
CLOCKS_APART = MINUTE
"""Microseconds by which two banks' times of one payment may differ: their clocks differ by seconds, and one
records the order where the other records the booking.
"""


def compute_time_grain(times: Micros) -> Micros:
    """Microseconds that a time may be off by: a day for a midnight (of UTC or of Thailand), a minute for a whole minute, else
    a second. `times` in microseconds since 1970 UTC.
    """
    # Both midnights: a bank that knows only the day writes its own, which is 17:00 UTC of the day before.
    midnight = (times % DAY == 0) | ((times + HOUSE_MIDNIGHT) % DAY == 0)
    return np.where(midnight, DAY, np.where(times % MINUTE == 0, MINUTE, SECOND))


def may_be_same_payment(one: Micros, other: Micros, skew: int = 0) -> npt.NDArray[np.bool_]:
    """Whether two times may be of one payment, recorded by clocks at most `skew` microseconds apart."""
    # The coarser of the two decides: a time to the minute cannot contradict one to the second.
    near: npt.NDArray[np.bool_] = np.abs(one - other) <= np.maximum(
        np.maximum(compute_time_grain(one), compute_time_grain(other)), skew
    )
    return near
