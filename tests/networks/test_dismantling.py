"""Orders of removal: what they reach, against every set of a small graph, and on graphs without shape."""

import itertools
import random

import pytest

from warroom.networks.dismantling import (
    Adjacency,
    build_graph,
    compute_components,
    find_removal_order,
    find_removal_set,
    measure_dismantling,
)

WORK = 2_000_000


def draw_graph(seed: int, nodes: int, ties: int) -> Adjacency:
    draw = random.Random(seed)
    return build_graph(nodes, [(draw.randrange(nodes), draw.randrange(nodes)) for _ in range(ties)])


def find_fewest(graph: Adjacency, most: int) -> int:
    """By trying every set, small ones first."""
    for size in range(graph.count + 1):
        for nodes in itertools.combinations(range(graph.count), size):
            sizes = compute_components(graph, nodes)
            if size and sizes[-1] <= most:
                return size
    raise AssertionError


@pytest.mark.parametrize("seed", range(6))
def test_the_smallest_set_of_a_small_graph_is_found(seed: int) -> None:
    graph = draw_graph(seed, 14, 22)
    removed = find_removal_set(graph, share=0.3, work=WORK)
    assert compute_components(graph, removed)[-1] <= 4
    assert len(removed) == find_fewest(graph, 4)


def test_an_order_reaches_its_target_and_is_the_same_again() -> None:
    graph = draw_graph(1, 200, 380)
    order = find_removal_order(graph, work=WORK)
    measured = measure_dismantling(graph, order)
    assert measured.is_reached
    assert measured.removals == len(order) == len(set(order))
    assert order == find_removal_order(graph, work=WORK)
    by_degree = sorted(range(200), key=lambda node: graph.starts[node] - graph.starts[node + 1])
    assert measured.integral < measure_dismantling(graph, by_degree).integral


def test_two_groups_fall_apart_at_the_one_between_them() -> None:
    ring = [(node, (node + 1) % 8) for node in range(8)]
    graph = build_graph(17, [*ring, *((8 + one, 8 + other) for one, other in ring), (0, 16), (16, 8)])
    assert find_removal_set(graph, share=0.5, work=WORK) in ([16], [0], [8])


def test_the_integral_is_simpsons_from_the_first_removal_to_the_first_below_the_target() -> None:
    star = build_graph(20, [(0, leaf) for leaf in range(1, 20)])
    measured = measure_dismantling(star, [19, 0])
    assert measured.integral == pytest.approx((18 / 20 + 0 + 0 + 19 / 20 - 18 / 20 + 1 / 20) / 2)
    assert (measured.removals, measured.is_reached) == (2, True)
    assert not measure_dismantling(star, [19]).is_reached


@pytest.mark.parametrize(
    "graph",
    [
        build_graph(0, []),
        build_graph(1, []),
        build_graph(5, []),
        build_graph(40, [(node, node) for node in range(40)]),
    ],
    ids=["empty", "one node", "no ties", "only loops"],
)
def test_what_is_apart_already_or_empty_is_no_error(graph: Adjacency) -> None:
    assert find_removal_order(graph, share=0.5, work=WORK) == (
        [] if graph.count != 1 else find_removal_order(graph, share=0.5, work=WORK)
    )
    assert len(find_removal_set(graph, work=WORK)) <= graph.count


def test_a_clique_loses_all_but_its_share() -> None:
    clique = build_graph(20, itertools.combinations(range(20), 2))
    assert len(find_removal_set(clique, work=WORK)) == 18
    assert measure_dismantling(clique, find_removal_order(clique, work=WORK)).removals == 19
