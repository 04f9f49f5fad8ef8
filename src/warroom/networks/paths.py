"""Ways from one node to another: the fewest ties, or the way that money can have gone, each transfer after the one before."""

import heapq
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from warroom.networks.shapes import MONEY, Move, Network, Tie


@dataclass(frozen=True, slots=True)
class Hop:
    """One tie of a way: `back` where it is walked against its direction. Of money: the transfer that was taken."""

    tie: Tie
    back: bool = False
    move: Move | None = None


def by_hops(network: Network, start: str, end: str) -> list[Hop]:
    """The way over the fewest ties, whichever way they run; empty where there is none."""
    beside, came = network.beside(), {start: None}
    from_tie: dict[str, tuple[str, Tie]] = {}
    queue = deque([start])
    # Breadth first: the first way found has the fewest ties.
    while queue and end not in came:
        one = queue.popleft()
        for other, tie in beside.get(one, ()):
            if other not in came:
                came[other] = None
                from_tie[other] = (one, tie)
                queue.append(other)
    return _walked(from_tie, start, end)


def _walked(from_tie: dict[str, tuple[str, Tie]], start: str, end: str) -> list[Hop]:
    way: list[Hop] = []
    while end != start:
        if end not in from_tie:
            return []
        one, tie = from_tie[end]
        way.append(Hop(tie, back=tie.end == one))
        end = one
    return way[::-1]


def by_money(network: Network, start: str, end: str) -> list[Hop]:
    """The way by which money from `start` can have reached `end` first: every transfer at or after the one before it
    (the earliest arrival); empty where there is none.
    """
    out: dict[str, list[Tie]] = {}
    for tie in network.ties.values():
        if tie.relation == MONEY:
            out.setdefault(tie.start, []).append(tie)
    came: dict[str, tuple[str, Hop]] = {}
    # The hops a way took are told apart at equal times, so that the shorter of two is taken.
    waiting: list[tuple[datetime | None, int, str]] = [(None, 0, start)]
    done: set[str] = set()
    while waiting:
        since, hops, one = heapq.heappop(waiting)
        if one in done:
            continue
        # Dijkstra's rule holds, because leaving later never means arriving earlier: what
        # is popped has its earliest time.
        done.add(one)
        if one == end:
            break
        for tie in out.get(one, ()):
            # The first transfer at or after the money's arrival: an earlier one cannot have carried it on.
            move = next((move for move in tie.moves if since is None or move.time >= since), None)
            if move is None or tie.end in done:
                continue
            known = came.get(tie.end)
            if known is None or _arrival(known[1]) > move.time:
                came[tie.end] = (one, Hop(tie, move=move))
                heapq.heappush(waiting, (move.time, hops + 1, tie.end))
    return _way(came, start, end)


def _arrival(hop: Hop) -> datetime:
    assert hop.move is not None
    return hop.move.time


def _way(came: dict[str, tuple[str, Hop]], start: str, end: str) -> list[Hop]:
    way: list[Hop] = []
    while end != start:
        if end not in came:
            return []
        end, hop = came[end]
        way.append(hop)
    return way[::-1]
