"""The pictures of the documentation, taken of the demo's invented country, at a desk and on a telephone: set
WARROOM_SCREENSHOTS=docs/images.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import VIEWS

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
LARGEST = 300_000
PAGES = {
    "work": "/work",
    "wall": "/wall",
    "cases": "/cases",
    "action": "/actions/new?kind=power-cut",
    "operation": "/operations/new",
    "request": "/requests/new?kind=information",
    "asset": "/assets/new?kind=car",
    "law": "/law",
    "design": "/design",
}
PROPOSED = ("action", "operation", "asset")
SKETCHED = {"map": "investigator", "briefing": "commander"}
"""Pages that stand beside their sketch in docs/explanation/screens.md, in both languages, and who looks at them."""

pictures = pytest.mark.skipif(
    not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder"
)


@pictures
@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_the_page_is_taken(visit: Visit, name: str) -> None:
    page = visit("investigator" if name in PROPOSED else "officer", at=PAGES[name])
    for width, height in VIEWS.items():
        _taken(page, name if width == 1440 else f"{name}-{width}", width, height)


@pictures
@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("name", SKETCHED)
def test_pictures_stand_beside_the_sketch(visit: Visit, demo: Demo, name: str, language: str) -> None:
    page = visit(SKETCHED[name], language=language, at=f"/{name}")
    if name == "map":
        # The last suspected place of the list, with what a cut would reach.
        place = page.locator("[data-panel] .heap a").last.get_attribute("href")
    for width, height in VIEWS.items():
        page.set_viewport_size({"width": width, "height": height})
        if name == "map":
            page.goto(f"{demo.address}{place}")
            page.wait_for_selector("[data-map][data-ready=yes]")
        _taken(page, f"{name}-{language}-{width}", width, height)


def _taken(page: Page, name: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    picture = Path(FOLDER) / f"{name}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size < LARGEST
