"""A network narrowed: to a span of time, or to the most money where it is too large to be shown."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from warroom.networks.shapes import Network, NetworkTie


def restrict_to_span(network: Network, since: datetime | None, until: datetime | None) -> Network:
    """What happened or held in a span, both ends included; sums and counts are of the span alone.

    Nodes without a tie in it are left out.
    """
    if since is None and until is None:
        return network
    ties = {
        name: tie
        for name, whole_tie in network.ties.items()
        if (tie := _tie_within(whole_tie, since, until)) is not None
    }
    tied = {name for tie in ties.values() for name in (tie.start, tie.end)}
    return replace(
        network, nodes={name: node for name, node in network.nodes.items() if name in tied}, ties=ties
    )


def _tie_within(tie: NetworkTie, since: datetime | None, until: datetime | None) -> NetworkTie | None:
    if not tie.moves:
        # A tie without transfers holds from its first to its last moment, so it counts wherever the span
        # touches that.
        ended = since is not None and tie.last is not None and tie.last < since
        return None if ended or (until is not None and tie.first > until) else tie
    kept = tuple(
        move
        for move in tie.moves
        if (since is None or move.time >= since) and (until is None or move.time <= until)
    )
    if len(kept) == len(tie.moves):
        return tie
    return replace(tie, moves=kept, first=kept[0].time, last=kept[-1].time) if kept else None


def keep_largest(network: Network, nodes: int, ties: int, keep: Collection[str] = ()) -> Network:
    """At most so many nodes and ties: those that most traced money went through, and `keep` in any case."""
    if len(network.nodes) <= nodes and len(network.ties) <= ties:
        return network
    weight: dict[str, int] = dict.fromkeys(network.nodes, 0)
    # Traced money where there is any: a busy shop's turnover would crowd the trail out.
    sums = {name: tie.traced or tie.amount for name, tie in network.ties.items()}
    for name, tie in network.ties.items():
        weight[tie.start] += sums[name]
        weight[tie.end] += sums[name]
    wanted = set(keep)
    order = sorted(network.nodes, key=lambda name: (name not in wanted, -weight[name], name))
    kept = {name: network.nodes[name] for name in order[:nodes]}
    inside = [name for name, tie in network.ties.items() if tie.start in kept and tie.end in kept]
    chosen = sorted(inside, key=lambda name: (-sums[name], name))[:ties]
    return replace(network, nodes=kept, ties={name: network.ties[name] for name in chosen})
