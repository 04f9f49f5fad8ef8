"""Where a trail ends at an account that its bank knows under another spelling, the trail says so."""

import pytest

from tests.money.lakes import a_lake, put, transfer
from tests.money.test_trace import traced
from warroom.home import Home
from warroom.money.trail import Trail
from warroom.reasons.reason import render

DOUBTS = (
    "looks_like",
    "same_number_elsewhere",
    "promptpay_telephone",
    "promptpay_citizen",
    "written_otherwise",
)


def doubts(trail: Trail) -> list[tuple[str, str]]:
    return [
        (r.code, str(r.params.get("account", "")))
        for hold in trail.holds
        for r in hold.reasons
        if r.code in DOUBTS
    ]


@pytest.mark.parametrize(
    ("paid", "pays"),
    [
        ("222222222", "0222222222"),
        ("0222222222", "222222222"),
        ("000222222222", "222222222"),
        ("66815100002", "0815100002"),
        ("0815100002", "66815100002"),
        ("222222", "7612222222"),
        ("somchai7612222222", "7612222222"),
        ("ab7612222222", "AB7612222222"),
    ],
)
def test_an_account_that_pays_under_another_spelling_is_named(home: Home, paid: str, pays: str) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "BBL/V", f"KTB/{paid}", 50_000),
        transfer("T2", 5, f"KTB/{pays}", "BBL/W", 30_000),
    )
    (code, number) = doubts(traced(lake, "T1"))[0]
    assert (code, number) == ("looks_like", pays)
    said = next(r for r in traced(lake, "T1").holds[0].reasons if r.code == code)
    assert pays in render(said, "en")
    assert pays in render(said, "th")


@pytest.mark.parametrize(
    ("paid", "pays"),
    [("7612222222", "8322222222"), ("22222", "7612222222"), ("7612222222", "7612222223"), ("A", "B")],
)
def test_another_account_is_no_spelling_of_it(home: Home, paid: str, pays: str) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "BBL/V", f"KTB/{paid}", 50_000),
        transfer("T2", 5, f"KTB/{pays}", "BBL/W", 30_000),
    )
    assert doubts(traced(lake, "T1")) == []


def test_an_account_that_goes_on_paying_is_no_other_spelling(home: Home) -> None:
    rows = [
        transfer("T1", 0, "BBL/V", "KTB/222222222", 50_000),
        transfer("T2", 5, "KTB/0222222222", "BBL/W", 30_000),
    ]
    lake = a_lake(home, *rows, transfer("T3", 6, "KTB/222222222", "BBL/W", 10))
    assert doubts(traced(lake, "T1")) == []


@pytest.mark.parametrize(("bank", "other"), [("KBANK", "004"), ("004", "KBANK"), ("MYBANK", "KBANK")])
def test_a_bank_under_two_names_is_asked_about(home: Home, bank: str, other: str) -> None:
    rows = [
        transfer("T1", 0, "BBL/V", f"{bank}/6722222222", 50_000),
        transfer("T2", 5, f"{other}/6722222222", "BBL/W", 50_000),
    ]
    assert doubts(traced(a_lake(home, *rows), "T1")) == [("same_number_elsewhere", "6722222222")]


def test_the_same_number_at_a_bank_that_sends_its_own_is_another_account(home: Home) -> None:
    rows = [
        transfer("T1", 0, "BBL/V", "KTB/6722222222", 50_000),
        transfer("T2", 5, "SCB/6722222222", "BBL/W", 50_000),
    ]
    lake = a_lake(home, *rows, transfer("T3", 5, "KTB/6733333333", "BBL/W", 50_000))
    assert doubts(traced(lake, "T1")) == []


@pytest.mark.parametrize(("number", "code"), [("0815100002", "telephone"), ("1101700230708", "citizen")])
def test_a_promptpay_number_is_told_where_its_bank_sends_records(home: Home, number: str, code: str) -> None:
    lake = a_lake(home, transfer("T1", 0, "BBL/V", f"KTB/{number}", 50_000))
    assert doubts(traced(lake, "T1")) == []
    put(lake, "transfers", [transfer("T2", 5, "KTB/7612222222", "BBL/W", 50_000)])
    assert doubts(traced(lake, "T1")) == [(f"promptpay_{code}", "")]


def test_what_came_later_is_not_known_before(home: Home) -> None:
    rows = [transfer("T1", 0, "BBL/V", "KTB/222222222", 50_000)]
    lake = a_lake(home, *rows, transfer("T2", 50, "KTB/0222222222", "BBL/W", 30_000))
    assert doubts(traced(lake, "T1", minutes=40)) == []
    assert doubts(traced(lake, "T1", minutes=60)) == [("looks_like", "0222222222")]


def test_a_spelling_that_came_with_a_later_file_is_found(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "BBL/V", "KTB/222222222", 50_000))
    assert doubts(traced(lake, "T1")) == []
    put(lake, "transfers", [transfer("T2", 5, "KTB/0222222222", "BBL/W", 30_000)], "KTB")
    assert doubts(traced(lake, "T1")) == [("looks_like", "0222222222")]
