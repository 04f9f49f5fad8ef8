"""One account as the transfers show it: when money first and last moved, how much came and went, and the newest moves."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.money.compiled import compiled
from warroom.money.index.account_index import Index
from warroom.money.index.source import Source
from warroom.money.index.transfer_graph import (
    DEPARTURE,
    Array,
    Ints,
    amount_of,
    bounds,
    flags_of,
    pack,
    seen,
    time_of,
)
from warroom.money.trace.history import movements
from warroom.money.trail import Account

RECENT = 30


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer as the account sees it: satang above zero came, below went. `received_at` is when the room knew."""

    time: datetime
    amount: int
    peer: Account
    source: str
    record_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Moves:
    """All that moved on an account, in satang, and the newest moves first. Copies of one transfer count once."""

    came: int
    came_count: int
    went: int
    went_count: int
    first: datetime
    last: datetime
    recent: tuple[Move, ...]


def moves(source: Source, account: Account, as_of: datetime, recent: int = RECENT) -> Moves | None:
    """What moved on an account in the home's currency, as known at a moment; None where no transfer names it."""
    index = source.around(account)
    number = int(index.account_ids(pa.array([account.bank]), pa.array([account.number]))[0])
    if number < 0:
        return None
    world = index.world(clock.to_micros(as_of))
    packed = pack(world)
    came, came_count, went, went_count, first, last = _sums(packed, number).tolist()
    if not came_count + went_count:
        return None
    rows = movements(packed, number, clock.to_micros(as_of), recent, 0)
    return Moves(
        came,
        came_count,
        went,
        went_count,
        clock.from_micros(first),
        clock.from_micros(last),
        _recent(index, rows),
    )


def _recent(index: Index, rows: Ints) -> tuple[Move, ...]:
    newest = rows[::-1].tolist()
    peers = index.accounts([peer for _, _, peer, _ in newest])
    records = index.records([transfer for _, _, _, transfer in newest])
    return tuple(
        Move(
            clock.from_micros(t), signed, peer, source, record, clock.from_micros(_received(index, transfer))
        )
        for (t, signed, _, transfer), peer, (source, record) in zip(newest, peers, records, strict=True)
    )


def _received(index: Index, transfer: int) -> int:
    part, number = index.part_of(transfer)
    return int(part.segment.received[number])


@compiled
def _sums(w: Array, account: int) -> Ints:
    """Satang that came and went, how often, and the first and last time."""
    found = np.zeros(6, np.int64)
    b0, b1, d0, d1 = bounds(w, account)
    # All of it, not the newest thousand: sums that a page shows as 'all' must be of all.
    for step in range(b1 - b0 + d1 - d0):
        p = b0 + step if step < b1 - b0 else -1 - (d0 + step - (b1 - b0))
        t = time_of(w, p)
        if t > w[0].as_of or not seen(w, p):
            continue
        side = 2 if flags_of(w, p) & DEPARTURE else 0
        found[side] += amount_of(w, p)
        found[side + 1] += 1
        if found[1] + found[3] == 1:
            found[4], found[5] = t, t
        found[4], found[5] = min(found[4], t), max(found[5], t)
    return found
