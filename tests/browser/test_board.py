"""The board in a real browser: it hears of changes, keeps ticks, says when the line is lost, and fits every screen."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import ROWS, TOO_WIDE
from tests.browser.test_actions import propose

PATIENCE = 30_000


def heard_its_stream(page: Page) -> None:
    """Until the page's stream is there and the list was asked for after it."""
    said = page.locator(".asof").first.inner_text()
    expect(page.locator(".asof").first).not_to_have_text(said, timeout=PATIENCE)


def test_a_change_by_one_officer_is_on_anothers_board_without_asking(visit: Visit, demo: Demo) -> None:
    officer, boss = visit("officer"), visit("supervisor")
    boss.goto(f"{demo.address}/work?what=action")
    heard_its_stream(boss)
    propose(officer, demo, f"advert-board-{time.time_ns()}")
    expect(boss.locator(".work tbody tr").first).to_be_visible(timeout=PATIENCE)


def test_ticks_outlast_a_renewal_and_lead_to_the_tables_together(visit: Visit, demo: Demo) -> None:
    officer, boss = visit("officer"), visit("supervisor", width=390)
    propose(officer, demo, f"advert-tick-{time.time_ns()}")
    boss.goto(f"{demo.address}/work?what=action")
    box = boss.locator("[data-tick]").first
    box.check()
    expect(boss.locator("button[data-many]")).to_have_text("Look at 1 together")
    boss.evaluate("document.querySelector('[data-live]').dispatchEvent(new CustomEvent('refresh'))")
    heard_its_stream(boss)
    expect(boss.locator("[data-tick]").first).to_be_checked()
    assert boss.evaluate(TOO_WIDE) <= 0
    boss.click("button[data-many]")
    boss.wait_for_url("**/actions/together?id=*")
    expect(boss.locator("main button.do")).to_have_text(re.compile("Approve 1"))
    boss.click("main button.do")
    expect(boss.get_by_role("status").last).to_contain_text("1 approved under your name")


def test_the_keyboard_walks_ticks_and_opens(visit: Visit, demo: Demo) -> None:
    officer, boss = visit("officer"), visit("supervisor")
    propose(officer, demo, f"advert-keys-{time.time_ns()}")
    boss.goto(f"{demo.address}/work?what=action")
    boss.keyboard.press("j")
    assert boss.evaluate("document.activeElement.matches('[data-open]')")
    boss.keyboard.press("x")
    expect(boss.locator("[data-tick]").first).to_be_checked()
    boss.keyboard.press("Enter")
    boss.wait_for_url(re.compile(r"/actions/\d+$"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_lost_line_is_said_and_taken_back_and_the_list_stays(visit: Visit, demo: Demo, width: int) -> None:
    page = visit("officer", width=width, at="/")
    heard_its_stream(page)
    rows = page.locator(ROWS).count()
    assert rows > 0
    expect(page.locator("[data-lost]")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("[data-lost]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-lost]")).to_be_in_viewport()
    assert page.locator(ROWS).count() == rows
    page.context.set_offline(False)
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=PATIENCE)


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_the_wall_fits_its_screen_and_is_read_from_afar(visit: Visit, demo: Demo, language: str) -> None:
    page = visit("officer", language=language, width=1920, height=1080, at="/wall")
    assert page.evaluate(TOO_WIDE) <= 0
    expect(page.locator("main").locator("button, input, form")).to_have_count(0)
    expect(page.locator(".exercise-of").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    sizes = page.evaluate(
        "['.nums dd', 'ol li b'].map(one => parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    )
    # A letter of 24 mm is read from three metres; on a screen of 55 inches that is some 40 of its 1,080 lines.
    assert sizes[0] >= 80
    assert sizes[1] >= 40
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(TOO_WIDE) <= 0
    expect(page.locator(".exercise-of").first).to_be_visible()
