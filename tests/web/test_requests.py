"""The pages of requests to partners: drafted, approved by another, answered, late; and how fast partners answer."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.requests.conftest import Desk
from tests.web.conftest import Night, Visitor
from tests.web.leftovers import text, whole_in_both
from warroom.access.agencies import seed_exercise
from warroom.runtime import deadlines
from warroom.runtime.handlers import STRIKERS

Enter = Callable[..., Visitor]
ASKED = {
    "partner": "T1",
    "case": "C-1",
    "subject": "0800000001",
    "items": "Who held the number\nWhere it was",
    "purpose": "To find who called the victim.",
    "keep_until": "2030-01-01T00:00",
}


@pytest.fixture
def desk(night: Night) -> Desk:
    """Partners, a case, and officers who draft and approve."""
    seed_exercise(night.ledger)
    night.case()
    night.officer("ines", "investigator")
    night.officer("sup", "supervisor")
    earlier = night.now - timedelta(hours=3)  # so that what was told lies behind the clock of the pages
    return Desk(night.home, night.ledger, night.lake, now=earlier, people=night.people)


def test_a_request_is_drafted_by_one_and_approved_by_another(desk: Desk, enter: Enter) -> None:
    ines, sup = enter("ines"), enter("sup")
    page = ines.post("/requests/new", "/requests/new", **ASKED).text
    assert "The request is drafted" in page
    assert "Where it was" in page
    assert "/requests/1/approve" not in page, "who drafts does not approve"
    approved = sup.post("/requests/1", "/requests/1/approve").text
    assert "approved, on its way" in approved
    assert "Invented Telecom 1" in text(sup.page("/requests?show=open"))
    assert "No such request" in sup.page("/requests?show=mine")


def test_a_refused_draft_keeps_what_was_typed_and_says_why(desk: Desk, enter: Enter) -> None:
    ines = enter("ines")
    answer = ines.post("/requests/new", "/requests/new", **(ASKED | {"items": " "}))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "To find who called the victim." in answer.text
    assert '<option value="T1" selected>' in answer.text
    unread = ines.post("/requests/new", "/requests/new", **(ASKED | {"keep_until": "tomorrow"}))
    assert "A date or a time is missing" in unread.text
    assert "No such request" in ines.page("/requests")


def test_a_stop_payment_asks_for_an_amount_of_its_case(desk: Desk, enter: Enter) -> None:
    ines = enter("ines")
    form = "/requests/new?kind=stop-payment"
    given = ASKED | {"partner": "ABROAD", "amount": "1,234.50"}
    made = ines.post(form, "/requests/new", **given).text
    assert "1,234.50" in made
    wrong = ines.post(form, "/requests/new", **(given | {"amount": "plenty"}))
    assert "An amount is missing or cannot be read" in wrong.text


def test_a_reply_by_letter_is_noted_and_ends_the_wait(desk: Desk, enter: Enter) -> None:
    desk.told()
    sup = enter("sup")
    waits = sup.page("/requests/1")
    assert "answer expected in" in waits
    noted = sup.post(
        "/requests/1", "/requests/1/reply", reply="answered", text="By letter 12: it was held by a shop."
    )
    assert "The reply is noted" in noted.text
    assert "By letter 12" in noted.text
    named = sup.post("/requests/1", "/requests/1/document", name="Letter 12", sha256="ab" * 32)
    assert "not in the evidence room yet" in named.text
    wrong = sup.post("/requests/1", "/requests/1/document", name="Letter 12", sha256="xyz")
    assert "64 characters" in wrong.text


def test_a_late_answer_is_seen_in_the_list_and_the_partner_is_reminded(desk: Desk, enter: Enter) -> None:
    desk.told(wanted_by=desk.now + timedelta(hours=1))
    deadlines.strike_due_deadlines(desk.ledger, STRIKERS, desk.now + timedelta(hours=2))
    ines = enter("ines")
    assert 'class="clock late"' in ines.page("/requests?show=late")
    reminded = ines.post("/requests/1", "/requests/1/remind")
    assert "partner reminded" in reminded.text


def test_a_request_that_has_not_left_is_withdrawn_with_a_reason(desk: Desk, enter: Enter) -> None:
    desk.drafted()
    ines = enter("ines")
    empty = ines.post("/requests/1", "/requests/1/withdraw", reason=" ")
    assert empty.status_code == 409
    done = ines.post("/requests/1", "/requests/1/withdraw", reason="Asked already.")
    assert "The request is withdrawn" in done.text


def test_the_table_of_partners_says_durations_in_words_and_how_few_answers_it_rests_on(
    desk: Desk, enter: Enter
) -> None:
    _, order = desk.told()
    desk.says(order, "received", 0.5)
    desk.says(order, "done", 2.25)
    page = text(enter("sup").page("/partners?scope=request&sort=answered"))
    assert "only 1 answer: do not compare" in page
    assert "2 h 15 min" in page
    assert "0 %" in page


def test_nobody_without_the_role_reads_or_drafts(desk: Desk, enter: Enter) -> None:
    desk.officer("siri", "screener")
    siri = enter("siri")
    assert siri.get("/requests").status_code == 403
    assert enter("sup").get("/requests/new").status_code == 403


def test_the_pages_are_whole_in_thai_and_in_english(desk: Desk, enter: Enter) -> None:
    _, order = desk.told(subject="0800000001", purpose="-", items=("-",))
    desk.says(order, "received", 1)
    paths = ("/requests", "/requests/new", "/requests/new?kind=stop-payment", "/requests/1", "/partners")
    whole_in_both(enter("ines"), paths)


def test_a_case_says_which_ends_rest_on_records_not_here_and_one_button_asks_their_bank(
    desk: Desk, enter: Enter
) -> None:
    ines, sup = enter("ines"), enter("sup")
    ines.post("/cases/C-1", "/cases/C-1/purpose", purpose="investigation", text="To find where it went")
    page = ines.page("/cases/C-1")
    assert "Ends that rest on records not here yet" in page
    assert "Its records end at" in page
    bank = re.findall(r'name="bank" value="(B[0-9]+)"', page)[0]
    made = ines.post("/cases/C-1", "/cases/C-1/late-records", bank=bank)
    assert "Ask a partner for records" in made.text
    assert "/requests/1/approve" not in made.text, "another officer approves"
    case = text(ines.page("/cases/C-1"))
    assert "Q-1" in case
    assert f"Ask {bank} for the records" not in case
    again = sup.client.post("/cases/C-1/late-records", data={"bank": bank})
    assert again.status_code == 403
    assert "ปลายทางที่ยังรอบันทึกจากธนาคาร" in ines.page("/cases/C-1", "th")
