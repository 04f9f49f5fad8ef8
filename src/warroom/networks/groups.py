"""Groups of nodes with more ties among themselves than to others, found by the Louvain method (Blondel and
others, "Fast unfolding of communities in large networks", 2008) in a fixed order, so that the same network
always gives the same groups.
"""

from collections.abc import Sequence

from warroom.networks.shapes import Network

Weights = list[dict[int, float]]
"""Each node's neighbours by number, with how many ties lead there; to itself: what it was folded from."""
# Passes over all nodes at most; chosen, since most nodes have settled after three or four.
PASSES = 8
STILL = 0.005
"""Once fewer than this share of the nodes moves, the next level takes over."""
# Foldings at most; chosen: each joins groups of several nodes, so six are more than any case's network has.
LEVELS = 6
MOST = 150
"""More groups than this are no help to a reader: the smallest are one group, called the rest."""


def find_groups(network: Network) -> dict[str, int]:
    """Each node's group, numbered from 1 by size, the largest first; 0 is the rest where there are very many."""
    # Nodes are visited in this order, and groups depend on it: sorted, they depend on the network alone.
    names = sorted(network.nodes)
    members = _find_communities(_build_weights(network, names))
    ordered = sorted(members, key=lambda group: (-len(group), min(group)))
    return {
        names[node]: number if number <= MOST else 0
        for number, group in enumerate(ordered, 1)
        for node in group
    }


def _build_weights(network: Network, names: list[str]) -> Weights:
    """Ties count alike, however much money they carry: one large transfer makes no group."""
    place = {name: at for at, name in enumerate(names)}
    weights: Weights = [{} for _ in names]
    for name in sorted(network.ties):
        start, end = place[network.ties[name].start], place[network.ties[name].end]
        weights[start][end] = weights[start].get(end, 0.0) + 1
        weights[end][start] = weights[end].get(start, 0.0) + 1
    return weights


def _find_communities(graph: Weights) -> list[list[int]]:
    groups = [[node] for node in range(len(graph))]
    for _ in range(LEVELS):
        home = _assign_groups(graph)
        number = {old: new for new, old in enumerate(sorted(set(home)))}
        # Nothing was joined: every further level would be the same.
        if len(number) == len(groups):
            break
        joined: list[list[int]] = [[] for _ in number]
        for group, members in enumerate(groups):
            joined[number[home[group]]].extend(members)
        groups, graph = joined, _fold_groups(graph, [number[old] for old in home])
    return groups


def _assign_groups(graph: Weights) -> list[int]:
    """The group of each node: each moves to the neighbouring group that raises modularity most, until few
    move.
    """
    degree = [sum(near.values()) for near in graph]
    whole = sum(degree) or 1.0
    home, held = list(range(len(graph))), degree.copy()
    for _ in range(PASSES):
        moved = 0
        for node, near in enumerate(graph):
            mine = home[node]
            # Taken out first: staying is judged by the same rule as moving.
            held[mine] -= degree[node]
            best = _find_best_group(node, near, home, held, degree[node] / whole)
            held[best] += degree[node]
            moved += best != mine
            home[node] = best
        if moved <= STILL * len(graph):
            break
    return home


def _find_best_group(
    node: int, near: dict[int, float], home: list[int], held: Sequence[float], share: float
) -> int:
    mine = home[node]
    links = {mine: 0.0}
    for other, weight in near.items():
        if other != node:
            group = home[other]
            links[group] = links.get(group, 0.0) + weight
    best, most = mine, links[mine] - held[mine] * share
    for group, weight in links.items():
        # The gain of modularity up to constants: ties into the group, less those that chance would put there.
        gain = weight - held[group] * share
        # Strictly more: two groups that are as good would else pass a node to and fro until PASSES end.
        if gain > most + 1e-9:
            best, most = group, gain
    return best


def _fold_groups(graph: Weights, home: list[int]) -> Weights:
    folded: Weights = [{} for _ in range(max(home) + 1)]
    for one, near in enumerate(graph):
        row = folded[home[one]]
        for other, weight in near.items():
            row[home[other]] = row.get(home[other], 0.0) + weight
    return folded
