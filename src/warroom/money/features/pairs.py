"""What one account paid another before, and what came back: a hash table whose entries hold both directions."""

from warroom.money.compiled import swift
from warroom.money.features.prefetch import prefetch
from warroom.money.features.state import COUNT, HIGH, LAST, LOW, MEAN, NEVER, NEWEST, PAIR_WIDTH, PAIRS, Ints, Ways, aligned

HORIZON = 120 * 86_400
"""Seconds after which a pair's earlier transfers are forgotten; who pays whom once a quarter is no stranger."""
LATE = 32 * 86_400
"""Seconds behind the newest row by which a row may come late."""
LOAD = 0.4
"""Share of a new table that is taken at most."""
STEADY = 16
"""Transfers over which a pair's usual amount is a plain mean; after that it follows slowly."""


@swift
def spot(low: int, high: int, room: int) -> int:
    """Where to begin to look for a pair in a table with a power of two `room` of entries."""
    mixed = (low * 0x9E3779B1 + high * 0x85EBCA77) & 0xFFFFFFFFFFFF
    return ((mixed ^ (mixed >> 21)) * 0x2C1B3C6D >> 9) & (room - 1)


@swift
def find(pairs: Ints, payer: int, payee: int) -> int:
    """The entry of a pair, or the empty one where it belongs."""
    low, high = min(payer, payee) + 1, max(payer, payee) + 1
    at = spot(low, high, len(pairs))
    while pairs[at, LOW] != 0 and (pairs[at, LOW] != low or pairs[at, HIGH] != high):
        at = (at + 1) & (len(pairs) - 1)
    return at


@swift
def hint(pairs: Ints, payer: int, payee: int) -> None:
    """The entry will be wanted soon."""
    prefetch(pairs, spot(min(payer, payee) + 1, max(payer, payee) + 1, len(pairs)) * PAIR_WIDTH)


@swift
def note(w: Ways, at: int, payer: int, payee: int, moment: int, size: float) -> None:
    """Add a transfer to the entry that `find` gave."""
    pair = w.pairs[at]
    if pair[LOW] == 0:
        pair[LOW], pair[HIGH] = min(payer, payee) + 1, max(payer, payee) + 1
        pair[LAST] = pair[LAST + 1] = NEVER
        w.numbers[PAIRS] += 1
    way = 0 if payer <= payee else 1
    if pair[LAST + way] < moment - HORIZON:
        pair[COUNT + way] = 0
        w.pairs_mean[at, MEAN + way] = 0.0
    pair[COUNT + way] += 1
    pair[LAST + way] = moment
    w.pairs_mean[at, MEAN + way] += (size - w.pairs_mean[at, MEAN + way]) / min(pair[COUNT + way], STEADY)


def rebuilt(w: Ways, rows: int) -> Ints:
    """The pairs that a row to come can still ask for, in a table with room for `rows` more."""
    size = len(w.pairs)
    while size * LOAD < w.numbers[PAIRS] + rows:
        size *= 2
    since = w.numbers[NEWEST] - HORIZON - LATE
    table = aligned(size, PAIR_WIDTH)
    w.numbers[PAIRS] = move(w.pairs, table, since)
    return table


@swift
def move(old: Ints, new: Ints, since: int) -> int:
    """Copy the entries with a transfer from `since` on into an empty table; the answer is how many."""
    kept = 0
    for entry in old:
        if entry[LOW] != 0 and max(entry[LAST], entry[LAST + 1]) >= since:
            new[find(new, entry[LOW] - 1, entry[HIGH] - 1)] = entry
            kept += 1
    return kept
