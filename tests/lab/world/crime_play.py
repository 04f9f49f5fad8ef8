"""Small countries for tests of crime, founded once, and plays of them."""

from collections.abc import Callable
from functools import cache

from warroom_lab.world.crime.columns import LAYER, VICTIM_PAY
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun, RunNews
from warroom_lab.world.population.country import Country, plan_country

SIZE = Size("a test", 6_000, 8, 60_000, 60)
"""Three times as dense as tiny, so that a week holds enough cases to say something."""
Policy = Callable[[CountryRun, RunNews], list[CountryOrder]]


def country(seed: int = 7, scenario: str = POLICE_2018) -> Country:
    return _founded(seed, scenario)


@cache
def _founded(seed: int, scenario: str) -> Country:
    return plan_country(SIZE, seed, scenario)


def end_of(run: CountryRun) -> int:
    return run.country.nation.start + run.country.nation.size.days * DAY


def play(
    policy: Policy | None = None, *, seed: int = 7, gangs: str = "adapting", scenario: str = POLICE_2018
) -> CountryRun:
    """A whole play; the policy is asked whenever something was heard."""
    run = CountryRun(country(seed, scenario), gangs=gangs)
    while run.now < end_of(run):
        news = run.advance_to(run.find_next_news_time(end_of(run)))
        if policy is not None and news.reports:
            run.queue_orders(policy(run, news))
    return run


def hold_what_lies_there(run: CountryRun, news: RunNews) -> list[CountryOrder]:
    """Holds on every pot of a reported case: what one who knew everything would order."""
    cases = {report.case: report.record_id for report in news.reports if report.case >= 0}
    return [
        CountryOrder(
            f"H{account}-{case}-{run.now}",
            "hold",
            run.now,
            account,
            amount,
            run.now + 3 * DAY,
            float(amount),
            (cases[case],),
        )
        for (account, case), amount in sorted(run.truth.sum_free_pots().items())
        if case in cases
    ]


def block_first_accounts(run: CountryRun, news: RunNews) -> list[CountryOrder]:
    """Blocks on the accounts that victims paid."""
    paid = {row[0]: row[3] for row in run.flow.rows}
    return [
        CountryOrder(
            f"B{report.record_id}-{uid}",
            "block",
            run.now,
            paid[uid],
            0,
            run.now + 90 * DAY,
            1.0,
            (report.record_id,),
        )
        for report in news.reports
        for uid in report.uids
        if uid in paid
    ]


def warn_of_what_works(run: CountryRun, news: RunNews) -> list[CountryOrder]:
    """Warnings of every account that has taken stolen money in a gang's hands: what a perfect signal would say."""
    worked = {row[3] for row in run.flow.rows if row[8] in (VICTIM_PAY, LAYER)}
    mules = worked & set(run.country.underworld.mules.account.tolist())
    return [
        CountryOrder(f"W{each}", "warning", run.now, each)
        for each in sorted(mules - set(run.flow.warned.by_account))
    ]
