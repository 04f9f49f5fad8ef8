"""The pictures of the documentation: every sketched screen of an exercise's invented country, at a desk and on a telephone,
in both languages. Set WARROOM_SCREENSHOTS to a folder; docs/reference/screens.md says which of them are kept.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.actions.forms import document, typed
from tests.browser.conftest import Demo, Visit, served
from tests.browser.desk import desks
from tests.browser.looking import NUMBERS, ROWS, VIEWS
from tests.browser.test_exercise import PATIENCE, approve_two, end, wait
from tests.browser.test_operations import PAPERS, plan
from warroom_lab.demo.staff import PASSWORD

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
LARGEST = 500_000
SKETCHED = {
    "board": ("officer", "/"),
    "commander": ("commander", "/"),
    "queue": ("officer", "/cases"),
    "wall": ("officer", "/wall"),
    "briefing": ("commander", "/briefing"),
    "form": ("investigator", "/actions/new?kind=page-takedown"),
}
"""Screens with an address of their own: who looks at them, and where."""
NUMBER = "a.number[href^='/cases/C-']"
ACCOUNTS = re.compile(r"(?:in|ใน) (\d+) (?:account|บัญชี)")
HOURS = 45_000
"""Milliseconds in which more than three hours of an exercise pass at its highest pace: money that nobody held leaves."""
LONGER = {"after": {1440: 1500, 390: 1700}}
"""Heights of pages of which the first screen tells too little."""

pytestmark = [
    pytest.mark.skipif(not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder"),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of these pictures' own: its time runs, so that banks and partners answer, and the last of them end it."""
    with served(tmp_path_factory, "pictures", speed=60) as one:
        yield one


@pytest.fixture(scope="module")
def operation(demo: Demo, chromium: Browser) -> str:
    """The address of an operation at three places that waits for its last papers, beside amounts that banks have answered."""
    faults: list[str] = []
    with desks(chromium, demo.address, faults, PASSWORD) as sit:
        officer = sit("officer").page
        approve_two(officer, demo)
        ines = sit("investigator")
        address = plan(ines.page, demo.address)
        for name in PAPERS[:2]:
            ines.open(f"{address}/papers").send(f"{address}/documents", add="d-", **typed(document(name)))
        wait(officer, f"{demo.address}/orders", "td .state >> text=/held|part/")
        officer.click("button[name=speed][value='1']")
    assert faults == []
    return address


def widest(page: Page) -> str:
    """The address of the listed case whose money lies in most accounts."""
    found = [
        (int(told[1]), str(row.locator(NUMBER).first.get_attribute("href")))
        for row in page.locator(ROWS).all()
        if row.locator(NUMBER).count() and (told := ACCOUNTS.search(row.inner_text()))
    ]
    return max(found)[1]


def take(page: Page, name: str, language: str, address: str = "", ready: str = "") -> None:
    """The screen at both widths, each as it is opened there; `ready` is there once it is drawn."""
    for width, height in VIEWS.items():
        page.set_viewport_size({"width": width, "height": LONGER.get(name, VIEWS).get(width, height)})
        if address:
            page.goto(address)
        if ready:
            page.wait_for_selector(ready)
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        picture = Path(FOLDER) / f"{name}-{language}-{width}.png"
        page.screenshot(path=picture)
        assert picture.stat().st_size < LARGEST


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("name", SKETCHED)
def test_a_screen_with_an_address_of_its_own(
    visit: Visit, demo: Demo, operation: str, name: str, language: str
) -> None:
    who, at = SKETCHED[name]
    take(visit(who, language=language, at=at), name, language, demo.address + at)


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_case_its_chart_and_one_of_its_accounts(
    visit: Visit, demo: Demo, operation: str, language: str
) -> None:
    page = visit("officer", language=language, at="/cases")
    case = demo.address + widest(page)
    page.goto(case)
    page.locator("details.same > summary").first.click()
    account = page.locator("details.same a[href^='/subjects/account/']").first.get_attribute("href")
    take(page, "demo-case", language, case)
    take(page, "chart", language, f"{case}/chart", "[data-chart-picture] .dot")
    take(page, "subject", language, f"{demo.address}{account}")


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_suspected_place_with_the_reach_of_a_cut(
    visit: Visit, demo: Demo, operation: str, language: str
) -> None:
    page = visit("investigator", language=language, at="/map")
    # The last suspected place of the list.
    place = page.locator("[data-panel] .heap a").last.get_attribute("href")
    take(page, "map", language, f"{demo.address}{place}", "[data-map][data-ready=yes]")


@pytest.mark.parametrize("language", ["en", "th"])
def test_an_operation_and_the_first_step_of_another(
    visit: Visit, demo: Demo, operation: str, language: str
) -> None:
    page = visit("investigator", language=language, at=operation)
    take(page, "operation", language, demo.address + operation)
    take(page, "operation-where", language, f"{demo.address}/operations/new")


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_palette_with_the_end_of_a_number(
    visit: Visit, demo: Demo, operation: str, language: str
) -> None:
    page = visit("officer", language=language, at="/cases")
    page.locator(NUMBERS).first.click()
    page.wait_for_url(re.compile(r"/cases/C-\d+"))
    page.locator("details.same > summary").first.click()
    account = page.locator("details.same a[href^='/subjects/account/']").first.inner_text().split()[0]
    for width, height in VIEWS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(demo.address)
        page.keyboard.press("/")
        page.keyboard.type(account[-5:])
        expect(page.locator("[data-hits] .hit.on")).to_be_visible(timeout=PATIENCE)
        page.wait_for_timeout(600)
        page.screenshot(path=Path(FOLDER) / f"palette-{language}-{width}.png")


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_holders_receipt(visit: Visit, demo: Demo, operation: str, language: str) -> None:
    page = visit("officer", language="en", at="/cases?filter=open")
    code = ""
    for number in page.locator(NUMBERS).all()[:30]:
        case = visit("officer", at=str(number.get_attribute("href")))
        told = re.findall(r"notice ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", case.content())
        if told:
            code = told[-1]
            break
    assert code
    holder = visit("", language=language)
    holder.goto(f"{demo.address}/appeal/{code}")
    if holder.locator("[name=who]").count():
        holder.fill("[name=who]", "สมศรี ขายดี")
        holder.fill("[name=text]", "ขายโทรศัพท์มือสอง ผู้ซื้อโอนมาให้")
        holder.click("button.do")
    expect(holder.locator("[role=status]")).to_be_visible()
    take(holder, "receipt", language)


@pytest.mark.parametrize("language", ["en", "th"])
def test_what_stands_there_after_the_exercise(
    visit: Visit, demo: Demo, operation: str, language: str
) -> None:
    page = visit("officer", language=language, at="/")
    if page.locator("button[name=speed][value='300']").count():
        page.click("button[name=speed][value='300']")
        page.wait_for_timeout(HOURS)
    end(page, demo)
    expect(page.locator("#player-warroom [data-saved]")).to_be_visible(timeout=PATIENCE)
    take(page, "after", language, f"{demo.address}/exercise/after", "#player-warroom [data-saved]")
