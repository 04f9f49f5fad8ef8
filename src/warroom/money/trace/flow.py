"""Follows reported money forward through time, over the accounts it touches and no others.

Every account with traced money waits in a heap for its next departure. The accounts that pay at the earliest time, and
the reported transfers of that time, make one instant; see `simultaneous` and `circle` for the order within it.
"""

from typing import NamedTuple

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import (
    NEVER,
    Array,
    Ints,
    TransferGraph,
    charge_of,
    get_arriving_amount,
    pack_graph,
)
from warroom.money.trace.books import schedule_departure
from warroom.money.trace.circle import first_of_circle
from warroom.money.trace.lots import add_piece
from warroom.money.trace.simultaneous import (
    add_edge,
    add_node,
    chain_incoming,
    channel_of,
    deliver_edge,
    expand_reach,
    find_end_kind,
    process_node,
    record_charge,
    record_step,
)
from warroom.money.trace.state import (
    EDGES,
    FOLLOWED,
    HEAP,
    NODES,
    PIECES,
    SLOTS,
    STEPS,
    TracerState,
    find_slot,
    heap_pop,
    new_state,
)
from warroom.money.trail import Method

METHODS: dict[Method, int] = {"fifo": 0, "lifo": 1, "pro-rata": 2}


class TracedSteps(NamedTuple):
    """Columns of `state.STEP`: one row a transfer that carried traced money, in order of time."""

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


class TracedFlow(NamedTuple):
    """What the kernel found: accounts in order of first arrival, steps in order of time. Amounts in satang.

    first: microseconds since 1970; confidence in [0, 1]; see `state.STEP` for the steps. touched: every account whose
    postings were looked at, those that no traced money reached among them.
    """

    account: Ints
    tainted_in: Ints
    passed_on: Ints
    still_there: Ints
    first: Ints
    hops: Ints
    confidence: Array
    steps: TracedSteps
    touched: Ints


class ReportedPayments(NamedTuple):
    """The reported transfers in order of time, then number: number, time, payer and payee (-1: unknown), and a posting of each."""

    transfer: Ints
    t: Ints
    payer: Ints
    payee: Ints
    place: Ints


@compile_cached_kernel
def _begin_instant(
    w: Array, s: TracerState, t: int, seeds: ReportedPayments, low: int, high: int, method: int
) -> None:
    """The nodes of an instant: accounts whose departure is due, and payees of transfers reported at t."""
    s.n[NODES] = s.n[EDGES] = s.n[PIECES] = 0
    # An account has one entry at a time (`books.schedule_departure`), so none is popped twice in an instant. One
    # whose traced money has gone since is popped for nothing, which is cheaper than to look for it in the heap.
    while s.n[HEAP] > 0 and s.heap[0].t == t:
        slot = heap_pop(s)
        add_node(w, s, s.slots[slot].account, t, method)
    for i in range(low, high):
        if find_end_kind(w, channel_of(w, seeds.place[i]), seeds.payee[i]) == FOLLOWED:
            add_node(w, s, seeds.payee[i], t, method)


@compile_cached_kernel
def _is_node(s: TracerState, account: int) -> bool:
    if account < 0:
        return False
    slot = s.table[find_slot(s, account)]
    return slot >= 0 and s.slots[slot].node >= 0  # type: ignore[no-any-return]


@compile_cached_kernel
def _add_reported_losses(
    w: Array, s: TracerState, t: int, seeds: ReportedPayments, low: int, high: int, method: int, horizon: int
) -> None:
    """Reported transfers whose payer is none of the nodes: all of it is new loss."""
    for i in range(low, high):
        p, payer, payee = seeds.place[i], seeds.payer[i], seeds.payee[i]
        # Its payer may hold traced money: `simultaneous.pay` then says how much of the payment is new loss.
        if _is_node(s, payer):
            continue
        amount, end = get_arriving_amount(w, p), find_end_kind(w, channel_of(w, p), payee)
        record_step(w, s, p, payer, payee, amount, amount, 1, end)
        if charge_of(w, p) > 0:
            record_charge(w, s, p, payer, charge_of(w, p), charge_of(w, p), 1, horizon)
        if end == FOLLOWED:
            # The payee is a node since `_begin_instant`, so what it pays on at this very moment is expanded already.
            edge = s.n[EDGES]
            add_edge(s, -1, add_node(w, s, payee, t, method), seeds.transfer[i], amount)
            s.edges[edge].traced, s.edges[edge].hops, s.edges[edge].purity = amount, 1, 1.0
            s.edges[edge].piece0 = s.n[PIECES]
            add_piece(s, amount, 1)
            s.edges[edge].piece1 = s.n[PIECES]


@compile_cached_kernel
def _process_in_order(
    w: Array, s: TracerState, t: int, method: int, seeds: Ints, horizon: int, hops: int, floor: int
) -> None:
    """Process every node after its payers; a node in the queue has -1 as its count of waiting."""
    nodes = s.n[NODES]
    # Kahn's algorithm: anyone who waits for nobody goes next. Where nobody is left
    # who does, the rest are circles.
    queue = np.empty(nodes, np.int64)
    ready = 0
    for node in range(nodes):
        if s.nodes[node].waits == 0:
            s.nodes[node].waits, queue[ready] = -1, node
            ready += 1
    for taken in range(nodes):
        if taken == ready:
            # It keeps its count above 0, by which `pay` knows that it pays before it was paid.
            queue[ready] = first_of_circle(w, s, t, method)
            ready += 1
        node = queue[taken]
        process_node(w, s, node, t, method, seeds, horizon, hops, floor)
        for edge in range(s.nodes[node].e0, s.nodes[node].e1):
            payee = s.edges[edge].payee
            if s.nodes[payee].waits == 0 and not s.nodes[payee].done:
                s.nodes[payee].waits, queue[ready] = -1, payee
                ready += 1


@compile_cached_kernel
def _finish_instant(w: Array, s: TracerState, t: int, method: int) -> None:
    """What was still on its way around a circle arrives; then every account waits for its next departure."""
    for node in range(s.n[NODES]):
        edge = s.nodes[node].incoming
        # A node that is not live got nothing traced and waited for nobody: nothing of it is left over.
        while edge >= 0 and s.nodes[node].live:
            if not s.edges[edge].delivered:
                deliver_edge(s, edge, t, method)
            edge = s.edges[edge].follows
    for node in range(s.n[NODES]):
        slot = s.nodes[node].slot
        s.slots[slot].node = -1
        s.slots[slot].owed = 0
        if s.slots[slot].tainted_in == 0:
            # Books begin at the first traced arrival, with what is known of the balance then. These were
            # opened to order a circle; kept, they would freeze a balance that later stated ones correct.
            s.slots[slot].opened = 0
        else:
            schedule_departure(w, s, slot, t)


@compile_cached_kernel
def _run_instants(
    w: Array, s: TracerState, seeds: ReportedPayments, method: int, horizon: int, hops: int, floor: int
) -> None:
    """Instant after instant until nothing traced moves any more, up to as_of."""
    # Seeds are in order of time; whether a transfer is one of them is asked by number, once a departure.
    numbers = np.sort(seeds.transfer)
    low = 0
    while low < len(seeds.t) or s.n[HEAP] > 0:
        t = s.heap[0].t if s.n[HEAP] > 0 else NEVER
        if low < len(seeds.t):
            t = min(t, seeds.t[low])
        high = low
        while high < len(seeds.t) and seeds.t[high] == t:
            high += 1
        _begin_instant(w, s, t, seeds, low, high, method)
        expand_reach(w, s, t, horizon, method)
        _add_reported_losses(w, s, t, seeds, low, high, method, horizon)
        chain_incoming(s)
        _process_in_order(w, s, t, method, numbers, horizon, hops, floor)
        _finish_instant(w, s, t, method)
        low = high


def follow_transfers(
    world: TransferGraph, seeds: ReportedPayments, method: Method, horizon: int, hops: int, floor: int
) -> TracedFlow:
    """Follow the reported transfers up to world.as_of.

    horizon: microseconds after the latest reported transfer; hops: how many transfers are followed in a row; floor:
    satang below which a transfer's traced part is not followed. Reported transfers must count at as_of.
    """
    last = int(seeds.t[-1]) + horizon
    w = pack_graph(world)
    # Most trails fit at once. Each further try is four times as large, so all that
    # failed cost a third of the last.
    size = 1024
    while True:
        state = new_state(size)
        try:
            _run_instants(w, state, seeds, METHODS[method], last, hops, floor)
        except MemoryError:
            size *= 4
            continue
        return _collect_flow(state)


def _collect_flow(s: TracerState) -> TracedFlow:
    k = s.slots[: s.n[SLOTS]]
    touched = k["account"].copy()
    k = k[k["tainted_in"] > 0]
    # Slots are in the order in which they were looked at; the result must not depend on it.
    k = k[np.lexsort((k["account"], k["first"]))]
    names = ("account", "tainted_in", "passed_on", "traced", "first", "hops")
    account, tainted_in, passed_on, still_there, first, hops = (k[name].copy() for name in names)
    return TracedFlow(
        account,
        tainted_in,
        passed_on,
        still_there,
        first,
        hops,
        k["purity_sum"] / k["purity_weight"],
        TracedSteps(*(s.steps[name][: s.n[STEPS]].copy() for name in TracedSteps._fields)),
        touched,
    )
