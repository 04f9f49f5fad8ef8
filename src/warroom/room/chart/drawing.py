"""From a network to what one officer sees of it: masked where the roles do not need a number, with marks and places."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from warroom.ledger.rows import view_of
from warroom.networks.bonds import Shared, bonds_of, shared_by
from warroom.networks.bridges import bridges_of
from warroom.networks.front import Front, weights_of
from warroom.networks.shapes import MONEY, Network, Tie
from warroom.room.chart.cache import SHUT
from warroom.room.chart.node_masking import Eyes
from warroom.room.chart.views import (
    ChartBond,
    ChartBridge,
    ChartFront,
    ChartGroup,
    ChartNode,
    ChartShared,
    ChartTie,
)

MOST_NODES, MOST_TIES = 10_000, 20_000
BARS = 60


def nodes_of(
    network: Network,
    groups: Mapping[str, int],
    marked: Mapping[str, set[str]],
    eyes: Eyes,
) -> tuple[ChartNode, ...]:
    """Nodes as this officer sees them: along the trail, those with the most money first."""
    weight = weights_of(network)
    order = sorted(
        network.nodes.values(), key=lambda one: (one.hop is None, one.hop or 0, -weight[one.id], one.id)
    )
    return tuple(
        view_of(
            ChartNode,
            one,
            id=eyes.name(one),
            label=eyes.label(one),
            bank=one.subject.bank,
            marks=tuple(sorted(one.marks | marked.get(one.id, set()))),
            group=groups.get(one.id, 0),
            amount=weight[one.id],
            may_open=eyes.may_open(one) and SHUT.isdisjoint(one.marks) and one.id not in network.opened,
        )
        for one in order
    )


def ties_of(network: Network, eyes: Eyes) -> tuple[ChartTie, ...]:
    """Ties as this officer sees them: money first, the largest first."""
    names = {node.id: eyes.name(node) for node in network.nodes.values()}
    ordered = sorted(
        network.ties.values(), key=lambda one: (one.relation != MONEY, -one.amount, one.first, one.id)
    )
    return tuple(_tie(one, names) for one in ordered)


def tie_name(tie: Tie, names: Mapping[str, str]) -> str:
    return f"{names[tie.start]}>{names[tie.end]}:{tie.relation}"


def _tie(tie: Tie, names: Mapping[str, str]) -> ChartTie:
    return view_of(
        ChartTie,
        tie,
        id=tie_name(tie, names),
        start=names[tie.start],
        end=names[tie.end],
        count=len(tie.moves) or len(tie.sources),
        sources=tie.records,
    )


def sizes_of(nodes: tuple[ChartNode, ...]) -> tuple[ChartGroup, ...]:
    """The groups among these nodes."""
    sizes, still = Counter(one.group for one in nodes), Counter[int]()
    for one in nodes:
        still[one.group] += one.still_there
    return tuple(ChartGroup(number, size, still[number]) for number, size in sorted(sizes.items()))


def front_seen(front: Front, whole: Network, groups: Mapping[str, int], eyes: Eyes) -> ChartFront:
    """What stands on a drawing as this officer sees it, with why its groups hang together and who joins them."""
    drawn = front.network
    bonds = bonds_of(drawn, groups)
    tied = {one.group for one in bonds}
    own = {name: groups[name] for name in drawn.nodes if groups.get(name) in tied}

    def seen(one: Shared) -> ChartShared:
        accounts = tuple(eyes.name(drawn.nodes[name]) for name in one.accounts)
        return ChartShared(eyes.name(drawn.nodes[one.thing]), one.kind, one.relation, accounts)

    return ChartFront(
        names=frozenset(eyes.name(one) for one in drawn.nodes.values()),
        reached=front.reached,
        shown=front.shown,
        next=len(front.next),
        brings=front.brings,
        drawn=front.drawn,
        moved=front.moved,
        shared=tuple(map(seen, shared_by(drawn))),
        bonds=tuple(
            ChartBond(one.group, tuple(map(seen, one.shared)), one.within, one.by_chance) for one in bonds
        ),
        bridges=tuple(
            ChartBridge(eyes.name(drawn.nodes[one.node]), one.groups) for one in bridges_of(drawn, own)
        ),
        bars=_bars(whole),
    )


def _bars(network: Network) -> tuple[int, ...]:
    """The victims' money that moved in each of `BARS` equal parts of the time."""
    first, last = span_of(network)
    if first is None or last is None or first == last:
        return ()
    bars, part = [0] * BARS, (last - first) / BARS
    for tie in network.ties.values():
        for move in tie.moves:
            if move.traced:
                bars[min(BARS - 1, int((move.time - first) / part))] += move.traced
    return tuple(bars)


def span_of(network: Network) -> tuple[datetime | None, datetime | None]:
    """When the first and the last money moved."""
    times = [time for tie in network.ties.values() if tie.moves for time in (tie.first, tie.last) if time]
    return (min(times), max(times)) if times else (None, None)
