"""Flags on payees over HTTP, from a proposal to an appeal that is granted."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from httpx import Client

from tests.payee.test_flags import proposed
from tests.web.conftest import Night, Visitor
from tests.web.test_payee_check import PATH, key, payment
from warroom.access import agencies
from warroom.errors import WarroomError
from warroom.money.trail import BankAccount
from warroom.payee import proposing

Enter = Callable[..., Visitor]


@pytest.fixture
def bank(night: Night, address: str) -> Iterator[Client]:
    """A program of B01 with a key of its own."""
    agencies.seed_exercise(night.ledger)
    with Client(base_url=address, timeout=60) as client:
        client.headers["authorization"] = f"Bearer {key(night, address)}"
        yield client


def said(bank: Client, name: str, **more: str) -> str:
    return str(bank.post(PATH, json=payment(name, payee_bank="B02", payee="2002", **more)).json()["answer"])


def until(bank: Client, wanted: str) -> None:
    """Ask, each time for another payer, until the flags of this second have been heard of."""
    for number in range(25):
        if said(bank, f"{wanted}-{number}", payer=f"{wanted[0]}{number}") == wanted:
            return
        time.sleep(0.3)
    raise AssertionError(f"no check was answered with {wanted}")


def test_from_a_proposal_to_a_warning_an_appeal_and_no_warning(
    night: Night, enter: Enter, bank: Client
) -> None:
    number = proposed(night)
    anna, chai, holder = enter("anna"), enter("chai"), enter()
    (address,) = re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>\s*Payee to flag', anna.page("/work"))
    assert re.search(r"<h1[^>]*>(?:(?!</h1>).)*2002", anna.page(address), re.DOTALL)
    listed = anna.page("/flags")
    assert "2002" in listed
    assert "Reports that name transfers into this account: 1" in listed
    assert said(bank, "P-0") == "no_concern"
    flagged = anna.post("/flags", "/flags/decide", only=str(number))
    assert "Flagged under your name for 14 days" in flagged.text
    until(bank, "warn")
    page = anna.page(f"/flags/{number}")
    assert "Anna" in page
    (code,) = set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page))
    notice = Client(base_url=bank.base_url, timeout=60)
    notice.headers["authorization"] = f"Bearer {key(night, str(bank.base_url), 'B02')}"
    (told,) = notice.get("/api/v1/flag-notices").json()["notices"]
    assert (told["account"], told["reference"], told["ended"]) == ("2002", code, False)
    assert bank.get("/api/v1/flag-notices").json()["notices"] == []
    page = holder.page(f"/appeal?code={code.lower()}")
    for words in ("asked to check first", "Your name", "What do people pay you for?", "Send my objection"):
        assert words in page
    holder.post(f"/appeal/{code}", f"/appeal/{code}", who="Somsri", phone="", text="I sell cakes.")
    assert "We have your objection" in holder.page(f"/appeal/{code}")
    assert "Appeal against a flag" in chai.page("/work")
    (appeal,) = re.findall(r"/flag-appeals/\d+/answer", chai.page(f"/flags/{number}"))
    answered = chai.post(f"/flags/{number}", appeal, uphold="no", reason="The cakes were delivered.")
    assert "The appeal is answered" in answered.text
    until(bank, "no_concern")
    assert "The cakes were delivered." in holder.page(f"/appeal/{code}")
    assert "ไม่เห็นข้อความแล้ว" in holder.page(f"/appeal/{code}", "th")
    assert [one["ended"] for one in notice.get("/api/v1/flag-notices").json()["notices"]] == [True]
    notice.close()


def test_what_speaks_for_a_flag_reads_well_of_one_payment_as_of_many(night: Night, enter: Enter) -> None:
    proposing.tell_probed(night.ledger, {BankAccount("B02", "7007"): (70, 1)}, night.now)
    anna = enter("anna")
    for page in (anna.page("/flags"), anna.page("/flags/1")):
        assert "payments given up without a warning: 1." in page
        assert "1 payments" not in page


def test_a_batch_without_a_reason_loses_nothing_that_was_ticked(night: Night, enter: Enter) -> None:
    numbers = [proposed(night, BankAccount("B02", str(place))) for place in (5551, 5552)]
    anna = enter("anna")
    answer = anna.post("/flags", "/flags/decide", id=[str(one) for one in numbers], word="flag", reason=" ")
    assert answer.status_code == 409
    assert answer.text.count(" checked") == 2
    assert "Write the reason" in answer.text
    anna.post(
        "/flags", "/flags/decide", id=[str(one) for one in numbers], word="decline", reason="Two shops."
    )
    assert "5551" in anna.page("/flags?state=declined")


def test_banks_tell_what_became_of_payments_and_read_their_own_counts(bank: Client) -> None:
    assert said(bank, "P-1") == "no_concern"
    one = {
        "payment_id": "P-1",
        "payer": "1112223334",
        "payee_bank": "B02",
        "payee": "2002",
        "outcome": "paid",
    }
    unknown = one | {"payment_id": "P-none"}
    taken = bank.post("/api/v1/payee-outcomes", json={"outcomes": [one, unknown]})
    assert (taken.status_code, taken.json()) == (200, {"taken": 2})
    assert (
        bank.post("/api/v1/payee-outcomes", json={"outcomes": [one | {"outcome": "lost"}]}).status_code == 422
    )
    found = bank.get("/api/v1/payee-outcomes").json()
    assert (found["held_out"], found["arms"]) == (0.0, [])


def test_the_share_held_out_is_set_with_a_reason_and_told(night: Night, enter: Enter, bank: Client) -> None:
    boon = enter("boon")
    refused = boon.post("/flags/effect", "/flags/effect", share="80", reason="To know.")
    assert "between 0 and 50" in refused.text
    assert "To know." in refused.text, "what was typed stands there still"
    boon.post("/flags/effect", "/flags/effect", share="10", reason="To know.")
    assert "10 of 100 pairs" in boon.page("/flags/effect")
    for number in range(25):
        answer = bank.post(PATH, json=payment(f"P-{number}", payer=f"9{number}")).json()
        if answer.get("arm"):
            break
        time.sleep(0.3)
    assert answer["arm"] in ("told", "held_out")
    assert bank.get("/api/v1/payee-outcomes").json()["held_out"] == 0.1


def test_no_error_of_flags_is_without_its_sentence(night: Night) -> None:
    assert "flags" not in WarroomError("payee.flag-over").render_in("th")
