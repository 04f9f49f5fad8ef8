"""An alert by the pages alone: one officer writes it, another lets it out, and a citizen's telephone shows it in both languages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import Client
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.desk import Desk
from tests.browser.test_public import PHONE, needs_axe
from tests.public.campaigning import SAID, held, last_week, struck, weeks
from tests.public.conftest import card, public_address
from tests.web.conftest import PLAIN, Night, served
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.public.campaigns import decisions

__all__ = ["card", "public_address"]  # fixtures of the public side
TITLE = str(SAID["en"]["title"])


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    """A room with staff and a threat that rises."""
    night = Night(home, ledger, Lake.open(home))
    night.staff()
    weeks(night, monday=last_week(clock.get_now()))
    return night


@pytest.fixture
def address(home: Home, night: Night) -> Iterator[str]:
    with served(home, night.ledger) as address:
        yield address


def desk(browser: Browser, address: str, name: str, language: str = "en") -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.context.add_cookies([{"name": "warroom_language", "value": language, "url": address}])
    Desk(page, address).sign_in(name)
    return page


def fill(page: Page) -> None:
    for code, said in SAID.items():
        for part, text in said.items():
            page.fill(f"[name={part}-{code}]", text if isinstance(text, str) else "\n".join(text))


@needs_axe
@pytest.mark.timeout(600)
def test_an_alert_is_written_let_out_and_read_on_a_telephone(
    chromium: Browser, night: Night, address: str, public_address: str
) -> None:
    anna = desk(chromium, address, "anna")
    anna.goto(f"{address}/campaigns")
    expect(anna.get_by_text("rises:")).to_be_visible()
    assert looking.axe_faults(anna) + looking.axe_faults_in_the_dark(anna) == []
    anna.get_by_role("link", name="Write an alert").first.click()
    expect(anna.locator("[name=threat]")).to_have_value("parcel")
    fill(anna)
    anna.fill("[name=short-en]", "Press https://check.example now")
    anna.get_by_role("button", name="Keep the draft").click()
    expect(anna.get_by_role("alert")).to_contain_text("names no link")
    expect(anna.locator("[name=title-th]")).to_have_value(str(SAID["th"]["title"]))
    assert looking.axe_faults(anna) + looking.axe_faults_in_the_dark(anna) == []
    fill(anna)
    anna.get_by_role("button", name="Keep the draft").click()
    expect(anna.get_by_text("The draft is kept.")).to_be_visible()
    anna.get_by_role("button", name="Ask another officer").click()
    expect(anna.get_by_text("another officer approves it", exact=False)).to_be_visible()
    expect(anna.get_by_role("button", name="Approve")).to_have_count(0)
    path = anna.url.partition("?")[0]
    boon = desk(chromium, address, "boon", "th")
    boon.goto(path)
    assert looking.axe_faults(boon) == []
    boon.get_by_role("button", name="อนุมัติ").focus()
    boon.keyboard.press("Enter")
    expect(boon.get_by_text("อนุมัติในชื่อคุณแล้ว", exact=False)).to_be_visible()
    struck(night, clock.get_now())
    anna.goto(path)
    expect(anna.get_by_text("CAP 1.2")).to_be_visible()
    for language in ("th", "en"):
        citizen = chromium.new_context(viewport=PHONE, locale=language, java_script_enabled=False).new_page()  # type: ignore[arg-type]
        citizen.goto(f"{public_address}/?l={language}")
        citizen.get_by_role("link", name=str(SAID[language]["title"])).click()
        expect(citizen.locator("h1")).to_have_text(str(SAID[language]["title"]))
        expect(citizen.get_by_text(str(SAID[language]["do"][0]))).to_be_visible()
        assert looking.edges(citizen, "a telephone") == []
    reader_of = chromium.new_context(viewport=PHONE, locale="en").new_page()  # type: ignore[arg-type]
    for at in ("/alerts?l=en", f"/alerts/{path.rpartition('/')[2]}?l=en"):
        reader_of.goto(public_address + at)
        assert looking.axe_faults(reader_of) + looking.axe_faults_in_the_dark(reader_of) == []
    with Client(base_url=public_address, verify=PLAIN, timeout=60) as reader:
        feed = etree.fromstring(reader.get("/alerts/rss.xml?l=en").content)
        assert feed.findtext("channel/item/title") == TITLE
        place = feed.find("channel/item/enclosure").get("url", "")  # type: ignore[union-attr]
        message = etree.fromstring(reader.get(place).content)
        assert message.findtext("{*}msgType") == "Alert"
    for page in (anna, boon):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(path)
        assert looking.axe_faults(page) + looking.axe_faults_in_the_dark(page) == []
        assert looking.edges(page, "a telephone") == []


FOREIGN = {
    "my": "ပါဆယ်အတွက် အခွန်ငွေ တောင်းသော စာများ",
    "km": "សារអំពីកញ្ចប់ឥវ៉ាន់ សុំប្រាក់ពន្ធតិចតួច",
    "lo": "ຂໍ້ຄວາມໃຫ້ຈ່າຍພາສີພັດສະດຸ",
}
LOADED = "document.fonts.ready.then(() => [...document.fonts].filter(one => one.family.includes('Alert') && one.status === 'loaded').length)"


def test_who_approves_reads_letters_in_every_language_and_nothing_is_cut(
    chromium: Browser, night: Night, address: str
) -> None:
    more = {language: {**SAID["en"], "title": title} for language, title in FOREIGN.items()}
    draft = replace(held(), wording={**SAID, **more})
    number = decisions.save_draft(night.ledger, night.anna, draft, "w")
    decisions.request_approval(night.ledger, night.lake, night.anna, number, "q")
    boon = desk(chromium, address, "boon")
    for path in (f"/campaigns/{number}", f"/campaigns/{number}/edit"):
        boon.goto(address + path)
        boon.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert boon.evaluate(LOADED) == len(FOREIGN), "a font of our own for each script"
        for width in (1440, 390):
            boon.set_viewport_size({"width": width, "height": 844})
            assert looking.edges(boon, f"{width} pixels") == []
        assert looking.axe_faults(boon) + looking.axe_faults_in_the_dark(boon) == []
