"""Rows that could not be accepted wait, with their reason, for another try."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lake.files import BANGKOK, counts, csv_of, opened, seen, take, transfer
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records.mapping import FileMapping, TimeRule


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def broken(number: int) -> dict[str, str]:
    return transfer(number, amount="a lot")


def test_a_bad_row_waits_with_its_file_line_column_and_reason(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1), broken(2), transfer(3)])
    assert counts(take(lake, path)) == (2, 0, 0, 1)
    (row,) = lake.list_quarantined_rows().to_pylist()
    assert (row["file"], row["line"], row["column"], row["table"]) == ("a.csv", 3, "amount", "transfers")
    assert "a lot" in row["raw"]
    assert row["reason"]


def test_the_same_file_twice_does_not_double_its_quarantine(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1), broken(2)])
    take(lake, path)
    head = lake.head
    again = take(lake, path)
    assert counts(again) == (0, 1, 0, 1)
    assert any("was there before" in note for note in again.notes)
    assert (lake.list_quarantined_rows().num_rows, lake.head) == (1, head)


def test_rows_rejected_for_want_of_a_zone_pass_with_a_mapping_that_names_one(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [transfer(n, time="2026-10-01 08:00:00") for n in range(4)]
    path = csv_of(tmp_path / "a.csv", rows)
    (first,) = lake.ingest([IngestJob("transfers", path, FileMapping(), "BANKA")])
    assert counts(first) == (0, 0, 0, 4)
    (again,) = lake.reingest_quarantine(FileMapping(time=TimeRule(zone="Asia/Bangkok")))
    assert (again.accepted, again.quarantined, again.resolved) == (4, 0, 4)
    stored = lake.query_rows("transfers").order_by("line").to_pyarrow()
    assert stored["line"].to_pylist() == [2, 3, 4, 5], "the line of the file they came from"
    assert set(stored["sha256"].to_pylist()) == {lake.list_deliveries()[0].sha256}
    assert set(stored["delivery_id"].to_pylist()) == {lake.list_deliveries()[0].delivery_id}
    assert lake.list_quarantined_rows().num_rows == 0
    assert opened(lake.home).list_quarantined_rows(resolved=True).num_rows == 4, "nothing is deleted"
    assert lake.verify() == []


def test_rows_that_fail_again_go_on_waiting(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [broken(1), broken(2)]))
    (again,) = lake.reingest_quarantine()
    assert (again.accepted, again.quarantined, again.resolved) == (0, 2, 0)
    assert lake.list_quarantined_rows().num_rows == 2


def test_rows_without_a_number_keep_the_one_their_line_gave_them(lake: Lake, tmp_path: Path) -> None:
    rows = [{k: v for k, v in transfer(n).items() if k != "record_id"} for n in range(3)]
    rows[1]["channel"] = "ATM"
    path = csv_of(tmp_path / "a.csv", rows)
    take(lake, path)
    lake.reingest_quarantine(replace(BANGKOK, values={"channel": {"ATM": "cash"}}))
    sha256 = lake.list_deliveries()[0].sha256
    assert set(seen(lake)) == {f"{sha256[:12]}:{line}" for line in (2, 3, 4)}


def test_reading_the_whole_file_again_with_a_better_mapping_closes_what_passes_now(
    lake: Lake, tmp_path: Path
) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1), transfer(2, channel="ATM")])
    take(lake, path)
    better = replace(BANGKOK, values={"channel": {"ATM": "cash"}})
    (again,) = lake.ingest([IngestJob("transfers", path, better, "BANKA")])
    assert (again.accepted, again.duplicates, again.resolved) == (1, 1, 1)
    assert lake.list_quarantined_rows().num_rows == 0


def test_a_torn_line_waits_until_it_is_mended_by_hand(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    path.write_text(path.read_text() + "T2,only,three\n")
    assert counts(take(lake, path)) == (1, 0, 0, 1)
    (again,) = lake.reingest_quarantine()
    assert (again.quarantined, again.resolved) == (1, 0)


def test_a_reason_of_every_bin_adds_up_to_the_rows_of_the_file(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1), transfer(2)]))
    rows = [transfer(1), transfer(2, amount="5.00"), transfer(3), broken(4), broken(5)]
    assert counts(take(lake, csv_of(tmp_path / "b.csv", rows))) == (1, 1, 1, 2)
