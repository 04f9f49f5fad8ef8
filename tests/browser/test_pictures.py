"""The pictures of the documentation, taken of the demo's invented country, at a desk and on a telephone: set
WARROOM_SCREENSHOTS=docs/images.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import VIEWS
from tests.browser.test_room import open_undecided

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
LARGEST = 300_000
PAGES = {
    "board": "/",
    "work": "/work",
    "wall": "/wall",
    "cases": "/cases",
    "chart": "chart",
    "map": "/map",
    "action": "/actions/new?kind=power-cut",
    "operation": "/operations/new?kind=search",
    "request": "/requests/new?kind=information",
    "asset": "/assets/new?kind=car",
    "briefing": "/briefing",
    "law": "/law",
    "design": "/design",
}
PROPOSED = ("action", "operation", "asset")
"""Where each picture is taken; the chart is that of a case with something to decide; a case's own pictures are taken in test_case."""


@pytest.mark.skipif(not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder")
@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_the_page_is_taken(visit: Visit, demo: Demo, name: str) -> None:
    page = visit("investigator" if name in PROPOSED else "officer")
    _come(page, demo, name)
    for width, height in VIEWS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.fonts.ready")
        picture = Path(FOLDER) / (f"{name}.png" if width == 1440 else f"{name}-{width}.png")
        page.screenshot(path=picture)
        assert picture.stat().st_size < LARGEST


def _come(page: Page, demo: Demo, name: str) -> None:
    if not PAGES[name].startswith("/"):
        number = open_undecided(page, demo)
        if name == "chart":
            page.goto(f"{demo.address}/cases/{number}/chart")
            page.wait_for_selector("[data-chart-picture]")
    else:
        page.goto(f"{demo.address}{PAGES[name]}")
    if name == "map":
        page.wait_for_selector("[data-map][data-ready=yes]")
    page.wait_for_load_state("load")
