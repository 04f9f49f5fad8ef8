"""Bridges: accounts that join what would else be apart, those that most ways of the money run through first (betweenness by
Brandes, "A faster algorithm for betweenness centrality", 2001).
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from warroom.networks.shapes import MONEY, Network

MOST = 400
"""On a drawing of more nodes than this no one looks for a bridge by eye, and the search would keep it waiting."""
Near = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Bridge:
    """An account that joins groups: without it, none of them reaches another. `between` counts the shortest ways of money
    from one account to another that run through it.
    """

    node: str
    groups: tuple[int, ...]
    between: float


def bridges_of(network: Network, groups: Mapping[str, int]) -> tuple[Bridge, ...]:
    """The bridges between these groups, each node's by its number; victims and where money ended join everybody, and are none."""
    if len(network.nodes) > MOST:
        return ()
    onward: dict[str, list[str]] = {name: [] for name in network.nodes}
    for tie in network.ties.values():
        if tie.relation == MONEY:
            onward[tie.start].append(tie.end)
    joining = {
        name for name, one in network.nodes.items() if one.hop is not None and "victim" not in one.marks
    }
    beside: dict[str, set[str]] = {name: set() for name in joining}
    for tie in network.ties.values():
        if tie.start in joining and tie.end in joining:
            beside[tie.start].add(tie.end)
            beside[tie.end].add(tie.start)
    between = _betweenness(onward)
    found = [
        Bridge(name, joined, between[name])
        for name in sorted(joining)
        if len(joined := _apart_without(name, beside, groups)) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.between, one.node)))


def _apart_without(name: str, beside: Near, groups: Mapping[str, int]) -> tuple[int, ...]:
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
        parts.append({groups[one] for one in part if one in groups} - {groups.get(name)})
    # Of each part the groups that no other part holds as well: a group on both sides is not joined by this account.
    own = {group for part in parts for group in part if sum(group in one for one in parts) == 1}
    return tuple(sorted(own)) if len([part for part in parts if part & own]) > 1 else ()


def _betweenness(onward: Near) -> dict[str, float]:
    found = dict.fromkeys(onward, 0.0)
    for start in onward:
        order, before, ways = _ways_from(start, onward)
        share = dict.fromkeys(order, 0.0)
        for one in reversed(order):
            for earlier in before[one]:
                share[earlier] += ways[earlier] / ways[one] * (1 + share[one])
            if one != start:
                found[one] += share[one]
    return found


def _ways_from(start: str, onward: Near) -> tuple[list[str], dict[str, list[str]], dict[str, int]]:
    """Nodes by their distance from one, who stands before each on its shortest ways, and how many ways there are."""
    far, ways, before = {start: 0}, {start: 1}, {start: list[str]()}
    order, queue = [start], deque([start])
    while queue:
        one = queue.popleft()
        for other in onward[one]:
            if other not in far:
                far[other], ways[other], before[other] = far[one] + 1, 0, []
                order.append(other)
                queue.append(other)
            if far[other] == far[one] + 1:
                ways[other] += ways[one]
                before[other].append(one)
    return order, before, ways
