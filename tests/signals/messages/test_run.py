"""Runs over a home's messages and names: what becomes a signal, as of when, and that one reporter is one voice."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.signals import store
from warroom.signals.domains import run as domains
from warroom.signals.messages import run as messages

NOON = datetime(2026, 3, 9, 5, tzinfo=UTC)
SCAM = "พัสดุของคุณตกค้าง ชำระค่าธรรมเนียม 49 บาทที่ {link} ภายใน 24 ชั่วโมง"


@pytest.fixture
def lake(home: Home) -> Lake:
    found = Lake.open(home)
    texts = [
        ("Q-1", "+66811111111", SCAM.format(link="pay-now.example.top/a")),
        ("Q-2", "+66822222222", SCAM.format(link="pay-now.example.top/b")),
        ("Q-3", "+66833333333", SCAM.format(link="pay-now.example.top/c")),
        ("Q-4", "+66811111111", "เย็นนี้กลับมากินข้าวด้วยกันนะ แม่ทำแกงไว้ให้"),
        *((f"R-{n}", "+66899999999", SCAM.format(link="somchai-chairs.com")) for n in range(30)),
    ]
    rows = [
        {"record_id": name, "time": NOON + timedelta(seconds=at), "to": to, "medium": "sms", "text": text}
        for at, (name, to, text) in enumerate(texts)
    ]
    found.write_rows("messages", rows, source="HOTLINE")
    found.write_rows("domains", [{"record_id": "D-1", "name": "scb-login.top"}], source="REG")
    return found


def test_scams_become_signals_with_the_record_that_shows_them_and_honest_ones_do_not(lake: Lake) -> None:
    found = messages.run(lake, messages.find_newest_time(lake), 100)
    subjects = {str(one.subject) for one in found}
    assert "message:Q-1" in subjects
    assert "message:Q-4" not in subjects
    assert all(reason.evidence for one in found for reason in one.reasons)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))


def test_a_run_is_the_same_until_something_else_comes_and_is_found_again_by_its_kind(lake: Lake) -> None:
    when = messages.find_newest_time(lake)
    first = store.write_signals(lake, messages.run(lake, when, 100))
    again = store.write_signals(lake, messages.run(lake, when, 100))
    assert (first.accepted > 0, again.accepted) == (True, 0)
    assert store.load_last_run(lake, "mules") == []
    assert [str(one.subject) for one in store.load_last_run(lake, "messages")][:1] == [
        str(messages.run(lake, when, 1)[0].subject)
    ]
    assert store.find_last_written(lake) is None
    assert store.find_last_written(lake, "messages") is not None


def test_nothing_that_came_later_is_seen(lake: Lake) -> None:
    assert messages.run(lake, NOON - timedelta(days=1), 100) == []


def test_a_page_in_several_peoples_scams_is_named_and_one_rivals_thirty_reports_name_nobody(
    lake: Lake,
) -> None:
    named = {one.subject.id: one for one in domains.run(lake, messages.find_newest_time(lake), 100)}
    assert {"scb-login.top", "pay-now.example.top"} <= set(named)
    assert "somchai-chairs.com" not in named
    heard = next(one for one in named["pay-now.example.top"].reasons if one.code == "domain_in_scams")
    assert heard.params["people"] == 3
    assert heard.evidence == ("Q-1", "Q-2", "Q-3")
