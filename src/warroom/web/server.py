"""Serves one home: one server process per data folder, on one address, until it gets a signal."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from warroom import keys
from warroom.home import STAGES, Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.public.keys import card_of
from warroom.runtime.exercise import Exercise
from warroom.runtime.open_home import OpenHome
from warroom.web.app import create_app
from warroom.web.listening import ListeningServer
from warroom.web.public.app import create_public_app

GRACE_SECONDS, END_SECONDS = 15, 60
"""Seconds: requests have the first; the background turn, records in transit and PostgreSQL have the rest. Chosen, not measured."""


def run(
    home: Home,
    host: str,
    port: int,
    *,
    also: Callable[[OpenHome], object] | None = None,
    exercise: Exercise | None = None,
    public: bool = False,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted; raises HomeBusy where another server has this home, SettingError for a port
    that is taken.

    `also` is done in each turn of the background work, `exercise` shown on the pages (see `create_app`).
    `public`: the public pages too, in this one process. `ready` is called once, when the
    server listens: until then nobody is told an address that may not answer. The ledger opens before the
    port does, so that what is wrong with it is one sentence and not a broken page.
    """
    # In this order: the lock first, so that a second server touches neither the stages nor the ledger of a
    # running one.
    with _handle_sigterm(), home.take_lock("serve"), Ledger.open(home) as ledger:
        home.remove_killed_stages(*STAGES)
        keys.make_all_keys(home)
        Lake.open(home).sweep_staging()
        outside = create_public_app(card_of(ledger), beside=True) if public else None
        app = create_app(home, ledger, also=also, exercise=exercise, outside=outside)
        _OfficerServer(app, host, port, ready).run()


@contextmanager
def _handle_sigterm() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does. By default it would end the process at once when uvicorn hands it on, and leave
    the ledger's PostgreSQL running and an exercise's clock going.
    """

    def end(number: int, frame: object) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _OfficerServer(ListeningServer):
    """Closes the event streams of open pages when it stops."""

    def __init__(self, app: FastAPI, host: str, port: int, ready: Callable[[], None]) -> None:
        super().__init__(app, host, port, grace_seconds=GRACE_SECONDS, end_seconds=END_SECONDS, ready=ready)
        self.app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Event streams never end by themselves, and uvicorn would wait for them until the grace period is
        # over.
        self.app.state.live.close()
        await super().shutdown(sockets)
