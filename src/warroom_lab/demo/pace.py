"""The exercise's clock: start + speed x elapsed while it is served and not paused, and never a moment earlier.

It is kept in the home, so that a rehearsal goes on where it was. The clock runs only as far as the country has
promised to follow (`allow`); a process that was killed therefore goes on from the promise, later than anything it can
have said. While the country is slow the clock waits for it.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from warroom import clock, files
from warroom.errors import HomeError, NotPossible

FILE = "pace.json"
SPEEDS = (1, 10, 60, 300)
FIRST_SPEED = 10
AHEAD_SECONDS = 8.0
"""How many real seconds the clock may run beyond the country's last turn."""
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept of a clock. Times in microseconds UTC; `promised` is the latest it may have shown."""

    promised: int
    speed: int
    paused: bool
    ended_at: int = 0


class Pace:
    """The clock of one exercise. Threads may ask and turn it at the same time."""

    def __init__(self, path: Path, saved: Saved, beat: Callable[[], float] = time.monotonic) -> None:
        self._path, self._beat = path, beat
        self._lock = threading.Lock()
        self._saved = saved
        self._at, self._since = saved.promised, beat()

    @classmethod
    def create_clock(cls, path: Path, start: int, speed: int = FIRST_SPEED) -> "Pace":
        """A clock that stands at `start` until the country comes along."""
        pace = cls(path, Saved(start, require_offered_speed(speed), paused=False))
        pace._write_file()
        return pace

    @classmethod
    def load_clock(cls, path: Path, beat: Callable[[], float] = time.monotonic) -> "Pace":
        """The clock as it was kept; raises HomeError where it cannot be read."""
        try:
            return cls(path, Saved(**json.loads(path.read_text())), beat)
        except (OSError, ValueError, TypeError) as problem:
            raise HomeError(f"{path} cannot be read; run 'warroom demo --fresh'.") from problem

    def get_now(self) -> datetime:
        """The exercise's time; the source that `Home.turn_clock` follows."""
        return clock.from_micros(self.now_micros())

    def now_micros(self) -> int:
        """The exercise's time in microseconds UTC."""
        with self._lock:
            return self._compute_now()

    @property
    def speed(self) -> int:
        return self._saved.speed

    @property
    def paused(self) -> bool:
        return self._saved.paused

    @property
    def ended_at(self) -> int | None:
        """When the exercise ended, None while it goes on."""
        return self._saved.ended_at or None

    def allow_until(self, latest: int) -> None:
        """The country follows: the clock may run on for some seconds, never beyond `latest`."""
        with self._lock:
            self._settle_time()
            ahead = self._at + int(AHEAD_SECONDS * self.speed * MICRO)
            # On the disk before the clock runs there: whatever time a page has shown, a
            # new process starts no earlier.
            self._save_changes(promised=max(self._at, min(ahead, latest)))

    def change_speed(self, *, speed: int | None = None, paused: bool | None = None) -> None:
        """Another speed, a pause or its end; raises NotPossible for a speed that is not offered or after the end."""
        with self._lock:
            if self._saved.ended_at:
                raise NotPossible("exercise.ended")
            self._settle_time()
            wanted = self.speed if speed is None else require_offered_speed(speed)
            self._save_changes(speed=wanted, paused=self.paused if paused is None else paused)

    def end_exercise(self) -> int:
        """End the exercise now, once; returns when it ended."""
        with self._lock:
            if not self._saved.ended_at:
                self._settle_time()
                self._save_changes(paused=True, ended_at=self._at, promised=self._at)
            return self._saved.ended_at

    def stop_clock(self) -> None:
        """Stop where it is: nobody is served any more, and what was promised ahead is given back."""
        with self._lock:
            self._settle_time()
            self._save_changes(promised=self._at)

    def _compute_now(self) -> int:
        if self._saved.paused:
            return self._at
        # The monotonic clock: a machine's clock that is set back must not turn an exercise back.
        elapsed = int((self._beat() - self._since) * self._saved.speed * MICRO)
        return max(self._at, min(self._at + elapsed, self._saved.promised))

    def _settle_time(self) -> None:
        # Before every change of speed, so that the time so far is counted at the speed it ran at.
        self._at, self._since = self._compute_now(), self._beat()

    def _save_changes(self, **changes: int | bool) -> None:
        self._saved = replace(self._saved, **changes)  # type: ignore[arg-type]
        self._write_file()

    def _write_file(self) -> None:
        files.write_atomically(self._path, json.dumps(asdict(self._saved)).encode())


def require_offered_speed(speed: int) -> int:
    """The speed, where it is offered; raises NotPossible where it is not."""
    if speed not in SPEEDS:
        raise NotPossible("exercise.no-such-speed", speed=speed, speeds=", ".join(map(str, SPEEDS)))
    return speed
