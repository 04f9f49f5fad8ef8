"""From a suspected building to its plan to an operation in a browser: few clicks, both languages, wide and narrow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.browser.looking import edges
from tests.web.conftest import Night, served
from tests.web.furnished import furnish, read_meters
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

MOST_CLICKS = 10
HEADINGS = {
    "en": {"/sites": "Suspected buildings", "/sites/K1": "K1", "/plans/K1": "Plan for K1"},
    "th": {"/sites": "อาคารต้องสงสัย", "/sites/K1": "K1", "/plans/K1": "แผนสำหรับ K1"},
}
"""What the first line of each page says, so that an answer that is a fault is not taken for a page that fits."""


@pytest.fixture
def address(home: Home, ledger: Ledger) -> Iterator[str]:
    """A room with one suspected building whose meter was read."""
    night = Night(home, ledger, Lake.open(home))
    furnish(night)
    read_meters(night)
    night.officer("ines", "investigator", "infrastructure")
    with served(home, ledger) as address:
        yield address


def open_page(browser: Browser, address: str, language: str, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "warroom_language", "value": language, "url": address}])
    page = context.new_page()
    Desk(page, address).sign_in("ines")
    return page


SOLVED_WITHIN = 60_000
"""Milliseconds that a busy machine may take to solve a plan again."""


class Clicker:
    """Clicks, and how many there were."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, selector: str) -> None:
        self.count += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()


def test_a_site_leads_to_a_plan_and_the_plan_to_an_operation(chromium: Browser, address: str) -> None:
    page = open_page(chromium, address, "en", 1440)
    clicks = Clicker(page)
    page.goto(f"{address}/sites")
    clicks.click("a[href='/sites/K1']")
    clicks.click("a.do[href='/plans/K1']")
    first = page.locator("#takes").inner_text()
    # Either agency alone can do what the plan does; without both less is taken.
    for key, now in (
        ("Home", expect(page.locator("#takes")).not_to_have_text),
        ("End", expect(page.locator("#takes")).to_have_text),
    ):
        for agency in ("police", "power"):
            page.locator(f"input[type=range][name=budget-{agency}]").focus()
            page.keyboard.press(key)
        now(first, timeout=SOLVED_WITHIN)
    clicks.click("#plan button.do")
    expect(page.locator("[name=title]")).to_have_value("Plan for K1")
    clicks.click("button.do")
    if page.locator("[name=people]").count():
        page.locator("[name=people]").fill("20")
    clicks.click("button.do")
    if page.locator("[name=sought]").count():
        page.locator("[name=sought]").fill("Telephones")
    clicks.click("button.do")
    page.wait_for_url("**/papers?said=planned")
    assert clicks.count <= MOST_CLICKS


def test_a_slider_says_its_number_and_on_a_phone_what_the_plan_takes_stays_in_sight(
    chromium: Browser, address: str
) -> None:
    page = open_page(chromium, address, "en", 390)
    page.goto(f"{address}/plans/K1")
    slider = page.locator("input[type=range]").last
    number = page.locator("form.sliders output").last
    assert number.inner_text().startswith(f"{float(slider.input_value()):g} / ")
    headline, first = page.locator("output.takes"), page.locator("#takes").inner_text()
    expect(headline).to_have_text(first)
    for agency in ("police", "power"):
        page.locator(f"input[type=range][name=budget-{agency}]").focus()
        page.keyboard.press("Home")
    assert page.locator("form.sliders output").first.inner_text().startswith("0 / ")
    expect(page.locator("#takes")).not_to_have_text(first, timeout=SOLVED_WITHIN)
    expect(headline).to_have_text(page.locator("#takes").inner_text())
    slider.focus()
    expect(headline).to_be_in_viewport()


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_dossier_and_plan_fit(chromium: Browser, address: str, language: str, width: int) -> None:
    page = open_page(chromium, address, language, width)
    for path in ("/sites", "/sites/K1", "/plans/K1"):
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200
        heading = page.locator("main h1")
        expect(heading).to_be_visible()
        expect(heading).to_contain_text(HEADINGS[language][path])
        assert edges(page, f"{path} {language} {width}") == []
