"""A rehearsal in a real browser: some of an afternoon, two holds, the end, and what came of it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit, served
from tests.browser.looking import axe_faults
from warroom_lab.demo.journal import OrderJournal
from warroom_lab.demo.pace import Pace
from warroom_lab.demo.place import FOLDER
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.demo.stage import CountryStage

PATIENCE = 240_000
"""Milliseconds that a slow machine may take for one step."""

# The country is played again on what the other tests leave of the processors.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that these tests may end."""
    with served(tmp_path_factory, "exercise", speed=10) as one:
        yield one


def approve_two(page: Page, demo: Demo) -> str:
    """Tick two holds of the case that runs out first and has as many, and approve them; returns its number."""
    page.goto(f"{demo.address}/cases")
    for step in page.locator("[data-queue] .n a[href$='#holds']").all():
        if "Hold 1:" not in step.inner_text():
            step.click()
            break
    page.wait_for_url(re.compile(r"/cases/C-\d+"))
    page.locator("[data-all]").check()
    page.locator("[data-all]").uncheck()
    # A row of small amounts is one tick for all of them.
    for box in page.locator("[name=proposal][data-count='1']").all()[:2]:
        box.check()
    page.locator("[data-approve]").click()
    page.wait_for_url("**said=approved**")
    return page.locator("h1").inner_text().split()[0]


def wait(page: Page, address: str, until: str) -> None:
    """Look at a page again and again until it says something."""
    ends = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < ends and not page.locator(until).count():
        time.sleep(1)
        page.goto(address)
    assert page.locator(until).count(), f"{address} never showed {until}"


def end(page: Page, demo: Demo) -> None:
    """End the exercise, unless it has ended, and see what came of it."""
    if page.locator(".exercise details.act > summary").count():
        page.locator(".exercise details.act > summary").click()
        page.locator("form[action='/exercise/end'] button").click()
        page.wait_for_url("**/exercise/after")
    page.goto(f"{demo.address}/exercise/after")


def played_again(home: Path) -> tuple[CountryStage, int]:
    """The country as it was at the end of this exercise, played from its seed with the room's orders."""
    folder = home / "run" / FOLDER
    ended = Pace.load_clock(folder / "pace.json").ended_at
    assert ended is not None
    plan = ExercisePlan.load_plan(folder / "plan.json")
    return CountryStage.from_journal(plan, OrderJournal(folder / "journal.jsonl").entries, ended), plan.opens


def test_an_afternoon_is_rehearsed_ended_and_looked_back_on(visit: Visit, demo: Demo) -> None:
    page = visit("officer", at="/")
    bar = page.locator("[data-exercise]")
    expect(bar).to_contain_text("EXERCISE")
    expect(bar).to_contain_text("การฝึกซ้อม")
    before = page.locator(".today dd").first.inner_text()
    number = approve_two(page, demo)
    page.click("button[name=speed][value='300']")
    expect(page.locator("[data-exercise-state]")).to_have_text("300 times as fast", timeout=PATIENCE)
    wait(page, f"{demo.address}/orders", "td .state >> text=/held|refused/ >> nth=1")
    page.goto(demo.address)
    expect(page.locator(".today dd").first).not_to_have_text(before, timeout=PATIENCE)
    page.get_by_role("button", name="Pause").click()
    stands = page.locator("[data-exercise-time]").inner_text()
    time.sleep(2.5)
    expect(page.locator("[data-exercise-time]")).to_have_text(stands)
    other = visit("supervisor", at="/")
    other.fill("header [name=q]", "C-1")
    end(page, demo)
    expect(other.get_by_role("link", name="After the exercise")).to_be_visible(timeout=20_000)
    expect(other.locator("[data-exercise-clock]")).to_have_count(0)
    expect(other.locator("header [name=q]")).to_have_value("C-1")
    saved = page.locator("#player-room [data-saved]")
    expect(saved).to_be_visible(timeout=PATIENCE)
    stage, opens = played_again(demo.home)
    truth = stage.run.truth
    assert int(saved.get_attribute("data-saved") or -1) == truth.sum_money()["saved"]
    assert len(truth.list_holds()) <= 2
    expect(page.locator("#player-room [data-holds]")).to_have_text(str(len(truth.list_holds())))
    on_board = [one for one in stage.take_arrivals(opens, stage.run.now).reports if one.case >= 0]
    assert on_board
    missed = page.locator("section[aria-labelledby=missed] > .misses > li")
    assert missed.count() > 0
    for row in missed.all():
        expect(row.locator("a")).to_have_text(re.compile(r"^C-\d+$"))
        expect(row.locator("svg.strip .lay, svg.strip .line")).not_to_have_count(0)
        assert row.locator("p").first.inner_text().endswith(".")
    page.locator("details.more > summary").last.click()
    expect(page.locator("details.more .behind").last).to_be_visible()
    # The page goes on filling itself; what was unfolded stays so.
    page.wait_for_timeout(4_500)
    expect(page.locator("details.more .behind").last).to_be_visible()
    page.goto(f"{demo.address}/cases/{number}")
    expect(page.locator("[data-exercise]")).to_contain_text("After the exercise")
    fits_a_phone_and_paper(visit("officer", language="th", width=390), demo)


def fits_a_phone_and_paper(page: Page, demo: Demo) -> None:
    """The page after the action, in Thai."""
    end(page, demo)
    expect(page.locator("#player-room [data-saved]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("หลังการฝึก")
    assert axe_faults(page) == []
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0
    page.emulate_media(media="print")
    expect(page.locator("#player-room")).to_be_visible()
