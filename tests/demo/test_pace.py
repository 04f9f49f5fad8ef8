"""The exercise's clock runs, waits, pauses, and never goes back; a live home keeps the real one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warroom import clock
from warroom.errors import HomeError, NotPossible
from warroom.home import Home, open_home
from warroom_lab.demo.pace import AHEAD_SECONDS, Pace

START = clock.to_micros(datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
FAR = START + 10**12
SECOND = 1_000_000


class Beat:
    """Real seconds as a test wants them."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def beat() -> Beat:
    return Beat()


@pytest.fixture
def pace(tmp_path: Path, beat: Beat) -> Pace:
    Pace.create_clock(tmp_path / "pace.json", START, speed=10)
    return Pace.load_clock(tmp_path / "pace.json", beat)


def test_time_stands_until_the_country_comes_along_and_then_runs_at_its_speed(pace: Pace, beat: Beat) -> None:
    beat.seconds += 60
    assert pace.now_micros() == START
    pace.allow_until(FAR)
    beat.seconds += 3
    assert pace.now_micros() == START + 30 * SECOND


def test_the_clock_waits_for_a_slow_country_and_goes_on_from_there(pace: Pace, beat: Beat) -> None:
    pace.allow_until(FAR)
    beat.seconds += 1000
    waiting = START + int(AHEAD_SECONDS * 10) * SECOND
    assert pace.now_micros() == waiting
    pace.allow_until(FAR)
    beat.seconds += 1
    assert pace.now_micros() == waiting + 10 * SECOND


def test_nothing_moves_in_a_pause(pace: Pace, beat: Beat) -> None:
    pace.allow_until(FAR)
    beat.seconds += 2
    pace.change_speed(paused=True)
    beat.seconds += 500
    pace.allow_until(FAR)
    assert pace.now_micros() == START + 20 * SECOND
    pace.change_speed(paused=False)
    beat.seconds += 1
    assert pace.now_micros() == START + 30 * SECOND


def test_another_speed_counts_from_then_on(pace: Pace, beat: Beat) -> None:
    pace.allow_until(FAR)
    beat.seconds += 1
    pace.change_speed(speed=60)
    pace.allow_until(FAR)
    beat.seconds += 1
    assert pace.now_micros() == START + 70 * SECOND
    with pytest.raises(NotPossible, match="1, 10, 60, 300"):
        pace.change_speed(speed=7)


def test_a_demo_that_was_stopped_goes_on_where_it_was(pace: Pace, beat: Beat, tmp_path: Path) -> None:
    pace.allow_until(FAR)
    beat.seconds += 4
    pace.stop_clock()
    later = Pace.load_clock(tmp_path / "pace.json", beat)
    beat.seconds += 9_999
    assert later.now_micros() == START + 40 * SECOND
    assert later.speed == 10


def test_a_demo_that_was_killed_never_shows_an_earlier_time(pace: Pace, beat: Beat, tmp_path: Path) -> None:
    pace.allow_until(FAR)
    beat.seconds += AHEAD_SECONDS + 5
    shown = pace.now_micros()
    assert Pace.load_clock(tmp_path / "pace.json", beat).now_micros() >= shown


def test_after_the_end_time_stands_for_good(pace: Pace, beat: Beat, tmp_path: Path) -> None:
    pace.allow_until(FAR)
    beat.seconds += 2
    ended = pace.end_exercise()
    beat.seconds += 50
    assert (
        pace.end_exercise()
        == ended
        == pace.now_micros()
        == Pace.load_clock(tmp_path / "pace.json", beat).ended_at
    )
    with pytest.raises(NotPossible, match="has ended"):
        pace.change_speed(paused=False)


def test_everything_in_an_exercise_goes_by_its_time_and_afterwards_by_the_real_one(
    home: Home, pace: Pace
) -> None:
    with home.turn_clock(pace.get_now):
        assert clock.get_now() == clock.from_micros(START)
        assert abs(clock.get_real_now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert abs(clock.get_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_live_home_refuses_a_turned_clock(live_home: Home, pace: Pace, tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="goes by the real clock alone"), live_home.turn_clock(pace.get_now):
        pass
    assert not clock.is_simulated()
    rehearsal = open_home(tmp_path / "rehearsal", "demo")
    with rehearsal.turn_clock(pace.get_now), pytest.raises(HomeError, match="goes by the real clock alone"):
        open_home(live_home.root)


def test_a_clock_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pace.json").write_text("{}")
    with pytest.raises(HomeError, match="--fresh"):
        Pace.load_clock(tmp_path / "pace.json")
