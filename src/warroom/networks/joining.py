"""Two cases' networks as one: what stands in both is the question, and is marked."""

from dataclasses import replace

from warroom.networks.shapes import Move, Network, Node, Tie
from warroom.networks.trail import money_tie

BOTH = "both"
"""The mark of a node that stands in both networks."""


def joined(one: Network, other: Network) -> Network:
    """Both networks in one. Of a node in both, the money still there of both victims adds up, and it is as near to a victim
    as in the nearer; of a transfer in both, the victims' parts add up.
    """
    nodes = one.nodes | other.nodes
    nodes |= {name: _both(one.nodes[name], other.nodes[name]) for name in one.nodes.keys() & other.nodes}
    ties = one.ties | other.ties
    ties |= {name: _tie(one.ties[name], other.ties[name]) for name in one.ties.keys() & other.ties}
    return replace(one, as_of=max(one.as_of, other.as_of), nodes=nodes, ties=ties)


def _both(one: Node, other: Node) -> Node:
    hops = [hop for hop in (one.hop, other.hop) if hop is not None]
    still = one.still_there + other.still_there
    marks = one.marks | other.marks | {BOTH}
    return replace(one, hop=min(hops, default=None), still_there=still, marks=marks)


def _tie(one: Tie, other: Tie) -> Tie:
    if not one.moves:
        return replace(one, sources=tuple(sorted({*one.sources, *other.sources})))
    moves: dict[tuple[str, str], Move] = {}
    for move in (*one.moves, *other.moves):
        key = (move.source, move.record_id)
        traced = move.traced + (moves[key].traced if key in moves else 0)
        # One baht serves one victim: the parts of two victims are parts of one transfer, and never more than it.
        moves[key] = move._replace(traced=min(traced, move.amount))
    return money_tie(one.start, one.end, list(moves.values()))
