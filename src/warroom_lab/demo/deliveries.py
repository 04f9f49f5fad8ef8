"""What the country's partners send the room: files in their own formats, taken in through the front door.

The history comes as the banks' archives (CSV with Thai headings and Buddhist years, pacs.008, Parquet) and keeps its
times of arrival; in the exercise each bank sends JSON lines, stamped when they arrive, and one bank also what it
receives. The hotline tells reports in JSON lines; the land office, the grid, an operator and immigration send what
stands where and what passes by.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import HomeError
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob
from warroom.records.mapping import DeliveryTerms, FileMapping, TimeRule
from warroom_lab.demo.surroundings import Surroundings
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.delivery import columns
from warroom_lab.world.delivery.pacs import HOW, PacsSheet
from warroom_lab.world.delivery.sheets import ParquetSheet, Sheet
from warroom_lab.world.delivery.texts import CsvSheet, CsvWriting, JsonSheet
from warroom_lab.world.drawing.columns import BANKS, DAY, Array, TransferColumns

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

THAI_BANK, PACS_BANK, COPYING_BANK = "B05", "B06", "B04"
PACS_DAYS = 1
"""So many days of the history one bank sends as messages."""
LIVE = DeliveryTerms(legal_basis="invented records", purpose="exercise", retention_days=30)
ARCHIVE = replace(LIVE, backfill=True)
THAI = CsvWriting(
    encoding="cp874",
    layout="DD/MM/YYYY hh:mm:ss",
    format="%d/%m/%Y %H:%M:%S",
    buddhist=True,
    names=(
        ("record_id", "เลขที่รายการ"),
        ("received_at", "วันเวลารับ"),
        ("time", "วันเวลา"),
        ("payer_bank", "ธนาคารผู้โอน"),
        ("payer", "บัญชีผู้โอน"),
        ("payee_bank", "ธนาคารผู้รับ"),
        ("payee", "บัญชีผู้รับ"),
        ("amount", "จำนวนเงิน"),
        ("channel", "ช่องทาง"),
        ("end_to_end_id", "เลขอ้างอิง"),
        ("uetr", "รหัสติดตาม"),
        ("purpose", "วัตถุประสงค์"),
        ("device_id", "อุปกรณ์"),
    ),
)
THAI_MAPPING = FileMapping(
    columns=dict(THAI.names),
    time=TimeRule(zone="Asia/Bangkok", calendar="buddhist", format=THAI.format),
    encoding=THAI.encoding,
)


class PartnerDeliveries:
    """Writes what arrived as partners' files and takes them into the lake, each call in one commit or not at all."""

    def __init__(self, country: "Country", lake: Lake, around: Surroundings) -> None:
        self._country, self._lake, self._around = country, lake, around
        self._bank = country.accounts.bank

    def ingest_history(
        self, rows: TransferColumns, arrival: Array, reports: Sequence[CountryReport], now: int
    ) -> None:
        """Everything up to `now` (microseconds): registers, balances, the banks' archives, the reports."""
        with _open_temporary_folder() as folder:
            jobs = [*self._write_registers(folder, now), *self._write_archives(folder, rows, arrival)]
            jobs += self._write_surroundings(folder, 0, now, ARCHIVE)
            jobs += _write_reports(folder, reports, ARCHIVE)
            self._ingest_jobs(jobs)

    def ingest_live_records(
        self, rows: TransferColumns, arrival: Array, reports: Sequence[CountryReport], after: int, now: int
    ) -> None:
        """What arrived since `after`; accounts opened meanwhile are told a day later."""
        with _open_temporary_folder() as folder:
            jobs = [
                _write_sheet(JsonSheet(folder / f"{code}.jsonl", "transfers"), mine, code, LIVE)
                for code, mine in self._split_by_bank(rows, arrival)
            ]
            jobs += self._write_opened_accounts(folder, after, now)
            jobs += self._write_surroundings(folder, after, now, LIVE)
            jobs += _write_reports(folder, reports, LIVE)
            if jobs:
                self._ingest_jobs(jobs)

    def _ingest_jobs(self, jobs: Sequence[IngestJob]) -> None:
        lost = sum(summary.quarantined for summary in self._lake.ingest(jobs))
        if lost:
            # An exercise that silently lacks rows would be judged for what nobody could see.
            raise HomeError(f"{lost} invented rows were refused by the readers; run 'warroom demo --fresh'.")

    def _write_registers(self, folder: Path, now: int) -> Iterator[IngestJob]:
        people, accounts, start = self._country.holders, self._country.accounts, self._country.nation.start
        known = np.flatnonzero(accounts.opened + DAY <= now)
        tables = {
            "holders": columns.make_holder_rows(people, np.arange(len(people)), start),
            "accounts": columns.make_account_rows(accounts, known, start),
            "balances": columns.make_balance_rows(
                accounts, columns.choose_stated_accounts(accounts, start), start
            ),
        }
        for table, rows in tables.items():
            yield _write_sheet(ParquetSheet(folder / f"{table}.parquet", table), rows, "register", ARCHIVE)

    def _write_opened_accounts(self, folder: Path, after: int, now: int) -> Iterator[IngestJob]:
        accounts, start = self._country.accounts, self._country.nation.start
        # A bank tells of a new account a day later: until then the room sees money going
        # to an account without a holder.
        announced_at = accounts.opened + DAY
        fresh = np.flatnonzero((announced_at > after) & (announced_at <= now))
        if len(fresh):
            rows = columns.make_account_rows(accounts, fresh, start)
            yield _write_sheet(JsonSheet(folder / "accounts.jsonl", "accounts"), rows, "register", LIVE)

    def _write_surroundings(
        self, folder: Path, after: int, now: int, terms: DeliveryTerms
    ) -> Iterator[IngestJob]:
        for number, (partner, table, rows) in enumerate(self._around.iter_parts_between(after, now)):
            if rows.num_rows:
                sheet = ParquetSheet(folder / f"{table}-{number}.parquet", table)
                yield _write_sheet(sheet, rows, partner, terms)

    def _write_archives(self, folder: Path, rows: TransferColumns, arrival: Array) -> Iterator[IngestJob]:
        for code, mine in self._split_by_bank(rows, arrival):
            if code == THAI_BANK:
                yield _write_sheet(
                    CsvSheet(folder / f"{code}.csv", "transfers", THAI), mine, code, ARCHIVE, THAI_MAPPING
                )
                continue
            if code == PACS_BANK:
                messages, mine = _split_off_messages(mine)
                yield _write_sheet(PacsSheet(folder / f"{code}.xml", "transfers"), messages, code, LIVE)
            yield _write_sheet(ParquetSheet(folder / f"{code}.parquet", "transfers"), mine, code, ARCHIVE)

    def _split_by_bank(self, rows: TransferColumns, arrival: Array) -> Iterator[tuple[str, pa.Table]]:
        """Each bank's records: what its customers paid, and at one bank also what came in from others."""
        payer, payee = self._bank[rows.payer], self._bank[rows.payee]
        for at, code in enumerate(BANKS):
            mine = np.flatnonzero(payer == at)
            tables = [columns.make_transfer_rows(rows.select_rows(mine), self._bank, arrival[mine])]
            if code == COPYING_BANK:
                copied = np.flatnonzero((payee == at) & (payer != at))
                tables.append(
                    columns.make_transfer_rows(
                        rows.select_rows(copied), self._bank, arrival[copied], copies=True
                    )
                )
            if any(table.num_rows for table in tables):
                yield code, pa.concat_tables(tables)


def _split_off_messages(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The oldest days as messages, the rest as it was: a reader of messages knows a payment by its uetr alone."""
    times = rows["time"].cast(pa.int64()).to_numpy()
    channel = rows["channel"].to_pylist()
    early = (times < times.min() + PACS_DAYS * DAY) & np.array([one in HOW for one in channel])
    return rows.filter(pa.array(early)), rows.filter(pa.array(~early))


def _write_reports(folder: Path, reports: Sequence[CountryReport], terms: DeliveryTerms) -> list[IngestJob]:
    if not reports:
        return []
    path = folder / "reports.jsonl"
    lines = (json.dumps(_report_to_row(one), ensure_ascii=False) + "\n" for one in reports)
    path.write_text("".join(lines), encoding="utf-8")
    return [IngestJob("reports", path, None, "hotline", terms)]


def _report_to_row(report: CountryReport) -> dict[str, object]:
    """A report as the hotline writes it down: what the reporter said, nothing of what stands behind it."""
    return {
        "record_id": report.record_id,
        "received_at": clock.from_micros(report.received_at).isoformat(),
        "time": clock.from_micros(report.time).isoformat(),
        "realised_at": clock.from_micros(report.realised_at).isoformat(),
        "scam_type": report.scam_type,
        "transfer_ids": list(report.transfer_ids),
        "first_contact": report.first_contact,
        "loss": f"{report.loss // 100}.{report.loss % 100:02d}",
        "channel": report.channel,
    }


def _write_sheet(
    sheet: Sheet, rows: pa.Table, source: str, terms: DeliveryTerms, mapping: FileMapping | None = None
) -> IngestJob:
    sheet.write_rows(rows, {})
    sheet.close()
    return IngestJob(sheet.table, sheet.path, mapping, source, terms)


@contextmanager
def _open_temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as name:
        yield Path(name)
