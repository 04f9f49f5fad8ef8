"""Limits of connections: their number, the time a request may take to arrive, and the size of its head.

A proxy usually absorbs half-open connections and long heads, but not every proxy does, and a client on this machine needs none.
Connections without a request are dropped first, so that the server stays reachable for clients that send one.
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
# A body may take as long as a slow network needs, but must not stall longer than this. Chosen, not measured.
STILL_SECONDS = 30
# File descriptors: one per connection, and room for those that are just being closed.
FILES_WANTED = 65_536
# File descriptors reserved for the lake, the ledger and the background work. Chosen, not measured.
FILES_KEPT = 256
# Connections; fewer where the process may not open so many files. Chosen, not measured.
MOST = 8_192
TURN_SECONDS = 0.0005
"""Python's switch interval in seconds. With the default of 5 ms, one busy background thread would delay every payment check by that
much, several times over.
"""


def most_connections() -> int:
    """How many connections may be open at once; raises this process's limit of open files to what the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    # The usual soft limit is 1,024: that many idle connections would leave no descriptor for the lake and
    # the ledger.
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft - FILES_KEPT), 1)


class TimedHttpProtocol(HttpToolsProtocol):
    """A connection with timeouts: the whole head must arrive within `HEAD_SECONDS`, and a body must not stall."""

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
            # Drop the connection that has been idle longest; if all have sent a request, drop the new one.
            silent = (one for one in self.connections if isinstance(one, TimedHttpProtocol) and one.is_silent)
            oldest = min(silent, key=lambda one: one.times_out_at, default=self)
            oldest.drop_connection()

    @property
    def is_silent(self) -> bool:
        """Whether no complete head has arrived on this connection yet."""
        return self.cycle is None

    @property
    def times_out_at(self) -> float:
        """When the timeout ends, by the loop's clock; the earliest is the connection that has waited longest."""
        return self._timer.when() if self._timer else float("inf")

    def drop_connection(self) -> None:
        """Close the connection without an answer (TCP reset): a graceful close would wait for a peer that does not read."""
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
            # The timer is not restarted with each byte: a head sent one byte per second would never time out.
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
        # We paused reading ourselves, because our disk is slow: the client is not to blame for the stall.
        if self.flow.read_paused:
            self._start_timer(STILL_SECONDS)
        else:
            self.drop_connection()


def count_head_bytes(scope: Scope) -> int:
    """The bytes of a request's head, without separators."""
    said = sum(len(name) + len(value) for name, value in scope["headers"])
    return said + len(scope.get("raw_path") or b"") + len(scope["query_string"])


# Checked before any header is parsed: some header parsers take more than linear time.
head_too_long = PlainTextResponse(
    "The head of this request is longer than 32 KB; send a shorter one.", 431, {"connection": "close"}
)
