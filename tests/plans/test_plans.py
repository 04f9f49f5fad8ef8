"""Plans against exhaustive search, their limits, what is refused, and that the same input gives the same plan."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.errors import PlanError
from warroom.plans.instance import PlanInstance, load_instance, parse_instance
from warroom.plans.planning import CutPlan, make_plan
from warroom.plans.problem import build_problem
from warroom.plans.valuing import compute_period_flows, sum_flow, sum_usage

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/plans/network.json"
NODES = ["source", "sink", "a", "b", "c"]
MEASURES = [f"m{number}" for number in range(5)]
SEARCHED = settings(
    deadline=None, max_examples=12, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def arc(start: str, end: str, capacity: float, *measures: str, **more: Any) -> dict[str, Any]:
    return {"from": start, "to": end, "capacity": capacity, "measures": list(measures), **more}


def measure(name: str, cost: float = 1, **more: Any) -> dict[str, Any]:
    return {"id": name, "costs": {"police": cost}, **more}


def instance(arcs: list[dict[str, Any]], measures: list[dict[str, Any]], **more: Any) -> PlanInstance:
    body: dict[str, Any] = {"source": "source", "sink": "sink", "budgets": {"police": 10}, **more}
    return parse_instance({**body, "arcs": arcs, "measures": measures})


@st.composite
def bodies(draw: Any) -> dict[str, Any]:
    arcs = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "from": st.sampled_from(NODES),
                    "to": st.sampled_from(NODES),
                    "capacity": st.sampled_from([0, 1, 2, 5, 10]),
                    "after_days": st.sampled_from([0, 0, 3, 180]),
                    "measures": st.lists(st.sampled_from(MEASURES), max_size=2),
                    "cut_by": st.sampled_from(["all", "any"]),
                    "left": st.sampled_from([0, 0.3]),
                }
            ),
            min_size=3,
            max_size=14,
        )
    )
    measures = [
        {
            "id": name,
            "costs": {draw(st.sampled_from(["police", "telecom"])): draw(st.sampled_from([0, 1, 2, 3]))},
            "harm": {"homes": draw(st.sampled_from([0, 0, 5, 9]))},
            "ready": draw(st.booleans()) or draw(st.booleans()),
            "requires": draw(st.lists(st.sampled_from(MEASURES), max_size=1)),
        }
        for name in MEASURES
    ]
    return {
        "source": "source",
        "sink": "sink",
        "arcs": arcs,
        "measures": measures,
        "together": draw(st.lists(st.lists(st.sampled_from(MEASURES), min_size=2, max_size=2), max_size=1)),
        "budgets": {"police": draw(st.sampled_from([0, 2, 4])), "telecom": draw(st.sampled_from([0, 2, 4]))},
        "limits": {"homes": draw(st.sampled_from([0, 5, 20]))},
    }


def is_allowed(case: PlanInstance, chosen: set[str]) -> bool:
    costs, harm = sum_usage(case, chosen)
    return (
        all(case.measures[name].ready for name in chosen)
        and all(set(case.measures[name].requires) <= chosen for name in chosen)
        and all(len(set(group) & chosen) in (0, len(set(group))) for group in case.together)
        and all(costs[name] <= budget for name, budget in case.budgets.items())
        and all(harm.get(name, 0) <= limit for name, limit in case.limits.items())
    )


def search_all(case: PlanInstance) -> float:
    """The best value of every plan that there is."""
    sets = (set(names) for size in range(6) for names in itertools.combinations(MEASURES, size))
    return min(sum_flow(compute_period_flows(case, chosen)) for chosen in sets if is_allowed(case, chosen))


@SEARCHED
@given(bodies())
def test_a_plan_is_as_good_as_the_best_of_all_plans_and_its_bound_says_so(body: dict[str, Any]) -> None:
    case = parse_instance(body)
    made, best = make_plan(case), search_all(case)
    assert made.value == pytest.approx(best, rel=1e-5, abs=1e-5)
    assert made.bound <= best * (1 + 1e-6) + 1e-6
    assert made.is_proven
    assert is_allowed(case, set(made.measures))


@SEARCHED
@given(bodies(), st.sampled_from(["police", "telecom", "homes"]))
def test_a_tighter_limit_never_leaves_less(body: dict[str, Any], name: str) -> None:
    kind = "limits" if name == "homes" else "budgets"
    tighter = {**body, kind: {**body[kind], name: body[kind][name] / 2}}
    loose, tight = make_plan(parse_instance(body)), make_plan(parse_instance(tighter))
    assert tight.value >= loose.value * (1 - 1e-6) - 1e-6


def test_the_same_input_gives_the_same_plan() -> None:
    case = load_instance(EXAMPLE)
    assert make_plan(case) == make_plan(case)


def test_the_value_is_that_of_an_independent_maximum_flow_and_each_worth_too() -> None:
    case = load_instance(EXAMPLE)
    made = make_plan(case)
    assert made.value == pytest.approx(sum_flow(compute_period_flows(case, made.measures)))
    for weighed in made.worths:
        # A measure goes with those that require it.
        gone = {
            name
            for name in made.measures
            if name in weighed.measures or set(case.measures[name].requires) & set(weighed.measures)
        }
        without = sum_flow(compute_period_flows(case, set(made.measures) - gone))
        assert weighed.worth == pytest.approx(without - made.value, rel=1e-5)


def test_what_cuts_only_together_is_worth_all_of_it_each() -> None:
    # Grid or diesel: neither cut alone takes anything, so a greedy choice takes neither.
    arcs = [
        arc("source", "site", 10),
        arc("site", "x", 10, "grid"),
        arc("site", "x", 10, "diesel"),
        arc("x", "sink", 10),
    ]
    made = make_plan(instance(arcs, [measure("grid"), measure("diesel")], horizon_days=1))
    assert made.measures == ("grid", "diesel")
    assert [round(weighed.worth) for weighed in made.worths] == [10, 10]
    assert made.value == 0


def test_a_substitute_counts_from_its_day_on() -> None:
    arcs = [arc("source", "sink", 10, "cut"), arc("source", "sink", 4, after_days=30)]
    made = make_plan(instance(arcs, [measure("cut")], horizon_days=100))
    assert [(period.start, period.flow) for period in made.periods] == [(0, 0), (30, 4)]
    assert made.value == pytest.approx(4 * 70)
    assert made.base == pytest.approx(10 * 30 + 14 * 70)


def test_next_best_plans_do_without_a_measure_of_the_plan() -> None:
    arcs = [arc("source", "x", 10, "first"), arc("x", "sink", 10, "second", left=0.1)]
    made = make_plan(instance(arcs, [measure("first"), measure("second")], horizon_days=1))
    (other,) = made.next_best
    assert (made.measures, other.without, other.added, other.value) == (
        ("first",),
        ("first",),
        ("second",),
        1,
    )


def plan_of(arcs: list[dict[str, Any]], measures: list[dict[str, Any]], **more: Any) -> CutPlan:
    return make_plan(instance(arcs, measures, **more))


@pytest.mark.parametrize(
    "arcs",
    [
        [],
        [arc("source", "x", 5, "cut"), arc("y", "sink", 5)],
        [arc("source", "source", 5, "cut")],
        [arc("source", "sink", 0, "cut")],
    ],
    ids=["empty", "disconnected", "one node", "no capacity"],
)
def test_a_network_without_flow_has_an_empty_proven_plan(arcs: list[dict[str, Any]]) -> None:
    made = plan_of(arcs, [measure("cut")])
    assert (made.measures, made.value, made.bound, made.is_proven) == ((), 0, 0, True)


def test_a_complete_network_is_planned() -> None:
    nodes = ["source", "sink", *"abcdef"]
    arcs = [
        arc(one, other, 1, f"m{number % 4}")
        for number, (one, other) in enumerate(itertools.permutations(nodes, 2))
    ]
    made = plan_of(
        arcs, [measure(f"m{number}") for number in range(4)], budgets={"police": 4}, horizon_days=1
    )
    assert made.value == 0


def test_capacities_twenty_orders_apart_lose_nothing() -> None:
    arcs = [arc("source", f"in{number}", 1e12) for number in range(40)]
    arcs += [arc(f"in{number}", "x", 1e-3, *(["cut"] if number % 2 else [])) for number in range(40)]
    made = plan_of([*arcs, arc("x", "sink", 1e12)], [measure("cut")], horizon_days=1)
    assert made.base == pytest.approx(0.04, rel=1e-4)
    assert made.value == pytest.approx(0.02, rel=1e-4)
    assert made.bound <= made.value


def test_with_budgets_of_zero_only_what_is_free_is_planned() -> None:
    arcs = [arc("source", "x", 5, "dear"), arc("x", "sink", 5, "free", left=0.5)]
    made = plan_of(arcs, [measure("dear"), measure("free", 0)], budgets={"police": 0}, horizon_days=1)
    assert (made.measures, made.value) == (("free",), 2.5)


def test_a_limit_that_no_plan_keeps_is_named() -> None:
    measures = [measure("cut", harm={"homes": 500}, required=True)]
    with pytest.raises(PlanError) as refused:
        plan_of([arc("source", "sink", 5, "cut")], measures, limits={"homes": 400})
    assert refused.value.code == "plans.infeasible"
    assert refused.value.params["limit"] == "homes"
    assert "500" in refused.value.sentence
    assert "homes" in refused.value.render_in("th")


def test_a_search_without_time_still_gives_a_plan_and_its_gap() -> None:
    made = make_plan(load_instance(EXAMPLE), seconds=1e-9)
    assert made.was_cut_short
    assert made.bound <= made.value <= made.base
    assert 0 <= made.gap <= 1


def test_what_is_required_is_in_the_plan_with_all_that_it_requires() -> None:
    measures = [measure("feeder", required=True, requires=["generator"]), measure("generator")]
    made = plan_of([arc("source", "sink", 5, "feeder")], measures)
    assert set(made.measures) == {"feeder", "generator"}
    assert made.costs == {"police": 2}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"arcs": [arc("source", "sink", float("inf"))]}, "plans.too-large"),
        ({"arcs": [arc("source", "sink", 1e30)]}, "plans.too-large"),
        ({"arcs": [arc("source", "sink", -1)]}, "plans.wrong-field"),
        ({"arcs": [arc("source", "sink", float("nan"))]}, "plans.wrong-field"),
        ({"arcs": [{"from": "source"}]}, "plans.wrong-field"),
        ({"arcs": [3]}, "plans.wrong-field"),
        ({"arcs": {}}, "plans.wrong-field"),
        ({"arcs": [arc("source", "sink", 1, cut_by="some")]}, "plans.wrong-field"),
        ({"arcs": [arc("source", "sink", 1, left=2)]}, "plans.wrong-field"),
        ({"arcs": [arc("source", "sink", 1, "nobody")]}, "plans.unknown-measure"),
        ({"sink": "source"}, "plans.source-is-sink"),
        ({"sink": ""}, "plans.wrong-field"),
        ({"horizon_days": 0}, "plans.wrong-field"),
        ({"measures": [measure("a"), measure("a")]}, "plans.twice"),
        ({"measures": [measure("a", ready="yes")]}, "plans.wrong-field"),
        ({"measures": [measure("a", requires=["b"])]}, "plans.unknown-measure"),
        ({"measures": [measure("a", required=True, ready=False)]}, "plans.required-not-ready"),
        ({"measures": [{"id": "a", "costs": {"nobody": 1}}]}, "plans.no-budget"),
        (
            {"nodes": [{"id": "n", "layer": "money"}, {"id": "n", "layer": "power"}]},
            "plans.layers-contradict",
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(change: dict[str, Any], code: str) -> None:
    body = {"source": "source", "sink": "sink", "arcs": [], "measures": [], "budgets": {"police": 1}}
    with pytest.raises(PlanError) as refused:
        build_problem(parse_instance({**body, **change}))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"), [("{", "not-json"), ("[]", "wrong-field"), ("[" * 99_999, "not-json")]
)
def test_a_file_that_is_no_instance_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_instance(file)
    assert refused.value.code == f"plans.{code}"
    with pytest.raises(PlanError):
        load_instance(tmp_path / "nothing.json")


def test_the_example_is_small_and_whole() -> None:
    assert len(json.loads(EXAMPLE.read_text(encoding="utf-8"))["arcs"]) <= 12
    assert make_plan(load_instance(EXAMPLE)).is_proven
