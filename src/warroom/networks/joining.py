"""Two cases' networks merged, with a mark on everything that both contain."""

from dataclasses import replace

from warroom.networks.shapes import Network, NetworkNode, NetworkTie, TieTransfer
from warroom.networks.trail import make_money_tie

BOTH = "both"
"""The mark of a node that is in both networks."""


def merge_networks(network: Network, other: Network) -> Network:
    """Both networks in one. Of a node in both, the money still there of both victims adds up, and it is as near to a victim
    as in the nearer; of a transfer in both, the victims' parts add up.
    """
    nodes = network.nodes | other.nodes
    nodes |= {
        name: _merge_nodes(network.nodes[name], other.nodes[name])
        for name in network.nodes.keys() & other.nodes
    }
    ties = network.ties | other.ties
    ties |= {
        name: _merge_ties(network.ties[name], other.ties[name]) for name in network.ties.keys() & other.ties
    }
    return replace(network, as_of=max(network.as_of, other.as_of), nodes=nodes, ties=ties)


def _merge_nodes(one: NetworkNode, other: NetworkNode) -> NetworkNode:
    hops = [hop for hop in (one.hop, other.hop) if hop is not None]
    still = one.still_there + other.still_there
    marks = one.marks | other.marks | {BOTH}
    return replace(one, hop=min(hops, default=None), still_there=still, marks=marks)


def _merge_ties(tie: NetworkTie, other: NetworkTie) -> NetworkTie:
    if not tie.moves:
        return replace(tie, sources=tuple(sorted({*tie.sources, *other.sources})))
    moves: dict[tuple[str, str], TieTransfer] = {}
    for move in (*tie.moves, *other.moves):
        key = (move.source, move.record_id)
        traced = move.traced + (moves[key].traced if key in moves else 0)
        # One baht serves one victim: the parts of two victims are parts of one transfer, and never more than it.
        moves[key] = move._replace(traced=min(traced, move.amount))
    return make_money_tie(tie.start, tie.end, list(moves.values()))
