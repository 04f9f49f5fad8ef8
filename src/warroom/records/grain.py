"""How finely a time was written: two sources tell the time of one payment as well as the coarser of them can."""

import numpy as np
import numpy.typing as npt

Micros = npt.NDArray[np.int64]
SECOND, MINUTE, DAY = 1_000_000, 60_000_000, 86_400_000_000
HOUSE_MIDNIGHT = 7 * 3600 * SECOND
"""Thailand's midnight is seven hours before that of UTC, and has been since 1920."""
CLOCKS_APART = MINUTE
"""Microseconds by which two banks may tell the time of one payment differently: their clocks differ by seconds, and one notes
the order where the other notes the booking.
"""


def compute_time_grain(times: Micros) -> Micros:
    """Microseconds that a time may be off by: a day for a midnight (of UTC or of Thailand), a minute for a whole minute, else
    a second. `times` in microseconds since 1970 UTC.
    """
    midnight = (times % DAY == 0) | ((times + HOUSE_MIDNIGHT) % DAY == 0)
    return np.where(midnight, DAY, np.where(times % MINUTE == 0, MINUTE, SECOND))


def may_be_same_payment(one: Micros, other: Micros, skew: int = 0) -> npt.NDArray[np.bool_]:
    """Whether two times may be of one payment, told by clocks that are at most `skew` microseconds apart."""
    near: npt.NDArray[np.bool_] = np.abs(one - other) <= np.maximum(
        np.maximum(compute_time_grain(one), compute_time_grain(other)), skew
    )
    return near
