"""Serving one home: one server a data folder, on one address, until it is told to stop."""

from collections.abc import Callable

import uvicorn

from warroom.errors import SettingError
from warroom.home import Home
from warroom.operations import Ledger
from warroom.web.app import create_app
from warroom.web.room import Room

GRACE_SECONDS = 15


def run(home: Home, host: str, port: int, *, also: Callable[[Room], object] | None = None) -> None:
    """Serve until interrupted; raises HomeBusy where another server has this home.

    `also` is done in each turn of the background work (see `create_app`). The ledger opens before the port
    does, so that what is wrong with it is one sentence and not a broken page.
    """
    with home.hold("serve"), Ledger.open(home) as ledger:
        config = uvicorn.Config(
            create_app(home, ledger, also=also),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        _check_free(host, port)
        uvicorn.Server(config).run()


def _check_free(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise SettingError(
                f"Port {port} on {host} cannot be used ({problem.strerror}); choose another with --port."
            ) from None
