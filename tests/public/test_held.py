"""Who has the code of a notice sees behind the wall how the hold stands, and what they object is an appeal."""

import io

import pytest
from httpx import Client

from tests.public.test_inbox import PNG
from tests.public.test_report import read, turn
from tests.web.conftest import Night
from warroom.public.held import publish_held


@pytest.fixture
def code(night: Night, outside: Client) -> str:
    hold = night.hold()
    night.ledger.number_committed_rows()
    assert publish_held(night.ledger, night.now) >= 1
    return hold.reference


def test_the_hold_is_shown_by_the_code_and_an_objection_becomes_an_appeal(
    night: Night, outside: Client, code: str
) -> None:
    page = read(outside.post("/appeal", data={"notice": code.lower().replace("-", " ")}).text)
    assert "ขอเงินคืน" in page
    assert "2002" not in page, "no account"
    empty = outside.post("/appeal/ask", data={"notice": code, "text": " "})
    assert empty.status_code == 400
    sent = outside.post(
        "/appeal/ask",
        data={"notice": code, "text": "I sold my telephone.", "phone": "081 234 5678"},
        files={"file": ("slip.png", io.BytesIO(PNG))},
    )
    assert "เราได้รับคำขอแล้ว" in read(sent.text)
    assert turn(night) == 1
    assert [tuple(row) for row in night.sql("SELECT who, text, state FROM appeals")] == [
        ("081 234 5678", "I sold my telephone.", "open")
    ]
    assert night.sql("SELECT count(*) FROM appeal_receipts") == [(1,)]
    publish_held(night.ledger, night.now)
    assert "จะตอบภายใน" in read(outside.post("/appeal", data={"notice": code}).text)
    assert turn(night) == 0


def test_a_wrong_code_and_none_are_one_answer(outside: Client) -> None:
    answers = [outside.post("/appeal", data={"notice": one}) for one in ("AAAA-BBBB-CCCC", "x", "")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
