"""What the two accounts of a transfer usually do: fading counts and sums, the third of the three kernels.

Everything fades by halves (after 6 hours, a day, 8 days, 32 days), so a row costs the same whatever went before, and an
account's memory is a few cache lines. It reads of the others the time, whether the pair is new, and whether the
payment resembles one that came in.
"""

from math import exp, log, sqrt

import numpy as np

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features import lanes, state
from warroom.signals.payments.features.batch import FeatureBatch
from warroom.signals.payments.features.columns import END_WIDTH, HABIT_AT, PAIR_AT, RING_AT
from warroom.signals.payments.features.pairs import DAY
from warroom.signals.payments.features.prefetch import prefetch
from warroom.signals.payments.features.state import Floats, HabitState, Ints, make_aligned_zeros
from warroom.signals.payments.features.ways import AHEAD, SAME

LONGEST = 32 * DAY
"""Seconds of the longest half-life; the others are a quarter, a 32nd and a 128th of it."""
QUIET = 14 * DAY
"""Seconds without a transfer after which the next one wakes an account."""
STEADY = 64
"""Transfers over which an account's usual amount is a plain mean; after that it follows slowly."""
COMMON = 100_000
"""Transfers over which the common amount is a plain mean; after that it follows slowly."""
WIDTH = 48
"""Fading numbers of an account."""
KINDS = 8
# Within a window of `fading`; `_add_transfer` adds to them in this order.
IN, OUT, NEW_IN, NEW_OUT, SUM_IN, SUM_OUT, PASSED, ODD = range(KINDS)
DAYS_8, DAYS_32 = 2 * KINDS, 3 * KINDS
# After the four windows: usual amounts, what the others were like, the largest.
MEAN_IN, SPREAD_IN, MEAN_OUT, SPREAD_OUT, LAST_IN, LAST_OUT = range(4 * KINDS, 4 * KINDS + 6)
PAYERS_ODD, PAYEES_ODD, PAYERS_PASSED, PAYEES_PASSED, LARGEST_IN, LARGEST_OUT, UNDER, ROUND = range(38, 46)
"""These fade by halves in 8 days."""
# Of `common`: the mean log amount of all transfers, and how many there were.
MEAN, SEEN_AT_ALL = range(2)
# Columns of `clocks`.
LATEST, CAME, WENT, SEEN, INS, OUTS, SILENCE, WOKEN = range(8)
CLOCKS = 8


def make_empty_habits(rows: int) -> HabitState:
    """Habits of `rows` accounts that never did anything."""
    return HabitState(
        make_aligned_zeros(rows, WIDTH).view(np.float32), make_aligned_zeros(rows, CLOCKS), np.zeros(2)
    )


def grow_habits(h: HabitState, rows: int) -> HabitState:
    """The same habits with room for `rows` accounts."""
    fading = state.grow_rows(h.fading.view(np.int32), rows)
    return HabitState(fading.view(np.float32), state.grow_rows(h.clocks, rows), h.common)


@compile_parallel_kernel
def compute_habit_features(h: HabitState, b: FeatureBatch) -> None:
    """Features of both ends of each row, in order, into `b.out`; what `meet` and `follow` wrote there is read."""
    for row in range(len(b.payers)):
        _prefetch_accounts(h, b, row)
        payer, payee, amount, moment = b.payers[row], b.payees[row], b.amounts[row], b.moments[row]
        size, o = b.sizes[row], b.out[row]
        _fade_counts(h, payer, moment)
        if payee != payer:  # what was brought to this moment must not fade again
            _fade_counts(h, payee, moment)
        for end, at in ((payer, HABIT_AT), (payee, HABIT_AT + END_WIDTH)):
            _write_windows(h.fading, end, b.out, row * b.out.shape[1] + at)
            _write_account_state(
                h.fading[end], h.clocks[end], moment, amount, size, o[at + 4 * KINDS : at + END_WIDTH]
            )
        # What the pair's kernel wrote into this very row: whether these two ever met.
        fresh = np.float32(1.0) if o[PAIR_AT] == 0 else np.float32(0.0)
        passed = np.float32(amount if o[RING_AT] < SAME else 0.0)
        _add_transfer(h, payer, payee, amount, size, fresh, passed, moment)


@compile_parallel_kernel
def _prefetch_accounts(h: HabitState, b: FeatureBatch, row: int) -> None:
    """Ask for the accounts of a row to come."""
    later = min(row + AHEAD, len(b.payers) - 1)
    for end in (b.payers[later], b.payees[later]):
        prefetch(h.fading, end * WIDTH)
        prefetch(h.fading, end * WIDTH + 16)
        prefetch(h.fading, end * WIDTH + 32)
        prefetch(h.clocks, end * CLOCKS)


@compile_parallel_kernel
def _fade_counts(h: HabitState, end: int, moment: int) -> None:
    """Bring an account's counts to a moment."""
    # The longest half-life by one exponential; each shorter one is a power of it: 32 / 8 = 4, 8 / 1 = 8, 24 h
    # / 6 h = 4, which two or three squarings give.
    month = exp(max(moment - h.clocks[end, LATEST], 0) * (-log(2.0) / LONGEST))
    week = month * month
    week *= week
    day = week * week
    day *= day
    day *= day
    hours = day * day
    hours *= hours
    at = end * WIDTH
    lanes.multiply_eight(h.fading, at, hours)
    lanes.multiply_eight(h.fading, at + KINDS, day)
    lanes.multiply_eight(h.fading, at + 2 * KINDS, week)
    lanes.multiply_eight(h.fading, at + 3 * KINDS, month)
    lanes.multiply_eight(h.fading, at + PAYERS_ODD, week)


@compile_parallel_kernel
def _write_windows(fading: Floats, end: int, out: Floats, to: int) -> None:
    """Write an account's counts of the four windows."""
    for window in range(0, 4 * KINDS, KINDS):
        lanes.copy_eight(fading, end * WIDTH + window, out, to + window)


@compile_parallel_kernel
def _write_account_state(f: Floats, c: Ints, moment: int, amount: float, size: float, o: Floats) -> None:
    """Write what else an account was like before this transfer."""
    count = c[INS] + c[OUTS]
    o[0] = moment - c[CAME] if c[INS] > 0 else np.nan
    o[1] = moment - c[WENT] if c[OUTS] > 0 else np.nan
    o[2] = moment - c[SEEN] if count > 0 else np.nan
    o[3] = count
    o[4] = (moment - c[SEEN]) / count if count > 0 else np.nan
    o[5] = f[MEAN_IN] if c[INS] > 0 else np.nan
    o[6] = f[MEAN_OUT] if c[OUTS] > 0 else np.nan
    o[7] = (size - f[MEAN_IN]) / sqrt(f[SPREAD_IN] + 0.3) if c[INS] > 0 else np.nan
    o[8] = (size - f[MEAN_OUT]) / sqrt(f[SPREAD_OUT] + 0.3) if c[OUTS] > 0 else np.nan
    o[9] = f[LARGEST_IN] / (amount + 1)
    o[10] = f[LARGEST_OUT] / (amount + 1)
    o[11] = f[LAST_IN] - size if c[INS] > 0 else np.nan
    o[12] = f[LAST_OUT] - size if c[OUTS] > 0 else np.nan
    o[13] = c[SILENCE]
    o[14] = moment - c[WOKEN] if c[WOKEN] > 0 else np.nan
    amount_in = f[DAYS_8 + SUM_IN]
    o[15] = f[DAYS_8 + SUM_OUT] / amount_in if amount_in > 1 else np.nan
    for j in range(4):
        o[16 + j] = f[PAYERS_ODD + j]
    o[20], o[21] = f[UNDER], f[ROUND]


@compile_parallel_kernel
def _add_transfer(
    h: HabitState,
    payer: int,
    payee: int,
    amount: float,
    size: float,
    fresh: np.float32,
    passed: np.float32,
    moment: int,
) -> None:
    """Add the transfer to both ends."""
    p, q = h.fading[payer], h.fading[payee]
    odd = np.float32(
        fresh
        * max(0.0, size - h.common[MEAN])
        * (_compute_rarity(h.clocks[payer]) + _compute_rarity(h.clocks[payee]))
    )
    # Taken before anything is added: else the payer's new oddness came back to
    # it through the payee in one row.
    payer_odd, payee_odd = p[DAYS_32 + ODD], q[DAYS_32 + ODD]
    payer_passed, payee_passed = p[DAYS_8 + PASSED], q[DAYS_8 + PASSED]
    none, unit = np.float32(0.0), np.float32(1.0)
    gone = (none, unit, none, fresh, none, amount, passed, odd)
    # To itself an account is odd once.
    come = (unit, none, fresh, none, amount, none, none, odd if payer != payee else none)
    for window in range(0, 4 * KINDS, KINDS):
        lanes.add_eight(h.fading, payer * WIDTH + window, gone)
        lanes.add_eight(h.fading, payee * WIDTH + window, come)
    q[PAYERS_ODD] += payer_odd
    p[PAYEES_ODD] += payee_odd
    q[PAYERS_PASSED] += payer_passed
    p[PAYEES_PASSED] += payee_passed
    _update_usual_amount(p, MEAN_OUT, h.clocks[payer, OUTS], size)
    _update_usual_amount(q, MEAN_IN, h.clocks[payee, INS], size)
    p[LAST_OUT] = q[LAST_IN] = size
    p[LARGEST_OUT] = max(p[LARGEST_OUT], amount)
    q[LARGEST_IN] = max(q[LARGEST_IN], amount)
    _add_sums(p, amount)
    if payer != payee:
        _add_sums(q, amount)
    h.common[SEEN_AT_ALL] += 1
    h.common[MEAN] += (size - h.common[MEAN]) / min(h.common[SEEN_AT_ALL], COMMON)
    _update_clock(h.clocks[payer], WENT, OUTS, moment)
    _update_clock(h.clocks[payee], CAME, INS, moment)


@compile_parallel_kernel
def _compute_rarity(c: Ints) -> float:
    """1 for an account without history, less the more transfers it had."""
    # A fifth a transfer: after twenty an account that moves something new is a fifth
    # as odd as one that never moved.
    return float(1.0 / (1.0 + 0.2 * (c[INS] + c[OUTS])))


@compile_parallel_kernel
def _update_usual_amount(f: Floats, mean: int, before: int, size: float) -> None:
    """Move an account's usual log amount and its variance."""
    weight = np.float32(1.0 / (min(before, STEADY) + 1))
    gap = np.float32(size) - f[mean]
    f[mean] += weight * gap
    # Welford's mean and variance, with a weight that stops falling at STEADY
    # and so follows slowly from there.
    f[mean + 1] += weight * (gap * gap * (1 - weight) - f[mean + 1])


@compile_parallel_kernel
def _add_sums(f: Floats, amount: float) -> None:
    """Sums just under the limit of 50,000 and round sums."""
    # As in `payment`: from 50,000 baht on a transfer asks for a face.
    if 45_000 <= amount < 50_000:
        f[UNDER] += amount
    if amount % 1000 == 0:
        f[ROUND] += amount


@compile_parallel_kernel
def _update_clock(c: Ints, way: int, count: int, moment: int) -> None:
    if c[LATEST] == 0:
        c[SEEN] = moment
    elif moment - c[LATEST] >= QUIET:
        c[SILENCE], c[WOKEN] = moment - c[LATEST], moment
    c[LATEST] = c[way] = moment
    c[count] += 1
