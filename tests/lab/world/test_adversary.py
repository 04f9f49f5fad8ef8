"""The adversary: it changes only after it was hurt, days later, and not at all where it may not."""

import numpy as np
import pytest

from tests.lab.world.crime_play import block_first_accounts, country, hold_what_lies_there, play
from warroom_lab.world.crime.columns import CASH_OUT, CRYPTO_OUT, LAYER
from warroom_lab.world.crime.prices import Prices
from warroom_lab.world.drawing.columns import DAY


@pytest.fixture(scope="module")
def adapting():
    return play(hold_what_lies_there)


def test_a_gang_that_loses_money_changes_some_days_later(adapting):
    made = [change for each in adapting.adversary.changes for change in each]
    assert made
    for changes, hurts in zip(adapting.adversary.changes, adapting.adversary.hurts, strict=True):
        for when, _ in changes:
            assert when - min(time for time, _ in hurts) > DAY / 2


def test_a_gang_that_may_not_adapt_never_changes():
    still = play(hold_what_lies_there, gangs="fixed")
    assert not any(still.adversary.changes)


def test_a_gang_uses_lost_accounts_less_than_it_would_have():
    run, idle = play(block_first_accounts), play()
    accounts = run.country.underworld.mules.account.tolist()
    gone = {accounts[row] for row, lost in enumerate(run.flow.hands.lost_flags) if lost}
    assert gone
    assert sum(row[3] in gone for row in run.flow.rows) < sum(row[3] in gone for row in idle.flow.rows)


def test_changed_gangs_move_money_faster():
    run = play(hold_what_lies_there)
    faster = [
        (syndicate, when)
        for syndicate, changes in enumerate(run.adversary.changes)
        for when, what in changes
        if what == "faster"
    ]
    for syndicate, when in faster:
        assert run.adversary.compute_pace(syndicate, when - 1) > run.adversary.compute_pace(syndicate, when)


def test_a_watched_way_out_is_left_by_some():
    adversary = play().adversary
    adversary.changes[0].append((0, "exits"))
    doors = adversary.build_doors(country().nation)
    way = CRYPTO_OUT

    def left(time):
        draws = [float(draw) for draw in np.linspace(0, 0.999, 50)]
        taken = [adversary.choose_exit(0, time, draw, way, 5, 4, 700, doors)[0] for draw in draws]
        assert CASH_OUT not in taken  # no machine gives seven baht
        return sum(other != way for other in taken)

    assert left(1) == 0
    adversary.record_watched_way(way, 0, 0)
    assert 0 < left(1) < 50
    assert left(30 * DAY) == 0
    adversary.changes[0].clear()


def test_money_held_one_step_before_a_way_out_shuts_it_for_the_gang_that_lost_it(adapting):
    assert adapting.adversary.shut
    assert not play(hold_what_lies_there, gangs="fixed").adversary.shut


def test_sums_are_halved_after_a_change_to_smaller_ones():
    adversary = play().adversary
    adversary.changes[1].append((0, "smaller"))
    assert adversary.is_sum_split(1, 1, 0.1, 5_000_00)
    assert not adversary.is_sum_split(1, 1, 0.99, 5_000_00)
    assert not adversary.is_sum_split(0, 1, 0.1, 5_000_00)


def test_layers_are_still_layers_when_split(adapting):
    kinds = {row[8] for row in adapting.flow.rows if row[11] > 0}
    assert LAYER in kinds


def test_accounts_become_dearer_the_more_of_them_are_lost_and_fewer_are_bought():
    prices = Prices(live=100, rows=4000)
    bought = [sum(prices.is_offered(row, 0) for row in range(4000))]
    for lost in range(100):
        prices.record_lost_account(DAY + lost)
        if lost in (24, 99):
            bought.append(sum(prices.is_offered(row, 2 * DAY) for row in range(4000)))
    assert bought[0] == 4000 > bought[1] > bought[2] > 0
    assert prices.compute_price(0) == prices.usual < prices.compute_price(2 * DAY)
    assert prices.compute_price(13 * DAY) == prices.usual


def test_the_price_of_accounts_is_a_record_of_truth():
    run, idle = play(block_first_accounts), play()
    dear, usual = run.truth.list_account_prices(), idle.truth.list_account_prices()
    assert set(usual.price.tolist()) == {idle.flow.prices.usual}
    assert dear.price.max() > usual.price.max()
    assert ((dear.lost > 0) == (dear.price > usual.price)).all()
