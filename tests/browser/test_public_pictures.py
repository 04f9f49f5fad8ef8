"""Pictures of the public pages, each with a sketch by its name, for `docs/images`: taken where WARROOM_SCREENSHOTS names a folder."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, text

from tests.browser import looking
from tests.browser.test_public import reached, visitor
from tests.public.campaigning import SAID
from tests.public.conftest import card, night, public_address
from tests.public.test_numbers import NOW, ten_weeks
from tests.public.test_report import turn
from tests.web.conftest import Night
from warroom import clock
from warroom.public import channels, numbers
from warroom.public.decisions import open_report, send_message
from warroom.public.held import publish_held
from warroom.public.outside.card import Card
from warroom.public.outside.identifiers import digest_of, number_of
from warroom.public.published import publish_page
from warroom.public.schema import PublicReport

__all__ = ["card", "night", "public_address"]  # fixtures of the public side

FOLDER = os.environ.get("WARROOM_SCREENSHOTS", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="pictures are taken where WARROOM_SCREENSHOTS names a folder"
)
WIDE = ("home", "just-left", "check-scam", "lesson", "numbers", "receipt")
"""Those that are sketched at a desk too."""
KNOWN = (
    "แจ้งเตือนจากธนาคาร บัญชีของท่านมีความเสี่ยง กรุณายืนยันตัวตนทันทีที่ลิงก์ http://b05-secure.example/th มิฉะนั้นบัญชีจะถูกระงับ"
)
REPORTED = "081 555 0188"
# Fonts are asked for once the page is laid out.
LETTERS = "new Promise(yes => requestAnimationFrame(() => requestAnimationFrame(() => document.fonts.ready.then(() => yes(1)))))"
LOOKED_AT = {"check": "/check", "learn": "/learn", "lesson": "/learn/romance", "numbers": "/numbers", "real": "/real", "appeal": "/appeal",
             "alerts": "/alerts", "receipt": "/receipt", "home": "/", "money": "/report/money"}  # fmt: skip


@pytest.fixture
def code(night: Night, card: Card) -> str:
    """A public side with something of everything; the code of a notice of a hold."""
    now = clock.get_now()
    channels.publish_channels(night.ledger, now)
    hold = night.hold()
    night.ledger.number_committed_rows()
    publish_held(night.ledger, night.now)
    ten_weeks(night)
    numbers.publish_numbers(night.ledger, NOW)
    known = {"digest": digest_of(number_of(REPORTED), card.numbers), "now": now}
    alert = {"id": 1, "threat": "parcel", "audience": "shoppers", "wording": SAID, "since": now.isoformat(),
             "until": (now + timedelta(days=6)).isoformat(), "rise": None, "places": None,
             "messages": [["0" * 12 + "-1-1", "Alert", now.isoformat(), 10]]}  # fmt: skip
    with night.ledger.open_session() as session:
        session.execute(text("INSERT INTO outside_reported VALUES (:digest, 30, 'bank', :now)"), known)
        publish_page(session, "alerts", {"alerts": [alert], "ended": []}, now)
    return hold.reference


def ask_back(night: Night) -> None:
    """An officer opens the newest report and asks a question back."""
    with night.ledger.open_session() as session:
        newest = session.scalar(select(func.max(PublicReport.id)))
    assert newest is not None
    anna = night.anna
    open_report(night.ledger, anna, newest, "k1", now=night.now)
    send_message(night.ledger, anna, newest, "What time stands on the slip?", True, "k2", now=night.now)
    turn(night)


def press(page: Page, which: int = -1) -> None:
    """One of the buttons of the page, the last unless told."""
    page.locator("main form button").nth(which).click()


def walk(page: Page, address: str, code: str, night: Night) -> Iterator[str]:
    """The sketches' pages one after the other, each by its sketch's name."""
    at = iter(
        {"home": "/", "check": "/check", "job": "/report/job", "job-missing": "/report/missing", "just-left": "/report/money",
         "receipt-enter": "/receipt", "held-enter": "/appeal", "numbers": "/numbers", "real": "/real", "alert": "/alerts/1", "lesson-trainer": "/learn/room",
         "lesson-sheet": "/learn/message/sheet"}.items()
    )  # fmt: skip
    for name, path in at:
        page.goto(address + path)
        yield name
    for name, asked in (
        ("check-scam", KNOWN),
        ("check-reported", REPORTED),
        ("check-unknown", "081 555 0177"),
    ):
        page.goto(f"{address}/check")
        page.fill("[name=q]", asked)
        press(page)
        yield name
    for name, way in (("real-no", "not ours"), ("just-left-code", "code"), ("just-left-back", "code back")):
        reached(page, address, way)
        yield name
    page.goto(f"{address}/report/job")
    for box in (0, 3, 4, 5):
        page.locator("main form [type=checkbox]").nth(box).check()
    press(page)
    yield "job-answer"
    reached(page, address, "code")
    receipt = page.locator("[name=code]").first.get_attribute("value") or ""
    turn(night)
    ask_back(night)
    page.goto(f"{address}/receipt")
    page.fill("[name=code]", receipt)
    press(page)
    yield "receipt"
    page.goto(f"{address}/appeal")
    page.fill("[name=notice]", code)
    press(page)
    yield "held"
    page.fill("[name=text]", "I sold my telephone and was paid for it.")
    press(page)
    turn(night)
    publish_held(night.ledger, night.now)
    page.goto(f"{address}/appeal")
    page.fill("[name=notice]", code)
    press(page)
    yield "held-after"
    page.goto(f"{address}/learn/message")
    yield "lesson"
    press(page, 0)
    yield "lesson-feedback"
    for _ in range(40):
        if not page.locator("main form[action='/learn/next'], main form[action='/learn/answer']").count():
            break
        page.locator(
            "main form[action='/learn/next'] button, main form[action='/learn/answer'] button"
        ).first.click()
    yield "lesson-result"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["th", "en"])
def test_pictures_of_the_sketched_pages(
    chromium: Browser, night: Night, public_address: str, code: str, language: str
) -> None:
    context = visitor(chromium, language)
    page = context.new_page()
    for name in walk(page, public_address, code, night):
        for width in (390, 1440) if name in WIDE and language == "th" else (390,):
            page.set_viewport_size({"width": width, "height": looking.VIEWS[width]})
            page.evaluate(LETTERS)
            page.screenshot(path=Path(FOLDER) / f"public-{name}-{language}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": looking.VIEWS[390]})
    context.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_every_public_page_by_day_and_by_night(
    chromium: Browser, public_address: str, scheme: str
) -> None:
    folder = Path(FOLDER) / scheme
    folder.mkdir(exist_ok=True)
    for language in ("th", "en", "zh", "my", "km", "lo", "vi"):
        context = visitor(chromium, language, color_scheme=scheme)
        page = context.new_page()
        for name, path in LOOKED_AT.items():
            page.goto(public_address + path)
            page.evaluate(LETTERS)
            page.screenshot(path=folder / f"{name}-{language}.png", full_page=True)
        for way in ("answered", "wrong money", "real", "feedback", "found", "wrong hold"):
            reached(page, public_address, way)
            page.evaluate(LETTERS)
            page.screenshot(path=folder / f"{way.replace(' ', '-')}-{language}.png", full_page=True)
        context.close()
