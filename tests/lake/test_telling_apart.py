"""A number that comes again for another thing corrects nothing, and a payment that one source sends twice counts once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lake.files import BANGKOK, counts, csv_of, opened, seen, take, transfer
from warroom.home import Home
from warroom.lake import payment_keys
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.records.mapping import TimeRule
from warroom.records.table import Table, TableColumn
from warroom.records.tables import TABLES, decisions

DAY = {"payer": "6111111111", "payee": "6211111111", "time": "2026-11-20T03:00:00Z", "amount": "500.00"}
NEXT_DAY = {"payer": "6122222222", "payee": "6222222222", "time": "2026-11-21T04:00:00Z", "amount": "700.00"}


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def amounts(lake: Lake) -> list[str]:
    return sorted(map(str, lake.query_rows("transfers").to_pyarrow()["amount"].to_pylist()))


def codes(summary: IngestSummary) -> list[str]:
    return [note.code for note in summary.notes]


def bare(number: int, **other: Any) -> dict[str, Any]:
    """A transfer without a record number."""
    return {name: value for name, value in transfer(number, **other).items() if name != "record_id"}


# A number that comes again


@pytest.mark.parametrize(
    "kept", [("payer", "payee"), ("payer", "amount"), ("payee", "amount"), ("payer", "time")]
)
def test_a_correction_that_changes_half_of_a_payment_is_told(
    lake: Lake, tmp_path: Path, kept: tuple[str, ...]
) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    other = NEXT_DAY | {name: DAY[name] for name in kept}
    found = take(lake, csv_of(tmp_path / "b.csv", [transfer(1, **other), transfer(2)]))
    assert counts(found) == (1, 0, 1, 0)
    assert (found.far_corrections, found.needs_look) == (1, True)
    assert "records.corrections-far" in codes(found)


def test_a_correction_that_keeps_most_of_a_payment_is_an_everyday_thing(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    for name in DAY:
        found = take(lake, csv_of(tmp_path / f"{name}.csv", [transfer(1, **(DAY | {name: NEXT_DAY[name]}))]))
        assert (counts(found), found.needs_look) == ((0, 0, 1, 0), False), name


def test_a_number_that_comes_again_for_another_payment_replaces_nothing(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    found = take(lake, csv_of(tmp_path / "b.csv", [transfer(1, **NEXT_DAY), transfer(2)]))
    assert counts(found) == (1, 0, 0, 1)
    assert found.needs_look
    assert (found.reused_numbers, "records.numbers-reused" in codes(found)) == (1, True)
    assert seen(lake)["T1"] == "500.00"
    (row,) = lake.list_quarantined_rows().to_pylist()
    assert (row["code"], row["column"], row["line"], row["file"]) == (
        "number_reused",
        "record_id",
        2,
        "b.csv",
    )
    assert "6122222222" in row["raw"]


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "501.00"},
        {"time": "2026-11-20T05:00:00Z"},
        {"payee": "6222222222"},
        {"payer": "6122222222"},
        {"payee_bank": "BANKC", "payer_bank": "BANKC", "time": "2026-11-20T05:00:00Z", "channel": "qr"},
    ],
)
def test_a_true_correction_is_still_one(lake: Lake, tmp_path: Path, change: dict[str, str]) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    found = take(lake, csv_of(tmp_path / "b.csv", [transfer(1, **DAY | change)]))
    assert counts(found) == (0, 0, 1, 0)
    assert not found.needs_look


@pytest.mark.parametrize("kept", ["payer", "payee", "time", "amount"])
def test_a_listing_of_one_account_or_day_with_its_own_numbers_replaces_nothing(
    lake: Lake, tmp_path: Path, kept: str
) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(501, **DAY)]))
    found = take(lake, csv_of(tmp_path / "b.csv", [transfer(501, **NEXT_DAY | {kept: DAY[kept]})]))
    assert counts(found) == (0, 0, 0, 1)


def test_a_number_twice_in_one_file_keeps_the_first_payment(lake: Lake, tmp_path: Path) -> None:
    found = take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY), transfer(1, **NEXT_DAY)]))
    assert counts(found) == (1, 0, 0, 1)
    assert seen(lake) == {"T1": "500.00"}


def test_a_payment_corrected_step_by_step_stays_one(lake: Lake, tmp_path: Path) -> None:
    for number, name in enumerate(("payee", "payer", "time", "amount")):
        take(lake, csv_of(tmp_path / f"{number}.csv", [transfer(1, **DAY)]))
        DAY_SO_FAR = DAY | {name: NEXT_DAY[name]}
        assert counts(take(lake, csv_of(tmp_path / f"{number}x.csv", [transfer(1, **DAY_SO_FAR)])))[2] == 1


def test_the_file_sent_once_more_is_set_aside_once_more(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    path = csv_of(tmp_path / "b.csv", [transfer(1, **NEXT_DAY), transfer(2)])
    take(lake, path)
    head = lake.head
    assert counts(take(lake, path)) == (0, 1, 0, 1)
    assert (lake.head, lake.list_quarantined_rows().num_rows) == (head, 1)


def test_the_file_read_by_a_better_mapping_corrects_its_own_rows_whatever_changes(
    lake: Lake, tmp_path: Path
) -> None:
    path = csv_of(tmp_path / "a.csv", [transfer(1, **DAY | {"time": "2026-11-20 03:00:00", "other": "9"})])
    take(lake, path)
    pairs = ["payer=payee", "payee=payer", "amount=other"]
    (found,) = lake.ingest([IngestJob("transfers", path, BANGKOK.with_pairs(pairs), "BANKA")])
    assert counts(found) == (0, 0, 1, 0)


def test_a_mapping_without_the_number_takes_what_waits_as_payments_of_their_own(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [
        {"Trace No": row.pop("record_id"), **row} for row in (transfer(1, **DAY), transfer(1, **NEXT_DAY))
    ]
    numbered = BANGKOK.with_pairs(["record_id=Trace No"])
    for name, row in zip("ab", rows, strict=True):
        path = csv_of(tmp_path / f"{name}.csv", [row])
        (found,) = lake.ingest([IngestJob("transfers", path, numbered, "BANKA")])
    assert counts(found) == (0, 0, 0, 1)
    assert [one.quarantined for one in lake.reingest_quarantine()] == [1]
    assert [(one.accepted, one.resolved) for one in lake.reingest_quarantine(BANGKOK)] == [(1, 1)]
    assert amounts(lake) == ["500.00", "700.00"]


def test_who_looked_may_take_it_as_a_correction(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    take(lake, csv_of(tmp_path / "b.csv", [transfer(1, **NEXT_DAY)]))
    (found,) = lake.reingest_quarantine(again=True)
    assert (found.corrections, found.resolved) == (1, 1)
    assert seen(lake) == {"T1": "700.00"}


def test_it_is_known_after_the_keys_are_lost_or_are_of_an_older_shape(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, **DAY)]))
    for card in (lake.home.lake / "keys").glob("*/card.json"):
        tree = json.loads(card.read_text())
        del tree["shape"]
        card.write_text(json.dumps(tree))
    found = take(opened(lake.home), csv_of(tmp_path / "b.csv", [transfer(1, **NEXT_DAY)]))
    assert counts(found) == (0, 0, 0, 1)
    lake.compact_files()
    lake.rebuild_keys()
    assert counts(take(lake, csv_of(tmp_path / "c.csv", [transfer(1, **NEXT_DAY)]))) == (0, 0, 0, 1)


TOLD_APART = [table for table in TABLES.values() if table.identifying_columns]


def value(column: TableColumn, which: int) -> Any:
    """A value that the column may have; another one for each number."""
    if column.values:
        return column.values[0]
    match column.kind:
        case "time":
            return (datetime(2026, 11, 1, 3, tzinfo=UTC) + timedelta(days=which, minutes=which)).isoformat()
        case "money" | "number" | "integer":
            return f"{10 + which}"
        case "flag":
            return "true"
        case "account":
            return f"61100000{which:02}"
        case "bank":
            return "BANKA"
        case "currency":
            return "THB"
        case "list":
            return f'["X{which}"]'
    return f"{column.name}-{which}"


def lines(path: Path, table: Table, *rows: dict[str, int]) -> Path:
    """A file of rows, each with the numbers of its identifying values; the others are the same in all."""

    def tree(row: dict[str, int]) -> dict[str, Any]:
        values = {column.name: value(column, row.get(column.name, 0)) for column in table.columns}
        return {"record_id": "R1", **values}

    path.write_text("".join(json.dumps(tree(row)) + "\n" for row in rows))
    return path


def judged(lake: Lake, table: Table, path: Path) -> tuple[int, int, int, int]:
    (found,) = lake.ingest([IngestJob(table.name, path, None, "BANKA")])
    return counts(found)


@pytest.mark.parametrize("table", TOLD_APART, ids=lambda table: table.name)
def test_in_every_table_a_row_about_another_thing_is_no_correction(
    lake: Lake, tmp_path: Path, table: Table
) -> None:
    names = [column.name for column in table.identifying_columns]
    assert judged(lake, table, lines(tmp_path / "a.jsonl", table, {})) == (1, 0, 0, 0)
    other = dict.fromkeys(names, 1)
    assert judged(lake, table, lines(tmp_path / "b.jsonl", table, other)) == (0, 0, 0, 1)
    assert lake.query_rows(table.name).count().to_pyarrow().as_py() == 1
    for number, name in enumerate(names, 2):
        corrected = lines(tmp_path / f"{number}.jsonl", table, {name: number})
        assert judged(lake, table, corrected) == (0, 0, 1, 0), name


def test_every_table_says_what_its_records_are_about() -> None:
    """Save where the record's number is the thing itself, and what the house numbers."""
    house = {table.name for table in decisions.TABLES}
    left = {table.name for table in TABLES.values() if not table.identifying_columns} - house
    assert left == {table.name for table in TABLES.values() if table.subject}
    # One alone tells nothing apart, and of more than four too few bits are kept of each.
    assert all(2 <= len(table.identifying_columns) <= 4 for table in TOLD_APART)


# Payments that one source sends again without numbers


def month(*numbers: int) -> list[dict[str, Any]]:
    return [bare(number) for number in numbers]


def test_an_overlapping_export_counts_nothing_twice(lake: Lake, tmp_path: Path) -> None:
    first = csv_of(tmp_path / "a.csv", month(1, 2, 3, 4))
    assert counts(take(lake, first)) == (4, 0, 0, 0)
    found = take(lake, csv_of(tmp_path / "b.csv", month(1, 2, 3, 4, 5)))
    assert (counts(found), found.repeated, found.needs_look) == ((1, 0, 0, 4), 4, True)
    (said,) = (note for note in found.notes if note.code == "records.rows-repeated")
    assert said.startswith("LOOK: 4 rows of b.csv look the same as rows that BANKA sent before, in a.csv (4)")
    assert len(amounts(lake)) == 5
    rows = lake.list_quarantined_rows().sort_by("line").to_pylist()
    assert [row["code"] for row in rows] == ["repeated"] * 4
    assert "row 3 of a.csv" in rows[1]["reason"]
    third = take(lake, csv_of(tmp_path / "c.csv", month(5, 1, 6)))
    assert counts(third) == (1, 0, 0, 2)
    assert counts(take(lake, first)) == (0, 4, 0, 0), "the same file changes nothing"


def test_two_equal_rows_of_one_file_are_two_payments(lake: Lake, tmp_path: Path) -> None:
    found = take(lake, csv_of(tmp_path / "a.csv", month(1, 1)))
    assert counts(found) == (2, 0, 0, 0)
    assert counts(take(lake, csv_of(tmp_path / "b.csv", month(1, 2, 1, 1)))) == (2, 0, 0, 2)
    assert len(amounts(lake)) == 4
    assert counts(take(lake, csv_of(tmp_path / "c.csv", month(1, 1, 1)))) == (0, 0, 0, 3)


def test_who_looked_takes_them_in_as_payments_of_their_own(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", month(1)))
    path = csv_of(tmp_path / "b.csv", month(1, 2))
    take(lake, path)
    assert [(one.accepted, one.quarantined) for one in lake.reingest_quarantine()] == [(0, 1)]
    assert [(one.accepted, one.resolved) for one in lake.reingest_quarantine(again=True)] == [(1, 1)]
    assert len(amounts(lake)) == 3
    assert counts(take(lake, path)) == (0, 2, 0, 0)


def test_other_payments_other_sources_and_other_tables_are_not_repeated(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", month(1)))
    others = [
        bare(1, amount="1.00"),
        bare(1, payee="999999"),
        bare(1, time="2026-10-01T03:00:03Z"),
        bare(1, currency="USD"),
    ]
    assert counts(take(lake, csv_of(tmp_path / "b.csv", others))) == (4, 0, 0, 0)
    assert counts(take(lake, csv_of(tmp_path / "c.csv", month(1, 2)), source="BANKC")) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("first", "then", "aside"),
    [("E1", "E1", 1), ("E1", "", 1), ("", "E1", 1), ("E1", "E2", 0), ("0", "NONREF", 1), ("E1", "N/A", 1)],
)
def test_two_references_are_two_payments(
    lake: Lake, tmp_path: Path, first: str, then: str, aside: int
) -> None:
    for name, reference in (("a", first), ("b", then)):
        found = take(
            lake,
            csv_of(tmp_path / f"{name}.csv", [bare(1, end_to_end_id=reference), bare(2, end_to_end_id=name)]),
        )
    assert found.repeated == aside


def test_files_of_one_call_are_compared_too(lake: Lake, tmp_path: Path) -> None:
    paths = [
        csv_of(tmp_path / f"{name}.csv", month(*numbers)) for name, numbers in (("a", (1, 2)), ("b", (2, 3)))
    ]
    jobs = [IngestJob("transfers", path, BANGKOK, "BANKA") for path in paths]
    assert [counts(found) for found in lake.ingest(jobs)] == [(2, 0, 0, 0), (1, 0, 0, 1)]


@pytest.mark.parametrize("numbered_first", [True, False])
def test_an_export_with_numbers_beside_one_without(lake: Lake, tmp_path: Path, numbered_first: bool) -> None:
    files = [[transfer(1), transfer(2)], month(1, 2, 3)]
    for name, rows in zip("ab", files if numbered_first else files[::-1], strict=True):
        found = take(lake, csv_of(tmp_path / f"{name}.csv", rows))
    assert found.repeated == 2
    assert len(amounts(lake)) == 3


@pytest.mark.parametrize(
    ("other", "told"),
    [({}, 1), ({"time": "2026-10-01"}, 0), ({"amount": "9.00"}, 0), ({"end_to_end_id": "E2"}, 0)],
)
def test_two_numbers_are_two_payments_and_told_where_all_else_is_the_same(
    lake: Lake, tmp_path: Path, other: dict[str, str], told: int
) -> None:
    first = transfer(1, end_to_end_id="E1") | ({"time": other["time"]} if "time" in other else {})
    days = replace(BANGKOK, time=TimeRule(zone="Asia/Bangkok", day_only=True))
    for name, row in (("a", first), ("b", first | {"record_id": "T2", "end_to_end_id": ""} | other)):
        path = csv_of(tmp_path / f"{name}.csv", [row])
        (found,) = lake.ingest([IngestJob("transfers", path, days, "BANKA")])
    assert (counts(found), found.alike, found.needs_look) == ((1, 0, 0, 0), told, bool(told))


def test_a_time_told_less_exactly_is_told_and_counted(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [bare(1, time="2026-10-01T03:00:31Z")]))
    found = take(lake, csv_of(tmp_path / "b.csv", [bare(1, time="2026-10-01T03:00:00Z")]))
    assert (counts(found), found.alike, found.needs_look) == ((1, 0, 0, 0), 1, True)
    assert "records.rows-alike" in codes(found)


def test_it_survives_compaction_erasure_and_the_loss_of_keys(lake: Lake, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        take(lake, csv_of(tmp_path / f"{number}.csv", month(number)))
    lake.compact_files()
    for path in (lake.home.lake / "keys" / payment_keys.FOLDER).glob("*"):
        path.unlink()
    assert counts(take(opened(lake.home), csv_of(tmp_path / "b.csv", month(1, 2, 3, 4)))) == (1, 0, 0, 3)
    lake.erase_expired(datetime(2100, 1, 1, tzinfo=UTC))
    assert counts(take(lake, csv_of(tmp_path / "c.csv", month(4, 3, 2, 1)))) == (4, 0, 0, 0)


def test_payments_corrected_since_stand_once(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]))
    take(lake, csv_of(tmp_path / "b.csv", [transfer(1, channel="qr")]))
    assert counts(take(lake, csv_of(tmp_path / "c.csv", month(1, 1)))) == (1, 0, 0, 1)


# The total of a batch


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["300.00", "100.00", "200.00"], 1),
        (["100.00", "200.00", "300.00", "55.00"], 1),
        (["100.00", "200.00", "301.00"], 0),
        (["100.00", "100.00"], 0),
    ],
)
def test_a_batch_beside_its_parts_is_told(
    lake: Lake, tmp_path: Path, parts: Sequence[str], told: int
) -> None:
    same = {"time": "2026-10-01T03:00:07Z", "payer": "6111111111"}
    rows = [bare(n, **same, payee=f"62000000{n:02}", amount=amount) for n, amount in enumerate(parts)]
    found = take(lake, csv_of(tmp_path / "a.csv", [*rows, bare(9), bare(8)]))
    assert (found.batch_totals, found.needs_look) == (told, bool(told))
    assert found.accepted == len(parts) + 2


def test_sums_of_other_payers_and_moments_are_no_batch(lake: Lake, tmp_path: Path) -> None:
    rows = [
        bare(n, payer=f"611111111{n % 2}", time=f"2026-10-01T03:00:0{n}Z", amount=amount)
        for n, amount in enumerate(["300.00", "100.00", "200.00"])
    ]
    assert take(lake, csv_of(tmp_path / "a.csv", rows)).batch_totals == 0


def test_a_payment_taken_back_is_sent_to_its_table(lake: Lake, tmp_path: Path) -> None:
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1, amount="-500.00"), transfer(2, amount="0.00")]))
    reasons = {row["line"]: row["reason"] for row in lake.list_quarantined_rows().to_pylist()}
    assert "belongs in the table 'returns'" in reasons[2]
    assert "returns" not in reasons[3]
