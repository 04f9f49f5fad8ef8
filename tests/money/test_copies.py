"""One transfer in several records counts once; payments that only share a reference stay apart."""

from typing import Any

import pytest

from tests.money.lakes import a_lake, at, put, transfer
from tests.money.test_trace import on, traced
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index import opening
from warroom.reasons.reason import Reason, load_sentences, render

DAY = 1440.0


def two_sources(home: Home, one: dict[str, Any], other: dict[str, Any]) -> Lake:
    lake = a_lake(home, one)
    put(lake, "transfers", [other], "S2")
    return lake


def test_one_uetr_under_two_record_ids_of_one_source_counts_once(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("A1", 0, "A/V", "B/M", 1000, uetr="u-1", end_to_end_id="E"),
        transfer("A1x", 0, "A/V", "B/M", 1000, uetr="u-1", end_to_end_id="E"),
        transfer("A2", 60, "B/M", "B/N", 700),
    )
    for names in (["A1"], ["A1x"], ["u-1"], ["A1", "A1x"]):
        trail = traced(lake, *names, minutes=120)
        assert (trail.loss, on(trail, "M").tainted_in, on(trail, "N").tainted_in) == (
            100_000,
            100_000,
            70_000,
        )


def test_a_uetr_in_large_letters_is_the_same_payment_and_one_without_a_reference_is_none(home: Home) -> None:
    uetr = "3f0c1a2b-1111-4222-8333-00000000000a"
    first, then = transfer("A1", 0, "A/V", "B/M", 1000, uetr=uetr), transfer("A2", 60, "B/M", "B/N", 700)
    lake = two_sources(home, first, {**first, "record_id": "X1", "uetr": uetr.upper()})
    put(lake, "transfers", [then | {"end_to_end_id": "NONREF"}])
    trail = traced(lake, uetr, minutes=120)
    assert (trail.loss, on(trail, "M").tainted_in, on(trail, "N").tainted_in) == (100_000, 100_000, 70_000)


def test_an_account_written_differently_is_still_one_transfer(home: Home) -> None:
    lake = two_sources(
        home,
        transfer("B1", 0, "A/V", "B/M", 1000, end_to_end_id="EB"),
        transfer("B1y", 1 / 60, "A/V", "B/00-M", 1000, end_to_end_id="EB"),
    )
    for names in (["B1"], ["B1y"], ["EB"], ["B1", "B1y"]):
        trail = traced(lake, *names)
        assert (trail.loss, on(trail, "M").still_there) == (100_000, 100_000)
        assert {each.account.number for each in trail.accounts} == {"M"}


def test_an_id_that_strangers_share_on_one_day_joins_nobody(home: Home) -> None:
    lake = two_sources(
        home,
        transfer("W1", 0, "A/V", "B/M", 1000, end_to_end_id="1"),
        transfer("N1", 1, "C/W", "D/N", 1000, end_to_end_id="1"),
    )
    assert [each.account.number for each in traced(lake, "N1").accounts] == ["N"]
    assert traced(lake, "W1", "N1").loss == 200_000


@pytest.mark.parametrize(
    ("other", "loss"),
    [
        (transfer("X", 2 * DAY, "C/W", "D/N", 1000, end_to_end_id="1"), 200_000),
        (transfer("X", 2 * DAY, "A/V", "D/N", 1000, end_to_end_id="1"), 100_000),
        (transfer("X", 1, "A/V", "B/M", 999, end_to_end_id="1"), 199_900),
    ],
    ids=["strangers days apart", "the same payer", "another amount"],
)
def test_a_reference_used_again_by_strangers_is_another_payment(
    home: Home, other: dict[str, Any], loss: int
) -> None:
    lake = two_sources(home, transfer("T1", 0, "A/V", "B/M", 1000, end_to_end_id="1"), other)
    assert traced(lake, "T1", "X", minutes=3 * DAY).loss == loss


def test_no_reference_pairs_nothing(home: Home) -> None:
    lake = two_sources(
        home,
        transfer("T1", 0, "A/V", "B/M", 1000, end_to_end_id="NOTPROVIDED"),
        transfer("X1", 0, "A/V", "B/M", 1000, end_to_end_id="NOTPROVIDED"),
    )
    assert traced(lake, "T1", "X1").loss == 200_000


def test_a_standing_order_in_two_banks_records_is_taken_week_by_week(home: Home) -> None:
    lake = a_lake(
        home, *(transfer(f"T{n}", n * 7 * DAY, "A/V", "B/M", 500, end_to_end_id="RENT") for n in range(3))
    )
    second = [transfer(f"X{n}", n * 7 * DAY + 1, "A/V", "B/M", 500, end_to_end_id="RENT") for n in (1, 2)]
    put(lake, "transfers", [{**row, "received_at": at(20 * DAY)} for row in second], "S2")
    assert traced(lake, "X1", minutes=30 * DAY).transfer_ids == ("T1",)
    assert traced(lake, "T0", "T1", "T2", "X1", "X2", minutes=30 * DAY).loss == 150_000


def test_the_copy_known_at_the_moment_asked_for_is_the_one_that_counts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SMALL", 0)
    monkeypatch.setattr(opening, "DELTA_SHARE", 100.0)
    lake = a_lake(home, transfer("X1", 0, "A/V", "B/00-M", 500, end_to_end_id="E", received_at=at(20)))
    assert traced(lake, "X1").transfer_ids == ("X1",)
    put(
        lake, "transfers", [transfer("T1", 0, "A/V", "B/M", 500, end_to_end_id="E", received_at=at(30))], "S2"
    )
    assert traced(lake, "X1", minutes=25).transfer_ids == ("X1",)
    assert traced(lake, "T1", minutes=60).transfer_ids == ("X1",)
    put(
        lake, "transfers", [transfer("T1", 0, "A/V", "B/M", 500, end_to_end_id="E", received_at=at(10))], "S3"
    )
    assert traced(lake, "T1", "X1", minutes=60).loss == 50_000


def test_the_ways_on_are_said_in_words_of_the_language() -> None:
    reason = Reason("passed_on", {"percent": 90, "minutes": 3, "ways": "cash, crypto"})
    assert "ถอนเงินสด, สินทรัพย์ดิจิทัล" in render(reason, "th")
    assert "cash, crypto assets" in render(reason, "en")


def test_no_sentence_needs_a_plural_in_brackets() -> None:
    assert not [code for code, said in load_sentences().items() if "(s)" in said["en"]]


def test_a_backfilled_delivery_is_known_from_its_receipt_on_and_not_before(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 500))
    assert on(traced(lake, "T1"), "M").still_there == 50_000
    put(lake, "transfers", [transfer("T2", 5, "B/M", "C/N", 200, received_at=at(30))], "S2")
    assert on(traced(lake, "T1", minutes=29), "M").still_there == 50_000
    trail = traced(lake, "T1", minutes=30)
    assert (on(trail, "M").still_there, on(trail, "N").still_there) == (30_000, 20_000)
