"""The pictures of the documentation, taken of the demo's invented country: set WARROOM_SCREENSHOTS=docs/images."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import Demo, Visit
from tests.browser.test_room import open_undecided

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
LARGEST = 300_000
PAGES = {"board": "/", "case": "", "briefing": "/briefing", "design": "/design"}


@pytest.mark.skipif(not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder")
@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_the_page_is_taken(visit: Visit, demo: Demo, name: str) -> None:
    page = visit("officer", width=1280, height=900)
    if name == "case":
        open_undecided(page, demo)
    else:
        page.goto(f"{demo.address}{PAGES[name]}")
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    picture = Path(FOLDER) / f"{name}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size < LARGEST
