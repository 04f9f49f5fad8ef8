"""One instant: every account traced money can reach at one and the same time, each after those that pay it.

"At equal times arrivals come before departures, then file order." So an account pays only after all its payers of this
instant have paid. Where accounts pay each other in a circle, one must go first: of those in the circle that can pay
from what they have (if none can, of all in it), the one whose first departure comes first in file order. What it is
still to receive arrives after its departures, at the end of the instant.
"""

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.memory import i8, u1
from warroom.money.index.transfer_graph import (
    ABROAD,
    CASH,
    CHANNEL_MASK,
    CHANNEL_SHIFT,
    CHARGE,
    DEPARTURE,
    GOODS,
    Array,
    Ints,
    base_at,
    charge_of,
    delta_at,
    flags_of,
    get_arriving_amount,
    is_moving_money,
    is_shop,
    peer_of,
    time_of,
    transfer_of,
)
from warroom.money.trace.books import catch_up, find_or_make_slot, open_books
from warroom.money.trace.lots import book_arrival, book_departure
from warroom.money.trace.state import (
    BEYOND,
    EDGES,
    EXITED,
    FOLLOWED,
    NODES,
    PIECES,
    PRO_RATA,
    SPENT,
    STEPS,
    TracerState,
)

# Above every posting's place, below the end of int64: `min` and `<` work on it without a special case.
NONE = 1 << 62


@compile_cached_kernel
def channel_of(w: Array, p: int) -> int:
    return (flags_of(w, p) >> CHANNEL_SHIFT) & CHANNEL_MASK


@compile_cached_kernel
def find_end_kind(w: Array, channel: int, payee: int) -> int:
    """How money ends that is paid to this account (-1: unknown) over this channel: FOLLOWED where it does not end."""
    # The channel goes before the payee: cash drawn at a shop's till has left the records all the same.
    if CASH <= channel <= ABROAD:
        return EXITED
    if channel == GOODS or (payee >= 0 and is_shop(w, payee)):
        return SPENT
    return FOLLOWED if payee >= 0 else BEYOND


@compile_cached_kernel
def add_node(w: Array, s: TracerState, account: int, t: int, method: int) -> int:
    """The account's place among the nodes of this instant."""
    slot = find_or_make_slot(w, s, account, t)
    if s.slots[slot].node >= 0:
        return s.slots[slot].node  # type: ignore[no-any-return]
    node = s.n[NODES]
    if node == len(s.nodes):
        raise MemoryError
    # Brought to t only now: an account that is a payee of many instants would else be walked in each of them.
    s.n[NODES] += 1
    catch_up(w, s, slot, t, method)
    s.slots[slot].node = node
    x = s.nodes[node]
    x.slot, x.b, x.d = slot, s.slots[slot].b, s.slots[slot].d
    x.incoming = -1
    x.live = x.waits = x.done = x.e0 = x.e1 = 0
    return node  # type: ignore[no-any-return]


@compile_cached_kernel
def add_edge(s: TracerState, payer: int, payee: int, transfer: int, amount: int) -> None:
    edge = s.n[EDGES]
    if edge == len(s.edges):
        raise MemoryError
    s.n[EDGES] += 1
    x = s.edges[edge]
    x.payer, x.payee, x.transfer, x.amount = payer, payee, transfer, amount
    x.traced = x.piece0 = x.piece1 = x.delivered = 0
    if payer >= 0:
        # One for each payment, not for each payer: `process_node` counts them down the same way, and
        # two payments of one payer need no look-up whether that payer was counted. Money from
        # outside (-1) waits for nobody.
        s.nodes[payee].waits += 1


@compile_cached_kernel
def next_posting(w: Array, s: TracerState, node: int, b: int, d: int, t: int, departures: int) -> int:
    """The node's next posting at t of one direction: base first, then delta; NONE where there is none."""
    slot = s.nodes[node].slot
    # Base before delta is file order: transfers are numbered as they were taken in, and
    # the delta holds the later ones.
    while b < s.slots[slot].b_end and i8(w[0].base_t, b) == t:
        if (u1(w[0].base_flags, b) & DEPARTURE) == departures and is_moving_money(w, b):
            return b
        b += 1
    while d < s.slots[slot].d_end and i8(w[0].delta_t, d) == t:
        if (u1(w[0].delta_flags, d) & DEPARTURE) == departures and is_moving_money(w, -1 - d):
            return -1 - d
        d += 1
    return NONE


@compile_cached_kernel
def advance_cursors(s: TracerState, node: int, p: int, b: int, d: int) -> tuple[int, int]:
    """Where to look on after posting p: past it in its segment, and past the base once in the delta."""
    if p >= 0:
        return p + 1, d
    # -1 - d is the posting d of the delta, so -p is the one after it. The base is
    # over: at one time it comes first.
    return s.slots[s.nodes[node].slot].b_end, -p


@compile_cached_kernel
def expand_reach(w: Array, s: TracerState, t: int, horizon: int, method: int) -> None:
    """Add everything that money could reach at t from the nodes there are."""
    node = 0
    # Nodes grow while they are walked. The whole reach of the instant has to be known before
    # anybody pays, also through accounts that no traced money will come to in the end: who pays
    # after whom depends on all of them.
    while node < s.n[NODES]:
        s.nodes[node].e0 = s.n[EDGES]
        b, d = s.nodes[node].b, s.nodes[node].d
        # Past the horizon nothing is followed, so no payment there can lead to another account.
        p = next_posting(w, s, node, b, d, t, DEPARTURE) if t <= horizon else NONE
        while p != NONE:
            # No edge for money that ends here: where its payee is on the trail by another
            # way, it arrives as clean money.
            if find_end_kind(w, channel_of(w, p), peer_of(w, p)) == FOLLOWED:
                payee = add_node(w, s, peer_of(w, p), t, method)
                add_edge(s, node, payee, transfer_of(w, p), get_arriving_amount(w, p))
            b, d = advance_cursors(s, node, p, b, d)
            p = next_posting(w, s, node, b, d, t, DEPARTURE)
        s.nodes[node].e1 = s.n[EDGES]
        node += 1


@compile_cached_kernel
def chain_incoming(s: TracerState) -> None:
    """Chain each node's incoming edges in file order, for its arrivals to be matched in one walk."""
    # From the last to the first, each put before the chain so far: that leaves the chain in file order.
    # Transfers are unique among the edges, so an unstable sort is safe.
    for edge in s.edges["transfer"][: s.n[EDGES]].argsort()[::-1]:
        s.edges[edge].follows = s.nodes[s.edges[edge].payee].incoming
        s.nodes[s.edges[edge].payee].incoming = edge


@compile_cached_kernel
def deliver_edge(s: TracerState, edge: int, t: int, method: int) -> None:
    """Put what an edge carries on its payee."""
    x = s.edges[edge]
    x.delivered = 1
    slot, traced, amount = s.nodes[x.payee].slot, x.traced, x.amount
    k = s.slots[slot]
    if traced > 0:
        # Σ traced · (traced / amount) · confidence of the payer, over Σ traced: see
        # Confidence in 'Money, exactly'.
        k.first, k.hops = min(k.first, t), min(k.hops, x.hops)
        k.tainted_in += traced
        k.purity_sum += traced * (traced / amount) * x.purity
        k.purity_weight += traced
    # Of one kind, or of a method that knows no order. A reported transfer comes here with all
    # of its amount traced, although its pieces may say that clean money left: the report
    # makes the whole of it the victim's.
    if method == PRO_RATA or traced == 0 or traced == amount:
        book_arrival(s, slot, traced, 1, method)
        book_arrival(s, slot, amount - traced, 0, method)
        return
    for piece in range(x.piece0, x.piece1):
        book_arrival(s, slot, s.pieces[piece].amount, s.pieces[piece].traced, method)


@compile_cached_kernel
def receive_arrivals(w: Array, s: TracerState, node: int, t: int, method: int) -> None:
    """All arrivals of a node at t in file order, save those whose payer has not paid yet."""
    b, d, edge = s.nodes[node].b, s.nodes[node].d, s.nodes[node].incoming
    p = next_posting(w, s, node, b, d, t, 0)
    while p != NONE:
        transfer = transfer_of(w, p)
        # Postings and incoming edges are both in file order: one walk over the two of them matches all.
        while edge >= 0 and s.edges[edge].transfer < transfer:
            edge = s.edges[edge].follows
        # No edge leads here: its payer is not in reach of traced money, so it is clean, no matter who paid it.
        if edge < 0 or s.edges[edge].transfer != transfer:
            book_arrival(s, s.nodes[node].slot, get_arriving_amount(w, p), 0, method)
        # Else the payer comes later in a circle; `flow._finish_instant` delivers that when the instant ends.
        elif s.edges[edge].payer < 0 or s.nodes[s.edges[edge].payer].done:
            deliver_edge(s, edge, t, method)
        b, d = advance_cursors(s, node, p, b, d)
        p = next_posting(w, s, node, b, d, t, 0)


@compile_cached_kernel
def record_step(
    w: Array, s: TracerState, p: int, payer: int, payee: int, traced: int, new: int, hops: int, end: int
) -> None:
    """Note a transfer that carried traced money."""
    at = s.n[STEPS]
    if at == len(s.steps):
        # Compiled code cannot grow an array that others hold: `flow.follow` runs again with more room.
        raise MemoryError
    s.n[STEPS] += 1
    r = s.steps[at]
    r.transfer, r.payer, r.payee = transfer_of(w, p), payer, payee
    r.t, r.amount, r.traced, r.new = time_of(w, p), get_arriving_amount(w, p), traced, new
    r.hops, r.end, r.channel = hops, end, channel_of(w, p)


@compile_cached_kernel
def record_charge(
    w: Array, s: TracerState, p: int, payer: int, traced: int, new: int, hops: int, horizon: int
) -> None:
    """Note what banks took on the way of a transfer: it is spent, and nobody on the trail has it."""
    record_step(w, s, p, payer, -1, traced, new, hops, SPENT if time_of(w, p) <= horizon else BEYOND)
    r = s.steps[s.n[STEPS] - 1]
    r.amount, r.channel = charge_of(w, p), CHARGE


@compile_cached_kernel
def is_seed(seeds: Ints, transfer: int) -> bool:
    """Whether a transfer is one of the reported ones (sorted)."""
    at = np.searchsorted(seeds, transfer)
    return at < len(seeds) and seeds[at] == transfer  # type: ignore[return-value]


@compile_cached_kernel
def pay_departures(
    w: Array,
    s: TracerState,
    node: int,
    t: int,
    method: int,
    seeds: Ints,
    horizon: int,
    hops: int,
    floor: int,
    live: bool,
) -> None:
    """All departures of a node at t in file order; what is followed is left on the edges.

    An account that holds no traced money (not `live`) passes on only what is reported on its own departures.
    """
    # Edges were made in the order of these same postings, so `edge` only ever moves on.
    slot, edge = s.nodes[node].slot, s.nodes[node].e0
    # Somebody it waits for has not paid: it was chosen to go first in a circle, and
    # pays from what is yet to come.
    owes = s.nodes[node].waits > 0
    b, d = s.nodes[node].b, s.nodes[node].d
    p = next_posting(w, s, node, b, d, t, DEPARTURE)
    while p != NONE:
        transfer, amount, charge = transfer_of(w, p), get_arriving_amount(w, p), charge_of(w, p)
        piece0 = s.n[PIECES]
        # Also where the transfer is reported: what of it was traced already is no
        # new loss, one baht counts once.
        taken = book_departure(s, slot, amount, method, owes) if live else 0
        s.slots[slot].passed_on += taken
        traced, hop, purity = taken, 1, 1.0
        if is_seed(seeds, transfer):
            traced = amount
        elif taken > 0:
            hop, purity = s.slots[slot].hops + 1, s.slots[slot].purity_sum / s.slots[slot].purity_weight
        end = find_end_kind(w, channel_of(w, p), peer_of(w, p))
        # The horizon goes before every other end. Reported transfers (hop 1) have no limit of hops or amount:
        # what a victim names is followed, be it one baht.
        if t > horizon or (end == FOLLOWED and hop > 1 and (hop > hops or traced < floor)):
            end = BEYOND
        if traced > 0:
            record_step(w, s, p, s.slots[slot].account, peer_of(w, p), traced, traced - taken, hop, end)
        # An edge that ends by hops or floor stays with nothing traced on it, and its
        # whole amount arrives as clean.
        if edge < s.nodes[node].e1 and s.edges[edge].transfer == transfer:
            if end == FOLLOWED:
                s.edges[edge].traced, s.edges[edge].hops, s.edges[edge].purity = traced, hop, purity
                s.edges[edge].piece0, s.edges[edge].piece1 = piece0, s.n[PIECES]
            edge += 1
        if charge > 0:
            # After the payment and after its pieces: what banks took leaves like a payment of its own.
            taken = book_departure(s, slot, charge, method, owes) if live else 0
            s.slots[slot].passed_on += taken
            reported = is_seed(seeds, transfer)
            traced, hop = (charge, 1) if reported else (taken, s.slots[slot].hops + 1)
            if traced > 0:
                record_charge(w, s, p, s.slots[slot].account, traced, traced - taken, hop, horizon)
        b, d = advance_cursors(s, node, p, b, d)
        p = next_posting(w, s, node, b, d, t, DEPARTURE)
    # An account that is not live keeps its place: it is found again by search,
    # however far it then has to jump.
    if live:
        s.slots[slot].b = base_at(w, s.nodes[node].b, s.slots[slot].b_end, t + 1)
        s.slots[slot].d = delta_at(w, s.nodes[node].d, s.slots[slot].d_end, t + 1)


@compile_cached_kernel
def has_traced_money(s: TracerState, node: int) -> bool:
    """Whether any traced money is on the account or on its way to it."""
    if s.slots[s.nodes[node].slot].traced > 0:
        return True
    edge = s.nodes[node].incoming
    while edge >= 0:
        if s.edges[edge].traced > 0:
            return True
        edge = s.edges[edge].follows
    return False


@compile_cached_kernel
def process_node(
    w: Array, s: TracerState, node: int, t: int, method: int, seeds: Ints, horizon: int, hops: int, floor: int
) -> None:
    """One account's instant: first what arrives, then what departs; then those it paid wait for one fewer."""
    # An account that no traced money reaches needs no books: its balance would be a walk over all it ever
    # did. The first of a circle gets them at any rate, since traced money may still come around to it.
    live = has_traced_money(s, node) or s.nodes[node].waits > 0
    if live:
        open_books(w, s, s.nodes[node].slot, t, method)
        receive_arrivals(w, s, node, t, method)
    pay_departures(w, s, node, t, method, seeds, horizon, hops, floor, live)
    s.nodes[node].done, s.nodes[node].live = 1, live
    for edge in range(s.nodes[node].e0, s.nodes[node].e1):
        s.nodes[s.edges[edge].payee].waits -= 1
