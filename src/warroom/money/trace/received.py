"""How much of a loss each account received: every satang of it once, however often it came round again.

`TracedFlow.tainted_in` adds up what came, so that money which an account passed on and got back is in it twice. That is right
for conservation and wrong as a statement about a loss: nobody receives 197,088 of 130,000 baht.
"""

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import Ints
from warroom.money.trace.flow import TracedFlow


def compute_received(flow: TracedFlow) -> Ints:
    """Satang of the loss that each account of the flow received, a satang that came back counted once.

    At least what is still there, at most what came (`tainted_in`) and at most the loss. What comes back is told apart by
    shares: where an account holds money that has been at the other one and money that has not, each payment takes of both
    in proportion, by whatever method the trail is followed.
    """
    if not len(flow.account):
        return flow.tainted_in.copy()
    order = np.argsort(flow.account, kind="stable")
    steps, names = flow.steps, flow.account[order]
    payer, payee = _find_rows(names, order, steps.payer), _find_rows(names, order, steps.payee)
    payee[steps.end != 0] = -1
    received = flow.tainted_in.copy()
    for row in _list_paid_after_paying(payer, payee, len(received)):
        first_satang = _sum_first_arrivals(payer, payee, steps.traced, steps.new, len(received), row)
        received[row] = min(max(first_satang, int(flow.still_there[row])), int(flow.tainted_in[row]))
    return received


def _find_rows(names: Ints, order: Ints, accounts: Ints) -> Ints:
    """The row of the flow of each account; -1 for one that is not in it."""
    at = np.minimum(np.searchsorted(names, accounts), len(names) - 1)
    return np.where(names[at] == accounts, order[at], -1)


def _list_paid_after_paying(payer: Ints, payee: Ints, rows: int) -> list[int]:
    """Rows of accounts that got traced money after they had paid some: to no other can any come back."""
    first_out, last_in = np.full(rows, len(payer)), np.full(rows, -1)
    numbers = np.arange(len(payer))
    np.minimum.at(first_out, payer[payer >= 0], numbers[payer >= 0])
    np.maximum.at(last_in, payee[payee >= 0], numbers[payee >= 0])
    return np.flatnonzero(last_in > first_out).tolist()


@compile_cached_kernel
def _sum_first_arrivals(payer: Ints, payee: Ints, traced: Ints, new: Ints, rows: int, target: int) -> int:
    """Satang that came to `target` and had not been there. `fresh` is what of the money at each account had not."""
    lies, fresh = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    received = 0
    for step in range(len(traced)):
        p, q, old = payer[step], payee[step], traced[step] - new[step]
        part = new[step]
        if p >= 0:
            if p != target:
                # In proportion, and never so little that more of the rest would be left than there is.
                share = int(fresh[p] * (old / lies[p])) if lies[p] > old else fresh[p]
                share = max(share, fresh[p] + old - lies[p])
                share = max(0, min(share, fresh[p], old))
                fresh[p] -= share
                part += share
            lies[p] -= old
        if q >= 0:
            lies[q] += traced[step]
            if q == target:
                received += part
            else:
                fresh[q] += part
    return received
