"""The night's clock: it runs faster than life from one evening on, and can be set wrong while the house runs."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warroom import clock, files
from warroom.cli.app import main
from warroom.home import open_home

BEGINS = datetime(2026, 3, 9, 11, tzinfo=UTC)
"""Six in the evening in Bangkok: the night has in it the joining of small files and the look at everything."""
PLACE = "WARROOM_NIGHT_CLOCK"
PROGRAM = "from benchmarks.night.clock import run; run()"


class NightClock:
    """A file that says how the night's time runs. Every program of the house reads it again when it was changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = 0
        self._facts = {"began": 0.0, "speed": 1.0, "step": 0.0}

    def begin(self, speed: float) -> None:
        """The evening begins now."""
        self._write(began=clock.get_real_now().timestamp(), speed=speed, step=0.0)

    def step(self, by: timedelta) -> None:
        """Set it wrong by so much, by nothing to set it right."""
        self._write(step=by.total_seconds())

    def right(self) -> datetime:
        """What it is, however wrong the clock is set."""
        self._read()
        passed = clock.get_real_now().timestamp() - self._facts["began"]
        return BEGINS + timedelta(seconds=passed * self._facts["speed"])

    def told(self) -> datetime:
        """What the clock says."""
        return self.right() + timedelta(seconds=self._facts["step"])

    @property
    def speed(self) -> float:
        return self._facts["speed"]

    def _read(self) -> None:
        mark = self._path.stat().st_mtime_ns
        if mark != self._mark:
            self._facts, self._mark = json.loads(self._path.read_bytes()), mark

    def _write(self, **facts: float) -> None:
        files.write_atomically(self._path, json.dumps(self._facts | facts).encode())
        self._read()


def run() -> None:
    """The command line by the night's clock."""
    told = NightClock(Path(os.environ[PLACE])).told
    with open_home(create=None).turn_clock(told):
        main()
