"""What the tracer reads: postings by account, who sees what and when, and the known shops.

A posting is one side of a transfer, as its account sees it. Postings of one account are in the order in which
money moves: by time, arrivals before departures, then file order. There are two segments: the base
(memory-mapped, most rows) and the delta (what was committed since). A posting of the delta is addressed by a
negative number, -1 - position. Transfers are numbered in file order at equal times, first the base, then the
delta.
"""

from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.memory import find_first_at_least, i4, i8, u1, u4

Ints = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]

CHANNELS = (
    "transfer",
    "qr",
    "card",
    "cash",
    "crypto",
    "abroad",
    "goods",
    "batch",
    "other",
    "return",
    "charge",
)
"""Ways of a transfer; the last two are no source's words: money that its bank sent back, and what banks took on the way."""
CASH, CRYPTO, ABROAD, GOODS, OTHER, RETURN, CHARGE = 3, 4, 5, 6, 8, 9, 10

# flags of a posting, one byte
DEPARTURE = 1
CHANNEL_SHIFT, CHANNEL_MASK = 1, 15
SELF = 32  # pays itself: carries nothing
CORRECTED = 64  # a later record corrects it: `until` says from when
COPY = 128  # other records of the same payment are known: which counts, and with what charges, the tables say

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


class TransferGraph(NamedTuple):
    """Everything one trace reads, as of one moment (`as_of`, microseconds); sparse tables are sorted by their
    key.

    `until_key`/`until_at`: transfers a later record corrects, and when that was received.
    `copy_key`/`copy_of`: pairs of a copy and the row of the same transfer that counts before it. `charge_*`:
    rows of a payment, another row of it with more in it (`charge_by`), and how much more (satang). `shop_*`:
    accounts known as shops, from and until when. `balance_*`: stated balances by account and time.
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
    charge_key: Ints
    charge_by: Ints
    charge: Ints
    shop_key: Ints
    shop_from: Ints
    shop_until: Ints
    balance_key: Ints
    balance_time: Ints
    balance_from: Ints
    balance_until: Ints
    balance_amount: Ints


_ARRAYS = [f"{part}_{name}" for part in ("base", "delta") for name in Segment._fields]
_ARRAYS += [
    name
    for name in TransferGraph._fields
    if name not in ("base", "delta", "first_delta", "all_received", "as_of")
]
PACKED = np.dtype(
    [(name, np.int64) for name in ("first_delta", "all_received", "as_of")]
    + [(f"{name}{end}", np.int64) for name in _ARRAYS for end in ("", "_len")]
)
"""A graph for compiled code: the address and the length of every array."""


def pack_graph(world: TransferGraph) -> Array:
    """One record of PACKED; `world` must be kept as long as it is used."""
    values = [world.first_delta, int(world.all_received), world.as_of]
    arrays: list[Array] = [*world.base, *world.delta, *cast(tuple[Array, ...], world[5:])]
    for array in arrays:
        # An address says nothing of strides: a view of every second element would be read as its neighbours.
        assert array.flags.c_contiguous
        values += (array.__array_interface__["data"][0], len(array))
    return np.array([tuple(values)], PACKED)


@compile_cached_kernel
def time_of(w: Array, p: int) -> int:
    return i8(w[0].base_t, p) if p >= 0 else i8(w[0].delta_t, -1 - p)


@compile_cached_kernel
def get_arriving_amount(w: Array, p: int) -> int:
    """Satang that arrive by the transfer of a posting."""
    return i8(w[0].base_amount, p) if p >= 0 else i8(w[0].delta_amount, -1 - p)


@compile_cached_kernel
def peer_of(w: Array, p: int) -> int:
    return i4(w[0].base_peer, p) if p >= 0 else i4(w[0].delta_peer, -1 - p)


@compile_cached_kernel
def flags_of(w: Array, p: int) -> int:
    return u1(w[0].base_flags, p) if p >= 0 else u1(w[0].delta_flags, -1 - p)


@compile_cached_kernel
def transfer_of(w: Array, p: int) -> int:
    return u4(w[0].base_transfer, p) if p >= 0 else u4(w[0].delta_transfer, -1 - p) + int(w[0].first_delta)


@compile_cached_kernel
def was_received(w: Array, transfer: int) -> bool:
    """Whether a transfer's row had been received at as_of."""
    v = w[0]
    # Nearly every trace is as of now, when all is received: no look-up by
    # transfer, which is a cache miss each.
    if v.all_received:
        return True
    if transfer < v.first_delta:
        block, row = i8(v.base_received_by, transfer >> BLOCK), transfer
    else:
        row = transfer - v.first_delta
        block = i8(v.delta_received_by, row >> BLOCK)
    # A whole block received by then spares the row: transfers are numbered by their own time, and files bring
    # days, so receipt is nearly constant over thousands of neighbours.
    if block <= v.as_of:
        return True
    received_at = i8(v.base_received, row) if transfer < v.first_delta else i8(v.delta_received, row)
    return bool(received_at <= v.as_of)


@compile_cached_kernel
def is_current(w: Array, transfer: int) -> bool:
    """`was_received`, and not corrected at as_of."""
    if not was_received(w, transfer):
        return False
    v = w[0]
    at = find_first_at_least(v.until_key, 0, v.until_key_len, transfer)
    corrected = at < v.until_key_len and i8(v.until_key, at) == transfer and i8(v.until_at, at) <= v.as_of
    return not corrected


@compile_cached_kernel
def is_counted(w: Array, transfer: int) -> bool:
    """Whether a transfer counts at as_of: current, and no earlier copy of it is current."""
    if not is_current(w, transfer):
        return False
    v = w[0]
    at = find_first_at_least(v.copy_key, 0, v.copy_key_len, transfer)
    # All earlier rows are asked: which of the copies counts depends on what was
    # received and corrected by as_of.
    while at < v.copy_key_len and i8(v.copy_key, at) == transfer:
        if is_current(w, i8(v.copy_of, at)):
            return False
        at += 1
    return True


@compile_cached_kernel
def is_moving_money(w: Array, p: int) -> bool:
    """Whether a posting moves money at as_of; its time is for the caller to look at."""
    flags = flags_of(w, p)
    if flags & SELF:
        return False
    # Both are rare. The flag is stored with the posting, so that all others never search the sparse tables.
    if flags & (CORRECTED | COPY):
        return is_counted(w, transfer_of(w, p))
    return w[0].all_received or was_received(w, transfer_of(w, p))


@compile_cached_kernel
def charge_of(w: Array, p: int) -> int:
    """Satang taken on the way of a departure: what the fullest row of its payment known at as_of has more."""
    v = w[0]
    # Charges are rare: where no payment has any, this costs the look at one number.
    if v.charge_key_len == 0 or not flags_of(w, p) & COPY or not flags_of(w, p) & DEPARTURE:
        return 0
    transfer = transfer_of(w, p)
    at, most = find_first_at_least(v.charge_key, 0, v.charge_key_len, transfer), 0
    while at < v.charge_key_len and i8(v.charge_key, at) == transfer:
        if is_current(w, i8(v.charge_by, at)):
            most = max(most, i8(v.charge, at))
        at += 1
    return most


@compile_cached_kernel
def amount_of(w: Array, p: int) -> int:
    """Satang that a posting moves on its account: of a departure, with the charges that were taken on the way."""
    return get_arriving_amount(w, p) + charge_of(w, p)


@compile_cached_kernel
def is_shop(w: Array, account: int) -> bool:
    """Whether the account is known as a shop at as_of."""
    v = w[0]
    at = find_first_at_least(v.shop_key, 0, v.shop_key_len, account)
    while at < v.shop_key_len and i8(v.shop_key, at) == account:
        if i8(v.shop_from, at) <= v.as_of < i8(v.shop_until, at):
            return True
        at += 1
    return False


@compile_cached_kernel
def find_posting_bounds(w: Array, account: int) -> tuple[int, int, int, int]:
    """Where an account's postings begin and end in the base and in the delta."""
    v = w[0]
    b0 = b1 = d0 = d1 = 0
    # Accounts of the delta are numbered on from the base's, whose table ends before them.
    if account + 1 < v.base_ptr_len:
        b0, b1 = i8(v.base_ptr, account), i8(v.base_ptr, account + 1)
    if account + 1 < v.delta_ptr_len:
        d0, d1 = i8(v.delta_ptr, account), i8(v.delta_ptr, account + 1)
    return b0, b1, d0, d1


@compile_cached_kernel
def base_at(w: Array, low: int, high: int, moment: int) -> int:
    """The first posting of the base among low..high - 1 at or after a moment."""
    return find_first_at_least(w[0].base_t, low, high, moment)


@compile_cached_kernel
def delta_at(w: Array, low: int, high: int, moment: int) -> int:
    """The first posting of the delta among low..high - 1 at or after a moment."""
    return find_first_at_least(w[0].delta_t, low, high, moment)


@compile_cached_kernel
def pick_earlier_posting(w: Array, b: int, b1: int, d: int, d1: int) -> int:
    """Of two segments' next postings the one that comes first; equal ones are in file order: the base's first."""
    if d >= d1:
        return b
    if b >= b1:
        return -1 - d
    tb, td = i8(w[0].base_t, b), i8(w[0].delta_t, d)
    if tb != td:
        return b if tb < td else -1 - d
    same = (u1(w[0].base_flags, b) & DEPARTURE) <= (u1(w[0].delta_flags, d) & DEPARTURE)
    return b if same else -1 - d
