"""A file of one's own in the browser: uploaded, looked at, its questions answered, taken in; with its pictures where
WARROOM_SCREENSHOTS names a folder.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visit
from tests.browser.looking import VIEWS, axe_faults, edges
from tests.records.exports import STATEMENT, THAI, csv, rows_of, sheet_row, statement, workbook

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
WORKBOOK = workbook(["ธนาคารกรุงไทย จำกัด (มหาชน)"], [], THAI, *rows_of(sheet_row))
STATED = csv(["ธนาคารกสิกรไทย จำกัด (มหาชน)"], STATEMENT, *rows_of(statement))


def bring(page: Page, demo: Demo, path: Path) -> None:
    """Upload a file of transfers and come to its page."""
    page.goto(f"{demo.address}/files")
    page.set_input_files("[name=file]", path)
    page.click("form[action='/files'] button.do")
    page.wait_for_selector("form[action^='/files/']")


def test_a_workbook_is_taken_in_without_a_script(visit: Visit, demo: Demo, tmp_path: Path) -> None:
    page = visit("officer", java_script_enabled=False)
    bring(page, demo, WORKBOOK(tmp_path))
    expect(page.locator("h1")).to_have_text("export.xlsx")
    expect(page.locator("select[name='columns.payer']")).to_have_value("บัญชีผู้โอน")
    for name, words in (("source", "KTB"), ("legal_basis", "section 4"), ("purpose", "following reports")):
        page.fill(f"[name={name}]", words)
    page.check("[name=confirmed]")
    page.click("[name=accept]")
    expect(page.locator("main h2")).to_have_text("The file is taken in")


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("workbook", "th"),
        ("statement", "en"),
        pytest.param("workbook", "en", marks=pytest.mark.looks),
        pytest.param("statement", "th", marks=pytest.mark.looks),
    ],
)
def test_the_page_of_a_file_fits_and_is_read_by_everybody(
    visit: Visit, demo: Demo, tmp_path: Path, language: str, kind: str
) -> None:
    page = visit("officer", language=language)
    bring(page, demo, (WORKBOOK if kind == "workbook" else STATED)(tmp_path))
    faults = []
    for width, height in VIEWS.items():
        page.set_viewport_size({"width": width, "height": height})
        faults += edges(page, str(width))
        if FOLDER:
            page.screenshot(path=Path(FOLDER) / f"file-{kind}-{language}-{width}.png", full_page=True)
    assert faults + axe_faults(page) == []


def test_a_dark_page_of_a_file_has_no_fault(visit: Visit, demo: Demo, tmp_path: Path) -> None:
    page = visit("officer", width=390, color_scheme="dark")
    bring(page, demo, WORKBOOK(tmp_path))
    if FOLDER:
        page.screenshot(path=Path(FOLDER) / "file-dark-390.png", full_page=True)
    assert axe_faults(page) == []
