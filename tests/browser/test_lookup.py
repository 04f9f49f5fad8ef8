"""The search, a subject and a time line in Chromium: by keyboard, on a phone, in both languages, with odd names."""

import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import NUMBERS
from warroom.home import Home
from warroom.lake.lake import Lake

ODD = "\u202egnp.exe\u200b" + "ยาว" * 100
AT = datetime(2026, 3, 1, 3, tzinfo=UTC)


def tell(demo: Demo, account: str) -> None:
    """Tips that name an account, as a partner would deliver them beside the running room."""
    said = [f"เขาบอกให้โอนเงินเข้าบัญชี {account} ทันที", f"{ODD} โอนเงินแล้ว"]
    rows = [
        {"record_id": f"TIP{at}", "time": AT, "kind": "number", "text": text, "about": account}
        for at, text in enumerate(said)
    ]
    Lake.open(Home(demo.home, "demo")).write_rows("tips", rows, source="police")


def wait_until_searched(page: Page, demo: Demo) -> None:
    """A room that has only just opened still reads its records for the search, and says so."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        page.goto(f"{demo.address}/search?q=gnp.exe")
        if page.locator(".hits bdi").count():
            return
        time.sleep(1)


def test_enter_right_after_typing_searches_and_opens_nothing_that_stood_there_before(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer")
    page.goto(f"{demo.address}/cases")
    page.locator("a[href^='/cases/C-']").first.click()
    page.wait_for_url("**/cases/C-*")
    page.keyboard.press("/")
    expect(page.locator("[data-hits] .hit.on")).to_be_visible()  # what one opened lately
    page.keyboard.type("gnp.exe")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=gnp.exe")


@pytest.mark.parametrize(
    ("language", "width"), [("th", 390), pytest.param("en", 1440, marks=pytest.mark.looks)]
)
def test_a_number_and_words_lead_to_a_subject_and_its_time_line(
    visit: Visit, demo: Demo, language: str, width: int
) -> None:
    page = visit("officer", language=language, width=width)
    page.goto(f"{demo.address}/cases")
    page.locator(NUMBERS).first.click()
    page.locator("details.same > summary").first.click()
    link = page.locator("details.same a[href^='/subjects/account/']").first
    account, address = link.inner_text().split()[0], link.get_attribute("href")
    tell(demo, account)
    wait_until_searched(page, demo)
    page.keyboard.press("/")
    page.keyboard.type("ให้โอนเงิน")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("ให้โอนเงิน")
    page.goto(f"{demo.address}/search?q=gnp.exe")
    expect(page.locator(".hits bdi").first).to_contain_text("gnp.exe")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto(f"{demo.address}{address}")
    expect(page.locator("h1")).to_contain_text(account)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.locator("main a[href*='/timeline']").first.click()
    expect(page.locator(".timeline li.tips").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.emulate_media(media="print")
    expect(page.locator(".filters").first).to_be_hidden()
    expect(page.locator(".timeline li").first).to_be_visible()
