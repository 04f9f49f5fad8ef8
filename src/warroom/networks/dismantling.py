"""Who must go for a network to fall apart: orders of removal, measured by the largest component that is left.

Starts are adaptive betweenness (Brandes 2001, from a sample of nodes in large graphs) and adaptive degree in the 2-core
(CoreHD, Zdeborová and others 2016). Their order is then rebuilt from its end, by putting back the node that joins
least, within windows of the old order; and improved by simulated annealing, which moves, exchanges and replaces single
removals. For a smallest set, nodes are removed at random places and put back where nothing large joins, again and again.
Chance is seeded: the same graph gives the same order. A place in such an order says how a network hangs together, and
nothing about guilt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warroom.kernels import compile_kernel

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SHARE = 0.1
"""The largest component, as a share of all nodes, at which a network counts as dismantled."""
WORK = 600_000_000
"""Visits of ties that the search for an order may make, about three seconds of a processor."""
BETWEEN_WORK = 1_000_000_000
"""The same for adaptive betweenness, which is sampled where it would need more."""
MOST_STEPS = 20_000
"""Steps of the search for a set, from each start: small networks are settled by then."""
WINDOWS = (20, 60, 1 << 40)
SPARE = 5
"""Removals beyond the last one that was needed: replacing one may need another."""
SEED = 1


@dataclass(frozen=True)
class Adjacency:
    """Nodes by number; the neighbours of node v are `neighbours[starts[v]:starts[v + 1]]`. Ties have no direction."""

    starts: Ints
    neighbours: Ints

    @property
    def count(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Dismantling:
    """`integral`: Simpson's rule over the largest component's share after each removal, from the first to the first below
    the target, which is in it (as in MIND-ND, env/graph_pool.py). `removals`: how many these are. `is_reached`: whether
    the target is.
    """

    integral: float
    removals: int
    is_reached: bool


def build_graph(count: int, ties: Iterable[tuple[int, int]]) -> Adjacency:
    """A graph of `count` nodes. Loops and repeated ties are left out."""
    pairs = sorted({(min(tie), max(tie)) for tie in ties if tie[0] != tie[1]})
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    tails = np.concatenate((ends[:, 0], ends[:, 1]))
    heads = np.concatenate((ends[:, 1], ends[:, 0]))
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=count), out=starts[1:])
    return Adjacency(starts, heads[np.lexsort((heads, tails))])


def compute_components(graph: Adjacency, order: Sequence[int] | Ints) -> Ints:
    """The size of the largest component after each removal of an order."""
    removals = np.array(order, np.int64)
    sizes = np.zeros(len(removals), np.int64)
    if len(removals):
        fill_components(graph.starts, graph.neighbours, removals, sizes)
    return sizes


def measure_dismantling(graph: Adjacency, order: Sequence[int] | Ints, share: float = SHARE) -> Dismantling:
    """The integral and the number of removals until the largest component is below `share` of all nodes."""
    from scipy.integrate import simpson

    sizes = compute_components(graph, order)
    below = np.flatnonzero(sizes < share * graph.count)
    shares = sizes[: below[0] + 1 if len(below) else len(sizes)] / max(1, graph.count)
    integral = float(simpson(shares, dx=1)) if len(shares) else 0.0
    return Dismantling(integral, len(shares), bool(len(below)))


def find_removal_order(graph: Adjacency, share: float = SHARE, work: int = WORK) -> list[int]:
    """The order of removals with the smallest integral that is found, until the largest component is below `share`."""
    target = share * graph.count
    if graph.count == 0 or _find_largest(graph) < target:
        return []
    starts = [_order_by_betweenness(graph, target), _order_by_core(graph, target)]
    orders = [
        variant
        for start in starts
        for variant in (start, *(rebuild_order(graph.starts, graph.neighbours, start, w) for w in WINDOWS))
    ]
    best = min(orders, key=lambda order: (measure_dismantling(graph, order, share).integral, len(order)))
    best = _cut_off(graph, best, target, SPARE)
    steps = work // (graph.count + len(graph.neighbours) + 1)
    heat = graph.count * 0.02
    best = anneal_order(graph.starts, graph.neighbours, best, target, steps, heat, heat / 40, SEED)
    return [int(node) for node in _cut_off(graph, best, target, 0)]


def find_removal_set(graph: Adjacency, share: float = SHARE, work: int = WORK) -> list[int]:
    """The smallest set that is found whose removal leaves no component above `share` of all nodes, in a good order."""
    most = int(share * graph.count)
    if graph.count == 0 or _find_largest(graph) <= most:
        return []
    steps = min(MOST_STEPS, work // (graph.count + len(graph.neighbours) + 1) // 2)
    best: Ints | None = None
    for start in (_order_by_betweenness(graph, most + 1), _order_by_core(graph, most + 1)):
        removed = np.zeros(graph.count, np.bool_)
        removed[start] = True
        shrunk = np.flatnonzero(shrink_set(graph.starts, graph.neighbours, removed, most, steps, SEED))
        if best is None or len(shrunk) < len(best):
            best = shrunk
    assert best is not None
    return [int(node) for node in rebuild_order(graph.starts, graph.neighbours, best, WINDOWS[-1])]


def _cut_off(graph: Adjacency, order: Ints, target: float, spare: int) -> Ints:
    """The removals until the target is reached, and some more nodes of high degree to exchange with."""
    needed = int(np.flatnonzero(compute_components(graph, order) < target)[0]) + 1
    degrees = np.diff(graph.starts).astype(np.float64)
    degrees[order[:needed]] = -1
    others = np.argsort(-degrees, kind="stable")[: min(spare, graph.count - needed)]
    return np.concatenate((order[:needed], others))


def _find_largest(graph: Adjacency) -> int:
    kept = np.ones(graph.count, np.bool_)
    return int(label_components(graph.starts, graph.neighbours, kept)[1].max(initial=0))


def _order_by_betweenness(graph: Adjacency, target: float) -> Ints:
    rounds = max(1, graph.count // 1500)
    # About a third of all nodes goes at most, several at a time in large graphs.
    each = 0.3 * graph.count / rounds * (len(graph.neighbours) + 1)
    sources = int(min(graph.count, max(32, BETWEEN_WORK / each)))
    order: Ints = remove_by_betweenness(graph.starts, graph.neighbours, target, sources, rounds, SEED)
    return order


def _order_by_core(graph: Adjacency, target: float) -> Ints:
    order: Ints = remove_by_core(graph.starts, graph.neighbours, target)
    return order


@compile_kernel(cache=True, nogil=True)
def find_root(parent: Any, node: Any) -> Any:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compile_kernel(cache=True, nogil=True)
def join_node(starts: Any, neighbours: Any, parent: Any, size: Any, kept: Any, node: Any) -> Any:
    """Join a kept node with its kept neighbours; the size of its component."""
    root = find_root(parent, node)
    for at in range(starts[node], starts[node + 1]):
        if kept[neighbours[at]]:
            other = find_root(parent, neighbours[at])
            if other != root:
                if size[root] < size[other]:
                    root, other = other, root
                parent[other] = root
                size[root] += size[other]
    return size[root]


@compile_kernel(cache=True, nogil=True)
def join_kept(starts: Any, neighbours: Any, parent: Any, size: Any, kept: Any) -> Any:
    """Join all kept nodes; the largest component's size."""
    largest = 0
    for node in range(len(starts) - 1):
        parent[node] = node
        size[node] = 1
    for node in range(len(starts) - 1):
        if kept[node]:
            largest = max(largest, join_node(starts, neighbours, parent, size, kept, node))
    return largest


@compile_kernel(cache=True, nogil=True)
def fill_components(starts: Any, neighbours: Any, order: Any, sizes: Any) -> None:
    """The largest component after each removal, found by putting nodes back from the last to the first."""
    count = len(starts) - 1
    parent, size = np.empty(count, np.int64), np.empty(count, np.int64)
    kept = np.ones(count, np.bool_)
    for node in order:
        kept[node] = False
    largest = join_kept(starts, neighbours, parent, size, kept)
    for place in range(len(order) - 1, -1, -1):
        sizes[place] = largest
        kept[order[place]] = True
        largest = max(largest, join_node(starts, neighbours, parent, size, kept, order[place]))


@compile_kernel(cache=True, nogil=True)
def label_components(starts: Any, neighbours: Any, kept: Any) -> Any:
    """Each node's component (-1 for nodes that are gone) and the components' sizes, padded with zeros."""
    count = len(starts) - 1
    label, sizes = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    waiting, labels = np.empty(count, np.int64), 0
    for first in range(count):
        if not kept[first] or label[first] >= 0:
            continue
        waiting[0], top, label[first] = first, 1, labels
        while top:
            top -= 1
            node = waiting[top]
            sizes[labels] += 1
            for at in range(starts[node], starts[node + 1]):
                other = neighbours[at]
                if kept[other] and label[other] < 0:
                    label[other] = labels
                    waiting[top] = other
                    top += 1
        labels += 1
    return label, sizes


@compile_kernel(cache=True, nogil=True)
def sum_betweenness(starts: Any, neighbours: Any, kept: Any, sources: Any, between: Any) -> None:
    """Brandes' accumulation from some sources, without weights."""
    count = len(starts) - 1
    distance, paths, share = np.full(count, -1, np.int64), np.zeros(count), np.zeros(count)
    queue = np.empty(count, np.int64)
    for source in sources:
        head, tail = 0, 1
        queue[0], distance[source], paths[source] = source, 0, 1.0
        while head < tail:
            node = queue[head]
            head += 1
            for at in range(starts[node], starts[node + 1]):
                other = neighbours[at]
                if kept[other]:
                    if distance[other] < 0:
                        distance[other] = distance[node] + 1
                        queue[tail] = other
                        tail += 1
                    if distance[other] == distance[node] + 1:
                        paths[other] += paths[node]
        for place in range(tail - 1, -1, -1):
            node = queue[place]
            for at in range(starts[node], starts[node + 1]):
                other = neighbours[at]
                if kept[other] and distance[other] == distance[node] - 1:
                    share[other] += paths[other] / paths[node] * (1 + share[node])
            if node != source:
                between[node] += share[node]
        for place in range(tail):
            node = queue[place]
            distance[node], paths[node], share[node] = -1, 0.0, 0.0


@compile_kernel(cache=True, nogil=True)
def remove_by_betweenness(
    starts: Any, neighbours: Any, target: Any, sources: Any, together: Any, seed: Any
) -> Any:
    """Remove the nodes of the largest component with the highest betweenness, some at a time, until the target."""
    np.random.seed(seed)
    count = len(starts) - 1
    kept, order, done = np.ones(count, np.bool_), np.empty(count, np.int64), 0
    while done < count:
        label, sizes = label_components(starts, neighbours, kept)
        largest = np.argmax(sizes)
        if sizes[largest] < target:
            break
        members = np.flatnonzero(label == largest)
        chosen = members
        if len(members) > sources:
            chosen = members[np.random.permutation(len(members))[:sources]]
        between = np.zeros(count)
        sum_betweenness(starts, neighbours, kept, chosen, between)
        for node in range(count):
            # In a clique nobody is between: then the degree decides, as between equals.
            between[node] = (
                between[node] + 1e-6 * (starts[node + 1] - starts[node]) if label[node] == largest else -1.0
            )
        for _ in range(min(together, len(members))):
            node = int(np.argmax(between))
            between[node], kept[node], order[done] = -1.0, False, node
            done += 1
    return order[:done]


@compile_kernel(cache=True, nogil=True)
def remove_by_core(starts: Any, neighbours: Any, target: Any) -> Any:
    """Remove the node of the 2-core with the highest degree there, until no core is left; then by component."""
    count = len(starts) - 1
    kept, core = np.ones(count, np.bool_), np.ones(count, np.bool_)
    degree = (starts[1:] - starts[:-1]).copy()
    order, done = np.empty(count, np.int64), 0
    waiting = np.empty(count, np.int64)
    removed, first = -1, True
    while done < count:
        top = 0
        if first:
            for node in range(count):
                if degree[node] < 2:
                    core[node], waiting[top] = False, node
                    top += 1
        elif removed >= 0:
            core[removed], waiting[top] = False, removed
            top += 1
        first = False
        while top:
            top -= 1
            node = waiting[top]
            for at in range(starts[node], starts[node + 1]):
                other = neighbours[at]
                degree[other] -= 1
                if core[other] and degree[other] < 2:
                    core[other], waiting[top] = False, other
                    top += 1
        removed = -1
        for node in range(count):
            if core[node] and (removed < 0 or degree[node] > degree[removed]):
                removed = node
        if removed < 0:
            break
        kept[removed], order[done] = False, removed
        done += 1
    # What is left are trees: each is broken where its halves are smallest.
    while done < count:
        label, sizes = label_components(starts, neighbours, kept)
        largest = np.argmax(sizes)
        if sizes[largest] < target:
            break
        node = find_tree_centre(starts, neighbours, kept, label, largest, sizes[largest])
        kept[node], order[done] = False, node
        done += 1
    return order[:done]


@compile_kernel(cache=True, nogil=True)
def find_tree_centre(starts: Any, neighbours: Any, kept: Any, label: Any, tree: Any, size: Any) -> Any:
    """The node of a tree whose removal leaves the smallest largest part."""
    count = len(starts) - 1
    queue, parent, below = np.empty(count, np.int64), np.full(count, -1, np.int64), np.ones(count, np.int64)
    head, tail = 0, 0
    for node in range(count):
        if label[node] == tree:
            queue[0], tail = node, 1
            break
    largest = np.zeros(count, np.int64)
    while head < tail:
        node = queue[head]
        head += 1
        for at in range(starts[node], starts[node + 1]):
            other = neighbours[at]
            if kept[other] and other != parent[node]:
                parent[other], queue[tail] = node, other
                tail += 1
    best = queue[0]
    for place in range(tail - 1, -1, -1):
        node = queue[place]
        largest[node] = max(largest[node], size - below[node])
        if parent[node] >= 0:
            below[parent[node]] += below[node]
            largest[parent[node]] = max(largest[parent[node]], below[node])
        if place == tail - 1 or largest[node] < largest[best]:
            best = node
    return best


@compile_kernel(cache=True, nogil=True)
def rebuild_order(starts: Any, neighbours: Any, order: Any, window: Any) -> Any:
    """The same removals from the end on: of the last `window`, the one is put back that joins the smallest component."""
    count, left = len(starts) - 1, len(order)
    parent, size = np.empty(count, np.int64), np.empty(count, np.int64)
    kept, seen, stamp = np.ones(count, np.bool_), np.full(count, -1, np.int64), 0
    for node in order:
        kept[node] = False
    join_kept(starts, neighbours, parent, size, kept)
    rest, rebuilt = order.copy(), np.empty(left, np.int64)
    while left:
        best, least = -1, 0
        for place in range(left - 1, max(0, left - window) - 1, -1):
            stamp += 1
            joined = 1
            for at in range(starts[rest[place]], starts[rest[place] + 1]):
                if kept[neighbours[at]]:
                    root = find_root(parent, neighbours[at])
                    if seen[root] != stamp:
                        seen[root] = stamp
                        joined += size[root]
            if best < 0 or joined < least:
                best, least = place, joined
        node = rest[best]
        for place in range(best, left - 1):
            rest[place] = rest[place + 1]
        left -= 1
        rebuilt[left], kept[node] = node, True
        join_node(starts, neighbours, parent, size, kept, node)
    return rebuilt


@compile_kernel(cache=True, nogil=True)
def sum_components(starts: Any, neighbours: Any, order: Any, target: Any, sizes: Any) -> Any:
    """The sum of the largest components until the first below the target, and how many removals these are."""
    fill_components(starts, neighbours, order, sizes)
    total = 0.0
    for place in range(len(order)):
        total += sizes[place]
        if sizes[place] < target:
            return total, place + 1
    return 1e18, len(order)


@compile_kernel(cache=True, nogil=True)
def draw_near(starts: Any, neighbours: Any, node: Any) -> Any:
    """A neighbour of a node, one of that neighbour's, or any node."""
    count = len(starts) - 1
    if np.random.random() < 0.3 or starts[node + 1] == starts[node]:
        return np.random.randint(count)
    near = neighbours[starts[node] + np.random.randint(starts[node + 1] - starts[node])]
    if np.random.random() < 0.3:
        near = neighbours[starts[near] + np.random.randint(starts[near + 1] - starts[near])]
    return near


@compile_kernel(cache=True, nogil=True)
def anneal_order(
    starts: Any, neighbours: Any, order: Any, target: Any, steps: Any, hot: Any, cold: Any, seed: Any
) -> Any:
    """Move, exchange and replace removals; worse orders are taken with a chance that falls as it cools."""
    np.random.seed(seed)
    current, trial, best, length = order.copy(), order.copy(), order.copy(), len(order)
    sizes, is_in = np.zeros(length, np.int64), np.zeros(len(starts) - 1, np.bool_)
    for node in order:
        is_in[node] = True
    total, needed = sum_components(starts, neighbours, current, target, sizes)
    least = total
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        trial[:] = current
        added, dropped = -1, -1
        place, kind = np.random.randint(needed), np.random.random()
        node = trial[place]
        if kind < 0.45:
            to = max(0, min(needed - 1, place + np.random.randint(-8, 9)))
            if np.random.random() < 0.3:
                to = np.random.randint(needed)
            move = 1 if to > place else -1
            for at in range(place, to, move):
                trial[at] = trial[at + move]
            trial[to] = node
        else:
            other = draw_near(starts, neighbours, node)
            if is_in[other]:
                for at in range(length):
                    if trial[at] == other:
                        trial[at] = node
                        break
                trial[place] = other
            elif kind < 0.85:
                trial[place], added, dropped = other, other, node
            else:
                added, dropped = other, trial[length - 1]
                for at in range(length - 1, place, -1):
                    trial[at] = trial[at - 1]
                trial[place] = other
        value, removals = sum_components(starts, neighbours, trial, target, sizes)
        if value <= total or np.random.random() < np.exp((total - value) / heat):
            current[:] = trial
            total, needed = value, removals
            if added >= 0:
                is_in[added], is_in[dropped] = True, False
            if value < least:
                least = value
                best[:] = trial
    return best


@compile_kernel(cache=True, nogil=True)
def put_back(starts: Any, neighbours: Any, removed: Any, most: Any, parent: Any, size: Any) -> Any:
    """Put removed nodes back, those that join least first, while no component exceeds `most`; how many stay removed."""
    count = len(starts) - 1
    kept = ~removed
    if join_kept(starts, neighbours, parent, size, kept) > most:
        return count + 1
    seen, places = np.full(count, -1, np.int64), np.flatnonzero(removed)
    joined = np.empty(len(places))
    for place in range(len(places)):
        joined[place] = 1.0
        for at in range(starts[places[place]], starts[places[place] + 1]):
            if kept[neighbours[at]]:
                root = find_root(parent, neighbours[at])
                if seen[root] != place:
                    seen[root] = place
                    joined[place] += size[root]
        joined[place] *= 1 + 0.3 * np.random.random()
    left, stamp = len(places), count
    for place in np.argsort(joined):
        node, whole = places[place], 1
        stamp += 1
        for at in range(starts[node], starts[node + 1]):
            if kept[neighbours[at]]:
                root = find_root(parent, neighbours[at])
                if seen[root] != stamp:
                    seen[root] = stamp
                    whole += size[root]
        if whole <= most:
            kept[node], removed[node] = True, False
            join_node(starts, neighbours, parent, size, kept, node)
            left -= 1
    return left


@compile_kernel(cache=True, nogil=True)
def shrink_set(starts: Any, neighbours: Any, removed: Any, most: Any, steps: Any, seed: Any) -> Any:
    """Remove some nodes near removed ones and put all back that can be, again and again; the smallest set."""
    np.random.seed(seed)
    count = len(starts) - 1
    parent, size = np.empty(count, np.int64), np.empty(count, np.int64)
    current = removed.copy()
    least = put_back(starts, neighbours, current, most, parent, size)
    for _ in range(steps):
        trial, places = current.copy(), np.flatnonzero(current)
        if len(places) == 0:
            break
        node = places[np.random.randint(len(places))]
        for _ in range(1 + np.random.randint(6)):
            # A walk: changes near each other can make up for each other.
            node = draw_near(starts, neighbours, node)
            trial[node] = True
        left = put_back(starts, neighbours, trial, most, parent, size)
        if left <= least:
            current, least = trial, left
    return current
