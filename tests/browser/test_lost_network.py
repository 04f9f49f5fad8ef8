"""A connection that goes in the middle of a decision: nothing is lost, and pressing again decides nothing twice."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.actions.room import PAGE
from tests.browser.desk import Desk, Sit, desks
from tests.web.conftest import Night, served
from tests.web.program import programs
from tests.web.walking import ago
from warroom.access.agencies import seed_exercise
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

OFFICERS = {
    "first": ("admin",),
    "anna": ("officer",),
    "sup": ("supervisor",),
    "com": ("commander",),
    "siri": ("screener",),
    "ines": ("investigator", "logistics", "infrastructure"),
}


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    night = Night(home, ledger, Lake.open(home))
    for username, roles in OFFICERS.items():
        night.officer(username, *roles)
    seed_exercise(night.ledger)
    night.case()
    return night


@pytest.fixture
def sit(night: Night, chromium: Browser) -> Iterator[Sit]:
    faults: list[str] = []
    with served(night.home, night.ledger) as address:
        with programs(night, address) as call:
            call("ines").done(
                "/measures",
                kind="page-takedown",
                subjects=[{"kind": "page", "id": "page-1"}],
                details=PAGE,
                reason="It offers work that does not exist.",
                partner="PLATFORM",
            )
            call("com").done("/people", found="self", found_at=ago(0.1), age_band="25-34", age_basis="stated")
        with desks(chromium, address, faults) as sit:
            yield sit
    meant = ("net::ERR_CONNECTION_RESET", "Failed to fetch")
    assert [fault for fault in faults if not any(words in fault for words in meant)] == []


Decision = tuple[Desk, Callable[[], Locator], str]
"""Whose it is, its button once everything is filled, and how often the ledger has it."""


def hold_amount(sit: Sit) -> Decision:
    anna = sit("anna").open("/cases/C-1")

    def tick() -> Locator:
        anna.page.locator("[data-all]").check()
        anna.page.locator("[data-all]").uncheck()
        anna.page.locator("[name=proposal]").last.check()
        return anna.page.locator("[data-approve]")

    return anna, tick, "SELECT count(*) FROM holds"


def approve_action(sit: Sit) -> Decision:
    sup = sit("sup").open("/actions/1")
    button = sup.form("/actions/1/approve").get_by_role("button", name="Approve and send").first
    return sup, lambda: button, "SELECT count(*) FROM orders WHERE about = 'measure'"


def assign_screener(sit: Sit) -> Decision:
    com = sit("com").open("/people/P-1")

    def choose() -> Locator:
        form = com.form("/people/P-1/team")
        form.locator("select").select_option("siri")
        return form.locator("button").first

    return (
        com,
        choose,
        "SELECT count(*) FROM person_team WHERE officer_id = (SELECT id FROM officers WHERE username = 'siri')",
    )


DECISIONS = [hold_amount, approve_action, assign_screener]


@pytest.mark.parametrize("decide", DECISIONS)
def test_without_a_connection_the_officer_sees_it_in_place_and_sends_once(
    sit: Sit, night: Night, decide: Callable[[Sit], Decision]
) -> None:
    desk, fill, counted = decide(sit)
    here, button = desk.path, fill()
    desk.page.context.set_offline(True)
    button.click()
    expect(desk.page.locator("[role=alert].lost")).to_contain_text("nothing was lost")
    assert desk.path == here
    assert night.sql(counted) == [(0,)]
    desk.page.context.set_offline(False)
    with desk.page.expect_navigation(wait_until="domcontentloaded"):
        desk.page.get_by_role("button", name="Send it again").dblclick()
    expect(desk.page.locator("[role=alert].lost")).to_have_count(0)
    assert night.sql(counted) == [(1,)]


@pytest.mark.parametrize("decide", DECISIONS)
def test_a_decision_whose_answer_was_lost_is_there_and_is_not_made_twice(
    sit: Sit, night: Night, decide: Callable[[Sit], Decision]
) -> None:
    desk, fill, counted = decide(sit)
    here, button = desk.path, fill()
    sent = lose_answer(desk.page)
    # The browser says itself that the connection was cut, and its own button sends the form again.
    with desk.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        button.click()
    assert night.sql(counted) == [(1,)], "it arrived"
    again = desk.page.request.post(
        desk.address + sent[0][0], data=sent[0][1], headers=sent[0][2], max_redirects=0
    )
    assert again.status == 303, "the same form again is the same decision"
    assert night.sql(counted) == [(1,)]
    desk.open(here)
    assert desk.page.locator("main").inner_text() != ""
    assert night.sql(counted) == [(1,)]


def lose_answer(page: Page) -> list[tuple[str, str, dict[str, str]]]:
    """The next form arrives at the server and its answer does not arrive here: what was sent, by path, body and type."""
    sent: list[tuple[str, str, dict[str, str]]] = []

    def lose(route: Route) -> None:
        request = route.request
        if request.method != "POST" or sent:
            return route.fallback()
        sent.append(
            (
                urlsplit(request.url).path,
                request.post_data or "",
                {"content-type": request.headers["content-type"]},
            )
        )
        route.fetch(max_redirects=0)
        return route.abort("connectionreset")

    page.context.route("**/*", lose)
    return sent
