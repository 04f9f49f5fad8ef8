"""Every policy on every seed, and what is said of them together."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warroom.errors import WorldError
from warroom_lab.evaluation.asking import check_seeds_not_held_out
from warroom_lab.evaluation.intervals import Interval, compute_mean, compute_ratio
from warroom_lab.evaluation.kept import SeedCache
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.policies import POLICIES
from warroom_lab.evaluation.progress import EvaluationProgress, Say
from warroom_lab.evaluation.scores import METRICS, ScoreFigure
from warroom_lab.evaluation.seeds import EvaluationSetup, SeedResult, play_seeds
from warroom_lab.evaluation.sensitivity import (
    BASELINE,
    OURS,
    Sensitivity,
    measure_sensitivity,
    require_point_count,
    sensitivity_as_json,
)
from warroom_lab.evaluation.tools import TOOLS, Tool
from warroom_lab.evaluation.twins import Twin
from warroom_lab.evaluation.where import PLACES
from warroom_lab.world.crime.strategies import ADAPTING, FIXED, get_strategy, list_red_team
from warroom_lab.world.drawing.params import require_scenario
from warroom_lab.world.drawing.sizes import get_size

Scores = dict[str, dict[int, dict[str, ScoreFigure]]]
RED_TEAM = "red-team"
TRIED = 5
"""On so many of the seeds every gang of the red team is tried, before all are played against the worst of them."""


@dataclass(frozen=True)
class Evaluation:
    """What was found: policy -> seed -> figure. `density`: how many times as dense as in life crime is in the countries
    played on. `red_team_scores`: gang -> policy -> seed -> figures against it, where the worst of several was looked for.
    `where`: policy -> seed -> place -> baht that were lost or held there. `twins`: seed -> what one order changed, where one was left out. `hangs_on`: how much the headline hangs on what is
    assumed, where that was looked at."""

    size: str
    density: float
    asked: EvaluationSetup
    seeds: tuple[int, ...]
    scores: Scores
    red_team_scores: dict[str, Scores]
    where: dict[str, dict[int, dict[str, float]]]
    twins: dict[int, Twin]
    sensitivity: Sensitivity | None = None

    @property
    def tools(self) -> frozenset[Tool]:
        return self.asked.tools

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.scores)

    def get_figures(self, policy: str, metric: str) -> dict[int, ScoreFigure]:
        """A figure by seed."""
        return {seed: self.scores[policy][seed][metric] for seed in self.seeds}

    def compute_mean(self, policy: str, metric: str) -> Interval | Missing:
        """A figure over the seeds that have one; why there is none where no seed has."""
        return _compute_mean(self.scores[policy], metric)

    def compute_mean_against(self, gang: str, metric: str) -> Interval | Missing:
        """A figure of the policy that was tried against a gang, over the seeds on which it was."""
        return _compute_mean(list(self.red_team_scores[gang].values())[-1], metric)

    def compute_ratio_against(self, gang: str, metric: str) -> Interval | Missing:
        """The same over the baseline's, where that was played too."""
        return _compute_ratio_against(self.red_team_scores[gang], metric)

    def compute_mean_where(self, policy: str, place: str) -> float:
        """Baht a country that were lost or held in a place."""
        return sum(each[place] for each in self.where[policy].values()) / len(self.seeds)

    def rank_gangs(self) -> list[str]:
        """The gangs that were tried, the worst for the war room first."""
        return sorted(self.red_team_scores, key=lambda gang: _rate_gang(self.red_team_scores[gang]))

    def iter_policy_pairs(self) -> Iterator[tuple[str, str]]:
        """Which policy's figures are set over which other's."""
        played = [name for name in self.policies if name != "none"]
        for name in played:
            for other in played:
                if name != other and (name == OURS or (other == BASELINE and name != OURS)):
                    yield name, other

    def compute_ratio(self, metric: str, policy: str, to: str) -> Interval | Missing:
        """A policy's sum over another's on the same seeds."""
        found = compute_ratio(self.get_figures(policy, metric), self.get_figures(to, metric))
        return Missing(f"{to} has nothing to compare with") if found is None else found


def evaluate_policies(
    size: str,
    seeds: Sequence[int],
    policies: Sequence[str],
    *,
    tools: Collection[Tool] = TOOLS,
    scenario: str = "bot-2025",
    gangs: str = ADAPTING,
    jobs: int = 1,
    without: str = "",
    kept: SeedCache | None = None,
    points: int = 0,
    say: Say = lambda line: None,
) -> Evaluation:
    """Play each policy with the same tools on each seed, `jobs` seeds at a time, each in a process of its own.

    `gangs`: how they work, or 'red-team': every gang of the team is tried against the war room (or the last policy named) on
    the first `TRIED` seeds, and all policies are played on all seeds against the one from which it saves least beside the
    baseline, or least of all where that is not played.
    `without`: an order that is left out on a twin of each seed on which the (one) policy gives it. `kept`: where
    seeds that are through are kept, and found again by a run that asks the same. `points`: of a hypercube over what is
    assumed, beside each assumption alone; none where 0. `say` hears how far it is. Raises WorldError.
    """
    chosen = get_size(size)
    check_seeds_not_held_out(seeds, release=True)
    asked = EvaluationSetup(
        chosen,
        tuple(policies),
        frozenset(tools),
        require_scenario(scenario),
        _find_first_gangs(gangs),
        without,
    )
    # Looked up before hours are spent on the first of them.
    for name in policies:
        if name not in POLICIES:
            raise WorldError("world.no-policy", name=name, known=", ".join(POLICIES))
    if without and len(policies) != 1:
        raise WorldError("To leave an order out, name the one policy that gives it.")
    if points:
        require_point_count(points)
    team: dict[str, Scores] = {}
    if gangs == RED_TEAM:
        team = _play_red_team(asked, seeds[:TRIED], jobs, kept, say)
        asked = replace(asked, gangs=min(list_red_team(), key=lambda name: _rate_gang(team[name])))
        say(f"the worst of the red team: {asked.gangs}")
    seed_results = _play_seeds(asked, seeds, jobs, kept, say)
    scores = {name: {seed: seed_results[seed].scores[name] for seed in seeds} for name in policies}
    twins = {seed: seed_twin for seed in seeds if (seed_twin := seed_results[seed].twin) is not None}
    if without and not twins:
        given = "; ".join(
            f"{_format_order_span(seed_results[seed].orders)} on seed {seed}" for seed in seeds[:5]
        )
        raise WorldError(
            f"The policy {policies[0]} gives no order '{without}' on these seeds; it gives {given}."
        )
    hangs_on = measure_sensitivity(asked, seeds, points, jobs, say) if points else None
    where = {name: {seed: seed_results[seed].where[name] for seed in seeds} for name in policies}
    return Evaluation(size, chosen.density, asked, tuple(seeds), scores, team, where, twins, hangs_on)


def _find_first_gangs(gangs: str) -> str:
    """The gangs that are played first; raises WorldError where there are none of this name."""
    if gangs == RED_TEAM:
        return FIXED
    try:
        return get_strategy(gangs).name
    except WorldError:
        names = ", ".join((FIXED, ADAPTING, RED_TEAM, *list_red_team()))
        raise WorldError("world.no-gangs", name=gangs, known=names) from None


def _play_seeds(
    asked: EvaluationSetup, seeds: Sequence[int], jobs: int, kept: SeedCache | None, say: Say
) -> dict[int, SeedResult]:
    """Every seed: those that an earlier run kept as they are, the others played."""
    seed_results = {
        seed: seed_result for seed in seeds if kept and (seed_result := kept.find_seed(asked, seed))
    }
    if seed_results:
        say(f"{len(seed_results)} of {len(seeds)} seeds were played before and are kept")
    left = [seed for seed in seeds if seed not in seed_results]
    progress = EvaluationProgress(
        left, asked.policies, max(1, min(jobs, len(left) * len(asked.policies))), say
    )
    for seed, seed_result in play_seeds(asked, left, jobs, progress.report_step):
        seed_results[seed] = seed_result
        if kept:
            kept.save_seed(asked, seed, seed_result)
    return seed_results


def _play_red_team(
    asked: EvaluationSetup, seeds: Sequence[int], jobs: int, kept: SeedCache | None, say: Say
) -> dict[str, Scores]:
    """One policy, and the baseline if it is asked for, against every gang of the red team and against gangs that never change."""
    ours = OURS if OURS in asked.policies else asked.policies[-1]
    names = (BASELINE, ours) if BASELINE in asked.policies and ours != BASELINE else (ours,)
    tried: dict[str, Scores] = {}
    for gangs in (FIXED, *list_red_team()):
        say(f"{' and '.join(names)} against {gangs}")
        request = replace(asked, policies=names, gangs=gangs, without="")
        seed_results = _play_seeds(request, seeds, jobs, kept, say)
        tried[gangs] = {name: {seed: seed_results[seed].scores[name] for seed in seeds} for name in names}
    return tried


def _rate_gang(scores: Scores) -> float:
    """How well the war room does against a gang: what it saves over the baseline, or what it saves where that was not played.

    Never by baht alone where there is something to compare with: some gangs' money never touches an account, no matter who acts.
    """
    ratio = _compute_ratio_against(scores, "money_saved")
    if isinstance(ratio, Interval):
        return ratio.value
    saved = _compute_mean(list(scores.values())[-1], "money_saved")
    return saved.value if isinstance(saved, Interval) else 0.0


def _compute_ratio_against(scores: Scores, metric: str) -> Interval | Missing:
    names = list(scores)
    if len(names) < 2:
        return Missing(f"{BASELINE} was not tried")
    above, below = (
        {seed: each[metric] for seed, each in scores[name].items()} for name in (names[-1], names[0])
    )
    return compute_ratio(above, below) or Missing(f"{BASELINE} has nothing to compare with")


def _format_order_span(orders: Sequence[str]) -> str:
    return f"{min(orders)} to {max(orders)}" if orders else "none"


def evaluation_as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The answer of `warroom evaluate --json`: the same figures whenever it is run again."""
    means = {
        name: {m.name: evaluation.compute_mean(name, m.name) for m in METRICS} for name in evaluation.policies
    }
    ratios = {
        f"{name}/{to}": {m.name: evaluation.compute_ratio(m.name, name, to) for m in METRICS}
        for name, to in evaluation.iter_policy_pairs()
    }
    return {
        "size": evaluation.size,
        "seeds": list(evaluation.seeds),
        "tools": sorted(evaluation.tools),
        "scenario": evaluation.asked.scenario,
        "gangs": evaluation.asked.gangs,
        "density": evaluation.density,
        "counted_at_density": 1.0,
        "interval": "90 %, by countries",
        "policies": {
            name: {metric: _interval_as_json(value, "mean") for metric, value in figures.items()}
            for name, figures in means.items()
        },
        "why_null": {
            name: {metric: value.why for metric, value in figures.items() if isinstance(value, Missing)}
            for name, figures in means.items()
        },
        "ratios": {
            pair: {metric: _interval_as_json(value, "ratio") for metric, value in figures.items()}
            for pair, figures in ratios.items()
        },
        "red_team": {
            gangs: {
                metric.name: _interval_as_json(evaluation.compute_mean_against(gangs, metric.name), "mean")
                for metric in METRICS
            }
            for gangs in evaluation.rank_gangs()
        },
        "red_team_ratios": {
            gangs: {
                metric.name: _interval_as_json(evaluation.compute_ratio_against(gangs, metric.name), "ratio")
                for metric in METRICS
            }
            for gangs in evaluation.rank_gangs()
        },
        "where": {
            name: {place: evaluation.compute_mean_where(name, place) for place in PLACES}
            for name in evaluation.policies
        },
        "twins": {str(seed): seed_twin._asdict() for seed, seed_twin in evaluation.twins.items()},
        "sensitivity": evaluation.sensitivity and sensitivity_as_json(evaluation.sensitivity),
    }


def _compute_mean(by_seed: dict[int, dict[str, ScoreFigure]], metric: str) -> Interval | Missing:
    figures = {seed: each[metric] for seed, each in by_seed.items()}
    is_share = any(each.name == metric and each.unit == "share" for each in METRICS)
    found = compute_mean(figures, 1.0 if is_share else math.inf)
    if found is not None:
        return found
    return next(figure.value for figure in figures.values() if isinstance(figure.value, Missing))


def _interval_as_json(value: Interval | Missing, name: str) -> dict[str, float] | None:
    return None if isinstance(value, Missing) else {name: value.value, "low": value.low, "high": value.high}
