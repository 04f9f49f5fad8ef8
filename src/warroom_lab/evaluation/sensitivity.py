"""How much a headline hangs on what is assumed: each range at both its ends, and points over all ranges at once.

Every point is the same paired seeds under the headline's two policies, in countries of the size `tiny`: a hundred and fifty
points of larger ones would take days. Draws are by name, so that two points differ by what was moved and little else.
"""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from warroom.errors import WorldError
from warroom_lab.evaluation.assumptions import Point, build_assumptions, draw_hypercube, get_point_values
from warroom_lab.evaluation.intervals import Interval, compute_ratio
from warroom_lab.evaluation.progress import Say, Stopwatch, format_duration
from warroom_lab.evaluation.scores import ScoreFigure
from warroom_lab.evaluation.seeds import EvaluationSetup, SeedResult, play_seed
from warroom_lab.evaluation.tools import EVERY
from warroom_lab.world.drawing.params import assume_values
from warroom_lab.world.drawing.sizes import Size, get_size
from warroom_lab.world.population import settling
from warroom_lab.world.population.nation import Nation

OURS, BASELINE = "warroom", "practice-2026"
SIZE = "tiny"
SEEDS = 10
"""Of the seeds asked for, how many are played at every point."""
LEAST, MOST = 10, 1_000
"""Points of a hypercube: below ten, ranks say nothing."""
HEADLINES = ("money_saved", "innocent_hours", "victims_among_mules_held")
"""Ratios of ours over the baseline that are looked at."""
Found = dict[str, Interval | None]
"""Headline -> the ratio at one point; None where the baseline has nothing to compare with."""


@dataclass(frozen=True)
class Swing:
    """One assumption at the low and at the high end of its range, all others as they are."""

    low: Found
    high: Found


@dataclass(frozen=True)
class Sensitivity:
    """What was found. `ends`: by assumption; `cube`: the hypercube's points and the ratios there."""

    scenario: str
    seeds: tuple[int, ...]
    usual: Found
    ends: Mapping[str, Swing]
    cube: Sequence[tuple[Point, Found]]

    def compute_swing(self, metric: str, name: str) -> float:
        """How far apart the two ends of an assumption put a ratio; 0 where one end has none."""
        low, high = self.ends[name].low[metric], self.ends[name].high[metric]
        return 0.0 if low is None or high is None else abs(high.value - low.value)

    def rank_assumptions(self, metric: str) -> list[str]:
        """Assumptions, the one on which most hangs first."""
        return sorted(self.ends, key=lambda name: -self.compute_swing(metric, name))

    def list_cube_ratios(self, metric: str) -> list[float]:
        """The ratios of the points that have one."""
        return [value.value for _, found in self.cube if (value := found[metric]) is not None]

    def share_above_one(self, metric: str) -> float | None:
        """The share of the points at which the ratio is above 1; None where no point has one."""
        ratios = self.list_cube_ratios(metric)
        return sum(each > 1 for each in ratios) / len(ratios) if ratios else None

    def compute_spread(self, metric: str) -> Interval | None:
        """The median over the points, and where nine in ten of them lie."""
        ratios = self.list_cube_ratios(metric)
        if not ratios:
            return None
        low, middle, high = (float(each) for each in np.percentile(ratios, (5, 50, 95)))
        return Interval(middle, low, high)

    def compute_rank_correlation(self, metric: str, name: str) -> float | None:
        """Spearman's, of where an assumption lies in its range with the ratio; None where either never changes."""
        # Loaded by who asks: most runs ask nothing of it, and it takes as long as a small country's play.
        from scipy.stats import spearmanr

        pairs = [(point[name], value.value) for point, ratios in self.cube if (value := ratios[metric])]
        if any(len(set(column)) < 2 for column in zip(*pairs, strict=True)) or not pairs:
            return None
        return float(spearmanr(*zip(*pairs, strict=True)).statistic)


def measure_sensitivity(
    asked: EvaluationSetup, seeds: Sequence[int], points: int, jobs: int, say: Say
) -> Sensitivity:
    """Play every point; `asked` says with which tools, by which clock of crime, against which gangs. Raises WorldError."""
    require_point_count(points)
    played = replace(asked, size=get_size(SIZE), policies=(OURS, BASELINE), without="")
    chosen = tuple(seeds[:SEEDS])
    axes = list(build_assumptions(asked.scenario, asked.tools))
    cube = draw_hypercube(points, asked.scenario, asked.tools)
    ends: list[Point] = [{name: end} for name in axes for end in (0.0, 1.0)]
    results = list(
        _report_progress(_play_points(played, chosen, [{}, *ends, *cube], jobs), 1 + len(ends) + points, say)
    )
    usual, rest = results[0], results[1:]
    swings = {name: Swing(rest[2 * at], rest[2 * at + 1]) for at, name in enumerate(axes)}
    return Sensitivity(asked.scenario, chosen, usual, swings, list(zip(cube, rest[len(ends) :], strict=True)))


def require_point_count(points: int) -> int:
    """How many points a hypercube has; raises WorldError where so many say nothing or take for ever."""
    if not LEAST <= points <= MOST:
        raise WorldError("world.points", points=points, least=LEAST, most=MOST)
    return points


def _play_points(
    asked: EvaluationSetup, seeds: tuple[int, ...], points: Sequence[Point], jobs: int
) -> Iterator[Found]:
    """Every point in its order, `jobs` at a time: the figures do not depend on how many."""
    if jobs == 1:
        yield from (_play_point(asked, seeds, point) for point in points)
        return
    # Not fork: Arrow and numba have threads by now, and a forked child waits for locks that nobody holds.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn) as pool:
        yield from pool.map(_play_point, [asked] * len(points), [seeds] * len(points), points)


def _play_point(asked: EvaluationSetup, seeds: tuple[int, ...], point: Point) -> Found:
    with assume_values(get_point_values(point, asked.scenario, asked.tools), asked.scenario):
        scores = {seed: _play_seed(asked, seed).scores for seed in seeds}
    return {
        metric: compute_ratio(
            _get_figures_by_seed(scores, OURS, metric), _get_figures_by_seed(scores, BASELINE, metric)
        )
        for metric in HEADLINES
    }


def _play_seed(asked: EvaluationSetup, seed: int) -> SeedResult:
    return play_seed(asked, seed, lambda step: None, _get_honest_nation(asked.size, seed, asked.scenario))


@cache
def _get_honest_nation(size: Size, seed: int, scenario: str) -> Nation:
    """The nation of a seed, made once in a process: nothing that is moved changes it, and to make it takes as long as a play."""
    return settling.plan_nation(size, seed, scenario)


def _get_figures_by_seed(
    scores: dict[int, dict[str, dict[str, ScoreFigure]]], policy: str, metric: str
) -> dict[int, ScoreFigure]:
    return {seed: each[policy][metric] for seed, each in scores.items()}


def _report_progress(results: Iterator[Found], total: int, say: Say) -> Iterator[Found]:
    """The same, telling now and then how far it is."""
    watch, took = Stopwatch(), 0.0
    for number, result in enumerate(results, 1):
        took += watch.read_seconds()
        if number == 1 or number % 10 == 0 or number == total:
            left = took / number * (total - number)
            say(
                f"sensitivity: {number} of {total} points"
                + (f", about {format_duration(left)} left" if left else "")
            )
        yield result


def sensitivity_as_json(analysis: Sensitivity) -> dict[str, Any]:
    """For the answer as JSON."""
    # With every tool's own: what was not moved is not among the ends that are told.
    axes = build_assumptions(analysis.scenario, EVERY)
    return {
        "size": SIZE,
        "seeds": list(analysis.seeds),
        "points": len(analysis.cube),
        "assumptions": {
            name: {
                f"{section}.{parameter_name}": {
                    "usual": parameter.value, "low": low, "high": high,
                    "unit": parameter.unit, "source": parameter.source,
                }
                for (section, parameter_name), parameter in axis.parameters.items()
                for low, high in [(axis.get_values_at(0.0)[section, parameter_name], axis.get_values_at(1.0)[section, parameter_name])]
            }
            for name, axis in axes.items()
            if name in analysis.ends
        },
        "headlines": {metric: _headline_as_json(analysis, metric) for metric in HEADLINES},
    }  # fmt: skip


def _headline_as_json(analysis: Sensitivity, metric: str) -> dict[str, Any]:
    spread = analysis.compute_spread(metric)
    return {
        "usual": _interval_as_json(analysis.usual[metric]),
        "one_at_a_time": {
            name: {
                "low": _interval_as_json(analysis.ends[name].low[metric]),
                "high": _interval_as_json(analysis.ends[name].high[metric]),
            }
            for name in analysis.rank_assumptions(metric)
        },
        "hypercube": {
            "with_a_ratio": len(analysis.list_cube_ratios(metric)),
            "above_1": analysis.share_above_one(metric),
            "median": spread and spread.value,
            "p5": spread and spread.low,
            "p95": spread and spread.high,
            "spearman": {
                name: analysis.compute_rank_correlation(metric, name)
                for name in analysis.rank_assumptions(metric)
            },
        },
    }


def _interval_as_json(value: Interval | None) -> dict[str, float] | None:
    return None if value is None else {"ratio": value.value, "low": value.low, "high": value.high}
