"""Who judges or plays an exercise beside its room knows the balances that its room knows, and follows the same money."""

from tests.lab.evaluation import stand_in
from warroom import clock
from warroom.money.trace.tracing import trace
from warroom_lab.evaluation.background import CountryBackground, add_stated_balances
from warroom_lab.evaluation.records import build_reports_table


def passed_on(country: CountryBackground) -> dict[int, int]:
    """What each account of the first report's trail passed on at the end of the third day, in baht."""
    run, records = stand_in.Run(country.country), country.records.fork_index()
    news = run.advance_to(stand_in.BEGINS + stand_in.DAY)
    records.add_rows("transfers", country.books.build_transfers_table(news.transfers, news.received))
    records.add_rows("reports", build_reports_table(news.reports))
    names = sorted(news.reports[0].transfer_ids)
    trail = trace(records, records.current_index, names, as_of=clock.from_micros(run.now))
    numbers = country.books.number.to_pylist()
    return {numbers.index(on.account.number): on.passed_on // 100 for on in trail.accounts}


def test_what_lay_on_an_account_before_leaves_first_where_its_balance_is_stated(
    known: CountryBackground,
) -> None:
    before = passed_on(known)
    assert before[stand_in.MULE] == 32_000, (
        "where nothing is known of what lay there, the victim's money left"
    )
    add_stated_balances(known)
    # 100,000 baht lay there: of the payments out nothing was the victim's.
    assert passed_on(known)[stand_in.MULE] == 0
