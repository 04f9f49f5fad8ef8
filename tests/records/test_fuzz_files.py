"""Files with bytes flipped, cut, doubled and torn out: one sentence or rows, and every row of the file is somewhere."""

import gzip
import io
import json
import random
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from lxml import etree

from tests.records.payments import entry, message
from tests.records.reading import ARRIVED, HEADER, transfer
from tests.records.workbooks import NAMES, ods, row, workbook
from warroom.errors import RecordsError
from warroom.records.archive import iter_files
from warroom.records.mapping import FileMapping, TimeRule
from warroom.records.reader import RecordsReader, open_reader

ROWS = 40
TOLD = r"^Line (\d+) is "
RULE = FileMapping(time=TimeRule(zone="Asia/Bangkok"))


def _csv() -> bytes:
    return "".join(f"{line}\n" for line in (HEADER, *(transfer(number) for number in range(ROWS)))).encode()


def _objects() -> list[dict[str, str]]:
    return [dict(zip(HEADER.split(","), transfer(number).split(","), strict=True)) for number in range(ROWS)]


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_objects()), out)
    return out.getvalue()


def _workbook(folder: Path) -> bytes:
    return workbook(folder / "base.xlsx", [NAMES, *(row(number) for number in range(ROWS))]).read_bytes()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", _csv())
        archive.writestr("b.csv", _csv())
    return out.getvalue()


KINDS: dict[str, Callable[[Path], bytes]] = {
    "csv": lambda _: _csv(),
    "jsonl": lambda _: "".join(json.dumps(each) + "\n" for each in _objects()).encode(),
    "json array": lambda _: json.dumps(_objects(), indent=1).encode(),
    "parquet": lambda _: _parquet(),
    "xlsx": _workbook,
    "ods": lambda folder: ods(
        folder / "base.ods", [NAMES, *(row(number) for number in range(ROWS))]
    ).read_bytes(),
    "zip": lambda _: _zip(),
    "gz": lambda _: gzip.compress(_csv()),
    "zst": lambda _: zstandard.ZstdCompressor(write_checksum=True).compress(_csv()),
    "pacs.008": lambda _: message([entry(number) for number in range(ROWS)]).encode(),
}


def _mutated(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((1, 7, 60, 400)))
    match chance.choice(("flip", "cut", "double", "tear", "noise", "zero", "quote")):
        case "flip":
            return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
        case "cut":
            return data[:at]
        case "double":
            return data[:end] + data[at:end] + data[end:]
        case "tear":
            return data[:at] + data[end:]
        case "noise":
            return data[:at] + chance.randbytes(end - at) + data[end:]
        case "zero":
            return data[:at] + bytes(end - at) + data[end:]
    return data[:at] + chance.choice((b'"', b"\r", b"\n", b"<", b"]", b"\xff\xfe")) + data[at:]


@dataclass
class Found:
    """What became of the mutated files of one kind, and of the rows that are in them."""

    files: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)

    def line(self, kind: str) -> str:
        """A line of the table in docs/measurements/endurance.md."""
        names = "all taken", "some set aside", "refused"
        files = [self.files.total(), *(self.files[each] for each in names)]
        rows = [self.rows[each] for each in ("in", "accepted", "quarantined", "told", "lost")]
        return f"| {kind} | " + " | ".join(f"{each:,}" for each in (*files, *rows)) + " |"


def _read(path: Path, folder: Path, found: Found) -> str:
    """What became of a file: every row that is in it is accepted, in quarantine or told, each once, or it is refused whole."""
    what, rows = "all taken", Counter[str]()
    try:
        seen = 0
        for part in iter_files(path, path.name, folder):
            seen += 1
            reader = open_reader(part.path, "transfers", RULE, ARRIVED, part.name)
            batches = list(reader.iter_batches())
            accepted = [line for batch in batches for line in batch.rows.column("line").to_pylist()]
            rejected = {each.line for batch in batches for each in batch.rejects}
            told = {int(line) for note in reader.notes for line in re.findall(TOLD, note)}
            assert len(accepted) == len(set(accepted))
            assert not set(accepted) & rejected
            _compare(part.path, reader, {*accepted, *rejected, *told})
            rows += Counter(accepted=len(accepted), quarantined=len(rejected), told=len(told))
            what = "some set aside" if rejected or told else what
    except RecordsError:
        return "refused"
    if path.read_bytes()[:4] == b"PK\3\4" and reader.format == "csv":
        assert seen == path.read_bytes().count(b"PK\3\4"), "a file of an archive was passed over"
    found.rows += rows + Counter({"in": rows.total()})
    return what


def _compare(path: Path, reader: RecordsReader, accounted: set[int]) -> None:
    data = _plain(path)
    if reader.format == "pacs.008" and (entries := _entries(data)) is None:
        # No longer XML: at least the payments that are whole must be somewhere.
        assert len(accounted) >= len(
            re.findall(rb"<CdtTrfTxInf>(?:(?!<CdtTrfTxInf>).)*</CdtTrfTxInf>", data, re.S)
        )
        return
    if reader.format == "csv":
        expected = _lines(data) - set(range(_names(reader, data) + 1))
        lost = expected - accounted
        assert accounted <= expected
        assert lost <= _within_quotes(data), f"lines {sorted(lost)} are nowhere"
        return
    match reader.format:
        case "jsonl":
            expected = _lines(data)
        case "json array":
            expected = set(range(1, len(json.loads(data.decode("utf-8-sig"))) + 1))
        case "parquet":
            expected = set(range(1, pq.ParquetFile(path).metadata.num_rows + 1))
        case "workbook":
            expected = set(_filled(path)[1:])
        case _:
            expected = entries or set()
    assert accounted == expected


def _plain(path: Path) -> bytes:
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    return data


def _texts(data: bytes) -> list[str]:
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return [line.decode("utf-8", "replace") for line in data.split(b"\n")]


def _lines(data: bytes) -> set[int]:
    """The lines with anything on them."""
    return {number for number, line in enumerate(_texts(data), 1) if line.strip()}


def _names(reader: RecordsReader, data: bytes) -> int:
    """The line with the names of the columns."""
    noted = [int(line) for note in reader.notes for line in re.findall(r"named in line (\d+)", note)]
    return noted[0] if noted else min(_lines(data))


def _within_quotes(data: bytes) -> set[int]:
    """Lines that go on with a row of the line before: from one with an odd quote to the next such one."""
    odd = [number for number, line in enumerate(_texts(data), 1) if line.count('"') % 2]
    return {line for first, last in pairwise(odd) for line in range(first + 1, last + 1)}


def _filled(path: Path) -> list[int]:
    """The rows of a workbook's first sheet with anything on them, counted without the library that reads it."""
    with zipfile.ZipFile(path) as archive:
        ods = "content.xml" in archive.namelist()
        root = etree.fromstring(archive.read("content.xml" if ods else "xl/worksheets/sheet1.xml"))
    rows = [each for each in root.iter() if str(each.tag).endswith("}table-row" if ods else "}row")]
    return [number for number, each in enumerate(rows, 1) if "".join(map(str, each.itertext())).strip()]


def _entries(data: bytes) -> set[int] | None:
    """The payments of a message; None where it is no longer XML."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return None
    return set(range(1, sum(str(each.tag).endswith("CdtTrfTxInf") for each in root.iter()) + 1))


def _fuzz(kind: str, count: int, folder: Path, seed: int) -> Found:
    chance, data, found = random.Random(seed), KINDS[kind](folder), Found()
    spool = folder / "spool"
    spool.mkdir()
    for number in range(count):
        path = folder / "sent"
        path.write_bytes(_mutated(data, chance))
        try:
            found.files[_read(path, spool, found)] += 1
        except BaseException:
            shutil.copy(path, folder / f"broke-{number}")
            raise
        assert not list(spool.iterdir())
    print(found.line(kind))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutated_file_breaks_a_reader_or_loses_a_row(kind: str, tmp_path: Path) -> None:
    count = 3 if kind in ("xlsx", "ods") else 30
    assert _fuzz(kind, count, tmp_path, seed=15).files.total() == count


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", KINDS)
def test_no_mutated_file_breaks_a_reader_or_loses_a_row_in_three_hundred(kind: str, tmp_path: Path) -> None:
    assert _fuzz(kind, 300, tmp_path, seed=300).files.total() == 300


def test_no_changed_byte_of_a_parquet_footer_loses_a_row(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    pq.write_table(pa.Table.from_pylist(_objects()[:3]), path, compression="none", write_statistics=False)
    data = path.read_bytes()
    for at in range(data.index(b"schema") - 12, len(data) - 8):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xEB]) + data[at + 1 :])
        _read(path, tmp_path, Found())
