"""The check of a country: pooled sums, stated errors, and a quicker play of practice that gives the same orders."""

import numpy as np
import pytest

from tests.lab.world.crime_play import country, end_of
from warroom_lab.evaluation.background import build_background
from warroom_lab.evaluation.check import load_bands, measure_country, measure_half_gone, pool_quantities
from warroom_lab.evaluation.frozen import Brief
from warroom_lab.evaluation.hardness.accept import play_untouched
from warroom_lab.evaluation.play import play_policy
from warroom_lab.evaluation.policies.practice_2025 import Practice2025
from warroom_lab.evaluation.quantity import QuantityBand
from warroom_lab.evaluation.tally import tally_mean, tally_median, tally_rate, tally_ratio
from warroom_lab.world.crime.columns import VICTIM_PAY
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.drawing.params import POLICE_2018, list_scenarios, load_parameters
from warroom_lab.world.play.run import CountryRun


def test_the_error_of_a_mean_is_the_one_of_the_textbook():
    each = np.random.default_rng(1).lognormal(3, 1, 4_000)
    assert tally_mean(each).value == pytest.approx(each.mean())
    assert tally_mean(each).error == pytest.approx(each.std() / 4_000**0.5)


def test_pooled_countries_weigh_by_their_cases_and_their_error_falls():
    rng = np.random.default_rng(2)
    held, lost = rng.random(300), rng.random(300) * 4
    parts = [tally_ratio(held[:100], lost[:100]), tally_ratio(held[100:], lost[100:])]
    pooled = parts[0] + parts[1]
    assert pooled.value == pytest.approx(held.sum() / lost.sum())
    assert pooled.error < min(part.error for part in parts)


def test_counts_swing_by_their_root_and_a_median_by_its_neighbours():
    assert tally_rate(np.ones(400), 10).value == 40
    assert tally_rate(np.ones(400), 10).error == pytest.approx(2)
    assert tally_median(np.arange(1, 10_002)).value == 5_001
    assert tally_median(np.arange(1, 10_002)).error == pytest.approx(50, rel=0.05)


@pytest.fixture(scope="module")
def made():
    return measure_country(*play_untouched(country()))


def test_every_quantity_of_the_check_has_a_band_and_is_measured_in_every_scenario(made):
    for scenario in list_scenarios():
        assert set(load_bands(scenario)) <= set(made)
        found = pool_quantities([made, made], scenario)
        assert all(each.least <= each.value <= each.most for each in found)
        assert all(each.error >= 0 for each in found)


def test_no_check_reads_a_parameter_back(made):
    """Whatever the bands say, each quantity is counted in a play or a build: none equals a parameter to the digit."""
    given = {name: each.value for named in load_parameters().values() for name, each in named.items()}
    numbers = {float(value) for value in given.values() if isinstance(value, int | float)}
    assert not numbers & {tally.value for tally in made.values()}


def test_what_was_lost_to_some_types_of_scam_is_less_than_all_that_was_lost(made):
    shares = [tally.value for name, tally in made.items() if name.startswith("lost to ")]
    assert len(shares) == 4
    assert all(0 <= share < 1 for share in shares)
    assert 0 < sum(shares) < 1


def test_practice_never_acts_before_its_bank_can_and_gives_back_to_some_victims_at_most(made):
    assert made["minutes to practice's block"].value > 10
    assert 0 <= made["victims who get some back"].value < 0.05


def test_a_value_far_outside_fails_one_outside_by_chance_is_marked_and_a_known_one_says_why(
    made, monkeypatch
):
    name = "frozen by practice-2025"
    value, error = made[name].value, made[name].error
    marks = []
    for low, misses in (
        (value - 1, ""),
        (value + error, ""),
        (value + 3 * error, ""),
        (value + 3 * error, "Because."),
    ):
        band = QuantityBand(low, low + 9_999, "", "P", "", misses)
        monkeypatch.setattr("warroom_lab.evaluation.check.BANDS", {name: band})
        (each,) = [each for each in pool_quantities([made], POLICE_2018) if each.name == name]
        marks.append(
            (
                each.inside,
                each.passes,
                each.format_line()[:9].strip(),
                each.format_line().endswith("Because."),
            )
        )
    assert marks == [
        (True, True, "ok", False),
        (False, True, "by chance", False),
        (False, False, "OUTSIDE", False),
        (False, True, "MISSES", True),
    ]


def test_half_of_the_money_is_gone_when_half_of_it_has_left():
    run = CountryRun(country())
    run.advance_to(end_of(run))
    minutes = measure_half_gone(country(), run) / MINUTE
    assert minutes.min() > 0
    paid = sum(row[8] == VICTIM_PAY for row in run.flow.rows)
    assert 0.8 * paid < len(minutes) <= paid


@pytest.mark.slow
def test_practice_that_looks_only_when_something_was_reported_gives_the_same_orders():
    background = build_background(country())
    # Holds alone, as practice had then: by its name a policy warns payers too.
    usual, brief = play_policy(background, Practice2025()), play_policy(background, Brief())
    assert usual.orders
    assert brief.orders == usual.orders
    assert brief.truth.sum_money() == usual.truth.sum_money()
