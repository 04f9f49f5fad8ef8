"""Postings by account from transfers in order: one counting sort, then arrivals before departures at equal times."""

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import BLOCK, DEPARTURE, Array, Bytes, Ints, Segment, Short


@compile_cached_kernel
def count_postings(degree: Ints, payer: Short, payee: Short) -> None:
    """Count each account's postings into degree[account + 1]."""
    for i in range(len(payer)):
        if payer[i] >= 0:
            degree[payer[i] + 1] += 1
        if payee[i] >= 0:
            degree[payee[i] + 1] += 1


@compile_cached_kernel
def scatter_postings(
    s: Segment, cursor: Ints, low: int, t: Ints, payer: Short, payee: Short, amount: Ints, flags: Bytes
) -> None:
    """Write the postings of accounts low, low + 1, ... at their cursors, one cursor for each account."""
    for i in range(len(t)):
        for side in range(2):
            account, peer = (payee[i], payer[i]) if side == 0 else (payer[i], payee[i])
            if account < low or account >= low + len(cursor):
                continue
            at = cursor[account - low]
            cursor[account - low] += 1
            s.t[at], s.amount[at], s.peer[at], s.transfer[at] = t[i], amount[i], peer, i
            s.flags[at] = flags[i] | (DEPARTURE if side == 1 else 0)


@compile_cached_kernel
def sort_arrivals_first(s: Segment) -> None:
    """Within each account: at equal times arrivals before departures, each in file order."""
    for account in range(len(s.ptr) - 1):
        start = s.ptr[account]
        while start < s.ptr[account + 1]:
            end = start + 1
            while end < s.ptr[account + 1] and s.t[end] == s.t[start]:
                end += 1
            if end - start > 1:
                _put_arrivals_first(s, start, end)
            start = end


@compile_cached_kernel
def _put_arrivals_first(s: Segment, start: int, end: int) -> None:
    order = np.empty(end - start, np.int64)
    position = 0
    # A stable partition: within arrivals and within departures file order has to stay.
    for departure in range(2):
        for at in range(start, end):
            if (s.flags[at] & DEPARTURE) == departure:
                order[position] = at
                position += 1
    s.amount[start:end] = s.amount[order]
    s.peer[start:end] = s.peer[order]
    s.transfer[start:end] = s.transfer[order]
    s.flags[start:end] = s.flags[order]


@compile_cached_kernel
def note_places(s: Segment, first: int, place: Array) -> None:
    """For each transfer the position of its departure, or of its arrival where no payer is known.

    The segment's postings have the positions first, first + 1, ... of the whole.
    """
    for at in range(len(s.t)):
        # One of the two sides is enough to find both: `flags` says which it is, `peer` names the other.
        if s.flags[at] & DEPARTURE or s.peer[at] < 0:
            place[s.transfer[at]] = first + at


def compute_latest_receipts(received: Ints) -> Ints:
    """The latest receipt in every block of 4,096 transfers."""
    if not len(received):
        return received.copy()
    return np.maximum.reduceat(received, np.arange(0, len(received), 1 << BLOCK))


def make_empty_segment(accounts: int, postings: int, received: Ints) -> Segment:
    """Room in memory for a segment."""
    return Segment(
        ptr=np.zeros(accounts + 1, np.int64),
        t=np.empty(postings, np.int64),
        amount=np.empty(postings, np.int64),
        peer=np.empty(postings, np.int32),
        transfer=np.empty(postings, np.uint32),
        flags=np.empty(postings, np.uint8),
        received=received,
        received_by=compute_latest_receipts(received),
    )


def make_segment(
    accounts: int, t: Ints, payer: Short, payee: Short, amount: Ints, flags: Bytes, received: Ints
) -> tuple[Segment, Ints]:
    """A segment in memory from transfers in order, and the place of each transfer (-1: neither side is known)."""
    degree = np.zeros(accounts + 1, np.int64)
    count_postings(degree, payer, payee)
    ptr = np.cumsum(degree)
    made = make_empty_segment(accounts, int(ptr[-1]), received)._replace(ptr=ptr)
    scatter_postings(made, ptr[:-1].copy(), 0, t, payer, payee, amount, flags)
    sort_arrivals_first(made)
    place = np.full(len(t), -1, np.int64)
    note_places(made, 0, place)
    return made, place
