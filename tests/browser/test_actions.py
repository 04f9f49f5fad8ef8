"""An action on a phone: proposed from its form, approved by the one button that stays in reach."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit


def propose(page: Page, demo: Demo, advert: str) -> str:
    """The address of a takedown of an advert, proposed from its form."""
    page.goto(f"{demo.address}/actions/new")
    page.locator("a[href*='kind=page-takedown']").click()
    page.fill("[name=subjects]", advert)
    page.fill("[name=subjects_note]", "for work abroad")
    page.click("[data-another]")
    page.locator("[name=subjects]").nth(1).fill(f"{advert}-copy")
    page.select_option("[name=d-scheme]", "job")
    page.set_input_files(
        "[name='d-copy_sha256.file']",
        {"name": "page.html", "mimeType": "text/html", "buffer": advert.encode()},
    )
    page.fill("[name=d-copied_at]", "2026-11-20T09:00")
    page.check("[name=d-preserve][value=yes]")
    page.select_option("[name=partner]", "PLATFORM")
    page.fill("[name=reason]", "It deceives people who look for work.")
    page.click("main button.do")
    page.wait_for_url("**/actions/*said=proposed")
    return page.url.partition("?")[0]


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_an_action_is_proposed_and_approved_on_a_phone(visit: Visit, demo: Demo, language: str) -> None:
    officer = visit("officer", language=language, width=390, height=844)
    address = propose(officer, demo, f"advert-{language}")
    expect(officer.locator("main button.do")).to_have_count(0)
    boss = visit("supervisor", language=language, width=390, height=844)
    boss.goto(address)
    boss.locator("#question").scroll_into_view_if_needed()
    button = boss.locator("main button.do")
    expect(button).to_have_count(1)
    expect(button).to_be_in_viewport()
    assert boss.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    button.click()
    boss.wait_for_url("**said=approved")
    expect(boss.get_by_role("status").first).to_be_visible()
    expect(boss.locator("main button.do")).to_have_count(0)
