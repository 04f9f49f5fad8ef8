"""One case through all five pillars, entirely in the browser: a dozen officers, each with a page of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import pillars
from tests.browser.desk import Sit, desks
from tests.web.conftest import Night, served
from warroom.access.agencies import seed_exercise
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit

OFFICERS = {
    "first": ("admin",),
    "anna": ("officer",),
    "sup": ("supervisor",),
    "com": ("commander",),
    "pros": ("prosecutor",),
    "pim": ("prosecutor",),
    "kim": ("custodian",),
    "siri": ("screener",),
    "ines": ("investigator", "logistics", "infrastructure"),
    "of-police": ("investigator",),
    "of-screening": ("investigator",),
    "of-shelter": ("investigator",),
}


@pytest.fixture
def night(home: Home, ledger: Ledger) -> Night:
    """A room with officers of every role, two of them of partner agencies, and one reported case."""
    night = Night(home, ledger, Lake.open(home))
    agencies = {"of-police": "POLICE", "of-screening": "SCREENING", "of-shelter": "SHELTER"}
    for username, roles in OFFICERS.items():
        night.officer(username, *roles, agency=agencies.get(username, "Police"))
    seed_exercise(ledger)
    night.case()
    return night


@pytest.fixture
def sit(night: Night, chromium: Browser) -> Iterator[Sit]:
    faults: list[str] = []
    with (
        served(night.home, night.ledger) as address,
        desks(chromium, address, faults) as sit,
    ):
        yield sit
    assert faults == []


@pytest.mark.timeout(900)
def test_one_case_walks_through_all_five_pillars_by_the_pages_alone(sit: Sit, night: Night) -> None:
    pillars.hold(sit("anna"))
    for name in ("ines", "com", "pros"):
        pillars.open_case(sit(name))
    pillars.takedown(sit("ines"), sit("sup"), night)
    pillars.cut(sit("ines"), sit("sup"), sit("com"), night)
    operation = pillars.raid(sit, night)
    found = pillars.people(sit)
    pillars.not_charged(sit, found[0])
    pillars.results(sit, operation, found)
    pillars.request(sit("ines"), sit("sup"), night)
    pillars.assets(sit, night, operation)
    pillars.told(sit("anna"))
    report = verify_audit(night.ledger)
    assert report.ok, report.faults
