"""Turns over a table of jobs: which are due, which wait while the clock is doubted, and how each step ended.

A step is one job, or several in a row that are reported as one. A step that fails does not block the others.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from warroom import clock, timekeeping
from warroom.cases.following import Tracer
from warroom.errors import LakeDamaged
from warroom.home import Home
from warroom.ledger import deadlines
from warroom.public.banks import BanksOfRecords
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import StepRunner, describe_error
from warroom.timekeeping import ClockWatch

log = logging.getLogger(__name__)


@dataclass
class JobMemory:
    """What the jobs of one server remember between two turns."""

    banks: BanksOfRecords = field(default_factory=BanksOfRecords)
    file_times: dict[str, int] = field(default_factory=dict)
    """Files of the lake, and when each was last written to, in nanoseconds."""
    returns_head: int = -1
    """The head of the lake when returns were last counted."""
    start_signals: Callable[[], None] = lambda: None
    """Starts the daily signals that are due."""
    start_groups: Callable[[], None] = lambda: None
    """Starts the daily look for groups where it is due."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the jobs of one step work on; `now` is their moment. Without `watch` it is a chosen one, and right."""

    room: OpenHome
    now: datetime
    memory: JobMemory = field(default_factory=JobMemory)
    tracer: Tracer | None = None
    watch: ClockWatch | None = None

    def is_clock_trusted(self) -> bool:
        """Whether `now` can be believed; where not, a fault is noted with the number of deadlines that wait."""
        return self.watch is None or self.watch.is_clock_trusted(self.now, self._count_overdue)

    def _count_overdue(self) -> int:
        with self.room.ledger.open_session() as session:
            return deadlines.count_overdue(session, self.now)


def is_due_by_time(_: Turn, has_passed: bool) -> bool:
    """A job is due once its time has passed, and for no other reason."""
    return has_passed


@dataclass(frozen=True, slots=True)
class ServerJob:
    """A job that a server runs again and again.

    `every`: seconds between the beginnings of two runs, 0 for each turn; from its end where `counts_from_end`, and then what failed
    is tried in the next turn; of the house's clock, which an exercise turns, where `by_house_clock`. `is_due`: decides by what else
    there is, knowing whether that time has passed. `waits_for_clock`: not run while the clock is doubted; `why`: what a wrong time would spoil,
    or why nothing is lost for good by it. `step`: the name that jobs in a row are reported by, their own where it is empty.
    """

    name: str
    run: Callable[[Turn], object]
    every: float = 0.0
    waits_for_clock: bool = True
    why: str = ""
    step: str = ""
    is_due: Callable[[Turn, bool], bool] = is_due_by_time
    counts_from_end: bool = False
    by_house_clock: bool = False


class Turns:
    """Takes one turn after another at a table of jobs, in its order."""

    def __init__(
        self, home: Home, jobs: Callable[[], Sequence[ServerJob]], begin: Callable[[], Turn]
    ) -> None:
        self._home, self._jobs, self._begin = home, jobs, begin
        self._ran: dict[str, tuple[float, datetime]] = {}
        self.health = StepRunner(home)

    def run_turn(self, before_step: Callable[[], bool] = lambda: True) -> bool | None:
        """One turn; whether a step failed. `before_step` says whether to go on: None where it did not."""
        has_fault = False
        for name, jobs, step in self._iter_steps():
            if not before_step():
                return None
            if all(job.waits_for_clock for job in jobs) and timekeeping.is_clock_doubted(
                self._home, clock.get_now()
            ):
                continue
            has_fault |= not self.health.run_step(name, step)
        return has_fault

    def map_steps(self) -> dict[str, Callable[[], object]]:
        """What runs each step now, by its name; an error of it is raised."""
        return {name: step for name, _, step in self._iter_steps()}

    def _iter_steps(self) -> Iterator[tuple[str, list[ServerJob], Callable[[], object]]]:
        # Only neighbours: a step's jobs are in a row in the table.
        for name, group in groupby(self._jobs(), key=lambda job: job.step or job.name):
            jobs = list(group)
            yield name, jobs, partial(self._run_step, jobs)

    def _run_step(self, jobs: Sequence[ServerJob]) -> None:
        run_jobs(jobs, self._begin(), self._run_if_due)

    def _run_if_due(self, job: ServerJob, turn: Turn) -> object:
        began = time.monotonic(), turn.now
        if not job.is_due(turn, self._has_passed(job, *began)):
            return None
        if not job.counts_from_end:
            self._ran[job.name] = began
        done = job.run(turn)
        if job.counts_from_end:
            self._ran[job.name] = time.monotonic(), turn.now
        return done

    def _has_passed(self, job: ServerJob, seconds: float, now: datetime) -> bool:
        if job.name not in self._ran:
            return True
        last_seconds, last_now = self._ran[job.name]
        # A clock that was set back waits for no hour of the other one.
        passed = abs((now - last_now).total_seconds()) if job.by_house_clock else seconds - last_seconds
        return passed >= job.every


def run_jobs(
    jobs: Sequence[ServerJob],
    turn: Turn,
    run: Callable[[ServerJob, Turn], object] = lambda job, turn: job.run(turn),
) -> dict[str, object]:
    """Run the jobs of one step; what each answered, by name. One that fails keeps no other from running: what the first of
    them raised is raised at the end.

    Where only some of them wait for a right clock, `turn` is asked once whether it believes it.
    """
    if len(jobs) == 1:
        return {jobs[0].name: run(jobs[0], turn)}
    if len({job.waits_for_clock for job in jobs}) > 1 and not turn.is_clock_trusted():
        jobs = [job for job in jobs if not job.waits_for_clock]
    answers: dict[str, object] = {}
    first: Exception | None = None
    for job in jobs:
        try:
            answers[job.name] = run(job, turn)
        except Exception as problem:
            log.warning("a job failed: %s", describe_error(problem))
            # A damaged lake is reported by its own name, whatever else failed.
            if first is None or isinstance(problem, LakeDamaged):
                first = problem
    if first is not None:
        raise first
    return answers
