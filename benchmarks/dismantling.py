"""How fast networks fall apart: `python -m benchmarks.dismantling [--quick]`.

WARROOM_SHARED has the networks, an edge list each. Two figures, each with its own search: the integral of the largest
component's share over removals until it is below 10 % (Simpson's rule from the first removal on, the first value below
included, as MIND-ND computes it), and the number of removals until no component is above 10 %. Lower is better. Bars are the
lowest of the published and measured methods for each network, of December 2026. Searching makes a fixed number of steps,
so a busy machine changes the seconds and not the figures. `--quick` leaves out networks of more than 4,000 ties.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.harness import Figure, at_most, measure_time, start_run
from benchmarks.outside import LEFT_OUT, found
from warroom.networks.dismantling import (
    SHARE,
    Adjacency,
    build_graph,
    compute_components,
    find_removal_order,
    find_removal_set,
    measure_dismantling,
)

INTEGRALS = {
    "eu-powergrid": 6.2,
    "london": 8.4,
    "filmtrust": 16.8,
    "stelzl": 60.2,
    "openflights": 170.1,
    "pajek-erdos": 121.9,
    "hamster": 239.4,
    "gnutella06": 1475.6,
}
REMOVALS = {
    "standard/crime": 17,
    "standard/corruption": 29,
    "standard/road_eu": 42,
    "standard/us_powergrid": 75,
    "covert/caviar": 8,
    "covert/heroin_dealing": 10,
    "covert/cocaine_dealing": 5,
    "covert/cielnet": 6,
}
SECONDS = 5.0
QUICK_TIES = 4_000


def read_graph(path: Path) -> Adjacency:
    """Nodes are numbered as they first appear; a node without ties is a loop in the file."""
    numbers: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        ties = [
            (
                numbers.setdefault(row["source"], len(numbers)),
                numbers.setdefault(row["target"], len(numbers)),
            )
            for row in csv.DictReader(file)
        ]
    return build_graph(len(numbers), ties)


def measure_integral(name: str, graph: Adjacency, bar: float) -> list[Figure]:
    with measure_time() as spent:
        order = find_removal_order(graph)
    measured = measure_dismantling(graph, order)
    beside = f"{measured.removals} removals, {spent.wall:.1f} s, {spent.cpu:.1f} s of a processor"
    return [at_most(f"{name}, integral", measured.integral if measured.is_reached else 1e9, "", bar, beside)]


def measure_removals(name: str, graph: Adjacency, bar: float) -> list[Figure]:
    with measure_time() as spent:
        removed = find_removal_set(graph)
    left = int(compute_components(graph, removed)[-1])
    count = len(removed) if left <= SHARE * graph.count else 10**9
    beside = f"largest left {left} of {graph.count}, {spent.wall:.1f} s by the clock"
    return [
        at_most(f"{name}, removals", count, "", bar, beside),
        at_most(f"{name}, seconds of a processor", spent.cpu, "s", SECONDS),
    ]


def warm_up() -> None:
    """Compile the kernels, which a search after the first does not wait for."""
    path = build_graph(30, [(node, node + 1) for node in range(29)])
    find_removal_order(path, work=1_000)
    find_removal_set(path, work=1_000)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="without networks of more than 4,000 ties")
    tables: list[tuple[str, dict[str, float], Callable[[str, Adjacency, float], list[Figure]]]] = [
        ("open/", INTEGRALS, measure_integral),
        ("", {name: float(bar) for name, bar in REMOVALS.items()}, measure_removals),
    ]
    figures: list[Figure] = []
    warm_up()
    for folder, bars, measure in tables:
        for name, bar in bars.items():
            path = found(f"data/networks/{folder}{name}.edges.csv")
            graph = read_graph(path) if path else None
            if graph and not (run.is_quick and len(graph.neighbours) > 2 * QUICK_TIES):
                figures += measure(name, graph, bar)
    return run.finish("Dismantling", figures) if figures else LEFT_OUT


if __name__ == "__main__":
    sys.exit(main())
