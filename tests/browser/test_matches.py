"""Matches in a browser: pairs side by side, one key to merge, one to part, one to take back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.matches.conftest import bring
from tests.web.conftest import Night, served
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger


@pytest.fixture
def address(home: Home, ledger: Ledger, tmp_path: Path) -> Iterator[str]:
    """A room with staff and five records of people, served."""
    Night(home, ledger, Lake.open(home)).staff()
    bring(home, tmp_path)
    with served(home, ledger) as address:
        yield address


def sign_in(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "warroom_language", "value": "en", "url": address}])
    page = context.new_page()
    Desk(page, address).sign_in("anna")
    return page


def test_two_records_are_merged_taken_back_and_parted_by_one_key_each(
    chromium: Browser, address: str
) -> None:
    anna = sign_in(chromium, address)
    anna.goto(f"{address}/matches")
    pair = anna.locator("#pair-3-4")
    expect(pair.get_by_text("same Thai name written by the official scheme")).to_be_visible()
    expect(pair.get_by_role("heading", name="Subjects 3 and 4")).to_be_visible()
    expect(pair.get_by_text("asked anyway: an action names one of them")).to_be_visible()
    expect(pair.get_by_text("1985-05-05")).to_be_visible()
    anna.keyboard.press("j")
    anna.keyboard.press("m")
    expect(anna.get_by_text("Marked as one subject")).to_be_visible()
    expect(anna.get_by_text("records 5, subjects 3")).to_be_visible()
    expect(anna.get_by_text("Nothing waits here.")).to_be_visible()
    anna.keyboard.press("u")
    expect(anna.get_by_text("Taken back: every number is as it was before.")).to_be_visible()
    expect(anna.get_by_text("records 5, subjects 4")).to_be_visible()
    expect(anna.get_by_role("heading", name="Subjects 3 and 4")).to_be_visible()
    anna.keyboard.press("j")
    anna.keyboard.press("a")
    anna.get_by_role("link", name="Decided by officers").click()
    expect(pair.get_by_text("two subjects")).to_be_visible()
    anna.keyboard.press("j")
    # The next step of a row has one key everywhere.
    anna.keyboard.press("e")
    expect(anna.get_by_text("Nothing waits here.")).to_be_visible()
