"""Where the money of a transfer came from and what surrounds its way: the second of the three kernels.

Each account remembers its last `KEPT` transfers in and out, so the cost of a row is the same however many edges a
poisoned counterparty has. Money is followed by amount: a payment that resembles one that came in carries that one's
origin on, which shows scatter and gather, chains, and cycles of any length without a search.
"""

import numpy as np

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features import lanes, state, tiers
from warroom.signals.payments.features.batch import FeatureBatch
from warroom.signals.payments.features.columns import BESIDE, BESIDE_AT, RING_AT, WAY_AT
from warroom.signals.payments.features.pairs import DAY
from warroom.signals.payments.features.prefetch import prefetch
from warroom.signals.payments.features.state import (
    BEFORE,
    IN_AT,
    IN_BLOCKS,
    IN_COUNT,
    IN_ROWS,
    KEPT,
    ORIGIN,
    OTHER,
    OUT_AT,
    OUT_BLOCKS,
    OUT_COUNT,
    OUT_ROWS,
    SIZE,
    STARTED,
    TIME,
    WAYS,
    Floats,
    Ints,
    Longs,
    WayState,
    make_aligned_zeros,
)
from warroom.signals.payments.features.tiers import ReportQueue

TIER_AT = BESIDE_AT + len(BESIDE) - 1
REACH = 14 * DAY
"""Seconds for which a transfer counts as a neighbour of another."""
LOSS = 0.03
"""Log of what a mule keeps of a sum passed on: 3 of 100."""
ALIKE, SAME = 0.35, 0.2
"""Log distance of two similar amounts, and of an amount that is taken for one passed on."""
AHEAD = 4
"""Rows ahead for which memory is asked."""


@compile_parallel_kernel
def compute_way_features(w: WayState, b: FeatureBatch, reports: ReportQueue) -> None:
    """Features of the ways of each row, in order, into `b.out`; sizes, moments and befores are as `meet` gives them."""
    for row in range(len(b.times)):
        _prefetch_blocks(w, b, row)
        tiers.add_due_reports(w, reports, b.times[row])
        payer, payee, size, moment = b.payers[row], b.payees[row], b.sizes[row], b.moments[row]
        o = b.out[row]
        best = _compute_rings(w, payer, payee, moment, size, o[RING_AT:WAY_AT])
        origin, started = _find_origin(w, payer, best, moment)
        _compute_chain_features(w, payer, payee, moment, origin, started, o[WAY_AT:])
        _store_transfer(w, payer, payee, moment, size, b.befores[row], origin, started)
        o[TIER_AT] = tiers.get_tier(w, payer, moment)
        o[TIER_AT + len(BESIDE)] = tiers.get_tier(w, payee, moment)
        tiers.carry_tier(w, payer, payee, moment)


@compile_parallel_kernel
def _prefetch_blocks(w: WayState, b: FeatureBatch, row: int) -> None:
    """Ask for the accounts of a row to come, then for what their records point at."""
    # Twice: the record of an account says where its blocks lie, so it must be here
    # before those can be asked for.
    later = min(row + 2 * AHEAD, len(b.payers) - 1)
    prefetch(w.ways, b.payers[later] * WAYS)
    prefetch(w.ways, b.payees[later] * WAYS)
    later = min(row + AHEAD, len(b.payers) - 1)
    for end in (b.payers[later], b.payees[later]):
        at = w.ways[end, IN_AT] * IN_ROWS * KEPT
        prefetch(w.into, at)
        prefetch(w.into, at + 16)
        prefetch(w.into, at + 32)
        at = w.ways[end, OUT_AT] * OUT_ROWS * KEPT
        prefetch(w.out, at)
        prefetch(w.out, at + 16)


@compile_parallel_kernel
def _compute_rings(w: WayState, payer: int, payee: int, moment: int, size: float, out: Floats) -> int:
    """The four sets of remembered transfers; the answer is the payer's transfer in that this one resembles, or -1."""
    # What came in was larger by what the mule kept; the same between the payee and what it pays on.
    best = _compute_ring(w.into, w.ways[payer, IN_AT], moment, size + LOSS, out[0:5])
    _compute_ring(w.out, w.ways[payer, OUT_AT], moment, size, out[5:10])
    _compute_ring(w.into, w.ways[payee, IN_AT], moment, size, out[10:15])
    _compute_ring(w.out, w.ways[payee, OUT_AT], moment, size - LOSS, out[15:20])
    return best


@compile_parallel_kernel
def _compute_ring(blocks: Ints, at: int, moment: int, size: float, out: Floats) -> int:
    """The nearest amount and its age, similar amounts, other ends in a day and in two weeks; the position of the nearest."""
    best, near, alike, day, all_ = lanes.compare_with_block(
        blocks, at, moment - REACH, moment - DAY, size, ALIKE
    )
    out[0] = near if best >= 0 else np.nan
    out[1] = moment - blocks[at, TIME * KEPT + best] if best >= 0 else np.nan
    out[2], out[3], out[4] = alike, day, all_
    return best if near < SAME else -1


@compile_parallel_kernel
def _find_origin(w: WayState, payer: int, best: int, moment: int) -> tuple[int, int]:
    """Whose money this is and since when it moves: the resembled transfer's, else the payer's own from now."""
    if best < 0:
        return payer, moment
    block = w.into[w.ways[payer, IN_AT]]
    return block[ORIGIN * KEPT + best], block[STARTED * KEPT + best]


@compile_parallel_kernel
def _compute_chain_features(
    w: WayState, payer: int, payee: int, moment: int, origin: int, started: int, out: Floats
) -> None:
    """Chains, cycles, gathering and neighbours in common."""
    since = moment - REACH
    a, b = w.ways[payer, IN_AT], w.ways[payee, IN_AT]
    c, d = w.ways[payer, OUT_AT], w.ways[payee, OUT_AT]
    out[0] = 1.0 if origin != payer else 0.0
    out[1] = moment - started
    out[2] = 1.0 if origin == payee else 0.0
    out[3] = lanes.count_common_in_order(w.into, a, w.out, d, since)
    out[4] = lanes.count_same_origin(w.into, b, origin, payer, since) if origin != payee else 0
    out[5] = lanes.count_common_ends(w.into, a, w.into, b, since)
    out[6] = lanes.count_common_ends(w.out, c, w.out, d, since)
    out[7] = lanes.count_common_ends(w.out, c, w.into, b, since)


@compile_parallel_kernel
def _store_transfer(
    w: WayState, payer: int, payee: int, moment: int, size: float, before: int, origin: int, started: int
) -> None:
    """Put the transfer over the oldest of the payer's out and of the payee's in."""
    at, slot = _find_oldest_slot(w, payer, OUT_AT, OUT_COUNT, OUT_BLOCKS)
    block = w.out[at]
    block[OTHER * KEPT + slot], block[TIME * KEPT + slot], block[BEFORE * KEPT + slot] = payee, moment, before
    w.out_size[at, SIZE * KEPT + slot] = size
    at, slot = _find_oldest_slot(w, payee, IN_AT, IN_COUNT, IN_BLOCKS)
    block = w.into[at]
    block[OTHER * KEPT + slot], block[TIME * KEPT + slot], block[BEFORE * KEPT + slot] = payer, moment, before
    block[ORIGIN * KEPT + slot], block[STARTED * KEPT + slot] = origin, started
    w.into_size[at, SIZE * KEPT + slot] = size


@compile_parallel_kernel
def _find_oldest_slot(w: WayState, end: int, at: int, count: int, blocks: int) -> tuple[int, int]:
    """The block of an account's transfers one way, made at the first of them, and the place of the oldest in it."""
    if w.ways[end, count] == 0:
        w.ways[end, at] = w.numbers[blocks]
        w.numbers[blocks] += 1
    # A ring of eight: the oldest is overwritten, so a hub costs what everybody costs.
    slot = w.ways[end, count] % KEPT
    w.ways[end, count] += 1
    return w.ways[end, at], slot


def make_empty_ways(rows: int) -> WayState:
    """Ways of `rows` accounts that never did anything."""
    numbers = np.zeros(3, np.int64)
    # Block 0 is that of all who have none: it is read like any other and tells of nothing, without a branch.
    numbers[IN_BLOCKS] = numbers[OUT_BLOCKS] = 1
    return make_ways(
        make_aligned_zeros(rows, WAYS),
        make_aligned_zeros(64, IN_ROWS * KEPT),
        make_aligned_zeros(64, OUT_ROWS * KEPT),
        numbers,
    )


def make_ways(rows: Ints, into: Ints, out: Ints, numbers: Longs) -> WayState:
    """Ways in arrays that were kept."""
    return WayState(rows, into, into.view(np.float32), out, out.view(np.float32), numbers)


def grow_ways(w: WayState, rows: int) -> WayState:
    """The same ways with room for `rows` accounts."""
    return w._replace(ways=state.grow_rows(w.ways, rows))


def grow_blocks(w: WayState, rows: int) -> WayState:
    """The same ways with room for what `rows` more transfers can add."""
    into, out = w.into, w.out
    if w.numbers[IN_BLOCKS] + rows > len(into):
        into = state.grow_rows(into, state.compute_larger_room(len(into), len(into) + rows))
    if w.numbers[OUT_BLOCKS] + rows > len(out):
        out = state.grow_rows(out, state.compute_larger_room(len(out), len(out) + rows))
    return w if into is w.into and out is w.out else make_ways(w.ways, into, out, w.numbers)
