"""The daily look for groups, in a thread of its own: a nation's takes minutes, during which reports and orders must not wait."""

import threading
from datetime import datetime, timedelta

from warroom import clock
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import StepRunner, lower_priority

STEP = "groups"
AGAIN = timedelta(minutes=10)
"""Wait after a failed look, as when another program holds the index."""


class DailyGroups:
    """Looks for groups where the last look is a day old, one look at a time. Once `ending` is set none is begun.

    `is_wanted`: an hour is set for daily signals (WARROOM_SIGNALS_AT); without one nothing is analysed by itself.
    """

    def __init__(self, room: OpenHome, is_wanted: bool, health: StepRunner, ending: threading.Event) -> None:
        self._room, self._is_wanted, self._health, self._ending = room, is_wanted, health, ending
        self._retry_at: datetime | None = None
        # A thread that is never started, so that `is_alive` can always be asked.
        self.thread = threading.Thread()

    def start_due(self) -> None:
        """Start a look, unless one is running or one has just failed; whether it is due is asked in the thread."""
        now = clock.get_now()
        if not self._is_wanted:
            return
        if self.thread.is_alive() or self._ending.is_set() or (self._retry_at and now < self._retry_at):
            return
        self.thread = threading.Thread(target=self._run_step, daemon=True)
        self.thread.start()

    def wait_for_look(self, timeout_seconds: float) -> None:
        """Wait for the look that is under way."""
        if self.thread.is_alive():
            self.thread.join(timeout=timeout_seconds)

    def _run_step(self) -> None:
        lower_priority()
        self._retry_at = None if self._health.run_step(STEP, self._record_groups) else clock.get_now() + AGAIN

    def _record_groups(self) -> None:
        from warroom.room.networks.recording import record_groups_if_due

        record_groups_if_due(self._room.ledger, self._room.lake, clock.get_now())
