"""What an account's last days look like: sums that leave like those that came, payments larger than usual, days of rest."""

import numpy as np
import pyarrow as pa
import pytest

from tests.signals.made import MULE, Payments, at
from warroom import clock
from warroom.home import Home
from warroom.signals.mules.account_features import COUNTERPARTS
from warroom.signals.mules.run import run
from warroom.signals.mules.scoring import score_accounts
from warroom.signals.mules.why import list_reasons, look_at_account

OTHER, NEXT = ("B05", "V-1"), ("B06", "N-1")


@pytest.fixture
def payments() -> Payments:
    """An account that got 300 baht three times in the week before and once long ago, and 40,000 baht at the end of the next."""
    made = Payments()
    for day in (2, 9, 10, 11):
        made.pay(at(day), ("B04", "P-1"), MULE, 300)
    made.pay(at(18), OTHER, MULE, 40_000)
    return made


def of(made: Payments, home: Home) -> np.void:
    _, index = made.write(home)
    found = score_accounts(index, clock.to_micros(clock.get_now()), None)
    account = int(index.account_ids(pa.array([MULE[0]]), pa.array([MULE[1]]))[0])
    return found.facts[found.accounts.tolist().index(account)]


def test_a_sum_that_leaves_within_the_day_like_one_that_came_was_passed_on(
    payments: Payments, home: Home
) -> None:
    # 75 minutes: more than the hour in which money counts as passed on in any sums.
    payments.pay(at(18, 75), MULE, NEXT, 39_000)
    facts = of(payments, home)
    assert (facts["relayed"], facts["relays"], facts["relay_minutes"]) == (39_000_00, 1, 75)
    assert facts["passed"] == 0


@pytest.mark.parametrize(("minutes", "baht"), [(75, 20_000), (75, 41_000), (25 * 60, 39_000)])
def test_another_sum_or_another_day_is_no_passing_on(
    payments: Payments, home: Home, minutes: float, baht: float
) -> None:
    payments.pay(at(18, minutes), MULE, NEXT, baht)
    assert of(payments, home)["relays"] == 0


def test_one_sum_that_came_answers_for_one_that_left(payments: Payments, home: Home) -> None:
    payments.pay(at(18, 75), MULE, NEXT, 39_000)
    payments.pay(at(18, 80), MULE, ("B06", "N-2"), 39_000)
    assert of(payments, home)["relays"] == 1


def test_how_large_payments_are_is_told_with_what_was_usual_before(payments: Payments, home: Home) -> None:
    payments.pay(at(18, 75), MULE, NEXT, 10_000)
    payments.pay(at(18, 90), MULE, NEXT, 20_000)
    facts = of(payments, home)
    assert (facts["largest_in"], facts["mean_in"]) == (40_000_00, 40_000_00)
    assert (facts["largest_out"], facts["mean_out"]) == (20_000_00, 15_000_00)
    assert facts["usual_in"] == pytest.approx(300_00, rel=1e-3)
    assert facts["usual_out"] == 0
    assert facts["before"] == 3, "of the week before the window alone"


def test_who_paid_an_account_and_whom_it_pays_is_told_by_what_these_pass_on(
    payments: Payments, home: Home
) -> None:
    # A chain: S-1 takes 50,000 and passes all on to the account, which passes all on to N-1, and that to Z-1.
    payments.pay(at(18, 1), ("B04", "P-2"), ("B05", "S-1"), 50_000)
    payments.pay(at(18, 20), ("B05", "S-1"), MULE, 40_000)
    payments.pay(at(18, 40), MULE, NEXT, 40_000)
    payments.pay(at(18, 50), NEXT, ("B06", "Z-1"), 30_000)
    facts = of(payments, home)
    # Half of what came was paid by S-1, of whose money four fifths went on; nobody who passes on had paid that one.
    assert facts["from_passing"] == pytest.approx(0.4, abs=0.001)
    assert facts["from_passing_twice"] == 0
    assert facts["to_passing"] == pytest.approx(0.75, abs=0.001)
    assert facts["to_passing_twice"] == 0, "Z-1 keeps it"
    # All that reached N-1 is from this account, which passed on half of what came.
    assert facts["beside_passing"] == pytest.approx(0.5, abs=0.001)
    assert facts["payees_mean"] == pytest.approx(np.log1p(40_000_00), abs=0.001)


def test_a_sum_is_large_by_what_its_payer_used_to_pay(home: Home) -> None:
    made = Payments()
    for day in (2, 9, 10, 11):
        made.pay(at(day), OTHER, ("B04", "P-1"), 400)
    made.pay(at(18), OTHER, MULE, 40_000)
    made.pay(at(18, 10), ("B05", "NEW"), MULE, 40_000)
    # Of a payer who never paid before nothing is known, and half of the money is that one's.
    assert of(made, home)["stretch"] == pytest.approx(np.log(100) / 2, abs=0.01)


def test_those_who_pass_on_stand_in_the_reasons_with_the_payments_to_and_from_them(home: Home) -> None:
    made = Payments()
    for day in (2, 9, 10, 11):
        made.pay(at(day), OTHER, ("B04", "P-1"), 400)
    made.pay(at(18), OTHER, MULE, 40_000)
    made.pay(at(18, 2), ("B05", "S-1"), MULE, 30_000)
    made.pay(at(18, 1), ("B04", "P-2"), ("B05", "S-1"), 30_000)
    made.pay(at(18, 40), MULE, NEXT, 30_000)
    made.pay(at(18, 50), NEXT, ("B06", "Z-1"), 30_000)
    _, index = made.write(home)
    found = score_accounts(index, clock.to_micros(clock.get_now()), None)
    account = int(index.account_ids(pa.array([MULE[0]]), pa.array([MULE[1]]))[0])
    one = look_at_account(found, found.accounts.tolist().index(account))
    said = {draft.code: draft for draft in list_reasons(one, dict.fromkeys(COUNTERPARTS, 1.0))}
    assert said["paid_by_those_who_pass_on"].params == {"count": 1}
    assert said["pays_those_who_pass_on"].params == {"count": 1}
    assert said["larger_than_payers_usual"].params["times"] == pytest.approx(100, rel=0.01)
    assert all(len(draft.transfers) == 1 for draft in said.values())


def test_what_the_model_reads_is_told_to_the_officer_with_the_payments_that_show_it(
    payments: Payments, home: Home
) -> None:
    payments.pay(at(18, 20), MULE, NEXT, 39_000)
    _, index = payments.write(home)
    from warroom.signals.mules.models import load_shipped_model

    signal = next(
        one for one in run(index, clock.get_now(), budget=10, model=None) if one.subject.number == "M-1"
    )
    assert load_shipped_model() is not None
    assert signal.reasons[0].evidence
