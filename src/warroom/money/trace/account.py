"""One account as the transfers show it: when money first and last moved, how much came and went, and the newest moves."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.account_index import Index
from warroom.money.index.source import IndexSource
from warroom.money.index.transfer_graph import (
    DEPARTURE,
    Array,
    Ints,
    amount_of,
    find_posting_bounds,
    flags_of,
    is_moving_money,
    pack_graph,
    time_of,
)
from warroom.money.trace.history import list_movements
from warroom.money.trail import BankAccount

# Newest movements of an account that are shown by default, chosen.
RECENT = 30
# Movements that a small drawing of an account counts, the newest; chosen.
MOST = 500


@dataclass(frozen=True, slots=True)
class AccountMovement:
    """A transfer as the account sees it: satang above zero came, below went. `received_at` is when the room knew."""

    time: datetime
    amount: int
    peer: BankAccount
    source: str
    record_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AccountMovements:
    """All that moved on an account, in satang, and the newest moves first. Copies of one transfer count once."""

    amount_received: int
    received_count: int
    amount_sent: int
    sent_count: int
    first: datetime
    last: datetime
    recent: tuple[AccountMovement, ...]


def load_account_moves(
    source: IndexSource, account: BankAccount, as_of: datetime, recent: int = RECENT
) -> AccountMovements | None:
    """What moved on an account in the home's currency, as known at a moment; None where no transfer names it."""
    index = source.get_index_for_account(account)
    number = int(index.account_ids(pa.array([account.bank]), pa.array([account.number]))[0])
    if number < 0:
        return None
    world = index.build_graph_as_of(clock.to_micros(as_of))
    packed = pack_graph(world)
    received_satang, came_count, went, went_count, first, last = _sum_moves(packed, number).tolist()
    if not came_count + went_count:
        return None
    rows = list_movements(packed, number, clock.to_micros(as_of), recent, 0)
    return AccountMovements(
        received_satang,
        came_count,
        went,
        went_count,
        clock.from_micros(first),
        clock.from_micros(last),
        _list_recent_moves(index, rows),
    )


def list_amounts_since(
    source: IndexSource, account: BankAccount, since: datetime, as_of: datetime
) -> tuple[tuple[datetime, int], ...]:
    """When how much moved on an account from `since` on, as known at a moment, oldest first: satang above zero came, below
    went. Of more than `MOST` movements the newest.
    """
    index = source.get_index_for_account(account)
    number = int(index.account_ids(pa.array([account.bank]), pa.array([account.number]))[0])
    if number < 0:
        return ()
    # The name keeps alive what the packed graph holds bare addresses of.
    world = index.build_graph_as_of(clock.to_micros(as_of))
    rows = list_movements(pack_graph(world), number, clock.to_micros(as_of) + 1, MOST, 0)
    start = clock.to_micros(since)
    return tuple((clock.from_micros(t), signed) for t, signed, _, _ in rows.tolist() if t >= start)


def _list_recent_moves(index: Index, rows: Ints) -> tuple[AccountMovement, ...]:
    newest = rows[::-1].tolist()
    peers = index.list_accounts([peer for _, _, peer, _ in newest])
    records = index.list_record_ids([transfer for _, _, _, transfer in newest])
    return tuple(
        AccountMovement(
            clock.from_micros(t),
            signed,
            peer,
            source,
            record,
            clock.from_micros(_received_at(index, transfer)),
        )
        for (t, signed, _, transfer), peer, (source, record) in zip(newest, peers, records, strict=True)
    )


def _received_at(index: Index, transfer: int) -> int:
    part, number = index.part_of(transfer)
    return int(part.segment.received[number])


@compile_cached_kernel
def _sum_moves(w: Array, account: int) -> Ints:
    """Satang that came and went, how often, and the first and last time."""
    sums = np.zeros(6, np.int64)
    b0, b1, d0, d1 = find_posting_bounds(w, account)
    # All of it, not the newest thousand: sums that a page shows as 'all' must be of all.
    for step in range(b1 - b0 + d1 - d0):
        p = b0 + step if step < b1 - b0 else -1 - (d0 + step - (b1 - b0))
        t = time_of(w, p)
        if t > w[0].as_of or not is_moving_money(w, p):
            continue
        side = 2 if flags_of(w, p) & DEPARTURE else 0
        sums[side] += amount_of(w, p)
        sums[side + 1] += 1
        if sums[1] + sums[3] == 1:
            sums[4], sums[5] = t, t
        sums[4], sums[5] = min(sums[4], t), max(sums[5], t)
    return sums
