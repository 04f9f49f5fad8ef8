"""A payment that the payee's bank does not have, though its own records of that hour are here, speaks for the holder."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.money.lakes import a_lake, put, transfer
from tests.money.test_trace import on, traced
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.trail import Trail
from warroom.reasons.preselection import BLOCKING
from warroom.reasons.reason import Reason, render

Rows = list[dict[str, Any]]
INVENTED = 70.0
"""The invented payment's minute: within the second hour."""


def incoming(bank: str, payer_bank: str, count: int, *, first: int = 0) -> Rows:
    """Payments into a bank, one in five minutes, as anyone who tells them writes them."""
    return [
        transfer(
            f"{bank}{payer_bank}{n}", 5.0 * n + 1, f"{payer_bank}/p{n}", f"{bank}/q{n}", 100 + n,
            uetr=f"u-{bank}-{payer_bank}-{n}",
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def told_by_both(home: Home, *, own: Callable[[Rows], Rows] = lambda rows: rows) -> Lake:
    """Four hours in which the banks A and C pay into B, told by the payer's bank each, and by B as `own` lets it."""
    a, c = incoming("B", "A", 48), incoming("B", "C", 48)
    lake = a_lake(home)
    put(lake, "transfers", a, "A")
    put(lake, "transfers", c, "C")
    if mine := own([*a, *c]):
        put(lake, "transfers", [{**row, "record_id": f"b-{row['record_id']}"} for row in mine], "B")
    return lake


def invent(lake: Lake, **more: Any) -> None:
    put(lake, "transfers", [transfer("X1", INVENTED, "A/bad", "B/innocent", 43_210, uetr="u-x", **more)], "A")


def doubts(trail: Trail, number: str = "innocent") -> list[Reason]:
    return [reason for reason in on(trail, number).innocent_evidence if reason.code in BLOCKING]


def test_a_payment_that_the_payees_bank_does_not_have_speaks_for_the_holder(home: Home) -> None:
    lake = told_by_both(home)
    invent(lake)
    trail = traced(lake, "X1", minutes=600)
    [doubt] = doubts(trail)
    assert (doubt.code, doubt.evidence) == ("payer_bank_alone", ("X1",))
    assert render(doubt, "en") == (
        "Only A says this payment of 43,210.00 baht; the records of B of 01/10 11:00-12:00 are here and do not have it"
    )
    assert "B ช่วง 01/10 11:00-12:00" in render(doubt, "th")
    [hold] = trail.holds
    assert doubt in hold.innocent_evidence
    assert "nothing_found" not in {reason.code for reason in hold.innocent_evidence}


def test_a_payment_that_both_banks_have_is_not_doubted(home: Home) -> None:
    lake = told_by_both(home)
    for name in ("BA20", "BC14", "b-BA20"):
        assert doubts(traced(lake, name, minutes=600), f"q{name.lstrip('b-')[2:]}") == []


SPARSE: dict[str, Callable[[Rows], Rows]] = {
    "sends nothing": lambda rows: [],
    "sends only what its customers pay": lambda rows: [
        transfer(f"o{n}", 5.0 * n, f"B/q{n}", f"A/r{n}", 50, uetr=f"u-o-{n}") for n in range(48)
    ],
    "sends a part of what comes in": lambda rows: rows[::2],
    "has nothing of that hour": lambda rows: [
        row for row in rows if not 60 <= 5.0 * int(row["record_id"][2:]) + 1 < 120
    ],
    "lacks a part of that hour": lambda rows: [
        row for row in rows if not 65 <= 5.0 * int(row["record_id"][2:]) + 1 < 90
    ],
    "has sent nothing later": lambda rows: [row for row in rows if 5.0 * int(row["record_id"][2:]) + 1 < 115],
    "began to send within that hour": lambda rows: [
        row for row in rows if 5.0 * int(row["record_id"][2:]) + 1 > 60
    ],
    "has other references": lambda rows: [{**row, "uetr": f"b-{row['uetr']}"} for row in rows],
}


@pytest.mark.parametrize("why", SPARSE)
def test_nothing_is_said_where_the_payees_bank(home: Home, why: str) -> None:
    lake = told_by_both(home, own=SPARSE[why])
    invent(lake)
    assert doubts(traced(lake, "X1", minutes=600)) == []


def test_nothing_is_said_of_too_few_payments(home: Home) -> None:
    lake = a_lake(home)
    rows = incoming("B", "A", 8, first=9)
    put(lake, "transfers", rows, "A")
    put(lake, "transfers", [{**row, "record_id": f"b-{row['record_id']}"} for row in rows], "B")
    invent(lake)
    assert doubts(traced(lake, "X1", minutes=600)) == []


def test_a_bank_that_writes_it_under_another_reference_has_it(home: Home) -> None:
    lake = told_by_both(home)
    invent(lake)
    own = transfer("b-x", INVENTED + 2, "A/bad", "B/innocent", 43_210, uetr="other")
    put(lake, "transfers", [own], "B")
    assert doubts(traced(lake, "X1", minutes=600)) == []


def test_the_doubt_ends_with_the_late_row_and_begins_when_the_hours_records_come(home: Home) -> None:
    a, c = incoming("B", "A", 48), incoming("B", "C", 48)
    lake = a_lake(home)
    put(lake, "transfers", a, "A")
    put(lake, "transfers", c, "C")
    invent(lake)
    assert doubts(traced(lake, "X1", minutes=600)) == []
    put(lake, "transfers", [{**row, "record_id": f"b-{row['record_id']}"} for row in (*a, *c)], "B")
    assert doubts(traced(lake, "X1", minutes=600)) != []
    put(lake, "transfers", [transfer("b-x", INVENTED, "A/bad", "B/innocent", 43_210, uetr="u-x")], "B")
    assert doubts(traced(lake, "X1", minutes=600)) == []


def test_a_bank_that_invents_many_payments_does_not_hide_one(home: Home) -> None:
    lake = told_by_both(home)
    more = [transfer(f"Y{n}", 5.0 * n + 2, "A/bad", f"B/z{n}", 900 + n, uetr=f"u-y-{n}") for n in range(11)]
    put(lake, "transfers", more, "A")
    invent(lake)
    assert [doubt.code for doubt in doubts(traced(lake, "X1", minutes=600))] == ["payer_bank_alone"]


def test_accounts_farther_on_say_how_much_of_their_money_rests_on_it(home: Home) -> None:
    lake = told_by_both(home)
    invent(lake)
    onward = transfer("N1", INVENTED + 20, "B/innocent", "A/next", 40_000, uetr="u-n")
    put(lake, "transfers", [onward], "B")
    put(lake, "transfers", [{**onward, "record_id": "a-N1"}], "A")
    [doubt] = doubts(traced(lake, "X1", minutes=600), "next")
    assert (doubt.code, round(doubt.params["percent"])) == ("rests_on_payer_bank_alone", 100)
    assert render(doubt, "en").startswith(
        "100 % of the victim's money here came by a payment that only A says"
    )
