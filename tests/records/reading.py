"""How the tests read a file: all rows and rejects at once, at a fixed moment of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from warroom.records import mapping_file
from warroom.records.batch import Reject
from warroom.records.mapping import FileMapping
from warroom.records.reader import open_reader

ARRIVED = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADER = "record_id,time,payer_bank,payer,payee_bank,payee,amount"


@dataclass
class Read:
    """What came out of a file."""

    table: pa.Table
    rejects: list[Reject]
    notes: list[str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()

    @property
    def codes(self) -> list[tuple[int, str, str]]:
        return [(each.line, each.column, each.code) for each in self.rejects]

    def column(self, name: str) -> list[Any]:
        return self.table.column(name).to_pylist()


def read(path: Path, table: str = "transfers", mapping: FileMapping | None = None) -> Read:
    """Read a whole file."""
    reader = open_reader(path, table, mapping, ARRIVED)
    batches = list(reader.iter_batches())
    rejects = [each for batch in batches for each in batch.rejects]
    return Read(pa.concat_tables([batch.rows for batch in batches]), rejects, reader.notes)


def again(
    folder: Path, rejects: Sequence[Reject], rule: FileMapping | None = None, table: str = "transfers"
) -> Read:
    """Rejected rows read again from what the quarantine keeps of them: JSON objects together, XML singly."""
    path = folder / "again.txt"
    path.write_text("\n".join(each.raw for each in rejects), encoding="utf-8")
    return read(path, table, rule)


def transfer(number: int = 1, *, time: str = "2026-11-20T10:00:00+07:00", amount: str = "100.00") -> str:
    """One line of a transfers file, for HEADER."""
    return f"T{number},{time},KTB,1{number:05d},SCB,2{number:05d},{amount}"


def csv_file(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    """A CSV file of these lines."""
    path = folder / "file.csv"
    path.write_bytes("".join(f"{line}\n" for line in (header, *lines)).encode(encoding))
    return path


def mapping(folder: Path, toml: str) -> FileMapping:
    """A mapping from the text of its file."""
    path = folder / "mapping.toml"
    path.write_text(toml, encoding="utf-8")
    return mapping_file.load_mapping(path)
