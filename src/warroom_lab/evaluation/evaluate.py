"""Every policy on every seed, and what is said of them together."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warroom.errors import WorldError
from warroom_lab.evaluation.asking import keep_held_out
from warroom_lab.evaluation.intervals import Interval, mean, ratio
from warroom_lab.evaluation.kept import Kept
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.policies import POLICIES
from warroom_lab.evaluation.progress import Progress, Say
from warroom_lab.evaluation.scores import METRICS, Figure
from warroom_lab.evaluation.seeds import Asked, OfSeed, all_seeds
from warroom_lab.evaluation.sensitivity import BASELINE, OURS, Sensitivity, as_numbers, count_of, sensitivity
from warroom_lab.evaluation.tools import TOOLS, Tool
from warroom_lab.evaluation.twins import Twin
from warroom_lab.world.crime.strategies import ADAPTING, FIXED, red_team, strategy_named
from warroom_lab.world.drawing.params import scenario_named
from warroom_lab.world.drawing.sizes import size_named

Scores = dict[str, dict[int, dict[str, Figure]]]
RED_TEAM = "red-team"
TRIED = 5
"""On so many of the seeds every gang of the red team is tried, before all are played against the worst of them."""


@dataclass(frozen=True)
class Evaluation:
    """What was found: policy -> seed -> figure. `density`: how many times as dense as in life crime is in the countries
    played on. `team`: gang -> seed -> figures of one policy against it, where the worst of several was looked for.
    `twins`: seed -> what one order changed, where one was left out. `hangs_on`: how much the headline hangs on what is
    assumed, where that was looked at."""

    size: str
    density: float
    asked: Asked
    seeds: tuple[int, ...]
    scores: Scores
    team: Scores
    twins: dict[int, Twin]
    hangs_on: Sensitivity | None = None

    @property
    def tools(self) -> frozenset[Tool]:
        return self.asked.tools

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.scores)

    def figures(self, policy: str, metric: str) -> dict[int, Figure]:
        """A figure by seed."""
        return {seed: self.scores[policy][seed][metric] for seed in self.seeds}

    def mean(self, policy: str, metric: str) -> Interval | Missing:
        """A figure over the seeds that have one; why there is none where no seed has."""
        return _mean(self.scores[policy], metric)

    def against(self, gang: str, metric: str) -> Interval | Missing:
        """A figure of the one policy that was tried against a gang, over the seeds on which it was."""
        return _mean(self.team[gang], metric)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Which policy's figures are set over which other's."""
        played = [name for name in self.policies if name != "none"]
        for name in played:
            for other in played:
                if name != other and (name == OURS or (other == BASELINE and name != OURS)):
                    yield name, other

    def ratio(self, metric: str, policy: str, to: str) -> Interval | Missing:
        """A policy's sum over another's on the same seeds."""
        found = ratio(self.figures(policy, metric), self.figures(to, metric))
        return Missing(f"{to} has nothing to compare with") if found is None else found


def evaluate(
    size: str,
    seeds: Sequence[int],
    policies: Sequence[str],
    *,
    tools: Collection[Tool] = TOOLS,
    scenario: str = "bot-2025",
    gangs: str = ADAPTING,
    jobs: int = 1,
    without: str = "",
    kept: Kept | None = None,
    points: int = 0,
    say: Say = lambda line: None,
) -> Evaluation:
    """Play each policy with the same tools on each seed, `jobs` seeds at a time, each in a process of its own.

    `gangs`: how they work, or 'red-team': every gang of the team is tried against the war room (or the last policy named) on
    the first `TRIED` seeds, and all policies are played on all seeds against the one from which it holds least.
    `without`: an order that is left out on a twin of each seed on which the (one) policy gives it. `kept`: where
    seeds that are through are kept, and found again by a run that asks the same. `points`: of a hypercube over what is
    assumed, beside each assumption alone; none where 0. `say` hears how far it is. Raises WorldError.
    """
    chosen = size_named(size)
    keep_held_out(seeds, release=True)
    asked = Asked(chosen, tuple(policies), frozenset(tools), scenario_named(scenario), _first(gangs), without)
    # Looked up before hours are spent on the first of them.
    for name in policies:
        if name not in POLICIES:
            raise WorldError("world.no-policy", name=name, known=", ".join(POLICIES))
    if without and len(policies) != 1:
        raise WorldError("To leave an order out, name the one policy that gives it.")
    if points:
        count_of(points)
    team: Scores = {}
    if gangs == RED_TEAM:
        team = _tried(asked, seeds[:TRIED], jobs, kept, say)
        asked = replace(asked, gangs=min(red_team(), key=lambda name: _held(team[name])))
        say(f"the worst of the red team: {asked.gangs}")
    found = _found(asked, seeds, jobs, kept, say)
    scores = {name: {seed: found[seed].scores[name] for seed in seeds} for name in policies}
    twins = {seed: one for seed in seeds if (one := found[seed].twin) is not None}
    if without and not twins:
        given = "; ".join(f"{_span(found[seed].orders)} on seed {seed}" for seed in seeds[:5])
        raise WorldError(
            f"The policy {policies[0]} gives no order '{without}' on these seeds; it gives {given}."
        )
    hangs_on = sensitivity(asked, seeds, points, jobs, say) if points else None
    return Evaluation(size, chosen.density, asked, tuple(seeds), scores, team, twins, hangs_on)


def _first(gangs: str) -> str:
    """The gangs that are played first; raises WorldError where there are none of this name."""
    if gangs == RED_TEAM:
        return FIXED
    try:
        return strategy_named(gangs).name
    except WorldError:
        names = ", ".join((FIXED, ADAPTING, RED_TEAM, *red_team()))
        raise WorldError("world.no-gangs", name=gangs, known=names) from None


def _found(asked: Asked, seeds: Sequence[int], jobs: int, kept: Kept | None, say: Say) -> dict[int, OfSeed]:
    """Every seed: those that an earlier run kept as they are, the others played."""
    found = {seed: each for seed in seeds if kept and (each := kept.read(asked, seed))}
    if found:
        say(f"{len(found)} of {len(seeds)} seeds were played before and are kept")
    left = [seed for seed in seeds if seed not in found]
    progress = Progress(left, asked.policies, max(1, min(jobs, len(left) * len(asked.policies))), say)
    for seed, each in all_seeds(asked, left, jobs, progress.note):
        found[seed] = each
        if kept:
            kept.write(asked, seed, each)
    return found


def _tried(asked: Asked, seeds: Sequence[int], jobs: int, kept: Kept | None, say: Say) -> Scores:
    """One policy against every gang of the red team, and against gangs that never change."""
    name = OURS if OURS in asked.policies else asked.policies[-1]
    tried: Scores = {}
    for gangs in (FIXED, *red_team()):
        say(f"{name} against {gangs}")
        one = replace(asked, policies=(name,), gangs=gangs, without="")
        found = _found(one, seeds, jobs, kept, say)
        tried[gangs] = {seed: found[seed].scores[name] for seed in seeds}
    return tried


def _held(figures: dict[int, dict[str, Figure]]) -> float:
    values = [each["money_held"].value for each in figures.values()]
    return sum(value for value in values if not isinstance(value, Missing))


def _span(orders: Sequence[str]) -> str:
    return f"{min(orders)} to {max(orders)}" if orders else "none"


def as_json(found: Evaluation) -> dict[str, Any]:
    """The answer of `warroom evaluate --json`: the same figures whenever it is run again."""
    means = {name: {m.name: found.mean(name, m.name) for m in METRICS} for name in found.policies}
    ratios = {
        f"{name}/{to}": {m.name: found.ratio(m.name, name, to) for m in METRICS} for name, to in found.pairs()
    }
    return {
        "size": found.size,
        "seeds": list(found.seeds),
        "tools": sorted(found.tools),
        "scenario": found.asked.scenario,
        "gangs": found.asked.gangs,
        "density": found.density,
        "counted_at_density": 1.0,
        "interval": "90 %",
        "policies": {
            name: {metric: _numbers(value, "mean") for metric, value in figures.items()}
            for name, figures in means.items()
        },
        "why_null": {
            name: {metric: value.why for metric, value in figures.items() if isinstance(value, Missing)}
            for name, figures in means.items()
        },
        "ratios": {
            pair: {metric: _numbers(value, "ratio") for metric, value in figures.items()}
            for pair, figures in ratios.items()
        },
        "red_team": {
            gangs: {metric.name: _numbers(_mean(figures, metric.name), "mean") for metric in METRICS}
            for gangs, figures in found.team.items()
        },
        "twins": {str(seed): one._asdict() for seed, one in found.twins.items()},
        "sensitivity": found.hangs_on and as_numbers(found.hangs_on),
    }


def _mean(by_seed: dict[int, dict[str, Figure]], metric: str) -> Interval | Missing:
    figures = {seed: each[metric] for seed, each in by_seed.items()}
    found = mean(figures)
    if found is not None:
        return found
    return next(figure.value for figure in figures.values() if isinstance(figure.value, Missing))


def _numbers(value: Interval | Missing, name: str) -> dict[str, float] | None:
    return None if isinstance(value, Missing) else {name: value.value, "low": value.low, "high": value.high}
