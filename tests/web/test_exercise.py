"""The exercise on the pages: what it is, who may turn it, and what came of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from httpx import Client

from tests.web.conftest import Night, Visitor, served
from warroom.errors import NotPossible
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.runtime.exercise import ExerciseState
from warroom.sentences.catalogue import list_words
from warroom.web.kit import language
from warroom.web.kit.formats import Say
from warroom_lab.demo import after_page
from warroom_lab.demo.after import (
    AfterAction,
    CaseStrip,
    ForecastReview,
    Harmed,
    Missed,
    Player,
    PlayerFigures,
)
from warroom_lab.evaluation.causes import Cause, Spread, Summary

BEGAN = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
STATE = ExerciseState(
    now=BEGAN + timedelta(minutes=95),
    shown_to=BEGAN + timedelta(minutes=95),
    started_at=BEGAN,
    speed=10,
    speeds=(1, 10, 60, 300),
    paused=False,
    ready=True,
    ended_at=None,
    seed=7,
    people=30_000,
    density=150,
)
OURS = PlayerFigures(
    saved=12_345_00, held=15_000_00, share=0.0731, minutes=28.0, holds=9, innocents=1, innocent_hours=0.25
)


def after_began(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


STRIP = CaseStrip(
    reported=after_began(31),
    board=after_began(34),
    decided=after_began(77),
    answered=after_began(91),
    bank="B14",
    held=2_000_00,
    gone=after_began(58),
    there=((after_began(31), 9_000_00), (after_began(58), 2_000_00)),
    others=(("informed", after_began(33)), ("warroom", after_began(46))),
)
AFTER = AfterAction(
    started_at=BEGAN,
    ended_at=STATE.now,
    reports=14,
    loss=168_900_00,
    players=(
        Player("room", OURS),
        Player("informed", replace(OURS, saved=20_000_00)),
        Player("warroom", None, "playing"),
        Player("practice-2025", None, "waiting"),
        Player("none", None, "failed"),
    ),
    harmed=(Harmed("C-1", "B04", "000-0000000001", 900_00, 0.75, True),),
    missed=(
        Missed(
            "C-1",
            "authority",
            50_000_00,
            9_000_00,
            2_000_00,
            Cause("place", minutes=43, place=18, of=24),
            STRIP,
        ),
    ),
    ready=True,
    reachable=9_000_00,
    foreseen=ForecastReview(240, 24, 0.71, 0.62, 0.79, 1_904, 0.64, 0.5, 0.75),
    summary=Summary(1, 1.0, "decision", 0.9),
    minutes={"board": Spread(32, 17, 12, 30), "decision": Spread(20, 44, 20, 70)},
)


@dataclass
class Rehearsal:
    """An exercise that remembers what it was told."""

    now: ExerciseState = STATE
    told: list[tuple[str, str]] = field(default_factory=list)

    def attach_ledger(self, ledger: Ledger) -> None:
        """What it is told goes into no log."""

    def get_state(self) -> ExerciseState:
        return self.now

    def change_speed(self, officer: Officer, *, speed: int | None = None, paused: bool | None = None) -> None:
        if speed not in (None, *STATE.speeds):
            raise NotPossible(f"The clock cannot run {speed} times; choose one of 1, 10, 60, 300.")
        self.told.append((officer.username, f"speed {speed} paused {paused}"))

    def end_exercise(self, officer: Officer) -> None:
        self.told.append((officer.username, "end"))
        self.now = replace(self.now, ended_at=self.now.now, paused=True)

    def build_review(self, say: Say) -> dict[str, Any]:
        return after_page.build_page_values(AFTER, say)


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal()


@pytest.fixture
def address(home: Home, night: Night, rehearsal: Rehearsal) -> Iterator[str]:
    with served(home, night.ledger, rehearsal) as address:
        yield address


def test_every_page_says_that_it_is_an_exercise_and_when(anna: Visitor) -> None:
    for path in ("/", "/orders", "/law", "/cases/C-1", "/nothing"):
        page = anna.get(path).text
        assert "EXERCISE" in page
        assert "การฝึกซ้อม" in page
        assert "9 Mar 2026 14:35" in page
        assert "10 times as fast" in page
        assert "30,000 people, with crime 150 times as dense as in life" in page


def test_whoever_decides_on_holds_turns_the_clock(anna: Visitor, rehearsal: Rehearsal) -> None:
    anna.post("/orders", "/exercise/clock", speed="60", paused=None)
    anna.post("/", "/exercise/clock", paused="yes")
    assert rehearsal.told == [("anna", "speed 60 paused None"), ("anna", "speed None paused True")]


def test_the_form_goes_back_to_its_page(anna: Visitor) -> None:
    assert anna.post("/orders", "/exercise/clock", speed="60").url.path == "/orders"


def test_an_unknown_speed_is_one_sentence(anna: Visitor, rehearsal: Rehearsal) -> None:
    assert "choose one of" in anna.post("/", "/exercise/clock", speed="7").text
    assert "choose one of" in anna.post("/", "/exercise/clock", speed="soon").text
    assert rehearsal.told == []


def test_others_see_the_time_and_cannot_turn_it(
    anna: Visitor, rehearsal: Rehearsal, enter: Callable[..., Visitor]
) -> None:
    auditor = enter("dara")
    assert "/exercise/clock" not in auditor.page("/")
    token = auditor.fields("/", "/sign-out")["csrf"]
    for path, data in (("/exercise/clock", {"speed": "60"}), ("/exercise/end", {})):
        answer = auditor.client.post(path, data={"csrf": token, **data})
        assert answer.status_code == 403
        assert "Your roles do not open this page" in answer.text
    assert rehearsal.told == []


def test_the_clock_needs_the_forms_token(anna: Visitor, rehearsal: Rehearsal) -> None:
    assert anna.client.post("/exercise/clock", data={"speed": "60"}).status_code == 403
    assert anna.client.post("/exercise/end").status_code == 403
    assert rehearsal.told == []


def test_the_bar_asks_how_it_stands(anna: Visitor, visitor: Visitor, rehearsal: Rehearsal) -> None:
    assert anna.get("/exercise/state").json() == {
        "now": STATE.now.timestamp(),
        "said": "9 Mar 2026 14:35",
        "speed": 10,
        "state": "10 times as fast",
        "behind": "",
        "ended": False,
    }
    rehearsal.now = replace(STATE, paused=True)
    assert anna.get("/exercise/state").json()["speed"] == 0
    assert visitor.get("/exercise/state").url.path == "/sign-in"


def test_before_the_end_the_page_says_what_will_stand_there(anna: Visitor) -> None:
    page = anna.page("/exercise/after")
    assert "The exercise is still running." in page
    assert "player-room" not in page


def test_after_the_end_the_page_says_what_was_saved_harmed_and_missed(
    anna: Visitor, rehearsal: Rehearsal
) -> None:
    page = anna.post("/", "/exercise/end").text
    assert rehearsal.told == [("anna", "end")]
    assert "14 reports were on the board; their victims lost 168,900 baht to crime." in page
    ours = re.search(r'id="player-room".*?</tr>', page, re.DOTALL)
    assert ours
    for figure in ("12,345", "7.3%", "28 min", ">9<", ">1<", "0.2"):
        assert figure in ours[0]
    assert "is being played ..." in page
    assert "waits for its turn" in page
    assert "could not be played" in page
    assert "000-0000000001" in page
    assert "still held" in page
    assert "<b>7,000</b>" in page
    assert "After the exercise" in page
    assert "/exercise/clock" not in page


def test_the_first_sentence_says_what_was_lost_most_and_why(anna: Visitor, rehearsal: Rehearsal) -> None:
    page = anna.post("/", "/exercise/end").text
    assert (
        "This room saved <b>12,345 baht</b>; who knows every mule saved <b>20,000</b> from 9 Mar 13:00 on. "
        "<b>1 case makes 100 of each 100 baht missed</b>; the largest part of it, 90 of 100, left while it waited "
        "for a decision." in page
    )


def test_a_missed_case_has_a_strip_with_its_cause_and_the_same_as_a_table(
    anna: Visitor, rehearsal: Rehearsal
) -> None:
    anna.post("/", "/exercise/end")
    page = anna.page("/exercise/after")
    assert "The list put it at place 18 of 24; 43 min from the board to the decision." in page
    marks = re.findall(r'<tspan class="at">(\d\d:\d\d)</tspan> ([^<]+)</text>', page)
    assert marks == [
        ("13:31", "reported"),
        ("13:34", "on the board"),
        ("13:58", "gone"),
        ("14:17", "decided"),
        ("14:31", "B14: 2,000 held"),
    ]
    assert "knows every mule 13:33" in page
    assert "program alone 13:46" in page
    (row,) = re.findall(r'class="cards behind">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    for told in (
        "50,000",
        "9,000",
        "13:31",
        "13:34",
        "14:17",
        "14:31",
        "13:58",
        "13:33",
        "13:46",
        "place 18",
    ):
        assert told in row, told


def test_every_share_of_the_forecasts_has_its_count_and_range(anna: Visitor, rehearsal: Rehearsal) -> None:
    anna.post("/", "/exercise/end")
    page = anna.page("/exercise/after")
    for told in (
        "71 of 100",
        "62 to 79; looks: 240, cases: 24",
        "bands too narrow",
        "0.64",
        "0.50 to 0.75; pairs of cases: 1,904",
        "half of 32: 12 min to 30 min",
        "44 min",
    ):
        assert told in page, told


def test_saved_and_held_in_all_are_explained_where_they_stand(anna: Visitor, rehearsal: Rehearsal) -> None:
    anna.post("/", "/exercise/end")
    page = anna.page("/exercise/after")
    assert "Saved: stolen money that is held at the end and can go back" in page
    assert "Held in all: everything that is held at the end" in page


def say(code: language.Language = "en") -> Say:
    return Say(code, language.load_catalog(code), ZoneInfo("Asia/Bangkok"), code == "th", STATE.now)


@pytest.mark.parametrize("code", list_words("exercise.cause"))
def test_every_cause_is_one_sentence_in_both_languages(code: str) -> None:
    one = Cause(code, 43, 19, 18, 24, "B14", BEGAN, 16_397_00, 372_411_00)  # type: ignore[arg-type]
    english, thai = after_page.format_cause(one, say()), after_page.format_cause(one, say("th"))
    assert english.endswith(".")
    assert "{" not in english + thai
    assert re.search("[ก-๙]", thai)


def test_the_end_of_an_exercise_stands_apart_from_going_on(anna: Visitor, rehearsal: Rehearsal) -> None:
    rehearsal.now = replace(STATE, paused=True)
    page = anna.page("/")
    assert re.search(r'<button name="paused" value="no" class="do">Go on', page)
    assert re.search(r'<button class="grave">End the exercise', page)


def test_a_board_that_falls_behind_the_clock_says_so(anna: Visitor, rehearsal: Rehearsal) -> None:
    told = "The board shows what happened up to 13:40"
    assert told not in anna.page("/")
    assert anna.get("/exercise/state").json()["behind"] == ""
    rehearsal.now = replace(STATE, speed=300, shown_to=BEGAN + timedelta(minutes=40))
    assert told in anna.page("/")
    assert anna.get("/exercise/state").json()["behind"].startswith(told)
    assert "กระดานแสดงเหตุการณ์ถึง 13:40" in anna.page("/", "th")


def test_the_page_renews_itself_until_everybody_has_played(anna: Visitor, rehearsal: Rehearsal) -> None:
    anna.post("/", "/exercise/end")
    assert "hx-trigger" in anna.page("/exercise/after")
    part = anna.get("/exercise/after", **{"hx-request": "true"}).text
    assert "<html" not in part
    assert "player-room" in part


def test_the_page_is_thai_for_those_who_read_thai(anna: Visitor, rehearsal: Rehearsal) -> None:
    anna.post("/", "/exercise/end")
    page = anna.page("/exercise/after", "th")
    assert "เงินที่รักษาไว้ได้ เทียบกับผู้เล่นอื่น" in page
    assert "9 มี.ค. 2569" in page


def test_the_door_of_an_exercise_says_who_signs_in(visitor: Visitor) -> None:
    page = visitor.page("/sign-in")
    assert "Who signs in to this exercise" in page
    assert "<b>chai</b>" in page
    assert "ผู้ที่เข้าสู่ระบบในการฝึกนี้" in visitor.page("/sign-in", "th")


def test_a_room_in_earnest_has_no_exercise(home: Home, night: Night) -> None:
    with (
        served(home, night.ledger) as address,
        Client(base_url=address, follow_redirects=True, timeout=60) as client,
    ):
        person = Visitor(client)
        client.cookies.set("warroom_language", "en")
        assert "chai" not in person.page("/sign-in")
        person.sign_in("anna")
        assert "data-exercise" not in person.page("/")
        assert person.get("/exercise/after").status_code == 404
        assert "not in an exercise" in person.get("/exercise/state").text
