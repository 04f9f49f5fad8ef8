"""Who goes first where accounts pay each other in a circle at one and the same instant."""

from warroom.money.books import open_books
from warroom.money.compiled import compiled
from warroom.money.instant import NONE, next_posting
from warroom.money.state import NODES, State
from warroom.money.world import DEPARTURE, World, amount_of, transfer_of


@compiled
def _mark_ahead(s: State, root: int) -> None:
    """Mark every waiting node that money could reach from one."""
    x = s.now
    x.mark[root], x.stack[0], depth = 1, root, 1
    while depth > 0:
        depth -= 1
        node = x.stack[depth]
        for edge in range(x.e0[node], x.e1[node]):
            payee = x.payee[edge]
            if not x.done[payee] and not x.mark[payee]:
                x.mark[payee] = 1
                x.stack[depth] = payee
                depth += 1


@compiled
def _mark_behind(s: State, root: int) -> None:
    """Mark (with 2) every waiting node whose money could reach this one."""
    x = s.now
    x.mark[root], x.stack[0], depth = 2, root, 1
    while depth > 0:
        depth -= 1
        edge = x.incoming[x.stack[depth]]
        while edge >= 0:
            payer = x.payer[edge]
            if payer >= 0 and not x.done[payer] and x.mark[payer] != 2:
                x.mark[payer] = 2
                x.stack[depth] = payer
                depth += 1
            edge = x.follows[edge]


@compiled
def _mark_circle(s: State) -> None:
    """Mark (with 2) one circle that no waiting account outside it pays.

    Of nodes searched one after another, the last that no earlier one reached cannot be reached from outside its own
    circle; all that reach it then belong to the circle.
    """
    x = s.now
    last = -1
    for node in range(s.n[NODES]):
        x.mark[node] = 0
    for node in range(s.n[NODES]):
        if not x.done[node] and not x.mark[node]:
            _mark_ahead(s, node)
            last = node
    _mark_behind(s, last)


@compiled
def _can_pay(w: World, s: State, node: int, t: int) -> bool:
    """Whether what an account has, with what has reached it by now, covers all it pays at t."""
    x = s.now
    have = s.slots.balance[x.slot[node]]
    for direction in range(2):
        b, d = x.b[node], x.d[node]
        p = next_posting(w, s, node, b, d, t, direction)
        while p != NONE:
            have += -amount_of(w, p) if direction == DEPARTURE else amount_of(w, p)
            if p >= 0:
                b = p + 1
            else:
                b, d = s.slots.b_end[x.slot[node]], -p
            p = next_posting(w, s, node, b, d, t, direction)
    edge = x.incoming[node]
    while edge >= 0:
        if x.payer[edge] >= 0 and not x.done[x.payer[edge]]:
            have -= x.amount[edge]
        edge = x.follows[edge]
    return have >= 0  # type: ignore[no-any-return]


@compiled
def first_of_circle(w: World, s: State, t: int, method: int) -> int:
    """The node to process although money is still on its way to it."""
    x = s.now
    _mark_circle(s)
    best, best_transfer, best_can = -1, NONE, False
    for node in range(s.n[NODES]):
        if x.mark[node] != 2 or x.done[node]:
            continue
        open_books(w, s, x.slot[node], t, method)
        can = _can_pay(w, s, node, t)
        transfer = transfer_of(w, next_posting(w, s, node, x.b[node], x.d[node], t, DEPARTURE))
        if best < 0 or (can and not best_can) or (can == best_can and transfer < best_transfer):
            best, best_transfer, best_can = node, transfer, can
    return best
