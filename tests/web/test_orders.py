"""What the bank answered stands on the orders page and on the case: how much, when, and in its own words."""

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.program import Program
from tests.web.test_case import approve
from warroom import clock
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import PartnerAnswer
from warroom.runtime.handlers import ORDER_HANDLERS

WORDS = "เหลือเงินเท่านี้ / Only this was left."


def sent(anna: Visitor, night: Night) -> list[tuple[str, int]]:
    """Every hold of the case approved and its order sent; the orders' ids and amounts."""
    approve(anna)
    # Ten seconds in which an approval may be taken back go by first.
    made, now = [], clock.get_now() + timedelta(seconds=15)
    with night.ledger.open_session() as session:
        while order := outbox.claim_next(session, now):
            outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, now)
            made.append((order.order_id, order.amount))
    return made


def answer(night: Night, order_id: str, status: str, amount: int | None = None) -> None:
    now = clock.get_now() + timedelta(minutes=3)
    said = PartnerAnswer(order_id, "B01", now, status, amount, WORDS)  # type: ignore[arg-type]
    record_answer(night.ledger, ORDER_HANDLERS, said, now=now)


@pytest.mark.parametrize(
    ("status", "english", "thai"),
    [
        ("done", "held in full", "ระงับเต็มจำนวน"),
        ("partly", "held for a part", "ระงับได้บางส่วน"),
        ("refused", "refused: nothing is held", "ปฏิเสธ ไม่ได้ระงับเงิน"),
        ("lifted", "released by the bank itself", "ธนาคารคืนเงินให้ใช้ได้เอง"),
    ],
)
def test_the_answer_of_a_bank_is_said_with_its_day_and_words(
    anna: Visitor, night: Night, status: str, english: str, thai: str
) -> None:
    order_id, amount = sent(anna, night)[0]
    answer(night, order_id, status, amount // 2 if status == "partly" else None)
    for path in ("/orders", "/cases/C-1"):
        page = anna.page(path)
        assert english in page
        assert WORDS in page
        # A year only where it is not this one's.
        dated = rf"\b{clock.get_now().year}\b|until \d+ [A-Z]"
        assert re.search(dated, page[page.index(english) :][:200])
        assert thai in anna.page(path, "th")


def test_a_part_is_said_in_baht(anna: Visitor, night: Night) -> None:
    order_id, _ = sent(anna, night)[0]
    answer(night, order_id, "partly", 1_234_500)
    for path in ("/orders", "/cases/C-1"):
        assert "12,345" in anna.page(path)


def test_a_bank_that_let_go_is_not_said_to_hold(anna: Visitor, night: Night) -> None:
    order_id, _ = sent(anna, night)[0]
    answer(night, order_id, "done")
    action = night.sql("SELECT hold_id FROM orders WHERE order_id = :id", id=order_id)[0][0]
    anna.post("/cases/C-1", f"/holds/{action}/release", reason="A mistake")
    released = night.sql("SELECT order_id FROM orders WHERE kind = 'release'")[0][0]
    answer(night, released, "lifted")
    for path in ("/orders", "/cases/C-1"):
        assert "released: the money is free" in anna.page(path)


def test_a_bank_that_is_silent_too_long_is_late(anna: Visitor, night: Night) -> None:
    order_id, _ = sent(anna, night)[0]
    night.sql("UPDATE orders SET sent_at = now() - interval '50 minutes' WHERE order_id = :id", id=order_id)
    page = anna.page("/orders")
    assert "silent, " in page
    assert "late" in page


@pytest.mark.parametrize("year", [1, 9999])
def test_an_answer_of_an_absurd_year_breaks_no_page_and_no_answer(
    anna: Visitor, night: Night, year: int
) -> None:
    order_id, _ = sent(anna, night)[0]
    said = PartnerAnswer(order_id, "B01", datetime(year, 1, 2, tzinfo=UTC), "done", None, WORDS)
    record_answer(night.ledger, ORDER_HANDLERS, said, now=clock.get_now())
    program = Program(str(anna.client.base_url), "anna")
    with closing(program.client):
        orders = [one["order"] for one in program.get("/orders")["rows"]]
        for path in ("/cases/C-1", "/cases/C-1/timeline", "/partner-times"):
            program.get(path)
    (shown,) = (one for one in orders if one["order_id"] == order_id)
    assert shown["acknowledged_at"] in ("1900-01-01T00:00:00Z", "2200-01-01T00:00:00Z")
    for path in ("/", "/orders", "/cases/C-1", "/cases/C-1/timeline", "/partners"):
        assert anna.get(path).status_code == 200, path
