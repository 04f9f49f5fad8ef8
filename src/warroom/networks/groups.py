"""Groups: who deals with each other more than with others, found by moving nodes while modularity grows (Blondel and
others, "Fast unfolding of communities in large networks", 2008), in a fixed order, so that the same network always falls
into the same groups.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping

from warroom.networks.shapes import Network

Weights = Mapping[Hashable, Mapping[Hashable, float]]
PASSES = 8
STILL = 0.005
"""Once fewer than this share of the nodes moves, the next level takes over."""
LEVELS = 6
MOST = 150
"""More groups than this are no help to a reader: the smallest are one group, called the rest."""


def groups_of(network: Network) -> dict[str, int]:
    """Each node's group, numbered from 1 by size, the largest first; 0 is the rest where there are very many."""
    members = _communities(_weights(network))
    ordered = sorted(members, key=lambda group: (-len(group), min(group)))
    return {
        node: number if number <= MOST else 0 for number, group in enumerate(ordered, 1) for node in group
    }


def _weights(network: Network) -> Weights:
    """Ties count alike, however much money they carry: one large transfer makes no group."""
    found: dict[Hashable, dict[Hashable, float]] = {name: {} for name in sorted(network.nodes)}
    for tie in (network.ties[name] for name in sorted(network.ties)):
        found[tie.start][tie.end] = found[tie.start].get(tie.end, 0.0) + 1
        found[tie.end][tie.start] = found[tie.end].get(tie.start, 0.0) + 1
    return found


def _communities(weights: Weights) -> list[list[str]]:
    groups: dict[Hashable, list[str]] = {name: [str(name)] for name in weights}
    graph: Weights = weights
    for _ in range(LEVELS):
        homes = _settle(graph)
        joined: dict[Hashable, list[str]] = defaultdict(list)
        for one, home in homes.items():
            joined[home].extend(groups[one])
        if len(joined) == len(groups):
            break
        groups, graph = joined, _folded(graph, homes)
    return list(groups.values())


def _settle(graph: Weights) -> dict[Hashable, Hashable]:
    """Where each node feels at home: moved to the neighbouring group that gains most, until nobody moves."""
    degree = {one: sum(near.values()) for one, near in graph.items()}
    whole = sum(degree.values()) or 1.0
    home: dict[Hashable, Hashable] = {one: one for one in graph}
    held = dict(degree)
    for _ in range(PASSES):
        moved = 0
        for one, near in graph.items():
            mine = home[one]
            held[mine] -= degree[one]
            best = _best(one, near, home, held, degree[one] / whole)
            held[best] += degree[one]
            moved += best != mine
            home[one] = best
        if moved <= STILL * len(graph):
            break
    return home


def _best(
    one: Hashable,
    near: Mapping[Hashable, float],
    home: Mapping[Hashable, Hashable],
    held: Mapping[Hashable, float],
    share: float,
) -> Hashable:
    links: dict[Hashable, float] = {home[one]: 0.0}
    for other, weight in near.items():
        if other != one:
            links[home[other]] = links.get(home[other], 0.0) + weight
    best, most = home[one], links[home[one]] - held[home[one]] * share
    for group, weight in links.items():
        gain = weight - held[group] * share
        if gain > most + 1e-9:
            best, most = group, gain
    return best


def _folded(graph: Weights, home: Mapping[Hashable, Hashable]) -> dict[Hashable, dict[Hashable, float]]:
    folded: dict[Hashable, dict[Hashable, float]] = {home[one]: {} for one in graph}
    for one, near in graph.items():
        row = folded[home[one]]
        for other, weight in near.items():
            row[home[other]] = row.get(home[other], 0.0) + weight
    return folded
