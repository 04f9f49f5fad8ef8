"""Why the members of a group are said to hang together, and how much of it would be there by chance alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warroom.networks.known import HUB
from warroom.networks.shapes import MONEY, Network, Tie
from warroom.subjects.subject import ACCOUNT


@dataclass(frozen=True, slots=True)
class Shared:
    """A thing that several accounts have: its node, how they are tied to it, and the accounts, in order."""

    thing: str
    kind: str
    relation: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bond:
    """What ties a group: what its accounts share, the most first, and how many money ties lie within it.

    `by_chance` is how many would lie there if the same accounts, each with as many ties as it has, were tied at random (the
    configuration model that modularity measures against). It is no probability: the group was found by looking for such.
    """

    group: int
    shared: tuple[Shared, ...]
    within: int
    by_chance: float


def shared_by(network: Network) -> list[Shared]:
    """Things that two or more accounts of a network have, those of the most accounts first; hubs tie strangers."""
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tie in network.ties.values():
        ends = (network.nodes[tie.start], network.nodes[tie.end])
        for one, other in (ends, ends[::-1]):
            if tie.relation != MONEY and one.kind == ACCOUNT and other.kind != ACCOUNT:
                having[other.id, tie.relation].add(one.id)
    found = [
        Shared(thing, network.nodes[thing].kind, relation, tuple(sorted(accounts)))
        for (thing, relation), accounts in having.items()
        if 2 <= len(accounts) <= HUB
    ]
    return sorted(found, key=lambda one: (-len(one.accounts), one.thing, one.relation))


def bonds_of(network: Network, groups: Mapping[str, int]) -> tuple[Bond, ...]:
    """Why the groups among a network's accounts hang together; a group that nothing ties here is none here.

    Victims and places where money ended are nobody's associates: they are paid, or were robbed, and are left out.
    """
    own = {
        name: groups[name]
        for name, one in network.nodes.items()
        if one.kind == ACCOUNT and one.hop is not None and "victim" not in one.marks and groups.get(name)
    }
    shared = shared_by(network)
    ties = [
        tie for tie in network.ties.values() if tie.relation == MONEY and tie.start in own and tie.end in own
    ]
    found = (_bond(ties, own, number, shared) for number in sorted(set(own.values())))
    return tuple(one for one in found if one.shared or one.within > one.by_chance)


def _bond(ties: Sequence[Tie], groups: Mapping[str, int], number: int, shared: Sequence[Shared]) -> Bond:
    mine = {name for name, group in groups.items() if group == number}
    ends = sum((tie.start in mine) + (tie.end in mine) for tie in ties)
    # Each end of a tie finds another of the group's ends with their share of all: ends squared over four times the ties.
    by_chance = ends * ends / (4 * len(ties)) if ties else 0.0
    within = sum(tie.start in mine and tie.end in mine for tie in ties)
    own = tuple(one for one in shared if len(mine.intersection(one.accounts)) >= 2)
    return Bond(number, own, within, by_chance)
