"""A server that is told to end ends within its bound, also where one of its threads hangs."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.web.test_serve import free_port
from warroom.home import Home
from warroom.public.outside.card import Card, write_card

SPINS = "import re; re.fullmatch('(a+)+b', 'a' * 60)"
"""In C, with the interpreter's lock held: no other line of Python runs again."""
WAITS = "import time; time.sleep(300)"
"""Others run on, and an orderly end waits for the thread."""
BOUND_SECONDS = 2
"""In place of ten: how long a signal may go unheard before the server is killed."""

COMMAND = "from warroom.cli.app import main; main()"
BOTH = (
    "import sys, pathlib\n"
    "from warroom.home import Home\n"
    "from warroom.web import server\n"
    "home, port = Home(pathlib.Path(sys.argv[1]), 'exercise'), int(sys.argv[3])\n"
    "server.run(home, '127.0.0.1', port, public=True, ready=lambda: print('ready', flush=True))"
)
"""The room and the public pages in one process, as a demo serves them."""


def started(run: str, command: list[str], hang: str, port: int, log: Path) -> subprocess.Popen[str]:
    """A server of which a page hangs once it is asked for."""
    words = (
        "from warroom.web import ending\n"
        f"ending.UNHEARD_SECONDS = {BOUND_SECONDS}\n"
        "from starlette.responses import Response\n"
        "from starlette.routing import Route\n"
        "from warroom.web.public import app\n"
        f"def hang(request):\n    {hang}\n    return Response('')\n"
        "app.ROUTES = (Route('/check/hang', hang), *app.ROUTES)\n"
    )
    words += run
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-c", words, *command, "--port", str(port), "--json"],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    assert server.stdout is not None
    assert server.stdout.readline(), log.read_text()
    return server


def hang(port: int) -> None:
    """Ask for the page that hangs."""
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"http://127.0.0.1:{port}/check/hang", timeout=2)


def end(server: subprocess.Popen[str]) -> None:
    """Tell it to end, and wait until it has; one that its hanging thread keeps would hang for minutes."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(120)
    finally:
        server.kill()
        server.communicate(timeout=30)


@pytest.mark.parametrize("thread", [SPINS, WAITS])
def test_the_public_server_ends_within_its_bound_where_a_thread_hangs(
    card: Card, tmp_path: Path, thread: str
) -> None:
    write_card(tmp_path / "card.json", card)
    port, log = free_port(), tmp_path / "log"
    server = started(COMMAND, ["serve", "--public", "--card", str(tmp_path / "card.json")], thread, port, log)
    hang(port)
    end(server)
    # A thread that lets others run is left behind in an orderly end, or killed with the rest.
    assert thread == WAITS or "told to end and did not" in log.read_text()
    assert thread == WAITS or "in hang" in log.read_text(), "the log says which thread hung"


def test_a_room_that_serves_both_ends_within_its_bound_where_a_thread_hangs(
    home: Home, database: str, card: Card, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    server = started(BOTH, [str(home.root)], SPINS, port, log)
    hang(port)
    end(server)
    assert "told to end and did not" in log.read_text()


def test_a_server_that_ends_by_itself_is_not_killed_and_leaves_no_process(card: Card, tmp_path: Path) -> None:
    write_card(tmp_path / "card.json", card)
    log = tmp_path / "log"
    server = started(
        COMMAND, ["serve", "--public", "--card", str(tmp_path / "card.json")], WAITS, free_port(), log
    )
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    end(server)
    assert server.returncode in (0, -signal.SIGTERM)
    assert "did not" not in log.read_text()
    until = time.monotonic() + 10
    while any(runs(int(child)) for child in children):
        assert time.monotonic() < until
        time.sleep(0.1)


def runs(process: int) -> bool:
    """Whether it has not ended; one that nobody asked for its end yet has."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
