"""A loss of three transfers, told in words on a telephone: to the police's number, the hold and the money given back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import watched
from tests.browser.test_public import visitor
from tests.public.conftest import card, night, public_address
from tests.public.test_receipt_tells_no_thief import approve, order_of, send
from tests.public.test_report import paid, turn
from tests.web.conftest import Night
from warroom.assets.schema import LossRecovery
from warroom.public.publishing import publish_receipts
from warroom.public.queries import find_complaint
from warroom.public.transfer_candidates import load_candidates
from warroom.public.transfer_choice import choose_transfers

__all__ = ["card", "night", "public_address"]  # fixtures of the public side

PICTURES = os.environ.get("WARROOM_TEST_PICTURES", "")
"""A folder for pictures of each step; none are taken without."""


def look(page: Page, name: str) -> None:
    """Nothing is cut at the side of a telephone, and all that is pressed is large enough for a finger."""
    # The words may be there before the stylesheet.
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), main textarea')]
          .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))"""
    )
    assert small == [], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"loss-{name}-en-390-light.png", full_page=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_loss_of_three_transfers_in_words_is_followed_to_the_money_given_back(
    night: Night, chromium: Browser, public_address: str, scripts: bool
) -> None:
    paid(night, "T1", "50000")
    paid(night, "T2", "45029")
    paid(night, "T3", "50000", payee="3003", payee_bank="B03")
    publish_receipts(night.ledger, night.now)
    context = visitor(chromium, "en", java_script_enabled=scripts)
    page = context.new_page()
    faults: list[str] = []
    watched(page, public_address, faults)
    page.goto(f"{public_address}/report/money")
    page.check("[name=when][value='15']")
    page.fill("[name=amount]", "one hundred forty-five thousand and twenty-nine")
    page.fill("[name=to]", "200-2\n300-3")
    look(page, "form")
    page.get_by_role("button", name="Send to the officers").click()
    expect(page.locator("h1")).to_have_text("Received. Keep this code")
    expect(page.locator("main")).to_contain_text("Complain to the police within 72 hours")
    look(page, "code")
    code = page.locator("[name=code]").first.get_attribute("value")
    assert turn(night) == 1
    [report] = load_candidates(night.ledger, night.lake, night.anna, "C-1", now=night.now)
    ticked = [line.name for line in report.candidates if line.ticked]
    assert sorted(ticked) == ["bank-one:T1", "bank-one:T2", "bank-one:T3"]
    choose_transfers(night.ledger, night.lake, night.anna, "C-1", "P-1", ticked, "k", now=night.now)
    night.now += timedelta(minutes=1)
    turn(night)
    hold = approve(night, 0, "k2")
    send(night)
    night.answer(order_of(night, hold), "done", minutes=1)
    night.now += timedelta(minutes=2)
    turn(night)

    page.goto(f"{public_address}/receipt")
    page.fill("[name=code]", code or "")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("h1")).to_contain_text("The bank holds")
    expect(page.locator("main")).to_contain_text("Of 145,029 baht reported.")
    expect(page.locator("main")).to_contain_text("Complain to the police by")
    look(page, "receipt-held")
    page.fill("[name=complaint]", "2569/1234")
    page.get_by_role("button", name="Send the number").click()
    expect(page.locator("[role=status]").first).to_contain_text("The officers have the number")
    # Back and reload send nothing again.
    page.reload()
    turn(night)
    complaint = find_complaint(night.ledger, night.anna, "C-1")
    assert complaint is not None
    assert complaint.number == "2569/1234"
    with night.ledger.open_session() as session:
        session.add(
            LossRecovery(
                source="public",
                record_id="P-1",
                amount=45_029_00,
                payer="B02",
                reference="R-1",
                at=night.now,
                recorded_at=night.now,
                officer_id=night.anna.id,
            )
        )
    turn(night)
    page.goto(f"{public_address}/receipt")
    page.fill("[name=code]", code or "")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("main")).to_contain_text("45,029 baht were given back to you")
    expect(page.locator("main")).to_contain_text("The officers have the number of your complaint")
    look(page, "receipt-returned")
    assert faults == []
    context.close()
