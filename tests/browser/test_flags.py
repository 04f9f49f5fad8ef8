"""A flag in a browser, from its proposal to an appeal that is granted, as officers, a bank and the holder meet it."""

import time
from collections.abc import Iterator

import pytest
from httpx import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.web.conftest import Night, served
from tests.web.test_payee_check import PATH, key, payment
from warroom.access import agencies
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.money.trail import Account
from warroom.payee import proposing

PAYEE = {"payee_bank": "B02", "payee": "7007"}


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    """An empty room with staff."""
    night = Night(home, ledger, Lake.open(home))
    night.staff()
    return night


@pytest.fixture
def address(home: Home, night: Night) -> Iterator[str]:
    """The room, served."""
    with served(home, night.ledger) as address:
        yield address


@pytest.fixture
def bank(night: Night, address: str) -> Iterator[Client]:
    """A program of B01, which asks before each payment."""
    agencies.seed_exercise(night.ledger)
    with Client(base_url=address, timeout=60) as client:
        client.headers["authorization"] = f"Bearer {key(night, address)}"
        yield client


def until(bank: Client, wanted: str) -> None:
    """Another payer asks each time, until what was decided has been heard of."""
    for number in range(25):
        asked = payment(f"{wanted}-{number}", payer=f"{wanted[0]}{number}", **PAYEE)
        if bank.post(PATH, json=asked).json()["answer"] == wanted:
            return
        time.sleep(0.3)
    raise AssertionError(f"no check was answered with {wanted}")


def sign_in(browser: Browser, address: str, name: str, width: int = 1440) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "warroom_language", "value": "en", "url": address}])
    page = context.new_page()
    if name:
        Desk(page, address).sign_in(name)
    return page


def test_a_flag_from_its_proposal_to_an_appeal_that_is_granted(
    chromium: Browser, night: Night, address: str, bank: Client
) -> None:
    proposing.tell_probed(night.ledger, {Account("B02", "7007"): (70, 2)}, night.now)
    anna = sign_in(chromium, address, "anna")
    anna.goto(f"{address}/work")
    anna.get_by_role("link", name="Payee to flag").click()
    expect(anna.get_by_role("heading", name="7007")).to_be_visible()
    anna.goto(f"{address}/flags")
    # One key: j goes to the row, e flags it for the reasons that stand in it.
    anna.keyboard.press("j")
    anna.keyboard.press("e")
    expect(anna.get_by_text("Flagged under your name for 14 days")).to_be_visible()
    until(bank, "warn")
    anna.goto(f"{address}/flags/1")
    code = anna.locator("#notice + span").inner_text().rpartition(" ")[2]
    holder = sign_in(chromium, address, "", 390)
    holder.goto(f"{address}/appeal")
    holder.get_by_label("Code of your notice").fill(code.lower())
    holder.get_by_role("button").last.click()
    holder.get_by_label("Your name").fill("Somsri Jaidee")
    holder.get_by_label("What do people pay you for?").fill("I sell cakes.")
    holder.get_by_role("button", name="Send my objection").click()
    expect(holder.get_by_text("We have your objection")).to_be_visible()
    chai = sign_in(chromium, address, "chai", 390)
    chai.goto(f"{address}/flags/1")
    chai.get_by_label("Answer to the holder, with the reason").fill("The cakes were delivered.")
    chai.get_by_role("button", name="End the flag").click()
    expect(chai.get_by_text("The appeal is answered")).to_be_visible()
    until(bank, "no_concern")
    holder.reload()
    expect(holder.get_by_text("The cakes were delivered.")).to_be_visible()
    for page in (anna, holder, chai):
        page.context.close()
