"""Where the money of a transfer came from and what surrounds its way: the first of the two kernels.

Each account remembers its last `KEPT` transfers in and out, so the cost of a row is the same however many edges a
poisoned counterparty has. Money is followed by amount: a payment that resembles one that came in carries that one's
origin on, which shows scatter and gather, chains, and cycles of any length without a search.
"""

from math import log1p

import numpy as np

from warroom.money.compiled import swift
from warroom.money.features import pairs, tiers
from warroom.money.features.columns import BESIDE, BESIDE_AT, PAIR_AT, RING_AT, WAY_AT
from warroom.money.features.prefetch import prefetch
from warroom.money.features.state import (
    BEFORE,
    COUNT,
    IN_AT,
    IN_BLOCKS,
    IN_COUNT,
    IN_ROWS,
    KEPT,
    LAST,
    LATEST,
    MEAN,
    NEVER,
    NEWEST,
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
    Ways,
)
from warroom.money.features.tiers import Told

DAY = 86_400
TIER_AT = BESIDE_AT + len(BESIDE) - 1
REACH = 14 * DAY
"""Seconds for which a transfer counts as a neighbour of another."""
LOSS = 0.03
"""Log of what a mule keeps of a sum passed on: 3 of 100."""
ALIKE, SAME = 0.35, 0.2
"""Log distance of two similar amounts, and of an amount that is taken for one passed on."""
AHEAD = 4
"""Rows ahead for which memory is asked."""


@swift
def follow(
    w: Ways, times: Longs, payers: Ints, payees: Ints, amounts: Floats, told: Told, moments: Ints, out: Floats
) -> None:
    """Features of the ways of each row, in order, into `out` (n, WIDTH); `moments`: the time each row is taken at."""
    for row in range(len(times)):
        _ask(w, payers, payees, row)
        tiers.hear(w, told, times[row])
        payer, payee, size = payers[row], payees[row], log1p(amounts[row])
        moment = _moment(w, times[row], payer, payee)
        moments[row] = moment
        at = pairs.find(w.pairs, payer, payee)
        way = 0 if payer <= payee else 1
        _pair(w, at, way, moment, size, out[row, PAIR_AT : PAIR_AT + 3])
        _pair(w, at, 1 - way, moment, size, out[row, PAIR_AT + 3 : PAIR_AT + 6])
        best = _rings(w, payer, payee, moment, size, out[row, RING_AT:WAY_AT])
        origin, started = _origin(w, payer, best, moment)
        _way(w, payer, payee, moment, origin, started, out[row, WAY_AT:])
        before = w.pairs[at, LAST + way] if out[row, PAIR_AT] > 0 else NEVER
        _remember(w, payer, payee, moment, size, before, origin, started)
        pairs.note(w, at, payer, payee, moment, size)
        out[row, TIER_AT] = tiers.tier(w, payer, moment)
        out[row, TIER_AT + len(BESIDE)] = tiers.tier(w, payee, moment)
        tiers.carry(w, payer, payee, moment)


@swift
def _ask(w: Ways, payers: Ints, payees: Ints, row: int) -> None:
    """Ask for the accounts of a row to come, then for what their records point at."""
    later = min(row + 2 * AHEAD, len(payers) - 1)
    prefetch(w.ways, payers[later] * WAYS)
    prefetch(w.ways, payees[later] * WAYS)
    pairs.hint(w.pairs, payers[later], payees[later])
    later = min(row + AHEAD, len(payers) - 1)
    for end in (payers[later], payees[later]):
        at = w.ways[end, IN_AT] * IN_ROWS * KEPT
        prefetch(w.into, at)
        prefetch(w.into, at + 16)
        prefetch(w.into, at + 32)
        at = w.ways[end, OUT_AT] * OUT_ROWS * KEPT
        prefetch(w.out, at)
        prefetch(w.out, at + 16)


@swift
def _moment(w: Ways, time: int, payer: int, payee: int) -> int:
    """The time a row is taken at: never before its accounts' latest, nor too far behind the window's newest."""
    newest = w.numbers[NEWEST]
    newest = max(newest, min(time, newest + DAY)) if newest != NEVER else time
    w.numbers[NEWEST] = newest
    moment = max(time, newest - pairs.LATE, w.ways[payer, LATEST], w.ways[payee, LATEST])
    w.ways[payer, LATEST] = w.ways[payee, LATEST] = moment
    return moment  # type: ignore[no-any-return]


@swift
def _pair(w: Ways, at: int, way: int, moment: int, size: float, out: Floats) -> None:
    """How often before, how long since the last, and the log of this amount over the usual."""
    count, last = w.pairs[at, COUNT + way], w.pairs[at, LAST + way]
    if count == 0 or last < moment - pairs.HORIZON:
        out[0], out[1], out[2] = 0.0, np.nan, np.nan
        return
    out[0], out[1], out[2] = count, moment - last, size - w.pairs_mean[at, MEAN + way]


@swift
def _rings(w: Ways, payer: int, payee: int, moment: int, size: float, out: Floats) -> int:
    """The four sets of remembered transfers; the answer is the payer's transfer in that this one resembles, or -1."""
    at = w.ways[payer, IN_AT]
    best = _ring(w.into[at], w.into_size[at], moment, size + LOSS, out[0:5])
    at = w.ways[payer, OUT_AT]
    _ring(w.out[at], w.out_size[at], moment, size, out[5:10])
    at = w.ways[payee, IN_AT]
    _ring(w.into[at], w.into_size[at], moment, size, out[10:15])
    at = w.ways[payee, OUT_AT]
    _ring(w.out[at], w.out_size[at], moment, size - LOSS, out[15:20])
    return best  # type: ignore[no-any-return]


@swift
def _ring(block: Ints, sizes: Floats, moment: int, size: float, out: Floats) -> int:
    """The nearest amount and its age, similar amounts, other ends in a day and in two weeks; the position of the nearest."""
    near, best, alike, day, all_ = np.float32(99.0), -1, 0, 0, 0
    for j in range(KEPT):
        time, before = block[TIME * KEPT + j], block[BEFORE * KEPT + j]
        reached = time >= moment - REACH
        gap = abs(sizes[SIZE * KEPT + j] - np.float32(size))
        alike += reached and gap < ALIKE
        all_ += reached and before < moment - REACH
        day += time >= moment - DAY and before < moment - DAY
        if reached and gap <= near:
            near, best = gap, j
    out[0] = near if best >= 0 else np.nan
    out[1] = moment - block[TIME * KEPT + best] if best >= 0 else np.nan
    out[2], out[3], out[4] = alike, day, all_
    return best if near < SAME else -1


@swift
def _origin(w: Ways, payer: int, best: int, moment: int) -> tuple[int, int]:
    """Whose money this is and since when it moves: the resembled transfer's, else the payer's own from now."""
    if best < 0:
        return payer, moment
    block = w.into[w.ways[payer, IN_AT]]
    return block[ORIGIN * KEPT + best], block[STARTED * KEPT + best]


@swift
def _way(w: Ways, payer: int, payee: int, moment: int, origin: int, started: int, out: Floats) -> None:
    """Chains, cycles, gathering and neighbours in common."""
    since = moment - REACH
    a, b = w.into[w.ways[payer, IN_AT]], w.into[w.ways[payee, IN_AT]]
    c, d = w.out[w.ways[payer, OUT_AT]], w.out[w.ways[payee, OUT_AT]]
    out[0] = 1.0 if origin != payer else 0.0
    out[1] = moment - started
    out[2] = 1.0 if origin == payee else 0.0
    out[4] = _gathered(b, origin, payer, since) if origin != payee else 0
    out[3] = _back(a, d, since)
    out[5] = _common(a, b, since)
    out[6] = _common(c, d, since)
    out[7] = _common(c, b, since)


@swift
def _gathered(block: Ints, origin: int, payer: int, since: int) -> int:
    """Transfers in of the same origin by another way."""
    found = 0
    for j in range(KEPT):
        found += (
            block[ORIGIN * KEPT + j] == origin
            and block[OTHER * KEPT + j] != payer
            and block[TIME * KEPT + j] >= since
        )
    return found


@swift
def _common(one: Ints, two: Ints, since: int) -> int:
    """Pairs of transfers of two blocks with the same other end, both since a moment."""
    found = 0
    for j in range(KEPT):
        if one[TIME * KEPT + j] >= since:
            other = one[OTHER * KEPT + j]
            for k in range(KEPT):
                found += two[OTHER * KEPT + k] == other and two[TIME * KEPT + k] >= since
    return found


@swift
def _back(came: Ints, went: Ints, since: int) -> int:
    """Ways on which money went from the payee to somebody and, not before that, from there to the payer."""
    found = 0
    for j in range(KEPT):
        if came[TIME * KEPT + j] >= since:
            other, time = came[OTHER * KEPT + j], came[TIME * KEPT + j]
            for k in range(KEPT):
                found += (
                    went[OTHER * KEPT + k] == other
                    and went[TIME * KEPT + k] >= since
                    and went[TIME * KEPT + k] <= time
                )
    return found


@swift
def _remember(
    w: Ways, payer: int, payee: int, moment: int, size: float, before: int, origin: int, started: int
) -> None:
    """Put the transfer over the oldest of the payer's out and of the payee's in."""
    at, slot = _place(w, payer, OUT_AT, OUT_COUNT, OUT_BLOCKS)
    block = w.out[at]
    block[OTHER * KEPT + slot], block[TIME * KEPT + slot], block[BEFORE * KEPT + slot] = payee, moment, before
    w.out_size[at, SIZE * KEPT + slot] = size
    at, slot = _place(w, payee, IN_AT, IN_COUNT, IN_BLOCKS)
    block = w.into[at]
    block[OTHER * KEPT + slot], block[TIME * KEPT + slot], block[BEFORE * KEPT + slot] = payer, moment, before
    block[ORIGIN * KEPT + slot], block[STARTED * KEPT + slot] = origin, started
    w.into_size[at, SIZE * KEPT + slot] = size


@swift
def _place(w: Ways, end: int, at: int, count: int, blocks: int) -> tuple[int, int]:
    """The block of an account's transfers one way, made at the first of them, and the place of the oldest in it."""
    if w.ways[end, count] == 0:
        w.ways[end, at] = w.numbers[blocks]
        w.numbers[blocks] += 1
    slot = w.ways[end, count] % KEPT
    w.ways[end, count] += 1
    return w.ways[end, at], slot
