"""Ingest by a running server: pushes on their way into the lake, and files in the drop folder."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from warroom import clock, unwell
from warroom.runtime.open_home import OpenHome
from warroom.runtime.turns import ServerJob, Turn, Turns
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.lake.streams.folder import DropFolder
    from warroom.lake.streams.front import PushFront
    from warroom.lake.streams.lag import StreamLag

PAUSE_SECONDS = 4.0
"""Seconds between two commits: what came meanwhile shares one, since each commit writes a file for each day."""

log = structlog.get_logger("warroom.streams")


@dataclass
class StreamsThread:
    """A thread that runs turns until it is stopped. The front opens at its first use, or at the first turn."""

    room: OpenHome
    pause: float = PAUSE_SECONDS
    lags: "tuple[StreamLag, ...]" = ()
    """As of the last turn."""
    _front: "PushFront | None" = None
    _folder: "DropFolder | None" = None
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._turns = Turns(self.room.home, lambda: self.jobs, lambda: Turn(self.room, clock.get_now()))

    def start_thread(self) -> None:
        self._thread = threading.Thread(target=self._run_turns, name="streams", daemon=True)
        self._thread.start()

    def stop_thread(self) -> None:
        """Wait for the running turn, then close; what still waits is in the journal."""
        self._stop.set()
        if self._thread is not None:
            # Seconds; a batch into the lake may take that long.
            self._thread.join(timeout=60)
        with self._opening:
            if self._front is not None:
                self._front.close()

    @property
    def front(self) -> "PushFront":
        """Where pushes come in."""
        from warroom.lake.streams.front import PushFront

        with self._opening:
            if self._front is None:
                self._front = PushFront(self.room.lake)
            return self._front

    def list_late_streams(self) -> "list[tuple[StreamLag, timedelta]]":
        """Streams that wait too long, as of the last turn, each with how long its oldest has waited."""
        now = clock.get_real_now()
        return [(lag, lag.waited_for(now)) for lag in self.lags if lag.is_late(now)]

    def run_turn(self) -> None:
        """Ingest what waits, and measure what waits then; a stream that fails does not block the others.

        While the clock is doubted what comes waits, kept: rows would be stamped with a time that is wrong, and no trace of
        today sees a row of next year.
        """
        self._turns.run_turn()

    @property
    def jobs(self) -> tuple[ServerJob, ...]:
        """In their order."""
        return (
            ServerJob("push", self._take_pushes, why="rows would be stamped with a wrong time"),
            ServerJob("drop", self._take_dropped_files, why="rows would be stamped with a wrong time"),
            ServerJob(
                "lag",
                self._check_lags,
                waits_for_clock=False,
                why="what waits is reported, and the note goes when nothing does",
            ),
        )

    def _run_turns(self) -> None:
        while not self._stop.wait(self.pause):
            self.run_turn()

    def _take_pushes(self, _: Turn) -> object:
        return self.front.drain_journal()

    def _take_dropped_files(self, _: Turn) -> object:
        from warroom.lake.streams.folder import DropFolder

        if not self.room.home.drop.is_dir():
            return None
        # The same from turn to turn: it remembers how long a file was, and leaves alone what still grows.
        self._folder = self._folder or DropFolder(self.room.lake)
        return self._folder.take_settled_files()

    def _check_lags(self, _: Turn) -> object:
        from warroom.lake.streams.lag import list_lags

        stream_lags = list_lags(self.room.home, self.room.lake.state.positions)
        self.lags = tuple(stream_lags)
        if late := self.list_late_streams():
            log.warning("streams are late", streams=len(late), waiting=sum(lag.waiting for lag, _ in late))
            sources = ", ".join(sorted({lag.source for lag, _ in late}))
            unwell.note_trouble(self.room.home, Sentence("health.streams-late", sources=sources))
        else:
            unwell.clear_trouble(self.room.home, "health.streams-late")
        return stream_lags
