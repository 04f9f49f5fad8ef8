"""How long money that is still on an account is likely to stay.

Published: of funds that reached a first account 28 % had left after 15 minutes and about half after an hour
(RUSI, "Following the Fraud", August 2025, on data of Lloyds 2024), close to a lognormal with median 51 minutes and
sigma 2.1. The Bank of Thailand's 3 minutes (August and September 2025) came later and are not in it. Assumption of this
program: 65 % of accounts are run by someone with the phone in hand (median 4 minutes, sigma 1.0), the rest keep the
published pace.
"""

import math
from datetime import datetime, timedelta

from warroom.money.compiled import compile_cached_kernel

SILENT_AFTER = timedelta(days=3)
"""How long before the moment of a trace its newest record may be: two days of a weekend and one that is late."""

CONTROLLED_SHARE, CONTROLLED_MEDIAN, CONTROLLED_SIGMA = 0.65, 4.0, 1.0
PUBLISHED_MEDIAN, PUBLISHED_SIGMA = 51.0, 2.1
LONGEST = 60 * 24 * 3650.0
"""Minutes: ten years, the longest time that is estimated."""


@compile_cached_kernel
def _share_staying(minutes: float, median: float, sigma: float) -> float:
    if minutes <= 0:
        return 1.0
    return 0.5 * math.erfc(math.log(minutes / median) / (sigma * math.sqrt(2)))


@compile_cached_kernel
def estimate_share_left(minutes: float) -> float:
    """The share of money that has not moved on this many minutes after it arrived."""
    controlled = _share_staying(minutes, CONTROLLED_MEDIAN, CONTROLLED_SIGMA)
    published = _share_staying(minutes, PUBLISHED_MEDIAN, PUBLISHED_SIGMA)
    return CONTROLLED_SHARE * controlled + (1 - CONTROLLED_SHARE) * published


@compile_cached_kernel
def estimate_half_life(minutes: float) -> float:
    """Minutes in which half of what is still there after `minutes` will have moved on."""
    target = estimate_share_left(minutes) / 2
    if target <= 0:
        return LONGEST
    low, high = 0.0, 1.0
    while estimate_share_left(minutes + high) > target and high < LONGEST:
        low, high = high, 2 * high
    # Half of [high / 2, high] 24 times: the error is below a ten-millionth of the answer.
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if estimate_share_left(minutes + middle) > target else (low, middle)
    return min(high, LONGEST)


def find_records_end(newest: datetime | None, as_of: datetime) -> datetime | None:
    """When the records ended, where that is so long before `as_of` that what they say is still there may be anywhere."""
    return newest if newest is not None and as_of - newest > SILENT_AFTER else None


def minutes_to_exit(minutes: float, passed: float) -> float:
    """The published estimate, drawn towards the account's own pace where it has passed on a share (0 to 1) already.

    Its own pace is the half-life at which that share would have left by now; the two meet at their geometric mean.
    """
    published = estimate_half_life(minutes)
    if not 0 < passed < 1 or minutes <= 0:
        return published
    # Half-lives differ by orders of magnitude, so their middle is that of the logarithms.
    own = minutes * math.log(2) / -math.log1p(-passed)
    return math.sqrt(published * own)
