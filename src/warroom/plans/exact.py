"""Plans proven by branching on where a minimum cut may run, with linear programs solved by HiGHS.

The program is the dual of the flow: a cut, and measures that lower it. Its relaxation is weak, since it cuts every layer of a
path a little. What closes the gap is to say which side of the cut a hub is on: a node through which much of the flow must
go, such as a site's power or its link. Every minimum cut has each node on one side, so nothing is lost; and once the hubs
are settled the network falls apart by site. What is left then, which measures to take, HiGHS settles as a mixed-integer
program for each settled set of hubs.
"""

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from warroom.plans.problem import SINK, SOURCE, Floats, FlowProblem
from warroom.plans.search import PlanSearch, SearchClock, SearchResult

if TYPE_CHECKING:
    from scipy import sparse

MOST_ARCS = 30_000
"""Larger networks are left to the Lagrangian bound: one linear program takes minutes there."""
MOST_BRANCHES = 2_000
SCALE = 1000.0
"""The flow without any plan, in the program's units: its tolerances are absolute."""
CLOSE = 1e-7
"""A bound this near to the best plan, as a share of it, has nothing better behind it."""
WHOLE = 1e-6
"""How near to 0 or 1 a value must be to count as whole."""


def prove_plan(search: PlanSearch, result: SearchResult, deadline: SearchClock) -> float:
    """Branch until no better plan is left or the time is up; `search` takes over every better plan on the way.

    The answer is the flow that no plan can go below; 0 where nothing was proven.
    """
    problem = search.problem
    if search.finder.base <= 0 or not problem.available.any():
        return search.finder.base
    if len(problem.tails) > MOST_ARCS:
        return 0.0
    return _Branching(search, result.prices, deadline).run()


@dataclass(order=True)
class _Branch:
    """Hubs that are settled (0: the source's side), and what the program says then. The lowest bound comes first."""

    bound: float
    number: int
    settled: dict[int, int] = field(compare=False)
    values: Floats = field(compare=False)


class _Branching:
    def __init__(self, search: PlanSearch, prices: Floats, deadline: SearchClock) -> None:
        from highspy._core import _Highs

        self._search, self._prices, self._deadline = search, prices, deadline
        self._program = _Program(search.problem, search.finder.base)
        self._hubs = search.finder.hubs
        # The public class prints its licence on standard output before it can be told not to.
        self._solver = _Highs()
        for name, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 1e-7,
        }.items():
            self._solver.setOptionValue(name, value)
        self._solver.passModel(self._program.build_model())
        self._count = 0
        self._settled: dict[int, int] = {}

    def run(self) -> float:
        """The lowest bound of all branches."""
        root = self._solve_relaxation({}, 0.0)
        if root is None:
            return 0.0
        branches = [root]
        proven = np.inf
        while branches and branches[0].bound < self._ceiling:
            branch = heapq.heappop(branches)
            if self._count >= MOST_BRANCHES or self._deadline.is_over():
                return min(branch.bound, proven)
            split = next((hub for hub in self._hubs if not _is_whole(branch.values[hub])), None)
            if split is None:
                proven = min(proven, self._settle_measures(branch))
                continue
            for side in (0, 1):
                more = self._solve_relaxation({**branch.settled, split: side}, branch.bound)
                if more is None:
                    return min(branch.bound, proven)
                if more.bound < self._ceiling:
                    heapq.heappush(branches, more)
        return min(self._search.best.flow, proven)

    @property
    def _ceiling(self) -> float:
        """A branch whose bound is not below this holds no better plan."""
        return self._search.best.flow * (1 - CLOSE)

    def _solve_relaxation(self, settled: dict[int, int], floor: float) -> _Branch | None:
        """The program with these hubs settled and everything else in parts; None where the time ran out."""
        self._count += 1
        values = self._solve_program(settled)
        if values is None:
            return None
        bound = float(self._solver.getInfo().objective_function_value) * self._unit
        # Where the cut of the program runs, its best plan is looked for.
        self._search.improve_plan(values[: self._search.problem.nodes] < 0.5, self._prices)
        return _Branch(max(floor, bound), self._count, settled, values)

    def _settle_measures(self, branch: _Branch) -> float:
        """With the hubs settled, whole measures: the flow that no plan of this branch can go below."""
        measures = branch.values[self._program.first_measure :]
        if all(_is_whole(value) for value in measures):
            self._search.take_plan(measures > 0.5, self._prices)
            return branch.bound
        columns = np.arange(self._program.first_measure, self._program.columns, dtype=np.int32)
        self._set_whole(columns, True)
        values = self._solve_program(branch.settled, self._program.make_start(self._search))
        bound = self._solver.getInfo().mip_dual_bound * self._unit
        self._set_whole(columns, False)
        if values is not None and len(values):
            self._search.take_plan(values[self._program.first_measure :] > 0.5, self._prices)
        return max(branch.bound, bound) if np.isfinite(bound) else branch.bound

    def _solve_program(self, settled: dict[int, int], start: Floats | None = None) -> Floats | None:
        from highspy import HighsModelStatus, HighsSolution

        left = self._deadline.seconds_left
        if left <= 0:
            self._deadline.is_over()
            return None
        # The solver's clock runs on from one call to the next.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)
        # Bounds of the call before are undone only now: a change forgets what was solved.
        for hub in self._settled:
            self._solver.changeColBounds(hub, 0.0, 1.0)
        for hub, side in settled.items():
            self._solver.changeColBounds(hub, float(side), float(side))
        self._settled = settled
        if start is not None:
            solution = HighsSolution()
            solution.col_value = start
            self._solver.setSolution(solution)
        self._solver.run()
        is_late = self._solver.getModelStatus() == HighsModelStatus.kTimeLimit
        if is_late:
            self._deadline.was_met = False
        # A relaxation that was not finished bounds nothing; a program of whole measures has its bound so far.
        return None if is_late and start is None else np.array(self._solver.getSolution().col_value)

    def _set_whole(self, columns: Any, whole: bool) -> None:
        from highspy import HighsVarType

        kind = HighsVarType.kInteger if whole else HighsVarType.kContinuous
        for column in columns:
            self._solver.changeColIntegrality(int(column), kind)

    @property
    def _unit(self) -> float:
        return self._search.finder.base / SCALE


def _is_whole(value: float) -> bool:
    return bool(value < WHOLE or value > 1 - WHOLE)


class _Program:
    """Columns: a side for each node, a part of each arc that is cut, of each arc with a measure the part cut at its lower
    capacity, and each measure.
    """

    def __init__(self, problem: FlowProblem, base: float) -> None:
        self._problem = problem
        usable = (problem.measure >= 0) & problem.available[np.maximum(problem.measure, 0)]
        self._arcs = np.flatnonzero(usable)
        self._first_arc = problem.nodes
        self._first_lowered = problem.nodes + len(problem.tails)
        self.first_measure = self._first_lowered + len(self._arcs)
        self.columns = self.first_measure + problem.count
        self._capacity = np.minimum(problem.capacity, base * 1.01) * (SCALE / base)
        # A limit of nothing allows nothing, and such measures are not available.
        self._rows = np.flatnonzero(problem.limit > 0)

    def build_model(self) -> Any:
        """The relaxation: no column need be whole."""
        from highspy import HighsLp, MatrixFormat

        lp = HighsLp()
        matrix, lower = self._build_rows()
        lp.num_col_, lp.num_row_ = self.columns, matrix.shape[0]
        lp.col_cost_ = self._make_costs()
        lp.col_lower_, lp.col_upper_ = self._make_bounds()
        lp.row_lower_, lp.row_upper_ = lower, np.full(len(lower), np.inf)
        lp.a_matrix_.format_ = MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        return lp

    def make_start(self, search: PlanSearch) -> Floats:
        """The columns of the best plan so far: its minimum cut."""
        problem, chosen = self._problem, search.best.chosen
        cut = search.finder.find_cut(problem.compute_capacities(chosen))
        values = np.zeros(self.columns)
        values[: problem.nodes] = ~cut.near
        crossing = cut.near[problem.tails] & ~cut.near[problem.heads]
        lowered = crossing[self._arcs] & chosen[problem.measure[self._arcs]]
        whole = crossing.copy()
        whole[self._arcs] &= ~lowered
        values[self._first_arc : self._first_lowered] = whole
        values[self._first_lowered : self.first_measure] = lowered
        values[self.first_measure :] = chosen
        return values

    def _make_costs(self) -> Floats:
        costs = np.zeros(self.columns)
        costs[self._first_arc : self._first_lowered] = self._capacity
        costs[self._first_lowered : self.first_measure] = (self._capacity * self._problem.left)[self._arcs]
        return costs

    def _make_bounds(self) -> tuple[Floats, Floats]:
        lower, upper = np.zeros(self.columns), np.ones(self.columns)
        upper[SOURCE], lower[SINK] = 0.0, 1.0
        upper[self.first_measure :] = self._problem.available
        return lower, upper

    def _build_rows(self) -> tuple["sparse.csc_matrix", Floats]:
        """An arc from the source's side to the sink's is cut; lowered only by its measure; limits; what measures need."""
        from scipy import sparse

        problem, arcs, lowered = self._problem, len(self._problem.tails), len(self._arcs)
        every, some = np.arange(arcs), arcs + np.arange(lowered)
        limits = arcs + lowered + np.arange(len(self._rows))
        row, measure = np.nonzero(problem.usage[self._rows])
        share = problem.usage[self._rows][row, measure] / problem.limit[self._rows][row]
        pairs = [
            (measure_number, other) for measure_number, others in problem.needs.items() for other in others
        ]
        first_need = arcs + lowered + len(self._rows)
        needs = first_need + np.arange(len(pairs))
        taken, needed = np.array(pairs, np.int64).reshape(-1, 2).T
        lowered_columns = self._first_lowered + np.arange(lowered)
        entries: list[tuple[Any, Any, Any]] = [
            (every, self._first_arc + every, 1.0),
            (every, problem.heads, -1.0),
            (every, problem.tails, 1.0),
            (self._arcs, lowered_columns, 1.0),
            (some, lowered_columns, -1.0),
            (some, self.first_measure + problem.measure[self._arcs], 1.0),
            (limits[row], self.first_measure + measure, -share),
            (needs, self.first_measure + taken, -1.0),
            (needs, self.first_measure + needed, 1.0),
        ]
        values = np.concatenate([np.broadcast_to(value, len(rows)) for rows, _, value in entries])
        places = tuple(np.concatenate([entry[at] for entry in entries]) for at in (0, 1))
        count = first_need + len(pairs)
        lower = np.zeros(count)
        lower[limits] = -1.0
        return sparse.csc_matrix((values, places), shape=(count, self.columns)), lower
