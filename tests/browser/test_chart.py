"""The link chart in a real browser: by keyboard alone, with what it shows said in tables, and nothing leaving the room."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import NUMBERS, edges


def open_chart(page: Page, demo: Demo) -> str:
    """The chart of a case that has a trail; returns the case's number."""
    page.goto(f"{demo.address}/cases")
    page.locator(NUMBERS).first.click()
    page.wait_for_url("**/cases/*")
    number = page.url.rpartition("/")[2]
    page.goto(f"{demo.address}/cases/{number}/chart")
    expect(page.locator("[data-chart-picture] .dot").first).to_be_visible()
    return number


def opacity(page: Page, dot: str) -> float:
    return float(page.locator(dot).first.evaluate("one => getComputedStyle(one).opacity"))


def test_a_chart_is_walked_by_keys_alone_and_the_browser_takes_a_step_back(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    number = open_chart(page, demo)
    before = page.locator(".dot").count()
    chosen = page.locator(".dot[data-choose]").nth(1)
    chosen.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dot.chosen")).to_have_count(1)
    expect(page.locator("#chosen")).to_be_visible()
    if page.locator(".dot:not(.on)").count():
        assert opacity(page, ".dot:not(.on)") < 0.4
    assert opacity(page, ".dot.on") == 1
    grow = page.locator("[data-key='+']")
    if grow.count():
        page.keyboard.press("+")
        page.wait_for_url("**shown=20**")
        assert page.locator(".dot").count() > before
        page.go_back()
        expect(page.locator(".dot")).to_have_count(before)
    page.keyboard.press("Escape")
    expect(page.locator("#chosen")).to_have_count(0)
    assert page.locator(".dot:not(.on)").count() == before
    assert number in page.url


def test_what_is_found_is_chosen_and_a_shorter_span_leaves_out_what_came_later(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer")
    open_chart(page, demo)
    number = str(page.locator(".dot .sub").last.text_content()).split()[0]
    page.fill("[name=find]", number)
    page.keyboard.press("Enter")
    expect(page.locator(".dot.chosen")).to_contain_text(number)
    page.keyboard.press("Escape")
    page.locator("body").press("Escape")
    expect(page.locator("#chosen")).to_have_count(0)
    before = page.locator("path.tie").count()
    hand = page.locator("[data-hand=until]")
    if hand.count():
        hand.focus()
        page.keyboard.press("Home")
        page.wait_for_url("**until=**")
        expect(page.locator("[data-hand=until]")).to_be_focused()
        assert page.locator("path.tie").count() < before


def test_on_a_telephone_the_drawing_scrolls_in_its_box_and_nothing_is_cut(visit: Visit, demo: Demo) -> None:
    page = visit("officer", language="th", width=390)
    open_chart(page, demo)
    page.locator(".dot[data-choose]").nth(1).press("Enter")
    expect(page.locator("#chosen")).to_be_visible()
    assert edges(page, "390") == []
    assert page.evaluate("document.documentElement.scrollHeight") < 4_000


def test_without_scripts_choosing_and_growing_are_pages(visit: Visit, demo: Demo) -> None:
    page = visit("officer", java_script_enabled=False)
    page.goto(f"{demo.address}/cases")
    page.locator(NUMBERS).first.click()
    page.goto(f"{page.url}/chart")
    page.locator(".dot[data-choose]").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chosen="))
    expect(page.locator(".dot.chosen")).to_have_count(1)
    assert page.locator("#same tr[data-node]").count() > 1
