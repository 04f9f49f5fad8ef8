"""What a plan is worth, computed from the instance alone: the flow of each period by a maximum flow, times its days.

It shares no code with the search, so that a fault there cannot confirm itself.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from warroom.plans.instance import FlowArc, PlanInstance

LARGEST_FLOW = 1_000_000_000
"""Flow in whole units that a period is scaled to: scipy counts in 32 bits."""
SCALINGS = 5
"""Flows at most until the unit fits: the first is coarse where single arcs are far larger than all that gets through."""

FEW_ARCS = 100
"""Up to so many arcs the flow is found path by path: a thousandth of the time that a matrix takes to be made."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class PeriodFlow:
    """The flow a day that is left from day `start` to day `end`."""

    start: float
    end: float
    flow: float


def compute_period_flows(instance: PlanInstance, chosen: Collection[str]) -> list[PeriodFlow]:
    """The flow of each period where these measures are taken."""
    starts = instance.period_starts
    taken = frozenset(chosen)
    return [
        PeriodFlow(start, end, _compute_flow(instance, start, taken))
        for start, end in zip(starts, [*starts[1:], instance.horizon_days], strict=True)
    ]


def sum_flow(periods: Collection[PeriodFlow]) -> float:
    """The flow of all periods together: a plan's value. Lower is better."""
    return sum(period.flow * (period.end - period.start) for period in periods)


def sum_usage(instance: PlanInstance, chosen: Collection[str]) -> tuple[dict[str, float], dict[str, float]]:
    """What these measures cost each agency, and the harm of each kind that they do."""
    measures = [instance.measures[name] for name in chosen]
    costs = {name: sum(measure.costs.get(name, 0.0) for measure in measures) for name in instance.budgets}
    kinds = dict.fromkeys([*instance.limits, *(kind for measure in measures for kind in measure.harm)])
    return costs, {kind: sum(measure.harm.get(kind, 0.0) for measure in measures) for kind in kinds}


def _compute_flow(instance: PlanInstance, day: float, taken: frozenset[str]) -> float:
    arcs: dict[tuple[str, str], float] = {}
    for arc in instance.arcs:
        if arc.is_there(day) and arc.start != arc.end:
            key = (arc.start, arc.end)
            arcs[key] = arcs.get(key, 0.0) + _compute_capacity(arc, taken)
    most = min(
        sum(capacity for (start, _), capacity in arcs.items() if start == instance.source),
        sum(capacity for (_, end), capacity in arcs.items() if end == instance.sink),
    )
    if len(arcs) <= FEW_ARCS:
        return _augment_paths(instance, arcs)
    flow = most
    for _ in range(SCALINGS):
        if most <= 0:
            return 0.0
        flow, unit = _flow_in_units(instance, arcs, most)
        # No arc was rounded by more than a unit, so this bounds the true flow; it tells a finer unit.
        finer = flow + len(arcs) * unit
        if finer > most / 2:
            break
        most = finer
    return flow


def _compute_capacity(arc: FlowArc, taken: frozenset[str]) -> float:
    states = [name in taken for name in arc.measures]
    is_cut = bool(states) and (all(states) if arc.cut_by == "all" else any(states))
    return arc.capacity * arc.left if is_cut else arc.capacity


def _augment_paths(instance: PlanInstance, arcs: Mapping[tuple[str, str], float]) -> float:
    """The maximum flow by shortest augmenting paths (Edmonds and Karp 1972)."""
    rest: dict[str, dict[str, float]] = {}
    for (start, end), capacity in arcs.items():
        rest.setdefault(start, {})[end] = rest.setdefault(start, {}).get(end, 0.0) + capacity
        rest.setdefault(end, {}).setdefault(start, 0.0)
    flow = 0.0
    while way := _find_shortest_way(rest, instance.source, instance.sink):
        amount = min(rest[start][end] for start, end in way)
        for start, end in way:
            rest[start][end] -= amount
            rest[end][start] += amount
        flow += amount
    return flow


def _find_shortest_way(
    rest: Mapping[str, Mapping[str, float]], source: str, sink: str
) -> list[tuple[str, str]]:
    """The arcs of a shortest way that can still carry something; empty where there is none."""
    before, waiting = {source: source}, [source]
    for node in waiting:
        for end, capacity in rest.get(node, {}).items():
            if capacity > TINY and end not in before:
                before[end] = node
                waiting.append(end)
        if sink in before:
            break
    if sink not in before:
        return []
    way, node = [], sink
    while node != source:
        way.append((before[node], node))
        node = before[node]
    return way


def _flow_in_units(
    instance: PlanInstance, arcs: Mapping[tuple[str, str], float], most: float
) -> tuple[float, float]:
    """The maximum flow, where `most` is more than any flow can be, and the unit in which it was counted."""
    from scipy import sparse
    from scipy.sparse.csgraph import maximum_flow

    nodes = dict.fromkeys([instance.source, instance.sink, *(node for ends in arcs for node in ends)])
    numbers = {node: number for number, node in enumerate(nodes)}
    # A power of ten: amounts with few digits stay what they are.
    unit = 10.0 ** math.ceil(math.log10(most * 1.01 / LARGEST_FLOW))
    units = [round(min(capacity, most * 1.01) / unit) for capacity in arcs.values()]
    ends = [(numbers[start], numbers[end]) for start, end in arcs]
    rows, columns = np.array(ends).T
    matrix = sparse.csr_matrix((np.array(units, np.int32), (rows, columns)), shape=(len(nodes), len(nodes)))
    result = maximum_flow(matrix, numbers[instance.source], numbers[instance.sink])
    return float(result.flow_value) * unit, unit
