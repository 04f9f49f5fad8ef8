"""Figures and times as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.web.kit import language
from warroom.web.kit.formats import Say

NOW = datetime(2026, 11, 24, 19, 33, tzinfo=UTC)  # 02:33 on the 25th in Bangkok


def say(code: str = "en", buddhist: bool = False) -> Say:
    known = language.find_language(code)
    assert known
    return Say(known, language.load_catalog(known), ZoneInfo("Asia/Bangkok"), buddhist, NOW)


@given(st.integers(0, 10**15))
def test_baht_are_exact_to_the_satang(satang: int) -> None:
    written = say().baht(satang).replace(",", "")
    whole, _, rest = written.partition(".")
    assert int(whole) * 100 + int(rest or 0) == satang


def test_headlines_count_in_millions() -> None:
    assert say().headline(621_000_000) == "6.21 M"
    assert say("th").headline(621_000_000) == "6.21\xa0ล้าน"
    assert say().headline(86_000) == "860"


def test_times_are_local_and_name_the_day_where_it_is_another() -> None:
    assert say().time(NOW) == "02:33"
    assert say().time(NOW - timedelta(hours=3)) == "24 Nov 23:33"
    assert say("th", buddhist=True).moment(NOW) == "25 พ.ย. 2569 02:33"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "under a minute"), (360, "6 min"), (3600, "1 h"), (9600, "2 h 40 min"), (86400 * 3 + 60, "3 d")],
)
def test_spans_name_their_two_largest_units(seconds: int, words: str) -> None:
    assert say().seconds(seconds) == words


@pytest.mark.parametrize(("left", "state"), [(-1, "late"), (0, "late"), (10, "due"), (40, "calm")])
def test_a_clock_is_calm_due_or_late_in_state_and_in_words(left: int, state: str) -> None:
    clock = say().clock(NOW + timedelta(minutes=left), NOW - timedelta(minutes=20), timedelta(minutes=15))
    assert clock.state == state
    assert ("late" in clock.words) is (state == "late")
    assert 0 <= clock.share <= 1


def test_a_time_of_another_year_says_the_year() -> None:
    assert say("en").time(NOW.replace(year=NOW.year - 1)).split()[2] == str(NOW.year - 1)
    assert str(NOW.year - 1 + 543) in say("th", buddhist=True).time(NOW.replace(year=NOW.year - 1))
