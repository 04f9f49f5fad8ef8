"""What the room's server and the public side's have in common: the port, patience with connections, and a word when they listen."""

import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from warroom.web.connections import TURN_SECONDS, Patient, most_connections
from warroom.web.kit.gc_pause import set_aside
from warroom.web.port import check_free


class Listening(uvicorn.Server):
    """A server that calls `ready` once it listens; raises SettingError for a port that is taken."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, grace_seconds: int, ready: Callable[[], None]
    ) -> None:
        sys.setswitchinterval(TURN_SECONDS)
        Patient.most = most_connections()
        # uvicorn would write the fault to its log and end; here it is one sentence that says what to do.
        check_free(host, port)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            http=Patient,
            timeout_graceful_shutdown=grace_seconds,
        )
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            set_aside()
            self.ready()
