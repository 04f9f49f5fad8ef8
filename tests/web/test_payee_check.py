"""The check before a payment over HTTP, as a bank's program meets it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Client, Response

from tests.web.conftest import Night
from warroom import clock
from warroom.access import agencies
from warroom.access.api_keys.keys import add_key, list_keys, revoke_key
from warroom.web.payee.api import EXAMPLE

PATH = "/api/v1/payee-check"
Ask = Callable[..., Response]


@pytest.fixture
def bank(night: Night, address: str) -> Iterator[Client]:
    """A program of B01 with a key of its own."""
    agencies.seed_exercise(night.ledger)
    with Client(base_url=address, timeout=60) as client:
        client.headers["authorization"] = f"Bearer {key(night, address)}"
        client.cookies.set("warroom_language", "en")
        yield client


def key(night: Night, address: str, partner: str = "B01", **quota: int) -> str:
    """A key that the server knows."""
    made = add_key(night.ledger, partner, ["payee-check"], **quota)
    with Client(base_url=address, timeout=60) as client:
        for _ in range(400):
            answer = client.post(PATH, headers={"authorization": f"Bearer {made.secret}"}, json={})
            if answer.status_code != 401:
                return made.secret
    raise AssertionError("the server never heard of the key")


def payment(payment_id: str = "P-1", **more: Any) -> dict[str, Any]:
    return (
        EXAMPLE | {"payment_id": payment_id, "time": clock.get_now().isoformat(), "amount": "120.00"} | more
    )


def test_a_bank_hears_what_to_do_and_why_in_thai_and_english(bank: Client) -> None:
    calm = bank.post(PATH, json=payment())
    warned = bank.post(PATH, json=payment("P-2", amount="49500.00"))
    assert (calm.status_code, calm.json()["answer"]) == (200, "no_concern")
    assert (warned.status_code, warned.json()["answer"]) == (200, "warn")
    for said in (calm.json(), warned.json()):
        assert said.keys() == {"check_id", "payment_id", "answer", "reasons"}
        for reason in said["reasons"]:
            assert reason.keys() == {"code", "th", "en"}
            assert re.search(r"[ก-๙]", reason["th"])
            assert not re.search(r"[ก-๙]", reason["en"])
    assert "just under 50,000 baht" in warned.json()["reasons"][0]["en"]


def test_an_answer_carries_the_same_headers_as_any_other(bank: Client) -> None:
    page, check = bank.get("/healthz"), bank.post(PATH, json=payment())
    for name in ("content-security-policy", "x-content-type-options", "cache-control"):
        assert check.headers[name] == page.headers[name]
    assert bank.post(PATH, json={}).headers["cache-control"] == "no-store"


def test_the_same_again_is_the_same_and_other_content_a_conflict(bank: Client) -> None:
    asked = payment()
    first = bank.post(PATH, json=asked)
    assert bank.post(PATH, json=asked).content == first.content
    other = bank.post(PATH, json=asked | {"payee": "9"})
    assert (other.status_code, "with other content" in other.json()["error"]) == (409, True)


def test_another_banks_customer_is_refused(bank: Client) -> None:
    refused = bank.post(PATH, json=payment(payer_bank="B02"))
    assert (refused.status_code, "own customer" in refused.json()["error"]) == (403, True)


def test_a_payment_of_yesterday_is_refused(bank: Client) -> None:
    late = bank.post(PATH, json=payment(time=(clock.get_now() - timedelta(days=1)).isoformat()))
    assert (late.status_code, "is not waiting" in late.json()["error"]) == (409, True)


def test_one_payer_and_ever_other_payees_is_told_to_wait(bank: Client) -> None:
    answers = [bank.post(PATH, json=payment(f"P-{number}", payee=str(number))) for number in range(12)]
    assert [one.status_code for one in answers] == [200] * 10 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 2400


def test_a_spent_quota_is_told_with_the_time_to_wait(night: Night, address: str, bank: Client) -> None:
    secret = key(night, address, "B02", per_minute=2)
    asked = payment(payer_bank="B02"), {"authorization": f"Bearer {secret}"}
    answers = [bank.post(PATH, json=asked[0], headers=asked[1]) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "30"


UNFIT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"amount": "12.345"}, "amount"),
    ({"amount": 5}, "amount"),
    ({"currency": "USD"}, "currency"),
    ({"time": "2026-11-24T09:31:04"}, "time"),
    ({"payee": "1" * 35}, "payee"),
    ({"payment_id": ""}, "payment_id"),
    ({"more": 1}, "more"),
)


def test_what_does_not_fit_is_one_sentence(bank: Client) -> None:
    for change, field in UNFIT:
        answer = bank.post(PATH, json=payment() | change)
        assert answer.status_code == 422
        assert answer.json()["error"].startswith(f"{field}: ")
        assert answer.json()["error"].endswith("correct it and send it again.")


def test_what_is_no_payment_at_all_is_one_sentence_too(bank: Client) -> None:
    for body, status in ((b"", 422), (b"{", 422), (b"\xff\x00", 422), (b"[]", 422), (b"x" * 5_000, 413)):
        answer = bank.post(PATH, content=body)
        assert (answer.status_code, answer.json().keys()) == (status, {"error", "code", "params"})


def test_who_has_no_key_hears_nothing(bank: Client) -> None:
    for given in ("", "Bearer", "Bearer x", "Basic eDp5", "Bearer wr_abcdefgh_" + "A" * 43):
        answer = bank.post(PATH, json=payment(), headers={"authorization": given})
        assert (answer.status_code, answer.json().keys()) == (401, {"error", "code", "params"})


def test_an_ended_key_is_refused_at_once_and_its_use_stays_counted(night: Night, bank: Client) -> None:
    assert bank.post(PATH, json=payment()).status_code == 200
    (made,) = list_keys(night.ledger)
    revoke_key(night.ledger, made.prefix)
    for _ in range(400):
        if bank.post(PATH, json=payment()).status_code == 401:
            break
    else:
        pytest.fail("an ended key went on opening")
    for _ in range(400):
        (made,) = list_keys(night.ledger)
        if made.asked >= 2:
            break
        bank.get("/healthz")
    assert made.asked >= 2
    assert made.refused == 0 or made.refused < made.asked


def test_other_methods_are_told_so(bank: Client) -> None:
    assert bank.get(PATH).status_code == 405


def test_refusals_speak_the_language_a_program_accepts(bank: Client) -> None:
    bank.cookies.clear()
    late = payment(time=(clock.get_now() - timedelta(days=1)).isoformat())
    for language, words in (("en-GB, th;q=0.5", "is not waiting"), ("th", "ไม่")):
        assert words in bank.post(PATH, json=late, headers={"accept-language": language}).json()["error"]
    for language, words in (("en", "correct it and send it again"), ("th", "โปรดแก้ไขแล้วส่งใหม่")):
        wrong = payment() | {"amount": "1.234"}
        unfit = bank.post(PATH, json=wrong, headers={"accept-language": language}).json()["error"]
        assert words in unfit
        assert ".;" not in unfit
