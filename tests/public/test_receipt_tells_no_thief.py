"""Anyone who received the money may report the payment too, before its victim or after: no receipt tells them what banks are asked."""

import re
from datetime import timedelta

from httpx import Client

from tests.cases.scenes import Scene
from tests.public.test_report import MONEY, code_on, paid, turn
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.views import HoldView
from warroom.orders import outbox
from warroom.public.decisions import open_report
from warroom.public.publishing import format_receipt_time
from warroom.public.schema import PublicReport, PublishedReceipt
from warroom.runtime.handlers import ORDER_HANDLERS

ASKED = "Banks were asked to hold money"


def report(outside: Client, once: str) -> str:
    """A report of the same payment; the code of its receipt."""
    return code_on(outside.post("/report/money", data=MONEY | {"once": once * 32}).text)


def receipt(outside: Client, code: str) -> str:
    """What a receipt shows, without the code and the proof of what was sent."""
    page = outside.post("/receipt?l=en", data={"code": code}).text
    shown = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"<details.*?</details>", "", re.sub(rf"{code}|[0-9a-f]{{64}}", "", shown), flags=re.DOTALL)


def approve(scene: Scene, place: int, key: str) -> HoldView:
    page = scene.page()
    chosen = [page.proposals[place].id]
    [hold] = approve_holds(
        scene.ledger,
        scene.anna,
        "C-1",
        chosen,
        page.snapshot,
        key,
        now=scene.now,
        unchecked_reason="The payer waits",
    )
    return hold


def send(scene: Scene) -> None:
    """Every order that waits goes to its bank."""
    with scene.ledger.open_session() as session:
        while order := outbox.claim_next(session, scene.now):
            outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, scene.now)


def order_of(scene: Scene, hold: HoldView) -> str:
    return scene.hold_now(hold.id).orders[0].order_id


def test_two_reports_of_one_payment_show_the_same_and_asked_once_the_bank_has_answered(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    thief = report(outside, "1")
    turn(scene)
    scene.now += timedelta(minutes=1)
    victim = report(outside, "2")
    turn(scene)
    hold = approve(scene, 0, "k1")
    turn(scene)
    assert ASKED not in receipt(outside, thief), "an officer approved it"
    send(scene)
    turn(scene)
    assert ASKED not in receipt(outside, thief), "the bank was told and may not have looked yet"
    scene.answer(order_of(scene, hold), "received", minutes=1)
    turn(scene)
    assert ASKED not in receipt(outside, thief), "its machine has it"
    scene.answer(order_of(scene, hold), "done", minutes=2)
    scene.now += timedelta(minutes=3)
    turn(scene)
    for code in (thief, victim):
        assert ASKED in receipt(outside, code)
        assert "baht" in receipt(outside, code)


def test_a_report_that_came_second_looks_like_one_that_came_first(scene: Scene, outside: Client) -> None:
    paid(scene)
    first = report(outside, "1")
    turn(scene)
    with scene.ledger.open_session() as session:
        number = session.query(PublicReport).one().id
    open_report(scene.ledger, scene.anna, number, "k", now=scene.now)
    scene.now += timedelta(minutes=5)
    second = report(outside, "2")
    turn(scene)
    pages = [receipt(outside, code) for code in (first, second)]
    assert "Joined" not in pages[1]
    said = [re.sub(r"\d+/\d+/\d+ \d+:\d+", "", page) for page in pages]
    assert said[0] == said[1]
    # No step of the second is older than it: somebody else would have reported then.
    with scene.ledger.open_session() as session:
        bodies = session.query(PublishedReceipt).order_by(PublishedReceipt.code_hash).all()
        second_at = {
            step["at"]
            for step in min(
                (one.body["steps"] for one in bodies), key=lambda made: len({step["at"] for step in made})
            )
        }
    assert len(second_at) == 1, "all stand at the moment at which it came in"


def test_what_one_bank_answers_is_told_to_nobody_while_another_still_has_to(
    scene: Scene, outside: Client
) -> None:
    paid(scene)
    code = report(outside, "1")
    turn(scene)
    first, second = approve(scene, 0, "k1"), approve(scene, 1, "k2")
    send(scene)
    scene.answer(order_of(scene, first), "done", minutes=1)
    scene.now += timedelta(minutes=2)
    turn(scene)
    page = receipt(outside, code)
    assert ASKED not in page
    assert "held" not in page.lower() or "baht" not in page
    scene.answer(order_of(scene, second), "refused", minutes=1)
    scene.now += timedelta(minutes=2)
    turn(scene)
    assert ASKED in receipt(outside, code)


def test_a_later_hold_takes_nothing_back_that_was_told(scene: Scene, outside: Client) -> None:
    paid(scene)
    code = report(outside, "1")
    turn(scene)
    first = approve(scene, 0, "k1")
    send(scene)
    scene.answer(order_of(scene, first), "done", minutes=0)
    scene.now += timedelta(minutes=2)
    turn(scene)
    before = receipt(outside, code)
    assert ASKED in before
    approve(scene, 1, "k2")
    scene.now += timedelta(minutes=2)
    turn(scene)
    assert receipt(outside, code) == before


def test_a_later_report_is_told_its_own_hour_by_which_it_is_read(scene: Scene, outside: Client) -> None:
    """By the first one's hour, anyone who received the money could count back to the minute at which its victim reported."""
    paid(scene)
    report(outside, "1")
    turn(scene)
    scene.now += timedelta(minutes=7)
    report(outside, "2")
    turn(scene)
    with scene.ledger.open_session() as session:
        rows = session.query(PublicReport).order_by(PublicReport.id).all()
        bodies = {one.code_hash: one.body for one in session.query(PublishedReceipt)}
        told = [bodies[row.code_hash]["next"]["by"] for row in rows]
        assert told == [format_receipt_time(row.answer_by) for row in rows if row.answer_by]
        assert told[0] != told[1]
