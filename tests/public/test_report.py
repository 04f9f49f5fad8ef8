"""What somebody reports outside stands on the board, with the transfer that they meant, and they see how it goes."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from warroom.cases.intake import sync_cases
from warroom.cases.schema import Case
from warroom.public import publishing, taking_in
from warroom.public.outside.card import Card
from warroom.public.outside.door import Door
from warroom.public.schema import PublicReport, Submission
from warroom.web.kit.thai import JOINER
from warroom.web.public import receipt_pages

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
    scene.lake.write("transfers", [row], source="bank-one")


def read(page: str) -> str:
    """A page without the signs that keep Thai words whole."""
    return page.replace(JOINER, "")


def code_on(page: str) -> str:
    found = re.search(r'name="code" value="([0-9A-Z]{20})"', page)
    assert found
    return found[1]


def turn(scene: Scene) -> int:
    taken = taking_in.take_in(scene.ledger, scene.lake, scene.now)
    sync_cases(scene.ledger, scene.lake, None, now=scene.now, tracer=scene.money.trace)
    publishing.publish(scene.ledger, scene.now)
    return taken


def test_money_that_just_left_is_a_case_with_the_transfer_that_was_meant(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    paid(scene, "T2", amount="77001")
    page = outside.post("/report/money", data=MONEY)
    assert page.status_code == 200
    assert turn(scene) == 1
    with scene.ledger.session() as session:
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
    with scene.ledger.session() as session:
        assert session.scalars(select(Case.flag)).all() == ["no_transfer"]


def test_sent_twice_is_one_report_with_one_code(scene: Scene, outside: Client) -> None:
    first, again = (outside.post("/report/money", data=MONEY).text for _ in range(2))
    assert code_on(first) == code_on(again)
    assert turn(scene) == 1
    assert turn(scene) == 0
    with scene.ledger.session() as session:
        assert len(session.scalars(select(PublicReport)).all()) == 1


def test_what_a_killed_turn_had_begun_is_neither_lost_nor_doubled(scene: Scene, outside: Client) -> None:
    paid(scene)
    outside.post("/report/money", data=MONEY)
    # As if it had died after the lake's commit.
    taken = taking_in._waiting(scene.ledger)
    found = taking_in._looked_up(scene.lake, taken, scene.now)
    reports = [taking_in._Report(scene.ledger, one, found[one.id]) for one in taken]
    taking_in._into_lake(scene.lake, reports, scene.now)
    turn(scene)
    with scene.ledger.session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(outside: Client) -> None:
    page = outside.post("/report/money", data={"when": "15", "amount": "a lot", "to": "2002", "l": "en"})
    assert page.status_code == 400
    assert "<title>ผิดพลาด:" in page.text
    assert 'aria-describedby="amount-wrong"' in page.text
    assert 'value="a lot"' in page.text
    assert 'value="2002"' in page.text


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
    receipt_pages.TRIES._seen.clear()
    answers = [
        outside.post("/report/code", data={"code": wrong, "phone": "081 000 0000"})
        for wrong in ("0" * 20, "no code", "", "1" * 20, "2" * 20)
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", one.text) for one in answers}) == 1
    for path in ("/report/code", "/receipt"):
        assert outside.post(path, data={"code": "3" * 20, "phone": "081 000 0000"}).status_code == 429
    assert outside.post("/report/code", data={"code": code, "phone": "081 000 0000"}).status_code == 200
    with scene.ledger.session() as session:
        assert session.scalars(select(Submission.kind).order_by(Submission.id)).all() == [
            "money_left",
            "message",
        ]


def test_a_form_of_another_site_is_refused(outside: Client) -> None:
    refused = outside.post("/report/money", data=MONEY, headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403


def test_what_opens_with_no_key_stops_nobody(scene: Scene, outside: Client, card: Card) -> None:
    door = Door(card.database)
    door.open()
    door.submit("tip", 3, None, b"junk", b"net", b"not sealed", b"h" * 32)
    door.close()
    paid(scene)
    outside.post("/report/money", data=MONEY)
    assert turn(scene) == 2
    with scene.ledger.session() as session:
        assert len(session.scalars(select(Case)).all()) == 1
