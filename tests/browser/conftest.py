"""A demo room served by the command itself, and Chromium to visit it with; nothing may leave this machine."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.desk import Desk, watched

# The headless shell takes half the processor time of the whole browser for the same pages.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Maps and charts draw by a processor that plays a graphics card; pages need not be put together by it as well.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-background-networking",
]
START_SECONDS = 240


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skipped by name where Chromium is absent."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="needs Debian's chromium"))


@dataclass(frozen=True)
class Demo:
    """The served demo: where it is, and what lies in its outbox."""

    address: str
    home: Path
    password: str

    def orders(self) -> list[Path]:
        return sorted((self.home / "outbox").glob("*.xml"))


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`warroom demo` on a free port with a home of its own; its time runs as in life, so that cases hold still.

    It ends with the last test in a browser: it would play its country on beside a thousand others.
    """
    with served(tmp_path_factory, "demo", speed=1) as one:
        yield one


def _environment(home: Path) -> dict[str, str]:
    """This process's environment with no setting of the room but where its home is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARROOM_")}
    return kept | {"WARROOM_HOME": str(home)}


FOUND = "from warroom_lab.cli.demo import prepare_demo; prepare_demo()"
"""What the command does before it serves: to found a country takes as long as a dozen tests."""


def _founded(factory: pytest.TempPathFactory) -> Path:
    """A demo home at the moment its exercise begins, founded by whichever worker asks first."""
    runs = factory.getbasetemp()
    runs = runs.parent if "PYTEST_XDIST_WORKER" in os.environ else runs
    home = runs / "founded" / "home"
    with (runs / "founded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            draft = runs / "founded" / "draft"
            draft.parent.mkdir()
            subprocess.run([sys.executable, "-c", FOUND], env=_environment(draft), check=True)
            draft.rename(home)
    return home


@contextmanager
def served(factory: pytest.TempPathFactory, name: str, speed: int) -> Iterator[Demo]:
    """A demo of its own, at a speed, until the block ends."""
    home = factory.mktemp(name) / "home"
    # Not by Python: the data of a PostgreSQL belong to a user of their own.
    subprocess.run(["cp", "--archive", _founded(factory), home], check=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    stood = _promised(home)
    begin = "from warroom.cli.app import main; main()"
    command = [sys.executable, "-c", begin, "demo", "--port", str(port), "--json", "--speed", str(speed)]
    said = home.parent / "said.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, env=_environment(home), stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, said.read_text()
        facts = json.loads(line)
        _wait_for(lambda: _is_open(port) and _promised(home) > stood, process, said)
        yield Demo(facts["address"], home, facts["officers"][0]["password"])
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def _wait_for(begun: Callable[[], bool], process: "subprocess.Popen[bytes]", said: Path) -> None:
    """The exercise's clock stands until its country is loaded, some seconds after the first page."""
    for _ in range(START_SECONDS * 10):
        assert process.poll() is None, said.read_text()
        if begun():
            return
        time.sleep(0.1)
    raise AssertionError(f"The demo did not begin: {said.read_text()}")


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _promised(home: Path) -> int:
    """The latest moment that the exercise's clock may show, in microseconds UTC."""
    promised: int = json.loads((home / "run" / "exercise" / "pace.json").read_text())["promised"]
    return promised


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a worker, until it does something else: an idle one costs a twelfth of a processor."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that a test leaves open goes on asking and drawing beside the tests after it."""
    yield
    if "chromium" in request.fixturenames:
        for context in request.getfixturevalue("chromium").contexts:
            context.close()


Visit = Callable[..., Page]
Keys = dict[tuple[str, str], Any]
"""What a browser keeps of somebody's sign-in, by room and user name."""


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Who has signed in at which room already: nobody needs to do it twice."""
    return {}


@pytest.fixture
def visit(chromium: Browser, demo: Demo, keys: Keys) -> Iterator[Visit]:
    """`visit("officer", language="en", width=390, at="/")`: someone signed in, in a browser of their own, at a page.

    Fails the test on a request to any other host, on a blocked script or style, and on an error in a script.
    """
    faults: list[str] = []
    contexts = []

    def enter(
        username: str = "officer",
        language: str = "en",
        width: int = 1440,
        height: int = 900,
        at: str = "",
        alone: bool = False,
        **options: Any,
    ) -> Page:
        """`alone` is a sign-in of the test's own, for tests that end it."""
        size = {"width": width, "height": height}
        key = None if alone or not username else _key(chromium, demo, username, keys)
        context = chromium.new_context(viewport=size, storage_state=key, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_cookies([{"name": "warroom_language", "value": language, "url": demo.address}])
        page = watched(context.new_page(), demo.address, faults)
        if not username:
            page.goto(f"{demo.address}/sign-in")
        elif alone:
            Desk(page, demo.address).sign_in(username, demo.password)
        elif at:
            page.goto(demo.address + at)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults


def _key(browser: Browser, demo: Demo, username: str, keys: Keys) -> Any:
    """What a browser keeps after this officer has signed in once."""
    if (demo.address, username) not in keys:
        context = browser.new_context(java_script_enabled=False)
        Desk(context.new_page(), demo.address).sign_in(username, demo.password)
        keys[demo.address, username] = context.storage_state()
        context.close()
    return keys[demo.address, username]
