"""The thread that runs a server's jobs, in a turn every few seconds."""

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from warroom import clock, unwell
from warroom.heap import freeze_garbage
from warroom.runtime import clock_doubt
from warroom.runtime.daily_groups import DailyGroups
from warroom.runtime.daily_signals import DailySignals
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import lower_priority
from warroom.runtime.turns import JobMemory, ServerJob, Turn, Turns
from warroom.timekeeping import ClockWatch

if TYPE_CHECKING:
    from warroom.signals.daily import DailyRun

# Between turns: a new report is a case within seconds, and an idle server stays idle.
PAUSE_SECONDS = 3.0
PAUSE_IN_EXERCISE = 1.0
"""Seconds; time runs faster in an exercise: at sixty times, three seconds are three minutes in which money
leaves.
"""
# The first page comes before the first turn: opening the lake and compiling the tracer take a while.
FIRST_PAUSE_SECONDS = 0.5
STALL_SECONDS = 120.0
"""Seconds after which a step counts as hanging: the longest usual one, many trails on a busy machine, takes a
third.
"""
# How long a stop waits for the step in progress, before the process ends with it.
STOP_SECONDS = 30.0


def get_pause_seconds(room: OpenHome) -> float:
    """Seconds between two turns of a room."""
    return PAUSE_SECONDS if room.exercise is None else PAUSE_IN_EXERCISE


class BackgroundThread:
    """A thread that runs turns until it is stopped. `jobs`: by default those of `runtime.jobs`."""

    def __init__(
        self,
        room: OpenHome,
        metrics: Metrics,
        pause: float = PAUSE_SECONDS,
        daily: "Sequence[DailyRun]" = (),
        jobs: Sequence[ServerJob] | None = None,
    ) -> None:
        self.room, self.metrics, self.pause = room, metrics, pause
        self._watch = ClockWatch(room.home, lambda: clock_doubt.find_newest_time(room.ledger, room.lake))
        self.turns = Turns(room.home, _load_jobs if jobs is None else lambda: jobs, self._make_turn)
        self._stop = threading.Event()
        self.signals = DailySignals(room, daily, self.turns.health, metrics.count_turn, self._stop)
        is_daily = any(run.at is not None for run in daily)
        self.groups = DailyGroups(room, is_daily, self.turns.health, self._stop)
        self._memory = JobMemory(start_signals=self.signals.start_due, start_groups=self.groups.start_due)
        self._progress_at = time.monotonic()
        # A daemon: a step that hangs must not keep the process from ending, once `stop` has waited long
        # enough.
        self._thread = threading.Thread(target=self._run_turns, name="background", daemon=True)

    def start_thread(self) -> None:
        self._thread.start()

    def has_stalled(self) -> bool:
        """Whether the turns have stopped without being asked to: the thread has ended, or hangs in a step."""
        if self._thread.ident is None or self._stop.is_set():
            return False
        return not self._thread.is_alive() or time.monotonic() - self._progress_at > STALL_SECONDS

    def stop_thread(self) -> None:
        """Ask for the end and wait for what is running."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_SECONDS)
        self.signals.wait_for_run(STOP_SECONDS)  # once no turn can begin another
        self.groups.wait_for_look(STOP_SECONDS)

    def run_turn(self) -> None:
        """One turn of every job."""
        has_fault = self.turns.run_turn(self._may_continue)
        if has_fault is not None:
            self.metrics.count_turn(has_fault)
            unwell.clear_trouble(self.room.home, "health.turns-stand")

    def _run_turns(self) -> None:
        from warroom.lake import memory

        lower_priority()
        self._stop.wait(FIRST_PAUSE_SECONDS)
        # Before the first turn loads Arrow: its own pool keeps freed memory.
        memory.use_system_pool()
        self.run_turn()
        freeze_garbage()  # what the first turn loaded stays: garbage collection need not scan it again
        while not self._stop.wait(self.pause):
            self.run_turn()

    def _make_turn(self) -> Turn:
        return Turn(self.room, clock.get_now(), self._memory, watch=self._watch)

    def _may_continue(self) -> bool:
        # Checked between two steps: a server that stops waits for one of them and not for all.
        self._progress_at = time.monotonic()
        return not self._stop.is_set()


def _load_jobs() -> Sequence[ServerJob]:
    # Imported here: a process that only opens a home needs none of what the jobs import.
    from warroom.runtime import jobs

    return jobs.JOBS
