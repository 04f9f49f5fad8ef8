"""How hard mules are to tell is counted on what partners send, as in life, and an easy country is refused by its own name."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from warroom_lab.evaluation.hardness import giveaways, ranking
from warroom_lab.evaluation.hardness.accept import (
    BANDS,
    Evidence,
    collect_evidence,
    play_untouched,
    pool_quantities,
)
from warroom_lab.evaluation.hardness.giveaways import ValueCount
from warroom_lab.evaluation.hardness.observed import Observed, observe_country
from warroom_lab.evaluation.hardness.passing import LARGE, measure_passed_on
from warroom_lab.evaluation.hardness.plain import AccountWeek, list_weeks
from warroom_lab.evaluation.quantity import Quantity
from warroom_lab.world.crime.columns import LAYER, VICTIM_PAY
from warroom_lab.world.drawing.columns import CRYPTO, HOUR, MINUTE, PERSON
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.population.country import plan_country

DENSITY = 20.0


def a_week(mule: list[bool], gang: list[int] | None = None) -> AccountWeek:
    which = np.array(mule)
    gangs = np.array(gang if gang is not None else [0 if each else -1 for each in mule])
    return AccountWeek(0, np.arange(len(mule)), {}, which, gangs, np.where(gangs >= 0, 1.0, DENSITY))


@cache
def seen(seed: int) -> Observed:
    run, news = play_untouched(plan_country(SIZES["tiny"], seed))
    return observe_country(run, news.transfers)


@cache
def made(seed: int) -> Evidence:
    run, news = play_untouched(plan_country(SIZES["tiny"], seed))
    return collect_evidence(run, news.transfers)


def by_name(parts: list[Evidence]) -> dict[str, Quantity]:
    return {each.name: each for each in pool_quantities(parts)}


def test_an_order_that_puts_every_mule_first_has_all_and_one_of_equals_half() -> None:
    week = a_week([True, True, False, False])
    assert ranking.compute_auc([week], [np.array([4, 3, 2, 1])]).value == 1
    assert ranking.compute_auc([week], [np.array([1, 1, 1, 1])]).value == 0.5
    assert ranking.compute_auc([week], [np.array([4, 1, 2, 2])]).value == 0.5


def test_a_column_read_from_its_other_end_tells_as_much_and_errs_as_much() -> None:
    rng = np.random.default_rng(1)
    week = a_week([True] * 30 + [False] * 300, [*range(10)] * 3 + [-1] * 300)
    score = rng.normal(size=330) - week.mule
    one, other = ranking.compute_auc([week], [score]), ranking.compute_auc([week], [-score])
    assert ranking.reverse_auc(one).value == pytest.approx(other.value)
    assert ranking.reverse_auc(one).error == pytest.approx(other.error)


def test_mules_of_one_gang_are_one_case_of_chance() -> None:
    score = np.concatenate([np.repeat([3.0, -3.0], 50), np.random.default_rng(2).normal(size=1_000)])
    mule = [True] * 100 + [False] * 1_000
    together = ranking.compute_auc([a_week(mule, [*np.repeat([0, 1], 50), *[-1] * 1_000])], [score])
    apart = ranking.compute_auc([a_week(mule, [*range(100), *[-1] * 1_000])], [score])
    assert together.value == apart.value
    assert together.error > 5 * apart.error


def test_an_honest_account_takes_as_much_of_the_first_as_so_many_do_in_life() -> None:
    week = a_week([True, False, True, True])
    assert ranking.compute_precision(week, np.array([4.0, 3.0, 2.0, 1.0]), 22).value == pytest.approx(2 / 22)
    # Of equals so much as there is room for, each kind by its share of them.
    assert ranking.compute_precision(week, np.ones(4), 11.5).value == pytest.approx(3 / 23)


def test_a_value_of_crime_alone_is_found_once_enough_accounts_paid_it() -> None:
    ordinary = {(f"hour {n}",): ValueCount(20, 900, 20, 700) for n in range(50)}
    many, few = ValueCount(400, 0, 250, 0), ValueCount(400, 0, 40, 0)
    found_out = giveaways.find_giveaways(
        [{("channel crypto",): many, ("channel abroad",): few} | ordinary], DENSITY
    )
    assert [each.value for each in found_out.giveaways] == [("channel crypto",)]
    assert (
        found_out.tested_values == 51
    )  # forty payers of crime alone could be chance at this density, and are not asked
    assert 40 < found_out.min_payers <= 250


def test_a_value_that_few_countries_show_is_found_in_several_together() -> None:
    one = {("channel goods", "baht from 500"): ValueCount(90, 1, 60, 1)} | {
        ("hour 3",): ValueCount(20, 900, 20, 700)
    }
    assert not giveaways.find_giveaways([one], DENSITY).giveaways
    assert len(giveaways.find_giveaways([one] * 5, DENSITY).giveaways) == 1


def test_values_that_are_half_crime_are_named_by_chance_once_in_twenty_times_at_most() -> None:
    """Every value is exactly half crime in life: whatever is named is named by chance."""
    rng, wrong = np.random.default_rng(3), 0
    for _ in range(200):
        crime = rng.binomial(400, DENSITY / (DENSITY + 1), 60)
        part = {
            (f"value {n}",): ValueCount(int(c), 400 - int(c), int(c), 400 - int(c))
            for n, c in enumerate(crime)
        }
        wrong += bool(giveaways.find_giveaways([part], DENSITY).giveaways)
    assert wrong <= 20  # of 200 at a level of one in twenty


def test_what_one_account_pays_often_is_one_habit() -> None:
    part = {("channel crypto",): ValueCount(5_000, 0, 30, 0)} | {
        (f"hour {n}",): ValueCount(20, 900, 20, 700) for n in range(50)
    }
    assert not giveaways.find_giveaways([part], DENSITY).giveaways


def test_money_passes_on_when_half_of_it_leaves_within_the_hour() -> None:
    all_of_it = seen(1)
    rows, people = all_of_it.rows, all_of_it.country.holders.kind[all_of_it.country.accounts.holder] == PERSON
    honest = (all_of_it.typology < 0) & (all_of_it.gang[rows.payee] < 0) & people[rows.payee]
    slowly = []
    for row in np.flatnonzero(honest & (rows.amount >= LARGE)).tolist():
        after = (rows.payer == rows.payee[row]) & (rows.time > rows.time[row])
        left = rows.amount[after & (rows.time <= rows.time[row] + HOUR)].sum()
        slowly.append(2 * left >= rows.amount[row])
    assert slowly == measure_passed_on(all_of_it).tolist()
    assert 0 < sum(slowly) < len(slowly)


def test_columns_say_what_a_slow_count_of_an_accounts_week_says() -> None:
    all_of_it = seen(1)
    (week,) = list_weeks(all_of_it)
    rows, accounts = all_of_it.rows, all_of_it.country.accounts
    lately = (rows.time >= week.end - 7 * 24 * HOUR) & (rows.time < week.end)
    for place in (*np.flatnonzero(week.mule)[:5].tolist(), *np.flatnonzero(~week.mule)[:15].tolist()):
        account = int(week.accounts[place])
        came, out = (np.flatnonzero(lately & (side == account)) for side in (rows.payee, rows.payer))
        told = {name: float(column[place]) for name, column in week.columns.items()}
        assert told["came"] == rows.amount[came].sum()
        assert told["largest in"] == rows.amount[came].max()
        assert told["devices"] == len(set(rows.device[out].tolist()) - {-1})
        assert told["banks of payers"] == len(set(accounts.bank[rows.payer[came]].tolist()))
        coins = rows.amount[out][rows.channel[out] == CRYPTO].sum()
        assert told["by coins"] == pytest.approx(coins / max(1, rows.amount[out].sum()))
        waits = [
            next((t - rows.time[row] for t in rows.time[out] if t >= rows.time[row]), 7 * 24 * HOUR)
            for row in came
        ]
        waited = np.average(np.array(waits) / MINUTE, weights=rows.amount[came])
        assert told["minutes to next out"] == pytest.approx(waited)


def test_a_mule_of_a_week_took_stolen_money_in_it_and_counts_once_as_others_of_gangs_do() -> None:
    all_of_it = seen(1)
    (week,) = list_weeks(all_of_it)
    rows = all_of_it.rows
    brought = np.isin(all_of_it.typology, (VICTIM_PAY, LAYER)) & (rows.time >= week.end - 7 * 24 * HOUR)
    assert set(week.accounts[week.mule].tolist()) >= {
        account for account in rows.payee[brought].tolist() if all_of_it.gang[account] >= 0
    }
    assert (week.gang[week.mule] >= 0).all()
    assert set(week.weight[week.gang < 0].tolist()) == {all_of_it.density}
    assert set(week.weight[week.gang >= 0].tolist()) == {1.0}


def test_every_acceptance_has_a_band_and_one_country_alone_teaches_nothing() -> None:
    assert set(by_name([made(1), made(2)])) == set(BANDS)
    assert set(BANDS) - set(by_name([made(1)])) == {"boosted trees", "three questions"}


def test_a_column_that_tells_mules_by_itself_fails_the_check_and_is_named() -> None:
    easy = [
        replace(
            each,
            weeks=[
                replace(week, columns={**week.columns, "told": week.mule.astype(float)})
                for week in each.weeks
            ],
        )
        for each in (made(1), made(2))
    ]
    best = by_name(easy)["best column alone"]
    assert best.value == 1
    assert not best.passes
    assert "; told 1.000" in best.format_line()
