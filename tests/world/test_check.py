"""The check of a country: pooled sums, stated errors, and a quicker play of practice that gives the same orders."""

import numpy as np
import pytest

from tests.world.crime_play import country
from warroom.evaluation.background import settle_country
from warroom.evaluation.check import Band, bands, measured, quantities
from warroom.evaluation.frozen import Brief
from warroom.evaluation.play import play
from warroom.evaluation.tally import mean, middle, rate, ratio


def test_the_error_of_a_mean_is_the_one_of_the_textbook():
    each = np.random.default_rng(1).lognormal(3, 1, 4_000)
    assert mean(each).value == pytest.approx(each.mean())
    assert mean(each).error == pytest.approx(each.std() / 4_000**0.5)


def test_pooled_countries_weigh_by_their_cases_and_their_error_falls():
    rng = np.random.default_rng(2)
    held, lost = rng.random(300), rng.random(300) * 4
    parts = [ratio(held[:100], lost[:100]), ratio(held[100:], lost[100:])]
    pooled = parts[0] + parts[1]
    assert pooled.value == pytest.approx(held.sum() / lost.sum())
    assert pooled.error < min(part.error for part in parts)


def test_counts_swing_by_their_root_and_a_median_by_its_neighbours():
    assert rate(np.ones(400), 10).value == 40
    assert rate(np.ones(400), 10).error == pytest.approx(2)
    assert middle(np.arange(1, 10_002)).value == 5_001
    assert middle(np.arange(1, 10_002)).error == pytest.approx(50, rel=0.05)


@pytest.fixture(scope="module")
def made():
    return measured(country())


def test_every_quantity_of_the_check_has_a_band_and_is_measured(made):
    assert set(made) == set(bands())
    found = quantities([made, made])
    assert all(each.least <= each.value <= each.most for each in found)
    assert all(each.error >= 0 for each in found)


def test_a_value_far_outside_fails_and_one_outside_by_chance_is_marked(made, monkeypatch):
    name = "true cases a day"
    value, error = made[name].value, made[name].error
    marks = []
    for low in (value - 1, value + error, value + 3 * error):
        monkeypatch.setattr("warroom.evaluation.check.BANDS", {name: Band(low, low + 9_999, "", "P", "")})
        (each,) = [each for each in quantities([made]) if each.name == name]
        marks.append((each.inside, each.within, each.line()[:9].strip()))
    assert marks == [(True, True, "ok"), (False, True, "by chance"), (False, False, "OUTSIDE")]


@pytest.mark.slow
def test_practice_that_looks_only_when_something_was_reported_gives_the_same_orders():
    background = settle_country(country())
    usual, brief = play(background, "practice-2025"), play(background, Brief())
    assert usual.orders
    assert brief.orders == usual.orders
    assert brief.truth.money() == usual.truth.money()
