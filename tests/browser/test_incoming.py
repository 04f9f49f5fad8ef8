"""Both flows of incoming money in a rehearsal, in both languages: what waits because of an officer, and what a bank asks about."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit, served
from tests.browser.looking import axe_faults, axe_faults_in_the_dark, edges

PATIENCE = 240
"""Seconds that a slow machine may take until the exercise's clock has come so far."""
CLICKS_TO_AN_ANSWER = 2
"""From the list of calls to the answer that a payer gave: the payer, and what they said."""
WIDTHS = (1440, 390)
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo at the pace that it begins with, of these tests' own."""
    with served(tmp_path_factory, "incoming", speed=60) as one:
        yield one


def wait_for(page: Page, address: str, selector: str, count: int = 1) -> None:
    """Look at a page again and again until it has so many of something."""
    ends = time.monotonic() + PATIENCE
    page.goto(address)
    while page.locator(selector).count() < count and time.monotonic() < ends:
        time.sleep(2)
        page.goto(address)
    assert page.locator(selector).count() >= count, f"{address} never showed {selector}"


def look(page: Page) -> list[str]:
    """What does not fit or cannot be read, at a desk and on a telephone, by day and in the dark."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        faults += edges(page, f"{page.url} at {width}") + axe_faults(page) + axe_faults_in_the_dark(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return faults


def answer_first_payer(page: Page, address: str, answer: str, text: str) -> str:
    """Call the payer of the first row and note what they said; returns the account's page."""
    page.goto(f"{address}/incoming")
    clicks = 0
    page.locator("section[aria-labelledby=calls] tbody tr [data-open]").first.click()
    clicks += 1
    number = page.url.rpartition("#payment-")[2]
    form = page.locator(f"#payment-{number} form")
    # The clock, the telephone and the script stand beside the answer.
    expect(page.locator(f"#payment-{number} .clock").first).to_be_visible()
    assert page.locator(f"#payment-{number} a[href^='tel:']").count() == 1
    assert page.locator(f"#payment-{number} ol li").count() == 4
    form.locator("[name=text]").fill(text)
    with page.expect_navigation():
        form.locator(f"button[value={answer}]").click()
    clicks += 1
    assert clicks == CLICKS_TO_AN_ANSWER
    return page.url.partition("?")[0]


@pytest.mark.parametrize("language", ["en", "th"])
def test_money_comes_in_waits_and_its_payers_say_what_becomes_of_it(
    visit: Visit, demo: Demo, language: str
) -> None:
    page = visit("officer", language=language, at="/incoming")
    rows = "section[aria-labelledby=calls] tbody tr"
    wait_for(page, f"{demo.address}/incoming", rows, 2)
    assert look(page) == []
    hold = answer_first_payer(
        page, demo.address, "cheated", "A policeman on the line told me to. / ตำรวจโทรมาบอก"
    )
    wait_for(page, hold, "article a[href^='/cases/C-']")
    assert look(page) == []
    answer_first_payer(page, demo.address, "meant", "Rent. / ค่าเช่า")
    expect(page.locator("[role=status]").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_holder_objects_by_the_code_of_the_notice_and_another_officer_answers(
    visit: Visit, demo: Demo, language: str
) -> None:
    page = visit("officer", language=language, at="/incoming")
    link = "section[aria-labelledby=calls] tbody tr [data-open]"
    wait_for(page, f"{demo.address}/incoming", link)
    page.locator(link).first.click()
    hold = page.url.partition("#")[0]
    code = re.search(
        r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("#notice").locator("..").inner_text()
    )
    assert code
    holder = visit("", language=language)
    holder.goto(f"{demo.address}/appeal/{code[0]}")
    holder.set_viewport_size({"width": 390, "height": 844})
    assert edges(holder, "the holder's page") == []
    holder.fill("[name=who]", "สมศรี ใจดี")
    holder.fill("[name=text]", "ฉันขายขนม / I sell cakes.")
    with holder.expect_navigation():
        holder.locator("main form button.do").click()
    expect(holder.locator("[role=status]").first).to_be_visible()
    judge = visit("appeals", language=language, at="/work")
    judge.goto(hold)
    judge.fill("form[action*='/incoming-appeals/'] [name=reason]", "ขายขนมจริง / She sells cakes.")
    with judge.expect_navigation():
        judge.locator("button[name=uphold][value=no]").click()
    holder.reload()
    expect(holder.locator("[role=status]").first).to_contain_text("She sells cakes.")


@pytest.mark.parametrize("language", ["en", "th"])
def test_banks_ask_about_payments_wait_and_say_what_payers_answered(
    visit: Visit, demo: Demo, language: str
) -> None:
    page = visit("officer", language=language, at="/flags/advice")
    wait_for(page, f"{demo.address}/flags/advice", "section[aria-labelledby=lately] tbody tr")
    expect(page.locator("section[aria-labelledby=lately] q")).to_be_visible()
    assert look(page) == []


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_commander_chooses_a_setting_and_another_officer_puts_it_into_effect(
    visit: Visit, demo: Demo, language: str
) -> None:
    boss = visit("commander", language=language, at="/frontier")
    expect(boss.locator(".frontier circle.saved")).to_have_count(3)
    assert look(boss) == []
    boss.locator("[name=setting][value=middle]").check()
    boss.fill("form[action='/frontier'] [name=reason]", "As measured. / ตามที่วัดไว้")
    with boss.expect_navigation():
        boss.locator("form[action='/frontier'] button").click()
    second = visit("supervisor", language=language, at="/flags/advice")
    with second.expect_navigation():
        second.locator("form[action$='/confirm'] button").click()
    boss.goto(f"{demo.address}/frontier")
    expect(boss.locator(".frontier g.chosen circle.saved")).to_have_count(1)
