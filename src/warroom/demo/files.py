"""The country as partners send it: each bank in its own format, so that a demo goes through every reader.

B01 sends CSV with Thai headings, Buddhist years and Windows encoding; B02 its transfers of the last days as
pacs.008; the others Parquet, B04 with its own copies of what it received. The hotline sends JSON lines.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warroom.demo import pacs
from warroom.demo.country import BANKS, Country, accounts_table, balances_table, holders_table
from warroom.lake import IngestJob
from warroom.records import Mapping, Terms, TimeRule

BUDDHIST_YEARS = 543
PACS_DAYS = 2
_ZONE = ZoneInfo("Asia/Bangkok")
_TERMS = Terms(partner="demo", legal_basis="invented records", purpose="demonstration", retention_days=30)

THAI_COLUMNS = {
    "record_id": "เลขที่รายการ",
    "time": "วันเวลา",
    "payer_bank": "ธนาคารผู้โอน",
    "payer": "บัญชีผู้โอน",
    "payee_bank": "ธนาคารผู้รับ",
    "payee": "บัญชีผู้รับ",
    "amount": "จำนวนเงิน",
    "currency": "สกุลเงิน",
    "channel": "ช่องทาง",
    "end_to_end_id": "เลขอ้างอิง",
    "uetr": "รหัสติดตาม",
    "purpose": "วัตถุประสงค์",
}
THAI_CHANNELS = {
    "transfer": "โอนเงิน",
    "qr": "คิวอาร์",
    "cash": "ถอนเงินสด",
    "batch": "โอนเป็นชุด",
    "crypto": "สินทรัพย์ดิจิทัล",
    "abroad": "โอนต่างประเทศ",
    "goods": "ซื้อสินค้า",
}
THAI_MAPPING = Mapping(
    columns=THAI_COLUMNS,
    values={"channel": {theirs: ours for ours, theirs in THAI_CHANNELS.items()}},
    time=TimeRule(zone="Asia/Bangkok", calendar="buddhist", format="%d/%m/%Y %H:%M:%S"),
    encoding="cp874",
    terms=_TERMS,
)


def write(country: Country, reports: list[dict[str, Any]], folder: Path, seed: int) -> list[IngestJob]:
    """Write every partner's file into a folder; what is to be ingested, in one commit."""
    money = country.pile.table(seed)
    jobs = [_job("holders", "register", _parquet(folder / "holders.parquet", holders_table(country)))]
    jobs += [_job("accounts", "register", _parquet(folder / "accounts.parquet", accounts_table(country)))]
    jobs += [_job("balances", "register", _parquet(folder / "balances.parquet", balances_table(country)))]
    names: dict[str, str] = {}
    for bank in BANKS:
        own = money.filter(pc.equal(money["payer_bank"], bank))
        jobs += _bank(bank, own, money, country, folder, names)
    jobs.append(_job("reports", "hotline", _lines(folder / "reports.jsonl", _renamed(reports, names))))
    return jobs


def _bank(
    bank: str, own: pa.Table, all_money: pa.Table, country: Country, folder: Path, names: dict[str, str]
) -> list[IngestJob]:
    if bank == "B01":
        path = _thai_csv(folder / f"{bank}.csv", own)
        return [IngestJob("transfers", path, THAI_MAPPING, bank, _TERMS)]
    if bank == "B02":
        recent = _recent_transfers(own, country)
        rest = own.filter(pc.invert(recent))
        sent = own.filter(recent)
        # A reader of pacs.008 knows a transfer by its UETR: the reports must name it so.
        names.update(zip(sent["record_id"].to_pylist(), sent["uetr"].to_pylist(), strict=True))
        message = folder / f"{bank}.xml"
        message.write_bytes(pacs.render(sent, f"{bank}-DEMO", country.now))
        return [
            IngestJob("transfers", message, Mapping(terms=_TERMS), bank, _TERMS),
            _job("transfers", bank, _parquet(folder / f"{bank}.parquet", rest)),
        ]
    if bank == "B04":
        own = pa.concat_tables([own, _copies(bank, all_money)])
    return [_job("transfers", bank, _parquet(folder / f"{bank}.parquet", own))]


def _recent_transfers(own: pa.Table, country: Country) -> pa.Array:
    since = pa.scalar(country.now - timedelta(days=PACS_DAYS), pa.timestamp("us", "UTC"))
    return pc.and_(pc.greater(own["time"], since), pc.equal(own["channel"], "transfer"))


def _copies(bank: str, money: pa.Table) -> pa.Table:
    """The receiving bank's copy of what came in from others: the same references, another number."""
    theirs = pc.and_(pc.equal(money["payee_bank"], bank), pc.not_equal(money["payer_bank"], bank))
    copies = money.filter(theirs)
    numbers = [f"{bank}-IN-{number}" for number in copies["record_id"].to_pylist()]
    return copies.set_column(0, "record_id", pa.array(numbers))


def _thai_csv(path: Path, rows: pa.Table) -> Path:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(THAI_COLUMNS.values())
    for row in rows.select(list(THAI_COLUMNS)).to_pylist():
        local = row["time"].astimezone(_ZONE)
        row["time"] = f"{local:%d/%m}/{local.year + BUDDHIST_YEARS} {local:%H:%M:%S}"
        row["channel"] = THAI_CHANNELS[row["channel"]]
        writer.writerow(row.values())
    path.write_bytes(out.getvalue().encode("cp874"))
    return path


def _parquet(path: Path, rows: pa.Table) -> Path:
    pq.write_table(rows, path)
    return path


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _renamed(reports: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {**report, "transfer_ids": [names.get(number, number) for number in report["transfer_ids"]]}
        for report in reports
    ]


def _job(table: str, source: str, path: Path) -> IngestJob:
    return IngestJob(table, path, None, source, _TERMS)
