"""A rejected payment did not happen; of a returned one the money is back with its payer."""

from typing import Any

import pytest

from tests.money.lakes import a_lake, at, put, transfer
from tests.money.test_trace import on, traced
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.reasons.reason import render

UETR = "8a562c67-ca16-48ba-b074-65581be6f001"


def send_back(lake: Lake, record_id: str, minutes: float, kind: str = "returned", **more: Any) -> None:
    row = {
        "record_id": record_id,
        "time": at(minutes),
        "kind": kind,
        "received_at": at(minutes),
        "reason": "AC04",
    }
    put(lake, "returns", [{**row, **more}], "BANKB")


def a_trail(home: Home) -> Lake:
    return a_lake(
        home,
        transfer("T1", 0, "A/V", "B/M", 1000),
        transfer("T2", 10, "B/M", "C/N", 600, uetr=UETR, end_to_end_id="E2"),
    )


def test_a_rejected_payment_did_not_happen_from_when_the_rejection_was_received(home: Home) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, "rejected", uetr=UETR)
    assert on(traced(lake, "T1", minutes=19), "N").still_there == 60_000
    trail = traced(lake, "T1", minutes=20)
    assert [(each.account.number, each.still_there) for each in trail.accounts] == [("M", 100_000)]
    with pytest.raises(TraceError, match="was rejected by a bank and never happened"):
        traced(lake, "T2")


@pytest.mark.parametrize(
    "named", [{"uetr": UETR}, {"end_to_end_id": "E2", "amount": "600.00"}, {"transfer_id": "T2"}]
)
def test_another_banks_record_of_a_rejected_payment_did_not_happen_either_whatever_time_it_tells(
    home: Home, named: dict[str, str]
) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, "rejected", **named)
    put(lake, "transfers", [transfer("X2", 30, "B/M", "C/N", 600, uetr=UETR, end_to_end_id="E2")], "BANKC")
    trail = traced(lake, "T1", minutes=60)
    assert [(each.account.number, each.still_there) for each in trail.accounts] == [("M", 100_000)]


@pytest.mark.parametrize(
    "named", [{"uetr": UETR}, {"end_to_end_id": "E2", "amount": "600.00"}, {"transfer_id": "T2"}]
)
def test_a_returned_payment_is_back_with_its_payer(home: Home, named: dict[str, str]) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, **named)
    assert on(traced(lake, "T1", minutes=19), "N").still_there == 60_000
    trail = traced(lake, "T1", minutes=20)
    assert (on(trail, "M").still_there, on(trail, "N").still_there) == (100_000, 0)
    assert [step.channel for step in trail.steps] == ["transfer", "transfer", "return"]
    assert render(trail.notes[0], "en").startswith("A bank returned 600.00 baht to the payer")


def test_a_part_that_went_back_is_a_part_and_two_banks_telling_of_it_are_one(home: Home) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, uetr=UETR, amount="200.00")
    put(
        lake,
        "returns",
        [
            {
                "record_id": "Q1",
                "time": at(21),
                "kind": "returned",
                "uetr": UETR,
                "amount": "200.00",
                "received_at": at(21),
            }
        ],
        "BANKC",
    )
    trail = traced(lake, "T1")
    assert (on(trail, "M").still_there, on(trail, "N").still_there) == (60_000, 40_000)


def test_a_return_of_an_unknown_payment_waits_and_takes_effect_when_it_comes(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 1000))
    send_back(lake, "P1", 20, uetr=UETR)
    assert open_index(home, lake).unmatched_returns == ("P1",)
    put(lake, "transfers", [transfer("T2", 10, "B/M", "C/N", 600, uetr=UETR, received_at=at(30))])
    assert open_index(home, lake).unmatched_returns == ()
    assert on(traced(lake, "T1", minutes=40), "M").still_there == 100_000


def test_a_report_with_a_rejected_attempt_is_followed_and_says_so(home: Home) -> None:
    lake = a_lake(
        home, transfer("T0", 0, "A/V", "B/M", 1000, uetr=UETR), transfer("T1", 1, "A/V", "B/M", 1000)
    )
    send_back(lake, "P1", 2, "rejected", uetr=UETR)
    put(lake, "reports", [{"record_id": "R1", "time": at(3), "transfer_ids": ["T0", "T1"]}], "hotline")
    trail = traced(lake, "R1")
    assert (trail.loss, [note.code for note in trail.notes]) == (100_000, ["payment_rejected"])


def test_what_went_back_to_the_victim_is_never_proposed_for_a_hold(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 1000, uetr=UETR))
    send_back(lake, "P1", 20, uetr=UETR)
    trail = traced(lake, "T1")
    assert (on(trail, "V").still_there, trail.holds) == (100_000, ())


def test_a_return_of_more_than_was_paid_gives_back_what_was_paid(home: Home) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, uetr=UETR, amount="99999.00")
    trail = traced(lake, "T1")
    assert (on(trail, "M").still_there, on(trail, "N").still_there) == (100_000, 0)


def test_a_recall_moves_nothing(home: Home) -> None:
    lake = a_trail(home)
    send_back(lake, "P1", 20, "recalled", uetr=UETR, amount="600.00")
    assert on(traced(lake, "T1"), "N").still_there == 60_000
