"""A job on offer is looked at on the spot and kept nowhere; a missing relative goes out as urgent, whatever was answered."""

from httpx import Client

from tests.public.test_report import read, turn
from tests.web.conftest import Night
from warroom.public.schema import PublicReport

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
    assert "things that honest jobs do not do" in page
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
    with night.ledger.session() as session:
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
