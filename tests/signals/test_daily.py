"""The day's signals, made by the server itself at an hour that the room chose."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.signals.made import MULE, Payments
from tests.signals.made_adverts import rows
from warroom.errors import RecordsError, SettingError, SignalError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.signals import store
from warroom.signals.adverts.declaration import ADVERTS
from warroom.signals.daily import DailyRun, configure_days
from warroom.signals.mules.declaration import MULES
from warroom.signals.mules.run import find_newest_time, run
from warroom.signals.signal import Signal

DAY = datetime(2026, 3, 21, tzinfo=UTC)
"""Seven in the morning in Bangkok."""


@pytest.fixture
def half_past_five(monkeypatch: pytest.MonkeyPatch) -> DailyRun:
    monkeypatch.setenv("WARROOM_SIGNALS_AT", "05:30")
    # By the rule, which finds what was made up here however the shipped model changes: the hour is what matters.
    monkeypatch.setenv("WARROOM_SIGNALS_MODEL", "rule")
    monkeypatch.setenv("WARROOM_SIGNALS_BUDGET", "5")
    return DailyRun.from_settings(MULES)


def made(home: Home) -> Lake:
    payments = Payments()
    payments.ordinary()
    payments.mule(MULE, 19)
    with home.turn_clock(lambda: DAY - timedelta(hours=3)):
        return payments.write(home)[0]


def make(daily: DailyRun, home: Home, lake: Lake, now: datetime) -> list[Signal]:
    """What a server does in the morning."""
    with home.turn_clock(lambda: now):
        found = daily.find_signals(home, lake, now, dict) or []
        store.write_signals(lake, found) if found else None
        daily.mark_done(now)
    return found


def test_signals_are_made_once_a_day_at_that_hour_of_the_rooms_zone(
    half_past_five: DailyRun, home: Home
) -> None:
    lake = made(home)
    assert half_past_five.is_due(DAY)
    found = make(half_past_five, home, lake, DAY)
    assert (found[0].subject.bank, found[0].subject.number) == MULE
    assert len(found) <= 5
    assert store.load_last_run(lake) == found
    assert not half_past_five.is_due(DAY + timedelta(hours=22))  # 05:00 in Bangkok
    next_day = DAY + timedelta(hours=22, minutes=30)
    assert half_past_five.is_due(next_day)
    assert make(half_past_five, home, lake, next_day) == found, "nothing new came, so nothing is added"


def test_a_server_that_was_down_at_that_hour_makes_them_when_it_comes_up(
    half_past_five: DailyRun, home: Home
) -> None:
    lake = made(home)
    assert half_past_five.is_due(DAY + timedelta(hours=5))
    assert make(half_past_five, home, lake, DAY + timedelta(hours=5))


@pytest.mark.parametrize("budget", [5, 1])
def test_what_was_made_since_that_hour_stays_the_days_list(
    half_past_five: DailyRun, home: Home, monkeypatch: pytest.MonkeyPatch, budget: int
) -> None:
    lake = made(home)
    with home.turn_clock(lambda: DAY):
        mine = run(open_index(home, lake), find_newest_time(lake), budget, model=None)
        store.write_signals(lake, mine)
    after = DailyRun.from_settings(MULES)
    assert after.is_due(DAY + timedelta(hours=5))
    assert make(after, home, lake, DAY + timedelta(hours=5)) == []
    assert not after.is_due(DAY + timedelta(hours=6))
    assert store.load_last_run(lake) == mine


def test_where_there_is_nothing_yet_nothing_is_made_and_nobody_asks_again(
    half_past_five: DailyRun, home: Home
) -> None:
    assert make(half_past_five, home, Lake.open(home), DAY) == []
    assert not half_past_five.is_due(DAY + timedelta(minutes=1))


def test_a_run_that_is_not_done_is_tried_again_in_ten_minutes(
    half_past_five: DailyRun, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = made(home)

    def broken(*_: object, **__: object) -> None:
        raise SignalError("It is broken.")

    with monkeypatch.context() as patched:
        patched.setattr("warroom.signals.mules.run.run", broken)
        with pytest.raises(SignalError, match="is broken"):
            half_past_five.find_signals(home, lake, DAY, dict)
    assert not half_past_five.is_due(DAY + timedelta(minutes=9))
    assert half_past_five.is_due(DAY + timedelta(minutes=10))
    assert make(half_past_five, home, lake, DAY + timedelta(minutes=10))


def test_without_an_hour_the_server_makes_none() -> None:
    assert not DailyRun.from_settings(MULES).is_due(DAY)


@pytest.mark.parametrize(
    ("name", "value", "kind", "says"),
    [
        ("WARROOM_SIGNALS_AT", "half past five", SettingError, "write one as 05:30"),
        ("WARROOM_SIGNALS_AT", "05:30+07:00", SettingError, "no time of day"),
        ("WARROOM_SIGNALS_BUDGET", "0", SignalError, "1 to 100,000; 0 is not"),
        ("WARROOM_SIGNALS_BUDGET", "1.5", SettingError, "whole number"),
        ("WARROOM_SIGNALS_BUDGET", "inf", SettingError, "whole number"),
        ("WARROOM_TIMEZONE", "Bangkok", RecordsError, "no time zone"),
    ],
)
def test_a_setting_that_makes_no_sense_is_said_before_anything_is_served(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, kind: type[Exception], says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(kind, match=says):
        configure_days()


def test_adverts_are_looked_at_at_the_same_hour_and_kept_apart_from_accounts(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.setenv("WARROOM_SIGNALS_AT", "05:30")
    lake = Lake.open(home)
    with home.turn_clock(lambda: DAY - timedelta(hours=3)):
        lake.write_rows("adverts", rows(), source="platforms")
    adverts = DailyRun.from_settings(ADVERTS)
    found = make(adverts, home, lake, DAY)
    assert {one.subject.id for one in found} >= {"PG-1", "PG-2"}
    assert "PG-5" not in {one.subject.id for one in found}
    assert store.load_last_run(lake, "adverts") == found
    assert store.load_last_run(lake) == []
    assert not adverts.is_due(DAY + timedelta(hours=22))
    assert make(DailyRun.from_settings(MULES), home, lake, DAY) == []
