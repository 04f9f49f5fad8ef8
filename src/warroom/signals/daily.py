"""Signals made once a day by the server itself, at the time that WARROOM_SIGNALS_AT names: of each kind that declares a day's run.

Each kind is due by itself, so that one that fails keeps no other from its day.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from warroom import clock, settings
from warroom.errors import SettingError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.mapping import zone_of
from warroom.signals import store
from warroom.signals.bounds import check_budget
from warroom.signals.kind import Look, SignalKind, TakenDown
from warroom.signals.kinds import KINDS
from warroom.signals.signal import Signal

AGAIN = timedelta(minutes=10)
"""After a run that failed, as where another program has the index: soon enough for the morning, no load by itself."""


@dataclass
class Daily:
    """When signals are due, and whether that day's were made.

    Days are days of `zone`. A server that was down at that time makes them when it comes up; what somebody else wrote since
    that hour (as `warroom signals run`) counts too.
    """

    kind: SignalKind
    at: time | None
    zone: ZoneInfo
    budget: int
    _made: datetime | None = None
    _again: datetime | None = None

    @classmethod
    def configured(cls, kind: SignalKind) -> Self:
        """As the settings say; raises SettingError for a time of day or a budget that is none."""
        budget = settings.number("WARROOM_SIGNALS_BUDGET")
        if not budget.is_integer():
            raise SettingError(
                f"WARROOM_SIGNALS_BUDGET is {budget:g}; write a whole number of accounts, and of pages."
            )
        zone = zone_of(settings.text("WARROOM_TIMEZONE"))
        return cls(kind, _time_of_day(settings.text("WARROOM_SIGNALS_AT")), zone, check_budget(int(budget)))

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
        if not lake.files(self.kind.day_table) or self._by_others(lake, now):
            return None
        return self.kind.run(Look(home, lake, None, self.budget, taken_down))

    def done(self, now: datetime) -> None:
        """They were written, and that they were is in the log."""
        self._made, self._again = now, None

    def _by_others(self, lake: Lake, now: datetime) -> bool:
        moment, last = self._newest(now), store.last_written(lake, self.kind.name)
        return last is not None and moment is not None and last >= moment

    def _newest(self, now: datetime) -> datetime | None:
        # Off until a room chooses an hour: what is shown to its officers each morning is their decision.
        return None if self.at is None else clock.last_reached(self.at, self.zone, now)


def configure_days() -> tuple[Daily, ...]:
    """The day's runs of all kinds that have one; raises what `Daily.configured` raises."""
    return tuple(Daily.configured(kind) for kind in KINDS if kind.day_step)


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
