"""Serving the public pages: a process of their own, until it is told to stop."""

import socket
import sys
from collections.abc import Callable

import uvicorn

from warroom.public.outside.card import Card
from warroom.web.connections import TURN_SECONDS, Patient, most_connections
from warroom.web.port import check_free
from warroom.web.public.app import create_public_app

GRACE_SECONDS = 5


def run(card: Card, host: str, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; raises SettingError for a port that is taken. `ready` is called once, when it listens."""
    sys.setswitchinterval(TURN_SECONDS)
    Patient.most = most_connections()
    check_free(host, port)
    config = uvicorn.Config(
        create_public_app(card),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=Patient,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _Server(config, ready).run()


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()
