"""Money over ordinary life and crime, whatever is ordered: to the satang, in every account, at every moment."""

from functools import cache

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom_lab.world.crime.columns import VICTIM_PAY
from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country, plan_country

SIZE = Size("a hamlet", 2_000, 5, 10_000, 150)


@cache
def country() -> Country:
    return plan_country(SIZE, 5)


@cache
def ordinary() -> tuple[np.ndarray, ...]:
    days = [country().get_day(number) for number in range(SIZE.days)]
    names = ("time", "payer", "payee", "amount")
    return tuple(np.concatenate([getattr(day, name) for day in days]) for name in names)


@cache
def subjects() -> list[int]:
    """Accounts that gangs use, that they pay out to, and that are nobody's business."""
    home = country()
    idle = CountryRun(home)
    idle.advance_to(home.nation.start + SIZE.days * DAY)
    paid = {row[3] for row in idle.flow.rows}
    return sorted(paid) + home.nation.roles["shops"][:20].tolist() + list(range(20))


one_order = st.tuples(
    st.integers(0, SIZE.days * 24 - 1),
    st.sampled_from(("hold", "hold", "block", "release")),
    st.integers(0, 10_000),
    st.integers(1, 5_000_000),
    st.integers(1, 72),
)


def played(asked: list[tuple[int, str, int, int, int]]) -> CountryRun:
    """A whole play in which each order is given at its hour; a release lifts an order given before."""
    run, given_before = CountryRun(country()), []
    for number, (hour, kind, pick, amount, hours) in enumerate(sorted(asked)):
        moment = country().nation.start + hour * HOUR
        if moment > run.now:
            run.advance_to(moment)
        name = f"o{number}"
        if kind == "release":
            lifts = given_before[pick % len(given_before)] if given_before else ""
            run.queue_orders([CountryOrder(name, kind, run.now, -1, lifts=lifts)])
            continue
        subject = subjects()[pick % len(subjects())]
        sum_of_hold = amount if kind == "hold" else 0
        run.queue_orders([CountryOrder(name, kind, run.now, subject, sum_of_hold, run.now + hours * HOUR)])
        given_before.append(name)
    run.advance_to(country().nation.start + SIZE.days * DAY)
    return run


def everything_paid(run: CountryRun) -> tuple[np.ndarray, ...]:
    crime = np.array([(row[1], row[2], row[3], row[4]) for row in run.flow.rows], np.int64).T
    both = [np.concatenate(pair) for pair in zip(ordinary(), crime, strict=True)]
    order = np.argsort(both[0], kind="stable")
    return tuple(column[order] for column in both)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(one_order, max_size=40))
def test_money_is_conserved_and_held_as_ordered_whatever_is_ordered(asked):
    run = played(asked)
    time, payer, payee, amount = everything_paid(run)
    opening = country().accounts.opening
    closing = opening.copy()
    np.subtract.at(closing, payer, amount)
    np.add.at(closing, payee, amount)
    told = [run.truth.compute_balance(account, run.now) for account in range(len(closing))]
    assert (closing == np.array(told)).all()
    assert _lowest(time, payer, payee, amount, opening).min() >= 0
    for made in run.holding.measures.values():
        if not made.is_whole_account:
            assert made.stolen + made.own <= made.order.amount
    for held in run.truth.list_holds():
        if held.whole:
            assert not [
                row
                for row in run.flow.rows
                if row[2] == held.account and held.start < row[1] < held.end and row[8] != VICTIM_PAY
            ]


def _lowest(time, payer, payee, amount, opening):
    """The lowest balance of each account; at one moment what comes in is counted first."""
    account = np.concatenate([payee, payer])
    change = np.concatenate([amount, -amount])
    order = np.lexsort((np.repeat([0, 1], len(time)), np.concatenate([time, time]), account))
    account, change = account[order], change[order]
    sums = np.cumsum(change)
    first = np.searchsorted(account, np.arange(len(opening)))
    before = np.concatenate([[0], sums])[first]
    lowest = opening.astype(np.int64).copy()
    np.minimum.at(lowest, account, opening[account] + sums - before[account])
    return lowest


def test_random_orders_do_reach_accounts_that_hold_stolen_money():
    """The test above would say little if its orders found nothing."""
    rng = np.random.default_rng(3)
    asked = [
        (int(hour), ("hold", "block")[turn % 2], int(pick), 5_000_000, 24)
        for turn, (hour, pick) in enumerate(rng.integers(0, [100, 10_000], (60, 2)))
    ]
    run = played(asked)
    assert sum(made.stolen > 0 for made in run.holding.measures.values()) > 3
    assert all(held.start - country().nation.start > 10 * MINUTE for held in run.truth.list_holds())
