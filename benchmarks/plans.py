"""Joint plans on made networks: `python -m benchmarks.plans [--quick | --full]`.

WARROOM_SHARED has the writer of the instances (bench/interdiction.py, seed 0): a layered flow network with substitutes,
budgets of four agencies and a limit on homes. For each size: the value of the best plan after so many seconds, computed
again by the writer's own maximum flow, and the gap to the bound that no plan can beat. The smallest network is then proven
by branching on the side of the cut that its hubs are on. `--quick` leaves the largest out. Bars: ../shared/research, December 2026.
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.harness import Figure, at_most, measure_time, start_run
from benchmarks.outside import LEFT_OUT, found
from warroom.plans.cuts import CutFinder
from warroom.plans.exact import prove_plan
from warroom.plans.problem import FlowProblem
from warroom.plans.search import PlanSearch, SearchClock

SIZES = ((2_000, 719.4, 1.0), (20_000, 241.0, 5.0), (200_000, 315.0, 120.0))
"""Measures in the instance, about; the value to reach, and the seconds for it."""
PROVEN_SIZE, PROOF_SECONDS, GAP_PERCENT = 2_000, 60.0, 10.0


def load_writer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("interdiction", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def to_problem(writer: ModuleType, written: tuple[Any, ...]) -> FlowProblem:
    """The writer's instance as a problem: a measure an action, a limit a budget, and one for homes."""
    nodes, arcs, actions, budgets, homes = written
    tails, heads, action, capacity, left = writer.arrs(arcs)
    cost, agency, harm, ready = (np.array(column) for column in zip(*actions, strict=True))
    usage = np.vstack([np.where(agency == number, cost, 0.0) for number in range(4)] + [harm.astype(float)])
    limit = np.append(np.asarray(budgets, float), float(homes))
    available = ready.astype(bool) & (usage <= limit[:, None] + 1e-9).all(axis=0)
    return FlowProblem(int(nodes), tails, heads, capacity, action, left, usage, limit, available, {})


def measure_size(writer: ModuleType, size: int, value: float, seconds: float) -> list[Figure]:
    problem = to_problem(writer, writer.gen(size, 0))
    with measure_time() as spent:
        # The round that runs at the deadline is finished.
        deadline = SearchClock(0.8 * seconds)
        finder = CutFinder(problem)
        search = PlanSearch(problem, finder)
        result = search.run(deadline)
    left = evaluate(writer, problem, result.best.chosen)
    name = f"n={size:,}"
    beside = f"{spent.wall:.1f} s, {spent.cpu:.1f} s of a processor, {result.rounds} rounds"
    gap = 100 * (1 - result.bound / left)
    figures = [
        at_most(f"{name}, flow left within {seconds:g} s", left, "", value, beside),
        at_most(f"{name}, seconds", spent.wall, "s", seconds, f"flow without a plan {finder.base:,.1f}"),
    ]
    if size != PROVEN_SIZE:
        return [
            *figures,
            at_most(f"{name}, gap to the Lagrangian bound", gap, "%", 100, f"bound {result.bound:,.1f}"),
        ]
    with measure_time() as proving:
        bound = max(result.bound, prove_plan(search, result, SearchClock(PROOF_SECONDS)))
    left = evaluate(writer, problem, search.best.chosen)
    gap = max(0.0, 100 * (1 - bound / left))
    beside = (
        f"value {left:,.2f}, bound {bound:,.2f}, {proving.wall:.1f} s, {proving.cpu:.1f} s of a processor"
    )
    return [*figures, at_most(f"{name}, gap, proven by branching on hubs", gap, "%", GAP_PERCENT, beside)]


def evaluate(writer: ModuleType, problem: FlowProblem, chosen: object) -> float:
    """The flow that is left, by the writer's own code; a plan above a limit counts as none."""
    if not problem.is_within_limits(problem.usage @ np.asarray(chosen, float)):
        return float("inf")
    arrays = (problem.nodes, problem.tails, problem.heads, problem.measure, problem.capacity, problem.left)
    return float(writer.evalx(*arrays, chosen))


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="without the largest network")
    path = found("bench/interdiction.py")
    if path is None:
        return LEFT_OUT
    writer = load_writer(path)
    sizes = SIZES[:2] if run.is_quick else SIZES
    return run.finish("Plans", [figure for size in sizes for figure in measure_size(writer, *size)])


if __name__ == "__main__":
    sys.exit(main())
