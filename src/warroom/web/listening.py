"""What the room's server and the public side's have in common: the port, patience with connections, a word when they listen, and an end
when they are told to end.
"""

import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from warroom.heap import freeze_garbage
from warroom.web import ending
from warroom.web.connections import TURN_SECONDS, TimedHttpProtocol, most_connections
from warroom.web.port import check_free


class ListeningServer(uvicorn.Server):
    """A server that calls `ready` once it listens; raises SettingError for a port that is taken. `grace_seconds`: how long requests have
    once it is told to end; `end_seconds`: how long the whole of the end may take before the process is killed.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        *,
        grace_seconds: int,
        end_seconds: int,
        ready: Callable[[], None],
    ) -> None:
        sys.setswitchinterval(TURN_SECONDS)
        TimedHttpProtocol.max_connections = most_connections()
        # uvicorn would only log the OSError and exit; this raises an error that says what to do.
        check_free(host, port)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            # A server's name and version would only help to choose an exploit.
            server_header=False,
            http=TimedHttpProtocol,
            timeout_graceful_shutdown=grace_seconds,
        )
        super().__init__(config)
        self.ready, self._end_seconds = ready, end_seconds
        self._ending: ending.ShutdownWatchdog | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._ending is not None:
            self._ending.confirm_signal()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ending = ending.start_watchdog(self._end_seconds)
            # After startup, so that the garbage collector never scans the objects that live as long as the
            # process.
            freeze_garbage()
            self.ready()
