"""What the tracer remembers while it runs: accounts it has opened, their lots, the steps taken.

All arrays have a fixed size; a compiled function that needs more raises MemoryError and the run starts again, larger.
"""

from typing import NamedTuple

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import Array, Ints

# positions in State.n
SLOTS, LOTS, FREE, STEPS, HEAP, NODES, EDGES, PIECES, NEW, WORK = range(10)

FIFO, LIFO, PRO_RATA = range(3)
FOLLOWED, EXITED, SPENT, BEYOND = range(4)


def _make_record_type(integers: str, flags: str = "", floats: str = "") -> np.dtype[np.void]:
    kinds = ((integers, np.int64), (floats, np.float64), (flags, np.uint8))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


SLOT = _make_record_type(
    "account b b_end d d_end balance traced head tail tainted_in passed_on first hops node owed due",
    flags="opened",
    floats="purity_sum purity_weight",
)
"""An account the tracer has looked at. b and d are its next postings in base and delta; balance counts everything on
it and traced the victim's part, in satang; head and tail are its lots; `opened` says that the balance is known;
purity_sum / purity_weight is its confidence; node its place in the running instant; owed what it paid from money still
to come in this instant; due the time of its entry in the heap."""

LOT = _make_record_type("amount next", flags="traced")
"""Lots of all accounts, chained: satang, the next lot or -1, whether it is traced."""

STEP = _make_record_type("transfer payer payee t amount traced new hops end channel")
"""A transfer that carried traced money: `traced` of its `amount` satang, `new` of it new loss."""

NODE = _make_record_type("slot b d e0 e1 incoming live waits done mark stack")
"""An account that money can reach in the running instant: its postings then begin at b and d, its payments are edges
e0 to e1, what it is paid is chained from `incoming`, `waits` counts payers that have not paid yet."""

EDGE = _make_record_type(
    "payer payee transfer amount traced piece0 piece1 hops follows delivered", floats="purity"
)
"""A transfer between nodes (payer -1: from outside), and what it carries: lots piece0 to piece1 of the pieces, in the
order in which the payer's queue gave them."""

PIECE = _make_record_type("amount", flags="traced")
HEAP_ITEM = _make_record_type("t slot")


class TracerState(NamedTuple):
    """What the tracer remembers; `n` holds the counters, `table` finds an account's slot, `heap` orders departures."""

    n: Ints
    slots: Array
    lots: Array
    steps: Array
    nodes: Array
    edges: Array
    pieces: Array
    heap: Array
    table: Ints


def new_state(size: int) -> TracerState:
    """Room for `size` (a power of two) accounts and some times as many lots, steps and so on."""
    kinds = ((SLOT, 1), (LOT, 4), (STEP, 2), (NODE, 1), (EDGE, 4), (PIECE, 4), (HEAP_ITEM, 4))
    slots, lots, steps, nodes, edges, pieces, heap = (np.empty(times * size, kind) for kind, times in kinds)
    table = np.full(4 * size, -1, np.int64)
    # `np.empty` before: pages that a short trail never touches are never given by the system.
    state = TracerState(np.zeros(10, np.int64), slots, lots, steps, nodes, edges, pieces, heap, table)
    state.n[FREE] = -1
    return state


@compile_cached_kernel
def find_slot(s: TracerState, account: int) -> int:
    """The place in the table where an account is or would be (table sizes are powers of two)."""
    mask = len(s.table) - 1
    # Fibonacci hashing (Knuth, TAOCP 3, 6.4): accounts of one bank have neighbouring numbers and would else
    # lie in one run of the table. 4 places a slot keep it at most a quarter full.
    at = (account * 0x9E3779B1 >> 7) & mask
    while s.table[at] >= 0 and s.slots[s.table[at]].account != account:
        at = (at + 1) & mask
    return at


@compile_cached_kernel
def heap_push(s: TracerState, t: int, slot: int) -> None:
    """Remember that an account next pays at t."""
    # numba has no heap of its own over an array of records; this one never allocates.
    at = s.n[HEAP]
    if at == len(s.heap):
        raise MemoryError
    s.n[HEAP] += 1
    while at > 0:
        up = (at - 1) >> 1
        if s.heap[up].t <= t:
            break
        s.heap[at].t, s.heap[at].slot = s.heap[up].t, s.heap[up].slot
        at = up
    s.heap[at].t, s.heap[at].slot = t, slot


@compile_cached_kernel
def heap_pop(s: TracerState) -> int:
    """Take the account that pays first; which of equal ones does not matter."""
    top = s.heap[0].slot
    s.n[HEAP] -= 1
    size = s.n[HEAP]
    t, slot = s.heap[size].t, s.heap[size].slot
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and s.heap[down + 1].t < s.heap[down].t:
            down += 1
        if s.heap[down].t >= t:
            break
        s.heap[at].t, s.heap[at].slot = s.heap[down].t, s.heap[down].slot
        at = down
    s.heap[at].t, s.heap[at].slot = t, slot
    return top  # type: ignore[no-any-return]
