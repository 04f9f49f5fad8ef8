"""Plans built from records of a building: what limits change, what no record covers, and networks that fit the records."""

from dataclasses import replace

import numpy as np
import pytest

from tests.sites.test_cuts import lines
from warroom.errors import NotFound, PlanError
from warroom.plans.ensemble import value_over_ensemble
from warroom.plans.instance import FlowArc, PlanInstance, parse_instance
from warroom.plans.planning import make_plan
from warroom.plans.site_plan import SitePlanning, build_site_planning
from warroom.plans.valuing import compute_period_flows, sum_flow
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import SupplyNetwork

SITE = "house-14"


def town() -> SupplyNetwork:
    net = lines()
    return replace(net, building_ids=[f"house-{number}" for number in range(15)])


def planning(accounts: tuple[str, ...] = (), **more: dict[str, float]) -> SitePlanning:
    return build_site_planning(town(), (SITE,), load_gazetteer(False), {SITE: accounts}, **more)


def test_a_plan_takes_no_more_when_a_limit_is_tightened_and_keeps_each_limit() -> None:
    values = []
    for homes in (20.0, 5.0, 0.0):
        made = planning(limits={"homes": homes}, budgets={"police": 0.0})
        plan = make_plan(made.instance)
        assert plan.harm["homes"] <= homes
        assert plan.harm["clinics"] == 0
        values.append(plan.value)
    assert values == sorted(values)
    searched = make_plan(planning(budgets={"police": 1.0}).instance)
    assert searched.measures == (f"search:{SITE}",)
    none = make_plan(planning(budgets=dict.fromkeys(("police", "power", "telecom", "bank"), 0.0)).instance)
    assert none.measures == ()
    assert none.value == none.base


def test_a_cut_that_darkens_a_clinic_needs_generators_for_it_first() -> None:
    made = planning()
    backed = made.instance.measures["power-cut:BRANCH+clinic-power"]
    assert backed.requires == ("clinic-power:BRANCH",)
    assert made.instance.measures["clinic-power:BRANCH"].costs == {"hospital": 1.0}
    assert made.instance.measures["power-cut:BRANCH"].harm["clinics"] == 1.0


def test_the_same_records_give_the_same_plan_twice() -> None:
    first, second = (make_plan(planning(("B01:1",)).instance) for _ in range(2))
    assert first == second


def test_a_time_out_still_answers_with_a_plan_and_its_gap() -> None:
    plan = make_plan(planning().instance, 1e-6)
    assert plan.was_cut_short
    assert plan.bound <= plan.value <= plan.base


def test_a_building_that_no_line_reaches_says_what_is_unknown() -> None:
    net = town()
    net.building_ids.append("alone")
    alone = replace(
        net,
        use=np.append(net.use, 7),
        place=np.vstack([net.place, [0.0, 0.0]]),
        backup=np.append(net.backup, np.nan),
    )
    made = build_site_planning(alone, ("alone",), load_gazetteer(False))
    assert set(made.unknown["alone"]) == {"no-feeder", "no-generator", "no-link", "no-account"}
    assert make_plan(made.instance).value <= make_plan(made.instance).base
    with pytest.raises(NotFound):
        build_site_planning(net, ("nowhere",), load_gazetteer(False))
    with pytest.raises(PlanError):
        planning(budgets={"power": -1.0})


def test_the_worst_tenth_of_networks_is_no_better_than_the_mean_and_draws_repeat() -> None:
    made = planning()
    chosen = make_plan(made.instance).measures
    first = value_over_ensemble(made.instance, chosen, 40)
    assert first is not None
    assert first == value_over_ensemble(made.instance, chosen, 40)
    assert first.mean_share <= first.worst_share <= 1 + 1e-9
    certain = PlanInstance("s", "t", (FlowArc("s", "t", 1.0),), {}, {})
    assert value_over_ensemble(certain, ()) is None


def test_an_arc_ends_on_its_day_and_an_unlikely_one_is_not_planned_against() -> None:
    body = {
        "source": "s",
        "sink": "t",
        "horizon_days": 10,
        "budgets": {},
        "arcs": [
            {"from": "s", "to": "t", "capacity": 5, "until_days": 4},
            {"from": "s", "to": "t", "capacity": 100, "chance": 0.2},
        ],
    }
    instance = parse_instance(body)
    assert make_plan(instance).value == pytest.approx(20)
    assert sum_flow(compute_period_flows(instance, ())) == pytest.approx(1020)
    with pytest.raises(PlanError):
        parse_instance({**body, "arcs": [{"from": "s", "to": "t", "capacity": 1, "chance": 2}]})
