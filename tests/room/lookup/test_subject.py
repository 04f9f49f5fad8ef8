"""The page of a subject: everything known, from where, and why one may see it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.room.lookup.conftest import LookingUp
from warroom.errors import NotFound
from warroom.room.lookup import subject
from warroom.room.lookup import timeline as lookup_timeline
from warroom.room.lookup.views import SubjectPage, TimelineLine
from warroom.subjects.subject import Subject

MULE = "B02:2223334445"


def look(scene: LookingUp, kind: str, name: str, who: str = "anna", **more: str) -> SubjectPage:
    return subject.subject_page(
        scene.ledger, scene.lake, scene.index, scene.people[who], kind, name, now=scene.now, **more
    )


def test_outside_ones_own_cases_there_is_a_hit_or_none(scene: LookingUp) -> None:
    page = look(scene, "account", MULE)
    assert (page.known, page.open) == (True, False)
    assert (page.facts, page.money, page.ledger, page.why) == ((), None, (), ())
    assert not look(scene, "account", "B02:9999999999").known
    assert not look(scene, "domain", "never.example").known


def test_an_account_of_ones_case_shows_holder_opening_money_and_sources(scene: LookingUp) -> None:
    scene.open_case()
    page = look(scene, "account", MULE)
    assert [(one.case, one.purpose) for one in page.why] == [("C-1", "desk")]
    assert page.holders == (Subject("person", "H-100"),)
    tables = {fact.origin.table for fact in page.facts}
    assert tables == {"accounts", "tips"}
    assert all(fact.origin.source and fact.origin.delivery and fact.origin.received_at for fact in page.facts)
    assert page.money is not None
    assert (page.money.came, page.money.came_count, page.money.went) == (50_000_00, 1, 0)
    (move,) = page.money.recent
    assert (move.peer, move.origin.record_id) == (Subject("account", "B01:1001"), "T1")
    assert move.origin.delivery, "a live delivery is known by its moment"
    assert ("transfers", "reported") in {(line.kind, line.code) for line in page.ledger}


def test_the_same_number_at_another_bank_is_another_account(scene: LookingUp) -> None:
    scene.open_case()
    other = look(scene, "account", "B09:2223334445")
    assert (other.known, other.open, other.holders) == (True, False, ())


def test_the_holder_opens_by_the_record_that_names_the_account_too(scene: LookingUp) -> None:
    scene.open_case()
    page = look(scene, "person", "H-100")
    assert (page.open, page.by) == (True, "record")
    assert {fact.origin.table for fact in page.facts} == {"accounts", "sims"}
    assert not look(scene, "person", "H-200").open


def test_a_telephone_in_a_tip_about_the_account_opens_in_any_spelling(scene: LookingUp) -> None:
    scene.open_case()
    for written in ("+66812345678", "0812345678", "081-234 5678"):
        page = look(scene, "phone", written)
        assert {fact.origin.table for fact in page.facts} == {"sims", "tips"}
    assert not look(scene, "phone", "0899999999").open


def test_an_account_on_the_trail_opens_from_its_case(scene: LookingUp) -> None:
    scene.open_case()
    assert look(scene, "account", "B04:4004", case="C-1").open
    assert not look(scene, "account", "B04:4004", who="inge", case="C-1").open


def test_a_masked_reader_sees_no_numbers(scene: LookingUp) -> None:
    scene.open_case("dara")
    page = look(scene, "account", MULE, "dara")
    assert page.shown == "••••4445"
    said = [one for fact in page.facts for one in fact.said]
    assert all("3334445" not in one.text for one in said)
    assert page.money is not None
    assert page.money.recent[0].peer is None
    assert all("2223334445" not in number for line in page.ledger for _, number in line.accounts)


def test_looks_are_logged_without_the_number(scene: LookingUp) -> None:
    look(scene, "account", MULE)
    leaf = bytes(scene.sql("SELECT leaf FROM audit WHERE verb = 'subject.read'")[-1][0]).decode()
    assert "subject:account" in leaf
    assert "2223334445" not in leaf


def test_a_kind_or_name_that_is_none_is_a_sentence(scene: LookingUp) -> None:
    for kind, name in (("ghost", "x"), ("account", "1234"), ("account", ":1"), ("phone", " \x00")):
        with pytest.raises(NotFound):
            look(scene, kind, name)


def test_odd_names_are_looked_up_and_not_found(scene: LookingUp) -> None:
    for name in ("\u202eevil", "a\u200bb", "ก" * 300, "'; DROP", "a/b/../c", "%"):
        assert not look(scene, "page", name).known


def test_one_baht_and_ten_trillion_add_up(scene: LookingUp) -> None:
    scene.transfers({"T8": 1_00, "T9": 10_000_000_000_000_00}, payee="2223334445")
    scene.open_case()
    page = look(scene, "account", MULE)
    assert page.money is not None
    assert page.money.came == 50_000_00 + 1_00 + 10_000_000_000_000_00


def test_the_time_line_of_a_subject_runs_over_all_tables(scene: LookingUp) -> None:
    scene.open_case()

    def lines(**more: Any) -> list[TimelineLine]:
        _, timeline = subject.subject_timeline(
            scene.ledger, scene.lake, scene.index, scene.anna, "account", MULE, now=scene.now, **more
        )
        return list(timeline.lines)

    assert {line.kind for line in lines()} == {"tips", "accounts", "transfers"}
    assert [line.at for line in lines()] == sorted((line.at for line in lines()), reverse=True)
    oldest = lines(newest_first=False)
    assert [line.at for line in oldest] == sorted(line.at for line in oldest)
    assert {line.kind for line in lines(kinds=("tips",))} == {"tips"}


def test_the_time_line_of_a_case_names_each_source(scene: LookingUp) -> None:
    from warroom.cases.decisions.holds import approve_holds

    page = scene.page()
    approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )
    timeline = lookup_timeline.case_timeline(
        scene.ledger, scene.anna, "C-1", newest_first=False, now=scene.now + timedelta(1)
    )
    found = {(line.kind, line.code): line for line in timeline.lines}
    assert found["reports", "reported"].source == "hotline"
    assert found["transfers", "reported"].record == "T1"
    assert found["hold", "approved"].accounts == (("B02", "2223334445"),)
    assert [line.at for line in timeline.lines] == sorted(line.at for line in timeline.lines)
    assert dict(timeline.kinds)["hold"] == 1
    one = lookup_timeline.case_timeline(scene.ledger, scene.anna, "C-1", kinds=("hold",), limit=1)
    assert (one.total, len(one.lines)) == (1, 1)


def test_a_supply_shows_its_readings_in_numbers(scene: LookingUp) -> None:
    readings = [
        {"supply_id": "F-100", "time": scene.now - timedelta(hours=at), "quantity": 10.0 * at, "unit": "kWh"}
        for at in (1, 2, 3)
    ]
    scene.write("supply", {"record_id": "F-100", "kind": "feeder", "upstream": "2223334445"}, source="power")
    scene.write("readings", *readings, source="power")
    scene.open_case()
    page = look(scene, "supply", "F-100")
    (found,) = page.readings
    assert (found.unit, found.count, found.low, found.high, found.newest) == ("kWh", 3, 10.0, 30.0, 10.0)
    assert found.sources == ("power",)
    assert look(scene, "supply", "F-100", "inge").readings == ()
