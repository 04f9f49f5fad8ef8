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
from warroom.records.mapping import Mapping, Terms, TimeRule
from warroom_lab.demo.surroundings import Surroundings
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.delivery import columns
from warroom_lab.world.delivery.pacs import HOW, PacsSheet
from warroom_lab.world.delivery.sheets import ParquetSheet, Sheet
from warroom_lab.world.delivery.texts import CsvSheet, Dialect, JsonSheet
from warroom_lab.world.drawing.columns import BANKS, DAY, Array, Transfers

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

THAI_BANK, PACS_BANK, COPYING_BANK = "B05", "B06", "B04"
PACS_DAYS = 1
"""So many days of the history one bank sends as messages."""
LIVE = Terms(legal_basis="invented records", purpose="exercise", retention_days=30)
ARCHIVE = replace(LIVE, backfill=True)
THAI = Dialect(
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
THAI_MAPPING = Mapping(
    columns=dict(THAI.names),
    time=TimeRule(zone="Asia/Bangkok", calendar="buddhist", format=THAI.format),
    encoding=THAI.encoding,
)


class Deliveries:
    """Writes what arrived as partners' files and takes them into the lake, each call in one commit or not at all."""

    def __init__(self, country: "Country", lake: Lake, around: Surroundings) -> None:
        self._country, self._lake, self._around = country, lake, around
        self._bank = country.accounts.bank

    def history(self, rows: Transfers, arrival: Array, reports: Sequence[Report], now: int) -> None:
        """Everything up to `now` (microseconds): registers, balances, the banks' archives, the reports."""
        with _folder() as folder:
            jobs = [*self._registers(folder, now), *self._archives(folder, rows, arrival)]
            jobs += self._surroundings(folder, 0, now, ARCHIVE)
            jobs += _told(folder, reports, ARCHIVE)
            self._take(jobs)

    def live(self, rows: Transfers, arrival: Array, reports: Sequence[Report], after: int, now: int) -> None:
        """What arrived since `after`; accounts opened meanwhile are told a day later."""
        with _folder() as folder:
            jobs = [
                _written(JsonSheet(folder / f"{code}.jsonl", "transfers"), mine, code, LIVE)
                for code, mine in self._by_bank(rows, arrival)
            ]
            jobs += self._opened(folder, after, now)
            jobs += self._surroundings(folder, after, now, LIVE)
            jobs += _told(folder, reports, LIVE)
            if jobs:
                self._take(jobs)

    def _take(self, jobs: Sequence[IngestJob]) -> None:
        lost = sum(summary.quarantined for summary in self._lake.ingest(jobs))
        if lost:
            # An exercise that silently lacks rows would be judged for what nobody could see.
            raise HomeError(f"{lost} invented rows were refused by the readers; run 'warroom demo --fresh'.")

    def _registers(self, folder: Path, now: int) -> Iterator[IngestJob]:
        people, accounts, start = self._country.holders, self._country.accounts, self._country.nation.start
        known = np.flatnonzero(accounts.opened + DAY <= now)
        tables = {
            "holders": columns.holders(people, np.arange(len(people)), start),
            "accounts": columns.accounts(accounts, known, start),
            # Half the accounts: what lies in the others an officer does not know either.
            "balances": columns.balances(
                accounts, known[(known % 2 == 0) & (accounts.opened[known] <= start)], start
            ),
        }
        for table, rows in tables.items():
            yield _written(ParquetSheet(folder / f"{table}.parquet", table), rows, "register", ARCHIVE)

    def _opened(self, folder: Path, after: int, now: int) -> Iterator[IngestJob]:
        accounts, start = self._country.accounts, self._country.nation.start
        # A bank tells of a new account a day later: until then the room sees money going
        # to an account without a holder.
        told = accounts.opened + DAY
        fresh = np.flatnonzero((told > after) & (told <= now))
        if len(fresh):
            rows = columns.accounts(accounts, fresh, start)
            yield _written(JsonSheet(folder / "accounts.jsonl", "accounts"), rows, "register", LIVE)

    def _surroundings(self, folder: Path, after: int, now: int, terms: Terms) -> Iterator[IngestJob]:
        for number, (partner, table, rows) in enumerate(self._around.between(after, now)):
            if rows.num_rows:
                sheet = ParquetSheet(folder / f"{table}-{number}.parquet", table)
                yield _written(sheet, rows, partner, terms)

    def _archives(self, folder: Path, rows: Transfers, arrival: Array) -> Iterator[IngestJob]:
        for code, mine in self._by_bank(rows, arrival):
            if code == THAI_BANK:
                yield _written(
                    CsvSheet(folder / f"{code}.csv", "transfers", THAI), mine, code, ARCHIVE, THAI_MAPPING
                )
                continue
            if code == PACS_BANK:
                messages, mine = _messages(mine)
                yield _written(PacsSheet(folder / f"{code}.xml", "transfers"), messages, code, LIVE)
            yield _written(ParquetSheet(folder / f"{code}.parquet", "transfers"), mine, code, ARCHIVE)

    def _by_bank(self, rows: Transfers, arrival: Array) -> Iterator[tuple[str, pa.Table]]:
        """Each bank's records: what its customers paid, and at one bank also what came in from others."""
        payer, payee = self._bank[rows.payer], self._bank[rows.payee]
        for at, code in enumerate(BANKS):
            mine = np.flatnonzero(payer == at)
            tables = [columns.transfers(rows.take(mine), self._bank, arrival[mine])]
            if code == COPYING_BANK:
                copied = np.flatnonzero((payee == at) & (payer != at))
                tables.append(columns.transfers(rows.take(copied), self._bank, arrival[copied], copies=True))
            if any(table.num_rows for table in tables):
                yield code, pa.concat_tables(tables)


def _messages(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The oldest days as messages, the rest as it was: a reader of messages knows a payment by its uetr alone."""
    times = rows["time"].cast(pa.int64()).to_numpy()
    channel = rows["channel"].to_pylist()
    early = (times < times.min() + PACS_DAYS * DAY) & np.array([one in HOW for one in channel])
    return rows.filter(pa.array(early)), rows.filter(pa.array(~early))


def _told(folder: Path, reports: Sequence[Report], terms: Terms) -> list[IngestJob]:
    if not reports:
        return []
    path = folder / "reports.jsonl"
    lines = (json.dumps(_report(one), ensure_ascii=False) + "\n" for one in reports)
    path.write_text("".join(lines), encoding="utf-8")
    return [IngestJob("reports", path, None, "hotline", terms)]


def _report(one: Report) -> dict[str, object]:
    """A report as the hotline writes it down: what the reporter said, nothing of what stands behind it."""
    return {
        "record_id": one.record_id,
        "received_at": clock.from_micros(one.received_at).isoformat(),
        "time": clock.from_micros(one.time).isoformat(),
        "realised_at": clock.from_micros(one.realised_at).isoformat(),
        "scam_type": one.scam_type,
        "transfer_ids": list(one.transfer_ids),
        "first_contact": one.first_contact,
        "loss": f"{one.loss // 100}.{one.loss % 100:02d}",
        "channel": one.channel,
    }


def _written(
    sheet: Sheet, rows: pa.Table, source: str, terms: Terms, mapping: Mapping | None = None
) -> IngestJob:
    sheet.write(rows, {})
    sheet.close()
    return IngestJob(sheet.table, sheet.path, mapping, source, terms)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as name:
        yield Path(name)
