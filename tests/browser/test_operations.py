"""A joint operation in the demo: planned by keyboard at three places, answered by the exercise's partners, and let go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.actions.forms import document, typed
from tests.browser.conftest import Demo
from tests.browser.desk import Sit, desks
from tests.browser.test_exercise import wait
from tests.browser.test_room import run_at
from warroom_lab.demo.staff import PASSWORD

BANGKOK = ZoneInfo("Asia/Bangkok")
PLACES = ("Warehouse 3, S-03, a dog", "Rented house, S-08", "Office, S-11")
PAPERS = ("screening-plan", "shelter", "warrant", "rights-notice")
MOST_KEYS = 60

# Partners take up to an hour of the exercise's clock, and the machine does other work beside it.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def sit(demo: Demo, chromium: Browser) -> Iterator[Sit]:
    faults: list[str] = []
    with desks(chromium, demo.address, faults, PASSWORD) as sit:
        yield sit
    assert faults == []


def reach(page: Page, selector: str) -> None:
    """Walk by Tab until the keyboard stands there."""
    for _ in range(MOST_KEYS):
        if page.evaluate("one => document.activeElement?.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


def write(page: Page, name: str, words: str) -> None:
    reach(page, f"[name={name}]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def tomorrow(page: Page) -> datetime:
    """Half past five of the exercise's next morning but one, so that nothing of the test is late."""
    now = datetime.fromtimestamp(int(page.locator("html").get_attribute("data-now") or 0), UTC)
    return (now.astimezone(BANGKOK) + timedelta(days=2)).replace(hour=5, minute=30)


def plan(page: Page, address: str) -> str:
    """The address of the operation, planned without a mouse."""
    page.goto(f"{address}/operations/new")
    first, *others = PLACES
    write(page, "typing", first)
    for place in others:
        reach(page, "[data-another]")
        page.keyboard.press("Enter")
        page.keyboard.type(place)
    write(page, "title", "Three doors")
    write(page, "hour", f"{tomorrow(page):%d %b %Y %H:%M}")
    write(page, "why", "The trail leads to all three.")
    press(page, "button.do")
    for people, children, tasks in (
        ("20", "3", ("search", "help", "evidence")),
        ("5", "0", ()),
        ("0", "0", ("help",)),
    ):
        for task in tasks:
            reach(page, f"[name=task][value={task}]")
            page.keyboard.press("Space")
        write(page, "people", people)
        write(page, "children", children)
        write(page, "languages", "Burmese" if people != "0" else "")
        # Enter in a field goes on, as the button does.
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.locator(".why-in")).to_contain_text("3 children expected at Warehouse 3")
    write(page, "sought", "Telephones, ledgers")
    press(page, "button.do")
    page.wait_for_url("**/papers?said=planned")
    return page.url.removeprefix(address).partition("/papers")[0]


def test_an_operation_at_three_places_is_planned_by_keyboard_and_goes(sit: Sit, demo: Demo) -> None:
    ines = sit("investigator")
    operation = plan(ines.page, demo.address)
    ines.open(operation).shows("answer by themselves").shows("asked", ".ready-grid")
    expect(ines.page.locator(".ready-grid tbody tr")).to_have_count(3)
    expect(ines.page.locator("button.do[disabled]")).to_contain_text("Go: not yet")
    for name in PAPERS:
        ines.open(f"{operation}/papers")
        expect(ines.page.locator("[name=prerequisite]")).to_have_value(name)
        ines.send(f"{operation}/documents", add="d-", **typed(document(name)))
    ines.shows("Every paper is here")
    ines.open(operation).send(f"{operation}/readiness", readiness="ready").says("Your agency's answer")
    for who in ("supervisor", "prosecutor"):
        sit(who).open(operation).send(f"{operation}/approve", "Approve all 3").says(
            "approved under your name"
        )
    officer = sit("officer").page
    run_at(officer, demo, 60)
    wait(ines.page, demo.address + operation, "main p:has-text('Every agency is ready')")
    run_at(officer, demo, 1)
    expect(ines.page.locator(".ready-grid td.asked, .ready-grid td.missing")).to_have_count(0)
    sit("commander").open(operation).send(f"{operation}/go", "Go").says("Your go is recorded")
    last = "Go, as the second officer: everything goes out"
    sit("supervisor").open(operation).send(f"{operation}/go", last).says("Your go is recorded")
    sit("commander").open(operation).shows("under way", "#live .title .state")
