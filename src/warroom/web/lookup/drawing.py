"""An account's counterparties as bars."""

from collections.abc import Collection
from dataclasses import dataclass

from warroom.room.lookup.views import MoneyPeer

# Peers drawn by name on each side; the others share one node, unless it would stand for a single peer.
MOST = 4


@dataclass(frozen=True, slots=True)
class PeerBar:
    """One counterparty: its sum, its share of the largest in [0, 1], and in how many transfers; `others` stands for so many."""

    peer: MoneyPeer | None
    sum: int
    count: int
    share: float
    others: int = 0


def rank_peers(peers: Collection[MoneyPeer], is_incoming: bool) -> list[PeerBar]:
    """Bars of the payers (`is_incoming`) or payees of an account: the four largest, and all others as one."""
    sums = [
        (money_peer.came, money_peer.came_count, money_peer)
        if is_incoming
        else (money_peer.went, money_peer.went_count, money_peer)
        for money_peer in peers
    ]
    ordered = sorted((peer_sum for peer_sum in sums if peer_sum[0]), key=lambda peer_sum: -peer_sum[0])
    most = ordered[0][0] if ordered else 1
    # A fifth one is named too: "1 other" would take as much space and say less.
    named = ordered if len(ordered) == MOST + 1 else ordered[:MOST]
    rest = ordered[len(named) :]
    bars = [PeerBar(peer, total, count, total / most) for total, count, peer in named]
    if rest:
        total = sum(peer_sum[0] for peer_sum in rest)
        bars.append(
            PeerBar(None, total, sum(peer_sum[1] for peer_sum in rest), min(1.0, total / most), len(rest))
        )
    return bars
