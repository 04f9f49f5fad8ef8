"""One uetr is one payment, whatever banks took of it on the way; a uetr used again by mistake joins nobody."""

import pytest

from tests.money.lakes import a_lake, at, put, transfer
from tests.money.test_trace import on, traced
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.reasons.reason import render

DAY = 1440.0
UETR = "8a562c67-ca16-48ba-b074-65581be6f001"


def three_agents(home: Home) -> Lake:
    """The legs of one payment as three agents tell it; each agent took 10."""
    lake = a_lake(home)
    for minute, (source, amount) in enumerate((("BANKA", 136_500), ("BANKB", 136_490), ("BANKC", 136_480))):
        put(lake, "transfers", [transfer(UETR, minute, "A/V", "D/M", amount, uetr=UETR)], source)
    return lake


def test_the_payee_is_credited_once_with_what_arrived_and_the_charges_are_spent(home: Home) -> None:
    trail = traced(three_agents(home), UETR)
    assert (trail.loss, trail.still_there, trail.spent) == (13_650_000, 13_648_000, 2_000)
    assert [(step.channel, step.amount, step.end) for step in trail.steps] == [
        ("transfer", 13_648_000, None),
        ("charge", 2_000, "spent"),
    ]


def test_before_the_last_agent_told_the_payment_was_as_the_others_said(home: Home) -> None:
    lake = three_agents(home)
    assert [traced(lake, UETR, minutes=n).still_there for n in (0, 1, 2)] == [
        13_650_000,
        13_649_000,
        13_648_000,
    ]


def test_a_report_that_names_the_uetr_is_followed(home: Home) -> None:
    lake = three_agents(home)
    put(lake, "reports", [{"record_id": "R1", "time": at(0), "transfer_ids": [UETR]}], "hotline")
    assert traced(lake, "R1").loss == 13_650_000


def test_a_payer_on_the_trail_loses_the_charges_too(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "B/M", 1000),
        transfer("T2", 5, "B/M", "C/N", 900, uetr=UETR),
    )
    put(lake, "transfers", [transfer("X2", 6, "B/M", "C/N", 880, uetr=UETR)], "S2")
    trail = traced(lake, "T1")
    assert (on(trail, "M").still_there, on(trail, "N").still_there, trail.spent) == (10_000, 88_000, 2_000)
    assert on(trail, "M").balance == 10_000


@pytest.mark.parametrize(
    "other",
    [transfer("X", 1, "C/W", "D/N", 1000, uetr=UETR), transfer("X", 9 * DAY, "A/V", "B/M", 1000, uetr=UETR)],
    ids=["other parties", "days apart"],
)
def test_a_uetr_used_twice_by_mistake_is_two_payments_and_naming_it_says_so(home: Home, other) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 1000, uetr=UETR))
    put(lake, "transfers", [other], "S2")
    assert traced(lake, "T1", "X", minutes=10 * DAY).loss == 200_000
    with pytest.raises(TraceError, match="is on 2 transfers"):
        traced(lake, UETR, minutes=10 * DAY)


def test_the_trail_says_what_was_taken_on_the_way_and_that_a_uetr_is_used_twice(home: Home) -> None:
    lake = three_agents(home)
    assert [render(note, "en") for note in traced(lake, UETR).notes] == [
        "Charges of 20.00 baht were taken on the way; the payee got the rest"
    ]
    put(lake, "transfers", [transfer("X", 3, "C/W", "E/N", 1000, uetr=UETR)], "S2")
    (said,) = [note for note in traced(lake, "X").notes if note.code == "uetr_used_again"]
    assert said.params["count"] == 1
