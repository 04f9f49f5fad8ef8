"""What the tracer remembers while it runs: accounts it has opened, their lots, the steps taken.

All arrays have a fixed size; a compiled function that needs more raises MemoryError and the run starts again, larger.
"""

from typing import Any, NamedTuple

import numpy as np

from warroom.money.compiled import compiled
from warroom.money.world import Array, Bytes, Ints

# positions in State.n
SLOTS, LOTS, FREE, STEPS, HEAP, NODES, EDGES, PIECES, NEW, WORK = range(10)

FIFO, LIFO, PRO_RATA = range(3)
FOLLOWED, EXITED, SPENT, BEYOND = range(4)


class Slots(NamedTuple):
    """One row an account the tracer has looked at; b and d are its next postings in base and delta.

    balance counts everything on the account, traced the victim's part of it, both in satang. `opened` says that
    balance is known. purity_sum / purity_weight is the account's confidence.
    """

    account: Ints
    b: Ints
    b_end: Ints
    d: Ints
    d_end: Ints
    balance: Ints
    traced: Ints
    head: Ints
    tail: Ints
    tainted_in: Ints
    passed_on: Ints
    first: Ints
    hops: Ints
    purity_sum: Any
    purity_weight: Any
    node: Ints
    owed: Ints
    due: Ints
    opened: Bytes


class Lots(NamedTuple):
    """Lots of all accounts, chained: amount in satang, whether it is traced, the next lot or -1."""

    amount: Ints
    traced: Bytes
    next: Ints


class Steps(NamedTuple):
    """One row a transfer that carried traced money: `traced` of `amount` satang, `new` of it new loss."""

    transfer: Ints
    payer: Ints
    payee: Ints
    t: Ints
    amount: Ints
    traced: Ints
    new: Ints
    hops: Ints
    end: Ints
    channel: Ints


class Instant(NamedTuple):
    """Scratch for one instant: the accounts that can be reached at it (nodes) and the transfers between them (edges).

    Pieces are the lots an edge carries, in the order in which the payer's queue gave them.
    """

    slot: Ints
    b: Ints
    d: Ints
    e0: Ints
    e1: Ints
    incoming: Ints
    live: Ints
    waits: Ints
    done: Ints
    mark: Ints
    stack: Ints
    payer: Ints
    payee: Ints
    transfer: Ints
    amount: Ints
    traced: Ints
    piece0: Ints
    piece1: Ints
    hops: Ints
    purity: Any
    follows: Ints
    delivered: Ints
    piece_amount: Ints
    piece_traced: Bytes


class State(NamedTuple):
    """Everything together; `n` holds the counters, `table` finds an account's slot, `heap` orders departures."""

    n: Ints
    slots: Slots
    lots: Lots
    steps: Steps
    now: Instant
    table: Ints
    heap_t: Ints
    heap_slot: Ints


def new_state(size: int) -> State:
    """Room for `size` accounts, twice as many lots and steps."""
    state = State(
        n=np.zeros(10, np.int64),
        slots=Slots(*_columns(19, size, floats=(13, 14), flags=(18,))),
        lots=Lots(*_columns(3, 4 * size, flags=(1,))),
        steps=Steps(*_columns(10, 2 * size)),
        now=Instant(
            *_columns(11, size),
            *_columns(11, 4 * size, floats=(8,)),
            *_columns(2, 4 * size, flags=(1,)),
        ),
        table=np.full(4 * size, -1, np.int64),
        heap_t=np.empty(4 * size, np.int64),
        heap_slot=np.empty(4 * size, np.int64),
    )
    state.n[FREE] = -1
    return state


def _columns(count: int, size: int, floats: tuple[int, ...] = (), flags: tuple[int, ...] = ()) -> list[Array]:
    kinds = [np.float64 if i in floats else np.uint8 if i in flags else np.int64 for i in range(count)]
    return [np.empty(size, kind) for kind in kinds]


@compiled
def find_slot(s: State, account: int) -> int:
    """The place in the table where an account is or would be (table sizes are powers of two)."""
    mask = len(s.table) - 1
    at = (account * 0x9E3779B1 >> 7) & mask
    while s.table[at] >= 0 and s.slots.account[s.table[at]] != account:
        at = (at + 1) & mask
    return at


@compiled
def heap_push(s: State, t: int, slot: int) -> None:
    """Remember that an account next pays at t."""
    at = s.n[HEAP]
    if at == len(s.heap_t):
        raise MemoryError
    s.n[HEAP] += 1
    while at > 0:
        up = (at - 1) >> 1
        if s.heap_t[up] <= t:
            break
        s.heap_t[at], s.heap_slot[at] = s.heap_t[up], s.heap_slot[up]
        at = up
    s.heap_t[at], s.heap_slot[at] = t, slot


@compiled
def heap_pop(s: State) -> int:
    """Take the account that pays first; which of equal ones does not matter."""
    top = s.heap_slot[0]
    s.n[HEAP] -= 1
    size = s.n[HEAP]
    t, slot = s.heap_t[size], s.heap_slot[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and s.heap_t[down + 1] < s.heap_t[down]:
            down += 1
        if s.heap_t[down] >= t:
            break
        s.heap_t[at], s.heap_slot[at] = s.heap_t[down], s.heap_slot[down]
        at = down
    s.heap_t[at], s.heap_slot[at] = t, slot
    return top  # type: ignore[no-any-return]
