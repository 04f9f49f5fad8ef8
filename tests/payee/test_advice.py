"""The advice on payments: who decides on it, who hears of it, and what a payer's word, the other arm and a restart do to it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.cases.scenes import Scene
from tests.payee.paying import asked, pending
from warroom import clock
from warroom.access.views import Partner
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.payee import advice_decisions as decisions
from warroom.payee.desk import PayeeDesk
from warroom.payee.measuring import ENOUGH
from warroom.payee.views import CheckedPair, PaymentReport
from warroom.reasons.reason import render
from warroom.signals.payments import facts
from warroom.signals.payments.look import LookedAt

B01 = Partner("B01", "abcd2345")
STOLEN = 40_000_00


class Stolen:
    """A model by which every payment of 40,000 baht is likely stolen, and every one of 45,000 surely."""

    version = "test"

    def predict_probabilities(self, rows: Any) -> Any:
        amount = rows[:, facts.AT["amount"]]
        return np.where(amount == 45_000, 0.95, np.where(amount == 40_000, 0.6, 0.001))


@pytest.fixture
def desk(scene: Scene) -> Iterator[PayeeDesk]:
    opened = make_desk(scene)
    yield opened
    opened.close()


def make_desk(scene: Scene) -> PayeeDesk:
    opened = PayeeDesk(scene.home, scene.ledger)
    opened._open_look()._model = Stolen()  # type: ignore[assignment]
    opened.open()
    return opened


def put_into_effect(scene: Scene, desk: PayeeDesk, held_out: float = 0.0) -> int:
    decisions.propose_advice_rule(
        scene.ledger, scene.anna, 0.5, 0.9, held_out, "As measured in November.", f"propose-{held_out}"
    )
    proposal = decisions.measure_advice(scene.ledger, scene.anna).proposed
    assert proposal is not None
    decisions.confirm_advice_rule(scene.ledger, scene.boon, proposal.id, f"confirm-{held_out}")
    desk.run_turn()
    return proposal.id


def advice(desk: PayeeDesk, name: str, **more: Any) -> str | None:
    said = asked(desk, B01, pending(name, **({"amount": STOLEN} | more))).advice
    return said.advice if said is not None else None


def test_nothing_is_said_until_a_second_officer_puts_the_thresholds_into_effect(
    scene: Scene, desk: PayeeDesk
) -> None:
    assert advice(desk, "P-1", payer="1") is None
    decisions.propose_advice_rule(scene.ledger, scene.anna, 0.5, 0.9, 0.0, "As measured.", "key-1")
    desk.run_turn()
    assert advice(desk, "P-2", payer="2") is None
    proposal = decisions.measure_advice(scene.ledger, scene.anna).proposed
    assert proposal is not None
    with pytest.raises(NotAllowed, match="another officer"):
        decisions.confirm_advice_rule(scene.ledger, scene.anna, proposal.id, "key-2")
    decisions.confirm_advice_rule(scene.ledger, scene.boon, proposal.id, "key-3")
    desk.run_turn()
    assert advice(desk, "P-3", payer="3") == "wait"
    assert advice(desk, "P-4", payer="4", amount=45_000_00) == "ask_person"
    assert advice(desk, "P-5", payer="5", amount=300_00) == "go_on"
    decisions.end_advice_rule(scene.ledger, scene.anna, proposal.id, "key-4")
    desk.run_turn()
    assert advice(desk, "P-6", payer="6") is None
    verbs = [
        row[0] for row in scene.sql("SELECT verb FROM audit WHERE verb LIKE 'advice.%' ORDER BY sequence")
    ]
    assert verbs == ["advice.proposed", "advice.confirmed", "advice.ended"]


def test_thresholds_end_by_themselves(scene: Scene, desk: PayeeDesk) -> None:
    rule = put_into_effect(scene, desk)
    scene.sql(
        "UPDATE advice_rules SET confirmed_at = confirmed_at - interval '40 days', until = now() WHERE id = :r",
        r=rule,
    )
    desk.run_turn()
    assert advice(desk, "P-1") is None


@pytest.mark.parametrize("shares", [(0.0, 0.5), (0.6, 0.5), (0.5, 1.1)])
def test_thresholds_out_of_order_are_refused(scene: Scene, shares: tuple[float, float]) -> None:
    with pytest.raises(NotPossible):
        decisions.propose_advice_rule(scene.ledger, scene.anna, *shares, 0.0, "As measured.", "key-1")


def test_an_hour_comes_with_a_question_and_reasons_that_never_speak_of_the_payee(
    scene: Scene, desk: PayeeDesk
) -> None:
    put_into_effect(scene, desk)
    said = asked(desk, B01, pending(amount=STOLEN)).advice
    assert said is not None
    assert [reason.code for reason in said.reasons] == ["payment_first"]
    assert all(render(reason, language) for reason in said.reasons for language in ("th", "en"))


def test_the_same_payment_again_hears_the_same_also_after_a_restart(scene: Scene, desk: PayeeDesk) -> None:
    put_into_effect(scene, desk)
    held_back, let_go = pending(amount=STOLEN), pending("P-2", payer="2")
    first = [asked(desk, B01, payment) for payment in (held_back, let_go)]
    assert [asked(desk, B01, payment) for payment in (held_back, let_go)] == first
    desk.close()
    again = make_desk(scene)
    try:
        assert [asked(again, B01, payment) for payment in (held_back, let_go)] == first
    finally:
        again.close()


def test_a_payers_word_lets_payments_to_this_payee_go_and_is_remembered(
    scene: Scene, desk: PayeeDesk
) -> None:
    put_into_effect(scene, desk)
    assert advice(desk, "P-1") == "wait"
    desk.record_meant(B01, CheckedPair("P-1", "1001", "B02", "2002"))
    assert advice(desk, "P-2") == "go_on"
    assert advice(desk, "P-3", payee="2003") == "wait"
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'payee.meant'")[0][0] == 1
    desk.close()
    again = make_desk(scene)
    try:
        assert advice(again, "P-4") == "go_on"
    finally:
        again.close()


def test_nobody_lets_a_payment_go_that_was_not_held_back_or_is_not_theirs(
    scene: Scene, desk: PayeeDesk
) -> None:
    put_into_effect(scene, desk)
    assert advice(desk, "P-1") == "wait"
    assert advice(desk, "P-2", payer="2", amount=300_00) == "go_on"
    for partner, pair in (
        (B01, CheckedPair("P-2", "2", "B02", "2002")),
        (B01, CheckedPair("P-1", "1001", "B02", "2003")),
        (Partner("B03", "x"), CheckedPair("P-1", "1001", "B02", "2002")),
    ):
        with pytest.raises(NotFound):
            desk.record_meant(partner, pair)


def test_the_other_arm_hears_nothing_is_scored_and_is_counted(scene: Scene, desk: PayeeDesk) -> None:
    put_into_effect(scene, desk, held_out=0.5)
    said = {}
    for number in range(4 * ENOUGH):
        said[number] = advice(desk, f"P-{number}", payer=str(number), payee=str(5_000 + number))
    held_out = [number for number, word in said.items() if word == "go_on"]
    assert set(said.values()) == {"wait", "go_on"}
    assert ENOUGH <= len(held_out) <= 3 * ENOUGH
    # A pair stays in its arm, whichever payment it is.
    assert advice(desk, "again", payer=str(held_out[0]), payee=str(5_000 + held_out[0])) == "go_on"
    desk.record_reports(
        B01,
        [
            PaymentReport(
                f"P-{number}",
                str(number),
                "B02",
                str(5_000 + number),
                "paid" if number in held_out else "abandoned",
            )
            for number in said
        ],
    )
    found = decisions.measure_advice(scene.ledger, scene.anna)
    assert {arm.arm: arm.abandoned for arm in found.arms} == {
        "told": len(said) - len(held_out),
        "held_out": 0,
    }
    assert found.low is not None
    assert found.low > 0.5


def test_what_was_asked_about_is_known_at_once_and_after_a_restart(scene: Scene, desk: PayeeDesk) -> None:
    scene.transfer("T1", payer="9", payee="8")
    for number in range(3):
        asked(desk, B01, pending(f"P-{number}", amount=3_000_00))
    before = look(desk)
    assert before.rows[0, facts.AT["pair_count"]] == 3
    desk.close()
    again = make_desk(scene)
    try:
        again.refresh(scene.lake, scene.now)
        assert look(again).rows[0, facts.AT["pair_count"]] == 3
        # Its record comes: it is the same payment, and not another one.
        scene.transfer("T2", amount=3_000_00, time=clock.get_now())
        again._rests_until = 0.0
        again.refresh(scene.lake, scene.now + timedelta(minutes=1))
        assert look(again).rows[0, facts.AT["pair_count"]] == 3
    finally:
        again.close()


def test_payments_let_go_before_there_is_a_look_are_known_to_it_once(scene: Scene) -> None:
    desk = PayeeDesk(scene.home, scene.ledger)
    desk.open()
    try:
        for number in range(3):
            asked(desk, B01, pending(f"P-{number}", amount=3_000_00))
        desk._open_look()._model = Stolen()  # type: ignore[assignment]
        assert look(desk).rows[0, facts.AT["pair_count"]] == 3
        scene.transfer("T1", payer="9", payee="8")
        desk.refresh(scene.lake, scene.now)
        assert look(desk).rows[0, facts.AT["pair_count"]] == 3
    finally:
        desk.close()


def look(desk: PayeeDesk) -> LookedAt:
    payer, payee = (desk._digests.digest_account(*account) for account in (("B01", "1001"), ("B02", "2002")))
    looked = desk._open_look().look_at(int(clock.get_now().timestamp()), payer, payee, 3_000_00)
    assert looked is not None
    return looked


def test_a_look_that_breaks_leaves_no_payment_without_an_answer(
    desk: PayeeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk._open_look().look_at = None  # type: ignore[assignment, method-assign]
    assert asked(desk, B01, pending()).outcome == "no_concern"
    assert "not looked at" in caplog.text
