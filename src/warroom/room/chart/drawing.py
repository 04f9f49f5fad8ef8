"""From a network to what one officer sees of it: masked where the roles do not need a number, with marks and places."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from warroom.ledger.rows import view_of
from warroom.networks.placing import Places
from warroom.networks.shapes import MONEY, Network, Tie
from warroom.room.chart.cache import SHUT
from warroom.room.chart.node_masking import Eyes
from warroom.room.chart.views import ChartGroup, ChartNode, ChartTie

MOST_NODES, MOST_TIES = 10_000, 20_000


def nodes_of(
    network: Network,
    groups: Mapping[str, int],
    places: Places,
    marked: Mapping[str, set[str]],
    eyes: Eyes,
) -> tuple[ChartNode, ...]:
    """Nodes as this officer sees them: along the trail, then by what is still there."""
    order = sorted(network.nodes.values(), key=lambda one: (places[one.id], one.id))
    return tuple(
        view_of(
            ChartNode,
            one,
            id=eyes.name(one),
            label=eyes.label(one),
            bank=one.subject.bank,
            marks=tuple(sorted(one.marks | marked.get(one.id, set()))),
            group=groups.get(one.id, 0),
            column=places[one.id][0],
            row=places[one.id][1],
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


def span_of(network: Network) -> tuple[datetime | None, datetime | None]:
    """When the first and the last money moved."""
    times = [time for tie in network.ties.values() if tie.moves for time in (tie.first, tie.last) if time]
    return (min(times), max(times)) if times else (None, None)
