"""A demo room served by the command itself, and Chromium to visit it with; nothing may leave this machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
]
START_SECONDS = 240


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one worker, since they share one room; skipped by name where Chromium is absent."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`warroom demo` on a free port with a home of its own; its time runs as in life, so that cases hold still."""
    with served(tmp_path_factory.mktemp("demo") / "home", speed=1) as one:
        yield one


@contextmanager
def served(home: Path, speed: int) -> Iterator[Demo]:
    """A demo of its own, at a speed, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARROOM_")}
    environment |= {"WARROOM_HOME": str(home)}
    command = [
        sys.executable,
        "-c",
        "from warroom.cli import main; main()",
        "demo",
        "--port",
        str(port),
        "--json",
        "--speed",
        str(speed),
    ]
    said = home.parent / "said.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, said.read_text()
        facts = json.loads(line)
        _wait_for(port, process, said)
        yield Demo(facts["address"], home, facts["officers"][0]["password"])
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", said: Path) -> None:
    import time

    for _ in range(START_SECONDS * 10):
        assert process.poll() is None, said.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"The demo did not open port {port}: {said.read_text()}")


@pytest.fixture(scope="session")
def browsers() -> Iterator[dict[int, Browser]]:
    """Chromium by the reader's text size in percent."""
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        opened = {
            size: launch(
                executable_path=CHROMIUM,
                args=[*FLAGS, f"--blink-settings=defaultFontSize={size * 16 // 100}"],
            )
            for size in (100, 200)
        }
        yield opened
        for browser in opened.values():
            browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browsers: dict[int, Browser], demo: Demo) -> Iterator[Visit]:
    """`visit("officer", language="en", width=390)`: someone signed in, in a fresh browser.

    Fails the test on a request to any other host, on a blocked script or style, and on an error in a script.
    """
    faults: list[str] = []
    contexts = []

    def enter(
        username: str = "officer",
        language: str = "en",
        width: int = 1440,
        height: int = 900,
        text: int = 100,
        **options: object,
    ) -> Page:
        context = browsers[text].new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.add_cookies([{"name": "warroom_language", "value": language, "url": demo.address}])
        page = context.new_page()
        page.on("request", lambda request: _check_host(request, demo, faults))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said.type, said.text) else None)
        page.goto(f"{demo.address}/sign-in")
        if username:
            page.fill("[name=username]", username)
            page.fill("[name=password]", demo.password)
            page.click("form[action='/sign-in'] button")
            page.wait_for_url(f"{demo.address}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults


def _check_host(request: Request, demo: Demo, faults: list[str]) -> None:
    if urlsplit(request.url).netloc != urlsplit(demo.address).netloc:
        faults.append(f"a request left this machine: {request.url}")


def _is_fault(kind: str, text: str) -> bool:
    """Pages that answer 4xx on purpose, and connections cut on purpose, are told by Chromium as errors; everything else
    is one.
    """
    meant = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    return kind == "error" and not any(words in text for words in meant)
