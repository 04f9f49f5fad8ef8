"""The search box, the page of a subject and time lines, as an officer meets them."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.exchange.pdf import close, words
from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from warroom.room.worklist.order_list import read_log
from warroom.web.doors.access_table import build_access_table
from warroom.web.kit.navigation import ANYBODY

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
    night.lake.write_rows("tips", rows, source="police")
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
    page = told.get("/search?q=" + quote("ชายแดน")).text
    assert "1 hit in cases that are not yours." in page
    assert "TIP2" not in page
    assert "งานสบาย" not in page


def test_nothing_found_is_said_plainly(told: Visitor) -> None:
    answer = told.get("/search?q=" + quote("ไม่เคยมีใครพูด"))
    assert answer.status_code == 404
    assert "Nothing that is open to you matches" in answer.text


def test_names_that_turn_the_text_around_are_shown_apart_and_escaped(told: Visitor, night: Night) -> None:
    odd = "\u202egnp.exe\u200b" + "ก" * 300 + "<script>"
    page = told.get("/search?q=" + quote(odd)).text
    assert "<script>" not in page.replace('<script type="module"', "")
    assert 'value="\u202egnp' in page, "in a field of its own, which turns nothing around it"


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


def test_the_end_of_a_number_is_enough_however_it_is_written(told: Visitor, night: Night) -> None:
    number = night.sql("SELECT account FROM proposals ORDER BY id LIMIT 1")[0][0]
    # One case alone has it, and opens at once.
    page = told.page("/search?q=" + number[-4:])
    assert "<h1>C-1" in page
    assert f"/subjects/account/B01%3A{number}" in page
    for said in (number[-6:], number.removeprefix("000"), f"{number[-7:-4]}-{number[-4:]}"):
        assert f"account/B01:{number}" in typed(told, said), said


def test_the_palette_answers_in_lines_and_writes_nothing_into_an_address(told: Visitor, night: Night) -> None:
    number = night.sql("SELECT account FROM proposals ORDER BY id LIMIT 1")[0][0]
    page = typed(told, number[-4:])
    assert f"{number[:-4]}<mark>{number[-4:]}</mark>" in page
    assert "with these digits" in page
    assert "Looked at: accounts, papers, reports and notes of your 1 case; money trail of 1 of them" in page
    assert "Not looked at: cases of others" in page
    near = typed(told, f"{number[-9:-5]}{(int(number[-5]) + 5) % 10}{number[-4:]}")
    assert "1 digit differs" in near
    assert f"account/B01:{number}" in near
    assert "Looked at: " in typed(told, "98989"), "also where nothing is found"
    assert "Wake me for C-1" in page
    assert "<html" not in page


def typed(visitor: Visitor, said: str) -> str:
    """What the palette shows of what somebody types."""
    csrf = re.search(r'data-csrf="([^"]+)"', visitor.page("/search"))
    assert csrf
    answer = visitor.client.post("/search/live", data={"csrf": csrf[1], "q": said})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_three_things_that_are_not_found_have_three_answers(told: Visitor) -> None:
    none = typed(told, "C-999")
    assert "There is no C-999." in none
    assert 'href="/cases/C-1"' in none
    other = typed(told, "ชายแดน")
    assert "1 hit in cases that are not yours." in other
    assert "TIP2" not in other
    assert "Type 2 more digits." in typed(told, "50")
    assert "Nothing that is open to you matches." in typed(told, "ไม่เคยมีใครพูด")


def test_one_asks_for_what_is_elsewhere_without_an_address_that_says_it(told: Visitor) -> None:
    form = told.post("/search?q=" + quote("ชายแดน"), "/requests/begin")
    assert 'value="ชายแดน"' in form.text
    assert "?" not in str(form.url)


@pytest.mark.parametrize("said", ["x" * 10_000, "ก" * 10_000, "่้๊", "ส\nม\nช\nา\nย", "💰" * 50])
def test_odd_input_gets_one_sentence_in_a_moment(told: Visitor, said: str) -> None:
    assert typed(told, said).count("<b>") == 1


def test_a_name_is_found_with_its_title_and_letters_written_downwards(told: Visitor, night: Night) -> None:
    night.lake.write_rows(
        "tips",
        [{"record_id": "TIP9", "time": night.now, "text": "มีผู้เสียหายชื่อสมชายใจดีแจ้งว่า", "about": "0007902023"}],
        source="police",
    )
    for said in ("สมชาย", "นายสมชาย", "นาย สมชาย ใจดี", "ส\nม\nช\nา\nย"):
        assert "<mark>" in typed(told, said), said


def test_pages_are_found_by_their_name_in_either_language(
    anna: Visitor, enter: Callable[..., Visitor]
) -> None:
    for said in (">map", "> แผนที่", ">MAP"):
        assert 'href="/map"' in typed(anna, said), said
    every = re.findall(r'class="hit" href="([^"]+)"', typed(enter("boon"), ">"))
    assert "/map" in every
    assert "/officers" not in every, "no administrator"
    assert "No page has that name." in typed(anna, ">nonsense")


def test_signs_that_are_none_are_a_sentence_in_an_address_too(told: Visitor) -> None:
    for said in ("%00", "%00%00C-1", "%E0%B9%88%E0%B9%89"):
        answer = told.client.get(f"/search?q={said}")
        assert answer.status_code in (200, 404), said
    assert told.client.get("/search?q=%00").text.count("There is no letter and no digit in it") == 1


def test_no_page_of_any_role_is_lost(night: Night, enter: Callable[..., Visitor]) -> None:
    """Every page without a number in its address is named by the palette to each role that may open it: those in which the role never
    acts once they are typed.
    """
    for role in ("officer", "commander", "screener", "custodian", "auditor"):
        night.officer(f"one-{role}", role)
        visitor = enter(f"one-{role}")
        named = {
            path.partition("?")[0] for path in re.findall(r'class="hit" href="([^"]+)"', typed(visitor, ">"))
        }
        lost = [
            path
            for path in pages_for(role)
            if path not in named and f'class="hit" href="{path}' not in typed(visitor, f">{path}")
        ]
        assert lost == [], role


NO_PAGES = (
    "/api/",
    "/events",
    "/static",
    "/healthz",
    "/metrics",
    "/map/",
    "/sign-in",
    "/briefing.pdf",
    "/exercise/state",
    "/wall/open",  # for a screen that nobody signs in on
    "/cases/small",  # the folded row of the queue opens it
)


def pages_for(role: str) -> list[str]:
    """The pages that the table of access opens to a role, without those that stand for one thing."""
    doors = [
        (door.removeprefix("GET "), who)
        for door, who in build_access_table().items()
        if door.startswith("GET /")
    ]
    mine = [path for path, who in doors if not who.isdisjoint((role, *ANYBODY)) and "{" not in path]
    return [path for path in mine if not path.startswith(NO_PAGES) and path != "/exercise/after"]


def live(visitor: Visitor, said: str, here: str) -> str:
    csrf = re.search(r'data-csrf="([^"]+)"', visitor.page("/search"))
    assert csrf
    return str(visitor.client.post("/search/live", data={"csrf": csrf[1], "q": said, "here": here}).text)


def test_the_palette_opens_with_what_one_opened_last_and_what_may_be_done_here(told: Visitor) -> None:
    elsewhere = live(told, "", "/map")
    assert "Lately" in elsewhere
    assert 'href="/cases/C-1"' in elsewhere
    shown = live(told, "", "/cases/C-1")
    # Nobody looks for the case that they are on; what may be done with it is there.
    assert 'href="/cases/C-1"' not in shown
    assert 'action="/cases/C-1/follow"' in shown
    assert "Wake me for C-1" in shown
    assert "follow" not in live(told, "", "/map")
    assert 'action="/cases/C-1/follow"' in live(told, "follow", "/cases/C-1/chart")
    assert "/follow" not in live(told, "", "/cases/C-1<script>")


def test_who_may_not_follow_money_is_not_offered_it(told: Visitor, enter: Callable[..., Visitor]) -> None:
    assert "/follow" not in live(enter("dara"), "", "/cases/C-1")
