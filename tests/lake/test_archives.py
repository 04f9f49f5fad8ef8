"""Packed files: each file of an archive is one of its own, and what is torn, locked, nested or a bomb is told."""

import gzip
import io
import json
import time
import zipfile
from pathlib import Path

import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.lake.files import BANGKOK, counts, csv_of, take, transfer
from tests.records.payments import entry, message
from tests.records.workbooks import NAMES, row, workbook
from tests.speed import allow_seconds
from warroom.errors import RecordsError
from warroom.home import Home
from warroom.lake.hashing import hash_file
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records import archive
from warroom.records.mapping import FileMapping


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def _csv(folder: Path, *numbers: int, ids: bool = True) -> bytes:
    rows = [transfer(number) for number in numbers]
    if not ids:
        rows = [{name: value for name, value in one.items() if name != "record_id"} for one in rows]
    return csv_of(folder / "plain.csv", rows).read_bytes()


@pytest.fixture
def lake(home: Home) -> Lake:
    return Lake.open(home)


def _packed(kind: str, data: bytes) -> bytes:
    return gzip.compress(data) if kind == "gz" else zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_every_format_is_read_packed(lake: Lake, tmp_path: Path, kind: str) -> None:
    (tmp_path / "plain.csv").write_bytes(_csv(tmp_path, 1, 2))
    pq.write_table(pcsv.read_csv(tmp_path / "plain.csv"), tmp_path / "p.parquet")
    lines = "".join(json.dumps(transfer(number)) + "\n" for number in (1, 2)).encode()
    plain = {
        "a.csv": _csv(tmp_path, 1, 2),
        "a.jsonl": lines,
        "a.json": json.dumps([transfer(1), transfer(2)]).encode(),
        "a.parquet": (tmp_path / "p.parquet").read_bytes(),
        "a.xml": message([entry(1), entry(2)]).encode(),
        "a.xlsx": workbook(tmp_path / "w.xlsx", [NAMES, row(1), row(2)]).read_bytes(),
    }
    for name, data in plain.items():
        path = tmp_path / f"{name}.{kind}"
        path.write_bytes(_packed(kind, data))
        summary = take(lake, path, source=name)
        assert counts(summary) == (2, 0, 0, 0), (name, summary)
    assert not list((lake.home.lake / "staging").iterdir())


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("cut", [-1, -9, 40])
def test_a_packed_file_that_is_cut_off_is_told_and_nothing_kept(
    lake: Lake, tmp_path: Path, kind: str, cut: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(_packed(kind, _csv(tmp_path, *range(5000)))[:cut])
    with pytest.raises(RecordsError, match="cannot be read to its end"):
        take(lake, path)
    assert lake.head == 0


def test_a_gzip_that_lies_about_its_size_is_told_and_nothing_kept(lake: Lake, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(_csv(tmp_path, *range(500))))
    data[-4:] = (7).to_bytes(4, "little")
    path = tmp_path / "a.csv.gz"
    path.write_bytes(bytes(data))
    with pytest.raises(RecordsError, match=r"cannot be read to its end \(.*incorrect length"):
        take(lake, path)
    assert lake.head == 0


def test_a_gzip_of_members_is_read_to_its_end(lake: Lake, tmp_path: Path) -> None:
    data = _csv(tmp_path, *range(600))
    step = 800
    members = [gzip.compress(data[at : at + step]) for at in range(0, len(data), step)]
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"".join(members) + bytes(1_000))
    assert counts(take(lake, path)) == (600, 0, 0, 0)


@pytest.mark.parametrize("inner", [b"", b"x"])
def test_a_gzip_of_very_many_members_is_refused_before_it_costs_time(
    lake: Lake, tmp_path: Path, inner: bytes
) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(_csv(tmp_path, *range(20))) + gzip.compress(inner) * 200_000)
    began = time.process_time()
    with pytest.raises(RecordsError, match="more small pieces"):
        take(lake, path)
    assert time.process_time() - began < allow_seconds(5)
    assert lake.head == 0


def test_packed_files_of_one_zip_together_are_a_bomb_too(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "compute_unpack_limit", lambda size: 1 << 20)
    zeros = gzip.compress(_csv(tmp_path, *range(20)) + b"\n" * 300_000)
    path = _zip(tmp_path / "many.zip", {f"{number}.csv.gz": zeros for number in range(10)})
    with pytest.raises(RecordsError, match="unpacks to more than"):
        take(lake, path)
    assert lake.head == 0


def test_each_file_of_a_zip_is_a_delivery_of_its_own_under_the_zips_fingerprint(
    lake: Lake, tmp_path: Path
) -> None:
    files = {
        "a.csv": _csv(tmp_path, 1, 2, ids=False),
        "days/b.csv": _csv(tmp_path, 3, 4, ids=False),
        "__MACOSX/._a": b"x",
    }
    path = _zip(tmp_path / "week.zip", files)
    job = IngestJob("transfers", path, BANGKOK, "BANKA")
    first = lake.ingest([job])
    assert [(each.file, counts(each)) for each in first] == [
        ("week.zip, a.csv", (2, 0, 0, 0)),
        ("week.zip, days/b.csv", (2, 0, 0, 0)),
    ]
    rows = lake.query_rows("transfers").to_pyarrow()
    assert set(rows["sha256"].to_pylist()) == {hash_file(path)}
    assert len(set(rows["record_id"].to_pylist())) == 4
    assert {each.member for each in lake.list_deliveries()} == {"a.csv", "days/b.csv"}
    assert [counts(each) for each in lake.ingest([job])] == [(0, 2, 0, 0)] * 2


def test_rows_of_workbooks_and_archives_wait_under_their_place_and_are_read_again(
    lake: Lake, tmp_path: Path
) -> None:
    book = workbook(tmp_path / "w.xlsx", [NAMES, row(1), row(2)], sheet="พ.ย.").read_bytes()
    path = _zip(
        tmp_path / "week.zip",
        {
            "w.xlsx": book,
            "a.csv": _csv(tmp_path, 5).replace(b"105.50", b"x"),
            "b.csv": _csv(tmp_path, 6).replace(b"106.50", b"y"),
        },
    )
    lake.ingest([IngestJob("transfers", path, FileMapping(), "BANKA")])
    waiting = lake.list_quarantined_rows().to_pylist()
    assert sorted((each["file"], each["line"]) for each in waiting) == [
        ("week.zip, a.csv", 2), ("week.zip, b.csv", 2), ("week.zip, w.xlsx, พ.ย.", 2), ("week.zip, w.xlsx, พ.ย.", 3),
    ]  # fmt: skip
    summaries = lake.reingest_quarantine(BANGKOK)
    assert sum(each.accepted for each in summaries) == 2
    assert [each["file"] for each in lake.list_quarantined_rows().sort_by("file").to_pylist()] == [
        "week.zip, a.csv",
        "week.zip, b.csv",
    ]
    again = lake.ingest([IngestJob("transfers", path, BANGKOK, "BANKA")])
    assert [counts(each)[:3] for each in again] == [(0, 2, 0), (0, 0, 0), (0, 0, 0)]


def test_archives_that_cannot_be_taken_are_told_and_nothing_kept(lake: Lake, tmp_path: Path) -> None:
    data = _csv(tmp_path, *range(300))
    inner = _zip(tmp_path / "inner.zip", {"a.csv": data}).read_bytes()
    locked = bytearray(inner)
    locked[6] |= 1
    central = locked.rindex(b"PK\x01\x02")
    locked[central + 8] |= 1
    torn = bytearray(inner)
    torn[200] ^= 0xFF
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as out:
        for _ in range(300):
            out.write(bytes(1 << 20))
    lying = bytearray(bomb.getvalue())
    size = (300 << 20).to_bytes(4, "little")
    while (at := lying.find(size)) >= 0:
        lying[at : at + 4] = (1000).to_bytes(4, "little")
    cases = {
        "is locked with a password": bytes(locked),
        "cannot be unpacked": bytes(torn),
        "unpacks to more than 200 times": bomb.getvalue(),
        "cannot be unpacked|unpacks to more": bytes(lying),
        "an archive within another": _zip(
            tmp_path / "o.zip", {"b.csv": data, "inner.zip": inner}
        ).read_bytes(),
        "without a file in it": _zip(tmp_path / "e.zip", {}).read_bytes(),
        "cut off or damaged": inner[:-40],
    }
    for words, content in cases.items():
        path = tmp_path / "sent.zip"
        path.write_bytes(content)
        with pytest.raises(RecordsError, match=words):
            take(lake, path)
    packed = tmp_path / "sent.zip.gz"
    packed.write_bytes(gzip.compress(inner))
    with pytest.raises(RecordsError, match="an archive within another"):
        take(lake, packed)
    assert lake.head == 0
    assert not list((lake.home.lake / "staging").iterdir())


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (32, 50, "lists fewer files than it says"),  # a comment as long as the next entry, which it hides
        (6, 99, "cut off or damaged"),  # packed by a program of the future
        (10, 12, "cannot be unpacked"),  # by another way than it was
        (10, 14, "cannot be unpacked"),
        (20, 1, "cannot be unpacked"),  # shorter than it is
        (42, 7, "cannot be unpacked"),  # elsewhere
    ],
)
def test_a_damaged_list_of_an_archive_is_told_and_no_file_of_it_passed_over(
    lake: Lake, tmp_path: Path, at: int, value: int, words: str
) -> None:
    path = _zip(tmp_path / "a.zip", {"1234.csv": _csv(tmp_path, 1), "5678.csv": _csv(tmp_path, 2)})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\1\2")
    data[entry + at] = value if at != 32 else data.index(b"PK\1\2", entry + 1) - entry
    path.write_bytes(bytes(data))
    with pytest.raises(RecordsError, match=words):
        take(lake, path)
    assert lake.head == 0


def test_a_name_in_an_archive_never_leads_out_of_it(lake: Lake, tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"../../../evil.csv": _csv(tmp_path, 1), "/etc/x.csv": _csv(tmp_path, 2)})
    assert [each.accepted for each in lake.ingest([IngestJob("transfers", path, BANGKOK, "BANKA")])] == [1, 1]
    assert not list(tmp_path.parent.glob("**/evil.csv"))
