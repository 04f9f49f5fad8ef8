"""What one account paid another before, and what came back: the first of the three kernels.

A hash table whose entries hold both directions of a pair. It also says at what time a row is taken.
"""

from math import log1p

import numpy as np

from warroom.money.compiled import compile_parallel_kernel
from warroom.signals.payments.features.batch import FeatureBatch
from warroom.signals.payments.features.columns import PAIR_AT
from warroom.signals.payments.features.prefetch import prefetch
from warroom.signals.payments.features.state import (
    COUNT,
    HIGH,
    LAST,
    LOW,
    MEAN,
    NEVER,
    NEWEST,
    PAIR_WIDTH,
    PAIRS,
    Floats,
    Ints,
    Longs,
    PairState,
    make_aligned_zeros,
)

DAY = 86_400
HORIZON = 120 * DAY
"""Seconds after which a pair's earlier transfers are forgotten; who pays whom once a quarter is no stranger."""
LATE = 32 * DAY
"""Seconds behind the newest row by which a row may come late."""
FEWEST = 1 << 10
"""Entries of the smallest table."""
LOAD = 0.4
"""Share of a new table that is taken at most."""
STEADY = 16
"""Transfers over which a pair's usual amount is a plain mean; after that it follows slowly."""
AHEAD = 8
"""Rows ahead for which memory is asked."""


@compile_parallel_kernel
def compute_pair_features(p: PairState, b: FeatureBatch) -> None:
    """Features of the pair of each row, in order, into `b.out`, and the rows' sizes, moments and befores."""
    for row in range(len(b.times)):
        _prefetch_pair(p, b, row)
        payer, payee, size = b.payers[row], b.payees[row], log1p(b.amounts[row])
        moment = _clamp_time(p, b.times[row], payer, payee)
        b.sizes[row], b.moments[row] = size, moment
        at = find_entry(p.table, payer, payee)
        way = 0 if payer <= payee else 1
        o = b.out[row, PAIR_AT:]
        _write_pair_features(p, at, way, moment, size, o[0:3])
        _write_pair_features(p, at, 1 - way, moment, size, o[3:6])
        b.befores[row] = p.table[at, LAST + way] if o[0] > 0 else NEVER
        _record_transfer(p, at, payer, payee, moment, size)


@compile_parallel_kernel
def _prefetch_pair(p: PairState, b: FeatureBatch, row: int) -> None:
    """Ask for the pair and the accounts of a row to come."""
    later = min(row + AHEAD, len(b.payers) - 1)
    payer, payee = b.payers[later], b.payees[later]
    prefetch(p.table, compute_slot(min(payer, payee) + 1, max(payer, payee) + 1, len(p.table)) * PAIR_WIDTH)
    prefetch(p.latest, payer)
    prefetch(p.latest, payee)


@compile_parallel_kernel
def compute_slot(low: int, high: int, room: int) -> int:
    """Where to begin to look for a pair in a table with a power of two `room` of entries.

    The place is a share of the table, so that a larger one keeps the order: to grow is to copy straight on.
    """
    mixed = (low * 0x9E3779B1 + high * 0x85EBCA77) & 0xFFFFFFFFFFFF
    # 32 bits of the hash taken as a fraction and multiplied by the room: a
    # modulo would scatter a grown table.
    share = ((mixed ^ (mixed >> 21)) * 0x2C1B3C6D >> 9) & 0xFFFFFFFF
    return share * room >> 32


@compile_parallel_kernel
def find_entry(pairs: Ints, payer: int, payee: int) -> int:
    """The entry of a pair, or the empty one where it belongs."""
    low, high = min(payer, payee) + 1, max(payer, payee) + 1
    at = compute_slot(low, high, len(pairs))
    while pairs[at, LOW] != 0 and (pairs[at, LOW] != low or pairs[at, HIGH] != high):
        at = (at + 1) & (len(pairs) - 1)
    return at


@compile_parallel_kernel
def _clamp_time(p: PairState, time: int, payer: int, payee: int) -> int:
    """The time a row is taken at: never before its accounts' latest, nor too far behind the window's newest, nor after it.

    What one account's clock says would else be passed on to all it deals with, and by them to all others.
    """
    newest = p.numbers[NEWEST]
    # One row dated next year would else make everybody's present a year old.
    newest = max(newest, min(time, newest + DAY)) if newest != NEVER else time
    p.numbers[NEWEST] = newest
    moment = max(min(time, newest), newest - LATE, p.latest[payer], p.latest[payee])
    p.latest[payer] = p.latest[payee] = moment
    return int(moment)


@compile_parallel_kernel
def _write_pair_features(p: PairState, at: int, way: int, moment: int, size: float, out: Floats) -> None:
    """How often before, how long since the last, and the log of this amount over the usual."""
    count, last = p.table[at, COUNT + way], p.table[at, LAST + way]
    # Forgotten when read, not when time passes: no sweep over the table, and the same
    # numbers however rows are split.
    if count == 0 or last < moment - HORIZON:
        out[0], out[1], out[2] = 0.0, np.nan, np.nan
        return
    out[0], out[1], out[2] = count, moment - last, size - p.means[at, MEAN + way]


@compile_parallel_kernel
def _record_transfer(p: PairState, at: int, payer: int, payee: int, moment: int, size: float) -> None:
    """Add a transfer to the entry that `find_entry` gave."""
    pair = p.table[at]
    if pair[LOW] == 0:
        pair[LOW], pair[HIGH] = min(payer, payee) + 1, max(payer, payee) + 1
        pair[LAST] = pair[LAST + 1] = NEVER
        p.numbers[PAIRS] += 1
    way = 0 if payer <= payee else 1
    # The way back may still be remembered, so the entry stays and only this direction begins again.
    if pair[LAST + way] < moment - HORIZON:
        pair[COUNT + way] = 0
        p.means[at, MEAN + way] = 0.0
    pair[COUNT + way] += 1
    pair[LAST + way] = moment
    p.means[at, MEAN + way] += (size - p.means[at, MEAN + way]) / min(pair[COUNT + way], STEADY)


def make_empty_pairs(rows: int) -> PairState:
    """No pairs of `rows` accounts."""
    return make_pairs(make_aligned_zeros(FEWEST, PAIR_WIDTH), np.zeros(rows, np.int32), np.zeros(2, np.int64))


def make_pairs(table: Ints, latest: Ints, numbers: Longs) -> PairState:
    """Pairs in arrays that were kept."""
    return PairState(table, table.view(np.float32), latest, numbers)


def grow_pairs(p: PairState, rows: int) -> PairState:
    """The same pairs with room for `rows` accounts."""
    latest = np.zeros(rows, np.int32)
    latest[: len(p.latest)] = p.latest
    return make_pairs(p.table, latest, p.numbers)


def rebuild_pairs(p: PairState, rows: int) -> PairState:
    """The pairs that a row to come can still ask for, in a table with room for `rows` more."""
    # A row may come LATE and still ask for what was HORIZON before it.
    since = p.numbers[NEWEST] - HORIZON - LATE
    size, wanted = FEWEST, count_living(p.table, since) + rows
    # Below `memory.FULL`, so that a new table takes many rows before it is full again.
    while size * LOAD < wanted:
        size *= 2
    table = make_aligned_zeros(size, PAIR_WIDTH)
    p.numbers[PAIRS] = copy_living(p.table, table, since)
    return make_pairs(table, p.latest, p.numbers)


@compile_parallel_kernel
def count_living(pairs: Ints, since: int) -> int:
    """How many entries have a transfer from `since` on."""
    found = 0
    for entry in pairs:
        found += entry[LOW] != 0 and max(entry[LAST], entry[LAST + 1]) >= since
    return found


@compile_parallel_kernel
def copy_living(old: Ints, new: Ints, since: int) -> int:
    """Copy the entries with a transfer from `since` on into an empty table; the answer is how many."""
    kept = 0
    for entry in old:
        if entry[LOW] != 0 and max(entry[LAST], entry[LAST + 1]) >= since:
            new[find_entry(new, entry[LOW] - 1, entry[HIGH] - 1)] = entry
            kept += 1
    return kept
