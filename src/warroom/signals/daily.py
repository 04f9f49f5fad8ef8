"""Signals made once a day by the server, at the time in WARROOM_SIGNALS_AT, for each kind that declares a
daily run.

Each kind is due by itself, so that a failing one does not block the others.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from warroom import clock, settings
from warroom.errors import SettingError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.mapping import get_zone
from warroom.signals import store
from warroom.signals.bounds import check_budget
from warroom.signals.kind import SignalKind, SignalScope, TakenDown
from warroom.signals.kinds import SIGNAL_KINDS
from warroom.signals.signal import Signal

AGAIN = timedelta(minutes=10)
"""Wait after a failed run, as when another program holds the index: soon enough for the morning, and no load."""


@dataclass
class DailyRun:
    """When one kind's signals are due, and whether the day's were made.

    Days are in `zone`. A server that was down at the time makes them when it starts; a run written by another
    program since then (`warroom signals run`) counts.
    """

    kind: SignalKind
    at: time | None
    zone: ZoneInfo
    budget: int
    _last_made_at: datetime | None = None
    _retry_at: datetime | None = None

    @classmethod
    def from_settings(cls, kind: SignalKind) -> Self:
        """Built from the settings; raises SettingError for an invalid time of day or budget."""
        budget = settings.get_number("WARROOM_SIGNALS_BUDGET")
        if not budget.is_integer():
            raise SettingError(
                f"WARROOM_SIGNALS_BUDGET is {budget:g}; write a whole number of accounts, and of pages."
            )
        zone = get_zone(settings.get_text("WARROOM_TIMEZONE"))
        return cls(
            kind, _time_of_day(settings.get_text("WARROOM_SIGNALS_AT")), zone, check_budget(int(budget))
        )

    def is_due(self, now: datetime) -> bool:
        """Whether the last due time has passed without signals being made for it."""
        moment = self._find_last_due_time(now)
        if moment is None or (self._last_made_at is not None and self._last_made_at >= moment):
            return False
        return self._retry_at is None or now >= self._retry_at

    def find_signals(
        self, home: Home, lake: Lake, now: datetime, taken_down: TakenDown
    ) -> list[Signal] | None:
        """The day's signals of all that is known by now; None where the day's table is empty, or another
        program made them since the due time. `taken_down`: gives the pages that officers had taken down, and
        when.

        Raises what the kind's run raises. They are due again after `AGAIN` unless `mark_done` is called.
        """
        # Before the work: if that raises, the next try is delayed already.
        self._retry_at = now + AGAIN
        if not lake.list_files(self.kind.day_table) or self._was_made_by_others(lake, now):
            return None
        return self.kind.run(SignalScope(home, lake, None, self.budget, taken_down))

    def mark_done(self, now: datetime) -> None:
        """Note that the day's signals were written and logged."""
        self._last_made_at, self._retry_at = now, None

    def _was_made_by_others(self, lake: Lake, now: datetime) -> bool:
        moment, last = self._find_last_due_time(now), store.find_last_written(lake, self.kind.name)
        return last is not None and moment is not None and last >= moment

    def _find_last_due_time(self, now: datetime) -> datetime | None:
        # Off until a room chooses an hour: what is shown to its officers each morning is their decision.
        return None if self.at is None else clock.find_last_occurrence(self.at, self.zone, now)


def configure_days() -> tuple[DailyRun, ...]:
    """The day's runs of all kinds that have one; raises what `DailyRun.from_settings` raises."""
    return tuple(DailyRun.from_settings(kind) for kind in SIGNAL_KINDS if kind.day_step)


def _time_of_day(text: str) -> time | None:
    if not text:
        return None
    try:
        parsed_time = time.fromisoformat(text)
    except ValueError:
        parsed_time = None
    # A zone here could contradict the room's WARROOM_TIMEZONE.
    if parsed_time is None or parsed_time.tzinfo is not None:
        raise SettingError(f"WARROOM_SIGNALS_AT is '{text}', which is no time of day; write one as 05:30.")
    return parsed_time
