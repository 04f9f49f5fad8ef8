"""A loss as people remember it: what is certain is followed, all else an officer ticks, and nothing is taken silently."""

from datetime import timedelta
from decimal import Decimal

import pytest
from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_report import MONEY, code_on, paid, turn
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotPossible
from warroom.public.matching import list_accounts, parse_loss_form
from warroom.public.outside.slips import SlipCode, compute_crc, parse_slip_code
from warroom.public.transfer_candidates import ReportCandidates, load_candidates
from warroom.public.transfer_choice import choose_transfers

SLIP = "0041000600000101030040220014242082547BPP019245102TH9104"


def candidates(scene: Scene, number: str = "C-1") -> ReportCandidates:
    [report] = load_candidates(scene.ledger, scene.lake, scene.anna, number, now=scene.now)
    return report


def report(scene: Scene, outside: Client, **said: str) -> str:
    code = code_on(outside.post("/report/money", data=MONEY | said).text)
    turn(scene)
    return code


def flags(scene: Scene) -> list[str]:
    with scene.ledger.open_session() as session:
        return list(session.scalars(select(Case.flag).order_by(Case.id)))


def test_a_rounded_sum_is_a_candidate_and_is_not_taken(scene: Scene, outside: Client) -> None:
    paid(scene, amount="61000")
    report(scene, outside, amount="60,000")
    assert flags(scene) == ["no_transfer"]
    found = candidates(scene)
    assert found.accounts == ("2002",)
    [line] = found.candidates
    assert (line.amount, line.why, line.doubts, line.ticked) == (
        61_000_00,
        ("about", "account", "bank"),
        (),
        False,
    )


def test_several_transfers_that_make_the_sum_are_ticked_and_followed_once_an_officer_takes_them(
    scene: Scene, outside: Client
) -> None:
    for record, amount in (("T1", "50000"), ("T2", "45029"), ("T3", "50000")):
        paid(scene, record, amount)
    paid(scene, "T4", "700", payer="9")
    report(scene, outside, amount="หนึ่งแสนสี่หมื่นห้าพันยี่สิบเก้า")
    assert flags(scene) == ["no_transfer"]
    found = candidates(scene)
    assert found.amount_words == "หนึ่งแสนสี่หมื่นห้าพันยี่สิบเก้า"
    ticked = sorted(line.name for line in found.candidates if line.ticked)
    assert ticked == ["bank-one:T1", "bank-one:T2", "bank-one:T3"]
    other = next(line for line in found.candidates if line.name == "bank-one:T4")
    assert not other.ticked
    assert "other_sum" in other.doubts
    for _ in range(2):
        choose_transfers(
            scene.ledger,
            scene.lake,
            scene.anna,
            "C-1",
            "P-1",
            ticked,
            "k",
            now=scene.now + timedelta(minutes=1),
        )
    scene.now += timedelta(minutes=1)
    turn(scene)
    assert flags(scene) == [""]
    assert scene.money.seen[-1] == ["T1", "T2", "T3"]
    assert load_candidates(scene.ledger, scene.lake, scene.anna, "C-1", now=scene.now) == ()


def test_two_combinations_tick_nothing(scene: Scene, outside: Client) -> None:
    for record in ("T1", "T2", "T3"):
        paid(scene, record, "30000", time=scene.now - timedelta(minutes=int(record[1])))
    report(scene, outside, amount="60000")
    assert not any(line.ticked for line in candidates(scene).candidates)


def test_several_accounts_one_a_line_are_not_run_together(scene: Scene, outside: Client) -> None:
    paid(scene, "T1", "40000")
    paid(scene, "T2", "21000", payee="3003", payee_bank="B03")
    report(scene, outside, amount="61,000", to="200-2\n300-3")
    found = candidates(scene)
    assert found.accounts == ("2002", "3003")
    assert [line.ticked for line in found.candidates] == [True, True]


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("012-3-45678-9\n987-6-54321-0", ["0123456789", "9876543210"]),
        ("0123456789 9876543210", ["0123456789", "9876543210"]),
        ("012 3 45678 9", ["0123456789"]),
        ("๐๑๒๓๔๕๖๗๘๙".translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")), ["0123456789"]),
        ("0123456789, 9876543210", ["0123456789", "9876543210"]),
        ("SCB 0123456789 และ KBANK 9876543210", ["0123456789", "9876543210"]),
        ("", []),
    ],
)
def test_accounts_are_read_one_by_one(text: str, accounts: list[str]) -> None:
    assert list_accounts(text) == accounts


@pytest.mark.parametrize("typed", ["081-234-5678", "+66 81 234 5678", "0066812345678"])
@pytest.mark.parametrize("kept", ["0812345678", "66812345678", "0066812345678"])
def test_a_promptpay_telephone_is_found_however_either_side_writes_it(typed: str, kept: str) -> None:
    assert kept in parse_loss_form({"to": typed}).payees


def test_without_an_account_the_bank_and_the_sum_are_a_candidate_alone(scene: Scene, outside: Client) -> None:
    paid(scene)
    report(scene, outside, to="")
    assert flags(scene) == ["no_transfer"]
    [line] = candidates(scene).candidates
    assert (line.why, line.ticked) == (("sum", "bank"), False)


def test_two_who_paid_the_same_sum_are_two_candidates_and_neither_is_taken(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    paid(scene, "T2", payer="1002")
    report(scene, outside)
    assert flags(scene) == ["no_transfer"]
    lines = candidates(scene).candidates
    assert [(line.others, line.ticked, line.doubts) for line in lines] == [(1, False, ("many",))] * 2


def test_both_banks_copies_of_one_payment_are_one(scene: Scene, outside: Client) -> None:
    paid(scene, end_to_end_id="E1")
    copy = scene.lake.find_rows("transfers", {"record_id": "T1"}, scene.now).to_pylist()[0]
    kept = ("payer_bank", "payer", "payee_bank", "payee", "amount", "currency", "channel", "end_to_end_id")
    row = {name: copy[name] for name in kept}
    later = row | {"record_id": "X9", "time": scene.now - timedelta(minutes=8)}
    scene.lake.write_rows("transfers", [later], source="bank-two")
    report(scene, outside)
    assert flags(scene) == [""]


def test_a_payment_of_another_case_cannot_be_ticked(scene: Scene, outside: Client) -> None:
    paid(scene)
    report(scene, outside)
    report(scene, outside, amount="70,000", once="2" * 32)
    [line] = candidates(scene, "C-2").candidates
    assert line.case == "C-1"
    with pytest.raises(NotPossible):
        choose_transfers(scene.ledger, scene.lake, scene.anna, "C-2", "P-2", [line.name], "k", now=scene.now)


def test_only_a_listed_payment_can_be_taken(scene: Scene, outside: Client) -> None:
    paid(scene, amount="61000")
    paid(scene, "T2", amount="5", payee="7007")
    report(scene, outside, amount="60,000")
    for chosen in ([], ["bank-one:T2"], ["bank-one:T1", "bank-one:T2"]):
        with pytest.raises(NotPossible):
            choose_transfers(scene.ledger, scene.lake, scene.anna, "C-1", "P-1", chosen, "k", now=scene.now)


def test_records_that_come_after_the_report_are_candidates_then(scene: Scene, outside: Client) -> None:
    report(scene, outside)
    assert candidates(scene).candidates == ()
    paid(scene)
    [line] = candidates(scene).candidates
    assert line.ticked


def test_a_dot_of_thousands_is_asked_and_the_answer_is_the_loss(scene: Scene, outside: Client) -> None:
    paid(scene, amount="399000")
    page = outside.post("/report/money?l=en", data=MONEY | {"amount": "400.000"})
    assert page.status_code == 200
    assert "400,000 baht" in page.text
    assert "400 baht" in page.text
    turn(scene)
    answer = {"code": code_on(page.text), "amount": "400000"}
    for _ in range(2):
        assert "Noted: 400,000 baht." in outside.post("/report/sum?l=en", data=answer).text
    scene.now += timedelta(minutes=1)
    assert turn(scene) == 1
    with scene.ledger.open_session() as session:
        assert session.scalars(select(CaseReportRow.loss)).one() == 400_000_00
    assert candidates(scene).candidates[0].why == ("about", "account", "bank")


@pytest.mark.parametrize(
    ("sum_text", "sentence"),
    [
        ("a lot", "We could not read “a lot” as a sum."),
        ("0 baht", "You wrote 0 baht"),
        ("1,000,000,000", "never a billion baht"),
        ("3/12/2569", "We could not read “3/12/2569” as a sum."),
    ],
)
def test_no_sum_stops_a_report_and_one_sentence_says_what_was_noted(
    scene: Scene, outside: Client, sum_text: str, sentence: str
) -> None:
    page = outside.post("/report/money?l=en", data=MONEY | {"amount": sum_text})
    assert page.status_code == 200
    assert sentence in page.text
    turn(scene)
    assert candidates(scene).amount_words == sum_text


def test_a_slip_is_kept_where_the_first_question_is_not_answered(scene: Scene, outside: Client) -> None:
    picture = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    page = outside.post(
        "/report/money", data={"amount": "สี่แสน"}, files={"file": ("s.png", picture, "image/png")}
    )
    assert page.status_code == 200
    assert turn(scene) == 1


def test_the_code_of_a_slip_is_read_and_a_misread_one_is_not() -> None:
    assert parse_slip_code(SLIP + compute_crc(SLIP)) == SlipCode("004", "014242082547BPP01924")
    assert parse_slip_code(SLIP + "0000") is None
    assert parse_slip_code("https://example.com") is None
    assert parse_slip_code("00" * 60) is None


def test_the_slip_of_one_payment_is_exact_whatever_the_sum(scene: Scene, outside: Client) -> None:
    from warroom.public import matching

    paid(scene, end_to_end_id="014242082547BPP01924")
    paid(scene, "T2", "5", payee="7")
    loss = matching.DescribedLoss("15", (Decimal(1),), references=("014242082547BPP01924",))
    [matched] = matching.match_transfers(scene.lake, [loss], scene.now)
    assert matched.transfers == ("bank-one:T1",)
    paid(scene, "T3", "9", end_to_end_id="014242082547BPP01924", time=scene.now - timedelta(minutes=1))
    # The reference of two payments of different sums proves neither.
    [matched] = matching.match_transfers(scene.lake, [loss], scene.now)
    assert matched.transfers == ()
