"""What comes by itself while the server lives: pushes on their way into the lake, and files put into the drop folder."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from warroom import clock, unwell
from warroom.runtime.open_home import OpenHome
from warroom.runtime.turns import Job, Turn, Turns
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.lake.streams.folder import Folder
    from warroom.lake.streams.front import Front
    from warroom.lake.streams.lag import Lag

PAUSE_SECONDS = 4.0
"""Between two commits: what came meanwhile shares one, and the lake gets a file a day for each."""

log = structlog.get_logger("warroom.streams")


@dataclass
class Streams:
    """A thread that takes turns until it is stopped. The front opens at its first use, or at the first turn."""

    room: OpenHome
    pause: float = PAUSE_SECONDS
    lags: "tuple[Lag, ...]" = ()
    """As of the last turn."""
    _front: "Front | None" = None
    _folder: "Folder | None" = None
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._turns = Turns(self.room.home, lambda: self.jobs, lambda: Turn(self.room, clock.now()))

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for the turn that is running, then let go; what waits is in the journal."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=60)
        with self._opening:
            if self._front is not None:
                self._front.close()

    @property
    def front(self) -> "Front":
        """Where pushes come in."""
        from warroom.lake.streams.front import Front

        with self._opening:
            if self._front is None:
                self._front = Front(self.room.lake)
            return self._front

    def late(self) -> "list[tuple[Lag, timedelta]]":
        """Streams that wait too long, as of the last turn, each with how long its oldest has waited."""
        now = clock.wall()
        return [(lag, lag.age(now)) for lag in self.lags if lag.late(now)]

    def turn(self) -> None:
        """Take in what waits, and see what waits then; one stream that cannot go on does not keep the others.

        While the clock is doubted what comes waits, kept: rows would be stamped with a time that is wrong, and no trace of
        today sees a row of next year.
        """
        self._turns.take()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """In their order."""
        return (
            Job("push", self._push, why="rows would be stamped with a wrong time"),
            Job("drop", self._drop, why="rows would be stamped with a wrong time"),
            Job(
                "lag",
                self._look,
                waits_for_clock=False,
                why="what waits is reported, and the note goes when nothing does",
            ),
        )

    def _run(self) -> None:
        while not self._stop.wait(self.pause):
            self.turn()

    def _push(self, _: Turn) -> object:
        return self.front.turn()

    def _drop(self, _: Turn) -> object:
        from warroom.lake.streams.folder import Folder

        if not self.room.home.drop.is_dir():
            return None
        # The same from turn to turn: it remembers how long a file was, and leaves alone what still grows.
        self._folder = self._folder or Folder(self.room.lake)
        return self._folder.turn()

    def _look(self, _: Turn) -> object:
        from warroom.lake.streams.lag import lags

        found = lags(self.room.home, self.room.lake.state.positions)
        self.lags = tuple(found)
        if late := self.late():
            log.warning("streams are late", streams=len(late), waiting=sum(lag.waiting for lag, _ in late))
            sources = ", ".join(sorted({lag.source for lag, _ in late}))
            unwell.note(self.room.home, Sentence("health.streams-late", sources=sources))
        else:
            unwell.clear(self.room.home, "health.streams-late")
        return found
