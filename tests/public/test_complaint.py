"""The police complaint, without which a hold ends: asked for on the receipt, and taken over by the officers' form."""

from datetime import timedelta

from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_receipt_tells_no_thief import approve, order_of, receipt, send
from tests.public.test_report import MONEY, code_on, paid, turn
from warroom.cases.decisions.appeals import answer_appeal
from warroom.cases.schema import Hold
from warroom.public.appeals import submit_appeal
from warroom.public.publishing import format_receipt_time
from warroom.public.queries import find_complaint
from warroom.public.schema import PublicMessage


def held(scene: Scene, outside: Client) -> tuple[str, int]:
    """A report whose money a bank holds: the receipt's code, and the hold."""
    paid(scene)
    code = code_on(outside.post("/report/money", data=MONEY).text)
    turn(scene)
    hold = approve(scene, 0, "k")
    send(scene)
    scene.answer(order_of(scene, hold), "done", minutes=1)
    scene.now += timedelta(minutes=2)
    turn(scene)
    return code, hold.id


def test_the_page_after_sending_says_where_to_complain_and_what_to_secure(
    scene: Scene, outside: Client
) -> None:
    turn(scene)
    page = outside.post("/report/money?l=en", data=MONEY).text
    for sentence in (
        "Complain to the police within 72 hours",
        "thaipoliceonline.go.th",
        "Change it on another device",
        "flight mode",
        "delete nothing",
        "are read first",
    ):
        assert sentence in page
    tip = outside.post("/report/tip?l=en", data={"text": "they pay for accounts"}).text
    assert "Complain" not in tip


def test_the_receipt_counts_from_the_report_until_a_bank_has_answered_and_then_to_the_holds_end(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    code = code_on(outside.post("/report/money", data=MONEY).text)
    turn(scene)
    first = format_receipt_time(scene.now + timedelta(hours=72))
    assert f"Complain to the police by {first}" in receipt(outside, code)
    hold = approve(scene, 0, "k")
    send(scene)
    turn(scene)
    assert f"Complain to the police by {first}" in receipt(outside, code)
    scene.answer(order_of(scene, hold), "done", minutes=1)
    scene.now += timedelta(minutes=2)
    turn(scene)
    with scene.ledger.open_session() as session:
        until = session.get_one(Hold, hold.id).until
    shown = receipt(outside, code)
    assert f"Complain to the police by {format_receipt_time(until)}" in shown
    assert "Of 77,000 baht reported." in shown
    assert "A bank holds" in shown


def test_the_number_reaches_the_case_once_however_often_it_is_sent(scene: Scene, outside: Client) -> None:
    code, _ = held(scene, outside)
    number = {"code": code, "complaint": " 2569/ 1234 "}
    for _ in range(3):
        assert "The officers have the number" in outside.post("/receipt/complaint?l=en", data=number).text
    assert (
        "Write the number of the complaint"
        in outside.post("/receipt/complaint?l=en", data={"code": code}).text
    )
    turn(scene)
    complaint = find_complaint(scene.ledger, scene.anna, "C-1")
    assert complaint is not None
    assert (complaint.number, complaint.report) == ("2569/ 1234", 1)
    with scene.ledger.open_session() as session:
        assert len(session.scalars(select(PublicMessage)).all()) == 1
    shown = receipt(outside, code)
    assert "The officers have the number of your complaint" in shown
    assert "1234" not in shown, "what was sent is never shown again"
    assert "a hold can last 7 days from the complaint" in shown


def test_a_number_under_a_wrong_or_ended_code_goes_nowhere(scene: Scene, outside: Client) -> None:
    code, _ = held(scene, outside)
    with scene.ledger.open_session() as session:
        session.connection().exec_driver_sql("UPDATE outside_receipts SET ends_at = now() - interval '1 day'")
    for wrong in (code, "0" * 20):
        answer = outside.post("/receipt/complaint", data={"code": wrong, "complaint": "1"})
        assert answer.status_code == 404
    assert turn(scene) == 0


def test_the_receipt_says_why_a_held_sum_became_smaller(scene: Scene, outside: Client) -> None:
    code, hold_id = held(scene, outside)
    with scene.ledger.open_session() as session:
        hold = session.get_one(Hold, hold_id)
        reference, sum_held = hold.reference, hold.held
    appeal = submit_appeal(scene.ledger, reference, "me", "I sold a telephone", now=scene.now)
    judge = scene.officer("judge", "appeals")
    answer_appeal(scene.ledger, judge, appeal.id, False, "The sale is shown", now=scene.now)
    turn(scene)
    shown = receipt(outside, code)
    assert f"{sum_held // 100:,} baht are no longer held: the account holder showed" in shown
    assert "The bank holds" not in shown
