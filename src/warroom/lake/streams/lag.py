"""How far behind the lake is, by stream and source: what waits, and since when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from warroom import clock, settings
from warroom.home import Home
from warroom.lake import sync
from warroom.lake.streams import folder, journal

Unit = Literal["rows", "files"]


@dataclass(frozen=True, slots=True)
class StreamLag:
    """The backlog of a source in a stream: rows or files waiting, and since when the oldest waits.

    `silent`: the stream's reader has not reported for long, so the backlog is unknown.
    """

    stream: str
    source: str
    waiting: int
    unit: Unit
    since: datetime | None
    silent: bool = False

    def waited_for(self, now: datetime) -> timedelta:
        """How long the oldest has waited."""
        return timedelta(seconds=self.waited_seconds(now))

    def waited_seconds(self, now: datetime) -> float:
        """The same in seconds."""
        return max(0.0, (now - self.since).total_seconds()) if self.since else 0.0

    def format_line(self, now: datetime) -> str:
        """A line for a person."""
        if self.silent:
            return f"{self.stream}, {self.source}: who reads it has not been heard for long"
        if not self.waiting:
            return f"{self.stream}, {self.source}: nothing waits"
        return f"{self.stream}, {self.source}: {self.waiting:,} {self.unit} wait, the oldest {self.waited_seconds(now):,.0f} s"

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "stream": self.stream,
            "source": self.source,
            "waiting": self.waiting,
            "unit": self.unit,
            "oldest_seconds": round(self.waited_seconds(now), 1),
            "silent": self.silent,
            "late": self.is_late(now),
        }

    def is_late(self, now: datetime) -> bool:
        """Whether that is longer than it should be (WARROOM_STREAM_LATE_SECONDS)."""
        return self.silent or self.waited_seconds(now) > settings.get_number("WARROOM_STREAM_LATE_SECONDS")


def list_lags(home: Home, positions: Mapping[str, int]) -> list[StreamLag]:
    """Every stream of a home with what waits in it; `positions` as the lake's newest commit states them."""
    waiting = {backlog.source: backlog for backlog in journal.list_waiting_pushes(home, positions)}
    pushed = [
        StreamLag("push", backlog.source, backlog.rows, "rows", backlog.since)
        if (backlog := waiting.get(source))
        else StreamLag("push", source, 0, "rows", None)
        for source in sorted({*waiting, *journal.list_sources(home)})
    ]
    dropped = [
        StreamLag("folder", backlog.source, backlog.files, "files", backlog.since)
        for backlog in folder.list_waiting_files(home)
    ]
    return [*pushed, *dropped, *_list_recorded_lags(home)]


def record_lag(home: Home, name: str, lag: StreamLag) -> None:
    """Let the room know the lag of a stream that another process reads."""
    home.streams.mkdir(mode=0o700, exist_ok=True)
    tree = {
        "stream": lag.stream,
        "source": lag.source,
        "waiting": lag.waiting,
        "since": lag.since.isoformat() if lag.since else None,
        "at": clock.get_real_now().isoformat(),
    }
    sync.replace_unsynced(home.streams / f"{name}.lag.json", json.dumps(tree).encode())


def _list_recorded_lags(home: Home) -> list[StreamLag]:
    noted_lags = []
    # Real time, not an exercise's: the reader's process lives in it.
    quiet = clock.get_real_now() - timedelta(seconds=settings.get_number("WARROOM_STREAM_LATE_SECONDS"))
    for path in sorted(home.streams.glob("*.lag.json")):
        try:
            tree = json.loads(path.read_bytes())
            since = datetime.fromisoformat(tree["since"]) if tree["since"] else None
            silent = datetime.fromisoformat(tree["at"]) < quiet
            noted_lags.append(
                StreamLag(tree["stream"], tree["source"], tree["waiting"], "rows", since, silent)
            )
        except (OSError, ValueError, KeyError):
            continue
    return noted_lags
