"""The queue, the wall and the phone in a real browser: what is decided next stands first and holds still under the hand."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.desk import unfold
from tests.browser.looking import ROWS, TOO_WIDE
from warroom.web.kit import language as i18n

PATIENCE = 40_000
BAHT = "rows => rows.map(row => Number(row.dataset.baht)).filter(baht => !Number.isNaN(baht))"


def test_the_top_row_is_the_one_of_which_most_leaves_and_its_clock_is_its_own(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer", at="/cases")
    # The first list is what a decision can still save; what is asked of banks stands in a list of its own.
    baht = page.locator("[data-queue] ol:first-of-type > li").evaluate_all(BAHT)
    assert len(baht) > 5
    assert baht == sorted(baht, reverse=True)
    board = visit("officer", at="/")
    expect(board.locator(ROWS).first).to_contain_text(page.locator(f"{ROWS} .number").first.inner_text())
    # The first row names an amount and the time of that amount, or that a bank is silent or money had left.
    expect(board.locator(ROWS).first.locator(".d .clock")).to_be_visible()


def test_the_keyboard_walks_the_queue_and_takes_a_row(visit: Visit, demo: Demo) -> None:
    page = visit("officer", at="/?show=nobody")
    page.keyboard.press("j")
    number = page.evaluate("document.activeElement.textContent")
    with page.expect_navigation():
        page.keyboard.press("t")
    page.goto(f"{demo.address}/?show=mine")
    row = page.locator(ROWS, has_text=number)
    expect(row.locator(".w")).to_contain_text("you")
    expect(page.locator("main .button.do")).to_have_count(1)
    row.locator("[data-open]").focus()
    with page.expect_navigation():
        page.keyboard.press("t")
    page.goto(f"{demo.address}/?show=mine")
    expect(page.locator(ROWS, has_text=number)).to_have_count(0)


def test_rows_do_not_move_under_the_hand_and_the_page_says_that_they_would(visit: Visit, demo: Demo) -> None:
    page = visit("officer", at="/")
    # As if the list had stood the other way round when it was read last.
    page.evaluate(
        "list => list.append(...[...list.children].reverse())",
        page.locator("[data-queue] ol").element_handle(),
    )
    page.locator(f"{ROWS} [data-open]").first.focus()
    turned = page.locator(f"{ROWS} .number").all_inner_texts()
    page.evaluate("document.querySelector('[data-live]').dispatchEvent(new CustomEvent('refresh'))")
    expect(page.locator("[data-moved]")).to_contain_text("rows moved", timeout=PATIENCE)
    assert page.locator(f"{ROWS} .number").all_inner_texts() == turned
    page.locator("[data-moved] button").click()
    expect(page.locator("[data-moved]")).to_be_hidden()
    assert page.locator(f"{ROWS} .number").all_inner_texts() != turned


def test_a_person_who_was_registered_is_on_the_commanders_board_the_second_after(
    visit: Visit, demo: Demo
) -> None:
    boss, finder = visit("commander", at="/"), visit("screener", at="/people")
    expect(boss.locator("#for-me")).to_be_visible()
    shown = boss.locator("#for-me tr", has_text="Screener for").count()
    boss.wait_for_timeout(1_500)
    finder.locator("[name=found] option, [name=found]").first.wait_for(state="attached")
    _register(finder)
    expect(boss.locator("#for-me tr", has_text="Screener for")).to_have_count(shown + 1, timeout=PATIENCE)


def _register(page: Page) -> None:
    """Somebody found, as the form asks for it."""
    form = page.locator("form[action='/people']")
    unfold(form)
    for select in form.locator("select").all():
        if not select.input_value():
            select.select_option(index=1)
    for field in form.locator("input[type=datetime-local]").all():
        if not field.input_value():
            field.fill("2026-03-09T12:00")
    form.locator("button:not([type=button])").last.click()
    page.wait_for_url(re.compile(r"/people/P-\d+"))


def test_the_wall_says_when_it_is_old_and_recovers_by_itself(visit: Visit, demo: Demo) -> None:
    admin = visit("admin", at="/walls")
    admin.fill("[name=name]", "Hall")
    admin.click("form[action='/walls'] button")
    link = admin.locator("a[href*='/wall/open']").get_attribute("href")
    screen = visit("", width=1920, height=1080)
    screen.clock.install()
    screen.goto(str(link))
    screen.click("form[action='/wall/open'] button")
    screen.wait_for_url("**/wall")
    expect(screen.locator("main").locator("button, input, form, a")).to_have_count(0)
    assert screen.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    said = screen.locator(".asof").inner_text()
    screen.context.set_offline(True)
    for _ in range(8):
        screen.clock.run_for(5_000)
        screen.wait_for_timeout(50)
    expect(screen.locator(".strip.old")).to_contain_text("not refreshed since")
    screen.context.set_offline(False)
    screen.clock.run_for(3_600_000)
    screen.wait_for_timeout(500)
    screen.clock.run_for(6_000)
    expect(screen.locator(".strip.old")).to_have_count(0, timeout=PATIENCE)
    # The screen's clock stands unless it is moved, and its next look may fall into the very second of the first.
    ends = time.monotonic() + PATIENCE / 1000
    while screen.locator(".asof").inner_text() == said and time.monotonic() < ends:
        screen.clock.run_for(6_000)
        screen.wait_for_timeout(500)
    assert screen.locator(".asof").inner_text() != said


LONGEST = """() => {
  const write = (place, text) => {
    place.textContent = text;
    place.className = place.className.replace(/\\bw\\d+\\b/, `w${Math.min(text.length, 12)}`);
  };
  const figures = ["120,000,000", "23 h 59", "BANK-0123456", "12,345"];
  document.querySelectorAll(".nums dd").forEach((place, at) => write(place, figures[at]));
  for (const [cell, text] of [["b", "C-1234567"], [".a", "120,000,000"], [".o > span", "Charoenphasitthi"]])
    document.querySelectorAll(`.wall ol li > ${cell}`).forEach((place) => write(place, text));
  document.querySelectorAll(".wall .clock .words").forEach((place) => (place.textContent = "2 d 14 h too late"));
  return [...document.querySelectorAll(".nums > div, .wall ol li > *")].filter((cell) => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    const [of, box] = [words.getBoundingClientRect(), cell.getBoundingClientRect()];
    return of.width > 0 && (of.right > box.right + 1 || of.left < box.left - 1);
  }).map((cell) => cell.textContent);
}"""


@pytest.mark.parametrize("language", ["en", "th"])
def test_no_number_clock_or_name_leaves_its_cell_on_the_wall(visit: Visit, demo: Demo, language: str) -> None:
    page = visit("officer", language=language, at="/wall")
    expect(page.locator(".wall ol li").first).to_be_visible()
    # Without its look everything would fit.
    expect(page.locator(".wall ol li").first).to_have_css("display", "grid")
    assert page.evaluate(LONGEST) == []


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_the_first_screen_of_a_phone_has_the_first_rows_button(
    visit: Visit, demo: Demo, language: str
) -> None:
    page = visit("officer", language=language, width=390, height=844, at="/")
    box = page.locator(f"{ROWS} [data-next]").first.bounding_box()
    places = page.locator("nav.tabs").bounding_box()
    assert box is not None
    assert places is not None
    assert box["height"] >= 43
    assert box["y"] + box["height"] < places["y"]
    assert places["height"] == 56
    for standing in ("starting", "real time", "paused", "ended"):
        said = i18n.load_catalog(language).gettext(standing)
        page.locator("[data-exercise-state]").evaluate("(place, said) => { place.textContent = said }", said)
        assert page.locator(".exercise.running").bounding_box()["height"] <= 25, standing  # type: ignore[index]
    assert page.evaluate(TOO_WIDE) <= 0
