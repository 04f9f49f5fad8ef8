"""The link chart in a real browser: by keyboard alone, with what it shows said in tables, and nothing leaving the room."""

import re

import pytest
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
    grow = page.locator("[data-key=g]")
    if grow.count():
        page.keyboard.press("g")
        page.wait_for_url("**shown=20**")
        assert page.locator(".dot").count() > before
        page.go_back()
        expect(page.locator(".dot")).to_have_count(before)
    page.keyboard.press("Escape")
    expect(page.locator("#chosen")).to_have_count(0)
    assert page.locator(".dot:not(.on)").count() == before
    assert number in page.url


def view_box(page: Page) -> list[float]:
    return [float(part) for part in page.locator("[data-chart-picture]").get_attribute("viewBox").split()]  # type: ignore[union-attr]


def dots_out_of_sight(page: Page) -> list[str]:
    """The dots that the box of the drawing does not show."""
    found: list[str] = page.evaluate("""() => {
        const box = document.querySelector("[data-chart-stage]").getBoundingClientRect();
        return [...document.querySelectorAll("[data-chart-picture] .dot")].filter((dot) => {
            const part = dot.querySelector("path").getBoundingClientRect();
            return part.left < box.left || part.right > box.right || part.top < box.top || part.bottom > box.bottom;
        }).map((dot) => dot.dataset.dot);
    }""")
    return found


def labels_on_each_other(page: Page) -> list[list[str]]:
    """Labels whose words lie on each other, as the browser measures them."""
    found: list[list[str]] = page.evaluate("""() => {
        const shown = [...document.querySelectorAll("[data-chart-picture] .label")].filter((one) => getComputedStyle(one).visibility === "visible");
        const boxes = shown.map((one) => [one.textContent.trim(), one.getBoundingClientRect()]);
        const pairs = [];
        boxes.forEach(([name, box], at) => boxes.slice(at + 1).forEach(([other, its]) => {
            if (box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 3 && its.top < box.bottom - 3) pairs.push([name, other]);
        }));
        return pairs;
    }""")
    return found


@pytest.mark.parametrize("width", [1440, 390])
def test_the_drawing_opens_whole_and_its_labels_stay_apart(visit: Visit, demo: Demo, width: int) -> None:
    page = visit("officer", width=width)
    number = open_chart(page, demo)
    for shown in ("", "?shown=100&each=1", "?shown=100"):
        page.goto(f"{demo.address}/cases/{number}/chart{shown}")
        expect(page.locator("[data-chart-stage].live")).to_have_count(1)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert dots_out_of_sight(page) == []
        assert page.locator(".dot.victim .label:not(.hid)").count() > 0
        assert labels_on_each_other(page) == []
        height = page.locator("[data-chart-stage]").evaluate("one => one.getBoundingClientRect().height")
        assert height < page.viewport_size["height"]  # type: ignore[index]


def test_wheel_drag_and_keys_zoom_and_0_shows_the_whole(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_chart(page, demo)
    whole = view_box(page)
    dot = page.locator(".dot.victim > path").first
    box = dot.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    expect(page.locator("[data-chart-stage].zoomed")).to_have_count(1)
    near = view_box(page)
    assert near[2] < whole[2] * 0.7
    larger = dot.bounding_box()
    assert larger
    assert larger["width"] > box["width"] * 1.3
    assert abs(larger["x"] + larger["width"] / 2 - x) < 3, "what is under the pointer stays there"
    expect(page.locator("[data-chart-overview]")).to_be_visible()
    page.mouse.down()
    page.mouse.move(x + 90, y + 20, steps=4)
    page.mouse.up()
    assert abs(view_box(page)[0] - near[0]) > 30
    expect(page.locator("#chosen")).to_have_count(0)
    page.keyboard.press("0")
    assert view_box(page) == whole
    page.keyboard.press("+")
    assert view_box(page)[2] < whole[2]
    page.keyboard.press("-")
    assert view_box(page) == whole
    # The whole is shown: the wheel scrolls the page on.
    page.evaluate(
        "() => addEventListener('scroll', () => document.body.setAttribute('data-scrolled', ''), { once: true })"
    )
    page.mouse.wheel(0, 200)
    expect(page.locator("body[data-scrolled]")).to_have_count(1)
    assert view_box(page) == whole


def test_a_dot_out_of_sight_comes_into_it_when_it_is_focused(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_chart(page, demo)
    for _ in range(6):
        page.keyboard.press("+")
    for name in dots_out_of_sight(page)[:3]:
        page.locator(f".dot[data-dot='{name}']").focus()
        assert name not in dots_out_of_sight(page)


def test_two_fingers_zoom_on_a_telephone(visit: Visit, demo: Demo) -> None:
    page = visit("officer", width=390, has_touch=True)
    open_chart(page, demo)
    whole = view_box(page)
    box = page.locator("[data-chart-stage]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 30), ("touchMove", 60), ("touchMove", 110), ("touchEnd", 0)):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})
    expect(page.locator("[data-chart-stage].zoomed")).to_have_count(1)
    assert view_box(page)[2] < whole[2] * 0.7
    page.locator("[data-zoom='0']").tap()
    expect(page.locator("[data-chart-stage].zoomed")).to_have_count(0)
    assert view_box(page) == whole


def test_choosing_on_a_joined_chart_opens_the_panel(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    number = open_chart(page, demo)
    page.goto(f"{demo.address}/cases")
    numbers = [str(link.text_content()) for link in page.locator(NUMBERS).all()[:6]]
    other = next(one.strip() for one in numbers if one.strip() != number)
    page.goto(f"{demo.address}/cases/{number}/chart/with/{other}")
    expect(page.locator("#both")).to_be_visible()
    account = page.locator(".dot[data-choose]:not(.victim)").first
    account.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_be_visible()
    expect(page.locator(".dot.victim.on").first).to_be_visible()
    assert labels_on_each_other(page) == []


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
