"""Which nodes of a network are drawn: the largest accounts first, with the path of their money, and ten more
with every step. A drawing of everything shows nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie
from warroom.subjects.subject import ACCOUNT

STEP = 10
"""So many accounts a drawing opens with, and so many more each step brings."""
ENDS = 3
"""For each ten accounts so many places where money left, and so many honest shops."""
SHARED = 2
"""Accounts that must have a thing in common before it is drawn."""


@dataclass(frozen=True)
class NetworkFront:
    """The part of a network that is drawn: `network` is that part, `weight` the satang of every node of the
    whole.

    `accounts_on_trail` counts the trail's accounts, `shown` those of them that are drawn. `next` are the
    accounts that one more step adds and `next_amount` the satang that reached them. `drawn_amount` and
    `moved_amount` are the traced satang on the drawn ties and on all ties.
    """

    network: Network
    weight: Mapping[str, int]
    accounts_on_trail: int
    shown: int
    next: tuple[str, ...]
    next_amount: int
    drawn_amount: int
    moved_amount: int


def build_front(
    network: Network,
    most: int,
    grown: Collection[str] = (),
    things: bool = False,
    kept: Collection[str] = (),
    parts: Collection[Network] = (),
) -> NetworkFront:
    """The victims, the `most` largest accounts and the `kept` ones with the largest path to each, and where
    money ended. `parts` are the networks that this one was merged from: each has its own path to what is kept.

    `grown` are nodes whose neighbours are drawn too, as those of opened nodes are; `things` adds what two or
    more of these accounts share: devices, cards, holders.
    """
    weight = weigh_nodes(network)
    names = _choose_nodes(network, weight, most, kept)
    for part in parts:
        names |= _walk_to_victims(_largest_payers(part), [name for name in kept if name in part.nodes])
    beyond = tuple(
        sorted(_choose_nodes(network, weight, most + STEP, kept) - names, key=lambda name: -weight[name])
    )
    names |= _add_neighbours(network, {*grown, *network.opened} & network.nodes.keys())
    if things:
        names |= _find_shared_things(network, names)
    inside = restrict_to_nodes(network, names)
    on_trail = {
        name for name, node in network.nodes.items() if node.hop is not None and "victim" not in node.marks
    }
    fresh = tuple(node_name for node_name in beyond if node_name not in names and node_name in on_trail)
    return NetworkFront(
        inside,
        weight,
        len(on_trail),
        len(on_trail & names),
        fresh,
        sum(weight[node_name] for node_name in fresh),
        sum(tie.traced for tie in inside.ties.values()),
        sum(tie.traced for tie in network.ties.values()),
    )


def weigh_nodes(network: Network) -> dict[str, int]:
    """Satang at each node: of the victims' money what came there, at a victim what left; else all that came or went."""
    arrived: dict[str, int] = defaultdict(int)
    left, moved = arrived.copy(), arrived.copy()
    for tie in network.ties.values():
        arrived[tie.end] += tie.traced
        left[tie.start] += tie.traced
        moved[tie.start] += tie.amount
        moved[tie.end] += tie.amount
    return {
        name: (left[name] if "victim" in node.marks else arrived[name]) or moved[name]
        for name, node in network.nodes.items()
    }


def restrict_to_nodes(network: Network, names: Collection[str]) -> Network:
    """The network of these nodes alone, with the ties between them."""
    return replace(
        network,
        nodes={name: one for name, one in network.nodes.items() if name in names},
        ties={name: one for name, one in network.ties.items() if one.start in names and one.end in names},
    )


def _choose_nodes(network: Network, weight: Mapping[str, int], most: int, kept: Collection[str]) -> set[str]:
    order = sorted(network.nodes.values(), key=lambda node: (-weight[node.id], node.id))
    victims = {node.id for node in order if "victim" in node.marks}
    on_trail = [node.id for node in order if node.hop is not None and node.id not in victims]
    chosen = [*on_trail[:most], *kept]
    # A large account behind many small ones would else float on the drawing, and no way to it could be lit.
    names = victims | set(chosen) | _walk_to_victims(_largest_payers(network), chosen)
    return names | set(_find_largest_ends(network, order, names, max(1, most * ENDS // STEP)))


def _walk_to_victims(payers: Mapping[str, str], names: Iterable[str]) -> set[str]:
    """The accounts on the largest path to each of these."""
    path: set[str] = set()
    for name in names:
        while (name := payers.get(name, "")) and name not in path:
            path.add(name)
    return path


def _largest_payers(network: Network) -> dict[str, str]:
    """For each account, and each place where money ended, the account nearer to the victim that most of the traced money
    came from.
    """
    best: dict[str, NetworkTie] = {}
    for tie in _money_ties(network):
        start, end = network.nodes[tie.start].hop, network.nodes[tie.end].hop
        nearer = start is not None and (end is None or start < end)
        if nearer and (tie.end not in best or tie.traced > best[tie.end].traced):
            best[tie.end] = tie
    return {end: tie.start for end, tie in best.items()}


def _find_largest_ends(
    network: Network, order: Iterable[NetworkNode], names: Collection[str], most: int
) -> list[str]:
    """Where the money of these accounts left or was spent, the largest."""
    paid = {tie.end for tie in _money_ties(network) if tie.start in names}
    ends = [node for node in order if node.hop is None and node.id in paid]
    left = [node.id for node in ends if "exited" in node.marks]
    spent = [node.id for node in ends if "shop" in node.marks]
    return [*left[:most], *spent[:most]]


def _add_neighbours(network: Network, names: Collection[str]) -> set[str]:
    found = set(names)
    for tie in network.ties.values():
        if tie.start in names or tie.end in names:
            found |= {tie.start, tie.end}
    return found


def _find_shared_things(network: Network, names: Collection[str]) -> set[str]:
    """Things that tie two or more of these accounts."""
    having: dict[str, set[str]] = defaultdict(set)
    for tie in network.ties.values():
        for one, other in ((tie.start, tie.end), (tie.end, tie.start)):
            if one in names and network.nodes[other].kind != ACCOUNT:
                having[other].add(one)
    return {thing for thing, accounts in having.items() if len(accounts) >= SHARED}


def _money_ties(network: Network) -> Iterable[NetworkTie]:
    return (tie for tie in network.ties.values() if tie.relation == MONEY)
