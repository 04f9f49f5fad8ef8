"""Signals made once a day by the server itself, at the time that WARROOM_SIGNALS_AT names: of accounts, and of the adverts that came.

Each kind is due by itself, so that one that fails keeps no other from its day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from warroom import clock, settings
from warroom.errors import SettingError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.mapping import zone_of
from warroom.signals import store
from warroom.signals.mules.run import checked, newest, run
from warroom.signals.signal import Kind, Signal
from warroom.subjects.subject import Subject

AGAIN = timedelta(minutes=10)
"""After a run that failed, as where another program has the index: soon enough for the morning, no load by itself."""

TakenDown = Callable[[], Mapping[Subject, datetime]]


@dataclass
class Daily:
    """When signals are due, and whether that day's were made.

    Days are days of `zone`. A server that was down at that time makes them when it comes up; what somebody else wrote since
    that hour (as `warroom signals run`) counts too.
    """

    kind: ClassVar[Kind] = "mules"
    step: ClassVar[str] = "days_signals"
    """What the register of what is not well calls it."""
    table: ClassVar[str] = "transfers"
    at: time | None
    zone: ZoneInfo
    budget: int
    _made: datetime | None = None
    _again: datetime | None = None

    @classmethod
    def configured(cls) -> Self:
        """As the settings say; raises SettingError for a time of day or a budget that is none."""
        budget = settings.number("WARROOM_SIGNALS_BUDGET")
        if not budget.is_integer():
            raise SettingError(
                f"WARROOM_SIGNALS_BUDGET is {budget:g}; write a whole number of accounts, and of pages."
            )
        zone = zone_of(settings.text("WARROOM_TIMEZONE"))
        return cls(_time_of_day(settings.text("WARROOM_SIGNALS_AT")), zone, checked(int(budget)))

    def due(self, now: datetime) -> bool:
        """Whether the newest of the days' times has come without signals being made for it."""
        moment = self._newest(now)
        if moment is None or (self._made is not None and self._made >= moment):
            return False
        return self._again is None or now >= self._again

    def find(self, home: Home, lake: Lake, now: datetime, taken_down: TakenDown) -> list[Signal] | None:
        """The day's signals of all that is known by now; None where there is nothing to look at, or somebody
        made them since the hour. `taken_down`: what officers
        had taken down, and when.

        Fails as `warroom signals run` does. They are due again ten minutes later unless `done` is said of them.
        """
        # Before the work: if it fails by an exception, the pause stands already.
        self._again = now + AGAIN
        if not lake.files(self.table) or self._by_others(lake, now):
            return None
        return self._run(home, lake, taken_down)

    def _run(self, home: Home, lake: Lake, taken_down: TakenDown) -> list[Signal]:
        from warroom.money.index.opening import open_index
        from warroom.signals.mules.models import chosen

        return run(open_index(home, lake), newest(lake), self.budget, model=chosen(home))

    def done(self, now: datetime) -> None:
        """They were written, and that they were is in the log."""
        self._made, self._again = now, None

    def _by_others(self, lake: Lake, now: datetime) -> bool:
        moment, last = self._newest(now), store.last_written(lake, self.kind)
        return last is not None and moment is not None and last >= moment

    def _newest(self, now: datetime) -> datetime | None:
        # Off until a room chooses an hour: what is shown to its officers each morning is their decision.
        return None if self.at is None else clock.last_reached(self.at, self.zone, now)


class DailyAdverts(Daily):
    """The same of pages whose adverts look like lures."""

    kind = "adverts"
    step = "days_adverts"
    table = "adverts"

    def _run(self, home: Home, lake: Lake, taken_down: TakenDown) -> list[Signal]:
        from warroom.signals.adverts import run as adverts

        return adverts.run(home, lake, adverts.newest(lake), self.budget, taken_down())


def _time_of_day(text: str) -> time | None:
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    # A zone of its own would be a second word beside the room's.
    if found is None or found.tzinfo is not None:
        raise SettingError(f"WARROOM_SIGNALS_AT is '{text}', which is no time of day; write one as 05:30.")
    return found
