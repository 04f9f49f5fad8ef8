"""Notifies open pages of changes: one query to the ledger every quarter of a second, for any number of listeners.

A page gets kinds and counts, and requests its own list again, where access is checked. A listener needs no
thread: all wait in the server's event loop.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import structlog
from anyio import CapacityLimiter, to_thread

from warroom.errors import WarroomError
from warroom.room.worklist.pulse import Pulse

EVERY = 0.25
"""Seconds between two queries of the log: a change is announced well within a second. Chosen, not measured."""
ALIVE = 15.0
"""Seconds of silence after which a stream sends a heartbeat, so that a page detects a dead connection. Chosen."""
LASTS = 300.0
"""Seconds after which a stream ends and the browser opens a new one, which checks the officer's access again. Chosen."""
SPREAD = 0.02
"""Seconds added to the spread of refreshes for each listener: a thousand requests at once would queue. Chosen."""
# Milliseconds until a browser reconnects (HTML Standard, server-sent events).
AGAIN = "retry: 2000\n\n"

log = structlog.get_logger("warroom.live")


# Compared by identity: an officer with two open pages has two equal streams.
@dataclass(eq=False, slots=True)
class Stream:
    """One open page. What it has not been sent yet is added up, so that a slow line costs no memory."""

    officer_id: int
    waiting: Counter[str] = field(default_factory=Counter)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    def add_changes(self, kinds: Mapping[str, int]) -> None:
        self.waiting.update(kinds)
        self.news.set()

    def close(self) -> None:
        self.is_over = True
        self.news.set()


class Live:
    """All open pages of one server, and the one task that looks at the log while there are any."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._streams: set[Stream] = set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        # A thread of its own: the query must not wait while all other threads answer pages.
        self._thread = CapacityLimiter(1)

    @property
    def listeners(self) -> int:
        """How many pages are open."""
        return len(self._streams)

    async def stream_events(self, officer_id: int) -> AsyncIterator[str]:
        """What one page is sent, until it goes, its time is over, or the officer's access ends."""
        mine = Stream(officer_id)
        self._streams.add(mine)
        self._start_checking()
        try:
            yield AGAIN + _format_event("ready", {})
            until = asyncio.get_running_loop().time() + LASTS
            while not (mine.is_over or self._closed) and asyncio.get_running_loop().time() < until:
                yield await self._wait_for_event(mine)
        finally:
            self._streams.discard(mine)

    async def _wait_for_event(self, mine: Stream) -> str:
        try:
            await asyncio.wait_for(mine.news.wait(), ALIVE)
        except TimeoutError:
            return _format_event("alive", {})
        mine.news.clear()
        kinds, mine.waiting = dict(mine.waiting), Counter()
        # Without changes the stream is ending: a comment line means nothing to the page, and the loop sees
        # the end.
        return (
            _format_event("changed", {"kinds": kinds, "spread": self._compute_spread_milliseconds()})
            if kinds
            else ": \n\n"
        )

    def _compute_spread_milliseconds(self) -> int:
        """Milliseconds within which pages should ask again."""
        return int(SPREAD * 1000 * len(self._streams))

    def _start_checking(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._streams and not self._closed:
            await self._check_log()
            await asyncio.sleep(EVERY)

    async def _check_log(self) -> None:
        officers = {stream.officer_id for stream in self._streams}
        try:
            kinds_by_officer = await to_thread.run_sync(
                self._pulse.read_changes, officers, limiter=self._thread
            )
        except WarroomError as problem:
            # Pages stay open: the ledger may be back at the next query.
            log.warning("could not look at the log", kind=type(problem).__name__)
            return
        for stream in list(self._streams):
            # A page opened during the query: the next query includes its officer.
            if stream.officer_id not in kinds_by_officer:
                continue
            kinds = kinds_by_officer[stream.officer_id]
            if kinds is None:
                stream.close()
            elif kinds:
                stream.add_changes(kinds)

    def close(self) -> None:
        """Let every page go, so that the server can stop; from the server's loop alone."""
        self._closed = True
        for one in self._streams:
            one.close()


def _format_event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
