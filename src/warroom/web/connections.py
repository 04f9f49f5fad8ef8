"""Connections: how many there may be, how long a request may take to arrive, and how long its head may be.

A proxy keeps half-open connections and long heads to itself, but not every proxy does, and whoever is on this machine needs
none. One who opens thousands of connections and says nothing is dropped; the room stays open to those who speak.
"""

import asyncio
import resource
from typing import Any, Literal

from starlette.responses import PlainTextResponse
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of a request head; httptools itself has no limit. Chosen, not measured.
MAX_HEAD = 32 * 1024
# Against slow-header attacks (Slowloris): a client that holds a connection open must at least send a
# request.
HEAD_SECONDS = 10
# A body may take as long as a slow line needs, but not stand still.
STILL_SECONDS = 30
# File descriptors: one per connection, and room for those that are just being closed.
FILES_WANTED = 65_536
# What the lake, the ledger and the background work open.
FILES_KEPT = 256
# Connections; fewer where the process may not open so many files. Chosen, not measured.
MOST = 8_192
TURN_SECONDS = 0.0005
"""How long a thread computes before others that wait have a turn. With Python's own 5 ms, one thread of the background
work would make every check before a payment wait that long, several times over.
"""


def most_connections() -> int:
    """How many connections may be open at once; raises this process's limit of open files to what the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    # 1,024 is usual, and a thousand connections that say nothing would shut the lake and the ledger as well.
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft - FILES_KEPT), 1)


class TimedHttpProtocol(HttpToolsProtocol):
    """A connection that is patient for so long: a whole head within 10 seconds, and a body that does not stand still."""

    max_connections = MOST
    """How many there may be; set when the server starts."""
    dropped_count = 0
    """How many this process has ended because they said too little or too much."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._part: Literal["", "head", "body"] = ""
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer(HEAD_SECONDS)
        if len(self.connections) > self.max_connections:
            # The longest silent one makes room; where all have spoken, the new one has come too late.
            silent = (one for one in self.connections if isinstance(one, TimedHttpProtocol) and one.is_silent)
            oldest = min(silent, key=lambda one: one.times_out_at, default=self)
            oldest.drop_connection()

    @property
    def is_silent(self) -> bool:
        """Whether no whole head has come on this connection yet."""
        return self.cycle is None

    @property
    def times_out_at(self) -> float:
        """When its patience ends, by the loop's clock: the earlier, the longer it has waited."""
        return self._timer.when() if self._timer else float("inf")

    def drop_connection(self) -> None:
        """End the connection without a word: who says nothing is told nothing."""
        TimedHttpProtocol.dropped_count += 1
        self._stop_timer()
        self.connections.discard(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._part == "head":
            self._head_bytes += len(data)
        super().data_received(data)
        if self._part == "body":
            self._start_timer(STILL_SECONDS)
        elif self._part == "":
            self._stop_timer()
        elif self._head_bytes > MAX_HEAD:
            self.drop_connection()
        elif self._timer is None:
            # Not anew with each byte: a head that comes a sign a second would never be late.
            self._start_timer(HEAD_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part, self._head_bytes = "head", 0

    def on_headers_complete(self) -> None:
        self._part = "body"
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._part = ""
        self._stop_timer()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._on_timeout)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timeout(self) -> None:
        # Where we read no further ourselves, because a disk is slow, the other side stands still for us.
        if self.flow.read_paused:
            self._start_timer(STILL_SECONDS)
        else:
            self.drop_connection()


def count_head_bytes(scope: Scope) -> int:
    """How long the head of a request is, without what stands between its parts."""
    said = sum(len(name) + len(value) for name, value in scope["headers"])
    return said + len(scope.get("raw_path") or b"") + len(scope["query_string"])


# Asked for before anything looks into the head: some readers of headers need longer than their length.
head_too_long = PlainTextResponse(
    "The head of this request is longer than 32 KB; send a shorter one.", 431, {"connection": "close"}
)
