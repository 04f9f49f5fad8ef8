"""The search box, the page of a subject and time lines, as an officer meets them."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.exchange.pdf import close, words
from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from warroom.room.worklist.order_list import read_log

TIP = "เขาบอกให้โอนเงินเข้าบัญชี 000-790-2023 แล้วโทร +66 81 234 5678"
MULE = "/subjects/account/B01:0007902023"


@pytest.fixture
def told(anna: Visitor, night: Night) -> Visitor:
    """Anna with a case, and a tip that names an account on its trail; her page has been opened before."""
    at = night.now - timedelta(hours=1)
    rows = [
        {"record_id": "TIP1", "time": at, "kind": "number", "text": TIP, "about": "0007902023"},
        {"record_id": "TIP2", "time": at, "kind": "place", "text": "งานสบายที่ชายแดน <b>\u202egnp.exe</b>"},
    ]
    night.lake.write("tips", rows, source="police")
    anna.page("/cases/C-1")
    return anna


def account(night: Night) -> str:
    """An account on the trail with a proposal."""
    bank, number = night.sql("SELECT bank, account FROM proposals ORDER BY id LIMIT 1")[0]
    return f"/subjects/account/{bank}:{number}"


def test_thai_is_found_mid_sentence_and_says_why(told: Visitor) -> None:
    page = told.page("/search?q=" + quote("โอนเงิน"))
    assert "<mark>โอนเงิน</mark>" in page
    assert "matches: text of the tip" in page
    assert "police" in page
    assert "TIP1" in page
    assert 'href="/cases/C-1"' in page
    thai = told.page("/search?q=" + quote("โอนเงิน"), "th")
    assert "ตรงที่: ข้อความในเบาะแส" in thai


def test_outside_ones_cases_there_is_only_a_hit_and_a_request_to_begin(told: Visitor) -> None:
    page = told.page("/search?q=" + quote("ชายแดน"))
    assert "A hit outside your cases" in page
    assert "TIP2" not in page
    assert "งานสบาย" not in page
    form = told.page("/requests/new?" + page.split('href="/requests/new?')[1].split('"')[0])
    assert 'value="ชายแดน"' in form


def test_nothing_found_is_said_plainly(told: Visitor) -> None:
    answer = told.get("/search?q=" + quote("ไม่เคยมีใครพูด"))
    assert answer.status_code == 404
    assert "Nothing that is open to you matches" in answer.text


def test_names_that_turn_the_text_around_are_shown_apart_and_escaped(told: Visitor, night: Night) -> None:
    odd = "\u202egnp.exe\u200b" + "ก" * 300 + "<script>"
    page = told.get("/search?q=" + quote(odd)).text
    assert "<script>" not in page.replace('<script type="module"', "")
    assert "<bdi>\u202egnp" in page


def test_the_case_leads_to_its_accounts_and_its_time_line(told: Visitor, night: Night) -> None:
    page = told.page("/cases/C-1")
    assert 'href="/cases/C-1/timeline"' in page
    assert 'href="/subjects/account/' in page
    link = page.split('href="/subjects/account/')[1].split('"')[0].replace("&amp;", "&")
    subject = told.page(f"/subjects/account/{link}")
    assert "Why you see this" in subject
    assert "fraud desk: work on the case" in subject


def test_a_subject_outside_ones_cases_is_a_hit_or_none(
    told: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    night.officer("inge", "investigator")
    inge = enter("inge")
    page = inge.page(account(night))
    assert "There is a hit" in page
    assert "Why you see this" not in page
    assert "Ask for it by a request" in page
    nothing = inge.get("/subjects/account/B01:9999999999")
    assert nothing.status_code == 404
    assert "No hit" in nothing.text
    assert "There is a hit" in inge.page(account(night) + "/timeline")


def test_a_time_line_is_filtered_and_turned_around(told: Visitor, night: Night) -> None:
    approve(told)
    page = told.page("/cases/C-1/timeline")
    assert page.count("<li class=") > 3
    assert "reported" in page
    holds = told.page("/cases/C-1/timeline?only=hold&order=oldest")
    assert '<li class="hold"' in holds
    assert '<li class="reports"' not in holds
    assert "ลำดับเหตุการณ์ของ C-1" in told.page("/cases/C-1/timeline", "th")
    subject = told.page(account(night) + "/timeline?case=C-1")
    assert '<li class="hold"' in subject


def test_a_time_line_asks_why_before_it_opens(enter: Callable[..., Visitor], night: Night) -> None:
    night.case()
    night.officer("inge", "investigator")
    answer = enter("inge").get("/cases/C-1/timeline")
    assert answer.status_code == 409
    assert "Why do you open case C-1?" in answer.text


def test_a_subject_that_is_none_is_a_sentence(told: Visitor) -> None:
    for path in ("ghost/x", "account/1234", "page/%00", "phone/%E2%80%AE"):
        assert told.get(f"/subjects/{path}").status_code == 404


def test_a_subject_is_taken_along_as_a_paper_whose_hash_stands_in_the_log(
    told: Visitor, night: Night
) -> None:
    subject = account(night)
    bank, number = subject.rpartition("/")[2].split(":")
    night.transfer("T77", 4_321_00, payee_bank=bank, payee=number)
    page = told.page(subject)
    assert "What passed through" in page
    assert "4,321" in page
    answer = told.get(f"{subject}/dossier")
    assert answer.headers["content-type"] == "application/pdf"
    said = words(answer.content)
    for sentence in (number, "4,321", "T77", "EXERCISE", "SHA-256 of the file", "Anna"):
        assert close(sentence) in said, sentence
    row = next(
        row for row in read_log(night.ledger, night.officer("dom", "auditor")) if row.verb == "subject.taken"
    )
    assert row.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert number not in str(row.detail)


def test_a_time_line_is_drawn_with_its_lines_below(told: Visitor) -> None:
    page = told.page("/cases/C-1/timeline")
    assert '<div class="strip"' in page
    assert page.index('<div class="strip"') < page.index('<ol class="timeline">')
