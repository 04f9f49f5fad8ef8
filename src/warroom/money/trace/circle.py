"""Who goes first where accounts pay each other in a circle at one and the same instant."""

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import DEPARTURE, Array, amount_of, transfer_of
from warroom.money.trace.books import open_books
from warroom.money.trace.simultaneous import NONE, advance_cursors, next_posting
from warroom.money.trace.state import NODES, TracerState


@compile_cached_kernel
def _mark_ahead(s: TracerState, root: int) -> None:
    """Mark every waiting node that money could reach from one."""
    # The stack lies in a column of the nodes themselves: each node is marked before it is
    # pushed, so it is pushed once and the column is long enough. Recursion would end at the
    # depth of a longest chain of payments.
    s.nodes[root].mark, s.nodes[0].stack, depth = 1, root, 1
    while depth > 0:
        depth -= 1
        node = s.nodes[depth].stack
        for edge in range(s.nodes[node].e0, s.nodes[node].e1):
            payee = s.edges[edge].payee
            if not s.nodes[payee].done and not s.nodes[payee].mark:
                s.nodes[payee].mark = 1
                s.nodes[depth].stack = payee
                depth += 1


@compile_cached_kernel
def _mark_behind(s: TracerState, root: int) -> None:
    """Mark (with 2) every waiting node whose money could reach this one."""
    s.nodes[root].mark, s.nodes[0].stack, depth = 2, root, 1
    while depth > 0:
        depth -= 1
        edge = s.nodes[s.nodes[depth].stack].incoming
        while edge >= 0:
            payer = s.edges[edge].payer
            if payer >= 0 and not s.nodes[payer].done and s.nodes[payer].mark != 2:
                s.nodes[payer].mark = 2
                s.nodes[depth].stack = payer
                depth += 1
            edge = s.edges[edge].follows


@compile_cached_kernel
def _mark_circle(s: TracerState) -> None:
    """Mark (with 2) one circle that no waiting account outside it pays.

    Of nodes searched one after another, the last that no earlier one reached cannot be reached from outside its own
    circle; all that reach it then belong to the circle.
    """
    last = -1
    for node in range(s.n[NODES]):
        s.nodes[node].mark = 0
    # Kosaraju's argument, stopped after the first component: only one circle is
    # needed, then the order goes on.
    for node in range(s.n[NODES]):
        if not s.nodes[node].done and not s.nodes[node].mark:
            _mark_ahead(s, node)
            last = node
    _mark_behind(s, last)


@compile_cached_kernel
def _can_pay(w: Array, s: TracerState, node: int, t: int) -> bool:
    """Whether what an account has, with what has reached it by now, covers all it pays at t."""
    # All that comes in at t and all that goes out, then less what those pay who have not paid yet.
    have = s.slots[s.nodes[node].slot].balance
    for direction in range(2):
        b, d = s.nodes[node].b, s.nodes[node].d
        p = next_posting(w, s, node, b, d, t, direction)
        while p != NONE:
            have += -amount_of(w, p) if direction == DEPARTURE else amount_of(w, p)
            b, d = advance_cursors(s, node, p, b, d)
            p = next_posting(w, s, node, b, d, t, direction)
    edge = s.nodes[node].incoming
    while edge >= 0:
        if s.edges[edge].payer >= 0 and not s.nodes[s.edges[edge].payer].done:
            have -= s.edges[edge].amount
        edge = s.edges[edge].follows
    return have >= 0  # type: ignore[no-any-return]


@compile_cached_kernel
def first_of_circle(w: Array, s: TracerState, t: int, method: int) -> int:
    """The node to process although money is still on its way to it."""
    _mark_circle(s)
    best, best_transfer, best_can = -1, NONE, False
    for node in range(s.n[NODES]):
        if s.nodes[node].mark != 2 or s.nodes[node].done:
            continue
        # Books of an account that stays without traced money are closed again at the end of the instant.
        open_books(w, s, s.nodes[node].slot, t, method)
        can = _can_pay(w, s, node, t)
        transfer = transfer_of(w, next_posting(w, s, node, s.nodes[node].b, s.nodes[node].d, t, DEPARTURE))
        # First in file order among those that can pay: a rule that another program can follow from the same
        # files, and that does not depend on the order in which this one came to look at the accounts.
        if best < 0 or (can and not best_can) or (can == best_can and transfer < best_transfer):
            best, best_transfer, best_can = node, transfer, can
    return best
