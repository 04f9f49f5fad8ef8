"""Payments that two sources sent without a word in common are told, and honest repetitions are not."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from benchmarks.transfers import tables

from tests.money.lakes import a_lake, at, put, transfer
from warroom import clock
from warroom.home import Home
from warroom.lake import payment_keys
from warroom.lake.alike import find_alike_in_rows, find_alike_since
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records.mapping import FileMapping, TimeRule


def rows_alike(lake: Lake) -> dict[tuple[str, str], int]:
    """By source and other source, of the newest commit."""
    return {
        (one.source, one.other): one.rows
        for one in find_alike_since(lake.log, lake.payment_keys, lake.head - 1)
    }


def second(home: Home, *rows: dict[str, Any], first: dict[str, Any] | None = None) -> Lake:
    """A lake of one payment that KBANK sent, and what SCB sends afterwards."""
    lake = a_lake(home)
    put(lake, "transfers", [first or transfer("K1", 1.25, "A/V", "B/M", 500)], "KBANK")
    put(lake, "transfers", rows, "SCB")
    return lake


def test_the_same_payment_of_two_sources_is_counted(home: Home) -> None:
    lake = second(home, transfer("S1", 1.25, "A/V", "B/M", 500), transfer("S2", 1.25, "A/V", "B/M", 501))
    assert rows_alike(lake) == {("SCB", "KBANK"): 1}


def test_times_are_compared_as_far_as_the_coarser_source_tells_them(home: Home) -> None:
    whole_minute = transfer("S1", 1, "A/V", "B/M", 500)
    assert rows_alike(second(home, whole_minute)) == {("SCB", "KBANK"): 1}


@pytest.mark.parametrize("minutes", [1.26, 1.5, 0.75, 2.25])
def test_clocks_of_two_banks_may_be_a_minute_apart(home: Home, minutes: float) -> None:
    assert rows_alike(second(home, transfer("S1", minutes, "A/V", "B/M", 500))) == {("SCB", "KBANK"): 1}


@pytest.mark.parametrize("written", ["e0012", "12", "๐๑๒", "00-12", "00 12"])
@pytest.mark.parametrize("minutes", [1.25, 90])
def test_a_reference_that_a_program_wrote_otherwise_names_the_same_payment(
    home: Home, written: str, minutes: float
) -> None:
    sent = transfer(
        "K1", 1.25, "A/V", "B/M", 500, end_to_end_id="E0012" if "E" in written.upper() else "0012"
    )
    lake = a_lake(home)
    # Files of more than one moment: a file of one moment may be a day's, and is compared with the days around it.
    put(lake, "transfers", [sent, transfer("K2", 30.5, "A/V", "C/M", 70)], "KBANK")
    other = transfer("S1", minutes, "A/V", "B/M", 500, end_to_end_id=written)
    put(lake, "transfers", [other, transfer("S2", minutes + 9.5, "A/V", "D/M", 80)], "SCB")
    assert rows_alike(lake) == {("SCB", "KBANK"): 1}


def test_a_source_that_tells_days_alone_is_compared_by_the_day(home: Home) -> None:
    # 00:00 of that day in Thailand, which is 17:00 of the day before by UTC.
    assert rows_alike(second(home, transfer("S1", -600, "A/V", "B/M", 500))) == {("SCB", "KBANK"): 1}


def test_other_minutes_other_days_other_parties_and_currencies_are_other_payments(home: Home) -> None:
    others = (
        transfer("S1", 2.75, "A/V", "B/M", 500),
        transfer("S2", 1440, "A/V", "B/M", 500),
        transfer("S3", 1.25, "A/V", "C/M", 500),
        transfer("S4", 1.25, "A/V", "B/M", 500, currency="USD"),
    )
    assert rows_alike(second(home, *others)) == {}


def test_the_same_sum_twice_to_a_shop_by_one_source_is_honest(home: Home) -> None:
    lake = second(home, *(transfer(f"S{n}", 5.25, "A/V", "C/SHOP", 60) for n in range(5)))
    assert rows_alike(lake) == {}


@pytest.mark.parametrize("name", ["uetr", "end_to_end_id"])
def test_a_reference_in_common_says_that_they_are_copies(home: Home, name: str) -> None:
    first = transfer("K1", 1.25, "A/V", "B/M", 500, **{name: "3f0c"})
    assert rows_alike(second(home, {**first, "record_id": "S1"}, first=first)) == {}


def test_two_uetrs_are_two_payments(home: Home) -> None:
    first = transfer("K1", 1.25, "A/V", "B/M", 500, uetr="u1")
    other = {**first, "record_id": "S1", "uetr": "u2"}
    bare = transfer("S2", 9, "A/V", "B/M", 7)
    assert rows_alike(second(home, other, bare, first=first)) == {}


def test_a_repetition_that_both_banks_send_with_its_references_is_honest(home: Home) -> None:
    lake = a_lake(home)
    for source in ("KBANK", "SCB"):
        twice = [transfer(f"{source}{n}", 1.25, "A/V", "B/SHOP", 60, end_to_end_id=f"E{n}") for n in range(2)]
        put(lake, "transfers", twice, source)
    assert rows_alike(lake) == {}


def test_no_reference_at_all_is_no_reference_in_common(home: Home) -> None:
    first = transfer("K1", 1.25, "A/V", "B/M", 500, end_to_end_id="NOTPROVIDED")
    assert rows_alike(second(home, {**first, "record_id": "S1"}, first=first)) == {("SCB", "KBANK"): 1}


def test_rows_that_are_not_taken_in_yet_are_asked_about_too(home: Home) -> None:
    lake = second(home, transfer("S1", 1.25, "A/V", "B/M", 500))
    rows = lake.query_stored_rows("transfers").to_pyarrow()
    assert sum(one.rows for one in find_alike_in_rows(lake.log, lake.payment_keys, rows, "TTB")) == 4
    assert find_alike_in_rows(lake.log, lake.payment_keys, rows.slice(0, 0), "TTB") == []


def kept(lake: Lake) -> set[str]:
    """The files of the lake that have their numbers beside them."""
    return {path.stem for path in (lake.home.lake / "keys" / payment_keys.FOLDER).glob("*.npy")}


def committed(lake: Lake) -> set[str]:
    return {file.sha256 for file in lake.list_files("transfers")}


def test_a_home_from_before_payments_had_numbers_beside_them_is_compared_as_any_other(home: Home) -> None:
    lake = a_lake(home)
    put(lake, "transfers", [transfer("K1", 1.25, "A/V", "B/M", 500)], "KBANK")
    shutil.rmtree(home.lake / "keys")
    put(lake, "transfers", [transfer("S1", 1.25, "A/V", "B/M", 500)], "SCB")
    assert rows_alike(lake) == {("SCB", "KBANK"): 1}
    assert kept(lake) == committed(lake)


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no numbers at all"])
def test_numbers_that_a_power_cut_left_half_written_are_counted_again(home: Home, damage: bytes) -> None:
    lake = second(home, transfer("S1", 1.25, "A/V", "B/M", 500))
    for path in (home.lake / "keys" / payment_keys.FOLDER).glob("*.npy"):
        path.write_bytes(damage)
    assert rows_alike(lake) == {("SCB", "KBANK"): 1}


def test_payments_of_joined_files_are_still_compared(home: Home) -> None:
    lake = a_lake(home)
    for n, source in enumerate(("KBANK", "TTB", "KBANK")):
        put(lake, "transfers", [transfer(f"K{n}", 5 * n + 0.25, "A/V", "B/M", 500)], source)
    lake.compact_files()
    put(lake, "transfers", [transfer("S1", 5.25, "A/V", "B/M", 500)], "SCB")
    assert rows_alike(lake) == {("SCB", "TTB"): 1}
    assert kept(lake) == committed(lake)


def test_what_is_erased_leaves_no_number_of_a_payment(home: Home) -> None:
    lake = second(home, transfer("S1", 1.25, "A/V", "B/M", 500))
    assert kept(lake) == committed(lake) != set()
    lake.erase_expired(clock.get_now() + timedelta(days=36_500))
    assert kept(lake) == committed(lake) == set()


def test_one_payment_among_hundreds_of_the_same_sum_is_found_by_its_time(home: Home) -> None:
    lake = a_lake(home)
    put(lake, "transfers", (transfer(f"K{n}", n + 0.25, "A/V", "B/M", 500) for n in range(500)), "KBANK")
    put(lake, "transfers", [transfer("S1", 400.25, "A/V", "B/M", 500)], "SCB")
    assert rows_alike(lake) == {("SCB", "KBANK"): 1}


def test_files_of_any_size_are_compared_while_the_ingest_is_waited_for(home: Home, tmp_path: Path) -> None:
    path, (rows,) = tmp_path / "many.parquet", tables(250_000)
    lake = a_lake(home)
    mapping = FileMapping(time=TimeRule(zone="Asia/Bangkok"))
    for source in ("KBANK", "SCB"):
        # Without the one reference that both have, and in another order.
        pq.write_table(rows.drop_columns("end_to_end_id").sort_by("amount"), path)
        (one,) = lake.ingest([IngestJob("transfers", path, mapping, source, allow_known_file=True)])
    assert 240_000 < one.alike <= 250_000
    assert any(note.code == "files.counted-twice" for note in one.notes)


def test_a_file_that_is_gone_is_said_and_what_came_in_stays(home: Home) -> None:
    lake = a_lake(home)
    put(lake, "transfers", [transfer("K1", 1.25, "A/V", "B/M", 500)], "KBANK")
    for file in lake.list_files("transfers"):
        file.path.unlink()
    shutil.rmtree(home.lake / "keys")
    path = home.run / "more.csv"
    path.write_text(
        "record_id,time,payer_bank,payer,payee_bank,payee,amount,currency,channel\n"
        f"S1,{at(1.25).isoformat()},A,V,B,M,500.00,THB,transfer\n"
    )
    (one,) = lake.ingest([IngestJob("transfers", path, FileMapping(), "SCB")])
    assert one.accepted == 1
    assert one.notes[-1].code == "files.not-compared"
