"""A pending payment is checked: the answer speaks of the payment and of nobody it goes to."""

import threading

import pytest

from tests.signals.made import MULE, SHOP, Payments, at
from warroom.home import Home
from warroom.money.trail import BankAccount
from warroom.reasons.reason import LANGUAGES, render
from warroom.signals.payee import Payees, Pending


@pytest.fixture
def payees(home: Home, monkeypatch: pytest.MonkeyPatch) -> Payees:
    monkeypatch.setenv("WARROOM_SIGNALS_MODEL", "rule")
    made = Payments()
    made.ordinary()
    made.mule(MULE, 19, device="D-1")
    for one in range(4):
        made.pay(at(19, 300 + one), ("B07", f"OTHER-{one}"), ("B08", f"X-{one}"), 500, device_id="D-1")
    lake, _ = made.write(home)
    return Payees.open(home, lake)


def pending(payee: tuple[str, str], baht: int, payer: tuple[str, str] = ("B04", "P-1")) -> Pending:
    return Pending(at(20), BankAccount(*payer), BankAccount(*payee), baht * 100)


def test_a_first_payment_to_a_flagged_account_is_warned_of_or_looked_at(payees: Payees) -> None:
    assert payees.check_payment(pending(MULE, 3_000), 0.5).outcome == "warn"
    assert payees.check_payment(pending(MULE, 60_000), 0.95).outcome == "ask"


def test_the_analysis_warns_of_nobody_whom_no_officer_flagged(payees: Payees) -> None:
    found = payees.check_payment(pending(MULE, 60_000))
    assert (found.outcome, found.reasons) == ("no-concern", ())
    assert found.probability > 0.3


def test_reasons_speak_of_the_payment_alone(payees: Payees) -> None:
    found = payees.check_payment(pending(MULE, 60_000), 0.95)
    assert [reason.code for reason in found.reasons] == ["payment_unusual", "payment_first", "payment_large"]
    for language in LANGUAGES:
        said = " ".join(render(reason, language) for reason in found.reasons)
        assert MULE[1] not in said
        assert "mule" not in said
        assert "ม้า" not in said


def test_a_usual_payment_passes_without_a_word(payees: Payees) -> None:
    found = payees.check_payment(pending(SHOP, 90))
    assert (found.outcome, found.reasons) == ("no-concern", ())


def test_an_account_nobody_has_met_is_answered_too(payees: Payees) -> None:
    assert payees.check_payment(pending(("B09", "NEW"), 500, payer=("B09", "NEWER"))).outcome == "no-concern"


def test_who_has_paid_an_account_before_is_not_warned_of_it_again(payees: Payees) -> None:
    assert (
        payees.check_payment(pending(MULE, 3_000, payer=("B05", f"V-{MULE[1]}-0")), 0.5).outcome
        == "no-concern"
    )


def test_payments_that_arrive_are_known_after_a_refresh_and_checks_go_on_meanwhile(
    payees: Payees, home: Home
) -> None:
    fresh = ("B01", "M-9")
    assert payees.check_payment(pending(fresh, 3_000)).probability < 0.3
    more = Payments()
    more.rows = [{"record_id": "skip"}] * 1_000
    more.mule(fresh, 20)
    more.rows = more.rows[1_000:]
    more.write(home)
    seen: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen.append(payees.check_payment(pending(MULE, 3_000), 0.5).outcome)

    asking = threading.Thread(target=ask)
    asking.start()
    payees.refresh()
    stop.set()
    asking.join()
    assert set(seen) == {"warn"}
    assert payees.check_payment(pending(fresh, 3_000)).probability > 0.3
