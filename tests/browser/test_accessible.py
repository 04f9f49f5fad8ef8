"""Every page of a room with something of everything, in Thai and English, on a desk and on a telephone: axe-core finds
no serious fault, nothing is wider than its window, and nothing is asked of another machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import fresh_database
from tests.operations.scenes import PASSWORD
from tests.web.conftest import Night, served
from tests.web.program import programs
from tests.web.test_look import FRONTEND
from tests.web.walking import walk
from warroom.home import open_home
from warroom.lake import Lake
from warroom.operations import Ledger, appeals
from warroom.operations.agencies import seed_exercise
from warroom.operations.postgres import Server
from warroom.operations.views import ROLES
from warroom.web import access

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`)"""
WIDTHS = {1440: 900, 390: 844}
# English in the light, Thai in the dark: both dresses and both languages in one walk.
DRESSES = {"en": "light", "th": "dark"}
ALSO = (
    "/requests/new?kind=stop-payment",
    "/actions/new?kind=power-cut",
    "/assets/new?kind=car",
    "/nothing-here",
)
PLACES = {"{number}": "C-1", "{kind}": "cash"}
"""What stands in an address, where it is no running number."""


@dataclass(frozen=True)
class Room:
    """The served room and the addresses of its pages."""

    address: str
    pages: tuple[str, ...]


@pytest.fixture(scope="module")
def room(ledger_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room after a walk through all five pillars, with an appeal, for an officer who may see every page."""
    home = open_home(tmp_path_factory.mktemp("walked") / "home", "exercise")
    with (
        pytest.MonkeyPatch.context() as patch,
        fresh_database(ledger_server, patch),
        Ledger.open(home) as ledger,
    ):
        night = Night(home, ledger, Lake.open(home))
        night.staff()
        night.officer("first", "admin")
        seed_exercise(ledger)
        with served(home, ledger) as address:
            with programs(night, address) as call:
                walk(call, night)
            code = night.sql("SELECT reference FROM actions")[0][0]
            appeals.appeal(ledger, code, "Somsri", "I sold a telephone.")
            night.officer("all", *ROLES)
            yield Room(address, tuple(_pages(night, address, code)))


def _pages(night: Night, address: str, code: str) -> list[str]:
    """The address of every page that the table of endpoints opens to anyone, with what the walk left in it."""
    found = []
    person = night.sql("SELECT number FROM people ORDER BY id LIMIT 1")[0][0]
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        _sign_in(client)
        for endpoint in access.table():
            method, _, path = endpoint.partition(" ")
            if method != "GET" or path.startswith(("/api/", "/static", "/metrics", "/sign-in/")):
                continue
            filled = _filled(path, person, code)
            # A stream of events never ends: its head says what it is.
            with client.stream("GET", filled) as answer:
                if answer.headers.get("content-type", "").startswith("text/html"):
                    found.append(filled)
    return [*found, *ALSO]


def _sign_in(client: httpx.Client) -> None:
    from tests.web.conftest import Visitor

    answer = Visitor(client).sign_in("all")
    assert answer.status_code == 200


def _filled(path: str, person: str, code: str) -> str:
    places = PLACES | {"{code}": code} | ({"{number}": person} if path.startswith("/people/") else {})
    for name, value in places.items():
        path = path.replace(name, value)
    before, brace, _ = path.partition("{")
    while brace:
        path = f"{before}1{path.partition('}')[2]}"
        before, brace, _ = path.partition("{")
    return path


def _enter(browser: Browser, room: Room, language: str, faults: list[str]) -> Page:
    context = browser.new_context(color_scheme=DRESSES[language], viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    context.add_cookies([{"name": "warroom_language", "value": language, "url": room.address}])
    page = context.new_page()
    host = urlsplit(room.address).netloc
    page.on(
        "request",
        lambda one: (
            faults.append(f"asked of another machine: {one.url}")
            if urlsplit(one.url).netloc != host
            else None
        ),
    )
    page.goto(f"{room.address}/sign-in")
    page.fill("[name=username]", "all")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{room.address}/")
    return page


def _look(page: Page, room: Room, path: str, axe: str) -> list[str]:
    """What is wrong with a page, at each width."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(room.address + path)
    page.evaluate(axe)
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        found += [f"{width}: {over} pixels too wide"] if over > 0 else []
        found += [f"{width}: {one}" for one in page.evaluate(RUN)]
    return found


@pytest.mark.skipif(not AXE.exists(), reason=f"needs {AXE}, which 'make web' installs")
@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.timeout(240)
def test_every_page_can_be_read_by_everybody(browsers: dict[int, Browser], room: Room, language: str) -> None:
    assert len(room.pages) > 25
    axe, faults = AXE.read_text(encoding="utf-8"), list[str]()
    page = _enter(browsers[100], room, language, faults)
    for path in room.pages:
        faults += [f"{path} {one}" for one in _look(page, room, path, axe)]
    page.context.close()
    assert faults == []


def test_text_at_twice_the_size_stays_in_its_window(browsers: dict[int, Browser], room: Room) -> None:
    faults: list[str] = []
    page = _enter(browsers[200], room, "th", faults)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/briefing", "/design", "/requests/new?kind=information"):
        page.goto(room.address + path)
        over = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        faults += [f"{path} is {over} pixels too wide"] if over > 0 else []
    page.context.close()
    assert faults == []
