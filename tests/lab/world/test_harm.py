"""Whom measures harm beside those they are for, and what comes back: victims among mules, and returns that take long."""

import pytest

from tests.lab.world.crime_play import block_first_accounts, country, hold_what_lies_there, play
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.play.harm import draw_returned_money


@pytest.fixture(scope="module")
def held():
    return play(hold_what_lies_there)


@pytest.fixture(scope="module")
def blocked():
    return play(block_first_accounts)


def test_nobody_is_harmed_where_nothing_is_held():
    truth = play().truth
    assert (truth.list_listings(), truth.find_refused_payments(), truth.find_lost_sales()) == ([], {}, {})
    assert truth.find_returned_money() == draw_returned_money(7, {})


def test_only_what_police_took_over_for_a_victim_who_reported_can_come_back(held, blocked):
    for run in (held, blocked):
        over = run.holding.sum_taken_over(run.now)
        assert over
        saved = run.truth.sum_saved()
        assert all(0 <= amount <= saved[case] for case, amount in over.items() if amount)
        assert 0 <= run.truth.find_returned_money().satang <= sum(over.values())


def test_a_small_share_comes_back_after_months():
    asked = dict.fromkeys(range(4_000), 1_000)
    back, facts = draw_returned_money(7, asked), get_values("returns")
    assert back.satang / 4_000_000 == pytest.approx(facts["share"], abs=0.012)
    assert back.days == pytest.approx(facts["days"], rel=0.25)
    assert draw_returned_money(7, asked) == back


def test_money_held_for_less_than_three_days_is_not_taken_over(held):
    early = {
        case: amount
        for case, amount in held.holding.sum_taken_over(country().nation.start + DAY).items()
        if amount
    }
    assert not early
