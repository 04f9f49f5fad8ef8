"""What goes to whom: each bank's customers once, each bank's payments day by day, and what other partners send."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.delivery import columns, feeds
from warroom_lab.world.delivery.flaws import FaultyRow
from warroom_lab.world.delivery.folder import PartnerFolders
from warroom_lab.world.delivery.pacs import HOW
from warroom_lab.world.delivery.partners import COPIES, PACS
from warroom_lab.world.drawing.columns import (
    BANKS,
    DAY,
    SECOND,
    AccountColumns,
    Array,
    HolderColumns,
    TransferColumns,
)
from warroom_lab.world.drawing.mixing import permute_30_bits

RECEIVED = "transfers-received"
"""The file of what a bank's customers were paid."""
OTHER = "transfers-other"
"""The file beside a bank's messages for what a message has no word for."""
THREADS = 2
AT_ONCE = 500_000
"""Rows that are given their texts at once."""

GATHERED = 250_000
"""Payments that wait until they are worth sending: a small country's days are sent some at a time."""

_COPY_SALT = 11


class PartnerPost:
    """Delivers a country's records into a folder."""

    def __init__(self, folder: PartnerFolders, accounts: AccountColumns, start: int) -> None:
        self._folder, self._accounts, self._start = folder, accounts, start
        self.skews: list[FaultyRow] = []
        self._waiting: list[TransferColumns] = []

    def send_customers(self, holders: HolderColumns) -> None:
        """Each bank's customers, their accounts, and what lies in them when the days begin."""
        order = np.argsort(self._accounts.bank, kind="stable")
        ends = np.searchsorted(self._accounts.bank[order], np.arange(len(BANKS) + 1))
        for number, bank in enumerate(BANKS):
            mine = order[ends[number] : ends[number + 1]]
            mine = mine[np.argsort(permute_30_bits(mine))]  # the order of a file must not tell who came last
            people = np.unique(self._accounts.holder[mine])
            people = people[np.argsort(permute_30_bits(people ^ 0x2AAA))]
            for some in _split_portions(people):
                self._folder.add_rows(bank, "holders", columns.make_holder_rows(holders, some, self._start))
            for some in _split_portions(mine):
                self._folder.add_rows(
                    bank, "accounts", columns.make_account_rows(self._accounts, some, self._start)
                )
            for some in _split_portions(mine[self._accounts.opened[mine] < self._start]):
                self._folder.add_rows(
                    bank, "balances", columns.make_balance_rows(self._accounts, some, self._start)
                )

    def send_payments(self, rows: TransferColumns) -> None:
        """Some days' payments, sorted by time, to the payers' banks, and to the payees' where those send them too."""
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= GATHERED:
            self.flush_payments()

    def flush_payments(self) -> None:
        """Send the payments that wait, bank by bank."""
        if not self._waiting:
            return
        rows = self._waiting[0] if len(self._waiting) == 1 else TransferColumns.concat_parts(self._waiting)
        self._waiting = []
        payer, payee = self._accounts.bank[rows.payer], self._accounts.bank[rows.payee]
        order = np.argsort(payer, kind="stable")
        ends = np.searchsorted(payer[order], np.arange(len(BANKS) + 1))

        def send(number: int) -> list[FaultyRow]:
            skews = self._send_own_records(number, rows, order[ends[number] : ends[number + 1]])
            if BANKS[number] in COPIES:
                self._send_copies(number, rows, np.flatnonzero((payee == number) & (payer != number)))
            return skews

        with ThreadPoolExecutor(THREADS) as pool:
            for skews in pool.map(send, range(len(BANKS))):
                self.skews += skews

    def send_reports(self, told: Iterable[CountryReport]) -> None:
        """Reports, by who took them down."""
        for partner, ways in (("hotline", ("1441", "bank")), ("police", ("online", "station"))):
            mine = [each for each in told if each.channel in ways]
            if mine:
                self._folder.add_rows(partner, "reports", _make_report_table(mine))

    def send_rows(self, partner: str, table: str, rows: pa.Table) -> None:
        """What anyone else sends."""
        self._folder.add_rows(partner, table, rows)

    def _send_own_records(self, number: int, rows: TransferColumns, mine: Array) -> list[FaultyRow]:
        rows = rows.select_rows(mine)
        received = feeds.compute_received(np.full(len(mine), number), rows.time, rows.uid)
        skews = _skew_times(number, rows)
        order = np.argsort(received, kind="stable")
        for some in _split_portions(order):
            self._write_transfers(number, self._make_table(rows.select_rows(some), received[some]))
        return skews

    def _send_copies(self, number: int, rows: TransferColumns, mine: Array) -> None:
        rows = rows.select_rows(mine)
        # Another draw than for the payer's record: the two banks are late independently of each other.
        received = feeds.compute_received(np.full(len(mine), number), rows.time, rows.uid ^ _COPY_SALT)
        # The copy bears the clock of the bank that sends it; the days are noted once, with its own payments.
        _skew_times(number, rows)
        order = np.argsort(received, kind="stable")
        for some in _split_portions(order):
            table = self._make_table(rows.select_rows(some), received[some], copies=True)
            self._folder.add_rows(BANKS[number], "transfers", table, RECEIVED)

    def _write_transfers(self, number: int, table: pa.Table) -> None:
        bank = BANKS[number]
        if bank not in PACS:
            self._folder.add_rows(bank, "transfers", table)
            return
        is_message = pc.is_in(table["channel"], pa.array(HOW))
        messages = table.filter(is_message)
        # Runs of equal arrival and channel: each becomes one message.
        keys = [("received_at", "ascending"), ("channel", "ascending"), ("time", "ascending")]
        self._folder.add_rows(bank, "transfers", messages.take(pc.sort_indices(messages, keys)))
        self._folder.add_rows(bank, "transfers", table.filter(pc.invert(is_message)), OTHER)

    def _make_table(self, rows: TransferColumns, received: Array, *, copies: bool = False) -> pa.Table:
        return columns.make_transfer_rows(rows, self._accounts.bank, received, copies=copies)


def _skew_times(number: int, rows: TransferColumns) -> list[FaultyRow]:
    """Set the times back on days on which this bank's clock is behind; what was set back."""
    days, position = np.unique((rows.time + feeds.LOCAL) // DAY, return_inverse=True)
    behind = np.array([feeds.draw_clock_skew(number, int(day)) for day in days], np.int64)
    if behind.any():
        rows.time = rows.time - behind[position]
    return [
        FaultyRow(BANKS[number], "transfers", "", int(day), f"clock {by // SECOND} s behind", True, "time")
        for day, by in zip(days.tolist(), behind.tolist(), strict=True)
        if by
    ]


def _split_portions(rows: Array) -> list[Array]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def _make_report_table(reports: list[CountryReport]) -> pa.Table:
    return pa.table(
        {
            "record_id": pa.array([report.record_id for report in reports], pa.string()),
            "received_at": columns.to_time_column(np.array([report.received_at for report in reports])),
            "time": columns.to_time_column(np.array([report.time for report in reports])),
            "realised_at": columns.to_time_column(np.array([report.realised_at for report in reports])),
            "scam_type": pa.array([report.scam_type for report in reports], pa.string()),
            "transfer_ids": pa.array(
                [list(report.transfer_ids) for report in reports], pa.list_(pa.string())
            ),
            "first_contact": pa.array([report.first_contact for report in reports], pa.string()),
            "loss": columns.to_money_column(np.array([report.loss for report in reports])),
            "channel": pa.array([report.channel for report in reports], pa.string()),
        }
    )
