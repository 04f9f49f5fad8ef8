"""A room as benchmarks read it: `warroom serve` in a process of its own, one officer who reads its pages, and a browser."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Playwright

from benchmarks.harness import time_ms
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import staff

PROGRAM = "from warroom.cli.app import main; main()"
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
OFFICER = next(person for person in staff.STAFF if person.username == "officer")


@contextmanager
def serve_home(home: Home, program: str = PROGRAM) -> Iterator[tuple[str, psutil.Process]]:
    """`warroom serve` on a free port: its address and its process. `program`: what starts it, as Python."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {"WARROOM_HOME": str(home.root), "WARROOM_LOG_LEVEL": "error"}
    command = [sys.executable, "-c", program, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("warroom serve did not start")


def without_a_country(home: Home) -> Home:
    """The same room and cases, but nobody plays a country there: what an office runs."""
    card = home.root / "home.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"kind": "exercise"}))
    return open_home(home.root)


@contextmanager
def open_client(
    address: str, timeout_seconds: float = 60, who: staff.DemoSignIn = OFFICER
) -> Iterator[httpx.Client]:
    """A client that is signed in as an officer, or as another of the demo's staff."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=timeout_seconds) as client:
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
        assert token
        form = {"csrf": token[1], "username": who.username, "password": who.password}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 200, answer.status_code
        assert answer.url.path != "/sign-in"
        yield client


def time_pages(client: httpx.Client, paths: list[str], **headers: str) -> list[float]:
    """Milliseconds of each page, the first two left out: they warm the server."""

    def read_page(path: str) -> None:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)

    return [time_ms(lambda path=path: read_page(path)) for path in paths][2:]  # type: ignore[misc]


def launch_chromium(playwright: Playwright, flags: list[str]) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


def sign_in_browser(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{address}/")


def list_columns(connection: sa.Connection, table: str, kept: set[str]) -> list[str]:
    """The columns of a table that are written, but those that are `kept` back."""
    columns = sa.inspect(connection).get_columns(table)
    return [column["name"] for column in columns if column["name"] not in kept and "computed" not in column]


def owner_url(ledger: Ledger) -> str:
    """The address of the database as its owner, who may fill tables past their guards."""
    assert ledger.server is not None
    return ledger.server.make_url("postgres", "warroom").replace("postgresql://", "postgresql+psycopg://")
