"""Payee warnings as they are: some heed them, some are called again, not every bank shows them, and honest payers meet them."""

import time
from dataclasses import astuple

import numpy as np
import pytest

from tests.lab.world.crime_play import country, end_of, play, warn_of_what_works
from tests.speed import allow_seconds
from warroom_lab.world.crime.columns import SCAMS, VICTIM_PAY
from warroom_lab.world.crime.reports import reduce_to_paid
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun


def everybody_warned(gangs: str = "fixed") -> CountryRun:
    """A play in which payers are warned of every account that a gang will ever use."""
    run = CountryRun(country(), gangs=gangs)
    accounts = sorted(set(country().underworld.mules.account.tolist()))
    run.queue_orders([CountryOrder(f"w{each}", "warning", run.now, each) for each in accounts])
    run.advance_to(end_of(run))
    return run


@pytest.fixture(scope="module")
def warned():
    return everybody_warned()


@pytest.fixture(scope="module")
def idle():
    return play()


def paid(run: CountryRun) -> dict[int, tuple[int, int, int]]:
    """Victims' payments: number -> (time, payee, satang)."""
    return {row[0]: (row[1], row[3], row[4]) for row in run.flow.rows if row[8] == VICTIM_PAY}


def test_buyers_turn_back_more_often_than_those_who_are_on_the_telephone(warned):
    cases = country().underworld.cases
    turned = np.zeros(len(cases), bool)
    turned[sorted({*warned.flow.victims.never_paid, *warned.flow.victims.behind})] = True
    share = [turned[cases.scam == SCAMS.index(name)].mean() for name in ("purchase", "authority")]
    coverage = np.mean([warned.flow.warned.shown[bank] for bank in country().accounts.bank[cases.account]])
    assert share[0] == pytest.approx(get_values("heed")["purchase"] * coverage, abs=0.09)
    assert share[1] < share[0]


def test_a_victim_who_turned_back_and_is_called_again_pays_another_account_later(warned, idle):
    before, after = paid(idle), paid(warned)
    again = warned.flow.victims.behind
    assert again
    later = [
        number
        for number, (when, payee, amount) in after.items()
        if number in before and when > before[number][0] and amount == before[number][2]
    ]
    assert later
    assert {_case(number) for number in later} <= set(again)
    avoided = warned.flow.victims.avoids
    assert all(after[number][1] != avoided[_case(number)] for number in later)


def test_what_is_paid_at_the_second_try_is_stolen_and_not_never_sent(warned, idle):
    money = warned.truth.sum_money()
    assert money["never_sent"] > 0
    assert money["stolen"] == sum(amount for _, _, amount in paid(warned).values())
    gone = warned.flow.victims.never_paid
    lost = [amount for number, (_, _, amount) in paid(idle).items() if _case(number) in gone]
    kept = sum(lost) - sum(amount for number, (_, _, amount) in paid(warned).items() if _case(number) in gone)
    assert money["never_sent"] == pytest.approx(kept, rel=0.02)


def _case(number: int) -> int:
    return number >> 24 & (1 << 38) - 1


def test_whoever_pays_later_reports_as_much_later(warned):
    planned = {each.record_id: each for each in country().underworld.reports}
    behind = warned.flow.victims.behind
    late = [
        each for each in warned.reports[: warned._told] if each.case in behind and each.record_id in planned
    ]
    moved = [each for each in late if each.time == planned[each.record_id].time + behind[each.case]]
    assert moved
    heard = [each.received_at for each in warned.reports]
    assert heard == sorted(heard)


def test_whoever_turned_back_after_some_payments_reports_those_and_no_other():
    planned = next(
        each for each in country().underworld.reports if len(each.uids) == len(each.transfer_ids) > 2
    )
    told = reduce_to_paid(planned, {planned.uids[1]: 70_000})
    assert told.uids == planned.uids[1:2]
    assert told.transfer_ids == planned.transfer_ids[1:2]
    assert told.loss == 70_000
    assert reduce_to_paid(planned, {}) is None


def test_customers_of_a_bank_that_shows_no_warnings_pay_as_if_there_were_none(warned, idle):
    cases, bank = country().underworld.cases, country().accounts.bank
    blind = {case for case in range(len(cases)) if not warned.flow.warned.shown[bank[cases.account[case]]]}
    turned = {*warned.flow.victims.never_paid, *warned.flow.victims.behind}
    assert blind
    assert not blind & turned
    assert 0 < sum(warned.flow.warned.shown) < 21


def test_warnings_of_one_account_change_only_who_pays_there(idle):
    run = CountryRun(country(), gangs="fixed")
    account = max(paid(idle).values(), key=lambda each: each[2])[1]
    run.queue_orders([CountryOrder("w", "warning", run.now, account)])
    run.advance_to(end_of(run))
    turned = {*run.flow.victims.never_paid, *run.flow.victims.behind}
    before, after = paid(idle), paid(run)
    changed = {number for number in before.keys() | after.keys() if before.get(number) != after.get(number)}
    assert {_case(number) for number in changed} <= turned


def test_a_warning_ends_by_itself_and_when_it_is_lifted():
    run = CountryRun(country())
    shops = country().nation.roles["shops"][:12].tolist()
    until = run.now + 8 * HOUR
    run.queue_orders(
        [CountryOrder(f"w{each}", "warning", run.now, each, until=until * (each % 2)) for each in shops]
    )
    told = run.advance_to(run.now + 3 * HOUR).answers
    warned = {int(each.order_id[1:]) for each in told if each.status == "done"}  # some banks refuse
    ending, lasting = ({each for each in warned if each % 2 == odd} for odd in (1, 0))
    assert ending
    assert lasting
    assert {each for each in shops if run.flow.warned.find_warned_since(each, run.now) >= 0} == warned
    lifted = min(lasting)
    run.queue_orders([CountryOrder("r", "release", run.now, lifted, lifts=f"w{lifted}")])
    answers = run.advance_to(run.now + 12 * HOUR).answers
    assert {(each.order_id, each.status) for each in answers} == {(f"w{lifted}", "lifted"), ("r", "done")}
    assert {each for each in shops if run.flow.warned.find_warned_since(each, run.now) >= 0} == lasting - {
        lifted
    }
    assert set(run.truth.map_warned_accounts()) == warned


def test_a_warning_that_comes_after_its_end_is_refused():
    run = CountryRun(country())
    run.queue_orders([CountryOrder("a", "warning", run.now, 5, until=run.now + 1)])
    (answer,) = run.advance_to(run.now + 3 * HOUR).answers
    assert answer.status == "refused"


def test_honest_payers_of_a_shop_that_is_warned_of_are_counted_once_each():
    run = CountryRun(country())
    shop = int(np.bincount(_everyday().payee).argmax())
    until = run.now + 3 * DAY
    run.queue_orders([CountryOrder(f"w{n}", "warning", run.now, shop, until=until) for n in range(3)])
    run.advance_to(end_of(run))
    told = run.truth.count_warned_honest()
    start = min(made.start for made in run.flow.warned.by_account[shop])
    everyday, seen, payments = _everyday(), set(), []
    for row in np.argsort(everyday.time, kind="stable"):
        if everyday.payee[row] != shop or everyday.payer[row] in seen:
            continue
        seen.add(everyday.payer[row])
        shown = run.flow.warned.shown[country().accounts.bank[everyday.payer[row]]]
        if shown and start <= everyday.time[row] < until:
            payments.append(everyday.amount[row] / 100)
    assert payments
    assert (told.payments, told.payees) == (len(payments), 1)
    assert told.baht == pytest.approx(sum(payments))
    assert 0 <= told.abandoned < told.payments
    assert told.abandoned_baht <= told.baht


def _everyday():
    days = [country().get_day(number) for number in range(country().nation.size.days)]
    return type(days[0]).concat_parts(days)


def test_nobody_is_warned_where_no_warning_was_given(idle):
    assert astuple(idle.truth.count_warned_honest()) == (0, 0.0, 0, 0.0, 0)


def test_counting_warned_payers_takes_no_second(warned):
    warned.truth.count_warned_honest()
    began = time.process_time()
    warned.truth.count_warned_honest()
    assert time.process_time() - began < allow_seconds(1)


def test_twins_with_the_same_warnings_are_the_same():
    first, second = play(warn_of_what_works), play(warn_of_what_works)
    assert first.flow.rows == second.flow.rows
    assert first.truth.count_warned_honest() == second.truth.count_warned_honest()
