"""Refusals and suspensions: nothing is paid to anyone who is listed, and what a bank stops by itself moves again after a week."""

import numpy as np
import pytest

from tests.lab.world.crime_play import Policy, block_first_accounts, country, end_of, play
from warroom_lab.world.crime.columns import COLLECT, LAYER, VICTIM_PAY
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.play.orders import CountryOrder, OrderKind
from warroom_lab.world.play.run import CountryRun, RunNews

PAID = (VICTIM_PAY, LAYER, COLLECT)


def list_first_accounts(run: CountryRun, news: RunNews) -> list[CountryOrder]:
    """The holders of the accounts that victims paid, in the registry."""
    return [
        CountryOrder(
            f"L{each.order_id}", "listing", each.time, each.subject, until=each.until, reports=each.reports
        )
        for each in block_first_accounts(run, news)
    ]


@pytest.fixture(scope="module")
def listed() -> CountryRun:
    return play(list_first_accounts)


def test_nothing_stolen_is_paid_to_any_account_of_a_listed_person(listed: CountryRun) -> None:
    standing = listed.truth.list_listings()
    assert sum(not each.innocent for each in standing) > 20
    assert any(len(each.accounts) > 1 for each in standing)
    spans = [(account, each.start, each.end) for each in standing for account in each.accounts]
    since = {account: [span[1:] for span in spans if span[0] == account] for account, _, _ in spans}
    paid = [(row[3], row[1]) for row in listed.flow.rows if row[8] in PAID]
    assert any(account in since for account, _ in paid)
    assert not [one for one in paid if any(start <= one[1] < end for start, end in since.get(one[0], ()))]


def test_gangs_whose_accounts_are_refused_go_to_others_and_still_steal(listed: CountryRun) -> None:
    idle = play().truth.sum_money()["stolen"]
    assert 0.3 * idle < listed.truth.sum_money()["stolen"] <= idle


def test_a_listing_stands_at_all_banks_some_hours_after_it_was_asked_for(listed: CountryRun) -> None:
    waits = [made.start - made.order.time for made in listed.flow.listed.by_order.values()]
    assert get_number("agencies", "listing_hours") * HOUR / 2 < np.median(waits) < 12 * HOUR


def test_what_honest_people_pay_to_a_listed_person_is_refused_and_counted() -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + DAY)
    shops = country().nation.roles["shops"][:6].tolist()
    run.queue_orders(
        [CountryOrder(f"L{shop}", "listing", run.now, shop, until=run.now + 90 * DAY) for shop in shops]
    )
    run.advance_to(end_of(run))
    refused = run.truth.find_refused_payments()
    assert refused
    theirs = {account for each in run.truth.list_listings() for account in each.accounts}
    assert set(refused) <= theirs
    assert all(each.payments > 0 and each.satang > 0 for each in refused.values())
    assert all(each.innocent for each in run.truth.list_listings())
    # Most innocents ask to be taken off, and are within days.
    assert any(each.ended == "appeal" for each in run.truth.list_listings())


def test_a_suspended_account_stands_still_and_moves_again_after_seven_days() -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + HOUR)
    shops = country().nation.roles["shops"][:6].tolist()
    until = run.now + int(get_number("agencies", "freeze_days") * DAY)
    run.queue_orders([CountryOrder(f"F{shop}", "freeze", run.now, shop, until=until) for shop in shops])
    run.advance_to(end_of(run))
    holds = run.truth.list_holds()
    assert len(holds) >= 4  # a bank refuses one now and then
    assert all(each.whole and each.innocent for each in holds)
    assert {each.ended for each in holds} <= {"appeal", "expired"}
    assert all(each.end <= until for each in holds)
    assert sum(each.payments for each in run.truth.find_lost_sales().values()) > 0


def test_who_holds_who_blocks_and_who_suspends_work_beside_each_other_and_each_is_short() -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + 2 * DAY)
    kinds: tuple[OrderKind, ...] = ("hold", "block", "freeze", "listing")
    many = int(3 * max(map(run.desk.get_daily_capacity, kinds)))
    for kind in kinds:
        run.queue_orders(
            [CountryOrder(f"{kind}{n}", kind, run.now, n, 100, run.now + 5 * DAY) for n in range(many)]
        )
    waiting = run.list_waiting_orders()
    for kind in kinds:
        assert sum(each.startswith(kind) for each in waiting) == many - int(run.desk.get_daily_capacity(kind))


def stop_first_accounts(kind: OrderKind) -> Policy:
    """The accounts that victims paid, by orders of one kind for a week."""

    def stop(run: CountryRun, news: RunNews) -> list[CountryOrder]:
        return [
            CountryOrder(
                f"{kind}{each.order_id}",
                kind,
                each.time,
                each.subject,
                until=each.time + 7 * DAY,
                reports=each.reports,
            )
            for each in block_first_accounts(run, news)
        ]

    return stop


def test_what_comes_in_waits_and_what_lies_there_moves() -> None:
    """Beside suspensions of whole accounts at the same moments: less is held, and only of what came later."""
    waits, stands = play(stop_first_accounts("intake")), play(stop_first_accounts("freeze"))
    caught = waits.truth.sum_held()
    assert 0 < sum(caught.values()) < sum(stands.truth.sum_held().values())
    for parcel in waits.flow.waiting:
        starts = [
            made.start
            for made in waits.holding.measures.values()
            if made.account == waits.flow.p_account[parcel] and not made.ended
        ]
        assert starts
    assert any(each.intake and not each.whole for each in waits.truth.list_holds())
    money = waits.truth.sum_money()
    assert money["there"] >= money["held"]


def test_innocent_hours_of_what_waits_are_those_of_the_payments_that_came() -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + HOUR)
    shops = country().nation.roles["shops"][:6].tolist()
    until = run.now + 7 * DAY
    run.queue_orders([CountryOrder(f"I{shop}", "intake", run.now, shop, until=until) for shop in shops])
    run.advance_to(end_of(run))
    holds = {each.order_id: each for each in run.truth.list_holds()}
    hours = run.truth.find_waiting_hours()
    assert set(hours) == set(holds)
    assert any(hours.values())
    for name, each in holds.items():
        assert 0 <= hours[name] < (each.end - each.start) / HOUR
    # Answered in hours, as a held sum is, and not in days as a whole account.
    appealed = [each for each in holds.values() if each.ended == "appeal"]
    assert appealed
    assert all(each.end - each.start < 5 * DAY for each in appealed)
    assert not run.truth.find_lost_sales()


@pytest.mark.parametrize("kind", ["freeze", "intake"])
def test_a_hold_on_an_account_that_stands_still_binds_and_outlasts_the_suspension(kind: OrderKind) -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + 2 * DAY)
    account = next(iter(run.flow.at))
    parcel = run.flow.at[account][0]
    case, lies = run.flow.p_case[parcel], run.flow.p_left[parcel]
    hold = CountryOrder("H", "hold", run.now, account, lies, run.now + 3 * DAY, reports=("R",))
    stop = CountryOrder("S", kind, run.now, account, until=run.now + DAY)
    run.holding.carry_out_order(stop, run.now, 0, 0, set())
    if kind == "intake":
        run.flow.waiting.add(parcel)
    made = run.holding.carry_out_order(hold, run.now, lies, 0, {case})
    assert made.stolen == lies
    run.holding.end_measure("S", run.now + DAY, "appeal")
    assert run.truth.sum_held().get(case, 0) >= lies
    assert not run.flow.is_still(parcel)


def test_a_rush_of_listings_takes_no_suspension_its_turn() -> None:
    run = CountryRun(country())
    run.advance_to(country().nation.start + 2 * DAY)
    many = int(3 * run.desk.get_daily_capacity("listing"))
    # As urgent as a practice makes them: the day's number, where a suspension has a probability.
    run.queue_orders(
        [
            CountryOrder(f"L{n}", "listing", run.now, n, until=run.now + 5 * DAY, priority=20_000.0)
            for n in range(many)
        ]
    )
    run.queue_orders([CountryOrder("F", "freeze", run.now, many, until=run.now + 5 * DAY, priority=0.6)])
    assert "F" not in run.list_waiting_orders()
