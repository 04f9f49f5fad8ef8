"""Refusals and suspensions: nothing is paid to whoever is listed, and what a bank stops by itself moves again after a week."""

import numpy as np
import pytest

from tests.lab.world.crime_play import block_first_accounts, country, end_of, play
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
    kinds: tuple[OrderKind, ...] = ("hold", "block", "freeze")
    many = int(3 * max(map(run.desk.get_daily_capacity, kinds)))
    for kind in kinds:
        run.queue_orders(
            [CountryOrder(f"{kind}{n}", kind, run.now, n, 100, run.now + 5 * DAY) for n in range(many)]
        )
    waiting = run.list_waiting_orders()
    for kind in kinds:
        assert sum(each.startswith(kind) for each in waiting) == many - int(run.desk.get_daily_capacity(kind))
