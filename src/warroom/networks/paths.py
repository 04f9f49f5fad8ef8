"""Paths between two nodes: the one of fewest ties, or one that money can have taken, with transfers in order
of time.
"""

import heapq
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from warroom.networks.shapes import MONEY, Network, NetworkTie, TieTransfer


@dataclass(frozen=True, slots=True)
class PathHop:
    """One tie of a path. `is_reversed`: walked against its direction; `move`: the transfer taken, of a money
    path.
    """

    tie: NetworkTie
    is_reversed: bool = False
    move: TieTransfer | None = None


def find_shortest_path(network: Network, start: str, end: str) -> list[PathHop]:
    """The way over the fewest ties, whichever way they run; empty where there is none."""
    beside, reached = network.group_ties_by_node(), {start: None}
    from_tie: dict[str, tuple[str, NetworkTie]] = {}
    queue = deque([start])
    # Breadth first: the first way found has the fewest ties.
    while queue and end not in reached:
        node = queue.popleft()
        for other, tie in beside.get(node, ()):
            if other not in reached:
                reached[other] = None
                from_tie[other] = (node, tie)
                queue.append(other)
    return _walk_back_ties(from_tie, start, end)


def _walk_back_ties(from_tie: dict[str, tuple[str, NetworkTie]], start: str, end: str) -> list[PathHop]:
    way: list[PathHop] = []
    while end != start:
        if end not in from_tie:
            return []
        previous, tie = from_tie[end]
        way.append(PathHop(tie, is_reversed=tie.end == previous))
        end = previous
    return way[::-1]


def find_money_path(network: Network, start: str, end: str) -> list[PathHop]:
    """The way by which money from `start` can have reached `end` first: every transfer at or after the one before it
    (the earliest arrival); empty where there is none.
    """
    out: dict[str, list[NetworkTie]] = {}
    for tie in network.ties.values():
        if tie.relation == MONEY:
            out.setdefault(tie.start, []).append(tie)
    arrivals: dict[str, tuple[str, PathHop]] = {}
    # The hops a way took are told apart at equal times, so that the shorter of two is taken.
    waiting: list[tuple[datetime | None, int, str]] = [(None, 0, start)]
    done: set[str] = set()
    while waiting:
        since, hops, node = heapq.heappop(waiting)
        if node in done:
            continue
        # Dijkstra's rule holds, because leaving later never means arriving earlier: what
        # is popped has its earliest time.
        done.add(node)
        if node == end:
            break
        for tie in out.get(node, ()):
            # The first transfer at or after the money's arrival: an earlier one cannot have carried it on.
            move = next((move for move in tie.moves if since is None or move.time >= since), None)
            if move is None or tie.end in done:
                continue
            known = arrivals.get(tie.end)
            if known is None or _arrival_time(known[1]) > move.time:
                arrivals[tie.end] = (node, PathHop(tie, move=move))
                heapq.heappush(waiting, (move.time, hops + 1, tie.end))
    return _walk_back_hops(arrivals, start, end)


def _arrival_time(hop: PathHop) -> datetime:
    assert hop.move is not None
    return hop.move.time


def _walk_back_hops(came: dict[str, tuple[str, PathHop]], start: str, end: str) -> list[PathHop]:
    way: list[PathHop] = []
    while end != start:
        if end not in came:
            return []
        end, hop = came[end]
        way.append(hop)
    return way[::-1]
