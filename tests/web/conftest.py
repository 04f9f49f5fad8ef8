"""A room to visit: one reported case with the golden hour's trail, officers of every role, and a client
without a browser.
"""

import asyncio
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from html import unescape
from typing import Any

import pytest
import uvicorn
from httpx import Client, Response
from starlette.applications import Starlette

from tests.cases.scenes import PASSWORD, Scene, fast_hashes
from tests.web import trails
from warroom.access.sign_in import sign_in
from warroom.access.views import SignInOrigin
from warroom.cases.intake import sync_cases
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.money.trail import Trail
from warroom.runtime import background
from warroom.runtime.exercise import Exercise
from warroom.web.app import create_app
from warroom.web.connections import TimedHttpProtocol
from warroom.web.kit.sessions import PLAIN_NAME

FIELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')


PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that ask over plain HTTP: one that is given none reads every authority that this machine knows."""
LIGHT = "/account"
"""A page that costs little and asks for nothing by itself, for anyone who has signed in and waits for their turn."""


class Night(Scene):
    """The operations' scene with a trail that has lanes worth drawing."""

    def golden(self, lake: Any, index: Any, ids: Sequence[str], *, as_of: datetime) -> Trail:
        return trails.golden_hour(as_of, ids)

    def sync(self) -> int:
        return sync_cases(self.ledger, self.lake, None, now=self.now, tracer=self.golden)

    def staff(self) -> None:
        self.officer("anna", "officer")
        self.officer("boon", "officer", "supervisor")
        self.officer("chai", "appeals")
        self.officer("dara", "auditor")
        self.officer("lek", "lawyer")


def without_word_marks(page: str) -> str:
    """A page without what keeps Thai words together at the end of a line, which is no part of what is said."""
    return re.sub("</?t-[tw]>", "", page)


class Visitor:
    """Someone with cookies who reads pages and posts the forms that stand on them."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def page(self, path: str, language: str = "en") -> str:
        self.client.cookies.set("warroom_language", language)
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return without_word_marks(answer.text)

    def fields(self, path: str, action: str) -> dict[str, str]:
        """The hidden fields of the form on a page that posts to `action`."""
        page = self.get(path).text
        found = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
        assert found, f"no form to {action} on {path}"
        return {name: unescape(value) for name, value in FIELD.findall(found[1])}

    def post(self, path: str, action: str, to: str = "", **given: Any) -> Response:
        data = self.fields(path, action) | {name: value for name, value in given.items() if value is not None}
        return self.client.post(to or action, data=data)

    def sign_in(self, username: str, password: str = PASSWORD, to: str = "/") -> Response:
        return self.post(f"/sign-in?next={to}", "/sign-in", username=username, password=password)


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    """An empty room with staff."""
    night = Night(home, ledger, Lake.open(home))
    night.staff()
    return night


@pytest.fixture
def address(home: Home, night: Night) -> Iterator[str]:
    """The room served on a free port of this machine, by the server that serves it in earnest."""
    with served(home, night.ledger) as address:
        yield address


@contextmanager
def served(home: Home, ledger: Ledger, exercise: Exercise | None = None) -> Iterator[str]:
    with serving(create_app(home, ledger, background=False, exercise=exercise)) as address:
        yield address


class Server(uvicorn.Server):
    """Looks a hundred times a second whether it should end and whether its connections have ended, not ten times: every
    test waits for both.
    """

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        ends = time.monotonic() + (self.config.timeout_graceful_shutdown or 0)
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < ends:
            await asyncio.sleep(0.01)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """An app on a free port of this machine. Of many in one process none sets aside what it loaded: that would never be let go."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(background, "freeze_garbage", lambda: None)
        yield from _serving(app)


def _serving(app: Starlette) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, timeout_graceful_shutdown=1, http=TimedHttpProtocol
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


@pytest.fixture
def enter(address: str, night: Night) -> Iterator[Callable[..., Visitor]]:
    """People at the door: `enter("boon")` signs one in, `enter()` lets a stranger in; each has own cookies."""
    with ExitStack() as stack:

        def one(username: str = "", **headers: str) -> Visitor:
            client = stack.enter_context(
                Client(base_url=address, follow_redirects=True, headers=headers, timeout=60, verify=PLAIN)
            )
            client.cookies.set("warroom_language", "en")
            person = Visitor(client)
            if username and headers:
                person.sign_in(username, to=LIGHT)
            elif username:
                _let_in(night, person, username)
            return person

        yield one


def _let_in(night: Night, person: Visitor, username: str) -> None:
    """By the service that the page of sign-in asks, which costs a tenth of its form."""
    with fast_hashes():
        entry = sign_in(night.ledger, username, PASSWORD, origin=SignInOrigin("127.0.0.1", "Firefox"))
    person.client.cookies.set(PLAIN_NAME, entry.token, domain="127.0.0.1")


@pytest.fixture
def visitor(enter: Callable[..., Visitor]) -> Visitor:
    """Nobody yet: not signed in."""
    return enter()


@pytest.fixture
def anna(night: Night, enter: Callable[..., Visitor]) -> Visitor:
    """A signed-in officer with one case on the board."""
    night.case()
    return enter("anna")
