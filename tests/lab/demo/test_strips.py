"""Strips of missed cases: what is drawn where, that words never cover each other, and what is said because it is not drawn."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.web.test_exercise import AFTER, BEGAN, STRIP, after_began, say
from warroom.web.kit.language import Language
from warroom_lab.demo.strips import MINUTES, WIDTH, CaseStripMark, DrawnStrip, _estimate_width, draw_strip

(CASE,) = AFTER.missed


def strip(language: Language = "en", **changes: object) -> DrawnStrip:
    return draw_strip(replace(CASE, strip=replace(STRIP, **changes)), say(language))  # type: ignore[arg-type]


def spans(marks: tuple[CaseStripMark, ...]) -> list[tuple[float, float, float]]:
    """Row, left and right of each mark's words."""
    found = []
    for one in marks:
        wide = _estimate_width(f"{one.time} {one.words}")
        found.append((one.y, one.x - wide, one.x) if one.ends else (one.y, one.x, one.x + wide))
    return found


def test_every_strip_is_160_minutes_wide_from_the_report_on() -> None:
    marks = {one.words: one.at for one in strip().marks}
    assert marks["reported"] == 0
    assert marks["decided"] == pytest.approx(46 / MINUTES * WIDTH, abs=0.1)
    assert strip().area.endswith(f"H{WIDTH}V{strip().base}Z")


def test_a_report_from_long_before_the_exercise_stands_before_its_strip() -> None:
    old = strip(reported=BEGAN - timedelta(minutes=147), board=BEGAN)
    assert old.before == "10:33 reported"
    assert old.marks[0].words == "on the board"
    assert old.marks[0].at == 0
    assert strip().before == ""


def test_what_came_after_its_end_is_said() -> None:
    late = strip(decided=after_began(300), answered=None)
    assert late.later == ("18:00 decided",)
    assert "decided" not in [one.words for one in late.marks]


@pytest.mark.parametrize("language", ["en", "th"])
def test_words_never_cover_each_other_and_stay_within(language: Language) -> None:
    close = {"decided": after_began(36), "answered": after_began(37), "gone": after_began(38)}
    far = {"decided": after_began(188), "answered": after_began(189), "gone": after_began(190)}
    for changes in ({}, close, far):
        for marks in (strip(language, **changes).marks, strip(language, **changes).others):
            told = spans(marks)
            for number, (row, left, right) in enumerate(told):
                assert left >= -6
                assert right <= WIDTH + 6
                for other, start, end in told[number + 1 :]:
                    assert row != other or right < start or left > end


def test_players_who_decided_in_one_minute_share_a_mark() -> None:
    (mark,) = strip(others=(("informed", after_began(33)), ("warroom", after_began(33.2)))).others
    assert (mark.time, mark.words) == ("13:33", "knows every mule, program alone")


def test_a_case_of_which_nothing_ever_lay_there_has_a_strip_without_an_area() -> None:
    assert strip(there=()).area == ""
    assert strip(there=((after_began(31), 0),)).area == ""
