"""Plans carried out on a country: nothing chosen takes nothing, limits hold, and the prediction is near at first."""

from functools import cache

import pytest

from warroom.plans.valuing import sum_usage
from warroom_lab.evaluation.plan_trial import (
    POLICIES,
    TrialCountry,
    choose_by_degree,
    format_table,
    try_policy,
)


@cache
def country() -> TrialCountry:
    return TrialCountry(7, "tiny")


def test_a_plan_takes_some_of_what_it_predicts_and_nothing_takes_nothing() -> None:
    plan, nothing = (try_policy(country(), policy) for policy in ("plan", "nothing"))
    assert nothing.simulated == nothing.predicted == (0.0, 0.0, 0.0)
    assert plan.simulated[0] == pytest.approx(plan.predicted[0], abs=0.2)
    assert plan.predicted[0] > plan.predicted[1] > plan.predicted[2] > 0
    assert "plan" in format_table([plan, nothing])


def test_every_policy_keeps_the_same_limits() -> None:
    planning = country().plannings[0]
    for choose in (POLICIES["greedy"], choose_by_degree):
        costs, harm = sum_usage(planning.instance, choose(planning, country().lines))
        assert all(costs[agency] <= most for agency, most in planning.instance.budgets.items())
        assert all(harm.get(kind, 0) <= most for kind, most in planning.instance.limits.items())
