"""Small lakes of transfers, with receipt times chosen by the test."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records.mapping import Mapping, Terms
from warroom.records.tables import TABLES

START = datetime(2026, 10, 1, 3, tzinfo=UTC)
_NUMBER = count(1)


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def transfer(
    record_id: str,
    minutes: float,
    payer: str,
    payee: str,
    baht: float | str,
    channel: str = "transfer",
    **other: Any,
) -> dict[str, Any]:
    """A transfer; accounts are written BANK/NUMBER."""
    payer_bank, payer = payer.split("/")
    payee_bank, payee = payee.split("/")
    row = {
        "record_id": record_id,
        "time": at(minutes),
        "payer_bank": payer_bank,
        "payer": payer,
        "payee_bank": payee_bank,
        "payee": payee,
        "amount": f"{float(baht):.2f}",
        "currency": "THB",
        "channel": channel,
        "received_at": at(minutes),
    }
    return {**row, **other}


def put(lake: Lake, table: str, rows: Iterable[dict[str, Any]], source: str = "S1") -> None:
    """Take rows in as a backfill, so that their received_at stands; one commit."""
    listed = [{"received_at": at(0), **row} for row in rows]
    kinds = {**{field.name: field.type for field in TABLES[table].schema}, "amount": pa.string()}
    names = sorted({name for row in listed for name in row})
    columns = {name: pa.array([row.get(name) for row in listed], kinds[name]) for name in names}
    path = Path(lake.home.run) / f"{table}-{next(_NUMBER)}.parquet"
    pq.write_table(pa.table(columns), path)
    lake.ingest([IngestJob(table, path, Mapping(), source, Terms(backfill=True))])
    path.unlink()


def a_lake(home: Home, *rows: dict[str, Any]) -> Lake:
    lake = Lake.open(home)
    if rows:
        put(lake, "transfers", rows)
    return lake
