"""Small lakes of transfers, with receipt times chosen by the test."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records.mapping import DeliveryTerms, FileMapping
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
    lake.ingest([IngestJob(table, path, FileMapping(), source, DeliveryTerms(backfill=True))])
    path.unlink()


def a_lake(home: Home, *rows: dict[str, Any]) -> Lake:
    lake = Lake.open(home)
    if rows:
        put(lake, "transfers", rows)
    return lake


def payments(r: Random, count: int = 60) -> list[dict[str, Any]]:
    """Payments among a dozen accounts of two banks, received late and out of order, some sent on by both banks."""
    rows = []
    for n in range(count):
        payer, payee = r.sample(range(12), 2)
        minutes = r.randint(0, 3000)
        received = minutes + r.choice([0, 0, 1, 5, 60, 700])
        row = transfer(
            f"T{n}", minutes, f"B{payer % 2}/{payer + 20}", f"B{payee % 2}/{payee + 20}", r.randint(1, 900),
            r.choice(["transfer"] * 5 + ["cash", "goods"]), uetr=f"u{n}", received_at=at(received),
            device_id=f"D{payer // 3}",
        )  # fmt: skip
        rows.append(row)
        if r.random() < 0.2:
            rows.append({**row, "record_id": f"R{n}", "received_at": at(received + r.choice([-1, 3, 90]))})
    return sorted(rows, key=lambda row: row["received_at"])


def people(r: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    holders = [
        {"record_id": f"H{n}", "kind": r.choice(["person", "person", "shop", "company"])} for n in range(12)
    ]
    accounts = [
        {
            "record_id": f"A{n}", "bank": f"B{n % 2}", "account": str(n + 20), "holder_id": f"H{n}",
            "opened_at": at(-r.choice([10, 400_000])), "received_at": at(r.choice([0, 1000])),
        }
        for n in range(12)
    ]  # fmt: skip
    balances = [
        {
            "record_id": f"S{n}",
            "bank": f"B{n % 2}",
            "account": str(n + 20),
            "time": at(-1),
            "amount": "500.00",
        }
        for n in range(0, 12, 3)
    ]
    return holders, accounts, balances
