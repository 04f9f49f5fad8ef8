"""Bridges: accounts that join tied groups that would else be apart, those that most ways of the money run through first
(betweenness by Brandes, "A faster algorithm for betweenness centrality", 2001).
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from warroom.networks.bonds import SharedThing
from warroom.networks.shapes import MONEY, Network

MOST = 400
"""Nodes; a larger drawing is not searched: nobody finds a bridge on it by eye, and the search would delay it.
"""
Near = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class BridgeAccount:
    """An account that joins groups: without it, none of them reaches another.

    `betweenness` is the number of shortest money paths between other accounts that run through it.
    """

    node: str
    groups: tuple[int, ...]
    betweenness: float


def find_bridges(
    network: Network, groups: Mapping[str, int], shared: Collection[SharedThing] = ()
) -> tuple[BridgeAccount, ...]:
    """The bridges between these groups, each node's by its number; victims and where money ended join everybody, and are none.

    `groups` names only groups that are tied by more than the trail: any inner account of a trail parts it. What is
    `shared` joins its accounts as a payment does.
    """
    if len(network.nodes) > MOST:
        return ()
    onward: dict[str, list[str]] = {name: [] for name in network.nodes}
    for tie in network.ties.values():
        if tie.relation == MONEY:
            onward[tie.start].append(tie.end)
    joining = {
        name for name, node in network.nodes.items() if node.hop is not None and "victim" not in node.marks
    }
    beside: dict[str, set[str]] = {name: set() for name in joining}
    for tie in network.ties.values():
        if tie.start in joining and tie.end in joining:
            beside[tie.start].add(tie.end)
            beside[tie.end].add(tie.start)
    for thing in shared:
        own = [name for name in thing.accounts if name in joining]
        for name in own:
            beside[name].update(other for other in own if other != name)
    between = _compute_betweenness(onward)
    bridges = [
        BridgeAccount(name, joined, between[name])
        for name in sorted(joining)
        if len(joined := _groups_joined_only_by(name, beside, groups)) > 1
    ]
    return tuple(sorted(bridges, key=lambda bridge: (-bridge.betweenness, bridge.node)))


def _groups_joined_only_by(name: str, beside: Near, groups: Mapping[str, int]) -> tuple[int, ...]:
    """The groups, other than its own, that reach each other over a node alone; empty where they have another way."""
    parts, seen = [], {name}
    for start in sorted(beside[name]):
        if start in seen:
            continue
        part, queue = {start}, deque([start])
        while queue:
            for other in beside[queue.popleft()]:
                if other != name and other not in part:
                    part.add(other)
                    queue.append(other)
        seen |= part
        parts.append({groups[member] for member in part if member in groups} - {groups.get(name)})
    # Of each part the groups that no other part holds as well: a group on both sides is not joined by this account.
    own = {group for part in parts for group in part if sum(group in other_part for other_part in parts) == 1}
    return tuple(sorted(own)) if len([part for part in parts if part & own]) > 1 else ()


def _compute_betweenness(onward: Near) -> dict[str, float]:
    between = dict.fromkeys(onward, 0.0)
    for start in onward:
        order, before, ways = _shortest_ways_from(start, onward)
        share = dict.fromkeys(order, 0.0)
        # Brandes' accumulation: from the farthest node back, so that each node's share is complete when it is
        # passed on.
        for node in reversed(order):
            for earlier in before[node]:
                share[earlier] += ways[earlier] / ways[node] * (1 + share[node])
            if node != start:
                between[node] += share[node]
    return between


def _shortest_ways_from(start: str, onward: Near) -> tuple[list[str], dict[str, list[str]], dict[str, int]]:
    """Nodes by distance from `start`, the predecessors of each on its shortest paths, and the number of such
    paths.
    """
    far, ways, before = {start: 0}, {start: 1}, {start: list[str]()}
    order, queue = [start], deque([start])
    while queue:
        node = queue.popleft()
        for other in onward[node]:
            if other not in far:
                far[other], ways[other], before[other] = far[node] + 1, 0, []
                order.append(other)
                queue.append(other)
            if far[other] == far[node] + 1:
                ways[other] += ways[node]
                before[other].append(node)
    return order, before, ways
