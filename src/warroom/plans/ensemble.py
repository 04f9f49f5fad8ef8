"""How a plan fares over networks that all fit the records, where these leave open what is there.

A network is drawn by the chances and spreads of the instance's arcs: an arc is there or not, carries more or less, appears
sooner or later. Draws are numbered, so that the same plan over the same instance always meets the same networks.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from warroom.plans.instance import LARGEST, FlowArc, PlanInstance
from warroom.plans.valuing import compute_period_flows, sum_flow

NETWORKS = 100
"""So many networks are drawn; chosen: the mean of the worst tenth then rests on ten of them."""
WORST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class EnsembleValue:
    """The flow left by a plan over drawn networks: the mean, the mean of the worst tenth, and the mean with no measure at all.

    `worst_share` and `mean_share` are shares of what flows in the same networks with no measure.
    """

    networks: int
    mean: float
    worst_tenth: float
    base_mean: float
    mean_share: float
    worst_share: float


def value_over_ensemble(
    instance: PlanInstance, chosen: Collection[str], networks: int = NETWORKS, seed: int = 0
) -> EnsembleValue | None:
    """The value of these measures over so many networks; None where the records leave nothing open."""
    if not instance.is_uncertain or networks < 1:
        return None
    values, bases = [], []
    for drawn in iter_networks(instance, networks, seed):
        values.append(sum_flow(compute_period_flows(drawn, chosen)))
        bases.append(sum_flow(compute_period_flows(drawn, ())))
    left, base = np.array(values), np.array(bases)
    worst = max(1, math.ceil(networks * WORST_SHARE))
    shares = np.sort(left / np.maximum(base, 1e-12))
    return EnsembleValue(
        networks=networks,
        mean=float(left.mean()),
        worst_tenth=float(np.sort(left)[-worst:].mean()),
        base_mean=float(base.mean()),
        mean_share=float(shares.mean()),
        worst_share=float(shares[-worst:].mean()),
    )


def iter_networks(instance: PlanInstance, networks: int, seed: int = 0) -> Iterator[PlanInstance]:
    """So many networks that fit the records, the same ones for the same seed."""
    for number in range(networks):
        rng = np.random.default_rng((seed, number))
        # Every arc draws the same count of numbers, so that a changed arc changes no other one's draws.
        draws = [(arc, rng.random(), rng.standard_normal(2)) for arc in instance.arcs]
        arcs = tuple(_draw_arc(arc, *factors) for arc, chance, factors in draws if chance < arc.chance)
        yield replace(instance, arcs=arcs)


def _draw_arc(arc: FlowArc, larger: float, later: float) -> FlowArc:
    if not arc.is_uncertain:
        return arc
    days = math.exp(arc.days_spread * later)
    return replace(
        arc,
        capacity=min(LARGEST, arc.capacity * math.exp(arc.capacity_spread * larger)),
        after_days=arc.after_days * days,
        until_days=arc.until_days * days,
    )
