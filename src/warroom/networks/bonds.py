"""Why accounts are shown as one group, and how many of their ties chance alone would explain."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warroom.networks.known import HUB
from warroom.networks.shapes import MONEY, Network, NetworkTie
from warroom.subjects.subject import ACCOUNT

IDENTITIES = frozenset({"device", "sim", "phone", "holder"})
"""Kinds of things that tie accounts by themselves: who shares one may be one person, or one household."""
TIMES_CHANCE = 3
"""So many times the payments that chance would put there make a tie worth showing; chosen, not measured."""


@dataclass(frozen=True, slots=True)
class SharedThing:
    """A thing that several accounts have: its node, how they are tied to it, and the accounts, in order."""

    thing: str
    kind: str
    relation: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupBond:
    """What ties a group: the things that its accounts share, devices, telephones and holders first, and its number of inner
    money ties.

    `by_chance` is the number of inner ties expected if the same accounts, each with as many ties, were
    connected at random (the configuration model that modularity measures against). It is no probability:
    groups were chosen for having more. `size` counts the accounts.
    """

    group: int
    shared: tuple[SharedThing, ...]
    inner_ties: int
    by_chance: float
    size: int

    @property
    def is_strong(self) -> bool:
        """Whether the tie is worth an outline: a shared device, telephone or holder, or payments `TIMES_CHANCE` times as many
        as by chance. Payments must also be more than a trail has by being one: tracing reaches each account over a
        payment, so that any chain or fan of n accounts has n - 1.
        """
        if any(thing.kind in IDENTITIES for thing in self.shared):
            return True
        return self.inner_ties >= max(self.size, TIMES_CHANCE * self.by_chance)


def find_shared_things(network: Network) -> list[SharedThing]:
    """Things that two or more accounts of a network share, those of the most accounts first; hubs are left
    out.
    """
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tie in network.ties.values():
        ends = (network.nodes[tie.start], network.nodes[tie.end])
        for node, other in (ends, ends[::-1]):
            if tie.relation != MONEY and node.kind == ACCOUNT and other.kind != ACCOUNT:
                having[other.id, tie.relation].add(node.id)
    shared_things = [
        SharedThing(thing, network.nodes[thing].kind, relation, tuple(sorted(accounts)))
        for (thing, relation), accounts in having.items()
        if 2 <= len(accounts) <= HUB
    ]
    return sorted(shared_things, key=lambda shared: (-len(shared.accounts), shared.thing, shared.relation))


def find_bonds(network: Network, groups: Mapping[str, int]) -> tuple[GroupBond, ...]:
    """The bonds of the groups among a network's accounts; groups without a shared thing or surplus ties are
    left out.

    Victims and the accounts where money ended are left out: being robbed or being paid is no association.
    """
    own = {
        name: groups[name]
        for name, node in network.nodes.items()
        if node.kind == ACCOUNT and node.hop is not None and "victim" not in node.marks and groups.get(name)
    }
    shared = find_shared_things(network)
    ties = [
        tie for tie in network.ties.values() if tie.relation == MONEY and tie.start in own and tie.end in own
    ]
    bonds = (_build_bond(ties, own, number, shared) for number in sorted(set(own.values())))
    return tuple(bond for bond in bonds if bond.shared or bond.inner_ties > bond.by_chance)


def _build_bond(
    ties: Sequence[NetworkTie], groups: Mapping[str, int], number: int, shared: Sequence[SharedThing]
) -> GroupBond:
    mine = {name for name, group in groups.items() if group == number}
    ends = sum((tie.start in mine) + (tie.end in mine) for tie in ties)
    # Each end of a tie finds another of the group's ends with their share of all: ends squared over four times the ties.
    by_chance = ends * ends / (4 * len(ties)) if ties else 0.0
    within = sum(tie.start in mine and tie.end in mine for tie in ties)
    common = [thing for thing in shared if len(mine.intersection(thing.accounts)) >= 2]
    own = tuple(sorted(common, key=lambda thing: thing.kind not in IDENTITIES))
    return GroupBond(number, own, within, by_chance, len(mine))
