"""What the tracer reads: postings by account, who sees what and when, and the known shops.

A posting is one side of a transfer, as its account sees it. Postings of one account stand in the order in which money
moves: by time, arrivals before departures, then file order. There are two segments: the base (memory-mapped, most
rows) and the delta (what was committed since). A posting of the delta is addressed by a negative number, -1 - position.
Transfers are numbered in file order at equal times, first the base, then the delta.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import compiled

Ints = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]

CHANNELS = ("transfer", "qr", "card", "cash", "crypto", "abroad", "goods", "batch", "other")
CASH, CRYPTO, ABROAD, GOODS, OTHER = 3, 4, 5, 6, 8

# flags of a posting, one byte
DEPARTURE = 1
CHANNEL_SHIFT, CHANNEL_MASK = 1, 15
SELF = 32  # pays itself: carries nothing
CORRECTED = 64  # a later record corrects it: `until` says from when
COPY = 128  # another source delivered the same transfer earlier

BLOCK = 12  # 4,096 transfers share one "all of them received by" mark
NEVER = np.iinfo(np.int64).max


class Segment(NamedTuple):
    """Postings in rows by account: those of account `a` are at ptr[a] to ptr[a + 1].

    t: microseconds since 1970 UTC; amount: satang; peer: the other account or -1; transfer: the transfer's number
    less the segment's first; received: by transfer; received_by: by block of 4,096 transfers, the latest of them.
    """

    ptr: Ints
    t: Ints
    amount: Ints
    peer: Short
    transfer: Array
    flags: Bytes
    received: Ints
    received_by: Ints


class World(NamedTuple):
    """Everything one trace reads, as of one moment (`as_of`, microseconds); sparse tables are sorted by their key.

    `until_key`/`until_at`: transfers a later record corrects, and when that was received. `copy_key`/`copy_of`: pairs
    of a copy and an earlier row of the same transfer. `shop_*`: accounts known as shops, from and until when.
    `balance_*`: stated balances by account and time.
    """

    base: Segment
    delta: Segment
    first_delta: int
    all_received: bool
    as_of: int
    until_key: Ints
    until_at: Ints
    copy_key: Ints
    copy_of: Ints
    shop_key: Ints
    shop_from: Ints
    shop_until: Ints
    balance_key: Ints
    balance_time: Ints
    balance_from: Ints
    balance_until: Ints
    balance_amount: Ints


@compiled
def time_of(w: World, p: int) -> int:
    return w.base.t[p] if p >= 0 else w.delta.t[-1 - p]  # type: ignore[no-any-return]


@compiled
def amount_of(w: World, p: int) -> int:
    return w.base.amount[p] if p >= 0 else w.delta.amount[-1 - p]  # type: ignore[no-any-return]


@compiled
def peer_of(w: World, p: int) -> int:
    return np.int64(w.base.peer[p]) if p >= 0 else np.int64(w.delta.peer[-1 - p])  # type: ignore[return-value]


@compiled
def flags_of(w: World, p: int) -> int:
    return np.int64(w.base.flags[p]) if p >= 0 else np.int64(w.delta.flags[-1 - p])  # type: ignore[return-value]


@compiled
def transfer_of(w: World, p: int) -> int:
    if p >= 0:
        return np.int64(w.base.transfer[p])  # type: ignore[return-value]
    return np.int64(w.delta.transfer[-1 - p]) + w.first_delta  # type: ignore[return-value]


@compiled
def received(w: World, transfer: int) -> bool:
    """Whether a transfer's row had been received at as_of and no correction of it had."""
    if w.all_received:
        return True
    if transfer < w.first_delta:
        return w.base.received_by[transfer >> BLOCK] <= w.as_of or w.base.received[transfer] <= w.as_of  # type: ignore[no-any-return]
    number = transfer - w.first_delta
    return w.delta.received_by[number >> BLOCK] <= w.as_of or w.delta.received[number] <= w.as_of  # type: ignore[no-any-return]


@compiled
def current(w: World, transfer: int) -> bool:
    """`received`, and not corrected at as_of."""
    if not received(w, transfer):
        return False
    at = np.searchsorted(w.until_key, transfer)
    return not (at < len(w.until_key) and w.until_key[at] == transfer and w.until_at[at] <= w.as_of)


@compiled
def counts(w: World, transfer: int) -> bool:
    """Whether a transfer counts at as_of: current, and no earlier copy of it is current."""
    if not current(w, transfer):
        return False
    at = np.searchsorted(w.copy_key, transfer)
    while at < len(w.copy_key) and w.copy_key[at] == transfer:
        if current(w, w.copy_of[at]):
            return False
        at += 1
    return True


@compiled
def seen(w: World, p: int) -> bool:
    """Whether a posting moves money at as_of; its time is for the caller to look at."""
    flags = flags_of(w, p)
    if flags & SELF:
        return False
    if flags & (CORRECTED | COPY):
        return counts(w, transfer_of(w, p))
    return received(w, transfer_of(w, p))


@compiled
def is_shop(w: World, account: int) -> bool:
    """Whether the account is known as a shop at as_of."""
    at = np.searchsorted(w.shop_key, account)
    while at < len(w.shop_key) and w.shop_key[at] == account:
        if w.shop_from[at] <= w.as_of < w.shop_until[at]:
            return True
        at += 1
    return False


@compiled
def bounds(w: World, account: int) -> tuple[int, int, int, int]:
    """Where an account's postings begin and end in the base and in the delta."""
    b0 = b1 = d0 = d1 = np.int64(0)
    if account + 1 < len(w.base.ptr):
        b0, b1 = w.base.ptr[account], w.base.ptr[account + 1]
    if account + 1 < len(w.delta.ptr):
        d0, d1 = w.delta.ptr[account], w.delta.ptr[account + 1]
    return b0, b1, d0, d1  # type: ignore[return-value]


@compiled
def first_at(t: Ints, low: int, high: int, moment: int) -> int:
    """The first of sorted t[low:high] that is at or after a moment."""
    while low < high:
        middle = (low + high) >> 1
        if t[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def earlier(w: World, b: int, b1: int, d: int, d1: int) -> bool:
    """Of two segments' next postings, whether the base's comes first; equal ones are in file order: base first."""
    if d >= d1:
        return True
    if b >= b1:
        return False
    tb, td = w.base.t[b], w.delta.t[d]
    if tb != td:
        return tb < td  # type: ignore[no-any-return]
    return (w.base.flags[b] & DEPARTURE) <= (w.delta.flags[d] & DEPARTURE)  # type: ignore[no-any-return]
