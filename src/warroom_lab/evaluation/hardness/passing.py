"""How much of honest money passes on within the hour, as stolen money does."""

import numpy as np

from warroom.signals.mules.account_features import QUICK
from warroom_lab.evaluation.hardness.observed import Observed
from warroom_lab.world.drawing.columns import BAHT, PERSON, Array

LARGE = 5_000 * BAHT


def measure_passed_on(seen: Observed) -> Array:
    """Of each honest sum of 5,000 baht and more that came to a person's own account: whether at least half of it left
    within the hour."""
    rows, holder = seen.rows, seen.country.accounts.holder
    person = seen.country.holders.kind[holder] == PERSON
    honest = (seen.typology < 0) & (seen.gang[rows.payee] < 0) & person[rows.payee]
    came = np.flatnonzero(honest & (rows.amount >= LARGE))
    return 2 * sum_left_within(seen, came, QUICK) >= rows.amount[came]


def sum_left_within(seen: Observed, arrivals: Array, wait: int) -> Array:
    """Satang that left the account of each payment of `arrivals` in so many microseconds after it."""
    rows = seen.rows
    order = np.lexsort((rows.time, rows.payer))
    # Account and time in one number, and one running sum: what left between two moments is a difference.
    span = seen.end - seen.start + 2 * wait
    key = rows.payer[order].astype(np.int64) * span + (rows.time[order] - seen.start)
    sums = np.concatenate([[0], np.cumsum(rows.amount[order])])
    mine = rows.payee[arrivals].astype(np.int64) * span + (rows.time[arrivals] - seen.start)
    first, last = np.searchsorted(key, mine, "right"), np.searchsorted(key, mine + wait, "right")
    left_satang: Array = sums[last] - sums[first]
    return left_satang
