"""Groups and ranks: `python -m benchmarks.groups [--quick] [--scale]`.

Truth: ten countries of size town that nothing was chosen on (seeds 81001 to 81010; `--quick`: two). Each gang counts once, by
the group that holds most of its members: is one of its organisers among the first ten, and how many coerced persons are;
degree and PageRank rank the same persons by the same ties. Intervals of 90 % by drawing gangs again. Ranges: ties are
dropped once at each share, ranges made of what is left, and compared with the ranks of all ties.

What casework knows of gangs (`warroom_lab/world/beside/circles.py`) is assumed there, with its reasons: no country's own records name an organiser.
`--scale` alone: one million subjects and ten million ties, built from observations and parted into groups.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from benchmarks.harness import Figure, at_least, at_most, measure_time, peak_bytes, start_run
from warroom.networks.communities import label_communities
from warroom.networks.layered_graph import Observations, RecordRows, assemble_graph
from warroom.networks.layers import MONEY, LayeredGraph, find_followed_ties
from warroom.networks.roles import ROLES, Role
from warroom_lab.evaluation.country_records import CountryRecords
from warroom_lab.evaluation.group_ranks import (
    FIRST,
    METHODS,
    GangResult,
    RangeResult,
    measure_groups,
    measure_ranges,
)
from warroom_lab.world.beside.circles import list_coerced, list_gang_members
from warroom_lab.world.drawing.sizes import get_size

SEEDS = tuple(range(81001, 81011))
SUBJECTS, TIES = 1_000_000, 10_000_000
DRAWS = 2_000


def measure_truth(seeds: Sequence[int], say: Callable[[str], object]) -> list[Figure]:
    gangs: list[GangResult] = []
    ranges: dict[tuple[Role, float], RangeResult] = {}
    for seed in seeds:
        records = CountryRecords(get_size("town"), seed)
        country = records.country
        results, chosen = measure_groups(records, list_gang_members(country), list_coerced(country))
        gangs += results
        for place, ties in enumerate(chosen):
            measure_ranges(ties, seed * 100 + place, ranges)
        found = sum(result.best["warroom"] <= FIRST for result in results)
        say(f"seed {seed}: {found} of {len(results)} gangs")
    return [*_figure_organisers(gangs), *_figure_coerced(gangs), *_figure_ranges(ranges)]


def _figure_organisers(gangs: Sequence[GangResult]) -> list[Figure]:
    figures = []
    present = [gang for gang in gangs if gang.present]
    chance = np.mean([1 - (1 - min(1, FIRST / g.persons)) ** g.present for g in present]) if present else 0.0
    for method in METHODS:
        for some, words in ((gangs, "all gangs"), (present, "gangs whose group has an organiser")):
            hits = np.array([gang.best[method] <= FIRST for gang in some], np.float64)
            beside = f"{words}: {len(some)}; 90 % interval {_interval(hits)}; by chance {100 * chance:.0f} of those present"
            figures.append(
                at_least(
                    f"organiser among the first {FIRST}, {method}, {words}",
                    100 * hits.mean(),
                    "%",
                    80,
                    beside,
                )
            )
    return figures


def _figure_coerced(gangs: Sequence[GangResult]) -> list[Figure]:
    ranked = [gang for gang in gangs if gang.persons]
    base = 100 * np.average(
        [gang.coerced_share for gang in ranked], weights=[gang.persons for gang in ranked]
    )
    places = sum(min(FIRST, gang.persons) for gang in ranked)
    return [
        at_most(
            f"coerced among the first {FIRST}, {method}",
            100 * sum(gang.coerced[method] for gang in ranked) / places,
            "%",
            1,
            f"{places} places; {base:.1f} % of the persons of these groups are coerced",
        )
        for method in METHODS
    ]


def _figure_ranges(ranges: dict[tuple[Role, float], RangeResult]) -> list[Figure]:
    return [
        at_least(
            f"range holds the rank, {role}, {100 * loss:.0f} % of ties lost",
            100 * result.held / result.total,
            "%",
            90,
            f"{result.total} ranges, {100 * result.narrow / result.total:.0f} % narrower than a quarter of the group",
        )
        for role in ROLES
        for (name, loss), result in sorted(ranges.items())
        if name == role and result.total
    ]


def _interval(hits: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> str:
    draws = np.random.default_rng(1).choice(hits, (DRAWS, len(hits))).mean(axis=1)
    low, high = 100 * np.quantile(draws, (0.05, 0.95))
    return f"{low:.0f} to {high:.0f}"


def measure_scale() -> list[Figure]:
    """One million subjects, ten million payments: most within communities of a hundred, a tenth anywhere."""
    generator = np.random.default_rng(1)
    start = generator.integers(0, SUBJECTS, TIES)
    near = start - start % 100 + generator.integers(0, 100, TIES)
    end = np.where(generator.random(TIES) < 0.9, near, generator.integers(0, SUBJECTS, TIES))
    names = pa.array([f"account:B{at % 20:02}/{at:010}" for at in range(SUBJECTS)], pa.string())
    rows = pa.table(
        {
            "source": pa.array(np.repeat("B01", TIES)),
            "record_id": pa.array(np.arange(TIES)).cast(pa.string()),
        }
    )
    with measure_time() as built:
        records = RecordRows()
        records.add_records("transfers", rows)
        nothing, moments = np.zeros(TIES, np.int64), generator.integers(0, 1 << 40, TIES)
        layer = np.full(TIES, MONEY, np.int64)
        seen = Observations(
            names.take(pa.array(start)),
            names.take(pa.array(end)),
            pa.array(np.repeat("money", TIES)),
            layer,
            moments,
            moments,
            np.full(TIES, 100_00, np.int64),
            np.arange(TIES),
            nothing,
        )
        holders = pa.table({"account": pa.array([], pa.string()), "holder": pa.array([], pa.string())})
        graph = assemble_graph(datetime(2026, 12, 1, tzinfo=UTC), [seen], records, holders, {}, {})
    with measure_time() as parted:
        groups = _count_groups(graph)
    say = f"{len(graph):,} subjects, {len(graph.start):,} ties, {groups:,} groups"
    return [
        at_most("graph built, processor", built.cpu, "s", 120, say),
        at_most("groups found, processor", parted.cpu, "s", 180, say),
        at_most("memory at its highest", peak_bytes() / (1 << 30), "GiB", 8),
    ]


def _count_groups(graph: LayeredGraph) -> int:
    return len(np.unique(label_communities(graph, find_followed_ties(graph))))


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(
        __doc__,
        arguments,
        quick="two countries",
        options=lambda parser: parser.add_argument(
            "--scale", action="store_true", help="the large graph alone"
        ),
    )
    if run.given.scale:
        return run.finish("One million subjects", measure_scale())
    seeds = SEEDS[:2] if run.is_quick else SEEDS
    return run.finish("Groups and ranks", measure_truth(seeds, lambda words: print(words, file=sys.stderr)))


if __name__ == "__main__":
    sys.exit(main())
