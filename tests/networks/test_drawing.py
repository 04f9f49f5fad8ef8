"""What a reader finds on the drawing of a network: who stands there and where, why groups are tied, who joins them."""

import random
from itertools import pairwise

import pytest

from tests.networks.scene import at, money
from warroom.networks.bonds import IDENTITIES, TIMES_CHANCE, find_bonds, find_shared_things
from warroom.networks.bridges import find_bridges
from warroom.networks.front import build_front
from warroom.networks.groups import find_groups
from warroom.networks.joining import merge_networks
from warroom.networks.placing import place_nodes
from warroom.networks.shapes import Network, NetworkNode, NetworkTie, TieSource

SPLIT = [money("B/a", "B/b", (0, 100)), money("B/b", "B/c", (10, 60)), money("B/b", "B/d", (20, 40))]
HOPS = {"a": 0, "b": 1, "c": 2, "d": 2}


def trail(ties: list[NetworkTie], **hops: int) -> Network:
    """The network of a trail: `hops` by what stands behind the bank in an account's name, 0 for a victim."""
    names = sorted({name for tie in ties for name in (tie.start, tie.end)})
    nodes = {}
    for name in names:
        hop = hops.get(name.rpartition("/")[2])
        kind, _, key = name.partition(":")
        nodes[name] = NetworkNode(kind, key, hop=hop, marks=frozenset({"victim"} if hop == 0 else ()))
    return Network(at(600), nodes, {tie.id: tie for tie in ties})


def uses(account: str, device: str) -> NetworkTie:
    source = TieSource("transfers", "bank", f"{account}-{device}")
    return NetworkTie(f"account:{account}", f"device:{device}", "uses_device", at(0), None, sources=(source,))


def wide(accounts: int = 30) -> Network:
    """A victim pays thirty accounts over one, each a baht more than the one before."""
    ties = [money("B/a", "B/b", (0, 10_000))]
    ties += [money("B/b", f"C/{number:02d}", (1 + number, 100 + number)) for number in range(accounts)]
    return trail(ties, a=0, b=1, **{f"{number:02d}": 2 for number in range(accounts)})


def short(names: object) -> set[str]:
    return {str(name).partition("/")[2] for name in names}  # type: ignore[attr-defined]


def test_a_drawing_opens_with_the_ten_largest_accounts_and_says_what_ten_more_would_bring() -> None:
    front = build_front(wide(), 10)
    assert short(front.network.nodes) == {"a", "b", *(f"{number:02d}" for number in range(21, 30))}
    assert (front.shown, front.accounts_on_trail) == (10, 31)
    assert short(front.next) == {f"{number:02d}" for number in range(11, 21)}
    assert front.next_amount == sum(100 + number for number in range(11, 21))


def test_growing_from_one_account_brings_its_neighbours_and_nobody_else() -> None:
    ties = [*wide().ties.values(), money("C/00", "D/x", (60, 5)), money("C/01", "D/y", (60, 5))]
    hops = {f"{number:02d}": 2 for number in range(30)}
    whole = trail(ties, a=0, b=1, **hops, x=3, y=3)
    before = build_front(whole, 10)
    after = build_front(whole, 10, {"account:C/00"})
    assert short(after.network.nodes.keys() - before.network.nodes.keys()) == {"00", "x"}


def test_the_way_to_a_large_account_behind_small_ones_is_whole() -> None:
    ties = [money("B/a", "B/big", (0, 1000))]
    ties += [money("B/big", f"C/{n}", (1, 90 - n)) for n in range(9)]
    ties += [money("B/big", "B/thin", (2, 20)), money("B/thin", "B/deep", (3, 15), (4, 500))]
    hops = {f"{n}": 2 for n in range(9)}
    front = build_front(trail(ties, a=0, big=1, thin=2, deep=3, **hops), 4)
    assert {"thin", "deep"} <= short(front.network.nodes)


def test_of_devices_only_those_that_two_accounts_share_are_drawn() -> None:
    ties = [*SPLIT, uses("B/c", "D1"), uses("B/d", "D1"), uses("B/d", "D2")]
    found = build_front(trail(ties, **HOPS), 10, things=True)
    assert {one for one in found.network.nodes if one.startswith("device")} == {"device:D1"}
    assert not [one for one in build_front(trail(ties, **HOPS), 10).network.nodes if one.startswith("device")]


def test_a_group_says_what_its_accounts_share_and_how_many_payments_chance_would_put_there() -> None:
    ties = [*SPLIT, money("B/c", "B/d", (30, 5)), uses("B/c", "D1"), uses("B/d", "D1")]
    groups = {"account:B/b": 1, "account:B/c": 2, "account:B/d": 2, "account:B/a": 2}
    (bond,) = find_bonds(trail(ties, **HOPS), groups)
    assert (bond.group, bond.inner_ties) == (2, 1)
    assert [(one.thing, short(one.accounts)) for one in bond.shared] == [("device:D1", {"c", "d"})]
    # Three payments among b, c and d have six ends, four of them at c and d: 4 x 4 / (4 x 3).
    assert bond.by_chance == pytest.approx(16 / 12)


def test_an_account_is_a_bridge_only_where_the_groups_are_apart_without_it() -> None:
    left = [money("B/a", "B/l", (0, 50)), money("B/l", "B/m", (1, 9)), money("B/m", "B/x", (2, 9))]
    right = [money("B/a", "B/r", (0, 50)), money("B/r", "B/s", (1, 9)), money("B/s", "B/x", (2, 9))]
    hops = {"a": 0, "l": 1, "r": 1, "m": 2, "s": 2, "x": 3}
    groups = {f"account:B/{name}": group for name, group in {"l": 1, "m": 1, "r": 2, "s": 2}.items()}
    (bridge,) = find_bridges(trail([*left, *right], **hops), groups)
    assert (bridge.node, bridge.groups) == ("account:B/x", (1, 2))
    other = money("B/m", "B/s", (3, 1))
    assert find_bridges(trail([*left, *right, other], **hops), groups) == ()


def generated(seed: int, extra: float, devices: bool) -> Network:
    """A trail as they grow: every account paid by one before it, `extra` more payments for each, some devices shared."""
    draw = random.Random(seed)
    names = [f"B/{number:03d}" for number in range(draw.randrange(6, 70))]
    hops = {"000": 0}
    ties = {}
    for number, name in enumerate(names[1:], 1):
        payer = names[draw.randrange(number)]
        hops[name[2:]] = hops[payer[2:]] + 1
        ties[payer, name] = money(payer, name, (number, 10 + number))
    for _ in range(int(extra * len(names))):
        payer, name = draw.sample(names[1:], 2)
        ties[payer, name] = money(payer, name, (100, 5))
    shared = [uses(name, f"D{draw.randrange(20)}") for name in names[1:] if devices and draw.random() < 0.3]
    return trail([*ties.values(), *shared], **hops)


@pytest.mark.parametrize("devices", [False, True])
@pytest.mark.parametrize("extra", [0.0, 0.3, 1.5])
def test_a_group_is_outlined_only_over_three_times_chance_or_for_what_its_accounts_share(
    extra: float, devices: bool
) -> None:
    for seed in range(25):
        whole = generated(seed, extra, devices)
        for bond in find_bonds(whole, find_groups(whole)):
            shares = any(thing.kind in IDENTITIES for thing in bond.shared)
            often = bond.inner_ties >= max(bond.size, TIMES_CHANCE * bond.by_chance)
            assert bond.is_strong == (shares or often)
            if not extra and not devices:
                assert not bond.is_strong, "a trail is a tree of itself, and ties nobody"


def test_no_account_of_a_plain_trail_is_a_bridge() -> None:
    for seed in range(25):
        whole = generated(seed, 0.0, devices=False)
        groups = find_groups(whole)
        strong = {bond.group for bond in find_bonds(whole, groups) if bond.is_strong}
        own = {name: group for name, group in groups.items() if group in strong}
        assert find_bridges(whole, own, find_shared_things(whole)) == ()


def test_a_bridge_joins_two_groups_that_share_devices_and_a_device_of_both_is_another_way() -> None:
    ties = [money("B/a", "B/x", (0, 90))]
    ties += [money("B/x", f"B/{name}", (1, 10)) for name in "lmrs"]
    ties += [uses("B/l", "D1"), uses("B/m", "D1"), uses("B/r", "D2"), uses("B/s", "D2")]
    hops = {"a": 0, "x": 1, "l": 2, "m": 2, "r": 2, "s": 2}
    groups = {f"account:B/{name}": group for name, group in {"l": 1, "m": 1, "r": 2, "s": 2}.items()}
    whole = trail(ties, **hops)
    strong = {bond.group for bond in find_bonds(whole, groups) if bond.is_strong}
    assert strong == {1, 2}
    (bridge,) = find_bridges(whole, groups, find_shared_things(whole))
    assert (bridge.node, bridge.groups) == ("account:B/x", (1, 2))
    joined = trail([*ties, uses("B/m", "D3"), uses("B/r", "D3")], **hops)
    assert find_bridges(joined, groups, find_shared_things(joined)) == ()


def test_what_two_cases_have_in_common_has_the_way_of_each() -> None:
    first = trail([money("B/a", "B/b", (0, 900)), money("B/b", "B/x", (1, 800))], a=0, b=1, x=2)
    other = trail([money("B/v", "B/w", (0, 90)), money("B/w", "B/x", (1, 10))], v=0, w=1, x=2)
    merged = merge_networks(first, other)
    front = build_front(merged, 1, kept=["account:B/x"], parts=(first, other))
    assert {"a", "b", "v", "w", "x"} <= short(front.network.nodes)


def test_money_runs_from_the_victim_to_the_right_and_where_it_left_comes_last() -> None:
    ties = [*SPLIT, money("B/c", "B/out", (40, 10))]
    whole = trail(ties, **HOPS)
    nodes = whole.nodes | {"account:B/out": whole.nodes["account:B/out"].with_marks("exited")}
    whole = Network(whole.as_of, nodes, whole.ties)
    places = place_nodes(whole, {}, dict.fromkeys(whole.nodes, 1.0))
    assert [places.column[f"account:B/{name}"] for name in ("a", "b", "c", "d", "out")] == [0, 1, 2, 2, 3]
    assert places.ends == 3


def test_no_two_nodes_of_a_column_lie_on_each_other_and_groups_stay_together() -> None:
    whole = wide(12)
    groups = {f"account:C/{number:02d}": 1 + number % 3 for number in range(12)}
    heights = {name: 1.0 + (name.endswith("5")) for name in whole.nodes}
    places = place_nodes(whole, groups, heights)
    column = sorted((places.row[name], name) for name in groups)
    for (high, one), (low, other) in pairwise(column):
        assert low - high >= (heights[one] + heights[other]) / 2 - 1e-9
    order = [groups[name] for _, name in column]
    assert order == sorted(order, key=order.index), "each group stands in one piece"
