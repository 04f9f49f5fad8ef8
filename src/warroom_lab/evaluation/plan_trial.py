"""Plans carried out on the country of a rehearsal: what was predicted beside what came of it, and beside plainer choices.

Every policy gets the same sites, records of lines and buildings, budgets and limits, and its orders go out at the same
moment. The sites are given: how well sites are found is measured elsewhere. A plan's assumptions come from the same published
accounts as the country's rules, so its predictions are better here than they can be outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom.plans.instance import PlanInstance
from warroom.plans.planning import make_plan
from warroom.plans.site_plan import SitePlanning, build_site_planning
from warroom.plans.valuing import PeriodFlow, compute_period_flows, sum_flow, sum_usage
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import SupplyNetwork, build_network
from warroom_lab.world.beside.planned import Gang, SidePlan, plan_sides
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.drawing.tokens import make_tokens
from warroom_lab.world.measures.run import SideRun
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.population.settling import plan_nation
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.readings import SUPPLY_SALT

DAYS = (30, 90, 180)
GANGS = 12
BUDGETS: Mapping[str, float] = {"power": 2.0, "telecom": 2.0, "police": 0.0, "hospital": 0.0, "bank": 0.0}
"""For each site. The country beside money carries out cuts and terminal reports alone: no search, no generator for a clinic."""
PLAN_SECONDS = 20.0
Policy = Callable[[SitePlanning, SupplyNetwork], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One policy on one seed. `predicted` and `simulated`: the share of the sites' work taken from day 0 to each of `DAYS`;
    `back`: the share of what was lost that is back by then; `moved`: the share of gangs that work elsewhere by the end.
    """

    seed: int
    policy: str
    predicted: tuple[float, ...]
    simulated: tuple[float, ...]
    back: tuple[float | None, ...]
    moved: float
    orders: int
    homes: float
    offline: float


class TrialCountry:
    """A country with its sites, as planned and as its records show it."""

    def __init__(self, seed: int, size: str = "small") -> None:
        gangs = [Gang(number, number * 3 // 4) for number in range(GANGS)]
        self.seed = seed
        self.sides: SidePlan = plan_sides(plan_nation(SIZES[size], seed), gangs)
        parts = {part.table: part.rows for part in self.sides.places.iter_parts(self.sides.start)}
        self.lines = build_network(parts["supply"], parts["premises"], np.zeros((0, 2), np.int64), True)

    @cached_property
    def sites(self) -> list[str]:
        """The records' names of the buildings that gangs work in."""
        used = sorted({int(self.sides.places.first[gang.site]) for gang in self.sides.gangs})
        return list(make_tokens("L", np.array(used), PREMISES_SALT).to_pylist())

    @cached_property
    def plannings(self) -> list[SitePlanning]:
        places = load_gazetteer(True)
        return [build_site_planning(self.lines, (site,), places, budgets=BUDGETS) for site in self.sites]

    @cached_property
    def supply_numbers(self) -> dict[str, int]:
        """The country's number of each line by its name in the records."""
        count = len(self.sides.places.supply)
        return {
            name: at for at, name in enumerate(make_tokens("S", np.arange(count), SUPPLY_SALT).to_pylist())
        }


def choose_nothing(planning: SitePlanning, lines: SupplyNetwork) -> tuple[str, ...]:
    return ()


def choose_plan(planning: SitePlanning, lines: SupplyNetwork) -> tuple[str, ...]:
    return make_plan(planning.instance, PLAN_SECONDS).measures


def choose_greedily(planning: SitePlanning, lines: SupplyNetwork) -> tuple[str, ...]:
    """The measure that takes most by itself, with what it requires, and again, while any takes something."""
    instance = planning.instance.keep_likely_arcs()
    chosen: tuple[str, ...] = ()
    value = sum_flow(compute_period_flows(instance, chosen))
    while True:
        options = [more for name in instance.measures if (more := _add_measure(instance, chosen, name))]
        values = [(sum_flow(compute_period_flows(instance, more)), more) for more in options]
        best = min(values, default=(value, chosen))
        if best[0] >= value - 1e-9:
            return chosen
        value, chosen = best


def choose_by_degree(planning: SitePlanning, lines: SupplyNetwork) -> tuple[str, ...]:
    """The lines on which most buildings hang, while budgets and limits allow: what stands out on a map."""
    instance = planning.instance
    chosen: tuple[str, ...] = ()
    for name in sorted(instance.measures, key=lambda name: (-_count_degree(planning, lines, name), name)):
        chosen = _add_measure(instance, chosen, name) or chosen
    return chosen


POLICIES: Mapping[str, Policy] = {
    "plan": choose_plan,
    "greedy": choose_greedily,
    "degree": choose_by_degree,
    "nothing": choose_nothing,
}


def _count_degree(planning: SitePlanning, lines: SupplyNetwork, name: str) -> int:
    at = lines.line_row.get(planning.measures[name].subject)
    return 0 if at is None else len(lines.buildings_of(lines.find_rows_below(at)))


def _add_measure(instance: PlanInstance, chosen: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    """The plan with one measure more and what it requires; None where it is not ready or a limit forbids it."""
    measure = instance.measures[name]
    more = (*chosen, *(needed for needed in (*measure.requires, name) if needed not in chosen))
    if more == chosen or not all(instance.measures[taken].ready for taken in more):
        return None
    costs, harm = sum_usage(instance, more)
    fits = all(costs[agency] <= budget for agency, budget in instance.budgets.items())
    return more if fits and all(harm.get(kind, 0) <= most for kind, most in instance.limits.items()) else None


def try_policy(country: TrialCountry, policy: str) -> TrialResult:
    """Choose for every site, carry it all out, and see what is left."""
    chosen = [POLICIES[policy](planning, country.lines) for planning in country.plannings]
    run = SideRun(country.sides)
    orders = 0
    for planning, names in zip(country.plannings, chosen, strict=True):
        for number in _list_supplies(country, planning, names):
            orders += 1
            run.carry_out_order(CountryOrder(f"P-{orders}", "cut", 0, number), country.sides.start)
    start = country.sides.start
    daily = [
        float(np.mean([run.compute_capacity(gang.number, start + day * DAY) for gang in country.sides.gangs]))
        for day in range(max(DAYS) + 1)
    ]
    usages = [
        sum_usage(planning.instance, names)[1]
        for planning, names in zip(country.plannings, chosen, strict=True)
    ]
    back = tuple(run.compute_displacement(days) for days in DAYS)
    run.advance_to(start + max(DAYS) * DAY)
    return TrialResult(
        seed=country.seed,
        policy=policy,
        predicted=tuple(_predict_taken(country.plannings, chosen, days) for days in DAYS),
        simulated=tuple(1 - float(np.mean(daily[: days + 1])) for days in DAYS),
        back=back,
        moved=len(run.truth.moved) / len(country.sides.gangs),
        orders=orders,
        homes=sum(usage.get("homes", 0.0) for usage in usages),
        offline=sum(usage.get("offline", 0.0) for usage in usages),
    )


def _list_supplies(country: TrialCountry, planning: SitePlanning, names: Sequence[str]) -> list[int]:
    """The lines and terminals that these measures cut; a report about a site means each terminal known there."""
    subjects: list[str] = []
    for name in names:
        measure = planning.measures[name]
        if measure.subject_kind == "site":
            row = country.lines.building_row[measure.subject]
            subjects += [country.lines.ids[at] for at in country.lines.standby_of([row], "satellite")]
        elif measure.kind != "clinic-power":
            subjects.append(measure.subject)
    return [country.supply_numbers[name] for name in dict.fromkeys(subjects)]


def _predict_taken(
    plannings: Sequence[SitePlanning], chosen: Sequence[tuple[str, ...]], days: float
) -> float:
    """The share of work that the instances say is taken until a day, in the mean over sites."""
    shares = []
    for planning, names in zip(plannings, chosen, strict=True):
        instance = planning.instance.keep_likely_arcs()
        left, base = (_sum_until(compute_period_flows(instance, measures), days) for measures in (names, ()))
        shares.append(1 - left / base if base else 0.0)
    return float(np.mean(shares))


def _sum_until(periods: Sequence[PeriodFlow], day: float) -> float:
    return sum(period.flow * max(0.0, min(period.end, day) - period.start) for period in periods)


def try_seeds(seeds: Sequence[int], size: str = "small") -> list[TrialResult]:
    """Every policy on every seed."""
    return [try_policy(country, policy) for country in (TrialCountry(seed, size) for seed in seeds) for policy in POLICIES]  # fmt: skip


def format_table(results: Sequence[TrialResult], draws: int = 2_000) -> str:
    """Means over seeds with 95 % intervals: seeds drawn again with return."""
    lines = [
        "policy   day  taken, predicted  taken, simulated   [95 %]         back   moved  orders  homes  offline"
    ]
    rng = np.random.default_rng(0)
    for policy in dict.fromkeys(result.policy for result in results):
        own = [result for result in results if result.policy == policy]
        picks = rng.integers(0, len(own), (draws, len(own)))
        for number, day in enumerate(DAYS):
            simulated = np.array([result.simulated[number] for result in own])
            low, high = np.percentile(simulated[picks].mean(axis=1), [2.5, 97.5])
            back = [share for result in own if (share := result.back[number]) is not None]
            predicted = np.mean([result.predicted[number] for result in own])
            moved, orders, homes, offline = (
                float(np.mean([getattr(result, name) for result in own]))
                for name in ("moved", "orders", "homes", "offline")
            )
            shown_back = f"{np.mean(back):.2f}" if back else "-"
            lines.append(
                f"{policy:8} {day:3}  {predicted:16.3f}  {simulated.mean():16.3f}   [{low:.3f}, {high:.3f}]"
                f"  {shown_back:>5}  {moved:5.2f}  {orders:6.1f}  {homes:5.0f}  {offline:7.0f}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(format_table(try_seeds([int(word) for word in sys.argv[1:]])))
