"""Crime as it is planned: calibrated, fed by the seed alone, and without a mark that gives it away."""

from collections import Counter

import numpy as np
import pytest

from tests.lab.world.crime_play import SIZE, country
from warroom_lab.world import crime
from warroom_lab.world.crime.columns import LAYER, SCAMS, VICTIM_PAY
from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, MINUTE
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.sizes import get_size
from warroom_lab.world.population import settling


@pytest.fixture(scope="module")
def small():
    nation = settling.plan_nation(get_size("small"), 7)
    return nation, crime.plan_underworld(nation)


def test_the_same_seed_plans_the_same_crime():
    once, again = crime.plan_underworld(country().nation), crime.plan_underworld(country().nation)
    assert (once.chain.amount == again.chain.amount).all()
    assert (once.mules.account == again.mules.account).all()
    assert once.reports == again.reports


def test_another_seed_plans_other_crime():
    other = crime.plan_underworld(settling.plan_nation(SIZE, 8))
    assert other.reports[0] != country().underworld.reports[0]


def test_as_many_cases_begin_a_day_as_the_density_says(small):
    nation, world = small
    inside = world.cases.start >= nation.start
    assert inside.sum() / nation.size.days == pytest.approx(4000 * nation.size.crime, rel=0.12)


def test_types_come_in_their_published_shares(small):
    nation, world = small
    inside = world.cases.start >= nation.start
    shares = np.bincount(world.cases.scam[inside], minlength=len(SCAMS)) / inside.sum()
    assert shares == pytest.approx(np.array(get_values("crime")["shares"]), abs=0.04)


def test_a_quarter_of_cases_is_reported_half_of_them_within_a_day(small):
    _, world = small
    assert world.cases.reported.mean() == pytest.approx(0.25, abs=0.04)
    delays = np.array([report.time - world.cases.end[report.case] for report in world.reports])
    assert 14 * HOUR < np.median(delays) < 27 * HOUR
    assert 0.24 < (delays <= 30 * MINUTE).mean() < 0.42


def test_payments_of_a_step_never_carry_more_than_came(small):
    _, world = small
    chain = world.chain
    below = chain.parent >= 0
    passed = np.bincount(chain.parent[below], chain.amount[below], len(chain))
    assert (passed <= chain.amount).all()


def test_money_leaves_after_two_to_five_steps(small):
    _, world = small
    chain = world.chain
    out = chain.children == 0
    hops = np.average(chain.hop[out], weights=chain.amount[out])
    assert 2.7 < hops < 3.7


def test_most_large_sums_are_broken_just_under_the_threshold(small):
    _, world = small
    chain = world.chain
    layers = np.flatnonzero((chain.typology == LAYER) & (chain.hop > 0))
    above = layers[chain.amount[chain.parent[layers]] > 100_000 * BAHT]
    under = (chain.amount[above] >= 49_000 * BAHT) & (chain.amount[above] < 50_000 * BAHT)
    assert 0.4 < under.mean() < 0.8


def test_most_accounts_are_ordinary_ones_that_go_on_living(small):
    nation, world = small
    assert (world.mules.account >= len(nation.accounts)).mean() == pytest.approx(0.3, abs=0.06)
    types = np.bincount(world.mules.type, minlength=5) / len(world.mules)
    assert types == pytest.approx(np.array(get_values("mules")["types"]), abs=0.05)


def test_degrees_do_not_tell_a_mule_from_an_honest_account():
    """Among ordinary accounts with as many payers and payees, mules are no majority at any degree."""
    world, home = country(), country().nation
    payers, payees = Counter(), Counter()
    for number in range(home.size.days):
        today = world.get_day(number)
        payers.update(set(zip(today.payee.tolist(), today.payer.tolist(), strict=True)))
        payees.update(set(zip(today.payer.tolist(), today.payee.tolist(), strict=True)))
    seen = np.zeros((len(world.accounts), 2), int)
    np.add.at(seen[:, 0], [pair[0] for pair in payers], 1)
    np.add.at(seen[:, 1], [pair[0] for pair in payees], 1)
    chain, mules = world.underworld.chain, world.underworld.mules
    moving = np.isin(chain.typology, (LAYER, VICTIM_PAY))
    into = mules.account[chain.payee[moving]]
    np.add.at(seen[:, 0], into, 1)
    mule = np.zeros(len(world.accounts), bool)
    mule[mules.account[~mules.reserve]] = True
    busy = seen[:, 0] >= 8
    assert mule[busy].mean() < 0.5


def test_reports_come_twice_in_a_fifth_of_cases_and_sometimes_with_a_wrong_digit(small):
    _, world = small
    told = Counter(report.case for report in world.reports)
    assert 0.12 < sum(count > 1 for count in told.values()) / len(told) < 0.28
    names = sum(len(report.transfer_ids) for report in world.reports)
    right = sum(len(report.uids) for report in world.reports)
    assert 0.95 < right / names < 1.0


def test_angry_buyers_report_honest_payments_to_honest_sellers():
    sellers = set(country().nation.roles["merchants_online"].tolist())
    made = country().grievances
    paid = {uid: payee for d in range(SIZE.days) for uid, payee in _paid(d)}
    buyers = [report for report in made if report.scam_type == "purchase" and report.uids]
    assert buyers
    assert all(report.case == -1 for report in made)
    assert all(paid[uid] in sellers for report in buyers for uid in report.uids)


def _paid(day: int):
    today = country().get_day(day)
    return zip(today.uid.tolist(), today.payee.tolist(), strict=True)


def test_a_report_is_registered_after_it_is_made(small):
    _, world = small
    assert all(report.time < report.received_at for report in world.reports)
    assert all(report.realised_at <= report.time for report in world.reports)
    assert max(report.received_at - report.time for report in world.reports) < 2 * DAY
