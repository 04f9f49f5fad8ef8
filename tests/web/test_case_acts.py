"""What an officer does on the case's page beside approving: takes back, follows, calls, and meets a colleague there."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve, ticks
from warroom.access.agencies import seed_exercise
from warroom.cases.following import Follower
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import PartnerAnswer
from warroom.runtime.handlers import ORDER_HANDLERS

STAMP = re.compile(r'data-stamp="([^"]+)"')


def send(night: Night, minutes: float = 1.0) -> None:
    """Everything that waits leaves, some minutes from now."""
    at = night.now + timedelta(minutes=minutes)
    with night.ledger.open_session() as session:
        while order := outbox.claim_next(session, at):
            outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, at)


def answer(night: Night, hold: int, status: str, amount: int | None = None, minutes: float = 3.0) -> None:
    """The bank of a hold answers."""
    held = night.hold_now(hold)
    at = night.now + timedelta(minutes=minutes)
    said = PartnerAnswer(held.orders[0].order_id, held.bank, at, status, amount, "")  # type: ignore[arg-type]
    record_answer(night.ledger, ORDER_HANDLERS, said, now=at)


def follow_once(night: Night) -> None:
    """Load what follows money before a page waits for it."""
    trace(night.lake, open_index(night.home, night.lake), ["T1"])


def approve_one(visitor: Visitor) -> str:
    """Approve the first of the page's holds; the page that answers."""
    return visitor.post("/cases/C-1", "/cases/C-1/approve", proposal=ticks(visitor)[:1]).text


def test_an_approval_says_how_much_of_whom_and_is_taken_back_before_its_order_leaves(
    anna: Visitor, night: Night
) -> None:
    page = approve_one(anna)
    held = night.hold_now(1)
    assert f"1 hold, {held.amount // 100:,} baht, asked of {held.bank}." in page
    assert "Take it back" in page
    with night.ledger.open_session() as session:
        assert outbox.list_due_orders(session, held.approved_at) == []
    path = f"/cases/C-1?said=approved&holds={held.id}"
    back = anna.post(path, "/cases/C-1/take-back").text
    assert "Taken back: no bank was asked" in back
    assert night.hold_now(1).state == "taken_back"
    assert len(ticks(anna)) == 4
    assert "approval taken back" in back


def test_an_order_that_has_left_offers_no_way_back_and_refuses_one(anna: Visitor, night: Night) -> None:
    page = approve_one(anna)
    form = anna.fields("/cases/C-1?said=approved&holds=1", "/cases/C-1/take-back")
    send(night)
    assert "Take it back" in page
    assert "Take it back" not in anna.page("/cases/C-1?said=approved&holds=1")
    refused = anna.client.post("/cases/C-1/take-back", data=form)
    assert refused.status_code == 409
    assert "has gone out" in refused.text


def test_a_part_answer_is_the_first_row_red_until_a_record_shows_where_its_money_went(
    anna: Visitor, night: Night
) -> None:
    approve_one(anna)
    send(night)
    answer(night, 1, "partly", 16_397_00)
    follow_once(night)
    left = night.hold_now(1).amount - 16_397_00
    page = anna.page("/cases/C-1")
    rows = re.findall(r'<li id="row-(\w+)"[^>]*class="([^"]*)"', page)
    assert rows[1] == ("h1", "bad") or rows[1][0] == "h1"
    assert f"{left // 100:,} had left by the answer" in page
    assert f"Follow {left // 100:,}" in page
    told = anna.post("/cases/C-1", "/cases/C-1/approve", to="/cases/C-1/follow").text
    assert "Followed again" in told, re.findall(r'role="alert"[^>]*>(.*?)<', told)
    # The trail of this room's records no longer reaches the account: nothing of it is left to follow.
    assert f"{left // 100:,} counts as followed" in told
    assert f"Follow {left // 100:,}" not in told
    assert night.page().row.part_left == 0


def test_following_that_shows_nothing_new_says_that_what_left_stays_open(
    anna: Visitor, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_one(anna)
    send(night)
    answer(night, 1, "partly", 16_397_00)
    left = night.hold_now(1).amount - 16_397_00
    # The records of this room tell another trail than the case has; here they tell nothing.
    monkeypatch.setattr(Follower, "refresh_and_follow", lambda self, number: True)
    told = anna.post("/cases/C-1", "/cases/C-1/approve", to="/cases/C-1/follow").text
    assert f"{left // 100:,} had left by a bank" in unescape(told)
    assert "no record shows where to: it stays open" in told
    assert f"Follow {left // 100:,}" in told
    assert night.page().row.part_left == left


def test_what_left_is_closed_only_with_a_reason(anna: Visitor, night: Night) -> None:
    approve_one(anna)
    send(night)
    answer(night, 1, "partly", 16_397_00)
    assert anna.post("/cases/C-1", "/holds/1/close-left").status_code == 409
    told = anna.post("/cases/C-1", "/holds/1/close-left", reason="Paid out to a court").text
    assert "Closed with your reason" in told
    assert night.page().row.part_left == 0


def test_a_silent_bank_stays_red_with_its_telephone_until_its_own_answer_is_recorded(
    anna: Visitor, night: Night
) -> None:
    seed_exercise(night.ledger)
    approve_one(anna)
    bank = night.hold_now(1).bank
    send(night)
    night.sql("UPDATE orders SET sent_at = now() - interval '5 hours'")
    page = anna.page("/cases/C-1")
    assert f"{bank} silent for 5 h" in page
    assert f"Call {bank}" in page
    assert f"000-555-01{bank[1:]}" in page
    called = anna.post("/cases/C-1", "/holds/1/call", answered="no").text
    assert "Anna called" in called
    assert anna.post("/cases/C-1", "/holds/1/call", answered="yes", words="").status_code == 409
    told = anna.post("/cases/C-1", "/holds/1/call", answered="yes", words="They hold all of it").text
    assert "They hold all of it" in told
    assert f"{bank} silent for 5 h" in told
    assert night.hold_now(1).state == "sent"
    answer(night, 1, "done")
    assert "silent for" not in anna.page("/cases/C-1")


def test_two_officers_on_one_case_see_each_other(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    assert "has this open" not in anna.page("/cases/C-1")
    boon = enter("boon")
    assert "Anna has this open" in boon.page("/cases/C-1")
    assert "Boon has this open" in anna.page("/cases/C-1")


def test_an_approval_that_comes_too_late_says_what_the_bank_found_meanwhile(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    form = anna.fields("/cases/C-1", "/cases/C-1/approve") | {"proposal": ticks(anna)}
    approve_one(enter("boon"))
    send(night)
    answer(night, 1, "partly", 16_397_00)
    late = anna.client.post("/cases/C-1/approve", data=form)
    assert late.status_code == 409
    assert f"{night.hold_now(1).bank} answered meanwhile" in late.text
    assert "16,397 was there, and is held." in late.text
    # What still stands is ticked, and one press of the button holds it.
    assert len(re.findall(r'name="proposal" value="\d+"[^>]* checked', late.text)) == 3
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 1


def test_an_open_page_asks_cheaply_and_is_answered_only_where_something_changed(
    anna: Visitor, night: Night
) -> None:
    approve_one(anna)
    found = STAMP.search(anna.page("/cases/C-1"))
    assert found
    assert anna.get(f"/cases/C-1/now?stamp={found[1]}").status_code == 204
    send(night)
    answer(night, 1, "done")
    now = anna.get(f"/cases/C-1/now?stamp={found[1]}")
    assert now.status_code == 200
    assert "held in full" in now.text
    assert "<html" not in now.text


def test_reasons_and_what_speaks_for_the_holder_stay_after_the_approval_and_stand_on_the_appeal(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    from warroom.public import appeals

    approve(anna)
    page = anna.page("/cases/C-1?lane=h1")
    panel = page[page.index('id="panel-h1"') :]
    assert panel.index("Why hold") < panel.index("What speaks for the holder") < panel.index("approved, ")
    appeals.submit_appeal(night.ledger, night.hold_now(1).reference, "Somsri", "I sold a telephone.")
    appeal = enter("chai").page("/cases/C-1")
    part = appeal[appeal.index('id="appeals"') :]
    assert part.index("What the holder says") < part.index("Why it was held") < part.index("Received ")


def test_released_and_declined_amounts_are_told_in_their_rows_and_in_the_sums(
    anna: Visitor, night: Night
) -> None:
    approve_one(anna)
    send(night)
    anna.post("/cases/C-1", "/holds/1/release", reason="A salary")
    rest = ticks(anna)
    page = anna.post(
        "/cases/C-1",
        "/cases/C-1/approve",
        to="/cases/C-1/decline",
        proposal=rest[:1],
        reason="A shop",
    ).text
    assert re.search(r'data-state="released-\d+-released"', page)
    assert re.search(r'data-state="declined-\d+"', page)
    sums = night.page().standing
    assert sums is not None
    assert min(sums.freed, sums.declined) > 0


@pytest.mark.parametrize(
    "path", ["?lane=h99", "?opened=x,small", "?holds=1.x.99999999999999999999&said=approved"]
)
def test_odd_words_in_the_address_show_the_case_as_it_is(anna: Visitor, path: str) -> None:
    assert "Hold 4 amounts" in anna.page(f"/cases/C-1{path}")
