"""The link chart in a real browser: by keyboard alone, with what it shows said in tables, and nothing leaving the room."""

import re

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import edges


def open_chart(page: Page, demo: Demo) -> str:
    """The chart of a case that has a trail, reached from its page; returns the case's number."""
    page.goto(f"{demo.address}/cases?filter=undecided")
    page.locator(".cases .number").first.click()
    page.wait_for_url("**/cases/*")
    number = page.locator("h1").inner_text()
    link = page.get_by_role("link", name=re.compile("Link chart|แผนผังความเชื่อมโยง"))
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/chart")
    expect(page.locator("[data-laid]")).to_be_visible(timeout=30_000)
    return number


def dots(page: Page) -> list[str]:
    return [
        str(row.get_attribute("data-key")) for row in page.locator("[data-chart-list] [role=option]").all()
    ]


def choose(page: Page, key: str) -> None:
    """Walk the list by arrows until this stands chosen."""
    page.locator("[data-chart-list]").focus()
    page.keyboard.press("Home")
    for _ in range(len(dots(page))):
        chosen = page.locator("[data-chart-list] [aria-selected=true]")
        if chosen.count() and chosen.get_attribute("data-key") == key:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{key} is not on the list")


def said(page: Page) -> str:
    return page.locator("[data-chart-said]").inner_text()


def test_a_chart_is_walked_opened_and_taken_back_by_keys_alone(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_chart(page, demo)
    before = dots(page)
    rows = [str(row.get_attribute("data-node")) for row in page.locator("tr[data-node]").all()]
    assert sorted(before) == sorted(rows), "the table says the same"
    target = next(
        row for row in page.locator("tr[data-node]").all() if row.get_by_role("link", name="Open").count()
    )
    choose(page, str(target.get_attribute("data-node")))
    expect(page.locator("[data-chart-picked] b")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-chart-said]")).to_contain_text("Opened", timeout=20_000)
    after = dots(page)
    assert set(before) <= set(after)
    page.keyboard.press("u")
    expect(page.locator("[data-chart-said]")).to_contain_text("Undone")
    assert sorted(dots(page)) == sorted(before)
    page.keyboard.press("r")
    expect(page.locator("[data-chart-said]")).to_contain_text("Done again")
    assert sorted(dots(page)) == sorted(after)
    page.keyboard.press("/")
    page.keyboard.type("holder")
    assert all(key.startswith("holder:") for key in dots(page))
    page.keyboard.press("Escape")
    assert sorted(dots(page)) == sorted(after)


def test_the_way_of_the_money_is_told_in_words(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_chart(page, demo)
    hops = page.locator("tr[data-node]").filter(
        has=page.locator("td.n:nth-child(3)", has_text=re.compile("^0$"))
    )
    victim = str(hops.first.get_attribute("data-node"))
    mule = str(
        page.locator("tr[data-node]")
        .filter(has=page.locator("td.n:nth-child(3)", has_text=re.compile("^1$")))
        .first.get_attribute("data-node")
    )
    choose(page, victim)
    page.get_by_role("button", name="Money from here").click()
    expect(page.locator("[data-chart-said]")).to_contain_text("choose where it ends")
    page.locator(f"[data-chart-list] [data-key='{mule}']").click()
    expect(page.locator("[data-chart-said]")).to_contain_text("A way of 1 steps")
    assert mule.partition("/")[2] in said(page)


def test_a_shorter_span_leaves_out_what_came_later(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    open_chart(page, demo)
    before = len(dots(page))
    slider = page.locator("[data-chart-until]")
    if slider.is_hidden():
        pytest.skip("all money of this case moved at one moment")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-act=undo]")).to_be_enabled()
    assert len(dots(page)) < before
    page.click("[data-act=undo]")
    expect(page.locator("[data-chart-list] [role=option]")).to_have_count(before)


def test_it_is_taken_along_as_graphml_svg_and_png(visit: Visit, demo: Demo) -> None:
    page = visit("officer")
    number = open_chart(page, demo)
    with page.expect_download() as taken:
        page.get_by_role("link", name="GraphML").click()
    graph = etree.parse(str(taken.value.path())).getroot()
    assert len(list(graph.iter("{*}node"))) == page.locator("tr[data-node]").count()
    for form, begins in (("svg", b"<svg "), ("png", b"\x89PNG")):
        with page.expect_download() as taken:
            page.click(f"[data-act={form}]")
        assert taken.value.suggested_filename == f"chart-{number}.{form}"
        content = taken.value.path().read_bytes()
        assert content.startswith(begins)
        assert form != "svg" or b"EXERCISE" in content


@pytest.mark.parametrize("language", ["th", "en"])
def test_nothing_is_cut_at_any_width(visit: Visit, demo: Demo, language: str) -> None:
    page = visit("officer", language=language)
    open_chart(page, demo)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert edges(page, str(width)) == []
        box = page.locator("[data-chart-stage]").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width


def test_without_scripts_the_drawing_and_the_tables_are_there(visit: Visit, demo: Demo) -> None:
    page = visit("officer", java_script_enabled=False)
    page.goto(f"{demo.address}/cases?filter=undecided")
    page.locator(".cases .number").first.click()
    page.get_by_role("link", name="Link chart").click()
    expect(page.locator(".still svg")).to_be_visible()
    expect(page.locator("[data-chart-tools]")).to_be_hidden()
    nodes = page.locator("tr[data-node]").count()
    assert nodes > 1
    page.locator("tr[data-node]").get_by_role("link", name="Open").first.click()
    page.wait_for_url("**open=**")
    expect(page.locator("tr[data-node]").nth(nodes - 1)).to_be_attached()
