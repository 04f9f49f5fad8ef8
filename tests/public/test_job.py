"""A job on offer is looked at on the spot and kept nowhere; a missing relative goes out as urgent, whatever was answered."""

import re

from httpx import Client

from tests.public.test_inbox import desk
from tests.public.test_report import MONEY, paid, read, turn
from tests.web.conftest import Night
from warroom.home import Home
from warroom.public.schema import PublicReport
from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences

LURE = (
    "Typing job, salary 45,000 baht, no experience needed, we pay your flight. You enter on a tourist visa, "
    "our driver takes you across the river at night. The company keeps your passport. Leave tomorrow!"
)
HONEST = (
    "Electrician wanted, Chiang Mai. Contract in Thai, 15,000 baht a month, social security, interview at our office, "
    "Nimman Road 4, telephone 053 123 456."
)


def test_pasted_words_and_ticks_are_counted_and_shown_beside_honest_jobs(outside: Client) -> None:
    page = outside.post("/report/job?l=en", data={"text": LURE, "ticked": ["secret"]}).text
    assert "Things that honest jobs do not do" in page
    assert "keeps your passport" in page
    assert "The passport stays with you always" in page
    assert "Your family knows where you are" in page
    assert "we do not count it" in page


def test_one_thing_is_a_question_and_none_is_not_safe(outside: Client) -> None:
    one = outside.post("/report/job?l=en", data={"ticked": ["hurry"]}).text
    assert "1 thing to ask about" in one
    none = outside.post("/report/job?l=en", data={"text": HONEST}).text
    assert "Not known is not safe" in none
    assert outside.post("/report/job?l=en", data={}).status_code == 400


def test_looking_sends_nothing_and_sending_gives_a_code(night: Night, outside: Client) -> None:
    outside.post("/report/job", data={"text": LURE})
    assert turn(night) == 0
    sent = outside.post(
        "/report/job/send", data={"text": LURE, "way": "Mae Sot, 3 December", "word": "mango"}
    )
    assert "จดรหัส" in read(sent.text) or "รหัส" in sent.text
    outside.post("/report/missing", data={})
    assert turn(night) == 2
    with night.ledger.open_session() as session:
        assert {(row.kind, row.urgency) for row in session.query(PublicReport)} == {
            ("job", 2),
            ("missing", 2),
        }


def test_the_page_can_be_left_at_once_and_keeps_no_draft(outside: Client) -> None:
    for path in ("/report/job", "/report/missing"):
        page = outside.get(path).text
        assert 'rel="noreferrer"' in page
        assert "data-draft" not in page
        assert 'autocomplete="off"' in page


HELD = (
    "They locked me in, took my phone, help me, I was sold to another company in Myawaddy",
    "ช่วยด้วย หนูถูกขังอยู่ปอยเปต เขายึดพาสปอร์ต",
)


def test_who_writes_that_they_are_held_is_helped_before_any_word_of_jobs(outside: Client) -> None:
    for language, words in [(language, HELD[at % 2]) for at, language in enumerate(PUBLIC_LANGUAGES)]:
        page = read(outside.post(f"/report/job?l={language}", data={"text": words}).text)
        t = load_sentences(language)
        [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
        assert heading == str(t("help.title"))
        before, _, after = page.partition('action="/report/job/send"')
        assert before.index("tel:1300") < before.rindex("tel:1155")
        assert str(t("leave.now")) in before
        assert str(t("leave.says")) in before
        for key in ("none", "one", "not_known", "stay", "compare"):
            assert str(t("job." + key)) not in before
        assert 'name="place"' in after


def test_a_report_with_words_of_distress_stands_first_in_the_officers_list_and_says_so(
    home: Home, night: Night, outside: Client
) -> None:
    paid(night)
    outside.post("/report/money", data=MONEY)
    outside.post("/report/job/send", data={"text": HONEST})
    outside.post("/report/job/send", data={"text": HELD[0], "place": "Myawaddy"})
    assert turn(night) == 3
    with desk(home, night, "anna") as anna:
        listed = anna.page("/public-reports")
        rows = re.findall(r'<tr id="report-\d+">.*?</tr>', listed, re.S)
        assert ["words of distress" in row for row in rows] == [True, False, False]
        assert "Job offer" in rows[0]
        assert "locked" not in listed, "the words themselves stay sealed"
        [path] = re.findall(r'href="(/public-reports/\d+)"', rows[0])
        assert "words of distress" in anna.page(path)
        assert "คำของผู้เดือดร้อน" in read(anna.page("/public-reports", "th"))


def test_a_relative_and_a_witness_who_tell_of_distress_come_first_too(night: Night, outside: Client) -> None:
    outside.post("/report/missing", data={"heard": "She wrote that she cannot leave, they ask ransom"})
    outside.post("/report/tip", data={"text": "People are locked in the building, they cannot go out"})
    turn(night)
    with night.ledger.open_session() as session:
        assert {(row.kind, row.urgency) for row in session.query(PublicReport)} == {
            ("missing", 3),
            ("tip", 3),
        }
