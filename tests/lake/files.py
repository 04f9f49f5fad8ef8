"""Small real files of transfers, and short ways to take them in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.records.mapping import DeliveryTerms, FileMapping, TimeRule

START = datetime(2026, 10, 1, 3, tzinfo=UTC)
BANGKOK = FileMapping(time=TimeRule(zone="Asia/Bangkok"))
COLUMNS = ("record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount", "currency", "channel")


def transfer(number: int, **other: Any) -> dict[str, Any]:
    """A transfer as a bank writes it; every tenth is another day."""
    row = {
        "record_id": f"T{number}",
        "time": (START + timedelta(days=number // 10, seconds=number)).isoformat(),
        "payer_bank": "BANKA",
        "payer": f"1{number % 7:03}",
        "payee_bank": "BANKB",
        "payee": f"2{number % 5:03}",
        "amount": f"{100 + number}.50",
        "currency": "THB",
        "channel": "transfer",
    }
    return {**row, **other}


def csv_of(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write rows as a CSV file with the columns of the first."""
    listed = list(rows)
    columns = list(listed[0]) if listed else COLUMNS
    lines = [",".join(columns), *(",".join(str(row[name]) for name in columns) for row in listed)]
    path.write_text("\n".join(lines) + "\n")
    return path


def take(
    lake: Lake, *paths: Path, source: str = "BANKA", terms: DeliveryTerms | None = None
) -> IngestSummary:
    """Take files in by one call; what became of the last."""
    return lake.ingest([IngestJob("transfers", path, BANGKOK, source, terms) for path in paths])[-1]


def seen(lake: Lake, as_of: datetime | None = None, **days: Any) -> dict[str, str]:
    """The visible transfers: record number to amount."""
    rows = lake.query_rows("transfers", as_of, **days).to_pyarrow()
    assert (
        len(set(zip(rows["source"].to_pylist(), rows["record_id"].to_pylist(), strict=True))) == rows.num_rows
    )
    return dict(zip(rows["record_id"].to_pylist(), map(str, rows["amount"].to_pylist()), strict=True))


def opened(home: Home) -> Lake:
    """The lake as another process would open it."""
    return Lake.open(home)


def counts(summary: IngestSummary) -> tuple[int, int, int, int]:
    """Accepted, duplicates, corrections, quarantined."""
    return summary.accepted, summary.duplicates, summary.corrections, summary.quarantined
