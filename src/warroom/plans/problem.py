"""An instance as arrays: one flow network over all periods, each arc cut by one measure, each measure with its use of every limit.

Periods lie beside each other and share source, sink and measures; capacities are multiplied by the days of the period, so
the flow through all of it is the value of a plan. An arc that several measures cut becomes several arcs: in a row
where any of them is enough, side by side behind one arc where all are needed. Measures that go together become one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warroom.errors import PlanError
from warroom.plans.instance import FlowArc, PlanInstance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SOURCE, SINK = 0, 1
TOLERANCE = 1e-9
"""How far, as a share of a limit, a sum of floats may lie above it."""


@dataclass(frozen=True)
class FlowProblem:
    """`measure` is that of each arc, -1 for none; `left` the share of the arc's capacity that stays once it is cut.

    `usage[k, a]` is what measure a uses of limit k. `needs[a]` are the measures that a cannot be without. `names[a]` are the
    ids of the measures that a stands for. What is `required` by the instance is applied already: arcs cut, limits lowered.
    """

    nodes: int
    tails: Ints
    heads: Ints
    capacity: Floats
    measure: Ints
    left: Floats
    usage: Floats
    limit: Floats
    available: Bools
    needs: dict[int, tuple[int, ...]]
    names: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many measures there are."""
        return int(self.usage.shape[1])

    def is_within_limits(self, used: Floats) -> bool:
        return bool((used <= self.limit + TOLERANCE * np.maximum(1.0, self.limit)).all())

    def compute_capacities(self, chosen: Bools) -> Floats:
        """What every arc carries at most where these measures are taken."""
        is_cut = self.measure >= 0
        is_cut[is_cut] = chosen[self.measure[is_cut]]
        return np.where(is_cut, self.capacity * self.left, self.capacity)


def build_problem(instance: PlanInstance) -> FlowProblem:
    """Turn an instance into arrays. Raises PlanError where measures that are decided already exceed a limit, and says which."""
    bundles = _Bundles(instance)
    network = _Arcs(instance, bundles)
    return FlowProblem(
        nodes=network.nodes,
        tails=np.array(network.tails, np.int64),
        heads=np.array(network.heads, np.int64),
        capacity=np.array(network.capacity, np.float64),
        measure=np.array(network.measure, np.int64),
        left=np.array(network.left, np.float64),
        usage=bundles.usage,
        limit=bundles.limit,
        available=bundles.available,
        needs=bundles.needs,
        names=tuple(bundles.names),
        required=tuple(name for bundle in bundles.required for name in bundles.names[bundle]),
    )


class _Bundles:
    """Measures, those that go together as one, with what each uses and whether it can be taken at all."""

    def __init__(self, instance: PlanInstance) -> None:
        self.of = _join_measures(instance)
        self.names: list[tuple[str, ...]] = [()] * (max(self.of.values(), default=-1) + 1)
        for name, bundle in self.of.items():
            self.names[bundle] += (name,)
        self._measures = [[instance.measures[name] for name in names] for names in self.names]
        self.needs = self._find_needs()
        self._rows = [("costs", name) for name in instance.budgets] + [
            ("harm", name) for name in instance.limits
        ]
        self.usage = self._sum_usage()
        self.limit = np.array([*instance.budgets.values(), *instance.limits.values()], np.float64)
        self.ready = np.array([all(measure.ready for measure in group) for group in self._measures], bool)
        self.required = self._list_required()
        self._apply_required()
        self.available = self._find_available()

    def _find_needs(self) -> dict[int, tuple[int, ...]]:
        """All that a measure requires, and what that requires in turn."""
        direct = {
            bundle: {self.of[name] for measure in group for name in measure.requires} - {bundle}
            for bundle, group in enumerate(self._measures)
        }
        needs = {}
        for bundle in direct:
            reached, open_ends = set[int](), list(direct[bundle])
            while open_ends:
                other = open_ends.pop()
                if other not in reached:
                    reached.add(other)
                    open_ends.extend(direct[other])
            if reached - {bundle}:
                needs[bundle] = tuple(sorted(reached - {bundle}))
        return needs

    def _sum_usage(self) -> Floats:
        usage = np.zeros((len(self._rows), len(self.names)))
        for row, (kind, name) in enumerate(self._rows):
            for bundle, group in enumerate(self._measures):
                usage[row, bundle] = sum(getattr(measure, kind).get(name, 0.0) for measure in group)
        return usage

    def _list_required(self) -> list[int]:
        decided = [
            bundle
            for bundle, group in enumerate(self._measures)
            if any(measure.required for measure in group)
        ]
        required = sorted({*decided, *(other for bundle in decided for other in self.needs.get(bundle, ()))})
        for bundle in required:
            if not self.ready[bundle]:
                raise PlanError("plans.required-not-ready", name=", ".join(self.names[bundle]))
        return required

    def _apply_required(self) -> None:
        used = self.usage[:, self.required].sum(axis=1)
        for (_, name), use, limit in zip(self._rows, used, self.limit, strict=True):
            if use > limit + TOLERANCE * max(1.0, limit):
                names = ", ".join(name for bundle in self.required for name in self.names[bundle])
                raise PlanError(
                    "plans.infeasible", limit=name, allowed=f"{limit:g}", needed=f"{use:g}", measures=names
                )
        self.limit = np.maximum(self.limit - used, 0.0)

    def _find_available(self) -> Bools:
        """Measures that are ready with all that they require, and fit the limits by themselves."""
        available = np.zeros(len(self.names), bool)
        slack = self.limit + TOLERANCE * np.maximum(1.0, self.limit)
        for bundle in range(len(self.names)):
            whole = [
                number for number in (bundle, *self.needs.get(bundle, ())) if number not in self.required
            ]
            fits = bool((self.usage[:, whole].sum(axis=1) <= slack).all())
            available[bundle] = bundle in whole and fits and bool(self.ready[whole].all())
            if bundle in self.needs:
                self.needs[bundle] = tuple(whole[1:])
        self.needs = {bundle: others for bundle, others in self.needs.items() if others}
        return available


def _join_measures(instance: PlanInstance) -> dict[str, int]:
    """The number of each measure's bundle, in the order of the instance."""
    home = {name: name for name in instance.measures}

    def find_home(name: str) -> str:
        while home[name] != name:
            name = home[name]
        return name

    for group in instance.together:
        for name in group[1:]:
            home[find_home(name)] = find_home(group[0])
    numbers: dict[str, int] = {}
    return {name: numbers.setdefault(find_home(name), len(numbers)) for name in instance.measures}


class _Arcs:
    """The arcs of every period as lists."""

    def __init__(self, instance: PlanInstance, bundles: _Bundles) -> None:
        self.tails: list[int] = []
        self.heads: list[int] = []
        self.capacity: list[float] = []
        self.measure: list[int] = []
        self.left: list[float] = []
        self.nodes = 2
        self._bundles = bundles
        starts = instance.period_starts
        for start, end in zip(starts, [*starts[1:], instance.horizon_days], strict=True):
            self._add_period(instance, start, end - start)

    def _add_period(self, instance: PlanInstance, start: float, days: float) -> None:
        numbers = {instance.source: SOURCE, instance.sink: SINK}
        for arc in instance.arcs:
            # A loop carries nothing from source to sink.
            if arc.is_there(start) and arc.start != arc.end and arc.capacity > 0:
                ends = [self._number_node(numbers, name) for name in (arc.start, arc.end)]
                self._add_flow_arc(arc, ends[0], ends[1], arc.capacity * days)

    def _number_node(self, numbers: dict[str, int], name: str) -> int:
        if name not in numbers:
            numbers[name] = self._make_node()
        return numbers[name]

    def _make_node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def _add_flow_arc(self, arc: FlowArc, tail: int, head: int, capacity: float) -> None:
        numbers = list(dict.fromkeys(self._bundles.of[name] for name in arc.measures))
        is_taken = [number in self._bundles.required for number in numbers]
        if numbers and (any(is_taken) if arc.cut_by == "any" else all(is_taken)):
            self._add_arc(tail, head, capacity * arc.left)
            return
        free = [number for number, taken in zip(numbers, is_taken, strict=True) if not taken]
        possible = [number for number in free if self._bundles.available[number]]
        if arc.cut_by == "any":
            self._add_row_of_arcs(tail, head, capacity, possible, arc.left)
        elif len(possible) < len(free):
            self._add_arc(tail, head, capacity)
        else:
            self._add_arcs_side_by_side(tail, head, capacity, possible, arc.left)

    def _add_row_of_arcs(
        self, tail: int, head: int, capacity: float, measures: Sequence[int], left: float
    ) -> None:
        for number in measures[:-1]:
            middle = self._make_node()
            self._add_arc(tail, middle, capacity, number, left)
            tail = middle
        self._add_arc(tail, head, capacity, measures[-1] if measures else -1, left)

    def _add_arcs_side_by_side(
        self, tail: int, head: int, capacity: float, measures: Sequence[int], left: float
    ) -> None:
        if len(measures) > 1:
            middle = self._make_node()
            self._add_arc(tail, middle, capacity)
            tail = middle
        for number in measures or (-1,):
            self._add_arc(tail, head, capacity, number, left / max(1, len(measures)))

    def _add_arc(self, tail: int, head: int, capacity: float, measure: int = -1, left: float = 0.0) -> None:
        values: tuple[Any, ...] = (tail, head, capacity, measure, left)
        lists: tuple[list[Any], ...] = (self.tails, self.heads, self.capacity, self.measure, self.left)
        for column, value in zip(lists, values, strict=True):
            column.append(value)
