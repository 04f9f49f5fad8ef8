"""What a reader learns from a network: who belongs together, the ways between, and what happened in a span."""

import random

from tests.networks.scene import at, money, network
from warroom.networks.groups import find_groups
from warroom.networks.narrow import keep_largest, restrict_to_span
from warroom.networks.paths import find_money_path, find_shortest_path

SPLIT = [money("B/a", "B/b", (0, 100)), money("B/b", "B/c", (10, 60)), money("B/b", "B/d", (20, 40))]


def test_who_deals_with_each_other_more_than_with_others_is_one_group() -> None:
    ring = [f"L/{name}" for name in "abcde"]
    other = [f"R/{name}" for name in "vwxyz"]
    ties = [money(one, two, (1, 5)) for part in (ring, other) for one in part for two in part if one < two]
    groups = find_groups(network([*ties, money("L/a", "R/v", (2, 5))]))
    assert {groups[f"account:{name}"] for name in ring} != {groups[f"account:{name}"] for name in other}
    assert len(set(groups.values())) == 2


def test_the_same_network_always_falls_into_the_same_groups() -> None:
    draw = random.Random(5)
    names = [f"B/{number:03d}" for number in range(80)]
    ties = [money(*draw.sample(names, 2), (1, 5)) for _ in range(160)]
    found = network(ties)
    draw.shuffle(ties)
    assert find_groups(found) == find_groups(network(ties))


def test_the_shortest_way_may_go_against_the_money() -> None:
    way = find_shortest_path(network(SPLIT), "account:B/c", "account:B/d")
    assert [(hop.tie.start[-1], hop.tie.end[-1], hop.is_reversed) for hop in way] == [
        ("b", "c", True),
        ("b", "d", False),
    ]


def test_money_goes_on_only_after_it_came() -> None:
    early = [money("B/a", "B/b", (30, 100)), money("B/b", "B/c", (10, 60))]
    assert find_money_path(network(early), "account:B/a", "account:B/c") == []
    later = [money("B/a", "B/b", (30, 100)), money("B/b", "B/c", (10, 60), (45, 20))]
    way = find_money_path(network(later), "account:B/a", "account:B/c")
    assert [hop.move.time for hop in way if hop.move] == [at(30), at(45)]


def test_money_never_flows_back_along_a_payment() -> None:
    assert find_money_path(network(SPLIT), "account:B/c", "account:B/a") == []


def test_the_way_of_money_is_the_one_that_arrives_first() -> None:
    slow = [money("B/a", "B/d", (90, 10))]
    quick = [money("B/a", "B/b", (1, 10)), money("B/b", "B/d", (2, 10))]
    way = find_money_path(network([*slow, *quick]), "account:B/a", "account:B/d")
    assert len(way) == 2


def test_a_span_keeps_what_moved_in_it_and_adds_up_that_alone() -> None:
    found = network([money("B/a", "B/b", (0, 100), (10, 50), (20, 25)), money("B/b", "B/c", (30, 5))])
    narrowed = restrict_to_span(found, at(5), at(20))
    (tie,) = narrowed.ties.values()
    assert (tie.amount, len(tie.moves), tie.first, tie.last) == (75, 2, at(10), at(20))
    assert set(narrowed.nodes) == {"account:B/a", "account:B/b"}


def test_of_too_large_a_network_the_most_money_stays_and_whom_the_reader_asked_for() -> None:
    ties = [money("B/a", f"C/{number:02d}", (1, number + 1)) for number in range(40)]
    kept = keep_largest(network(ties), 10, 5, ["account:C/00"])
    assert len(kept.nodes) == 10
    assert len(kept.ties) == 5
    assert {"account:B/a", "account:C/39", "account:C/00"} <= set(kept.nodes)
