"""Files with bytes flipped, cut, doubled and torn out: one sentence or rows, and every row of the file is somewhere."""

import gzip
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.records.payments import entry, message
from tests.records.reading import ARRIVED, HEADER, transfer
from tests.records.workbooks import NAMES, row, workbook
from warroom.errors import RecordsError
from warroom.records.archive import parts
from warroom.records.mapping import Mapping, TimeRule
from warroom.records.reader import open_reader

ROWS = 40
RULE = Mapping(time=TimeRule(zone="Asia/Bangkok"))


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
    "ods": lambda _: (Path(__file__).parent / "data" / "transfers.ods").read_bytes(),
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


def _lines(data: bytes) -> int | None:
    """How many rows a text file has, where lines tell."""
    if b'"' in data or b"\r" in data or b"\0" in data or not data.startswith(HEADER.encode() + b"\n"):
        return None
    return sum(bool(line.strip()) for line in data.split(b"\n")[1:])


def _read(path: Path, folder: Path) -> str:
    """What became of a file; the rows of a file whose rows can be counted are all accepted, rejected or told."""
    data, kinds = path.read_bytes(), set()
    try:
        for part in parts(path, path.name, folder):
            reader = open_reader(part.path, "transfers", RULE, ARRIVED, part.name)
            batches = list(reader.batches())
            rows = sum(batch.rows.num_rows for batch in batches)
            rejects = [each for batch in batches for each in batch.rejects]
            told = sum(" is a total (" in note for note in reader.notes)
            if (
                reader.format == "csv"
                and part.path == path
                and (lines := _lines(data)) is not None
                and data[:2] != b"\x1f\x8b"
            ):
                assert rows + len({each.line for each in rejects}) + told == lines
            kinds.add("some set aside" if rejects else "all taken")
    except RecordsError:
        return "refused"
    return "some set aside" if "some set aside" in kinds else "all taken"


def _fuzz(kind: str, count: int, folder: Path, seed: int) -> Counter[str]:
    chance, data, found = random.Random(seed), KINDS[kind](folder), Counter[str]()
    spool = folder / "spool"
    spool.mkdir()
    for _ in range(count):
        path = folder / "sent"
        path.write_bytes(_mutated(data, chance))
        found[_read(path, spool)] += 1
        assert not list(spool.iterdir())
    print(
        f"{kind:<11} {count:>4} files: "
        + ", ".join(f"{number} {what}" for what, number in sorted(found.items()))
    )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutated_file_breaks_a_reader_or_loses_a_row(kind: str, tmp_path: Path) -> None:
    count = 3 if kind in ("xlsx", "ods") else 30
    assert sum(_fuzz(kind, count, tmp_path, seed=15).values()) == count


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_no_mutated_file_breaks_a_reader_or_loses_a_row_in_three_hundred(kind: str, tmp_path: Path) -> None:
    assert sum(_fuzz(kind, 300, tmp_path, seed=300).values()) == 300
