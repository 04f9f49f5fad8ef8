"""Transfers pushed over HTTP: kept before they are answered for, once, and only a bank's own."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Client, Response

from tests.lake.files import seen, transfer
from tests.lake.streams.pushing import lines_of
from tests.web.conftest import Night, Visitor, serving
from warroom.access import agencies
from warroom.access.api_keys import keys
from warroom.home import Home
from warroom.web.app import create_app

AT = "/api/v1/transfers"
NDJSON = {"content-type": "application/x-ndjson"}


class Bank:
    """A bank's program with its key, and the room's turns."""

    def __init__(self, room: "Room", secret: str) -> None:
        self.client, self.turn = room.client, room.turn
        self.headers = {"authorization": f"Bearer {secret}"}

    def push(self, key: str, body: bytes, **headers: str) -> Response:
        sent = {**NDJSON, **self.headers, "idempotency-key": key, **headers}
        return self.client.post(
            AT, content=body, headers={name.replace("_", "-"): v for name, v in sent.items()}
        )

    def became(self, receipt: int) -> Any:
        return self.client.get(f"{AT}/receipts/{receipt}", headers=self.headers)


@dataclass
class Room:
    """A served room, which takes in what waits when it is told to."""

    app: FastAPI
    client: Client

    def turn(self) -> None:
        self.app.state.streams.run_turn()

    def bank(self, code: str, *scopes: str, **quota: int) -> Bank:
        """A bank's program with a new key."""
        room = self.app.state.room
        made = keys.add_key(room.ledger, code, scopes or ["transfers:write"], **quota)
        room.keyring.reload_keys()
        return Bank(self, made.secret)


@pytest.fixture
def room(home: Home, night: Night) -> Iterator[Room]:
    agencies.seed_exercise(night.ledger)
    app = create_app(home, night.ledger, background=False)
    with serving(app) as address, Client(base_url=address, timeout=60, follow_redirects=True) as client:
        client.cookies.set("warroom_language", "en")
        yield Room(app, client)


def rows(*numbers: int, bank: str = "B01", **other: Any) -> bytes:
    return lines_of(transfer(number, payer_bank=bank, **other) for number in numbers)


def test_a_push_is_answered_with_a_receipt_that_says_later_what_became_of_it(
    room: Room, night: Night
) -> None:
    b01 = room.bank("B01")
    answer = b01.push("night-0001", rows(1, 2) + b"\nnothing")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["key"], told["records"]) == ("night-0001", 3)
    waiting = b01.became(told["receipt"]).json()
    assert (waiting["state"], waiting["accepted"], waiting["problems"]) == ("waiting", None, [])
    b01.turn()
    taken = b01.became(told["receipt"]).json()
    names = ("state", "accepted", "duplicates", "corrections", "quarantined")
    assert [taken[name] for name in names] == ["taken", 2, 0, 0, 1]
    assert taken["problems"][0]["line"] == 3
    assert set(seen(night.lake)) == {"T1", "T2"}
    assert night.lake.list_deliveries()[0].source == "B01"


def test_an_array_is_as_good_as_lines(room: Room, night: Night) -> None:
    b01 = room.bank("B01")
    body = json.dumps([transfer(n, payer_bank="B01") for n in range(3)], indent=1).encode()
    assert b01.push("night-0001", body, content_type="application/json").json()["records"] == 3
    b01.turn()
    assert len(seen(night.lake)) == 3


def test_the_same_key_again_is_the_same_answer_and_with_other_content_a_conflict(
    room: Room, night: Night
) -> None:
    b01 = room.bank("B01")
    first = b01.push("night-0001", rows(1))
    b01.turn()
    again = b01.push("night-0001", rows(1))
    assert (again.status_code, again.content) == (202, first.content)
    other = b01.push("night-0001", rows(2))
    assert (other.status_code, "other content" in other.json()["error"]) == (409, True)
    b01.turn()
    assert set(seen(night.lake)) == {"T1"}


def test_a_bank_sends_its_own_transfers_and_reads_its_own_receipts(room: Room, night: Night) -> None:
    b01, b02 = room.bank("B01"), room.bank("B02")
    receipt = b02.push("night-0001", rows(1)).json()["receipt"]
    assert b01.became(receipt).status_code == 404
    b02.turn()
    became = b02.became(receipt).json()
    assert (became["accepted"], became["quarantined"]) == (0, 1)
    assert "B02" in became["problems"][0]["reason"]


def test_only_a_key_of_the_right_scope_opens(room: Room, night: Night) -> None:
    other = room.bank("B01", "payee-check")
    assert other.push("night-0001", rows(1)).status_code == 403
    assert room.client.post(AT, content=rows(1), headers={"idempotency-key": "night-0001"}).status_code == 401
    spent = room.bank("B01", per_minute=1, per_day=1)
    assert spent.push("night-0001", rows(1)).status_code == 202
    late = spent.push("night-0002", rows(2))
    assert (late.status_code, int(late.headers["retry-after"]) > 0) == (429, True)


UNFIT = (
    (b"", 400, "no record"),
    (b"[1,", 400, "no valid JSON array"),
    (b"\xff", 400, "not valid UTF-8"),
    (b"{}\n" * 10_001, 400, "may hold 10,000"),
    (b"x" * (9 << 20), 413, "shorten"),
)


def test_what_cannot_be_taken_is_one_sentence_in_either_language(room: Room) -> None:
    b01 = room.bank("B01")
    for body, status, said in UNFIT:
        room.client.cookies.set("warroom_language", "en")
        answer = b01.push("night-0001", body)
        assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text
        room.client.cookies.set("warroom_language", "th")
        thai = b01.push("night-0001", body).json()["error"]
        assert said not in thai
        assert "ทำรายการนี้ไม่ได้" not in thai, "a sentence of its own"


def test_a_push_without_a_fit_key_is_unfit(room: Room, night: Night) -> None:
    b01 = room.bank("B01")
    assert b01.push("short", rows(1)).status_code == 422
    assert room.client.post(AT, content=rows(1), headers=b01.headers).status_code == 422


def test_too_much_that_waits_is_turned_away_until_it_is_in_the_lake(
    room: Room, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_STREAM_WAITING", "3")
    b01 = room.bank("B01")
    assert b01.push("night-0001", rows(1, 2)).status_code == 202
    late = b01.push("night-0002", rows(3, 4))
    assert (late.status_code, int(late.headers["retry-after"]) >= 1) == (503, True)
    b01.turn()
    assert b01.push("night-0002", rows(3, 4)).status_code == 202


def test_what_waits_too_long_stands_on_the_board_and_in_the_counts(
    room: Room, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    b01 = room.bank("B01")
    b01.push("night-0001", rows(1, 2))
    monkeypatch.setenv("WARROOM_STREAM_LATE_SECONDS", "0.001")
    time.sleep(0.01)
    with night.home.take_lock("lake"):
        monkeypatch.setattr("warroom.lake.lake.PATIENCE", 0.1)
        b01.turn()
    counts = room.client.get("/metrics").text
    assert "warroom_stream_rows_waiting 2" in counts
    assert "warroom_streams_late 1" in counts
    anna = Visitor(room.client)
    anna.sign_in("anna")
    assert "Records of B01 come late. Rows waiting: 2" in anna.page("/")
    assert "รายการของ B01 มาช้า" in anna.page("/", "th")
    b01.turn()
    assert "come late" not in anna.page("/")
    assert "warroom_stream_rows_waiting 0" in room.client.get("/metrics").text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/xml", b"<?xml version='1.0'?><Document/>"),
        ("application/x-ndjson", b"\n<Document/>"),
        ("text/csv; charset=utf-8", b"record_id,time\n1,2\n"),
    ],
)
def test_a_push_of_another_format_is_refused_whole_with_what_to_do(
    room: Room, kind: str, body: bytes
) -> None:
    bank = room.bank("B01")
    refused = bank.push("b01-other-1", body, content_type=kind, accept_language="en")
    assert (refused.status_code, refused.json()["code"]) == (415, "streams.not-json")
    assert "drop folder" in refused.json()["error"]
    assert bank.push("b01-other-1", lines_of([transfer(1, payer_bank="B01")])).status_code == 202
