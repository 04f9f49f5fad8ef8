"""Counting payers and payees finds no mules: a small tree learnt on one country, tried on another."""

from itertools import permutations

import numpy as np
import pytest

from tests.lab.world.degrees import degrees, grown, precision_at
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.country import plan_country

TOWN = Size("a town", 20_000, 30, 400_000, 20)
BUDGET = round(get_number("agencies", "block_orders_a_day") * TOWN.crime * TOWN.days)
"""Accounts that the centre blocks in the days: what practice acted on."""


@pytest.fixture(scope="module")
def towns():
    return [degrees(plan_country(TOWN, seed)) for seed in (31, 32, 33)]


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "bound"), [(1, 0.25), (4, 0.45), (6, 0.6)])
def test_at_the_budget_of_alerts_a_tree_of_degrees_names_many_honest_accounts(towns, depth, bound):
    """The mean over six pairs of countries was .10, .27 and .36; of all accounts .065 are mules'."""
    found_by = [
        precision_at(grown(*one, depth).score(other[0]), other[1], BUDGET)
        for one, other in permutations(towns, 2)
    ]
    assert np.mean(found_by) < bound


@pytest.mark.slow
def test_such_a_tree_would_find_mules_if_degrees_gave_them_away(towns):
    """The test above would say little if the tree could not learn."""
    seen, mule = towns[0]
    marked = np.where(mule[:, None], seen + 200, seen)
    assert precision_at(grown(marked, mule, 4).score(marked), mule, BUDGET) > 0.9
