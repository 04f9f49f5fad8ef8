"""What becomes of rows that are new, told again, or told otherwise."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.lake.files import BANGKOK, START, counts, csv_of, opened, seen, take, transfer
from warroom import clock, settings
from warroom.errors import RecordsError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records import mapping_file
from warroom.records.mapping import DeliveryTerms


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def test_a_file_is_taken_in_once_and_the_second_time_says_so(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", map(transfer, range(50)))
    assert counts(take(lake, path)) == (50, 0, 0, 0)
    head = lake.head
    again = take(lake, path)
    assert counts(again) == (0, 50, 0, 0)
    assert any("came before" in note for note in again.notes)
    assert lake.head == head, "nothing new is no commit"


def test_the_same_record_in_another_file_is_a_duplicate(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(5))))
    assert counts(take(lake, csv_of(tmp_path / "b.csv", map(transfer, range(3, 8))))) == (3, 2, 0, 0)
    assert len(seen(lake)) == 8


def test_the_same_record_twice_in_one_file_counts_once(lake: Lake, tmp_path: Path) -> None:
    assert counts(take(lake, csv_of(tmp_path / "a.csv", [transfer(1), transfer(2), transfer(1)]))) == (
        2,
        1,
        0,
        0,
    )


def test_the_same_record_in_two_files_of_one_call_counts_once(lake: Lake, tmp_path: Path) -> None:
    first = csv_of(tmp_path / "a.csv", [transfer(1), transfer(2)])
    second = csv_of(tmp_path / "b.csv", [transfer(2), transfer(3)])
    assert counts(take(lake, first, second)) == (1, 1, 0, 0)
    assert lake.head == 1, "all files of a call are one commit"


def test_two_sources_with_one_record_number_are_two_records(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]), source="BANKA")
    other = csv_of(tmp_path / "b.csv", [transfer(1), transfer(2)])
    assert counts(take(lake, other, source="BANKB")) == (2, 0, 0, 0)
    assert lake.query_rows("transfers").count().to_pyarrow().as_py() == 3


def test_the_same_file_from_another_source_is_refused_unless_it_is_meant(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    take(lake, path, source="BANKA")
    delivery = lake.list_deliveries()[0]
    with pytest.raises(RecordsError) as refused:
        take(lake, path, source="BANKB")
    for named in ("BANKA", delivery.delivery_id, f"{delivery.received_at:%Y-%m-%d}", "--again"):
        assert named in str(refused.value)
    assert len(seen(lake)) == 1, "nothing of it is kept"
    (meant,) = lake.ingest([IngestJob("transfers", path, BANGKOK, "BANKB", allow_known_file=True)])
    assert counts(meant) == (1, 0, 0, 0)
    assert counts(take(lake, path, source="BANKB")) == (0, 1, 0, 0), "from then on both sources are known"


def test_a_file_twice_in_one_call_under_two_sources_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    jobs = [IngestJob("transfers", path, BANGKOK, source) for source in ("BANKA", "BANKB")]
    with pytest.raises(RecordsError, match="count twice"):
        lake.ingest(jobs)
    assert lake.head == 0


def test_rows_of_one_file_that_correct_each_other_are_told_with_their_number(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [transfer(n % 2, record_id=f"2025112{n % 2}", amount=f"{n}.50") for n in range(60)]
    found = take(lake, csv_of(tmp_path / "a.csv", rows))
    assert counts(found) == (2, 0, 58, 0)
    assert found.contradictions == 58
    assert any("58 rows of a.csv correct other rows of this same file" in note for note in found.notes)
    later = take(lake, csv_of(tmp_path / "b.csv", [transfer(0, record_id="20251120", amount="1.00")]))
    assert (later.corrections, later.contradictions) == (1, 0), "correcting another file is an everyday thing"


def test_other_content_is_a_correction_that_as_of_prefers_from_then_on(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(20))))
    before = clock.get_now()
    assert counts(take(lake, csv_of(tmp_path / "b.csv", [transfer(3, amount="9.00")]))) == (0, 0, 1, 0)
    assert seen(lake)["T3"] == "9.00"
    assert seen(lake, before)["T3"] == "103.50"
    assert len(seen(lake)) == len(seen(lake, before)) == 20


def test_a_record_corrected_and_corrected_back_is_as_at_first(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]))
    take(lake, csv_of(tmp_path / "b.csv", [transfer(1, amount="9.00")]))
    back = csv_of(tmp_path / "c.csv", [transfer(1), transfer(2)])
    assert counts(take(lake, back)) == (1, 0, 1, 0)
    assert seen(lake)["T1"] == "101.50"


def test_sending_an_old_file_again_does_not_undo_a_later_correction(lake: Lake, tmp_path: Path) -> None:
    first = csv_of(tmp_path / "a.csv", [transfer(1), transfer(2)])
    take(lake, first)
    take(lake, csv_of(tmp_path / "b.csv", [transfer(1, amount="9.00")]))
    assert counts(take(lake, first)) == (0, 2, 0, 0)
    assert seen(lake)["T1"] == "9.00"


def test_versions_inside_one_file_count_in_their_order(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1), transfer(1, amount="9.00"), transfer(1, amount="8.00")])
    assert counts(take(lake, path)) == (1, 0, 2, 0)
    assert seen(lake) == {"T1": "8.00"}
    assert counts(take(lake, path)) == (0, 3, 0, 0)


def test_a_correction_may_move_a_record_to_another_day(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1), transfer(2)]))
    moved = (START + timedelta(days=3)).isoformat()
    take(lake, csv_of(tmp_path / "b.csv", [transfer(1, time=moved)]))
    first, fourth = date(2026, 10, 1), date(2026, 10, 4)
    assert set(seen(lake, days=(first, first))) == {"T2"}
    assert set(seen(lake, days=(fourth, fourth))) == {"T1"}
    assert set(seen(lake, days=(first, fourth))) == {"T1", "T2"}


def test_rows_without_a_number_are_named_by_file_and_line(lake: Lake, tmp_path: Path) -> None:
    rows = [{k: v for k, v in transfer(n).items() if k != "record_id"} for n in (1, 1, 2)]
    path = csv_of(tmp_path / "a.csv", rows)
    assert counts(take(lake, path)) == (3, 0, 0, 0)
    sha256 = lake.list_deliveries()[0].sha256
    assert set(seen(lake)) == {f"{sha256[:12]}:{line}" for line in (2, 3, 4)}
    assert counts(take(lake, path)) == (0, 3, 0, 0)


def test_every_row_names_its_file_delivery_and_line(lake: Lake, tmp_path: Path) -> None:
    take(
        lake,
        csv_of(tmp_path / "a.csv", [transfer(1)]),
        terms=DeliveryTerms(partner="Bank A", legal_basis="s. 4", purpose="tracing"),
    )
    row = lake.query_rows("transfers").to_pyarrow().to_pylist()[0]
    delivery = lake.query_rows("deliveries").to_pyarrow().to_pylist()[0]
    assert row["sha256"] == delivery["sha256"]
    assert (row["delivery_id"], row["line"]) == (delivery["record_id"], 2)
    assert (delivery["partner"], delivery["legal_basis"], delivery["purpose"]) == (
        "Bank A",
        "s. 4",
        "tracing",
    )
    assert delivery["retention_until"] > delivery["received_at"]


def test_a_backfill_is_seen_at_the_times_the_partner_knew_it(lake: Lake, tmp_path: Path) -> None:
    early, late = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC)
    rows = [
        transfer(1, amount="8.00", received_at=late.isoformat()),
        transfer(1, amount="9.00", received_at=early.isoformat()),
        transfer(2, received_at=late.isoformat()),
    ]
    path = csv_of(tmp_path / "a.csv", rows)
    assert counts(take(lake, path, terms=DeliveryTerms(backfill=True))) == (2, 0, 1, 0)
    assert seen(lake, early - timedelta(hours=1)) == {}
    assert seen(lake, early) == {"T1": "9.00"}
    assert seen(lake) == {"T1": "8.00", "T2": "102.50"}
    assert lake.query_rows("deliveries").to_pyarrow()["backfill"].to_pylist() == [True]
    assert counts(take(lake, path, terms=DeliveryTerms(backfill=True))) == (0, 3, 0, 0)


def test_a_late_backfilled_version_of_another_day_does_not_hide_the_newest(
    lake: Lake, tmp_path: Path
) -> None:
    new, old = datetime(2026, 10, 9, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)
    elsewhere = (START + timedelta(days=2)).isoformat()
    take(
        lake,
        csv_of(tmp_path / "a.csv", [transfer(1, received_at=new.isoformat())]),
        terms=DeliveryTerms(backfill=True),
    )
    older = transfer(1, time=elsewhere, received_at=old.isoformat())
    take(lake, csv_of(tmp_path / "b.csv", [older]), terms=DeliveryTerms(backfill=True))
    third = date(2026, 10, 3)
    assert seen(lake, days=(third, third)) == {}
    assert set(seen(lake, old, days=(third, third))) == {"T1"}


def test_a_file_that_is_unusable_takes_the_whole_call_with_it(lake: Lake, tmp_path: Path) -> None:
    good = csv_of(tmp_path / "a.csv", map(transfer, range(5)))
    take(lake, good)
    whole = tmp_path / "whole.parquet"
    pq.write_table(lake.query_rows("transfers").to_pyarrow(), whole)
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(whole.read_bytes()[:-200])
    more = csv_of(tmp_path / "b.csv", map(transfer, range(5, 9)))
    with pytest.raises(RecordsError, match=r"torn\.parquet"):
        take(lake, more, torn)
    assert len(seen(lake)) == 5
    assert not list((lake.home.lake / "staging").iterdir())
    assert lake.verify() == []


def test_files_of_different_formats_may_stand_in_one_call(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(5))))
    parquet = tmp_path / "b.parquet"
    pq.write_table(
        lake.query_rows("transfers")
        .drop("source", "delivery_id", "received_at", "sha256", "line")
        .to_pyarrow(),
        parquet,
    )
    other = csv_of(tmp_path / "c.csv", map(transfer, range(5, 7)))
    assert [
        counts(s)[:2]
        for s in lake.ingest([IngestJob("transfers", path, BANGKOK, "BANKA") for path in (parquet, other)])
    ] == [
        (0, 5),
        (2, 0),
    ]


def test_rows_of_very_many_days_need_no_very_many_open_files(lake: Lake, tmp_path: Path) -> None:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [transfer(n, time=(day + timedelta(days=n)).isoformat()) for n in range(700)]
    take(lake, csv_of(tmp_path / "a.csv", rows))
    assert len(lake.list_files("transfers")) == 700
    assert len(seen(lake)) == 700
    assert lake.verify() == []


def test_what_the_program_writes_itself_is_a_record_like_any_other(lake: Lake) -> None:
    answer = {"record_id": "A1", "order_id": "O1", "partner": "BANKA", "time": START, "status": "received"}
    assert lake.write_rows("answers", [answer], source="BANKA").accepted == 1
    assert lake.write_rows("answers", [answer], source="BANKA").duplicates == 1
    assert lake.write_rows("answers", [{**answer, "status": "done"}], source="BANKA").corrections == 1
    assert lake.write_rows("answers", [answer], source="BANKA").corrections == 1, (
        "an answer may be taken back"
    )
    assert lake.query_rows("answers").to_pyarrow()["status"].to_pylist() == ["received"]


def test_nobody_named_a_source_and_the_summary_says_so(lake: Lake, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    (summary,) = lake.ingest([IngestJob("transfers", path, BANGKOK)])
    assert summary.source == "unnamed"
    assert any("no source" in note for note in summary.notes)
    assert any("legal basis and purpose not stated" in note for note in summary.notes)


def test_changes_name_what_came_and_went_since_a_commit(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]))
    take(lake, csv_of(tmp_path / "b.csv", [transfer(2)]))
    changes = lake.list_changes(1)
    assert {file.table for file in changes.added} == {"transfers", "deliveries"}
    assert (changes.head, changes.removed) == (2, [])
    file = next(file for file in changes.added if file.table == "transfers")
    assert [batch["record_id"].to_pylist() for batch in lake.scan_batches(file, ["record_id"])] == [["T2"]]


def test_small_files_of_a_day_can_be_joined(home: Home, tmp_path: Path) -> None:
    lake = opened(home)
    for number in range(6):
        take(lake, csv_of(tmp_path / f"{number}.csv", [transfer(number), transfer(0, amount=f"{number}.00")]))
    before = seen(lake)
    assert lake.compact_files() > 0
    other = opened(home)
    assert seen(other) == before
    assert other.verify() == []
    assert counts(take(other, csv_of(tmp_path / "again.csv", map(transfer, range(1, 6)))))[:2] == (0, 5)


@pytest.mark.shared
def test_the_amlsim_sample_is_accepted_once(lake: Lake) -> None:
    root = Path(__file__).parents[2]
    shared = Path(os.path.normpath(root / settings.get_text("WARROOM_SHARED")))
    path = shared / "data" / "money" / "amlsim_20k" / "transactions.csv"
    job = IngestJob("transfers", path, mapping_file.load_mapping(root / "examples" / "amlsim.toml"))
    assert [counts(summary) for summary in lake.ingest([job])] == [(120_558, 0, 0, 0)]
    assert [counts(summary) for summary in lake.ingest([job])] == [(0, 120_558, 0, 0)]
    assert lake.query_rows("transfers").count().to_pyarrow().as_py() == 120_558
