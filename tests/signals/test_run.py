"""A run of signals: who stands out, why, what speaks for them, and what was knowable."""

from datetime import timedelta

import pytest

from tests.signals.made import MULE, SHOP, Payments, at
from warroom import clock
from warroom.errors import SignalError
from warroom.home import Home
from warroom.money.index.payments import load_payments
from warroom.reasons.reason import LANGUAGES, render
from warroom.signals import store
from warroom.signals.bounds import check_moment
from warroom.signals.mules.run import find_newest_time, run


@pytest.fixture
def made() -> Payments:
    """Twenty days of ordinary life, and one account that passes on what five victims pay."""
    found = Payments()
    found.ordinary()
    found.mule(MULE, 19, device="D-1")
    for one in range(4):
        found.pay(at(19, 300 + one), ("B07", f"OTHER-{one}"), ("B08", f"X-{one}"), 500, device_id="D-1")
    return found


def test_the_account_that_passes_everything_on_comes_first_and_the_shop_not_at_all(
    made: Payments, home: Home
) -> None:
    _, index = made.write(home)
    found = run(index, clock.get_now(), budget=10, model=None)
    assert (found[0].subject.bank, found[0].subject.number) == MULE
    assert SHOP[1] not in [one.subject.number for one in found]
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert found[0].model_version == "rule-1"


def test_reasons_are_plain_facts_with_the_payments_that_show_them(made: Payments, home: Home) -> None:
    _, index = made.write(home)
    first = run(index, clock.get_now(), budget=1, model=None)[0]
    said = {reason.code: reason for reason in first.reasons}
    assert said["passes_on"].params["payers"] == 5
    assert said["passes_on"].params["percent"] == pytest.approx(100 * 49_800 / 49_900)
    assert said["device_of_many"].params["count"] == 4
    assert said["stays_under"].params["count"] == 5
    rows = {row["record_id"]: row for row in made.rows}
    for reason in first.reasons:
        assert all(MULE[1] in (rows[name]["payer"], rows[name]["payee"]) for name in reason.evidence)
    assert set(said["passes_on"].evidence) <= set(first.evidence)
    for language in LANGUAGES:
        assert all(render(reason, language) for reason in (*first.reasons, *first.innocent))


def test_signs_that_somebody_else_runs_the_account_ask_for_a_screening(made: Payments, home: Home) -> None:
    _, index = made.write(home)
    assert run(index, clock.get_now(), budget=1, model=None)[0].screening


def test_what_speaks_for_the_holder_is_looked_for_and_its_absence_said(made: Payments, home: Home) -> None:
    lake, index = made.write(home)
    assert [one.code for one in run(index, clock.get_now(), budget=1, model=None)[0].innocent] == [
        "nothing_found"
    ]
    lake.write_rows(
        "accounts",
        [
            {
                "record_id": "A-1",
                "bank": MULE[0],
                "account": MULE[1],
                "holder_id": "H-1",
                "opened_at": at(-900),
            },
        ],
        source="B01",
    )
    lake.write_rows("holders", [{"record_id": "H-1", "kind": "company"}], source="B01")
    from warroom.money.index.opening import open_index

    codes = [
        one.code for one in run(open_index(home, lake), clock.get_now(), budget=1, model=None)[0].innocent
    ]
    assert codes == ["known_company", "open_before"]


def test_nothing_after_the_moment_asked_for_is_seen(made: Payments, home: Home) -> None:
    _, index = made.write(home)
    assert run(index, clock.get_now(), budget=10, model=None)
    before = run(index, clock.get_now() - timedelta(hours=1), budget=10, model=None)
    assert before == []  # the lake received everything just now


def test_two_banks_copies_of_one_payment_count_once(made: Payments, home: Home) -> None:
    lake, index = made.write(home)
    once = len(load_payments(index, index.last_received))
    copy = {**made.rows[-1], "record_id": "COPY", "uetr": "11111111-1111-4111-8111-111111111111"}
    first = {**made.rows[-1], "record_id": "ONE", "uetr": copy["uetr"]}
    from decimal import Decimal

    for source, row in (("B07", first), ("B08", copy)):
        lake.write_rows("transfers", [{**row, "amount": Decimal(row["amount"])}], source=source)
    from warroom.money.index.opening import open_index

    index = open_index(home, lake)
    assert index.rows == len(made.rows) + 2
    assert len(load_payments(index, index.last_received)) == once + 1


def test_a_run_written_twice_stands_in_the_lake_once(made: Payments, home: Home) -> None:
    lake, index = made.write(home)
    found = run(index, find_newest_time(lake), budget=5, model=None)
    assert store.write_signals(lake, found).accepted == len(found)
    again = store.write_signals(lake, run(index, find_newest_time(lake), budget=5, model=None))
    assert (again.accepted, again.duplicates) == (0, len(found))
    assert store.load_last_run(lake) == found


def test_a_signal_speaks_of_one_account_and_not_of_its_holders_others(made: Payments, home: Home) -> None:
    lake, index = made.write(home)
    owned = [(f"A-{number}", bank, number) for bank, number in (MULE, ("B04", "P-3"))]
    lake.write_rows(
        "accounts",
        [{"record_id": name, "bank": b, "account": n, "holder_id": "H-1"} for name, b, n in owned],
        source="B01",
    )
    from warroom.money.index.opening import open_index

    with_register = run(open_index(home, lake), clock.get_now(), budget=50, model=None)
    assert with_register
    assert [one.subject for one in with_register] == [
        one.subject for one in run(index, clock.get_now(), budget=50, model=None)
    ]
    assert "P-3" not in [one.subject.number for one in with_register]


@pytest.mark.parametrize("budget", [0, -3, 10_000_000])
def test_a_budget_that_nobody_can_work_is_refused(made: Payments, home: Home, budget: int) -> None:
    _, index = made.write(home)
    with pytest.raises(SignalError, match="how many accounts can be looked at"):
        run(index, clock.get_now(), budget=budget, model=None)


def test_an_empty_lake_has_no_signals(home: Home) -> None:
    from warroom.lake.lake import Lake
    from warroom.money.index.opening import open_index

    lake = Lake.open(home)
    assert run(open_index(home, lake), clock.get_now(), budget=10, model=None) == []
    assert store.load_last_run(lake) == []


def test_a_time_to_come_is_refused_unless_records_come_from_it(made: Payments, home: Home) -> None:
    lake, _ = made.write(home)
    assert check_moment(lake, find_newest_time(lake)) == find_newest_time(lake)
    with pytest.raises(SignalError, match="time to come"):
        check_moment(lake, clock.get_now() + timedelta(days=400))
