"""A victim follows a refund by their code from the window of the rule to the pay-out, on a telephone, in Thai and in English."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.assets.refunds.conftest import RefundRoom
from tests.browser.desk import watched
from tests.browser.test_public import visitor
from tests.browser.test_public_loss import look as check_page
from tests.public.conftest import card, night, public_address
from tests.public.test_refunds import notice, publish, room
from tests.public.test_report import turn
from warroom.law.rules.repository import rule_at
from warroom.public.publishing import format_receipt_time
from warroom.web.public.days import format_moment
from warroom.web.public.languages import load_sentences

__all__ = ["card", "night", "public_address", "room"]  # fixtures of the public side

PICTURES = os.environ.get("WARROOM_TEST_PICTURES", "")


def see(page: Page, language: str, name: str) -> None:
    check_page(page, name)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"refund-{name}-{language}-390.png", full_page=True)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_refund_is_followed_by_its_code_from_the_rule_to_the_pay_out(
    room: RefundRoom, chromium: Browser, public_address: str, language: str
) -> None:
    t = load_sentences(language)
    refund, [line, other] = notice(room, 90_000_00, [100_000_00, 50_000_00])
    rule = rule_at("refund-claims", room.now)
    assert refund.notice_at is not None
    until = format_moment(language, format_receipt_time(refund.notice_at + rule.period))
    context = visitor(chromium, language)
    page = context.new_page()
    faults: list[str] = []
    watched(page, public_address, faults)

    def enter_code() -> None:
        page.goto(f"{public_address}/?l={language}")
        page.get_by_role("link", name=str(t("home.refund"))).click()
        page.fill("[name=notice]", line.code.lower())
        page.get_by_role("button", name=str(t("refund.look"))).click()

    enter_code()
    expect(page.locator("h1")).to_have_text(str(t("refund.may_claim", until=until)))
    expect(page.locator("main")).to_contain_text(str(t("refund.baht", sum="100,000")))
    expect(page.locator("main")).not_to_contain_text(other.case)
    see(page, language, "may-claim")
    page.fill("[name=amount]", "100,000")
    page.fill("[name=bank]", "B01")
    page.fill("[name=account]", "1001")
    page.get_by_role("button", name=str(t("refund.send"))).click()
    expect(page.locator("[role=status]").first).to_have_text(str(t("refund.sent")))
    # Reload sends nothing a second time.
    page.reload()
    assert turn(room) == 1
    publish(room)
    enter_code()
    expect(page.locator("h1")).to_have_text(str(t("refund.claimed")))
    see(page, language, "claimed")

    room.decide(room.lines(refund)[0], 100_000_00)
    room.claim(other.code, 50_000_00)
    room.decide(room.lines(refund)[1], 50_000_00)
    room.after(91)
    proposed = room.propose(refund)
    for officer in (room.pros, room.com):
        room.approve_shares(proposed, officer)
    publish(room)
    enter_code()
    expect(page.locator("h1")).to_have_text(str(t("refund.gets", sum="60,000")))
    expect(page.locator("main")).to_contain_text(str(t("refund.proportional")))
    expect(page.locator("main")).not_to_contain_text("30,000")
    see(page, language, "gets")

    room.pay_share(room.lines(refund)[0])
    publish(room)
    enter_code()
    expect(page.locator("h1")).to_have_text(str(t("refund.paid", sum="60,000")))
    see(page, language, "paid")
    assert faults == []
    context.close()
