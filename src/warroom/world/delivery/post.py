"""What goes to whom: each bank's customers once, each bank's payments day by day, and what other partners send."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.world.crime.reports import Report
from warroom.world.delivery import columns, feeds
from warroom.world.delivery.flaws import Dirt
from warroom.world.delivery.folder import Folder
from warroom.world.delivery.pacs import HOW
from warroom.world.delivery.partners import COPIES, PACS
from warroom.world.money import BANKS, DAY, SECOND, Accounts, Array, Holders, Transfers

OTHER = "transfers-other"
"""The file beside a bank's messages for what a message has no word for."""
THREADS = 2
AT_ONCE = 500_000
"""Rows that are given their texts at once."""

_COPY_SALT = 11


class Post:
    """Delivers a country's records into a folder."""

    def __init__(self, folder: Folder, accounts: Accounts, start: int) -> None:
        self._folder, self._accounts, self._start = folder, accounts, start
        self.skews: list[Dirt] = []

    def customers(self, holders: Holders) -> None:
        """Each bank's customers, their accounts, and what lies in them when the days begin."""
        order = np.argsort(self._accounts.bank, kind="stable")
        ends = np.searchsorted(self._accounts.bank[order], np.arange(len(BANKS) + 1))
        for number, bank in enumerate(BANKS):
            mine = order[ends[number] : ends[number + 1]]
            people = np.unique(self._accounts.holder[mine])
            for some in _portions(people):
                self._folder.add(bank, "holders", columns.holders(holders, some, self._start))
            for some in _portions(mine):
                self._folder.add(bank, "accounts", columns.accounts(self._accounts, some, self._start))
            for some in _portions(mine[self._accounts.opened[mine] < self._start]):
                self._folder.add(bank, "balances", columns.balances(self._accounts, some, self._start))

    def payments(self, rows: Transfers) -> None:
        """One day's payments, sorted by time, to the payers' banks, and to the payees' where those send them too."""
        payer, payee = self._accounts.bank[rows.payer], self._accounts.bank[rows.payee]
        order = np.argsort(payer, kind="stable")
        ends = np.searchsorted(payer[order], np.arange(len(BANKS) + 1))

        def send(number: int) -> None:
            self._own(number, rows, order[ends[number] : ends[number + 1]])
            if BANKS[number] in COPIES:
                self._copied(number, rows, np.flatnonzero((payee == number) & (payer != number)))

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(send, range(len(BANKS))))
        self._note_skews(rows)

    def reports(self, told: Iterable[Report]) -> None:
        """Reports, by who took them down."""
        for partner, ways in (("hotline", ("1441", "bank")), ("police", ("online", "station"))):
            mine = [each for each in told if each.channel in ways]
            if mine:
                self._folder.add(partner, "reports", _reports(mine))

    def others(self, partner: str, table: str, rows: pa.Table) -> None:
        """What anyone else sends."""
        self._folder.add(partner, table, rows)

    def _own(self, number: int, rows: Transfers, mine: Array) -> None:
        received = feeds.received(np.full(len(mine), number), rows.time[mine], rows.uid[mine])
        order = np.argsort(received, kind="stable")
        for some in _portions(order):
            self._send(number, rows.take(mine[some]), received[some])

    def _copied(self, number: int, rows: Transfers, mine: Array) -> None:
        received = feeds.received(np.full(len(mine), number), rows.time[mine], rows.uid[mine] ^ _COPY_SALT)
        order = np.argsort(received, kind="stable")
        for some in _portions(order):
            table = self._table(number, rows.take(mine[some]), received[some], copies=True)
            self._folder.add(BANKS[number], "transfers", table, "transfers-received")

    def _send(self, number: int, rows: Transfers, received: Array) -> None:
        table, bank = self._table(number, rows, received), BANKS[number]
        if bank not in PACS:
            self._folder.add(bank, "transfers", table)
            return
        said = pc.is_in(table["channel"], pa.array(HOW))
        messages = table.filter(said)
        by_message = pc.sort_indices(
            messages, [("received_at", "ascending"), ("channel", "ascending"), ("time", "ascending")]
        )
        self._folder.add(bank, "transfers", messages.take(by_message))
        self._folder.add(bank, "transfers", table.filter(pc.invert(said)), OTHER)

    def _table(self, number: int, rows: Transfers, received: Array, *, copies: bool = False) -> pa.Table:
        day = _day(rows)
        rows.time = rows.time - feeds.skew(number, day)
        return columns.transfers(rows, self._accounts.bank, received, copies=copies)

    def _note_skews(self, rows: Transfers) -> None:
        if not len(rows):
            return
        for number, bank in enumerate(BANKS):
            behind = feeds.skew(number, _day(rows))
            if behind:
                self.skews.append(
                    Dirt(
                        bank, "transfers", "", _day(rows), f"clock {behind // SECOND} s behind", True, "time"
                    )
                )


def _day(rows: Transfers) -> int:
    return int((rows.time[0] + feeds.LOCAL) // DAY) if len(rows) else 0


def _portions(rows: Array) -> list[Array]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def _reports(told: list[Report]) -> pa.Table:
    return pa.table(
        {
            "record_id": pa.array([each.record_id for each in told], pa.string()),
            "received_at": columns.times(np.array([each.received_at for each in told])),
            "time": columns.times(np.array([each.time for each in told])),
            "realised_at": columns.times(np.array([each.realised_at for each in told])),
            "scam_type": pa.array([each.scam_type for each in told], pa.string()),
            "transfer_ids": pa.array([list(each.transfer_ids) for each in told], pa.list_(pa.string())),
            "first_contact": pa.array([each.first_contact for each in told], pa.string()),
            "loss": columns.money(np.array([each.loss for each in told])),
            "channel": pa.array([each.channel for each in told], pa.string()),
        }
    )
