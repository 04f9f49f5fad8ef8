"""How many transfers an account is away from a reported one, as known at each moment."""

from typing import NamedTuple

import numpy as np

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features.state import (
    KEPT,
    NEXT_REPORT,
    OTHER,
    OUT_AT,
    TIER,
    TIER_TIME,
    TIME,
    Ints,
    Longs,
    WayState,
)

REACH = 14 * 86_400
"""Seconds for which nearness to a report is carried on."""
FARTHEST = 4
"""Transfers in a row over which nearness is carried on."""


class ReportQueue(NamedTuple):
    """Reports in the order of their times: the window's time and the account's number."""

    times: Longs
    accounts: Ints


def make_empty_reports() -> ReportQueue:
    """No reports."""
    return ReportQueue(np.zeros(0, np.int64), np.zeros(0, np.int32))


@compile_parallel_kernel
def add_due_reports(w: WayState, reports: ReportQueue, time: int) -> None:
    """Take what was reported by `time`: the account is tier 0, those it paid lately are tier 1 at most."""
    while w.numbers[NEXT_REPORT] < len(reports.times) and reports.times[w.numbers[NEXT_REPORT]] <= time:
        account = reports.accounts[w.numbers[NEXT_REPORT]]
        _set_tier(w, account, 0, time)
        block = w.out[w.ways[account, OUT_AT]]
        for j in range(KEPT):
            if block[TIME * KEPT + j] >= time - REACH:
                _set_tier(w, block[OTHER * KEPT + j], 1, time)
        w.numbers[NEXT_REPORT] += 1


@compile_parallel_kernel
def _set_tier(w: WayState, account: int, tier: int, moment: int) -> None:
    """An account is at most so far; what was nearer and is not too long ago stays. Stored from 1, 0 is unknown."""
    old, since = w.ways[account, TIER], w.ways[account, TIER_TIME]
    if old == 0 or old - 1 >= tier or since < moment - REACH:
        w.ways[account, TIER], w.ways[account, TIER_TIME] = tier + 1, moment


@compile_parallel_kernel
def get_tier(w: WayState, account: int, moment: int) -> float:
    """The transfers between an account and the nearest report, NaN where none is near."""
    if w.ways[account, TIER] == 0 or w.ways[account, TIER_TIME] < moment - REACH:
        return np.nan
    return float(w.ways[account, TIER] - 1)


@compile_parallel_kernel
def carry_tier(w: WayState, payer: int, payee: int, moment: int) -> None:
    """Money of an account near a report brings its payee near."""
    away = get_tier(w, payer, moment)
    if away < FARTHEST:
        _set_tier(w, payee, int(away) + 1, moment)
