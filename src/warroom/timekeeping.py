"""Checking the machine's clock before anything irreversible is done by it.

A clock that jumps ahead once would erase the lake, let every hold lapse and end every deadline. So a home remembers the
newest time it has seen (`run/clock.json`) and how long this machine had been up then: what the clock says now must fit
both. A jump of more than a day, either way, is doubted until the clock is right again or a person has confirmed it; jumps
ahead that nobody confirmed are added up, and smaller ones in a row are one.

The time since the start of the machine comes from the system (/proc/uptime) and no setting of the clock changes it, so a
server that was stopped for a week on a running machine doubts nothing. One whose machine was off for more than a day asks
once.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from warroom import clock, files, unwell
from warroom.home import Home
from warroom.sentences.sentence import Sentence

# A jump that is believed: time zones, daylight saving and a machine that was off overnight stay below.
TOLERANCE = timedelta(days=1)
SPAN = timedelta(days=7)
"""Unconfirmed jumps are added up, and a machine must run this long until a day of them is forgiven: forty
jumps of 23 hours and 59 minutes count as one of forty days.
"""
APART = timedelta(days=1)
"""How long a server must have run between first finding that something must be erased and erasing it."""
# How often the newest time is written to disk: a crash loses at most this much of it.
KEPT_EVERY = timedelta(minutes=1)
DOUBTED = "health.clock-doubted"

Newest = Callable[[], datetime | None]
"""Finds the newest time that the stores of a home show, for a home that has remembered none; None for an empty one."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """What a home remembers of time: the `newest` time it saw; `uptime` seconds since the machine's start
    (`boot`) at that time; `ran` seconds that its server has run in all; `due`, what was seen due at which
    `ran`; and by how many seconds the clock is `ahead` of the machine in unconfirmed jumps.
    """

    newest: datetime
    boot: str
    uptime: float
    ran: float
    due: dict[str, float]
    ahead: float = 0.0

    def is_plausible(self, now: datetime) -> bool:
        """Whether `now` fits what the home remembers."""
        passed = timedelta(seconds=self._get_passed_seconds() or 0.0)
        jumped = timedelta(seconds=self.compute_ahead_seconds(now))
        return -TOLERANCE <= now - self.newest <= passed + TOLERANCE and jumped <= TOLERANCE

    def compute_ahead_seconds(self, now: datetime) -> float:
        """Seconds of unconfirmed jumps, including the one to `now`. Time that a machine was off, or an
        exercise runs faster, is none.
        """
        passed = self._get_passed_seconds()
        if passed is None or clock.is_simulated():
            return self.ahead
        jump = (now - self.newest).total_seconds() - passed
        return max(0.0, self.ahead + jump - passed * (TOLERANCE / SPAN))

    def _get_passed_seconds(self) -> float | None:
        """Seconds since the newest time, None of another start: nothing is known of how long the machine was off."""
        boot, uptime = _read_machine_uptime()
        return max(0.0, uptime - self.uptime) if boot == self.boot else None


class ClockWatch:
    """Checks the clock before each turn of a running server."""

    def __init__(self, home: Home, newest: Newest) -> None:
        self._home, self._newest = home, newest
        self._last: tuple[float, datetime] | None = None
        self._ran = 0.0  # seconds of running that are not kept yet

    def is_clock_trusted(self, now: datetime, waiting: Callable[[], int] = lambda: 0) -> bool:
        """Whether `now` can be believed; where not, a fault is noted with the number of deadlines that wait
        (`waiting`).
        """
        seen = find_clock_state(self._home) or _make_first_state(self._newest() or now)
        self._count_running(now)
        if not seen.is_plausible(now):
            unwell.note_trouble(self._home, _make_doubt_sentence(seen, now, waiting()))
            _save_clock_state(self._home, seen)
            return False
        unwell.clear_trouble(self._home, DOUBTED)
        # Not at every turn: each save is an fsync.
        if now - seen.newest >= KEPT_EVERY or not _state_path(self._home).exists():
            self._save_state(
                replace(seen, newest=max(now, seen.newest), ahead=seen.compute_ahead_seconds(now))
            )
        return True

    def select_ripe(self, due: Iterable[str]) -> set[str]:
        """Those of `due` that were already due a day of running ago; the others are remembered from now on."""
        seen = find_clock_state(self._home)
        if seen is None:
            return set()
        ran = seen.ran + self._ran
        first = {name: seen.due.get(name, ran) for name in due}
        if first != seen.due:
            # The machine's time stays that of the newest time: apart, the two would look like a jump.
            _save_clock_state(self._home, replace(seen, due=first))
        return {name for name, since in first.items() if ran - since >= APART.total_seconds()}

    def _count_running(self, now: datetime) -> None:
        uptime = _read_machine_uptime()[1]
        if self._last is not None:
            # An exercise runs by its own time, which may be faster; a clock that is set counts for nothing.
            told = (now - self._last[1]).total_seconds() if clock.is_simulated() else 0.0
            self._ran += max(0.0, uptime - self._last[0], told)
        self._last = uptime, now

    def _save_state(self, seen: ClockState) -> None:
        boot, uptime = _read_machine_uptime()
        _save_clock_state(self._home, replace(seen, boot=boot, uptime=uptime, ran=seen.ran + self._ran))
        self._ran = 0.0


def is_clock_trusted(home: Home, now: datetime, newest: Newest = lambda: None) -> bool:
    """Whether `now` can be believed, for commands outside the server's turns; False where the home remembers
    nothing and its stores show no time.
    """
    seen = find_clock_state(home)
    if seen is None:
        newest_moment = newest()
        return newest_moment is not None and _make_first_state(newest_moment).is_plausible(now)
    return seen.is_plausible(now)


def is_clock_doubted(home: Home, now: datetime) -> bool:
    """Whether this home has seen a time that `now` does not fit; a home that remembers none doubts nothing yet."""
    seen = find_clock_state(home)
    return seen is not None and not seen.is_plausible(now)


def confirm_clock(home: Home, now: datetime) -> None:
    """Accept the clock as right after a person has checked it: what waited goes on."""
    boot, uptime = _read_machine_uptime()
    seen = find_clock_state(home) or _make_first_state(now)
    _save_clock_state(home, replace(seen, newest=now, boot=boot, uptime=uptime, ahead=0.0))
    unwell.clear_trouble(home, DOUBTED)


def find_clock_state(home: Home) -> ClockState | None:
    """What the home remembers; None where that is nothing, or cannot be read."""
    try:
        tree: dict[str, Any] = json.loads(_state_path(home).read_bytes())
        seen = ClockState(**{**tree, "newest": datetime.fromisoformat(tree["newest"])})
        # What somebody else wrote there must not break each turn: a time without a zone is compared with nothing.
        return seen if seen.newest.tzinfo and isinstance(seen.due, dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make_doubt_sentence(seen: ClockState, now: datetime, waiting: int) -> Sentence:
    shown = {"now": f"{now:%Y-%m-%d %H:%M}", "newest": f"{seen.newest:%Y-%m-%d %H:%M}"}
    return Sentence(DOUBTED, **shown, waiting=waiting)


def _make_first_state(newest: datetime) -> ClockState:
    # The start of the machine is not taken: how long ago the stores' newest time was, it cannot say.
    return ClockState(newest, "unknown", 0.0, 0.0, {})


def _save_clock_state(home: Home, seen: ClockState) -> None:
    tree = {**{name: getattr(seen, name) for name in ClockState.__slots__}, "newest": seen.newest.isoformat()}
    files.write_atomically(_state_path(home), json.dumps(tree).encode())


def _state_path(home: Home) -> Path:
    return home.run / "clock.json"


def _read_machine_uptime() -> tuple[str, float]:
    """The id of the machine's current start, and its uptime in seconds, sleep included."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return boot, float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError):
        return "", time.monotonic()  # elsewhere each start of the program counts as one of the machine
