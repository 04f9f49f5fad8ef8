"""Gangs that read a room: each strategy shows in what it does, costs something, and moves no satang that is not there."""

import numpy as np
import pytest

from tests.lab.world.crime_play import country, end_of, hold_what_lies_there, play, warn_of_what_works
from warroom.errors import WorldError
from warroom_lab.world.crime.columns import LAYER, TYPOLOGIES, VICTIM_PAY
from warroom_lab.world.crime.strategies import Strategy, get_strategy, list_red_team
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.play.run import CountryRun

GANGS = ("fixed", "adapting", *list_red_team())


def test_there_are_at_least_five_gangs_in_the_red_team_and_each_says_what_it_costs():
    assert len(list_red_team()) >= 5
    assert all(0 < get_strategy(name).budget < 0.5 for name in list_red_team())


def test_an_unknown_gang_is_one_sentence_that_lists_them_all():
    with pytest.raises(
        WorldError, match=r"There is no gang 'ghosts'; choose fixed, adapting, testers, .*insiders\."
    ):
        CountryRun(country(), gangs="ghosts")


@pytest.mark.parametrize("budget", [0.0, -0.1, 1.0])
def test_a_red_team_without_a_budget_is_refused(budget):
    with pytest.raises(WorldError, match="The gang 'ghosts' has no budget; say what share"):
        Strategy("ghosts", budget=budget, knows_warnings=True)


@pytest.fixture(scope="module")
def warned():
    return {
        name: play(warn_of_what_works, gangs=name) for name in ("fixed", "adapting", "testers", "insiders")
    }


def test_gangs_that_look_at_their_own_accounts_lose_less_to_warnings(warned):
    kept = {name: run.truth.sum_money()["never_sent"] for name, run in warned.items()}
    assert kept["fixed"] > kept["adapting"] > kept["insiders"]
    assert kept["adapting"] >= kept["testers"]


def test_what_a_gang_looks_with_is_paid_for(warned):
    run = warned["insiders"]
    money = run.truth.sum_money()
    assert sum(run.truth.sum_kept_by_gangs().values()) == pytest.approx(
        money["stolen"] * (1 - run.strategy.budget) - money["held"], abs=1
    )


def test_insiders_never_give_a_victim_an_account_that_is_warned_of(warned):
    for name in ("insiders", "fixed"):
        run = warned[name]
        to_warned = [
            row
            for row in run.flow.rows
            if row[8] == VICTIM_PAY and run.flow.warned.find_warned_since(row[3], row[1]) >= 0
        ]
        assert bool(to_warned) == (name == "fixed")


@pytest.mark.parametrize("name", GANGS)
def test_money_is_conserved_to_the_satang_under_every_gang(name):
    def both(run, news):
        return [*hold_what_lies_there(run, news), *warn_of_what_works(run, news)]

    run = play(both, gangs=name)
    home, closing = run.country, run.country.accounts.opening.copy()
    for number in range(home.nation.size.days):
        today = home.get_day(number)
        np.subtract.at(closing, today.payer, today.amount)
        np.add.at(closing, today.payee, today.amount)
    for row in run.flow.rows:
        closing[row[2]] -= row[4]
        closing[row[3]] += row[4]
    assert closing.min() >= 0
    for account in {row[3] for row in run.flow.rows}:
        assert run.truth.compute_balance(account, end_of(run)) == closing[account]
    money, ways = run.truth.sum_money(), run.truth.sum_exits().values()
    assert money["stolen"] == money["there"] + sum(sum(each.values()) for each in ways)
    assert len({row[0] for row in run.flow.rows}) == len(run.flow.rows)
    assert [row[1] for row in run.flow.rows] == sorted(row[1] for row in run.flow.rows)


@pytest.mark.parametrize("name", list_red_team())
def test_two_plays_of_one_gang_are_the_same(name):
    assert play(gangs=name).flow.rows == play(gangs=name).flow.rows


@pytest.fixture(scope="module")
def usual():
    return play(gangs="adapting")


def test_structurers_let_money_lie_and_send_it_in_small_sums(usual):
    slow = play(gangs="structurers")
    assert _soon(slow) < 0.2 < 0.6 < _soon(usual)
    assert _large(slow) < 0.6 * _large(usual)


def _large(run: CountryRun) -> float:
    """The share of layering payments above 20,000 baht."""
    return float(np.mean([row[4] > 20_000_00 for row in run.flow.rows if row[8] == LAYER]))


def _soon(run: CountryRun) -> float:
    """The share of stolen sums after which something leaves the account within the hour."""
    out: dict[int, list[int]] = {}
    for row in run.flow.rows:
        if row[8] != VICTIM_PAY and TYPOLOGIES[row[8]] not in ("cover", "spend", "bait_refund"):
            out.setdefault(row[2], []).append(row[1])
    last = end_of(run) - DAY
    came = [(row[1], row[3]) for row in run.flow.rows if row[8] in (VICTIM_PAY, LAYER) and row[1] < last]
    return float(
        np.mean([any(0 < left - at <= HOUR for left in out.get(account, ())) for at, account in came])
    )


def test_agers_use_accounts_that_people_have_lived_from_for_a_year(usual):
    assert _aged(play(gangs="agers")) > 0.9 > _aged(usual)


def _aged(run: CountryRun) -> float:
    home = run.country
    payees = np.array([row[3] for row in run.flow.rows if row[8] in (VICTIM_PAY, LAYER)])
    honest = payees < len(home.nation.accounts)
    return float((honest & (home.accounts.opened[payees] < home.nation.start - 365 * DAY)).mean())


def test_straighteners_have_victims_pay_coins_cards_and_abroad_themselves(usual):
    run = play(gangs="straighteners")
    mules = set(run.country.underworld.mules.account.tolist())
    paid = [row for row in run.flow.rows if row[8] == VICTIM_PAY]
    assert 0.6 < np.mean([row[3] not in mules for row in paid]) < 0.95
    assert max(row[4] for row in paid) <= 49_000_00
    assert run.truth.sum_money()["stolen"] < usual.truth.sum_money()["stolen"]


def test_spreaders_go_to_another_bank_at_each_step(usual):
    assert _same_bank(play(gangs="spreaders")) < 0.3 * _same_bank(usual)


def _same_bank(run: CountryRun) -> float:
    bank = run.country.accounts.bank
    return float(
        np.mean([bank[row[2]] == bank[row[3]] for row in run.flow.rows if row[8] in (VICTIM_PAY, LAYER)])
    )
