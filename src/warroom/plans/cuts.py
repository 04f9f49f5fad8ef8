"""Minimum cuts of one network again and again with other capacities: the inner step of every search."""

from dataclasses import dataclass

import numpy as np

from warroom.plans.problem import SINK, SOURCE, Bools, Floats, FlowProblem

LARGEST_FLOW = 1_000_000_000
"""The flow without any plan in whole units: scipy counts in 32 bits."""

SCALINGS = 5
"""Flows at most until the unit fits: the first is coarse where single arcs are far larger than all that gets through."""
HUBS = 200
HUB_SHARE = 0.005
"""A hub can carry at least this share of the flow."""
FORCED_HUBS = 4
"""So many of the largest hubs can be put on one side of a cut."""


@dataclass(frozen=True, slots=True)
class MinimumCut:
    """`flow` is the most that gets through, at or a little below the true value; `near`: nodes on the source's side."""

    flow: float
    near: Bools


class CutFinder:
    """Finds minimum cuts of a problem's network; the order of its arcs is prepared once."""

    def __init__(self, problem: FlowProblem) -> None:
        size = problem.nodes
        self.hubs: list[int] = []
        self._ends = (problem.tails, problem.heads)
        self._order_arcs(size)
        self._most = self._bound_flow(problem)
        self.base = 0.0
        for _ in range(SCALINGS):
            # Each arc of the cut lost less than a unit, so this bounds the true flow; it tells a finer unit.
            unit, cut = self._most / LARGEST_FLOW, self.find_cut(problem.capacity)
            crossing = cut.near[problem.tails] & ~cut.near[problem.heads]
            self.base, self._most = cut.flow, min(self._most, cut.flow + (crossing.sum() + 1) * unit)
            if self._most <= 1.01 * self.base or self._most <= 0:
                break
        self._most = max(self._most, 1.01 * self.base)
        self.base = self.find_cut(problem.capacity).flow
        self.hubs = find_hubs(problem, self.base)
        self._order_arcs(size)

    def _order_arcs(self, size: int) -> None:
        """Order the arcs for scipy; two more for each hub, which are used to force it to a side."""
        from scipy import sparse

        forced = np.array(self.hubs[:FORCED_HUBS], np.int64)
        tails = np.concatenate((self._ends[0], np.full(len(forced), SOURCE), forced))
        heads = np.concatenate((self._ends[1], forced, np.full(len(forced), SINK)))
        pairs, self._pair_of = np.unique(tails * size + heads, return_inverse=True)
        self._pairs, self._nodes = len(pairs), size
        places = sparse.csr_matrix(
            (np.arange(1, len(pairs) + 1), (pairs // size, pairs % size)), shape=(size, size)
        )
        self._columns, self._rows, self._order = places.indices, places.indptr, places.data - 1

    def _bound_flow(self, problem: FlowProblem) -> float:
        out = problem.capacity[problem.tails == SOURCE].sum()
        return float(min(out, problem.capacity[problem.heads == SINK].sum())) * 1.01

    def find_cut(self, capacity: Floats, forced: tuple[int, int] | None = None) -> MinimumCut:
        """The minimum cut where arcs carry so much; `forced` is the place of a hub and its side (0: the source's).

        Capacities are rounded down, so the flow never lies above the true one.
        """
        from scipy import sparse
        from scipy.sparse.csgraph import breadth_first_order, maximum_flow

        near = np.zeros(self._nodes, bool)
        near[SOURCE] = True
        if self._most <= 0 or not self._pairs:
            return MinimumCut(0.0, near)
        unit = self._most / LARGEST_FLOW
        extra = np.zeros(2 * min(len(self.hubs), FORCED_HUBS))
        if forced:
            extra[forced[0] + forced[1] * (len(extra) // 2)] = self._most
        whole = np.concatenate((np.minimum(capacity, self._most), extra))
        joined = np.bincount(self._pair_of, whole, self._pairs)
        units = (np.minimum(joined, self._most) / unit).astype(np.int32)[self._order]
        network = sparse.csr_matrix((units, self._columns, self._rows), shape=(self._nodes, self._nodes))
        result = maximum_flow(network, SOURCE, SINK, method="dinic")
        rest = network - result.flow
        rest.data = (rest.data > 0).astype(np.int8)
        rest.eliminate_zeros()
        near[breadth_first_order(rest, SOURCE, return_predecessors=False)] = True
        return MinimumCut(float(result.flow_value) * unit, near)


def find_hubs(problem: FlowProblem, base: float) -> list[int]:
    """The nodes through which most can flow, the largest first."""
    capacity = np.minimum(problem.capacity, base)
    into = np.bincount(problem.heads, capacity, problem.nodes)
    through = np.minimum(into, np.bincount(problem.tails, capacity, problem.nodes))
    through[[SOURCE, SINK]] = 0
    order = np.argsort(-through, kind="stable")[:HUBS]
    return [int(node) for node in order if through[node] > HUB_SHARE * base]
