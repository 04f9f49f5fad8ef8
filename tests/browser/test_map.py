"""The map in a real browser: by keyboard, on a phone, on paper, without scripts, and with nothing from elsewhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import edges, fits

READY = "[data-map][data-ready=yes]"
COUNT = "async address => Object.fromEntries(Object.entries(await (await fetch(address)).json())"
COUNT += ".map(([name, found]) => [name, found.features.length]))"


def open_map(page: Page, demo: Demo, query: str = "") -> Page:
    page.goto(f"{demo.address}/map{query}")
    page.wait_for_selector(READY)
    return page


def rows(page: Page, layer: str) -> int:
    return page.locator(f"[data-row={layer}]").count()


def label(page: Page, name: str) -> dict[str, float]:
    box = page.locator(".map-label", has_text=re.compile(f"^{name}$")).bounding_box()
    assert box is not None
    return dict(box)


def press(page: Page, province: str) -> None:
    """Press the town above its province's name."""
    place = label(page, province)
    page.mouse.click(place["x"] + place["width"] / 2 - 6, place["y"] - 10)


def test_the_tables_say_what_the_map_draws(visit: Visit, demo: Demo) -> None:
    page = open_map(visit("officer"), demo)
    drawn = page.evaluate(COUNT, page.locator("[data-map]").get_attribute("data-layers"))
    for layer in ("places", "actions", "operations", "supply", "reports", "corridors"):
        assert rows(page, layer) == drawn[layer], layer
    assert drawn["supply"] > 10
    assert drawn["corridors"] > 5
    assert drawn["places"] > 0
    expect(page.locator("[data-row=supply]").first).to_be_hidden()
    page.locator("[data-behind] > summary").click()
    expect(page.locator("[data-row=supply]").first).to_be_visible()


def test_a_press_opens_all_that_lies_there_and_brackets_step_through_it(visit: Visit, demo: Demo) -> None:
    page = open_map(visit("investigator"), demo)
    press(page, "P15")
    stack = page.locator("[data-stack] a")
    expect(stack.nth(1)).to_be_visible()
    names = [re.sub(r"\s+", " ", one) for one in stack.locator("span:first-of-type").all_inner_texts()]
    homes = [int(found[1]) for one in stack.all_inner_texts() if (found := re.search(r"(\d+) homes", one))]
    assert homes == sorted(homes, reverse=True)
    assert homes[0] > 100
    expect(page.locator("[data-panel-name]")).to_have_text(names[0])
    page.keyboard.press("]")
    expect(page.locator("[data-panel-name]")).to_have_text(names[1])
    page.keyboard.press("[")
    expect(page.locator("[data-panel-name]")).to_have_text(names[0])
    page.wait_for_url(re.compile("chosen="))
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator("[data-panel-name]")).to_have_text(names[0])


def test_by_keyboard_alone_a_place_is_chosen_and_the_least_harmful_cut_taken_into_the_form(
    visit: Visit, demo: Demo
) -> None:
    page = open_map(visit("investigator"), demo)
    page.locator("[data-panel] .heap a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-cut]")).to_contain_text("this stops the cut")
    button = page.get_by_role("link", name=re.compile("^Propose the cut at S"))
    line = re.search(r"S\d+", button.inner_text())
    assert line
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/actions/new"))
    expect(page.locator("[name=subjects]")).to_have_value(re.compile(f"^{line[0]}"))
    expect(page.locator("[name=d-megawatts]")).not_to_have_value("")


def test_on_a_telephone_the_panel_is_in_the_first_screen_with_its_act(visit: Visit, demo: Demo) -> None:
    page = open_map(visit("investigator", width=390, height=844), demo)
    page.locator("[data-panel] .heap a").first.click()
    for shown in (
        page.locator("[data-panel-name]"),
        page.get_by_role("link", name=re.compile("^Propose the cut")),
    ):
        page.evaluate("scrollTo(0, 0)")
        expect(shown).to_be_in_viewport(ratio=1)


def test_by_keyboard_alone_a_day_is_chosen_a_layer_switched_and_the_map_moved(
    visit: Visit, demo: Demo
) -> None:
    page = open_map(visit("officer"), demo)
    before = page.locator("[data-asof]").inner_text()
    page.locator("[data-slider]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-asof]")).not_to_have_text(before)
    page.wait_for_selector(READY)
    page.wait_for_url(re.compile(r"[?&]day=\d{4}-\d\d-\d\d"))
    assert page.locator("[data-said]").inner_text() == page.locator("[data-asof]").inner_text()
    page.keyboard.press("Tab")
    names = page.locator("[data-switch][value=supply]")
    names.focus()
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "layer=supply" not in url and "layer=reports" in url)
    page.locator("canvas").focus()
    at = label(page, "P20")["x"]
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "at => [...document.querySelectorAll('.map-label')].find(one => one.textContent === 'P20')"
        ".getBoundingClientRect().x < at",
        arg=at,
    )
    page.reload()
    page.wait_for_selector(READY)
    assert not names.is_checked()


def test_an_exercise_asks_for_its_invented_ground_and_for_no_land(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_map(page, demo)
    assert any(url.endswith("/map/ground") for url in asked)
    assert not any("/land-" in url or "/map/tiles" in url for url in asked)
    expect(page.get_by_text("An invented country: no real place is drawn")).to_be_visible()
    asked.clear()
    page.goto(f"{demo.address}/")
    page.wait_for_load_state("load")
    assert asked
    assert not any("/map" in url for url in asked), "the board loads no map"


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_map_and_line_fit_their_window(visit: Visit, demo: Demo, language: str) -> None:
    page = open_map(visit("officer", language=language), demo)
    line = page.locator("[data-row=supply] a[href^='/supply/']").first.get_attribute("href")
    assert edges(page, "a desk") == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert edges(page, "a telephone") == []
    drawn, tables = page.locator("[data-map]").bounding_box(), page.locator("[data-tables]").bounding_box()
    assert drawn is not None
    assert tables is not None
    assert drawn["y"] + drawn["height"] <= tables["y"]
    assert drawn["width"] <= 390
    page.goto(f"{demo.address}{line}")
    assert fits(page, page.context.new_cdp_session(page)) == []


def test_without_scripts_and_on_paper_the_drawing_stands_for_the_map(visit: Visit, demo: Demo) -> None:
    plain = visit("officer", java_script_enabled=False)
    plain.goto(f"{demo.address}/map")
    expect(plain.locator("svg.drawing")).to_be_visible()
    expect(plain.locator("svg.drawing .of-supply").first).to_be_attached()
    plain.get_by_role("link", name="A day earlier").click()
    assert "day=" in plain.url
    paper = open_map(visit("officer"), demo)
    expect(paper.locator("svg.drawing")).to_be_hidden()
    paper.emulate_media(media="print")
    expect(paper.locator("svg.drawing")).to_be_visible()
    expect(paper.locator("canvas")).to_be_hidden()


def test_the_map_draws_in_the_readers_own_light_or_dark(visit: Visit, demo: Demo) -> None:
    pictures = {
        scheme: open_map(visit("officer", color_scheme=scheme, width=800), demo)
        .locator("canvas")
        .screenshot()
        for scheme in ("light", "dark")
    }
    assert pictures["light"] != pictures["dark"]
