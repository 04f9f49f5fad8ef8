"""One instant: every account traced money can reach at one and the same time, each after those that pay it.

"At equal times arrivals come before departures, then file order." So an account pays only after all its payers of this
instant have paid. Where accounts pay each other in a circle, one must go first: of those in the circle that can pay
from what they have (if none can, of all in it), the one whose first departure comes first in file order. What it is
still to receive arrives after its departures, at the end of the instant.
"""

from warroom.money.books import catch_up, open_books, slot_of
from warroom.money.compiled import compiled
from warroom.money.lots import arrive, depart
from warroom.money.state import (
    BEYOND,
    EDGES,
    EXITED,
    FOLLOWED,
    NODES,
    PIECES,
    PRO_RATA,
    SPENT,
    STEPS,
    State,
)
from warroom.money.world import (
    ABROAD,
    CASH,
    CHANNEL_MASK,
    CHANNEL_SHIFT,
    DEPARTURE,
    GOODS,
    Ints,
    World,
    amount_of,
    first_at,
    flags_of,
    is_shop,
    peer_of,
    seen,
    time_of,
    transfer_of,
)

NONE = 1 << 62


@compiled
def channel_of(w: World, p: int) -> int:
    return (flags_of(w, p) >> CHANNEL_SHIFT) & CHANNEL_MASK


@compiled
def end_of(w: World, channel: int, payee: int) -> int:
    """How money ends that is paid to this account (-1: unknown) over this channel: FOLLOWED where it does not end."""
    if CASH <= channel <= ABROAD:
        return EXITED
    if channel == GOODS or (payee >= 0 and is_shop(w, payee)):
        return SPENT
    return FOLLOWED if payee >= 0 else BEYOND


@compiled
def add_node(w: World, s: State, account: int, t: int, method: int) -> int:
    """The account's place among the nodes of this instant."""
    slot = slot_of(w, s, account, t)
    if s.slots.node[slot] >= 0:
        return s.slots.node[slot]  # type: ignore[no-any-return]
    node = s.n[NODES]
    if node == len(s.now.slot):
        raise MemoryError
    s.n[NODES] += 1
    catch_up(w, s, slot, t, method)
    s.slots.node[slot] = node
    x = s.now
    x.slot[node], x.b[node], x.d[node] = slot, s.slots.b[slot], s.slots.d[slot]
    x.incoming[node] = -1
    x.live[node] = x.waits[node] = x.done[node] = x.e0[node] = x.e1[node] = 0
    return node  # type: ignore[no-any-return]


@compiled
def add_edge(s: State, payer: int, payee: int, transfer: int, amount: int) -> None:
    edge = s.n[EDGES]
    if edge == len(s.now.payer):
        raise MemoryError
    s.n[EDGES] += 1
    x = s.now
    x.payer[edge], x.payee[edge], x.transfer[edge], x.amount[edge] = payer, payee, transfer, amount
    x.traced[edge] = x.piece0[edge] = x.piece1[edge] = x.delivered[edge] = 0
    if payer >= 0:
        x.waits[payee] += 1


@compiled
def next_posting(w: World, s: State, node: int, b: int, d: int, t: int, departures: int) -> int:
    """The node's next posting at t of one direction: base first, then delta; NONE where there is none."""
    slot = s.now.slot[node]
    while b < s.slots.b_end[slot] and w.base.t[b] == t:
        if (w.base.flags[b] & DEPARTURE) == departures and seen(w, b):
            return b
        b += 1
    while d < s.slots.d_end[slot] and w.delta.t[d] == t:
        if (w.delta.flags[d] & DEPARTURE) == departures and seen(w, -1 - d):
            return -1 - d
        d += 1
    return NONE


@compiled
def advance(s: State, node: int, p: int, b: int, d: int) -> tuple[int, int]:
    """Where to look on after posting p: past it in its segment, and past the base once in the delta."""
    if p >= 0:
        return p + 1, d
    return s.slots.b_end[s.now.slot[node]], -p


@compiled
def expand(w: World, s: State, t: int, horizon: int, method: int) -> None:
    """Add everything that money could reach at t from the nodes there are."""
    x = s.now
    node = 0
    while node < s.n[NODES]:
        x.e0[node] = s.n[EDGES]
        b, d = x.b[node], x.d[node]
        p = next_posting(w, s, node, b, d, t, DEPARTURE) if t <= horizon else NONE
        while p != NONE:
            if end_of(w, channel_of(w, p), peer_of(w, p)) == FOLLOWED:
                payee = add_node(w, s, peer_of(w, p), t, method)
                add_edge(s, node, payee, transfer_of(w, p), amount_of(w, p))
            b, d = advance(s, node, p, b, d)
            p = next_posting(w, s, node, b, d, t, DEPARTURE)
        x.e1[node] = s.n[EDGES]
        node += 1


@compiled
def chain_incoming(s: State) -> None:
    """Chain each node's incoming edges in file order, for its arrivals to be matched in one walk."""
    x = s.now
    for edge in x.transfer[: s.n[EDGES]].argsort()[::-1]:
        x.follows[edge] = x.incoming[x.payee[edge]]
        x.incoming[x.payee[edge]] = edge


@compiled
def deliver(s: State, edge: int, t: int, method: int) -> None:
    """Put what an edge carries on its payee."""
    x, k = s.now, s.slots
    x.delivered[edge] = 1
    slot, traced, amount = x.slot[x.payee[edge]], x.traced[edge], x.amount[edge]
    if traced > 0:
        k.first[slot] = min(k.first[slot], t)
        k.tainted_in[slot] += traced
        k.hops[slot] = min(k.hops[slot], x.hops[edge])
        k.purity_sum[slot] += traced * (traced / amount) * x.purity[edge]
        k.purity_weight[slot] += traced
    if method == PRO_RATA or traced == 0 or traced == amount:
        arrive(s, slot, traced, 1, method)
        arrive(s, slot, amount - traced, 0, method)
        return
    for piece in range(x.piece0[edge], x.piece1[edge]):
        arrive(s, slot, x.piece_amount[piece], x.piece_traced[piece], method)


@compiled
def receive(w: World, s: State, node: int, t: int, method: int) -> None:
    """All arrivals of a node at t in file order, save those whose payer has not paid yet."""
    x = s.now
    b, d, edge = x.b[node], x.d[node], x.incoming[node]
    p = next_posting(w, s, node, b, d, t, 0)
    while p != NONE:
        transfer = transfer_of(w, p)
        while edge >= 0 and x.transfer[edge] < transfer:
            edge = x.follows[edge]
        if edge < 0 or x.transfer[edge] != transfer:
            arrive(s, x.slot[node], amount_of(w, p), 0, method)
        elif x.payer[edge] < 0 or x.done[x.payer[edge]]:
            deliver(s, edge, t, method)
        b, d = advance(s, node, p, b, d)
        p = next_posting(w, s, node, b, d, t, 0)


@compiled
def record(
    w: World, s: State, p: int, payer: int, payee: int, traced: int, new: int, hops: int, end: int
) -> None:
    """Note a transfer that carried traced money."""
    at = s.n[STEPS]
    if at == len(s.steps.transfer):
        raise MemoryError
    s.n[STEPS] += 1
    r = s.steps
    r.transfer[at], r.payer[at], r.payee[at] = transfer_of(w, p), payer, payee
    r.t[at], r.amount[at], r.traced[at], r.new[at] = time_of(w, p), amount_of(w, p), traced, new
    r.hops[at], r.end[at], r.channel[at] = hops, end, channel_of(w, p)


@compiled
def is_seed(seeds: Ints, transfer: int) -> bool:
    """Whether a transfer is one of the reported ones (sorted)."""
    at = first_at(seeds, 0, len(seeds), transfer)
    return at < len(seeds) and seeds[at] == transfer


@compiled
def pay(
    w: World, s: State, node: int, t: int, method: int, seeds: Ints, horizon: int, hops: int, floor: int, live: bool
) -> None:
    """All departures of a node at t in file order; what is followed is left on the edges.

    An account that holds no traced money (not `live`) passes on only what is reported on its own departures.
    """
    x, k = s.now, s.slots
    slot, edge = x.slot[node], x.e0[node]
    owes = x.waits[node] > 0
    b, d = x.b[node], x.d[node]
    p = next_posting(w, s, node, b, d, t, DEPARTURE)
    while p != NONE:
        transfer, amount = transfer_of(w, p), amount_of(w, p)
        piece0 = s.n[PIECES]
        taken = depart(s, slot, amount, method, owes) if live else 0
        k.passed_on[slot] += taken
        traced, hop, purity = taken, 1, 1.0
        if is_seed(seeds, transfer):
            traced = amount
        elif taken > 0:
            hop, purity = k.hops[slot] + 1, k.purity_sum[slot] / k.purity_weight[slot]
        end = end_of(w, channel_of(w, p), peer_of(w, p))
        if t > horizon:
            end = BEYOND
        elif end == FOLLOWED and hop > 1 and (hop > hops or traced < floor):
            end = BEYOND
        if traced > 0:
            record(w, s, p, k.account[slot], peer_of(w, p), traced, traced - taken, hop, end)
        if edge < x.e1[node] and x.transfer[edge] == transfer:
            if end == FOLLOWED:
                x.traced[edge], x.hops[edge], x.purity[edge] = traced, hop, purity
                x.piece0[edge], x.piece1[edge] = piece0, s.n[PIECES]
            edge += 1
        b, d = advance(s, node, p, b, d)
        p = next_posting(w, s, node, b, d, t, DEPARTURE)
    if live:
        k.b[slot] = first_at(w.base.t, x.b[node], k.b_end[slot], t + 1)
        k.d[slot] = first_at(w.delta.t, x.d[node], k.d_end[slot], t + 1)


@compiled
def holds_or_gets(s: State, node: int) -> bool:
    """Whether any traced money is on the account or on its way to it."""
    x = s.now
    if s.slots.traced[x.slot[node]] > 0:
        return True
    edge = x.incoming[node]
    while edge >= 0:
        if x.traced[edge] > 0:
            return True
        edge = x.follows[edge]
    return False


@compiled
def process(
    w: World, s: State, node: int, t: int, method: int, seeds: Ints, horizon: int, hops: int, floor: int
) -> None:
    """One account's instant: first what arrives, then what departs; then those it paid wait for one fewer."""
    x = s.now
    live = holds_or_gets(s, node) or x.waits[node] > 0
    if live:
        open_books(w, s, x.slot[node], t, method)
        receive(w, s, node, t, method)
    pay(w, s, node, t, method, seeds, horizon, hops, floor, live)
    x.done[node], x.live[node] = 1, live
    for edge in range(x.e0[node], x.e1[node]):
        x.waits[x.payee[edge]] -= 1
