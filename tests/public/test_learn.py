"""Lessons: sixteen items told apart, both figures at the end, a trainer's class of sums alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom import clock, settings
from warroom.public import learners, publishing, taking_in
from warroom.public.outside import classes
from warroom.public.outside.lesson_files import lesson_of, list_lesson_faults, load_offered_lessons
from warroom.public.outside.lessons import EACH, KINDS, THREATS, Lesson
from warroom.public.outside.telling_apart import d_prime
from warroom.public.schema import LessonClass, LessonReminder, PublicReport, Submission
from warroom.web.public import learn_pages

LESSONS = resources.files("warroom.public") / "lessons"
PRACTICE = re.compile(r'name="practice" value="([^"]+)"')
Tells = Callable[[str], str]


def practice_on(page: str) -> str:
    found = PRACTICE.search(page)
    assert found, page
    return found[1]


def item_on(page: str, lesson: Lesson) -> str:
    """Which item a page asks about, by its context."""
    return next(
        item.id
        for item in lesson.items.values()
        if item.context in page.replace("&#39;", "'").replace("&#34;", '"')
    )


def through(client: Client, page: str, lesson: Lesson, tell: Tells) -> str:
    """A learner's whole way; `tell` says s or g of an item's id. The last page."""
    for _ in range(len(lesson.items)):
        said = {"practice": practice_on(page), "a": tell(item_on(page, lesson))}
        feedback = client.post("/learn/answer", data=said)
        assert feedback.status_code == 200
        assert "<mark>" in feedback.text
        page = client.post("/learn/next", data={"practice": practice_on(feedback.text)}).text
    return page


def all_scams(item: str) -> str:
    return "s"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """Every test comes from one network, whose wrong numbers are counted."""
    learn_pages.CLASSROOM_RATE_LIMIT._seen.clear()
    learn_pages.LESSON_RATE_LIMIT._seen.clear()


@pytest.fixture
def english(outside: Client) -> Client:
    outside.cookies.set("lang", "en")
    return outside


@pytest.fixture
def lesson() -> Lesson:
    found = lesson_of("message", "en")
    assert found
    return found


def right(lesson: Lesson) -> Tells:
    return lambda item: "s" if lesson.items[item].kind == "scam" else "g"


def test_every_lesson_that_ships_is_whole_in_thai_and_english() -> None:
    assert list_lesson_faults(LESSONS) == []
    for lessons in load_offered_lessons().values():
        for lesson in lessons.values():
            assert [len(lesson.of_kind(kind)) for kind in KINDS] == [EACH, EACH]
            assert lesson.sources
            assert all(item.costs for item in lesson.of_kind("genuine"))
            assert all(item.hard for item in lesson.of_kind("scam"))


def test_every_threat_has_its_lesson() -> None:
    assert tuple(load_offered_lessons()) == THREATS


def test_a_lesson_on_lost_money_says_what_authorities_never_do() -> None:
    lesson = lesson_of("recovery", "en")
    assert lesson
    assert "Facebook" in lesson.items["amlo-page"].plain + lesson.items["amlo-page"].sender
    genuine = " ".join(f"{item.plain} {item.says}" for item in lesson.of_kind("genuine"))
    assert not re.search(r"LINE|PIN|fee of|share your screen", genuine)


def test_lessons_name_no_true_number_or_address() -> None:
    for lessons in load_offered_lessons().values():
        for lesson in lessons.values():
            for item in lesson.items.values():
                said = f"{item.sender} {item.plain} {item.context}"
                for host in re.findall(r"[a-z0-9-]+\.[a-z]{2,}", said):
                    assert host.endswith(".example"), host
                for number in re.findall(r"\b0\d{1,2}[ -]\d{3}[ -]\d{4}\b", said):
                    assert number.startswith("000 555"), number


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("cues: 4", "cues: many"), "write a line cues"),
        (("costs: ", "price: "), "write a line costs"),
        (("==32 baht tax==", "32 baht tax"), "each mark needs its own"),
        (("is: genuine", "is: scam"), "8 are needed|write a line cues"),
        (("sources = ", "source = "), "lacks sources"),
        (("version = 1", "version = 2"), "two versions"),
        (("id: mother", "id: father"), "differ at item"),
    ],
)
def test_what_a_teacher_left_out_is_said_in_one_sentence(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    for language in ("th", "en"):
        text = (LESSONS / f"message.{language}.md").read_text(encoding="utf-8")
        text = text.replace(*change, 1) if language == "en" else text
        (tmp_path / f"message.{language}.md").write_text(text, encoding="utf-8")
    found = list_lesson_faults(tmp_path)
    assert len(found) == 1, found
    assert re.search(sentence, found[0])


def test_both_figures_stand_in_one_sentence_and_never_a_per_cent(english: Client, lesson: Lesson) -> None:
    page = through(english, english.get("/learn/message").text, lesson, all_scams)
    assert "You caught 8 of 8 scams and trusted 0 of 8 genuine ones" in page
    assert "%" not in re.sub(r"<style.*?</style>", "", page)
    assert lesson.items["mother"].name in page, "what was missed stands by its name"
    page = through(english, english.get("/learn/message").text, lesson, right(lesson))
    assert "You caught 8 of 8 scams and trusted 8 of 8 genuine ones" in page


def test_no_score_and_no_count_stands_before_the_end(english: Client, lesson: Lesson) -> None:
    first = english.get("/learn/message").text
    feedback = english.post("/learn/answer", data={"practice": practice_on(first), "a": "s"}).text
    assert "of 8" not in first + feedback
    buttons = re.findall(r"<button class=\"tell\"[^>]*>", first)
    assert len(buttons) == 2


def test_two_learners_meet_the_items_in_two_orders(english: Client, lesson: Lesson) -> None:
    firsts = {item_on(english.get("/learn/message").text, lesson) for _ in range(12)}
    assert len(firsts) > 2


def test_a_way_that_was_tampered_with_begins_again(english: Client) -> None:
    practice = practice_on(english.get("/learn/message").text)
    for said in (practice[:-1] + "x", practice.replace("message", "call"), "", "....", "ก"):
        assert english.post("/learn/next", data={"practice": said}).headers["location"] == "/learn"


def test_alone_nothing_is_sent(scene: Scene, english: Client, lesson: Lesson) -> None:
    through(english, english.get("/learn/message").text, lesson, all_scams)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Submission)).all() == []


def at_ten(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Rooms are open in the morning."""
    real = classes.to_local_time(datetime.now(UTC), settings.get_text("WARROOM_TIMEZONE"))
    monkeypatch.setattr(classes, "is_open", lambda now: True)
    return real


def test_a_class_shows_sums_from_eleven_on_and_grows_by_eleven(
    scene: Scene, english: Client, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at_ten(monkeypatch)
    page = english.post("/learn/room/open", data={"threat": "message"}).text
    number = "".join(re.findall(r"<span>(\d{3})</span>", page))
    assert len(number) == classes.DIGITS
    for learner in range(12):
        page = english.post("/learn/room", data={"number": number}).text
        through(english, page, lesson, all_scams if learner else right(lesson))
        if learner == 9:
            look(scene, now)
            shown = english.post("/learn/room", data={"number": number, "look": "1"}).text
            assert "Finished: 10" in shown
            assert "still missing: 1" in shown
            assert "of 8" not in shown
    look(scene, now)
    shown = english.post("/learn/room", data={"number": number, "look": "1"}).text
    assert "Finished: 12" in shown
    assert "Sums of the first 11" in shown
    assert "8.0 of 8" in shown
    assert "0.7 of 8" in shown
    file = english.post("/learn/room/file", data={"number": number}).text
    assert "d-prime (log-linear),,11," in file
    assert "mother,genuine,11,10" in file
    with scene.ledger.open_session() as session:
        assert session.scalars(select(PublicReport)).all() == [], "no lesson stands in the inbox"
    learners.publish_classes(scene.ledger, now + timedelta(days=1))
    with scene.ledger.open_session() as session:
        assert session.scalars(select(LessonClass)).all() == [], "a class is forgotten with its day"


def look(scene: Scene, now: datetime) -> None:
    taking_in.ingest_submissions(scene.ledger, scene.lake, now)
    publishing.publish_receipts(scene.ledger, now)


def test_who_finishes_twice_counts_once(
    scene: Scene, english: Client, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at_ten(monkeypatch)
    page = english.post("/learn/room/open", data={"threat": "message"}).text
    number = "".join(re.findall(r"<span>(\d{3})</span>", page))
    last = through(english, english.post("/learn/room", data={"number": number}).text, lesson, all_scams)
    for _ in range(3):
        english.post("/learn/next", data={"practice": practice_on(last)})
    look(scene, now)
    with scene.ledger.open_session() as session:
        assert session.scalars(select(LessonClass.finished)).all() == [1]


def test_a_number_that_is_no_room_of_today_is_said_and_guessing_waits(english: Client) -> None:
    wrong = [
        english.post("/learn/room", data={"number": f"{n:06d}", "look": "1"}).status_code for n in range(60)
    ]
    assert wrong[0] in (200, 404)
    assert wrong[-1] == 429


def test_guessing_the_file_of_a_room_waits_as_guessing_the_room_does(english: Client) -> None:
    wrong = [english.post("/learn/room/file", data={"number": f"{n:06d}"}).status_code for n in range(60)]
    assert wrong[0] == 404
    assert wrong[-1] == 429
    assert english.post("/learn/room", data={"number": "000000"}).status_code == 429, "one count for both"


def test_rooms_are_open_in_the_evening_and_offer_nothing_once_closed(
    english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert classes.is_open(datetime(2026, 11, 28, 20, 59, tzinfo=UTC))
    assert not classes.is_open(datetime(2026, 11, 28, 21, 0, tzinfo=UTC))
    monkeypatch.setattr(classes, "is_open", lambda now: False)
    page = english.get("/learn/room").text
    assert 'action="/learn/room/open"' not in page
    assert "until 21:00" in page
    answer = english.post("/learn/room/open", data={"threat": "message"})
    assert answer.status_code == 400
    assert "until 21:00" in answer.text


def test_a_number_to_be_reminded_is_sealed_told_twice_and_gone(
    scene: Scene, english: Client, lesson: Lesson
) -> None:
    last = through(english, english.get("/learn/message").text, lesson, all_scams)
    said = {"practice": practice_on(last), "way": "sms", "number": "no number"}
    wrong = english.post("/learn/remind", data=said)
    assert wrong.status_code == 400
    assert 'aria-describedby="number-wrong"' in wrong.text
    assert 'value="no number"' in wrong.text
    assert english.post("/learn/remind", data=said | {"number": "000 555 0123"}).status_code == 200
    now = clock.get_real_now()
    look(scene, now)
    with scene.ledger.open_session() as session:
        assert b"555" not in session.scalars(select(Submission.sealed)).one()
    assert learners.take_due_reminders(scene.ledger, now + timedelta(days=27)) == []
    for days in (29, 85):
        (due,) = learners.take_due_reminders(scene.ledger, now + timedelta(days=days))
        assert (due.way, due.number, due.threat) == ("sms", "000 555 0123", "message")
        assert learners.take_due_reminders(scene.ledger, now + timedelta(days=days)) == []
    with scene.ledger.open_session() as session:
        assert session.scalars(select(LessonReminder)).all() == []
        assert session.scalars(select(Submission.sealed)).all() == [learners.EMPTY]


def test_a_certificate_bears_a_name_only_if_one_was_typed(
    scene: Scene, english: Client, lesson: Lesson
) -> None:
    last = through(english, english.get("/learn/message").text, lesson, all_scams)
    said = {"practice": practice_on(last)}
    assert "Ms Example" not in english.post("/learn/certificate", data=said).text
    assert "Ms Example" in english.post("/learn/certificate", data=said | {"who": "Ms Example"}).text
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Submission)).all() == []


def test_the_sheet_has_four_of_each_and_its_answers_below_the_fold(outside: Client) -> None:
    page = read(outside.get("/learn/message/sheet").text)
    above, _, below = page.partition("พับตรงนี้ก่อนแจก")
    assert above.count('<span class="o">') == 16
    assert len(re.findall(r"\d", below.split("</p>")[0])) == 8


def test_an_unknown_lesson_leads_to_the_list(outside: Client) -> None:
    assert outside.get("/learn/nothing").headers["location"] == "/learn"


def test_pages_of_lessons_are_light(outside: Client) -> None:
    for path in ("/learn", "/learn/message", "/learn/message/sheet", "/learn/room"):
        assert int(outside.get(path).headers.get("content-length", 0)) < 12_000


def test_d_prime_is_finite_where_nobody_ever_misses() -> None:
    assert d_prime(8, 8, 0, 8) == pytest.approx(3.19, abs=0.01)
    assert d_prime(4, 8, 4, 8) == 0
    assert d_prime(8, 8, 8, 8) == 0
