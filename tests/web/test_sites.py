"""A building's dossier, the plan for it, and an operation made of the plan: what stands on the pages, and for whom."""

import hashlib
import json
import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.furnished import furnish, read_meters
from warroom.cli.plan import print_plan
from warroom.room.worklist.order_list import read_log

Enter = Callable[..., Visitor]


@pytest.fixture
def town(night: Night) -> Night:
    """A town whose large premises two tips name, let to a young company."""
    furnish(night)
    return night


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1])))


def test_a_dossier_says_for_and_against_and_what_no_record_covers(town: Night, enter: Enter) -> None:
    town.officer("ines", "investigator")
    ines = enter("ines")
    assert "K1" in text(ines.page("/sites"))
    said = text(ines.page("/sites/K1"))
    for words in (
        "2 tips of the last 30 days name it",
        "only 2 tips name it",
        "1 tenant is younger than a year",
        "1 satellite terminal is registered here",
        "of 3 other buildings have a satellite terminal too",
        "power: no meter of its own was read",
        "people seen there",
        "7700012345",
        "feeder F1",
        "mast M1",
        "H-9",
        "let-tenant",
    ):
        assert words in said, words
    thai = ines.page("/sites/K1", "th")
    assert "ไม่มีค่ามิเตอร์ของอาคารนี้เอง" in thai
    assert "Speaks against it" not in thai


def test_persons_and_accounts_are_masked_for_roles_that_do_not_need_them(town: Night, enter: Enter) -> None:
    town.officer("ivy", "infrastructure")
    said = ivy_page = text(enter("ivy").page("/sites/K1"))
    assert "7700012345" not in said
    assert "2345" in said
    assert "H-9" not in ivy_page
    assert "H-7" not in ivy_page


def test_a_building_without_data_says_so_and_a_home_has_no_dossier(town: Night, enter: Enter) -> None:
    town._write(
        "premises", [{"record_id": "Z9", "class": "office", "lat": -42.0, "lon": -126.0}], "land-office"
    )
    town.officer("ines", "investigator")
    ines = enter("ines")
    said = text(ines.page("/sites/Z9"))
    assert "No line of this building is in the records." in said
    assert "No source ties anybody or anything to it." in said
    assert "No meter of this building has been read." in said
    home = ines.get("/sites/H1")
    assert home.status_code == 409
    assert "This is a home" in home.text
    assert ines.get("/sites/nothing").status_code == 404
    assert ines.get("/plans/H1").status_code == 409


def test_a_flat_load_stands_beside_how_many_honest_buildings_have_one(town: Night, enter: Enter) -> None:
    read_meters(town)
    town.officer("ines", "investigator")
    said = text(enter("ines").page("/sites/K1"))
    assert "its night load is 100 % of its evening load" in said
    assert "kWh an hour in the mean" in said
    assert "power: no meter of its own was read" not in said


def test_the_paper_carries_the_hash_that_the_log_keeps(town: Night, enter: Enter) -> None:
    town.officer("ines", "investigator")
    answer = enter("ines").get("/sites/K1/paper")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    digest = hashlib.sha256(answer.content).hexdigest()
    rows = read_log(town.ledger, town.officer("dom", "auditor"))
    assert next(row for row in rows if row.verb == "site.taken").detail == {"sha256": digest}


def test_a_slider_changes_the_plan_and_the_plan_becomes_a_draft(town: Night, enter: Enter) -> None:
    town.officer("ivy", "infrastructure")
    ivy = enter("ivy")
    page = ivy.page("/plans/K1")
    assert "The plan takes" in text(page)
    assert 'name="limit-homes"' in page
    part = ivy.get(
        "/plans/K1?budget-telecom=0&budget-power=0&budget-police=0&budget-bank=0", **{"hx-request": "true"}
    )
    assert "<html" not in part.text
    assert "Within these limits no measure helps." in part.text
    # Where the power can be cut the plan leaves the links alone, so this one is made without it.
    limits = {"budget-police": "0", "budget-power": "0", "limit-offline": "9"}
    answer = ivy.post("/plans/K1", "/plans/K1/operation", **limits)
    address = answer.url.path
    assert re.fullmatch(r"/operations/plans/\d+/where", address)
    said = ivy.page(address)
    assert "K1" in said
    assert "From the plan for K1" in said
    who = text(ivy.page(address.replace("where", "who")))
    assert "Ask the satellite operator about" in who


def test_the_command_plans_from_the_records_of_a_building(
    town: Night, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(town.home.root))
    print_plan("K1", budget=("police=0",), limit=("homes=0", "offline=1"), json=True)
    plan = json.loads(capsys.readouterr().out)
    assert plan["harm"]["homes"] == 0
    assert plan["bound"] <= plan["value"] < plan["base"]
    assert plan["ensemble"]["mean_share"] <= plan["ensemble"]["worst_share"]
    print_plan("K1", budget=("police=0", "power=0", "telecom=0", "bank=0"), networks=0, json=True)
    assert json.loads(capsys.readouterr().out)["measures"] == []
