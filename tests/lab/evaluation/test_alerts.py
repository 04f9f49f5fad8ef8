"""How good signals were is counted as in life: an honest account takes as much of the budget as so many of them do."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from warroom.signals.in_life import scale_to_life
from warroom.signals.model.calibrate import rescale_to_density
from warroom.signals.mules import rule
from warroom_lab.evaluation.alerts import Alerts, count_alerts, measure_alerts
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.policy import SignalLook
from warroom_lab.world.crime.columns import LAYER, VICTIM_PAY
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.sizes import SIZES, Size

NATION = Size("nation", 66_000_000, 30, 0, 1)
"""A thousand accounts a day: as many as a nation's officers look at."""
DENSE = Size("dense", 660_000, 30, 0, 20)
"""A hundredth of a nation with crime twenty times as dense: two hundred a day, of which an honest one takes twenty."""


def played(size: Size, looks: list[tuple[int, list[int]]], paid: list[tuple[int, int]]) -> Any:
    """Looks of (day, accounts in their order); stolen sums of (day, account). Accounts below 1,000 are in gangs' hands."""
    rows = [
        (0, day * DAY, 9_999, account, 1, 0, 0, -1, (VICTIM_PAY, LAYER)[n % 2], 0, 0, 0)
        for n, (day, account) in enumerate(paid)
    ]
    made = [
        SignalLook(day * DAY, np.array(names, np.int32), np.linspace(1, 0, len(names), dtype=np.float32))
        for day, names in looks
    ]
    return SimpleNamespace(
        start=0,
        followed=SimpleNamespace(looks=tuple(made)),
        truth=SimpleNamespace(find_mule=lambda account: ("sold", "knew") if account < 1_000 else None),
        run=SimpleNamespace(flow=SimpleNamespace(rows=rows), country=SimpleNamespace(nation=SimpleNamespace(size=size))),
    )  # fmt: skip


def test_an_honest_account_counts_as_many_as_there_are_in_life() -> None:
    found = measure_alerts(played(DENSE, [(10, [1, 2_000, 2])], [(9, 1), (9, 2), (12, 1)]), 1)
    assert found == Alerts(right=2, wrong=20.0, in_time=1, live=2)
    assert found.compute_precision() == pytest.approx(2 / 22)
    assert found.compute_recall() == 0.5  # the second took its last sum before it was named


def test_the_day_ends_where_the_budget_does_and_what_did_not_fit_comes_first_tomorrow() -> None:
    honest = list(range(2_000, 2_011))
    one = measure_alerts(played(DENSE, [(10, honest)], []), 1)
    two = measure_alerts(played(DENSE, [(10, honest), (11, honest)], []), 1)
    assert isinstance(one, Alerts)
    assert isinstance(two, Alerts)
    assert (one.wrong, two.wrong) == (200.0, 220.0)


def test_each_copy_of_an_account_drawn_twice_takes_its_own_room_and_holds_up_the_list_no_longer_than_one() -> (
    None
):
    """Else an honest account drawn twice waits for two days' budget, which keeps everybody behind it unnamed and flatters every draw."""
    looks = played(DENSE, [(10, [2_000, 1]), (11, [2_000, 1])], []).followed.looks
    found = count_alerts(
        looks, {1: 0}, {1: 12 * DAY}, 21.0, lambda account: 1.0 if account < 1_000 else 20.0, 0, lambda _: 2
    )
    assert found == Alerts(right=2, wrong=40.0, in_time=2, live=2)


def test_an_account_is_named_once_and_is_right_only_when_it_has_worked_by_then() -> None:
    found = measure_alerts(played(NATION, [(8, [1]), (9, [1, 2])], [(8, 1), (10, 2)]), 1)
    assert isinstance(found, Alerts)
    assert (found.right, found.wrong) == (1, 1.0)


def test_what_was_through_in_the_first_week_is_none_to_find_in_time() -> None:
    found = measure_alerts(played(NATION, [(1, [1])], [(0, 1), (3, 1)]), 10)
    assert isinstance(found, Alerts)
    assert found.compute_recall() == Missing("no mule account was live after a week")


def test_a_policy_that_looks_at_no_signals_has_no_such_figure() -> None:
    assert measure_alerts(played(NATION, [], []), 1) == Missing("the policy looks at no signals")


def test_a_chance_is_brought_to_lifes_density_by_the_prior_alone() -> None:
    assert rescale_to_density(np.array([0.0, 0.5, 1.0]), 1).tolist() == [0.0, 0.5, 1.0]
    assert rescale_to_density(np.array([0.5, 20 / 21]), 20) == pytest.approx([1 / 21, 0.5])


def test_the_rule_of_thumbs_chances_are_brought_from_the_countries_that_crime_is_counted_on() -> None:
    assert SIZES["small"].density == rule.DENSITY
    assert scale_to_life(20 / 21, rule.VERSION) == pytest.approx(0.5)
    assert scale_to_life(0.5, "mules-anything") == 0.5
    there = np.array([0.01, 0.3, 0.97])
    assert rescale_to_density(rescale_to_density(there, 20), 1 / 20) == pytest.approx(there)
