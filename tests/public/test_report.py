"""What somebody reports outside stands on the board, with the transfer that they meant, and they see how it goes."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from warroom.cases.intake import sync_cases
from warroom.cases.schema import Case, CaseReportRow
from warroom.public import publishing, taking_in
from warroom.public.banks import BanksOfRecords
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor
from warroom.public.schema import PublicReport, Submission
from warroom.public.transfer_candidates import load_candidates
from warroom.web.public import receipt_pages
from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences
from warroom.web.public.sums import parse_sum

MONEY = {"when": "15", "amount": "77,000", "bank": "B01", "to": "200-2", "once": "9f" * 16}


def paid(scene: Scene, record_id: str = "T1", amount: str = "77000", **more: Any) -> None:
    row = {
        "record_id": record_id,
        "time": scene.now - timedelta(minutes=9),
        "payer_bank": "B01",
        "payer": "1001",
        "payee_bank": "B02",
        "payee": "2002",
        "amount": Decimal(amount),
        "currency": "THB",
        "channel": "transfer",
    } | more
    scene.lake.write_rows("transfers", [row], source="bank-one")


def read(page: str) -> str:
    """A page without the signs that keep Thai words whole."""
    return re.sub("</?t-[tw]>", "", page)


def code_on(page: str) -> str:
    found = re.search(r'name="code" value="([0-9A-Z]{20})"', page)
    assert found
    return found[1]


def turn(scene: Scene) -> int:
    taken = taking_in.ingest_submissions(scene.ledger, scene.lake, scene.now)
    sync_cases(scene.ledger, scene.lake, None, now=scene.now, tracer=scene.money.trace)
    publishing.publish_receipts(scene.ledger, scene.now)
    return taken


def test_money_that_just_left_is_a_case_with_the_transfer_that_was_meant(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    paid(scene, "T2", amount="77001")
    page = outside.post("/report/money", data=MONEY)
    assert page.status_code == 200
    assert turn(scene) == 1
    with scene.ledger.open_session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.flag, case.still_there) == ("", 45_000_00)
    assert scene.money.seen == [["T1"]]
    receipt = outside.post("/receipt", data={"code": code_on(page.text)}).text
    receipt = read(receipt)
    assert "เปิดคดีแล้ว" in receipt
    assert "77,000" not in receipt, "what was sent is never shown again"


def test_the_first_question_alone_is_enough_and_the_case_asks_for_the_rest(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    assert outside.post("/report/money", data={"when": "d", "amount": "77000"}).status_code == 200
    turn(scene)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Case.flag)).all() == ["no_transfer"]


def test_sent_twice_is_one_report_with_one_code(scene: Scene, outside: Client) -> None:
    first, again = (outside.post("/report/money", data=MONEY).text for _ in range(2))
    assert code_on(first) == code_on(again)
    assert turn(scene) == 1
    assert turn(scene) == 0
    with scene.ledger.open_session() as session:
        assert len(session.scalars(select(PublicReport)).all()) == 1


def test_what_a_killed_turn_had_begun_is_neither_lost_nor_doubled(scene: Scene, outside: Client) -> None:
    paid(scene)
    outside.post("/report/money", data=MONEY)
    # As if it had died after the lake's commit.
    taken = taking_in._list_waiting(scene.ledger)
    found = taking_in._match_submissions(scene.lake, taken, scene.now)
    reports = [taking_in._IncomingReport(scene.ledger, one, found[one.id]) for one in taken]
    taking_in._write_to_lake(scene.lake, reports, scene.now)
    turn(scene)
    with scene.ledger.open_session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(outside: Client) -> None:
    page = outside.post("/report/money", data={"amount": "a lot", "to": "2002", "l": "en"})
    assert page.status_code == 400
    assert "<title>ผิดพลาด:" in page.text
    assert 'aria-describedby="when-wrong"' in page.text
    assert 'value="a lot"' in page.text
    assert ">2002</textarea>" in page.text


def test_two_groups_of_the_code_are_asked_back(scene: Scene, outside: Client) -> None:
    code = code_on(outside.post("/report/money", data=MONEY).text)
    page = outside.post("/report/code", data={"code": code}).text
    places = [int(place) for place in re.findall(r'name="group" value="(\d)"', page)]
    assert len(places) == 2
    shown = re.sub(r'name="code" value="[^"]*"', "", page)
    assert all(code[start : start + 4] not in shown for start in range(0, 20, 4))
    right = {f"g{place}": code[place * 4 - 4 : place * 4].lower() for place in places}
    kept = outside.post("/report/code", data={"code": code, "group": places, "tries": "1"} | right).text
    assert "คุณมีรหัสแล้ว" in read(kept)
    wrong = outside.post(
        "/report/code", data={"code": code, "group": places, "tries": "1"} | dict.fromkeys(right, "ZZZZ")
    ).text
    assert f"กลุ่มที่ {places[0]} ไม่ตรง" in read(wrong)


def test_wrong_expired_and_never_existed_are_one_answer_and_guessing_waits(outside: Client) -> None:
    answers = [
        outside.post("/receipt", data={"code": code})
        for code in ("0" * 20, "no code", "", "1" * 20, "2" * 20)
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", one.text) for one in answers}) == 1
    assert outside.post("/receipt", data={"code": "3" * 20}).status_code == 429


def test_a_number_is_left_with_a_code_that_is_there_and_guessing_waits(scene: Scene, outside: Client) -> None:
    code = code_on(outside.post("/report/money", data=MONEY).text)
    receipt_pages.CODE_RATE_LIMIT._seen.clear()
    answers = [
        outside.post("/report/code", data={"code": wrong, "phone": "081 000 0000"})
        for wrong in ("0" * 20, "no code", "", "1" * 20, "2" * 20)
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", one.text) for one in answers}) == 1
    for path in ("/report/code", "/receipt"):
        assert outside.post(path, data={"code": "3" * 20, "phone": "081 000 0000"}).status_code == 429
    assert outside.post("/report/code", data={"code": code, "phone": "081 000 0000"}).status_code == 200
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Submission.kind).order_by(Submission.id)).all() == [
            "money_left",
            "message",
        ]


def test_a_form_of_another_site_is_refused(outside: Client) -> None:
    refused = outside.post("/report/money", data=MONEY, headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403


def test_what_opens_with_no_key_stops_nobody(scene: Scene, outside: Client, card: Card) -> None:
    door = PublicDoor(card.database)
    door.open()
    door.submit("tip", 3, None, b"junk", b"net", b"not sealed", b"h" * 32)
    door.close()
    paid(scene)
    outside.post("/report/money", data=MONEY)
    assert turn(scene) == 2
    with scene.ledger.open_session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


@pytest.mark.parametrize(
    ("said", "baht"),
    [
        ("45,000 บาท", "45000"),
        ("๔๕๐๐๐", "45000"),
        ("4 หมื่น", "40000"),
        ("4หมื่น 5 พันบาท", "45000"),
        ("1.5 ล้าน", "1500000"),
        ("45k THB", "45000"),
        ("2m", "2000000"),
        ("฿45,000.-", "45000"),
        ("ประมาณ 3 แสน", "300000"),
        ("45 000.50 baht", "45000.50"),
    ],
)
def test_a_sum_is_taken_as_people_write_it(said: str, baht: str) -> None:
    assert parse_sum(said) == Decimal(baht)


@pytest.mark.parametrize("said", ["", "abc", "-5", "77.555", "1 แสน 5", "9" * 14])
def test_what_is_no_sum_is_none(said: str) -> None:
    assert parse_sum(said) is None


def test_a_victim_is_not_sent_away_over_the_spelling_of_the_sum(scene: Scene, outside: Client) -> None:
    paid(scene, amount="45000")
    page = outside.post("/report/money", data=MONEY | {"amount": "๔๕,๐๐๐ บาท"})
    assert page.status_code == 200
    unknown = outside.post("/report/money", data={"when": "15", "amount": ""})
    assert unknown.status_code == 200, "who does not know the sum can send all the same"
    nothing = outside.post("/report/money?l=en", data={"when": "15", "amount": "0 baht"})
    assert nothing.status_code == 200
    assert "You wrote 0 baht" in nothing.text
    turn(scene)
    with scene.ledger.open_session() as session:
        assert sorted(row.loss for row in session.scalars(select(CaseReportRow))) == [0, 0, 4_500_000]


def test_the_receipt_says_that_money_is_followed_only_where_there_is_a_trail(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    followed = code_on(outside.post("/report/money", data=MONEY).text)
    alone = code_on(outside.post("/report/money", data=MONEY | {"amount": "123", "to": "", "bank": ""}).text)
    turn(scene)
    for language in PUBLIC_LANGUAGES:
        t = load_sentences(language)
        with_trail, without = (
            read(outside.post(f"/receipt?l={language}", data={"code": code}).text)
            for code in (followed, alone)
        )
        assert str(t("receipt.step_case")) in without
        assert str(t("receipt.step_followed")) not in without
        assert str(t("receipt.head_followed")) in with_trail


def test_on_a_fresh_home_the_banks_of_the_records_can_be_chosen(scene: Scene, outside: Client) -> None:
    paid(scene)
    publishing.publish_receipts(scene.ledger, scene.now, BanksOfRecords().list_codes(scene.lake))
    assert '<option value="B01">' in outside.get("/report/money").text
    code_on(outside.post("/report/money", data=MONEY | {"to": ""}).text)
    turn(scene)
    # The bank and the sum find the payment, and an officer says whether it is the one.
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Case)).one().flag == "no_transfer"
    [report] = load_candidates(scene.ledger, scene.lake, scene.anna, "C-1", now=scene.now)
    assert [line.name for line in report.candidates] == ["bank-one:T1"]
