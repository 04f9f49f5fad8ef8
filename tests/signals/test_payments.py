"""The look at payments: what the facts know, whom the shipped model holds back, and whom it lets go."""

from collections.abc import Sequence

import numpy as np
import pytest

from warroom.reasons.reason import render
from warroom.signals.payments import facts, models
from warroom.signals.payments.asked import AskedPayments, make_payment_keys
from warroom.signals.payments.facts import AT, PaymentFacts, compute_rows
from warroom.signals.payments.features.transfers import FeatureTransfers
from warroom.signals.payments.look import LookedAt, PaymentLook
from warroom.signals.payments.why import list_doubts, list_reasons

DAY, HOUR, MINUTE = 86_400, 3_600, 60
START = 1_790_000_000
NOW = START + 60 * DAY
Made = tuple[int, int, int, float]
EMPLOYER, LANDLORD, SHOP, MULE, SECOND_MULE = 1, 2, 3, 4, 5


def make_town() -> list[Made]:
    """Two months of 300 people: wages, rent, shops and friends; on the last day a gang's account begins to take and pass on."""
    rng = np.random.default_rng(3)
    made: list[Made] = []
    for day in range(60):
        for person in range(100, 400):
            moment = START + day * DAY + int(rng.integers(8 * HOUR, 20 * HOUR))
            if day % 30 == 0:
                made.append((moment, EMPLOYER, person, 18_000.0 + person))
            if day % 30 == 3:
                made.append((moment, person, LANDLORD, 5_500.0))
            if rng.random() < 0.5:
                made.append((moment, person, SHOP, float(rng.integers(40, 900))))
            if rng.random() < 0.2:
                friend = 100 + (person - 100 + int(rng.integers(1, 6))) % 300
                made.append((moment, person, friend, float(rng.integers(100, 2_000))))
    for number, victim in enumerate((110, 120, 130, 140, 150)):
        moment = NOW - 5 * HOUR + number * HOUR
        made.append((moment, victim, MULE, 38_000.0))
        made.append((moment + 4 * MINUTE, MULE, SECOND_MULE, 37_500.0))
    return sorted(made)


def to_transfers(made: Sequence[Made]) -> FeatureTransfers:
    time, payer, payee, baht = zip(*made, strict=True)
    return FeatureTransfers(*(np.array(column, np.int64) for column in (time, payer, payee)), np.array(baht))


@pytest.fixture(scope="module")
def look() -> PaymentLook:
    known = PaymentLook(lambda bank, number: int(number))
    known._facts.remember_payments(to_transfers(make_town()))
    return known


def looked(look: PaymentLook, payer: int, payee: int, baht: float, later: int = 0) -> LookedAt:
    found = look.look_at(NOW + later, payer, payee, round(baht * 100))
    assert found is not None
    return found


def test_a_victims_payment_is_held_back_and_everyday_payments_go_on(look: PaymentLook) -> None:
    stolen = looked(look, 200, MULE, 39_000)
    everyday = {
        "wages": looked(look, EMPLOYER, 200, 18_200),
        "rent": looked(look, 200, LANDLORD, 5_500),
        "shop": looked(look, 200, SHOP, 2_450),
        "friend": looked(look, 200, 201, 2_800),
    }
    assert look.look_at(NOW, 200, SHOP, 450_00) is None, "small sums keep nobody waiting"
    assert stolen.share > 0.25
    assert all(found.share < 0.02 for found in everyday.values()), everyday


@pytest.mark.parametrize("probes", [1, 30])
def test_a_baht_sent_first_makes_nobody_known(probes: int) -> None:
    town = make_town()
    plain, tested = (PaymentFacts() for _ in range(2))
    plain.remember_payments(to_transfers(town))
    tested.remember_payments(to_transfers(town))
    for turn in range(probes):
        tested.remember_payment(NOW - probes * MINUTE + turn * MINUTE, 200, MULE, 1.0 + turn / 2)
    before, after = (known.compute_row(NOW, 200, MULE, 39_000.0) for known in (plain, tested))
    assert after[0, AT["pair_count"]] == before[0, AT["pair_count"]] == 0
    model = models.load_shipped_model()
    assert model is not None
    chances = [float(model.predict_probabilities(rows)[0]) for rows in (before, after)]
    assert chances[1] == chances[0]


def test_a_sum_split_into_several_is_held_back_too_and_said(look: PaymentLook) -> None:
    whole = looked(look, 210, MULE, 39_000).share
    for part in range(3):
        look.remember_asked(NOW + part * MINUTE, 210, MULE, 9_900_00)
    last = looked(look, 210, MULE, 9_900, later=4 * MINUTE)
    assert last.share > 0.1 * whole
    assert last.rows[0, AT["payer_out_similar"]] == 3


def test_a_look_leaves_no_trace_and_a_queued_payment_is_seen_at_once() -> None:
    known = PaymentFacts()
    known.remember_payments(to_transfers([(START, 1, 2, 500.0)]))
    before = known.compute_row(START + 60, 1, 2, 500.0)
    assert np.array_equal(before, known.compute_row(START + 60, 1, 2, 500.0), equal_nan=True)
    known.remember_payment(START + 61, 1, 2, 500.0)
    assert known.compute_row(START + 62, 1, 2, 500.0)[0, AT["pair_count"]] == 2


def test_rows_at_once_are_those_of_one_after_the_other() -> None:
    town = make_town()[:2_000]
    rows = compute_rows(*(getattr(to_transfers(town), name) for name in ("time", "payer", "payee", "amount")))
    known = PaymentFacts()
    for place, (time, payer, payee, baht) in enumerate(town):
        if place >= 1_950:
            assert np.allclose(known.compute_row(time, payer, payee, baht), rows[place], 1e-5, equal_nan=True)
        known.remember_payment(time, payer, payee, baht)


def test_facts_stop_at_their_room_and_known_accounts_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    known = PaymentFacts()
    known.remember_payments(to_transfers([(START, 11, 12, 500.0)]))
    monkeypatch.setattr(facts, "MOST_ACCOUNTS", 4)
    known.remember_payments(to_transfers([(START + 1, 13, 14, 500.0), (START + 2, 11, 12, 500.0)]))
    assert known.compute_row(START + 3, 11, 12, 500.0)[0, AT["pair_count"]] == 2
    assert known.compute_row(START + 3, 13, 14, 500.0)[0, AT["pair_count"]] == 0


def test_asked_payments_are_found_again_by_accounts_and_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.signals.payments.asked.CHUNK", 4)
    asked = AskedPayments()
    made = [(START + place, -place - 1, 100 + place, 1_000.0 + place) for place in range(10)]
    for time, payer, payee, baht in made:
        asked.add_payment(time, payer, payee, round(baht * 100))
    assert asked.find_known(make_payment_keys(to_transfers(made))).all()
    others = [(time, payer, payee, baht + 0.01) for time, payer, payee, baht in made]
    assert not asked.find_known(make_payment_keys(to_transfers(others))).any()
    assert asked.list_payments(START + 7).time.tolist() == [START + 7, START + 8, START + 9]


def test_reasons_speak_of_payer_payment_and_pair_in_both_languages(look: PaymentLook) -> None:
    passed_on = looked(look, SECOND_MULE, 6, 37_000, later=10 * MINUTE - HOUR)
    codes = [reason.code for reason in passed_on.reasons]
    assert codes[0] == "payment_passed_on"
    assert "payment_first" in codes
    for rows, amount in ((passed_on.rows, 37_000_00), (looked(look, 200, LANDLORD, 5_500).rows, 5_500_00)):
        for reason in (*list_reasons(rows, amount), *list_doubts(rows)):
            assert all(render(reason, language) for language in ("th", "en"))
    assert "payment_known_payee" in [reason.code for reason in looked(look, 200, LANDLORD, 5_500).doubts]


def test_nothing_of_a_holder_is_read() -> None:
    assert not [
        name
        for name in facts.NAMES
        if name.endswith(("account_age", "shared_sims", "shared_devices", "tier"))
    ]
    assert not {"hour", "channel"} & set(facts.NAMES)
