"""The daily signals, in a thread of their own: a nation's take minutes, during which reports and orders must
not wait.
"""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from warroom import clock
from warroom.ledger.audit import writing
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import StepRunner, lower_priority

if TYPE_CHECKING:
    from warroom.signals.daily import DailyRun


class DailySignals:
    """Makes due signals, where an hour is set for them, one run at a time.

    `count` is called after each kind with whether it failed; once `ending` is set nothing is written.
    """

    def __init__(
        self,
        room: OpenHome,
        daily: "Sequence[DailyRun]",
        health: StepRunner,
        count: Callable[[bool], None],
        ending: threading.Event,
    ) -> None:
        self._room, self._daily, self._health, self._count, self._ending = room, daily, health, count, ending
        # A thread that is never started, so that `is_alive` can always be asked.
        self.thread = threading.Thread()

    def start_due(self) -> None:
        """Start a run of what is due, unless one is running."""
        if self.thread.is_alive():
            return
        due = [daily for daily in self._daily if daily.is_due(clock.get_now())]
        if due:
            self.thread = threading.Thread(target=self._run_due, args=(due,), daemon=True)
            self.thread.start()

    def wait_for_run(self, timeout_seconds: float) -> None:
        """Wait for the run that is under way."""
        if self.thread.is_alive():
            self.thread.join(timeout=timeout_seconds)

    def _run_due(self, due: "Sequence[DailyRun]") -> None:
        lower_priority()
        for daily in due:
            self._count(not self._health.run_step(daily.kind.day_step, partial(self._make_signals, daily)))

    def _make_signals(self, daily: "DailyRun") -> None:
        """Make, write and log one kind's signals; they count as done only once logged."""
        from warroom.actions.queries import load_taken_down_pages
        from warroom.signals import store
        from warroom.triage.events import keep_look

        now, ledger, lake = clock.get_now(), self._room.ledger, self._room.lake
        signals = daily.find_signals(self._room.home, lake, now, lambda: load_taken_down_pages(ledger))
        # A stopping server writes nothing that it could not log as well.
        if self._ending.is_set():
            return
        added = store.write_signals(lake, signals).accepted if signals else 0
        with ledger.open_session() as session:
            if signals:
                detail = {"kind": daily.kind.name, "signals": len(signals), "added": added}
                writing.write_audit_row(session, None, "signals.run", "lake", detail)
            if signals is not None:
                keep_look(session, daily.kind.name, len(signals), now)
        daily.mark_done(now)
