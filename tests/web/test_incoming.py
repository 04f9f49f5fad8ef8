"""What comes in to a flagged account over HTTP: from a signal to a payer's answer, and the holder's appeal."""

import re
from collections.abc import Callable

import pytest

from tests.incoming.waiting import answer_order, pay_in, sent_orders, shown, signalled
from tests.web.conftest import Night, Visitor
from tests.web.program import programs
from warroom import clock
from warroom.incoming import queries
from warroom.incoming.views import IncomingHoldView
from warroom.public import incoming as public

Enter = Callable[..., Visitor]


def start(night: Night, anna: Visitor) -> IncomingHoldView:
    """A hold that anna began from a signal's page, in effect at its bank."""
    night.now = clock.get_now()
    signal = signalled(night)
    form = f"/incoming/new?bank=B05&account=5005&signal={signal}"
    assert re.search(
        r'href="/incoming/new\?bank=B05&amp;account=5005&amp;signal=' + signal,
        anna.page(f"/signals/{signal}"),
    )
    page = anna.page(form)
    assert "Honest payments that would wait in seven days" in page
    begun = anna.post(form, "/incoming", reason="Money of five strangers left within the hour.")
    assert "The bank is asked under your name" in begun.text
    night.now = clock.get_now()
    (order,) = [order for order in sent_orders(night) if order.about == "incoming"]
    answer_order(night, order)
    return queries.load_incoming_hold(night.ledger, night.anna, order.about_id)


def test_from_a_signal_to_money_sent_back(night: Night, enter: Enter) -> None:
    anna = enter("anna")
    hold = start(night, anna)
    assert "Nobody was notified" in anna.page(f"/incoming/{hold.id}")
    assert pay_in(night, hold, "W1") == 1
    listed = anna.page("/incoming")
    assert "0812345678" in listed
    assert "40,000" in listed
    assert "Payer to call" in anna.page("/work")
    page = anna.page(f"/incoming/{hold.id}")
    for words in ("Did somebody tell you to pay: a policeman", "tel:0812345678", "Cheated: send it back"):
        assert words in page
    action = re.findall(r"/incoming/\d+/payments/\d+", page)[0]
    refused = anna.post(f"/incoming/{hold.id}", action, answer="cheated", text=" ")
    assert refused.status_code == 409
    assert "Write in a sentence what the payer said" in refused.text
    back = anna.post(f"/incoming/{hold.id}", action, answer="cheated", text="A policeman on the line.")
    assert "a report names the payment" in back.text
    (payment,) = shown(night, hold).payments
    assert (payment.state, payment.cause) == ("sending-back", "cheated")
    pay_in(night, hold, "W2")
    assert "ตำรวจหรือเจ้าหน้าที่" in anna.page(f"/incoming/{hold.id}", "th")


def test_who_meant_it_and_the_end(night: Night, enter: Enter) -> None:
    anna = enter("anna")
    hold = start(night, anna)
    pay_in(night, hold, "W1")
    pay_in(night, hold, "W2", 700_00)
    actions = re.findall(r"/incoming/\d+/payments/\d+", anna.page(f"/incoming/{hold.id}"))
    said = anna.post(f"/incoming/{hold.id}", actions[0], answer="meant", text="Rent for November.")
    assert "let this payment through at once" in said.text
    ended = anna.post(f"/incoming/{hold.id}", f"/incoming/{hold.id}/end", reason="A landlord.")
    assert "let everything through" in ended.text
    assert {payment.state for payment in shown(night, hold).payments} == {"letting-through"}


def test_a_second_officer_approves_and_the_first_cannot(night: Night, enter: Enter) -> None:
    anna, boon = enter("anna"), enter("boon")
    form = "/incoming/new?bank=B05&account=6006"
    assert "No signal of the analysis speaks against it" in anna.page(form)
    proposed = anna.post(form, "/incoming", reason="The bank called about it.")
    assert "a second officer decides within a day" in proposed.text
    number = re.search(r"/incoming/(\d+)", str(proposed.url))
    assert number
    page = f"/incoming/{number[1]}"
    assert "Approve: ask the bank" not in anna.page(page)
    assert "What comes in to an account is to wait" in boon.page("/work")
    approved = boon.post(page, f"{page}/approve")
    assert "The bank is asked under your name" in approved.text


@pytest.mark.parametrize(
    "given", [{"bank": "", "account": ""}, {"bank": "B05", "account": "5005", "reason": " "}]
)
def test_a_form_without_an_account_or_a_reason_is_refused_and_kept(
    night: Night, enter: Enter, given: dict[str, str]
) -> None:
    anna = enter("anna")
    refused = anna.post("/incoming/new?bank=B05&account=5005", "/incoming", **given)
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_who_may_not_read_or_begin(night: Night, enter: Enter) -> None:
    assert enter("chai").client.get("/incoming/new").status_code == 403
    assert enter("chai").client.get("/incoming").status_code == 200


def test_a_program_begins_calls_and_answers_as_an_officer_does(
    night: Night, enter: Enter, address: str
) -> None:
    del enter
    night.now = clock.get_now()
    signal = signalled(night)
    with programs(night, address) as one:
        officer, judge = one("prog", "officer"), one("judge", "appeals")
        estimate = officer.get(f"/incoming/estimate?bank=B05&account=500-5&signal={signal}")
        assert (estimate["bars"], estimate["doubts"]) == ([], [])
        body = {"bank": "B05", "account": "500-5", "reason": "Five strangers.", "signal": signal}
        begun = officer.post("/incoming", key="program-begin", **body)
        assert (begun.status_code, begun.json()["state"]) == (201, "approved")
        assert officer.post("/incoming", key="program-begin", **body).json()["id"] == begun.json()["id"]
        assert officer.post("/incoming", **body).status_code == 409
        assert judge.post("/incoming", **body).status_code == 403
        night.now = clock.get_now()
        (order,) = [order for order in sent_orders(night) if order.about == "incoming"]
        answer_order(night, order)
        hold = queries.load_incoming_hold(night.ledger, night.anna, order.about_id)
        pay_in(night, hold, "W1")
        pay_in(night, hold, "W2", 700_00)
        listed = officer.get("/incoming")
        assert [payment["amount"] for payment in listed["payments"]] == ["40000.00", "700.00"]
        first, second = (payment["id"] for payment in listed["payments"])
        said = officer.post(f"/incoming/payments/{first}/calls", answer="cheated", text="A policeman.")
        assert said.json()["state"] == "sending-back"
        assert officer.post(f"/incoming/payments/{second}/calls", answer="cheated").status_code == 409
        public.appeal_incoming(night.ledger, hold.reference, "Somsri", "I sell cakes.")
        (appeal,) = officer.get(f"/incoming/{hold.id}")["appeals"]
        over = judge.done(f"/incoming/appeals/{appeal['id']}/answer", uphold=False, reason="Cakes.")
        assert (over["state"], over["ended_cause"]) == ("ended", "appeal")


def test_the_holder_reads_and_objects_on_the_rooms_own_server(night: Night, enter: Enter) -> None:
    anna, holder = enter("anna"), enter("")
    hold = start(night, anna)
    page = f"/appeal/{hold.reference}"
    assert holder.client.get(page).status_code == 404, "nobody hears before a payment waits"
    pay_in(night, hold, "W1")
    assert "บัญชีไม่ถูกปิดกั้น" in holder.page(page, "th")
    assert "Payments of 40,000 baht to your account wait at your bank" in holder.page(page)
    sent = holder.post(page, page, who="Somsri", text="I sell cakes.")
    assert "We have your objection" in sent.text
    (appeal,) = shown(night, hold).appeals
    assert appeal.text == "I sell cakes."


def test_a_cases_page_says_at_each_account_why_no_listing_is_proposed(night: Night, enter: Enter) -> None:
    night.case()
    page = enter("anna").page("/cases/C-1")
    assert "No listing is proposed" in page
    assert "money of the case is still to be decided on" in page
