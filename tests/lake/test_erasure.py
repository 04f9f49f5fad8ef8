"""What has to go goes, and proof of it stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.lake.files import counts, csv_of, opened, seen, take, transfer
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.mapping import DeliveryTerms

SOON = datetime(2026, 12, 31, tzinfo=UTC)


def lake_of(home: Home, tmp_path: Path) -> Lake:
    """T0-T9 expire soon, T10-T19 stay; a torn row of the first file waits in quarantine."""
    lake = Lake.open(home)
    torn = transfer(99, amount="much")
    short = csv_of(tmp_path / "short.csv", [*map(transfer, range(10)), torn])
    take(lake, short, terms=DeliveryTerms(retention_until=clock.get_now() + timedelta(days=1)))
    take(
        lake,
        csv_of(tmp_path / "long.csv", map(transfer, range(10, 20))),
        terms=DeliveryTerms(retention_days=400),
    )
    return lake


def test_nothing_is_erased_before_its_time(home: Home, tmp_path: Path) -> None:
    lake = lake_of(home, tmp_path)
    assert lake.erase_expired(clock.get_now()).rows == 0
    assert len(seen(lake)) == 20


def test_an_expired_delivery_goes_from_every_table_and_leaves_proof(home: Home, tmp_path: Path) -> None:
    lake = lake_of(home, tmp_path)
    held = {file.name: file.sha256 for file in lake.state.files.values() if file.table == "transfers"}
    report = lake.erase_expired(clock.get_now() + timedelta(days=2))
    (erasure,) = report.erasures
    assert erasure.rows == {"transfers": 10, "quarantine": 1}
    assert erasure.file_sha256 == lake.list_deliveries()[0].sha256
    other = opened(home)
    assert set(seen(other)) == {f"T{number}" for number in range(10, 20)}
    assert other.list_quarantined_rows(resolved=True).num_rows == 0
    assert other.list_erasures() == report.erasures
    assert other.verify() == []
    stones = [stone for _, commit in other.log.iter_commits() for stone in commit["removed"]]
    assert {stone["sha256"] for stone in stones if stone["table"] == "transfers"} <= set(held.values())
    assert sum(stone["rows_erased"] for stone in stones) == 11
    assert not any((home.lake / stone["name"]).exists() for stone in stones)
    assert other.query_rows("deliveries").count().to_pyarrow().as_py() == 2, (
        "that there was a delivery is part of the proof"
    )


def test_a_second_erasure_finds_nothing_left(home: Home, tmp_path: Path) -> None:
    lake = lake_of(home, tmp_path)
    later = clock.get_now() + timedelta(days=2)
    lake.erase_expired(later)
    head = lake.head
    assert lake.erase_expired(later).erasures == ()
    assert lake.head == head


def test_rows_joined_with_others_are_picked_out(home: Home, tmp_path: Path) -> None:
    lake = lake_of(home, tmp_path)
    take(
        lake,
        csv_of(tmp_path / "same-days.csv", map(transfer, range(100, 110))),
        terms=DeliveryTerms(retention_days=400),
    )
    day = transfer(0)["time"]
    take(
        lake,
        csv_of(tmp_path / "same-day.csv", [transfer(200, time=day)]),
        terms=DeliveryTerms(retention_days=400),
    )
    lake.compact_files()
    lake.erase_expired(clock.get_now() + timedelta(days=2))
    assert set(seen(lake)) == {f"T{n}" for n in (*range(10, 20), *range(100, 110), 200)}
    assert lake.verify() == []


def test_an_erased_record_may_come_again_and_the_others_are_still_known(home: Home, tmp_path: Path) -> None:
    lake = lake_of(home, tmp_path)
    lake.erase_expired(clock.get_now() + timedelta(days=2))
    again = csv_of(tmp_path / "again.csv", map(transfer, range(5, 15)))
    assert counts(take(lake, again)) == (5, 5, 0, 0)
