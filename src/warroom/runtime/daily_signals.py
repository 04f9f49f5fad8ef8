"""The day's signals, made in a thread of their own: a nation's take minutes, in which reports become cases and orders go out."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from warroom import clock
from warroom.ledger.audit import writing
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import Steps, step_back

if TYPE_CHECKING:
    from warroom.signals.daily import Daily


class DailySignals:
    """Makes the signals that are due, where the room chose an hour for them, one run at a time.

    `count` is called after each kind with whether it failed; once `ending` is set nothing is written.
    """

    def __init__(
        self,
        room: OpenHome,
        daily: "Sequence[Daily]",
        health: Steps,
        count: Callable[[bool], None],
        ending: threading.Event,
    ) -> None:
        self._room, self._daily, self._health, self._count, self._ending = room, daily, health, count, ending
        # Never started: so there is always one that can be asked whether it runs.
        self.thread = threading.Thread()

    def start_due(self) -> None:
        """Begin with what is due, unless a run is under way."""
        if self.thread.is_alive():
            return
        due = [daily for daily in self._daily if daily.due(clock.now())]
        if due:
            self.thread = threading.Thread(target=self._run, args=(due,), daemon=True)
            self.thread.start()

    def join(self, timeout_seconds: float) -> None:
        """Wait for the run that is under way."""
        if self.thread.is_alive():
            self.thread.join(timeout=timeout_seconds)

    def _run(self, due: "Sequence[Daily]") -> None:
        step_back()
        for daily in due:
            self._count(not self._health.well(daily.kind.day_step, partial(self._make, daily)))

    def _make(self, daily: "Daily") -> None:
        """Write them and log it; done is only what is logged."""
        from warroom.actions.queries import pages_taken_down
        from warroom.signals import store
        from warroom.triage.events import keep_look

        now, ledger, lake = clock.now(), self._room.ledger, self._room.lake
        signals = daily.find(self._room.home, lake, now, lambda: pages_taken_down(ledger))
        if self._ending.is_set():
            return
        added = store.write(lake, signals).accepted if signals else 0
        with ledger.session() as session:
            if signals:
                detail = {"kind": daily.kind.name, "signals": len(signals), "added": added}
                writing.append(session, None, "signals.run", "lake", detail)
            if signals is not None:
                keep_look(session, daily.kind.name, len(signals), now)
        daily.done(now)
