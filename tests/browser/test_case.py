"""The case's page in a real browser: what a bank answers arrives on it, and what left is followed."""

import os
import re
import statistics
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk, watched
from tests.browser.looking import ROWS, VIEWS, axe_faults
from tests.cases.scenes import PASSWORD
from tests.web import conftest as web
from tests.web.conftest import Night
from tests.web.test_case_acts import answer, follow_once, send
from tests.web.trails import VICTIM, Sketch, many_holds
from warroom.access.agencies import seed_exercise
from warroom.access.wall_devices import make_device
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_page import case_page
from warroom.money.trail import BankAccount, Trail
from warroom.orders.events import record_answer
from warroom.orders.views import PartnerAnswer
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.web.cases.rows import SMALL

night, address = web.night, web.address
WORD = re.compile(r"[A-Za-z]{2,}")
FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
BEFORE = "#case .head, #case .lh, #case .lanes ol, #case .panel:not([hidden]) .beside"
"""What is read before the decision."""
MOST_WORDS = 300
"""Words of the page of a case with twenty amounts, before anything is unfolded."""


def sit(
    chromium: Browser, address: str, at: str = "/cases/C-1", width: int = 1440, **options: object
) -> Page:
    """Anna at the case."""
    language = str(options.pop("language", "en"))
    view = {"width": width, "height": VIEWS[width]}
    context = chromium.new_context(viewport=view, **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "warroom_language", "value": language, "url": address}])
    page = context.new_page()
    Desk(page, address).sign_in("anna", PASSWORD)
    page.goto(address + at)
    return page


def case_of_21(night: Night) -> None:
    """A reported case of 21 amounts, a dozen of them small, beside a shop."""
    night.golden = lambda lake, index, ids, *, as_of: many_holds(as_of, ids)  # type: ignore[method-assign]
    night.case()


def small_then_large(night: Night) -> None:
    """C-1, reported first, of a trickle that leaves soon; C-2 of 21 amounts, most of the money in one of them."""

    def follow(lake: object, index: object, ids: Sequence[str], *, as_of: datetime) -> Trail:
        if "T2" in " ".join(ids):
            return many_holds(as_of, ids)
        sketch = Sketch(as_of, minutes=12.0)
        sketch.move(0, VICTIM, BankAccount("B07", "0007000279"), 279)
        return sketch.trail(ids)

    night.golden = follow  # type: ignore[method-assign]
    night.transfers({"T1": 279_00, "T2": 476_000_00})
    night.reports({"R1": ["T1"]}, 279_00)
    night.reports({"R2": ["T2"]}, 476_000_00)
    night.sync()


def hang(chromium: Browser, night: Night, address: str) -> Page:
    """The wall on a screen that nobody signed in on."""
    made = make_device(night.ledger, night.officer("root", "admin"), "Hall")
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    context.add_cookies([{"name": "warroom_language", "value": "en", "url": address}])
    screen = context.new_page()
    screen.goto(f"{address}/wall/open?code={made.code}")
    screen.click("form[action='/wall/open'] button")
    screen.wait_for_url("**/wall")
    return screen


def test_the_wall_shows_the_large_case_first_what_its_bank_said_had_left_and_that_it_was_followed(
    chromium: Browser, night: Night, address: str
) -> None:
    small_then_large(night)
    follow_once(night)
    screen = hang(chromium, night, address)
    rows = screen.locator("main ol li")
    expect(rows.first).to_contain_text("C-2")
    page = sit(chromium, address, "/cases")
    expect(page.locator(f"{ROWS} .number").first).to_have_text("C-2")
    page.locator(f"{ROWS} [data-next]").first.click()
    page.wait_for_url("**/cases/C-2**")
    page.locator("[data-all]").check()
    page.locator("[data-all]").uncheck()
    page.locator(".lanes li.pick input").first.check()
    page.locator("[data-approve]").click()
    page.wait_for_url("**said=approved**")
    send(night)
    asked = case_page(night.ledger, night.people["anna"], "C-2").actions[0]
    at = night.now + timedelta(minutes=3)
    said = PartnerAnswer(asked.orders[0].order_id, asked.bank, at, "partly", 16_397_00, "")
    record_answer(night.ledger, ORDER_HANDLERS, said, now=at)
    left = f"{(asked.amount - 16_397_00) // 100:,}"
    first = rows.first.locator(".a.late")
    expect(first).to_have_text(left, timeout=20_000)
    expect(rows.first).to_contain_text("C-2")
    page.get_by_role("button", name=f"Follow {left}").click()
    expect(page.locator(".fb")).to_contain_text("Followed again", timeout=20_000)
    expect(screen.locator("main ol li .a.late")).to_have_count(0, timeout=20_000)
    # It is the room's and nobody's: nothing to press, and no way to anything else.
    assert screen.locator("main").locator("button, input, form, a").count() == 0
    screen.goto(f"{address}/cases/C-2")
    assert "/sign-in" in screen.url


def test_big_money_moves_first_a_part_answer_arrives_on_the_open_page_and_is_followed(
    chromium: Browser, night: Night, address: str
) -> None:
    case_of_21(night)
    follow_once(night)
    page = sit(chromium, address)
    faults: list[str] = []
    watched(page, address, faults)
    first = page.locator(".lanes li.pick").first
    amounts = [float(one.replace(",", "")) for one in page.locator(".lanes li.pick .am").all_inner_texts()]
    assert float(first.locator(".am").inner_text().replace(",", "")) == max(amounts)
    page.locator("[data-all]").check()
    page.locator("[data-all]").uncheck()
    first.locator("input").check()
    page.locator("[data-approve]").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    send(night)
    held = night.hold_now(1)
    expect(page.get_by_role("button", name="Take it back")).to_have_count(0, timeout=15_000)
    # A page that was typed into and unfolded keeps what was typed when another row changes.
    page.locator("[data-decline]").click()
    page.locator("textarea[name=reason]").fill("half a sentence")
    others = page.locator(".lanes li.pick .am").all_inner_texts()
    answer(night, 1, "partly", 16_397_00)
    left = f"{(held.amount - 16_397_00) // 100:,}"
    expect(page.locator("#row-h1")).to_contain_text(f"{left} had left by the answer", timeout=20_000)
    assert page.locator(".lanes li.pick .am").all_inner_texts() == others
    assert page.locator(".lanes li.arrive").count() == 1
    assert page.locator(".lane.bends").count() == 1
    assert page.locator("textarea[name=reason]").input_value() == "half a sentence"
    page.get_by_role("button", name=f"Follow {left}").click()
    # The trail of this room's records no longer reaches the account: nothing of it is left to follow.
    expect(page.locator(".fb")).to_contain_text("364,171 counts as followed")
    assert night.page().row.part_left == 0
    assert faults == []


STATES = """() => Array.from(
  document.querySelectorAll("li[data-key][data-state]"), (row) => `${row.dataset.key} ${row.dataset.state}`)"""


def states(page: Page, hold: int) -> set[str]:
    """What the row of a hold says."""
    return {row for row in page.evaluate(STATES) if row.startswith(f"h{hold} ")}


def test_what_a_bank_answers_stands_on_the_open_page_when_it_looks_next(
    chromium: Browser, night: Night, address: str
) -> None:
    case_of_21(night)
    page = night.page()
    wanted = [one.id for one in sorted(page.proposals, key=lambda one: -one.amount)[:7]]
    made = approve_holds(
        night.ledger, night.people["anna"], "C-1", wanted, page.snapshot, "k1", now=night.now
    )
    send(night)
    open_page = sit(chromium, address)
    looks: list[str] = []
    open_page.on("request", lambda sent: looks.append(sent.url) if "hx-request" in sent.headers else None)
    looks_needed = []
    # Right after each other and far apart, so that some come while the page has only just asked.
    for place, one in enumerate(made):
        open_page.wait_for_timeout(150 * place)
        known, before = states(open_page, one.id), len(looks)
        answer(night, one.id, "done", one.amount)
        until = time.monotonic() + 120
        while states(open_page, one.id) == known:
            assert time.monotonic() < until, known
            open_page.wait_for_timeout(20)
        looks_needed.append(len(looks) - before)
    # The page is told, and looks once; a look that it began just before may not show the answer yet.
    assert max(looks_needed) <= 3, looks_needed
    assert statistics.median(looks_needed) <= 2, looks_needed


def in_the_night(night: Night) -> None:
    """The same, decided in part half an hour ago: the largest was given in part, another bank has not answered, one is asked."""
    case_of_21(night)
    seed_exercise(night.ledger)
    page = night.page()
    wanted = {one.account: one.id for one in page.proposals}

    def ask(account: str, key: str, ago: float) -> int:
        at = night.now - timedelta(minutes=ago)
        made = approve_holds(
            night.ledger, night.people["anna"], "C-1", [wanted[account]], page.snapshot, key, now=at
        )
        send(night, -ago)
        return made[0].id

    given = ask("0000692088", "k1", 55.0)
    ask("0000884410", "k2", 54.0)
    answer(night, given, "partly", 16_397_00, -35.0)
    ask("0001105662", "k3", 4.0)


@pytest.mark.parametrize(
    ("width", "language"),
    [
        (1440, "en"),
        (390, "th"),
        pytest.param(1440, "th", marks=pytest.mark.looks),
        pytest.param(390, "en", marks=pytest.mark.looks),
    ],
)
def test_the_button_is_in_the_first_screen_and_what_is_read_before_it_is_short(
    chromium: Browser, night: Night, address: str, width: int, language: str
) -> None:
    in_the_night(night)
    page = sit(chromium, address, "/cases/C-1?said=approved&holds=3", width=width, language=language)
    expect(page.locator("li.bad")).to_have_count(2)
    expect(page.locator("[data-approve]")).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == 0
    assert axe_faults(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0
    # The longest that a clock can say fits, too: "23 h 59 min ago".
    page.locator(".again .clock .words").evaluate("words => words.textContent += ' 23 h 59 min ago'")
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0
    if language == "en":
        said = " ".join(one for part in page.locator(BEFORE).all() for one in part.inner_text().split())
        assert len(WORD.findall(said)) < 250
    if FOLDER:
        page.screenshot(path=Path(FOLDER) / f"case-{language}-{width}.png")


def test_what_an_officer_unticked_in_a_fold_stays_unticked_in_its_rows(
    chromium: Browser, night: Night, address: str
) -> None:
    case_of_21(night)
    page = sit(chromium, address)
    fold = page.locator("[id^='row-small']").first
    fold.locator("input").uncheck()
    with page.expect_navigation():
        fold.locator("[data-fold]").click()
    boxes = page.locator(".lanes li.pick input")
    ticked = boxes.evaluate_all("boxes => boxes.map(box => [Number(box.dataset.satang), box.checked])")
    small = [checked for satang, checked in ticked if satang < SMALL]
    assert len(small) > 1
    assert not any(small)


def test_a_case_of_21_amounts_is_read_in_few_words(chromium: Browser, night: Night, address: str) -> None:
    case_of_21(night)
    page = sit(chromium, address)
    assert len(page.locator("main").inner_text().split()) <= MOST_WORDS
    # Where the rest of the loss is stands behind the bar of its sums.
    page.locator("#sums > summary").click()
    expect(page.locator("#sums p")).to_contain_text("gone")


def test_the_key_d_declines_the_lit_row_alone_and_names_it(
    chromium: Browser, night: Night, address: str
) -> None:
    case_of_21(night)
    page = sit(chromium, address)
    second = page.locator(".lanes li.pick").nth(1)
    account, amount = second.locator(".a a").inner_text(), second.locator(".am").inner_text()
    second.locator("[data-open]").focus()
    page.keyboard.press("d")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.type("Paid for a telephone, seen the receipt")
    button = page.locator("[data-decline-lit]")
    expect(button).to_have_text(f"Decline {amount} at {account}")
    expect(page.locator("[data-decline-ticked]")).to_contain_text("ticked holds,")
    # A row with nothing to decide has nothing to decline.
    page.locator(".lanes li.victim").click()
    expect(button).to_be_hidden()
    second.locator(".am").click()
    button.click()
    page.wait_for_url("**said=declined**")
    assert night.sql("SELECT account FROM proposals WHERE state = 'declined'") == [(account,)]


@pytest.mark.parametrize("language", ["en", "th"])
def test_what_speaks_for_the_holder_is_first_and_never_cut(
    chromium: Browser, night: Night, address: str, language: str
) -> None:
    case_of_21(night)
    page = sit(chromium, address, language=language)
    rows = page.locator(".lanes li .ch:has(.in)")
    assert rows.count() > 0
    for row in rows.all():
        assert row.locator(".chip").first.evaluate("one => one.classList.contains('in')")
        room = row.bounding_box()
        assert room is not None
        for chip in row.locator(".in").all():
            box = chip.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= room["x"] + room["width"] + 0.5
            assert chip.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


def test_a_chosen_lane_opens_both_columns_and_an_approval_is_taken_back(
    chromium: Browser, night: Night, address: str
) -> None:
    case_of_21(night)
    page = sit(chromium, address, reduced_motion="reduce")
    expect(page.locator(".panel:visible")).to_have_count(1)
    second = page.locator(".lanes li.pick").nth(1)
    second.locator(".am").click()
    key = second.get_attribute("data-key")
    expect(page.locator(f"#panel-{key}")).to_be_visible()
    expect(page.locator(f"#panel-{key}")).to_contain_text("What speaks for the holder")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.matches('[data-approve]')")
    page.keyboard.press("a")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("main")).to_contain_text("Taken back: no bank was asked")
    assert {one[0] for one in night.sql("SELECT state FROM holds")} == {"taken_back"}
    assert page.evaluate("getComputedStyle(document.querySelector('.lanes li')).animationName") == "none"
    page.emulate_media(media="print")
    # On paper nobody can choose a row: every row's column is printed.
    panels = page.locator(".panel")
    assert panels.count() > 2
    expect(page.locator(".panel:visible")).to_have_count(panels.count())
    expect(page.locator(".panel .on-paper").first).to_be_visible()
