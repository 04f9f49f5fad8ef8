"""The advice on payments, on its page and over HTTP."""

import re
import time
from typing import Any

import pytest
from httpx import Client

from tests.payee.test_advice import Stolen
from tests.web.conftest import Night
from tests.web.test_flags import Enter
from tests.web.test_payee_check import PATH, key, payment
from warroom.access import agencies


@pytest.fixture(autouse=True)
def stolen(monkeypatch: pytest.MonkeyPatch) -> None:
    # Before the room is served: its desk reads the model once.
    monkeypatch.setattr("warroom.signals.payments.look.load_shipped_model", Stolen)


def test_one_officer_proposes_another_confirms_and_the_bank_hears_an_hour_with_a_question(
    night: Night, enter: Enter, address: str
) -> None:
    agencies.seed_exercise(night.ledger)
    night.officer("dao", "officer")
    anna, dao = enter("anna"), enter("dao")
    refused = anna.post("/flags/advice", "/flags/advice", wait="90", ask="50", held="0", reason="To try.")
    assert "To try." in refused.text, "what was typed stands there still"
    anna.post("/flags/advice", "/flags/advice", wait="50", ask="90", held="0", reason="As measured.")
    page = anna.page("/flags/advice")
    assert "Waits for a second officer" in page
    assert "Put into effect" not in page
    (number,) = set(re.findall(r"/flags/advice/(\d+)/confirm", dao.page("/flags/advice")))
    dao.post("/flags/advice", f"/flags/advice/{number}/confirm")
    assert "From 50 of 100 on a payment waits an hour" in dao.page("/flags/advice")
    with Client(base_url=address, timeout=60) as bank:
        bank.headers["authorization"] = f"Bearer {key(night, address)}"
        payer, said = ask_until_advised(bank)
        assert said["advice"]["advice"] == "wait"
        assert said["advice"]["wait_seconds"] == 3_600
        assert "policeman" in said["advice"]["question"]["en"]
        assert re.search(r"[ก-๙]", said["advice"]["question"]["th"])
        assert [reason["code"] for reason in said["advice"]["reasons"]] == ["payment_first"]
        calm = bank.post(PATH, json=payment("P-calm", payer="77")).json()["advice"]
        assert calm == {
            "advice": "go_on",
            "wait_seconds": None,
            "question": None,
            "reasons": [],
            "speaks_for_it": [],
        }
        checked = {
            "payment_id": said["payment_id"],
            "payer": payer,
            "payee_bank": "B02",
            "payee": "5556667778",
        }
        assert bank.post("/api/v1/payee-meant", json=checked | {"payee": "1"}).status_code == 404
        listed = anna.page("/flags/advice")
        assert "wait an hour" in listed
        assert "the bank asks the payer" in listed
        meant = bank.post("/api/v1/payee-meant", json=checked)
        assert (meant.status_code, meant.json().keys()) == (200, {"until"})
        again = bank.post(PATH, json=payment("P-again", payer=payer, amount="40000.00")).json()
        assert again["advice"]["advice"] == "go_on"
        assert "the payer meant it: it goes on" in anna.page("/flags/advice")


def ask_until_advised(bank: Client) -> tuple[str, dict[str, Any]]:
    """The rule reaches checks within a second, the look a little later; each question comes from a payer who never paid before."""
    for number in range(300):
        payer = str(500 + number)
        said: dict[str, Any] = bank.post(
            PATH, json=payment(f"P-{number}", payer=payer, amount="40000.00")
        ).json()
        if said.get("advice", {}).get("advice", "go_on") != "go_on":
            return payer, said
        time.sleep(0.1)
    raise AssertionError("no advice came")
