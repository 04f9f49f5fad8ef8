"""Making a plan: search, proof, and everything that an officer needs to judge it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warroom.plans.cuts import CutFinder
from warroom.plans.exact import prove_plan
from warroom.plans.instance import PlanInstance
from warroom.plans.problem import Bools, Floats, FlowProblem, build_problem
from warroom.plans.search import FoundPlan, PlanSearch, SearchClock
from warroom.plans.valuing import PeriodFlow, compute_period_flows, sum_flow, sum_usage

SECONDS = 60.0
MOST_WEIGHED = 200
"""Measures whose own worth is computed, those that cut most first."""
NEXT_BEST = 3
WEIGHING_SHARE = 0.5
"""So much of the time is there for worths and next-best plans even where the search used up all of it."""
PROVEN = 1e-6
"""A gap below this is rounding."""


@dataclass(frozen=True, slots=True)
class MeasureWorth:
    """How much more flow is left where the plan goes without this measure (with those that go together with it)."""

    measures: tuple[str, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class NextBestPlan:
    """The best plan that was found should one of the measures `without` turn out impossible, and how it differs."""

    value: float
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class CutPlan:
    """A plan with what is known about it. `value`, `base` (without any measure) and `bound` are flow over the whole horizon.

    `gap` is the share of the value by which a better plan could still lie below it. `was_cut_short`: the time ran out, and
    the same input may give another plan where there is more.
    """

    measures: tuple[str, ...]
    value: float
    base: float
    bound: float
    periods: tuple[PeriodFlow, ...]
    base_periods: tuple[PeriodFlow, ...]
    costs: dict[str, float]
    harm: dict[str, float]
    worths: tuple[MeasureWorth, ...]
    next_best: tuple[NextBestPlan, ...]
    not_ready: tuple[str, ...] = ()
    was_cut_short: bool = False
    methods: tuple[str, ...] = field(default=("lagrangian",))

    @property
    def gap(self) -> float:
        return 0.0 if self.value <= 0 else max(0.0, 1 - self.bound / self.value)

    @property
    def is_proven(self) -> bool:
        return self.gap <= PROVEN


def make_plan(instance: PlanInstance, seconds: float = SECONDS) -> CutPlan:
    """The best plan that is found in this time, for the network that is likelier than not; what is known about it may take half
    as long again.

    Raises PlanError where no plan can keep the limits.
    """
    instance = instance.keep_likely_arcs()
    problem = build_problem(instance)
    deadline = SearchClock(seconds)
    finder = CutFinder(problem)
    plan_found = find_plan(problem, finder, deadline)
    taken = list_measures(problem, plan_found.best.chosen)
    periods, base_periods = compute_period_flows(instance, taken), compute_period_flows(instance, ())
    value = sum_flow(periods)
    costs, harm = sum_usage(instance, taken)
    # A search that used up its time must not leave the plan without what officers judge it by.
    weighing = SearchClock(max(deadline.seconds_left, seconds * WEIGHING_SHARE))
    worths = _weigh_measures(problem, finder, plan_found.best, weighing)
    return CutPlan(
        measures=taken,
        value=value,
        base=sum_flow(base_periods),
        bound=min(plan_found.bound, value),
        periods=tuple(periods),
        base_periods=tuple(base_periods),
        costs=costs,
        harm=harm,
        worths=worths,
        next_best=_list_next_best(instance, problem, finder, plan_found, worths, weighing),
        not_ready=tuple(name for name, measure in instance.measures.items() if not measure.ready),
        was_cut_short=not (deadline.was_met and weighing.was_met),
        methods=plan_found.methods,
    )


@dataclass(frozen=True)
class PlanFound:
    """The best plan of a problem by number, the plans beside it, and the bound with the methods that gave it."""

    best: FoundPlan
    bound: float
    pool: list[FoundPlan]
    prices: Floats
    methods: tuple[str, ...]


def find_plan(problem: FlowProblem, finder: CutFinder, deadline: SearchClock) -> PlanFound:
    """Search with prices, then prove with the program where the network is small enough for it."""
    search = PlanSearch(problem, finder)
    result = search.run(deadline)
    bound = prove_plan(search, result, deadline)
    methods = ("lagrangian", "hubs") if bound > result.bound else ("lagrangian",)
    best = FoundPlan(search.best.flow, _drop_idle(problem, finder, search.best.chosen))
    return PlanFound(
        best, min(best.flow, max(bound, result.bound)), search.list_pool(), result.prices, methods
    )


def list_measures(problem: FlowProblem, chosen: Bools) -> tuple[str, ...]:
    """The ids of a plan's measures, those that are required first."""
    return (*problem.required, *(name for number in np.flatnonzero(chosen) for name in problem.names[number]))


def _drop_idle(problem: FlowProblem, finder: CutFinder, chosen: Bools) -> Bools:
    """The plan without the measures that its minimum cut does not need: the flow stays the same."""
    near = finder.find_cut(problem.compute_capacities(chosen)).near
    crossing = near[problem.tails] & ~near[problem.heads] & (problem.measure >= 0)
    working = np.zeros(problem.count, bool)
    working[problem.measure[crossing]] = True
    working &= chosen
    for number in np.flatnonzero(working):
        working[list(problem.needs.get(int(number), ()))] = True
    return working


def _weigh_measures(
    problem: FlowProblem, finder: CutFinder, best: FoundPlan, deadline: SearchClock
) -> tuple[MeasureWorth, ...]:
    """Each measure's own worth, the largest first. A measure that others need is weighed with them."""
    cut = finder.find_cut(problem.compute_capacities(best.chosen))
    crossing = cut.near[problem.tails] & ~cut.near[problem.heads] & (problem.measure >= 0)
    saved = np.bincount(
        problem.measure[crossing], (problem.capacity * (1 - problem.left))[crossing], problem.count
    )
    numbers = sorted(np.flatnonzero(best.chosen), key=lambda number: (-saved[number], number))
    worths = []
    for number in numbers[:MOST_WEIGHED]:
        if deadline.is_over():
            break
        without = best.chosen.copy()
        without[number] = False
        for other, others in problem.needs.items():
            without[other] &= number not in others
        flow = finder.find_cut(problem.compute_capacities(without)).flow
        worths.append(MeasureWorth(problem.names[number], max(0.0, flow - best.flow)))
    return tuple(sorted(worths, key=lambda weighed: (-weighed.worth, weighed.measures)))


def _list_next_best(
    instance: PlanInstance,
    problem: FlowProblem,
    finder: CutFinder,
    plan_found: PlanFound,
    worths: Sequence[MeasureWorth],
    deadline: SearchClock,
) -> tuple[NextBestPlan, ...]:
    """The best plans without each of the measures that are worth most, should one of them turn out impossible."""
    numbers = {names: number for number, names in enumerate(problem.names)}
    plans: dict[tuple[tuple[str, ...], tuple[str, ...]], NextBestPlan] = {}
    for weighed in worths[:NEXT_BEST]:
        if deadline.is_over():
            break
        search = PlanSearch(problem, finder, frozenset({numbers[weighed.measures]}))
        for start in plan_found.pool[:3]:
            allowed = start.chosen.copy()
            allowed[numbers[weighed.measures]] = False
            for other, others in problem.needs.items():
                allowed[other] &= numbers[weighed.measures] not in others
            search.take_plan(allowed, np.zeros(len(problem.limit)))
        best = search.run_briefly(deadline, plan_found.prices)
        plan = _compare_plans(instance, problem, finder, (plan_found.best, best), weighed.measures)
        same = plans.get((plan.added, plan.dropped))
        without = (*same.without, *plan.without) if same else plan.without
        plans[plan.added, plan.dropped] = replace(plan, without=without)
    return tuple(sorted(plans.values(), key=lambda plan: (plan.value, plan.without)))


def _compare_plans(
    instance: PlanInstance,
    problem: FlowProblem,
    finder: CutFinder,
    plans: tuple[FoundPlan, FoundPlan],
    without: tuple[str, ...],
) -> NextBestPlan:
    best, other = plans
    chosen = _drop_idle(problem, finder, other.chosen)
    mine, theirs = (dict.fromkeys(list_measures(problem, taken)) for taken in (best.chosen, chosen))
    added = tuple(name for name in theirs if name not in mine)
    dropped = tuple(name for name in mine if name not in theirs)
    value = sum_flow(compute_period_flows(instance, tuple(theirs)))
    return NextBestPlan(value, added, dropped, without)
