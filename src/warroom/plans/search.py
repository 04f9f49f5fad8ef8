"""Plans and a bound by Lagrangian relaxation: limits become prices, and a minimum cut says what is worth its price.

For given prices of the limits, the cheapest mix of flow let through and measures paid for is a minimum cut, and its value
less what the limits are worth at these prices is a bound that no plan can beat (Royset and Wood 2007, "Solving the
bi-objective maximum-flow network-interdiction problem"). Prices follow the subgradient. A measure that cuts several arcs
has its price split among them; the split follows the cuts too, and every split gives a valid bound.

Each cut also gives a plan: the measures that take most from that cut within the limits, then the minimum cut of what is
left, and so on while the flow falls. Nothing is drawn by chance, so the same problem gives the same plan.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from warroom.plans.cuts import FORCED_HUBS, CutFinder
from warroom.plans.problem import Bools, Floats, FlowProblem

ROUNDS_OF_SIZE = ((200_000, 40),)
"""Up to so many arcs, so many rounds of prices; larger networks have 20. Chosen: bounds rise little afterwards."""
FEWEST_ROUNDS = 20
SMALL = 20_000
"""Up to so many arcs a plan is looked for in every round."""
BRIEF_ROUNDS = 8
FORCED_ROUNDS = 12
"""Rounds of prices with a hub forced to a side."""
PATIENCE = 5
"""Rounds without a better bound after which steps become shorter."""
SHORTER = 0.6
POOL = 24
"""So many plans are kept, for the next-best ones."""


class SearchClock:
    """A moment after which a search ends with what it has; `was_met` says that this never cut it short."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.was_met = True

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def is_over(self) -> bool:
        if time.monotonic() < self._end:
            return False
        self.was_met = False
        return True


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """Measures by number, and the flow that is left."""

    flow: float
    chosen: Bools


@dataclass
class SearchResult:
    """The best plan, plans beside it from the best on, and the flow that no plan can go below."""

    best: FoundPlan
    bound: float
    pool: list[FoundPlan]
    prices: Floats
    rounds: int


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The best bound of some rounds, the prices that gave it, and how many rounds there were."""

    bound: float
    prices: Floats
    rounds: int


class PlanSearch:
    """A search over one problem. `forbidden` measures are not taken."""

    def __init__(
        self, problem: FlowProblem, finder: CutFinder, forbidden: frozenset[int] = frozenset()
    ) -> None:
        self.problem, self.finder = problem, finder
        self._allowed = problem.available.copy()
        self._allowed[list(forbidden)] = False
        for measure, others in problem.needs.items():
            self._allowed[measure] &= not forbidden.intersection(others)
        # An instance may have no measure at all, so none is looked up for an arc without one.
        usable = np.flatnonzero(problem.measure >= 0)
        self._arcs = usable[self._allowed[problem.measure[usable]]]
        self._of_arc = problem.measure[self._arcs]
        self._saved = ((1 - problem.left) * np.minimum(problem.capacity, finder.base))[self._arcs]
        self._count_of_arc = np.bincount(self._of_arc, minlength=problem.count)[self._of_arc]
        self._scale = np.maximum(problem.limit, 1e-12)
        self._tries_hubs = len(problem.tails) <= SMALL
        # Looking for a plan takes several cuts: in a large network not in every round.
        self._rest = 2 if self._tries_hubs else 5
        self.pool: dict[bytes, FoundPlan] = {}
        nothing = np.zeros(problem.count, bool)
        self.best = FoundPlan(finder.base, nothing)
        self._keep_plan(self.best)

    def run(self, deadline: SearchClock, rounds: int | None = None) -> SearchResult:
        """Search for so many rounds of prices (by default as many as the size asks for) or until the deadline.

        In a small network the largest hubs are then tried on both sides of the cut, with prices of their own.
        """
        rounds = rounds or _count_rounds(len(self.problem.tails))
        whole = self._run_rounds(deadline, rounds, self._make_first_prices())
        bound = whole.bound
        hubs = min(len(self.finder.hubs), FORCED_HUBS) if self._tries_hubs else 0
        for hub in range(hubs):
            if self._is_settled(bound):
                break
            sides = [
                self._run_rounds(deadline, FORCED_ROUNDS, whole.prices, (hub, side)).bound for side in (0, 1)
            ]
            # Every cut has the hub on one of the sides.
            bound = max(bound, min(sides))
        return SearchResult(
            self.best, min(bound, self.best.flow), self.list_pool(), whole.prices, whole.rounds
        )

    def _is_settled(self, bound: float) -> bool:
        return bound >= self.best.flow * (1 - 1e-9)

    def _run_rounds(
        self, deadline: SearchClock, rounds: int, prices: Floats, forced: tuple[int, int] | None = None
    ) -> "_Rounds":
        bound, best_prices, step, waited, split = 0.0, prices, 1.0, 0, self._make_first_split()
        done = 0
        for done in range(1, rounds + 1):
            if deadline.is_over():
                break
            cost = (prices @ self.problem.usage)[self._of_arc] * split
            cut = self.finder.find_cut(self._compute_priced_capacities(cost), forced)
            value = cut.flow - float(prices @ self.problem.limit)
            waited = 0 if value > bound else waited + 1
            if value > bound:
                bound, best_prices = value, prices
            if waited >= PATIENCE:
                step, waited = step * SHORTER, 0
            if self._is_settled(bound):
                break
            if done <= 3 or done % self._rest == 0 or done == rounds:
                self.improve_plan(cut.near, prices)
            is_paid = cut.near[self.problem.tails[self._arcs]] & ~cut.near[self.problem.heads[self._arcs]]
            is_paid &= cost < self._saved
            prices = self._move_prices(prices, split, is_paid, step, value)
            split = self._move_split(split, is_paid)
        return _Rounds(bound, best_prices, done)

    def improve_plan(self, near: Bools, prices: Floats) -> FoundPlan:
        """The plan that a cut leads to: its best measures, the cut of what is left, and again while the flow falls."""
        problem, best = self.problem, FoundPlan(math.inf, np.zeros(self.problem.count, bool))
        while True:
            crossing = near[problem.tails[self._arcs]] & ~near[problem.heads[self._arcs]]
            gain: Floats = np.bincount(self._of_arc[crossing], self._saved[crossing], problem.count).astype(
                np.float64
            )
            chosen = self._choose_measures(gain, prices)
            cut = self.finder.find_cut(problem.compute_capacities(chosen))
            if cut.flow >= best.flow * (1 - 1e-9):
                break
            best, near = FoundPlan(cut.flow, chosen), cut.near
        self._keep_plan(best)
        return best

    def run_briefly(self, deadline: SearchClock, prices: Floats) -> FoundPlan:
        """The best plan after a few rounds from prices of a search before."""
        self._run_rounds(deadline, BRIEF_ROUNDS, prices)
        return self.best

    def take_plan(self, chosen: Bools, prices: Floats) -> FoundPlan:
        """Take over a plan from elsewhere, and see whether its cut leads to a better one."""
        cut = self.finder.find_cut(self.problem.compute_capacities(chosen))
        self._keep_plan(FoundPlan(cut.flow, chosen))
        self.improve_plan(cut.near, prices)
        return self.best

    def list_pool(self) -> list[FoundPlan]:
        """The best plans that were met, the best first."""
        return sorted(self.pool.values(), key=lambda plan: (plan.flow, plan.chosen.tobytes()))[:POOL]

    def _keep_plan(self, plan: FoundPlan) -> None:
        self.pool.setdefault(plan.chosen.tobytes(), plan)
        if plan.flow < self.best.flow:
            self.best = plan
        if len(self.pool) > 4 * POOL:
            self.pool = {kept.chosen.tobytes(): kept for kept in self.list_pool()}

    def _make_first_prices(self) -> Floats:
        count = max(1, len(self._scale))
        return np.where(self.problem.limit > 0, 0.5 * self.finder.base / (count * self._scale), 0.0)

    def _make_first_split(self) -> Floats:
        """A measure's price is shared by its arcs as they carry flow."""
        whole = np.bincount(self._of_arc, self._saved, self.problem.count)[self._of_arc]
        return np.where(whole > 0, self._saved / np.maximum(whole, 1e-300), 1.0 / self._count_of_arc)

    def _compute_priced_capacities(self, cost: Floats) -> Floats:
        priced = np.minimum(self.problem.capacity, self.finder.base * 1.01)
        priced[self._arcs] -= np.maximum(self._saved - cost, 0.0)
        return priced

    def _move_prices(
        self, prices: Floats, split: Floats, is_paid: Bools, step: float, value: float
    ) -> Floats:
        shares = np.bincount(self._of_arc, is_paid * split, self.problem.count)
        excess = (self.problem.usage @ shares - self.problem.limit) / self._scale
        excess = np.where(self.problem.limit > 0, excess, 0.0)
        length = step * (self.best.flow - value) / max(1e-9, float((excess**2).sum()))
        return np.maximum(0.0, prices + length * excess / self._scale)

    def _move_split(self, split: Floats, is_paid: Bools) -> Floats:
        """The price of a measure moves to those of its arcs that were worth it."""
        paid = np.bincount(self._of_arc, is_paid, self.problem.count)[self._of_arc]
        moves = (self._count_of_arc > 1) & (paid > 0)
        return np.where(moves, 0.8 * split + 0.2 * is_paid / np.maximum(paid, 1), split)

    def _choose_measures(self, gain: Floats, prices: Floats) -> Bools:
        """The measures that save most for their price, one after another while limits allow."""
        problem, chosen = self.problem, np.zeros(self.problem.count, bool)
        worth = np.flatnonzero(self._allowed & (gain > self.finder.base * 1e-12))
        floor = self.finder.base * 1e-6 / self._scale
        cost = np.maximum(prices, floor) @ problem.usage
        price = cost.copy()
        for measure, others in problem.needs.items():
            price[measure] += cost[list(others)].sum()
        used, usage = np.zeros(len(problem.limit)), problem.usage
        slack = problem.limit + 1e-9 * np.maximum(1.0, problem.limit)
        for measure in worth[np.argsort(-gain[worth] / np.maximum(price[worth], 1e-300), kind="stable")]:
            more = [
                other for other in (int(measure), *problem.needs.get(int(measure), ())) if not chosen[other]
            ]
            after = used + usage[:, more].sum(axis=1)
            if more and (after <= slack).all():
                chosen[more], used = True, after
        return chosen


def _count_rounds(arcs: int) -> int:
    return next((rounds for most, rounds in ROUNDS_OF_SIZE if arcs <= most), FEWEST_ROUNDS)
