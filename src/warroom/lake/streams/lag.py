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
class Lag:
    """What waits of a source in a stream, in rows or files, and since when the oldest does.

    `silent`: who reads the stream has not been heard for long, so that nobody knows what waits.
    """

    stream: str
    source: str
    waiting: int
    unit: Unit
    since: datetime | None
    silent: bool = False

    def age(self, now: datetime) -> timedelta:
        """How long the oldest has waited."""
        return timedelta(seconds=self.seconds(now))

    def seconds(self, now: datetime) -> float:
        """The same in seconds."""
        return max(0.0, (now - self.since).total_seconds()) if self.since else 0.0

    def line(self, now: datetime) -> str:
        """A line for a person."""
        if self.silent:
            return f"{self.stream}, {self.source}: who reads it has not been heard for long"
        if not self.waiting:
            return f"{self.stream}, {self.source}: nothing waits"
        return f"{self.stream}, {self.source}: {self.waiting:,} {self.unit} wait, the oldest {self.seconds(now):,.0f} s"

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "stream": self.stream,
            "source": self.source,
            "waiting": self.waiting,
            "unit": self.unit,
            "oldest_seconds": round(self.seconds(now), 1),
            "silent": self.silent,
            "late": self.late(now),
        }

    def late(self, now: datetime) -> bool:
        """Whether that is longer than it should be (WARROOM_STREAM_LATE_SECONDS)."""
        return self.silent or self.seconds(now) > settings.number("WARROOM_STREAM_LATE_SECONDS")


def lags(home: Home, positions: Mapping[str, int]) -> list[Lag]:
    """Every stream of a home with what waits in it; `positions` as the lake's newest commit states them."""
    waiting = {one.source: one for one in journal.waiting(home, positions)}
    pushed = [
        Lag("push", one.source, one.rows, "rows", one.since)
        if (one := waiting.get(source))
        else Lag("push", source, 0, "rows", None)
        for source in sorted({*waiting, *journal.sources(home)})
    ]
    dropped = [Lag("folder", one.source, one.files, "files", one.since) for one in folder.waiting(home)]
    return [*pushed, *dropped, *_told(home)]


def tell(home: Home, name: str, lag: Lag) -> None:
    """Let the room know the lag of a stream that another process reads."""
    home.streams.mkdir(mode=0o700, exist_ok=True)
    tree = {
        "stream": lag.stream,
        "source": lag.source,
        "waiting": lag.waiting,
        "since": lag.since.isoformat() if lag.since else None,
        "at": clock.wall().isoformat(),
    }
    sync.replace(home.streams / f"{name}.lag.json", json.dumps(tree).encode())


def _told(home: Home) -> list[Lag]:
    found = []
    quiet = clock.wall() - timedelta(seconds=settings.number("WARROOM_STREAM_LATE_SECONDS"))
    for path in sorted(home.streams.glob("*.lag.json")):
        try:
            tree = json.loads(path.read_bytes())
            since = datetime.fromisoformat(tree["since"]) if tree["since"] else None
            silent = datetime.fromisoformat(tree["at"]) < quiet
            found.append(Lag(tree["stream"], tree["source"], tree["waiting"], "rows", since, silent))
        except (OSError, ValueError, KeyError):
            continue
    return found
