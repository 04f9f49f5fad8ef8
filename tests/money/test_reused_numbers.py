"""A report means the payment that its number stood for when it came, whatever has that number since."""

from decimal import Decimal

import pytest

from tests.money.lakes import a_lake, at, put, transfer
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.money.trace.candidates import Candidates
from warroom.money.trace.tracing import trace
from warroom.money.trail import Trail


def report(minutes: float, *ids: str, **other: object) -> dict[str, object]:
    return {
        "record_id": "R1",
        "time": at(minutes),
        "received_at": at(minutes),
        "transfer_ids": list(ids),
        **other,
    }


OLD = (transfer("T1", 0, "A/VICTIM", "B/MULE", 500), transfer("K1", 5, "B/MULE", "B/NEXT", 500))
NEW = transfer("T1", 1440, "C/STRANGER", "D/SHOP", 700)


def reused(home: Home, *rows: dict[str, object], later: dict[str, object] = NEW) -> Lake:
    """A lake whose T1 was given to another payment, as homes of before have it, and as an officer may accept it."""
    lake = a_lake(home, *OLD)
    if rows:
        put(lake, "reports", rows, "HOTLINE")
    put(lake, "transfers", [later])
    lake.reingest_quarantine(again=True)
    return lake


def accounts(trail: Trail) -> list[str]:
    return [on.account.number for on in trail.accounts]


@pytest.mark.parametrize("selected", [False, True])
def test_a_report_is_followed_to_the_payment_that_it_meant(home: Home, selected: bool) -> None:
    lake = reused(home, report(10, "T1"))
    source = Candidates(home, lake) if selected else open_index(home, lake)
    trail = trace(lake, source, ["R1"], as_of=clock.get_now())
    assert (accounts(trail), trail.loss) == (["MULE", "NEXT"], 50_000)
    (note,) = (note for note in trail.notes if note.code != "records_end")
    assert (note.code, note.params) == ("number_reused_since", {"name": "T1"})
    before = trace(lake, source, ["R1"], as_of=at(600))
    assert accounts(before) == accounts(trail)
    assert "number_reused_since" not in [note.code for note in before.notes]


def test_a_report_that_came_before_its_payment_means_the_first_one(home: Home) -> None:
    lake = reused(home, report(-60, "T1"))
    assert trace(lake, open_index(home, lake), ["R1"], as_of=clock.get_now()).loss == 50_000


def test_a_report_that_came_after_means_the_newer_one(home: Home) -> None:
    lake = reused(home)
    lake.write_rows(
        "reports", [{"record_id": "R1", "time": clock.get_now(), "transfer_ids": ["T1"]}], source="HOTLINE"
    )
    assert trace(lake, open_index(home, lake), ["R1"], as_of=clock.get_now()).loss == 70_000


def test_a_report_that_is_corrected_later_means_what_it_meant(home: Home) -> None:
    lake = reused(home, report(10, "T1"))
    put(lake, "reports", [report(10, "T1", received_at=at(2500), loss=Decimal("9.00"))], "HOTLINE")
    assert trace(lake, open_index(home, lake), ["R1"], as_of=clock.get_now()).loss == 50_000


def test_a_true_correction_that_came_after_the_report_is_followed(home: Home) -> None:
    corrected = transfer("T1", 0, "A/VICTIM", "B/MULE", 450, received_at=at(1440))
    lake = reused(home, report(10, "T1"), later=corrected)
    trail = trace(lake, open_index(home, lake), ["R1"], as_of=clock.get_now())
    assert (trail.loss, [note.code for note in trail.notes]) == (45_000, ["records_end"])


def test_a_number_that_a_person_types_is_the_payment_that_has_it_now_or_had_it_then(home: Home) -> None:
    lake = reused(home)
    index = open_index(home, lake)
    assert trace(lake, index, ["S1:T1"], as_of=clock.get_now()).loss == 70_000
    assert trace(lake, index, ["S1:T1"], as_of=clock.get_now(), known_at={"S1:T1": at(10)}).loss == 50_000
