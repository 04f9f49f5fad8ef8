"""What partners send: the tables, the formats, the faults, and that a whole folder is taken in as the truth says."""

import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from warroom.home import open_home
from warroom.lake.folder import read_manifest_jobs
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestSummary
from warroom_lab.world.build import BuildSummary, build_country
from warroom_lab.world.drawing.sizes import get_size

SENT = {
    "holders", "accounts", "balances", "transfers", "calls", "messages", "sims", "adverts", "domains", "companies", "vehicles",
    "trips", "premises", "supply", "readings", "ties", "listings", "reports", "tips",
}  # fmt: skip
"""The tables partners send of themselves; orders and answers come of what is decided."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildSummary:
    return build_country(get_size("tiny"), 5, tmp_path_factory.mktemp("world") / "country")


@pytest.fixture(scope="module")
def taken_in(
    built: BuildSummary, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lake, list[IngestSummary]]:
    lake = Lake.open(open_home(tmp_path_factory.mktemp("home") / "home", "exercise"))
    return lake, lake.ingest(read_manifest_jobs(built.folder))


def _truth(built: BuildSummary, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(built.folder / "truth" / f"{name}.parquet").to_pylist()
    return rows


def test_every_table_that_partners_send_is_there(built: BuildSummary) -> None:
    assert set(built.rows) == SENT
    assert all(built.rows.values())


def test_the_whole_folder_is_taken_in_and_what_is_refused_is_exactly_what_the_truth_lists(
    built: BuildSummary, taken_in: tuple[Lake, list[IngestSummary]]
) -> None:
    lake, summaries = taken_in
    accepted = {each.table for each in summaries if each.accepted}
    assert accepted == SENT
    refused = lake.list_quarantined_rows().to_pylist()
    found = {(row["file"], row["line"], row["column"] or "", row["code"]) for row in refused}
    listed = {
        (row["file"], row["line"], row["column"], row["code"])
        for row in _truth(built, "dirt")
        if not row["accepted"]
    }
    assert found == listed
    assert built.refused == len(listed) == sum(each.quarantined for each in summaries)


def test_repeated_rows_count_once_and_corrections_as_such(
    built: BuildSummary, taken_in: tuple[Lake, list[IngestSummary]]
) -> None:
    kinds = [row["kind"] for row in _truth(built, "dirt") if row["accepted"]]
    _, summaries = taken_in
    assert sum(each.duplicates for each in summaries) == kinds.count("duplicate")
    assert sum(each.corrections for each in summaries) == kinds.count("correction")


def test_each_bank_sends_its_customers_payments_once_and_three_what_they_receive(
    built: BuildSummary, taken_in: tuple[Lake, list[IngestSummary]]
) -> None:
    rows = taken_in[0].query_rows("transfers").to_pyarrow()
    own = rows.filter(pc.equal(rows["source"], rows["payer_bank"]))
    received = rows.filter(pc.not_equal(rows["source"], rows["payer_bank"]))
    assert set(received["source"].to_pylist()) == {"B02", "B05", "B12"}
    assert received["source"].to_pylist() == received["payee_bank"].to_pylist()
    numbers = own["record_id"].to_pylist()
    assert len(numbers) == len(set(numbers))
    references = set(own["end_to_end_id"].to_pylist())
    assert set(received["end_to_end_id"].to_pylist()) <= references


def test_payments_arrive_after_they_were_made_and_as_each_bank_sends_them(
    taken_in: tuple[Lake, list[IngestSummary]],
) -> None:
    rows = taken_in[0].query_rows("transfers").to_pyarrow()
    hourly = rows.filter(pc.is_in(rows["source"], pc.cast(["B13", "B20"], "string")))
    waits = pc.subtract(hourly["received_at"].cast("int64"), hourly["time"].cast("int64")).to_numpy() / 60e6
    assert 10 < waits.mean() < 90


def test_every_folder_says_that_it_is_an_exercise_and_on_what_terms(built: BuildSummary) -> None:
    manifests = sorted(built.folder.glob("*/manifest.json"))
    assert len(manifests) >= 25
    for path in (built.folder / "manifest.json", *manifests):
        tree = json.loads(path.read_text())
        assert tree["exercise"] is True
        assert "invented" in tree["note"]
        assert tree["world"]["seed"] == 5
        assert tree["world"]["crime_density"] == 20
        for entry in tree["files"]:
            assert entry["legal_basis"]
            assert entry["purpose"]
            assert entry["retention_days"]
            assert (path.parent / entry["file"]).is_file()


def test_one_partners_folder_can_be_taken_in_alone(built: BuildSummary, tmp_path: Path) -> None:
    lake = Lake.open(open_home(tmp_path / "home", "exercise"))
    summaries = lake.ingest(read_manifest_jobs(built.folder / "b04"))
    assert {each.table for each in summaries} == {"holders", "accounts", "balances", "transfers"}


def test_partners_write_in_their_own_ways(built: BuildSummary) -> None:
    suffixes = {path.suffix for path in built.folder.glob("b*/*transfers*")}
    assert suffixes == {".parquet", ".csv", ".xml", ".jsonl", ".toml"}
    thai = (built.folder / "b04" / "b04-transfers.csv").read_bytes().decode("cp874")
    assert "จำนวนเงิน" in thai.splitlines()[0]
    assert "/2569 " in thai


def test_the_truth_is_in_no_manifest(built: BuildSummary) -> None:
    for path in built.folder.rglob("manifest.json"):
        assert "truth" not in path.read_text()
