"""From a network to what one officer sees of it: numbers masked where the roles do not need them, with marks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from warroom.ledger.rows import make_view
from warroom.networks.bonds import SharedThing, find_bonds, find_shared_things
from warroom.networks.bridges import find_bridges
from warroom.networks.front import NetworkFront, restrict_to_nodes, weigh_nodes
from warroom.networks.joining import BOTH
from warroom.networks.shapes import MONEY, Network, NetworkTie
from warroom.room.chart.cache import SHUT
from warroom.room.chart.node_masking import NodeMask
from warroom.room.chart.views import (
    ChartBond,
    ChartBridge,
    ChartCommon,
    ChartFront,
    ChartGroup,
    ChartNode,
    ChartShared,
    ChartTie,
)
from warroom.subjects.subject import ACCOUNT

# Drawn at once; a browser stays usable up to about this. What is left out is counted on the page.
MOST_NODES, MOST_TIES = 10_000, 20_000
# Bars of the time line under the chart.
BARS = 60


def build_chart_nodes(
    network: Network,
    groups: Mapping[str, int],
    marked: Mapping[str, set[str]],
    eyes: NodeMask,
) -> tuple[ChartNode, ...]:
    """Nodes as this officer sees them: along the trail, those with the most money first."""
    weight = weigh_nodes(network)
    order = sorted(
        network.nodes.values(), key=lambda node: (node.hop is None, node.hop or 0, -weight[node.id], node.id)
    )
    return tuple(
        make_view(
            ChartNode,
            node,
            id=eyes.mask_name(node),
            label=eyes.mask_label(node),
            bank=node.subject.bank,
            marks=tuple(sorted(node.marks | marked.get(node.id, set()))),
            group=groups.get(node.id, 0),
            amount=weight[node.id],
            may_open=eyes.may_open(node) and SHUT.isdisjoint(node.marks) and node.id not in network.opened,
        )
        for node in order
    )


def build_chart_ties(network: Network, eyes: NodeMask) -> tuple[ChartTie, ...]:
    """Ties as this officer sees them: money first, the largest first."""
    names = {node.id: eyes.mask_name(node) for node in network.nodes.values()}
    ordered = sorted(
        network.ties.values(), key=lambda one: (one.relation != MONEY, -one.amount, one.first, one.id)
    )
    return tuple(_to_chart_tie(one, names) for one in ordered)


def tie_name(tie: NetworkTie, names: Mapping[str, str]) -> str:
    return f"{names[tie.start]}>{names[tie.end]}:{tie.relation}"


def _to_chart_tie(tie: NetworkTie, names: Mapping[str, str]) -> ChartTie:
    return make_view(
        ChartTie,
        tie,
        id=tie_name(tie, names),
        start=names[tie.start],
        end=names[tie.end],
        count=len(tie.moves) or len(tie.sources),
        sources=tie.records,
    )


def count_groups(nodes: tuple[ChartNode, ...]) -> tuple[ChartGroup, ...]:
    """The groups among these nodes."""
    sizes, still = Counter(one.group for one in nodes), Counter[int]()
    for one in nodes:
        still[one.group] += one.still_there
    return tuple(ChartGroup(number, size, still[number]) for number, size in sorted(sizes.items()))


def build_chart_front(
    front: NetworkFront,
    shown: Network,
    whole: Network,
    groups: Mapping[str, int],
    eyes: NodeMask,
    common: tuple[ChartCommon, ...] = (),
) -> ChartFront:
    """The drawn front as this officer sees it: its nodes, what joins each group, and the nodes that bridge
    groups. What the drawn accounts share counts although it is not drawn: `shown` has it.
    """
    drawn = front.network
    things = {name for name, node in shown.nodes.items() if node.kind != ACCOUNT}
    known = restrict_to_nodes(shown, things | drawn.nodes.keys())
    shared_things = find_shared_things(known)
    bonds = find_bonds(known, groups)
    strong = {bond.group for bond in bonds if bond.is_strong}
    own = {name: groups[name] for name in drawn.nodes if groups.get(name) in strong}

    def mask_shared(one: SharedThing) -> ChartShared:
        accounts = tuple(eyes.mask_name(known.nodes[name]) for name in one.accounts)
        amount = sum(front.weight[name] for name in one.accounts)
        return ChartShared(eyes.mask_name(known.nodes[one.thing]), one.kind, one.relation, accounts, amount)

    return ChartFront(
        names=frozenset(eyes.mask_name(node) for node in drawn.nodes.values()),
        reached=front.accounts_on_trail,
        shown=front.shown,
        next=len(front.next),
        brings=front.next_amount,
        drawn=front.drawn_amount,
        moved=front.moved_amount,
        shared=tuple(sorted(map(mask_shared, shared_things), key=_rank_shared)),
        bonds=tuple(
            ChartBond(
                bond.group,
                tuple(map(mask_shared, bond.shared)),
                bond.inner_ties,
                bond.by_chance,
                bond.is_strong,
            )
            for bond in bonds
        ),
        bridges=tuple(
            ChartBridge(eyes.mask_name(drawn.nodes[bridge.node]), bridge.groups)
            for bridge in find_bridges(drawn, own, shared_things)
        ),
        bars=_sum_money_by_time(whole),
        common=common,
    )


def _rank_shared(shared: ChartShared) -> tuple[int, int, str]:
    """The order of those who may be behind: what most accounts share first, then by the money that came to these."""
    return -len(shared.by), -shared.amount, shared.thing


def list_common_accounts(
    merged: Network, parts: Iterable[Network], eyes: NodeMask
) -> tuple[ChartCommon, ...]:
    """The accounts that two joined networks have in common, those of the most money first. A place where money ends in both
    is named as such: anybody's money may end there.
    """
    weights = [weigh_nodes(part) for part in parts]
    common = []
    for name, node in merged.nodes.items():
        if BOTH in node.marks and node.kind == ACCOUNT:
            ended = next((mark for mark in ("shop", "exited") if mark in node.marks), "account")
            place = ended if node.hop is None else "account"
            first, second = (weight.get(name, 0) for weight in weights)
            common.append(ChartCommon(eyes.mask_name(node), place, (first, second)))
    return tuple(sorted(common, key=lambda account: (-sum(account.amounts), account.node)))


def _sum_money_by_time(network: Network) -> tuple[int, ...]:
    """The victims' money that moved in each of `BARS` equal parts of the time."""
    first, last = find_money_span(network)
    if first is None or last is None or first == last:
        return ()
    bars, part = [0] * BARS, (last - first) / BARS
    for tie in network.ties.values():
        for move in tie.moves:
            if move.traced:
                # The last payment falls on the end of the span, which would be one bar too many.
                bars[min(BARS - 1, int((move.time - first) / part))] += move.traced
    return tuple(bars)


def find_money_span(network: Network) -> tuple[datetime | None, datetime | None]:
    """When the first and the last money moved."""
    times = [time for tie in network.ties.values() if tie.moves for time in (tie.first, tie.last) if time]
    return (min(times), max(times)) if times else (None, None)
