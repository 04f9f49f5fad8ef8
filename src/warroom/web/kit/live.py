"""Telling open pages that something they show has changed: one question to the ledger a moment, however many listen.

A page hears kinds and numbers, and asks for its own list again; whether it may see that is asked there. Listening costs no
thread: everybody waits in the server's one loop.
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
"""Seconds between two looks at the log: what is committed is told well within a second."""
ALIVE = 15.0
"""Seconds after which a silent stream says that it lives, so that a page knows a dead line from a quiet night."""
LASTS = 300.0
"""Seconds after which a stream ends and the browser asks for the next one, at whose door the officer is looked at anew."""
SPREAD = 0.02
"""Seconds by which each listener more spreads out when pages ask again: a thousand at once would wait for each other."""
AGAIN = "retry: 2000\n\n"

log = structlog.get_logger("warroom.live")


# Told apart by identity: an officer with two pages open has two streams that look the same.
@dataclass(eq=False, slots=True)
class Stream:
    """One open page. What it has not been sent yet is added up, so that a slow line costs no memory."""

    officer_id: int
    waiting: Counter[str] = field(default_factory=Counter)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def tell(self, kinds: Mapping[str, int]) -> None:
        self.waiting.update(kinds)
        self.told.set()

    def end(self) -> None:
        self.over = True
        self.told.set()


class Live:
    """All open pages of one server, and the one task that looks at the log while there are any."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._streams: set[Stream] = set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        # A thread of its own: when all others answer pages, the look must not wait for them.
        self._thread = CapacityLimiter(1)

    @property
    def listeners(self) -> int:
        """How many pages are open."""
        return len(self._streams)

    async def stream(self, officer_id: int) -> AsyncIterator[str]:
        """What one page is sent, until it goes, its time is over, or the officer's access ends."""
        mine = Stream(officer_id)
        self._streams.add(mine)
        self._look_on()
        try:
            yield AGAIN + _event("ready", {})
            until = asyncio.get_running_loop().time() + LASTS
            while not (mine.over or self._closed) and asyncio.get_running_loop().time() < until:
                yield await self._next(mine)
        finally:
            self._streams.discard(mine)

    async def _next(self, mine: Stream) -> str:
        try:
            await asyncio.wait_for(mine.told.wait(), ALIVE)
        except TimeoutError:
            return _event("alive", {})
        mine.told.clear()
        kinds, mine.waiting = dict(mine.waiting), Counter()
        # Nothing new means that the stream ends: a comment line says nothing to the page, and the loop sees
        # the end.
        return _event("changed", {"kinds": kinds, "spread": self._spread()}) if kinds else ": \n\n"

    def _spread(self) -> int:
        """Milliseconds within which pages should ask again."""
        return int(SPREAD * 1000 * len(self._streams))

    def _look_on(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._streams and not self._closed:
            await self._look()
            await asyncio.sleep(EVERY)

    async def _look(self) -> None:
        officers = {one.officer_id for one in self._streams}
        try:
            told = await to_thread.run_sync(self._pulse.beat, officers, limiter=self._thread)
        except WarroomError as problem:
            # Pages stay open: the ledger may be back at the next look.
            log.warning("could not look at the log", kind=type(problem).__name__)
            return
        for one in list(self._streams):
            # A page that was opened while the thread looked; the next look asks for its officer too.
            if one.officer_id not in told:
                continue
            kinds = told[one.officer_id]
            if kinds is None:
                one.end()
            elif kinds:
                one.tell(kinds)

    def close(self) -> None:
        """Let every page go, so that the server can stop; from the server's loop alone."""
        self._closed = True
        for one in self._streams:
            one.end()


def _event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
