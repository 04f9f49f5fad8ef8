"""An account's own movements around the time traced money reached it, for reasons and for evidence of innocence."""

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.memory import i8
from warroom.money.index.transfer_graph import (
    DEPARTURE,
    Array,
    Ints,
    amount_of,
    base_at,
    delta_at,
    find_posting_bounds,
    flags_of,
    is_moving_money,
    peer_of,
    pick_earlier_posting,
    time_of,
    transfer_of,
)
from warroom.money.trace.books import balance_before

BEFORE = 1000
"""Movements before the first traced arrival that are looked at: the newest of them."""
# Microseconds.
MINUTE = 60_000_000


@compile_cached_kernel
def list_movements(w: Array, account: int, moment: int, before: int, after: int) -> Ints:
    """An account's rows (time, signed amount, peer, transfer): up to `before` before the moment, `after` from it on."""
    rows = np.empty((before + after, 4), np.int64)
    b0, b1, d0, d1 = find_posting_bounds(w, account)
    b, d = base_at(w, b0, b1, moment), delta_at(w, d0, d1, moment)
    back_b, back_d, low = b - 1, d - 1, before
    while low > 0 and (back_b >= b0 or back_d >= d0):
        # At equal times the delta is taken first on the way back: forward it comes last.
        from_base = back_d < d0 or (back_b >= b0 and i8(w[0].base_t, back_b) > i8(w[0].delta_t, back_d))
        p = back_b if from_base else -1 - back_d
        if from_base:
            back_b -= 1
        else:
            back_d -= 1
        if is_moving_money(w, p):
            low -= 1
            _note_movement(w, p, rows, low)
    high = before
    while high < before + after and (b < b1 or d < d1):
        p = pick_earlier_posting(w, b, b1, d, d1)
        if time_of(w, p) > w[0].as_of:
            break
        if p >= 0:
            b += 1
        else:
            d += 1
        if is_moving_money(w, p):
            _note_movement(w, p, rows, high)
            high += 1
    return rows[low:high]


@compile_cached_kernel
def _note_movement(w: Array, p: int, found: Ints, at: int) -> None:
    signed = -amount_of(w, p) if flags_of(w, p) & DEPARTURE else amount_of(w, p)
    found[at, 0], found[at, 1], found[at, 2], found[at, 3] = (
        time_of(w, p),
        signed,
        peer_of(w, p),
        transfer_of(w, p),
    )


@compile_cached_kernel
def balances_at(w: Array, accounts: Ints, t: int) -> Ints:
    """Satang on each account just before t."""
    found = np.empty(len(accounts), np.int64)
    for i in range(len(accounts)):
        found[i] = balance_before(w, accounts[i], t)
    return found
