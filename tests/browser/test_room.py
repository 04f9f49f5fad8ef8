"""The officer's night in a real browser."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import NUMBERS, ROWS, fits


def open_undecided(page: Page, demo: Demo, at_least: int = 1) -> str:
    """Open a case with proposed holds that no other test has touched; returns its number."""
    page.goto(f"{demo.address}/cases")
    steps = [
        (str(one.get_attribute("href")).partition("#")[0], int(re.findall(r"\d+", one.inner_text())[0]))
        for one in page.locator(f"{ROWS} [data-next][href$='#holds']").all()
    ]
    for address, count in steps:
        if at_least <= count <= 12:
            page.goto(demo.address + address)
            if holds(page) == 0 and len(ticked(page)) >= at_least and any(ticked(page)):
                return address.rpartition("/")[2]
    raise AssertionError("no case is left to decide on")


def run_at(page: Page, demo: Demo, speed: int) -> None:
    """Let the exercise's time run so many times as fast."""
    page.goto(f"{demo.address}/orders")
    page.click(f"button[name=speed][value='{speed}']")
    expect(page.locator(f"button[name=speed][value='{speed}']")).to_have_attribute("aria-pressed", "true")


def holds(page: Page) -> int:
    return page.locator(".lanes [id^='hold-']").count()


def asked_for(page: Page) -> int:
    """Of how many amounts the button speaks; one tick may stand for several small ones."""
    return int(re.findall(r"\d+", page.locator("[data-approve]").inner_text())[0])


def test_an_officer_approves_a_hold_it_is_sent_and_the_bank_answers(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    before = len(demo.orders())
    number = open_undecided(page, demo)
    wanted = asked_for(page)
    page.locator("[data-approve]").click()
    expect(page.get_by_role("status").first).to_contain_text("when the bank answers")
    assert holds(page) == wanted
    until = time.monotonic() + 60
    while time.monotonic() < until and len(demo.orders()) < before + wanted:
        time.sleep(0.5)
    assert len(demo.orders()) == before + wanted
    assert "camt.056.001.08" in demo.orders()[-1].read_text()
    run_at(page, demo, 300)
    while (
        time.monotonic() < until
        and not page.get_by_text(re.compile("held in full|given in part|refused by the bank")).count()
    ):
        time.sleep(2)
        page.goto(f"{demo.address}/cases/{number}")
    expect(
        page.get_by_text(re.compile("held in full|given in part|refused by the bank")).first
    ).to_be_visible()
    run_at(page, demo, 1)


def test_a_double_click_on_approve_is_one_action(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    number = open_undecided(page, demo)
    wanted = asked_for(page)
    page.locator("[data-approve]").dblclick()
    page.wait_for_url("**said=approved**")
    page.goto(f"{demo.address}/cases/{number}")
    assert holds(page) == wanted
    page.goto(f"{demo.address}/orders")
    assert page.locator(f"a[href='/cases/{number}']").count() == wanted


def test_the_keyboard_alone_is_enough(visit: Visit, demo: Demo) -> None:
    page = visit("", width=1280)
    page.locator("[name=username]").focus()
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    page.keyboard.type(demo.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.address}/")
    page.locator("nav.places a[href='/cases']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.address}/cases")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(NUMBERS).first.inner_text()
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    assert page.locator("h1").inner_text().startswith(first)


def test_the_button_says_what_is_ticked(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_undecided(page, demo)
    button, all_boxes = page.locator("[data-approve]"), page.locator("[data-all]")
    all_boxes.check()  # at first a hold that doubts outweigh is not ticked
    all_boxes.uncheck()
    expect(button).to_be_disabled()
    page.locator("[name=proposal]").first.check()
    expect(button).to_have_text(re.compile("Hold 1 amount, [0-9,.]+ baht"))
    all_boxes.check()
    expect(button).to_be_enabled()


def test_a_switch_of_language_changes_the_whole_page(visit: Visit, demo: Demo) -> None:
    page = visit("officer", language="th")
    page.goto(f"{demo.address}/cases")
    assert page.locator("html").get_attribute("lang") == "th"
    expect(page.locator("#queue-title")).to_have_text("รายการรอ")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#queue-title")).to_have_text("Queue")
    assert page.locator("html").get_attribute("lang") == "en"


BEHIND = """one => { one.hidden = false; one.textContent = 'The board shows what happened up to 00:47; this machine is behind.'; }"""


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_no_page_of_a_full_room_is_wider_than_its_window(visit: Visit, demo: Demo, language: str) -> None:
    page = visit("officer", language=language, at="/cases")
    letters = page.context.new_cdp_session(page)
    cases = [str(row.get_attribute("href")) for row in page.locator(NUMBERS).all()[:4]]
    for path in ("/", "/cases", "/work", "/orders", *cases):
        page.goto(demo.address + path)
        # On a slow machine the bar says so, in a sentence.
        page.locator("[data-exercise-behind]").evaluate(BEHIND)
        assert fits(page, letters) == [], path


def test_on_a_phone_rows_are_cards_and_the_river_fits(visit: Visit, demo: Demo) -> None:
    page = visit("officer", width=390)
    page.goto(f"{demo.address}/cases")
    expect(page.locator("[data-queue] .qh")).to_be_hidden()
    page.locator(NUMBERS).first.click()
    strip = page.locator(".lanes li:not(.victim) .rv svg").first
    expect(strip).to_be_visible()
    box = strip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in_and_back(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    number = open_undecided(page, demo)
    page.context.clear_cookies(name="warroom_session")
    page.locator("[data-approve]").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was done")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", demo.password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{demo.address}/cases/{number}?said=again")
    assert holds(page) == 0


def ticked(page: Page) -> list[bool]:
    return [box.is_checked() for box in page.locator("[name=proposal]").all()]


def list_accounts(page: Page) -> list[str]:
    return [str(box.get_attribute("data-account")) for box in page.locator("[name=proposal]").all()]


def expect_ticks(page: Page, wanted: list[bool]) -> None:
    """A page that is put together may still set its boxes: they are looked at until they are as wanted."""
    boxes = page.locator("[name=proposal]")
    expect(boxes).to_have_count(len(wanted))
    for place, is_checked in enumerate(wanted):
        expect(boxes.nth(place)).to_be_checked(checked=is_checked)


RELOADED = """() => document.readyState === "complete"
    && performance.getEntriesByType("navigation")[0]?.type === "reload" """


def go_back_to_case(page: Page) -> None:
    """Back to a case, which loads itself once more where the browser went back (approval.ts): wait until it has."""
    page.go_back(wait_until="commit")
    page.wait_for_function(RELOADED)


def test_back_keeps_the_ticks_an_officer_made(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_undecided(page, demo, at_least=2)
    first = ticked(page)
    page.locator("[name=proposal]").first.uncheck()
    label = page.locator("[data-approve]").inner_text()
    page.locator("nav.places a[href='/orders']").click()
    page.wait_for_url("**/orders")
    go_back_to_case(page)
    expect_ticks(page, [False, *first[1:]])
    expect(page.locator("[data-approve]")).to_have_text(label)


def renew(page: Page) -> None:
    """Renew the case as the server's events do, and wait until it is on the page."""
    page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("htmx:after:swap", () => resolve(null), { once: true });
          document.querySelector("#case").dispatchEvent(new CustomEvent("refresh"));
        })"""
    )


def replay_first_renewal(page: Page, rewrite: Callable[[str], str] = str) -> None:
    """Answer every renewal with the whole page as the first one brought it: the demo's clock runs, and would
    take amounts away meanwhile."""
    kept: dict[str, tuple[APIResponse, str]] = {}

    def answer(route: Route) -> None:
        case, _, _ = route.request.url.partition("?")
        if case not in kept:
            whole = route.fetch(url=re.sub(r"stamp=[^&]*", "stamp=old", route.request.url))
            kept[case] = (whole, whole.text())
        whole, text = kept[case]
        route.fulfill(response=whole, body=rewrite(text))

    page.route("**/now?*", answer)


def test_ticks_outlast_renewals_that_overlap(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    replay_first_renewal(page)
    open_undecided(page, demo, at_least=2)
    renew(page)
    boxes = page.locator("[name=proposal]")
    for box in boxes.all():
        box.check()
    boxes.first.uncheck()
    label = page.locator("[data-approve]").inner_text()
    for _ in range(5):
        with page.expect_response("**/now?*"):
            page.evaluate(
                """() => {
                  const part = document.querySelector("#case");
                  for (const _ of [1, 2, 3]) part.dispatchEvent(new CustomEvent("refresh"));
                  // What a renewal that is still on its way has brought: the boxes as the server proposes them.
                  document.dispatchEvent(new CustomEvent("htmx:before:swap"));
                  document.querySelectorAll("[name=proposal]").forEach((box) => (box.checked = false));
                  document.dispatchEvent(new CustomEvent("htmx:before:swap"));
                }"""
            )
        expect(boxes.first).not_to_be_checked()
        expect(boxes.nth(1)).to_be_checked()
        expect(page.locator("[data-approve]")).to_have_text(label)
        expect(page.locator("[data-approve]")).to_be_enabled()


def test_a_new_look_at_the_trail_keeps_ticks_by_account_and_unticks_what_is_doubted_since(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer")
    doubted = ""

    def rewrite(text: str) -> str:
        """The page as a new look at the trail writes it: each proposal has another number."""
        text = re.sub(r'((?:value|data-key|id)="(?:row-|panel-)?p?)(\d+")', r"\g<1>9\2", text)
        # The server doubts one amount now, and proposes it no longer.
        return (
            re.sub(rf'(data-account="{doubted}" data-places="[^"]*") checked', r"\1 data-doubted", text)
            if doubted
            else text
        )

    replay_first_renewal(page, rewrite)
    open_undecided(page, demo, at_least=2)
    boxes = page.locator("[name=proposal]")
    for box in boxes.all():
        box.check()
    boxes.first.uncheck()
    value, lit = boxes.first.get_attribute("value"), page.locator("li.sel").get_attribute("data-place")
    renew(page)
    expect(boxes.first).not_to_have_attribute("value", str(value))
    expect(boxes.first).not_to_be_checked()
    expect(boxes.nth(1)).to_be_checked()
    expect(page.locator("li.sel")).to_have_attribute("data-place", str(lit))
    doubted = str(page.locator("[name=proposal][checked]").last.get_attribute("data-account"))
    renew(page)
    expect(page.locator(f"[data-account='{doubted}']")).not_to_be_checked()
    page.unroute_all(behavior="ignoreErrors")


def test_back_after_an_interrupted_sign_in_keeps_the_ticks_and_approves_once(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer")
    number = open_undecided(page, demo, at_least=2)
    # Also those that came unticked, so that something is left to hold.
    for box in page.locator("[name=proposal]").all():
        box.check()
    page.locator("[name=proposal]").first.uncheck()
    ticks, wanted = ticked(page), asked_for(page)
    left, *approved = list_accounts(page)
    page.context.clear_cookies(name="warroom_session")
    page.locator("[data-approve]").click()
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", demo.password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"{demo.address}/cases/{number}?said=again")
    expect_ticks(page, ticks)
    assert ticks[0] is False
    page.locator("[data-approve]").click()
    page.wait_for_url("**said=approved**")
    assert holds(page) == wanted
    go_back_to_case(page)
    expect(page.locator(f"[name=proposal][data-account='{left}']")).to_have_count(1)
    # Folded amounts may have come into rows of their own; of what was approved nothing is asked again.
    assert not set(approved) & set(list_accounts(page))
    page.goto(f"{demo.address}/cases/{number}")
    assert holds(page) == wanted


def test_on_a_phone_the_approve_button_stays_in_reach(visit: Visit, demo: Demo) -> None:
    page = visit("officer", width=390, height=844)
    open_undecided(page, demo)
    page.locator("#holds").evaluate("form => form.scrollIntoView()")
    box = page.locator("[data-approve]").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 844 - box["height"] + 1
    page.locator("main details.act > summary").first.click()
    page.locator("[name=reason]").first.scroll_into_view_if_needed()
    expect(page.locator("[name=reason]").first).to_be_in_viewport()


def test_on_a_phone_every_next_step_begins_at_one_edge_and_who_has_it_ends_at_the_other(
    visit: Visit, demo: Demo
) -> None:
    page = visit("officer", width=390)
    page.goto(f"{demo.address}/cases")
    for part, side in (("[data-next]", "left"), (".w:not(:empty)", "right")):
        edges = page.locator(f"{ROWS} {part}").evaluate_all(
            "(all, side) => [...new Set(all.map(one => Math.round(one.getBoundingClientRect()[side])))]", side
        )
        assert len(edges) == 1, part


def test_everything_essential_works_without_scripts(visit: Visit, demo: Demo) -> None:
    page = visit("officer", java_script_enabled=False)
    number = open_undecided(page, demo)
    page.locator("main details.act > summary").first.click()
    page.locator("[name=reason]").first.fill("Seen with the bank: not this account")
    page.locator("[data-decline-lit]").click()
    assert page.locator("h1").inner_text().split()[0] == number
    page.locator(".lanes li", has_text="declined").first.locator("[data-open]").click()
    expect(page.get_by_text("Seen with the bank: not this account").first).to_be_visible()


def test_a_list_asks_for_itself_again_and_says_as_of_when(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    page.clock.install()
    page.goto(f"{demo.address}/cases")
    page.wait_for_load_state("load")
    said = page.locator(".asof").inner_text()
    time.sleep(1.1)
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.clock.fast_forward(61_000)
    expect(page.locator(".asof")).not_to_have_text(said)
    assert page.locator(ROWS).count() > 0


def test_dark_light_and_paper_come_from_one_list_of_colours(visit: Visit, demo: Demo) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        page = visit("officer", color_scheme=scheme, at="/")
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("nav.places")).to_be_hidden()


def test_a_holder_appeals_and_another_officer_answers(visit: Visit, demo: Demo) -> None:
    officer = visit("officer")
    number = open_undecided(officer, demo)
    officer.locator("[data-approve]").click()
    officer.locator(".lanes li:has([id^='hold-']) .stt").first.click()
    said = officer.locator(".panel:visible .course").inner_text()
    code = re.findall(r"notice (\S+)", said)[0]
    holder = visit("", language="th", width=390)
    holder.goto(f"{demo.address}/appeal/{code}")
    holder.fill("[name=who]", "สมศรี 081")
    holder.fill("[name=text]", "ขายโทรศัพท์ให้ลูกค้า มีใบเสร็จ")
    holder.get_by_role("button", name="ส่งคำคัดค้าน").click()
    expect(holder.get_by_role("status")).to_contain_text("เราได้รับคำคัดค้านของคุณแล้ว")
    person = visit("appeals")
    person.goto(f"{demo.address}/cases/{number}")
    person.locator("#appeals [name=reason]").fill("The receipt is real")
    person.get_by_role("button", name=re.compile(r"^Release [\d,.]+ baht$")).click()
    expect(person.locator("#appeals").get_by_text("The receipt is real")).to_be_visible()
    holder.reload()
    expect(holder.get_by_role("status")).to_contain_text("คำคัดค้านของคุณได้รับการยอมรับ")
