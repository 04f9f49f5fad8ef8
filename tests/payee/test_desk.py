"""Checks before payments: what is said, to whom, and that nothing said is ever lost."""

import gc
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.scenes import Scene
from tests.killing import running
from tests.payee.paying import ask_without_end, asked, pending
from warroom import clock
from warroom.access.views import Partner
from warroom.errors import NotAllowed, NotPossible, QuotaSpent
from warroom.ledger import merkle
from warroom.payee import limits, sealing
from warroom.payee.desk import PayeeDesk
from warroom.payee.journal import JournalError, iter_lines, journal_folder, list_open_files
from warroom.payee.known import BusyPayees
from warroom.payee.views import PaymentReport
from warroom.reasons.reason import render
from warroom.signals.payee import CheckedPayment, Pending

B01 = Partner("B01", "abcd2345")
OF_PAYEE = re.compile(r"report|mule|suspect|probab|risk|score|บัญชีม้า|แจ้งความ|ต้องสงสัย", re.IGNORECASE)


@pytest.fixture
def desk(scene: Scene) -> Iterator[PayeeDesk]:
    opened = PayeeDesk(scene.home, scene.ledger)
    opened.open()
    yield opened
    opened.close()


class Says:
    """An analysis that says what a test wants."""

    def __init__(self, outcome: Any, chance: float = 0.97) -> None:
        self.outcome, self.chance = outcome, chance

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        return CheckedPayment(self.outcome, (), self.chance, "test-1")


def told(scene: Scene) -> list[dict[str, Any]]:
    """Every line of the journal."""
    return [
        json.loads(line) for path in sorted(journal_folder(scene.home).iterdir()) for line in iter_lines(path)
    ]


def test_most_payments_are_no_concern_and_say_so_with_a_reason(desk: PayeeDesk) -> None:
    said = asked(desk, B01, pending())
    assert said.outcome == "no_concern"
    assert [render(one, "en")[:14] for one in said.reasons] == ["There is no wa"]


def test_a_sum_just_under_the_limit_is_warned_of_before_anything_is_known(desk: PayeeDesk) -> None:
    said = asked(desk, B01, pending(amount=49_900_00))
    assert (said.outcome, said.reasons[0].code) == ("warn", "payment_under")


@pytest.mark.parametrize("outcome", ["no-concern", "warn", "ask"])
def test_an_answer_never_speaks_of_the_payee_nor_tells_a_probability(desk: PayeeDesk, outcome: str) -> None:
    desk._scorer = Says(outcome)
    said = asked(desk, B01, pending(amount=60_000_00))
    spoken = " ".join(render(one, language) for one in said.reasons for language in ("th", "en"))
    assert not OF_PAYEE.search(spoken)
    assert "97" not in spoken
    assert "2002" not in spoken
    assert not re.search(r"[ก-๙]", "".join(render(one, "en") for one in said.reasons))
    assert all(re.search(r"[ก-๙]", render(one, "th")) for one in said.reasons)


def test_what_the_lake_knows_comes_in_with_the_turns(scene: Scene, desk: PayeeDesk) -> None:
    desk.refresh(scene.lake, scene.now)
    scene.transfer("T1")
    desk.refresh(scene.lake, scene.now)
    asked(desk, B01, pending(amount=1_000_00, payer="1009"))
    assert told(scene)[0]["model"] != "payment-rule-1"


def test_an_analysis_that_breaks_leaves_no_payment_without_an_answer(
    desk: PayeeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk._scorer = Says("no-concern")
    desk._scorer.check_payment = None  # type: ignore[assignment, method-assign]
    assert asked(desk, B01, pending(amount=50_000_00)).outcome == "warn"
    assert "plain rule" in caplog.text


def test_the_same_payment_again_is_answered_the_same(desk: PayeeDesk) -> None:
    payment = pending(amount=49_900_00)
    first = asked(desk, B01, payment)
    desk._scorer = Says("ask")
    assert asked(desk, B01, payment) == first


@pytest.mark.parametrize("change", [{"payee": "2003"}, {"amount": 1}, {"payer": "1002"}, {"channel": "qr"}])
def test_a_payment_id_with_other_content_is_refused(desk: PayeeDesk, change: dict[str, Any]) -> None:
    payment = pending()
    asked(desk, B01, payment)
    with pytest.raises(NotPossible, match="with other content"):
        asked(desk, B01, replace(payment, **change))


def test_two_banks_may_use_one_id(desk: PayeeDesk) -> None:
    mine = asked(desk, B01, pending())
    theirs = asked(desk, Partner("B03", "x"), pending(payer_bank="B03", amount=5))
    assert mine.check_id != theirs.check_id


def test_another_banks_customer_is_not_asked_about(scene: Scene, desk: PayeeDesk) -> None:
    with pytest.raises(NotAllowed, match="own customer"):
        asked(desk, B01, pending(payer_bank="B02"))
    assert [line["refused"] for line in told(scene)] == ["NotAllowed"]


@pytest.mark.parametrize("minutes", [-16, 6])
def test_a_payment_that_does_not_wait_is_not_asked_about(desk: PayeeDesk, minutes: int) -> None:
    with pytest.raises(NotPossible, match="is not waiting now: the room's clock shows 20"):
        asked(desk, B01, pending(time=clock.get_now() + timedelta(minutes=minutes)))


def test_a_payer_is_not_asked_about_one_payee_after_another(desk: PayeeDesk) -> None:
    for number in range(limits.PAYEES):
        asked(desk, B01, pending(f"P-{number}", payee=str(5_000 + number)))
    with pytest.raises(QuotaSpent) as wide:
        asked(desk, B01, pending("P-99", payee="9999"))
    assert 0 < wide.value.seconds <= 2 * limits.SPAN
    assert asked(desk, B01, pending("P-100", payee="5000")).outcome == "no_concern"
    assert asked(desk, B01, pending("P-101", payer="1002", payee="9999")).outcome == "no_concern"


def test_a_payee_whom_many_are_asked_about_and_nobody_pays_brings_a_person(desk: PayeeDesk) -> None:
    answers = [
        asked(desk, B01, pending(f"P-{number}", payer=f"1{number:05d}", payee="7")).outcome
        for number in range(limits.PAYERS + 1)
    ]
    assert answers == ["no_concern"] * limits.PAYERS + ["ask_human"]
    shop = desk._digests.digest_account("B02", "7")
    desk.set_busy_payees(BusyPayees({shop: 1_000}))
    assert asked(desk, B01, pending("P-shop", payer="42", payee="7")).outcome == "no_concern"


def crowd(desk: PayeeDesk, bank: str, payers: int) -> list[str]:
    """What a bank hears that asks about payee 7 for so many payers."""
    return [
        asked(
            desk,
            Partner(bank, "x"),
            pending(f"P-{number}", payer_bank=bank, payer=f"1{number:05d}", payee="7"),
        ).outcome
        for number in range(payers)
    ]


def test_one_banks_invented_payers_do_not_stop_a_payee_for_other_banks(desk: PayeeDesk) -> None:
    assert crowd(desk, "B01", 3 * limits.PAYERS)[-1] == "ask_human"
    assert crowd(desk, "B03", 1) == ["no_concern"]
    assert crowd(desk, "B04", limits.PAYERS // 2) == ["no_concern"] * (limits.PAYERS // 2)


def test_three_banks_that_see_a_crowd_stop_the_payee_for_all(desk: PayeeDesk) -> None:
    share = limits.PAYERS // limits.AGREEING + 1
    for bank in ("B01", "B03", "B04"):
        assert crowd(desk, bank, share)[0] == "no_concern"
    assert crowd(desk, "B05", 1) == ["ask_human"]


def test_one_banks_payments_let_go_do_not_stop_a_payee_for_other_banks(desk: PayeeDesk) -> None:
    said = limits.ABANDONED + 1
    crowd(desk, "B01", said)
    reports = [PaymentReport(f"P-{n}", f"1{n:05d}", "B02", "7", "abandoned") for n in range(said)]
    desk.record_reports(B01, reports)
    assert asked(desk, B01, pending("P-own", payer="42", payee="7")).outcome == "ask_human"
    assert crowd(desk, "B03", 1) == ["no_concern"]


def test_a_bank_does_not_walk_over_all_accounts(desk: PayeeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAYEES_A_DAY", 40)
    for number in range(40):
        assert asked(desk, B01, pending(f"P-{number}", payer=f"9{number}", payee=f"5{number}"))
    with pytest.raises(QuotaSpent, match="more different payees") as wide:
        asked(desk, B01, pending("P-40", payer="940", payee="540"))
    assert wide.value.seconds > 0
    # A payee who was asked about today, and another bank, are answered.
    assert asked(desk, B01, pending("P-41", payer="941", payee="50")).outcome == "no_concern"
    assert crowd(desk, "B03", 1) == ["no_concern"]
    # A shop is no walk.
    desk.set_busy_payees(BusyPayees({desk._digests.digest_account("B02", "7"): 1_000}))
    assert asked(desk, B01, pending("P-42", payer="942", payee="7")).outcome == "no_concern"


def test_a_thousand_payees_a_second_are_no_walk_while_the_day_is_not_spent(desk: PayeeDesk) -> None:
    for number in range(5_000):
        desk._limits.count_payee("B01", number, desk._digests.digest_at_bank("B01", number))
    assert desk._limits._banks["B01"].asked > 4_990


def test_the_garbage_collector_looks_at_nothing_that_is_remembered(desk: PayeeDesk) -> None:
    for number, payee in enumerate(("2002", "2003", "2002")):
        asked(desk, B01, pending(f"P-{number}", payee=payee, amount=49_900_00 + number))
    remembered = (desk._answers, desk._limits._payees_of)
    shards = [shard for one in remembered for shard in one._new if shard]
    assert shards
    assert not any(gc.is_tracked(shard) for shard in shards)


def test_every_question_is_sealed_in_the_log_with_its_answer_and_without_its_payment(
    scene: Scene, desk: PayeeDesk
) -> None:
    asked(desk, B01, pending("P-1", payer="5511223344"))
    asked(desk, B01, pending("P-2", payer="5511223344", amount=50_000_00))
    with pytest.raises(NotAllowed):
        asked(desk, B01, pending("P-3", payer_bank="B09"))
    desk.close()
    rows = scene.sql("SELECT subject, leaf FROM audit WHERE verb = 'payee.checked' ORDER BY sequence")
    details = [json.loads(bytes(leaf))["detail"] for _, leaf in rows]
    assert details[-1]["last"] == 3
    counted = {
        key: sum(one["answers"].get(key, 0) for one in details) for key in ("no_concern", "warn", "refused")
    }
    assert counted == {"no_concern": 1, "warn": 1, "refused": 1}
    assert not any(b"5511223344" in bytes(leaf) for _, leaf in rows)
    lines = [line for path in journal_folder(scene.home).iterdir() for line in iter_lines(path)]
    for one in details:
        part = lines[one["first"] - 1 : one["last"]]
        assert one["root"] == merkle.compute_root(merkle.leaf_hash(line) for line in part).hex()


def test_a_new_start_answers_as_before_and_goes_on_counting(scene: Scene, desk: PayeeDesk) -> None:
    payment = pending(amount=49_900_00)
    first = asked(desk, B01, payment)
    for number in range(limits.PAYEES - 1):
        asked(desk, B01, pending(f"P-more-{number}", payee=str(5_000 + number)))
    desk.close()
    again = PayeeDesk(scene.home, scene.ledger)
    again.open()
    again._scorer = Says("ask")
    try:
        assert asked(again, B01, payment) == first
        with pytest.raises(NotPossible):
            asked(again, B01, replace(payment, amount=5))
        with pytest.raises(QuotaSpent):
            asked(again, B01, pending("P-99", payee="9999"))
    finally:
        again.close()


def test_no_answer_that_left_is_lost_when_the_program_is_killed(scene: Scene, database: str) -> None:
    answers = journal_folder(scene.home).with_name("answered")
    with running(ask_without_end, str(scene.home.root), str(answers)):
        pass
    left = answers.read_text().split()
    torn = list_open_files(scene.home)[0]
    with torn.open("ab") as file:
        file.write(b'{"at":"2026-11-24T02:33')
    desk = PayeeDesk(scene.home, scene.ledger)
    desk.open()
    desk.close()
    assert left
    assert set(left) <= {line["payment"] for line in told(scene)}
    rows = scene.sql("SELECT leaf FROM audit WHERE verb = 'payee.checked' ORDER BY sequence")
    parts = [json.loads(bytes(leaf))["detail"] for (leaf,) in rows]
    assert [one["first"] for one in parts] == [1, *(one["last"] + 1 for one in parts[:-1])]
    assert parts[-1]["last"] == len(told(scene))


def test_what_cannot_be_written_is_not_answered_and_can_be_asked_again(
    scene: Scene, desk: PayeeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(desk, B01, pending("P-0"))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("warroom.payee.journal.os.fdatasync", full)
        with pytest.raises(JournalError, match="could not be stored"):
            asked(desk, B01, pending("P-1"))
    assert asked(desk, B01, pending("P-1", amount=7)).outcome == "no_concern"
    assert [line["payment"] for line in told(scene)] == ["P-0", "P-1"]
    desk.close()
    rows = scene.sql("SELECT leaf FROM audit WHERE verb = 'payee.checked' ORDER BY sequence")
    assert json.loads(bytes(rows[-1][0]))["detail"]["last"] == 2


def test_an_answer_on_the_disk_stands_though_asking_again_could_not_be_written(
    desk: PayeeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = pending("P-0")
    first = asked(desk, B01, payment)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("warroom.payee.journal.os.fdatasync", full)
        with pytest.raises(JournalError, match="could not be stored"):
            asked(desk, B01, payment)
    with pytest.raises(NotPossible, match="with other content"):
        asked(desk, B01, pending("P-0", amount=7))
    assert asked(desk, B01, payment) == first


def test_what_was_asked_is_erased_when_its_time_is_over(scene: Scene, desk: PayeeDesk) -> None:
    asked(desk, B01, pending())
    desk.close()
    (path,) = list_open_files(scene.home)
    path.rename(journal_folder(scene.home) / "2026-01-01T05.jsonl")
    assert sealing.erase_old(scene.home, scene.ledger) == 1
    assert told(scene) == []
    assert scene.sql("SELECT subject FROM audit WHERE verb = 'payee.erased'") == [
        ("payee-checks:2026-01-01T05",)
    ]
