"""The public pages in Chromium: how much a first visit weighs on the wire, that everybody can read them, and that a report is
sent and found again on a telephone, with scripts and without.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import looking
from tests.browser.desk import watched
from tests.public.conftest import card, public_address

__all__ = ["card", "public_address"]  # fixtures of the public side

PHONE = {"width": 390, "height": 844}
KILOBYTE = 1024
LIGHT, JOINED = 40 * KILOBYTE, 60 * KILOBYTE
"""Most bytes of a first visit: of Thai and English, and of scripts whose letters join into many shapes."""
VISITED = ["/", "/report/money", "/receipt"]
PLACES = ["/", "/report", "/report/money", "/report/tip", "/receipt", "/nowhere"]
needs_axe = pytest.mark.skipif(
    not looking.AXE.exists(), reason=f"needs {looking.AXE}, which 'make web' installs"
)


def visitor(browser: Browser, language: str, **more: Any) -> BrowserContext:
    """A browser that was never here and asks for a language."""
    return browser.new_context(viewport=PHONE, locale=language, **more)  # type: ignore[arg-type]


def weight(page: Page, address: str) -> dict[str, int]:
    """What a visit brings: address of each file -> bytes on the wire, headers included."""
    wire = page.context.new_cdp_session(page)
    named: dict[str, str] = {}
    brought: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda one: named.update({one["requestId"]: one["request"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda one: brought.update({named[one["requestId"]]: int(one["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    return brought


@pytest.mark.parametrize(
    ("language", "most"), [("th", LIGHT), ("en", LIGHT), ("my", JOINED), ("km", JOINED), ("lo", JOINED)]
)
def test_a_first_visit_is_light_with_its_letters(
    chromium: Browser, public_address: str, language: str, most: int
) -> None:
    for path in VISITED:
        context = visitor(chromium, language)
        brought = weight(context.new_page(), public_address + path)
        context.close()
        told = f"{language} {path}: {sum(brought.values())} bytes of {most}: {brought}"
        assert any("outside-latin" in one for one in brought), told
        assert sum(brought.values()) <= most, told
        assert len(brought) <= 14, told


@needs_axe
@pytest.mark.parametrize("language", ["th", "en", "my"])
@pytest.mark.timeout(600)
def test_every_public_page_can_be_read_by_everybody(
    chromium: Browser, public_address: str, language: str
) -> None:
    faults: list[str] = []
    context = visitor(chromium, language)
    page = watched(context.new_page(), public_address, faults)
    for path in PLACES:
        told = len(faults)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(public_address + path)
        faults += looking.hidden_controls(page) + looking.axe_faults(page)
        faults += looking.fits(page, context.new_cdp_session(page)) + looking.axe_faults(page)
        page.set_viewport_size({"width": 320, "height": 640})
        faults += looking.edges(page, "320 pixels")
        faults[told:] = [f"{path}: {one}" for one in faults[told:]]
    context.close()
    assert faults == [], faults


@needs_axe
@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.timeout(300)
def test_money_that_left_is_told_on_a_telephone_and_its_receipt_found_again(
    chromium: Browser, public_address: str, language: str, scripts: bool
) -> None:
    context = visitor(chromium, language, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(public_address + "/report/money")
    page.locator("form.stack button").last.click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator("[name=when][value='15']")).to_be_focused()
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "77,000")
    page.locator("form.stack button").last.click()
    groups = page.locator(".code:not(.seal) span").all_inner_texts()
    code = "".join(re.findall(r"[0-9A-Z]{4}", " ".join(groups)))
    assert len(code) == 20
    page.goto(public_address + "/receipt")
    page.fill("[name=code]", code.lower())
    page.locator("main form button").last.click()
    expect(page.locator("h1")).not_to_be_empty()
    expect(page.locator(".code.seal")).to_be_visible()
    assert code not in page.url
    context.close()


def typing(browser: Browser, address: str) -> Page:
    """A telephone on which the money form has been begun and kept."""
    page = visitor(browser, "en").new_page()
    page.goto(f"{address}/report/money")
    page.check("[name=when][value='60']")
    page.fill("[name=amount]", "4,321")
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device at")
    return page


def test_what_was_typed_is_kept_on_the_telephone_until_its_owner_deletes_it(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("4,321")
    expect(page.locator("[name=when][value='60']")).to_be_checked()
    page.get_by_role("button", name="Delete from this device").click()
    expect(page.locator("[data-saved]")).to_have_text("Deleted from this device.")
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("")
    page.context.close()


def test_nobody_who_opens_the_telephones_storage_reads_what_was_typed(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    kept = page.evaluate(
        """() => new Promise(yes => { const opening = indexedDB.open('outside'); opening.onsuccess = () => {
          const all = opening.result.transaction('kept').objectStore('kept');
          const key = all.get('key'), draft = all.get('draft:money');
          draft.onsuccess = () => yes([key.result.extractable, new TextDecoder().decode(draft.result.data)]); } })"""
    )
    assert kept[0] is False
    assert "4,321" not in kept[1]
    page.context.close()


def test_a_report_without_a_signal_is_sent_once_there_is_one_and_its_draft_is_gone(
    chromium: Browser, public_address: str
) -> None:
    page = typing(chromium, public_address)
    page.context.set_offline(True)
    page.locator("form.stack button").last.click()
    expect(page.locator("[data-saved]")).to_contain_text("No signal")
    page.context.set_offline(False)
    expect(page.locator("h1[data-sent]")).to_be_visible()
    page.goto(f"{public_address}/report/money")
    expect(page.locator("[name=amount]")).to_have_value("")
    page.context.close()


FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
PICTURED = [("th", 390), ("th", 1440), ("en", 390), ("en", 1440), ("my", 390), ("km", 390), ("lo", 390)]


@pytest.mark.skipif(not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder")
def test_pictures_of_the_public_pages(chromium: Browser, public_address: str) -> None:
    for language, width in PICTURED:
        context = visitor(chromium, language)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": looking.VIEWS[width]})
        for name, path in (("home", "/"), ("money", "/report/money")):
            page.goto(public_address + path)
            page.evaluate("document.fonts.ready.then(() => true)")
            page.screenshot(path=Path(FOLDER) / f"public-{name}-{language}-{width}.png")
        context.close()
