"""A passkey made and used in a real browser, with an authenticator that only Chromium knows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cases.scenes import PASSWORD, Scene
from tests.web.conftest import served
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    return Scene(home, ledger, Lake.open(home))


@pytest.fixture
def page(scene: Scene, chromium: Browser) -> Iterator[tuple[Page, str]]:
    """A browser with a virtual authenticator at a room under its name: passkeys are for names, not numbers."""
    assert scene.anna
    with served(scene.home, scene.ledger) as address:
        address = address.replace("127.0.0.1", "localhost")
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "warroom_language", "value": "en", "url": address}])
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
        yield page, address
        context.close()


def test_a_passkey_signs_in_by_itself_until_it_is_taken_away(page: tuple[Page, str], scene: Scene) -> None:
    tab, address = page
    tab.goto(f"{address}/sign-in")
    tab.fill("[name=username]", "anna")
    tab.fill("[name=password]", PASSWORD)
    tab.click("form[action='/sign-in'] button")
    tab.goto(f"{address}/account")
    tab.fill("form[data-passkey=add] [name=name]", "Work laptop")
    tab.fill("form[data-passkey=add] [name=proof]", "not the password")
    tab.click("form[data-passkey=add] button")
    expect(tab.locator("form[data-passkey=add] [data-problem]")).to_contain_text("neither your password")
    tab.fill("form[data-passkey=add] [name=proof]", PASSWORD)
    tab.click("form[data-passkey=add] button")
    expect(tab.get_by_role("status")).to_contain_text("The passkey is yours")
    expect(tab.locator("tbody").first).to_contain_text("Work laptop")
    tab.click("form[action='/sign-out'] button")
    tab.click("form[data-passkey=sign-in] button")
    tab.wait_for_url(f"{address}/")
    assert scene.sql("SELECT way FROM sessions") == [("passkey",)]
    assert scene.sql("SELECT count > 0 OR used_at IS NOT NULL FROM passkeys") == [(True,)]

    tab.goto(f"{address}/account")
    tab.click("td summary")
    tab.fill("form[action$='/remove'] [name=proof]", PASSWORD)
    tab.click("form[action$='/remove'] button")
    expect(tab.get_by_role("status")).to_contain_text("The passkey is gone")
    tab.click("form[action='/sign-out'] button")
    tab.click("form[data-passkey=sign-in] button")
    expect(tab.get_by_role("alert")).to_contain_text("This passkey was not accepted")
