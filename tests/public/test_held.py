"""Who has the code of a notice sees behind the wall how the hold stands, and what they object is an appeal."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from httpx import Client

from tests.public.test_inbox import PNG
from tests.public.test_report import read, turn
from tests.web.conftest import Night
from warroom.bilingual.texts import render_notice
from warroom.cases.decisions.appeals import answer_appeal
from warroom.cases.queries.case_page import open_appeals
from warroom.errors import LedgerError
from warroom.public.held import publish_held
from warroom.public.publishing import format_receipt_time, publish_receipts


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
    assert "คุณขอเงินคืน" in read(sent.text)
    assert turn(night) == 1
    assert [tuple(row) for row in night.sql("SELECT who, text, state FROM appeals")] == [
        ("081 234 5678", "I sold my telephone.", "open")
    ]
    assert night.sql("SELECT count(*) FROM appeal_receipts") == [(1,)]
    publish_held(night.ledger, night.now)
    assert "จะตอบภายใน" in read(outside.post("/appeal", data={"notice": code}).text)
    assert turn(night) == 0


def test_the_hour_of_the_answer_stands_there_right_after_sending(
    night: Night, outside: Client, code: str
) -> None:
    publish_receipts(night.ledger, night.now)
    page = read(outside.post("/appeal/ask?l=en", data={"notice": code, "text": "I sold it."}).text)
    hour = re.search(r"<h1>We answer by (\d\d/\d\d/\d{4} \d\d:\d\d)</h1>", page)
    assert hour
    told = datetime.strptime(hour[1], "%d/%m/%Y %H:%M").replace(tzinfo=ZoneInfo("Asia/Bangkok"))
    turn(night)
    [(due,)] = night.sql("SELECT due_at FROM appeals")
    assert abs(told - due) <= timedelta(minutes=3)
    assert "The answer is one of these" in page


def test_who_needs_it_today_stands_first_and_more_evidence_follows(
    night: Night, outside: Client, code: str
) -> None:
    form = {"notice": code, "text": "My wages.", "need": "yes", "once": "1" * 32}
    for _ in range(2):
        outside.post("/appeal/ask", data=form)
    assert turn(night) == 1
    assert night.sql("SELECT needed_today FROM appeals") == [(True,)]
    publish_held(night.ledger, night.now)
    nothing = outside.post("/appeal/more?l=en", data={"notice": code})
    assert nothing.status_code == 400
    assert "Write something or choose a picture" in nothing.text
    more = {"notice": code, "text": "Here is the slip.", "once": "2" * 32}
    for _ in range(2):
        sent = outside.post("/appeal/more?l=en", data=more, files={"file": ("s.png", io.BytesIO(PNG))})
        assert "It is with your request" in sent.text
    assert turn(night) == 1
    assert night.sql("SELECT text, media FROM appeal_additions") == [("Here is the slip.", "image/png")]
    publish_held(night.ledger, night.now)
    assert "Sent afterwards: 1" in outside.post("/appeal?l=en", data={"notice": code}).text
    [appeal] = open_appeals(night.ledger, night.people["anna"])
    assert appeal.needed_today
    assert [addition.text for addition in appeal.additions] == ["Here is the slip."]
    with pytest.raises(LedgerError):
        night.sql("DELETE FROM appeal_additions")


def test_more_evidence_without_an_appeal_goes_nowhere(night: Night, outside: Client, code: str) -> None:
    page = outside.post("/appeal/more?l=en", data={"notice": code, "text": "Here."}).text
    assert "It is with your request" not in page
    assert turn(night) == 0


def test_the_answer_names_sum_and_date_and_what_if_the_bank_has_not_done_it(
    night: Night, outside: Client, code: str
) -> None:
    outside.post("/appeal/ask", data={"notice": code, "text": "I sold it."})
    turn(night)
    [(appeal, held)] = night.sql("SELECT a.id, h.held FROM appeals a JOIN holds h ON h.id = a.hold_id")
    [(amount,)] = night.sql("SELECT amount FROM holds")
    judge = night.officer("judge", "appeals")
    answer_appeal(night.ledger, judge, appeal, False, "The sale is shown.", now=night.now)
    night.ledger.number_committed_rows()
    publish_held(night.ledger, night.now)
    page = read(outside.post("/appeal?l=en", data={"notice": code}).text)
    assert f"{(held or amount) // 100:,} baht are yours to use again" in page
    assert f"Answered on {format_receipt_time(night.now)}" in page
    assert "name the code " + code.replace("-", "\u2011") in page
    assert 'href="tel:1441"' in page


def test_a_notice_says_where_to_go_and_tells_nobody_to_press_a_link(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_PUBLIC_ADDRESS", "https://check.example/")
    monkeypatch.setenv("WARROOM_HOLDER_TELEPHONE", "02 000 0000")
    for package, kinds in (("warroom.cases", ("hold", "extend", "release", "expiry")),):
        for kind in kinds:
            fields = ("amount", "until", "citation", "reference", "hours", "limit")
            notice = render_notice(package, "notices.toml", kind, dict.fromkeys(fields, "x"))
            for said in (notice.th, notice.en):
                assert "check.example/appeal" in said
                assert "https://" not in said
                assert "02 000 0000" in said
    flag = render_notice("warroom.payee", "notices.toml", "ended", {"reference": "x"}, page=False)
    assert "02 000 0000" in flag.en
    assert "check.example" not in flag.en


def test_a_wrong_code_and_none_are_one_answer(outside: Client) -> None:
    answers = [outside.post("/appeal", data={"notice": one}) for one in ("AAAA-BBBB-CCCC", "x", "")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
