"""What goes to whom: each bank's customers once, each bank's payments day by day, and what other partners send."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom_lab.world.crime.reports import Report
from warroom_lab.world.delivery import columns, feeds
from warroom_lab.world.delivery.flaws import Dirt
from warroom_lab.world.delivery.folder import Folder
from warroom_lab.world.delivery.pacs import HOW
from warroom_lab.world.delivery.partners import COPIES, PACS
from warroom_lab.world.drawing.columns import BANKS, DAY, SECOND, Accounts, Array, Holders, Transfers
from warroom_lab.world.drawing.mixing import shuffled30

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


class Post:
    """Delivers a country's records into a folder."""

    def __init__(self, folder: Folder, accounts: Accounts, start: int) -> None:
        self._folder, self._accounts, self._start = folder, accounts, start
        self.skews: list[Dirt] = []
        self._waiting: list[Transfers] = []

    def customers(self, holders: Holders) -> None:
        """Each bank's customers, their accounts, and what lies in them when the days begin."""
        order = np.argsort(self._accounts.bank, kind="stable")
        ends = np.searchsorted(self._accounts.bank[order], np.arange(len(BANKS) + 1))
        for number, bank in enumerate(BANKS):
            mine = order[ends[number] : ends[number + 1]]
            mine = mine[np.argsort(shuffled30(mine))]  # the order of a file must not tell who came last
            people = np.unique(self._accounts.holder[mine])
            people = people[np.argsort(shuffled30(people ^ 0x2AAA))]
            for some in _portions(people):
                self._folder.add(bank, "holders", columns.holders(holders, some, self._start))
            for some in _portions(mine):
                self._folder.add(bank, "accounts", columns.accounts(self._accounts, some, self._start))
            for some in _portions(mine[self._accounts.opened[mine] < self._start]):
                self._folder.add(bank, "balances", columns.balances(self._accounts, some, self._start))

    def payments(self, rows: Transfers) -> None:
        """Some days' payments, sorted by time, to the payers' banks, and to the payees' where those send them too."""
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= GATHERED:
            self.flush()

    def flush(self) -> None:
        """Send the payments that wait, bank by bank."""
        if not self._waiting:
            return
        rows = self._waiting[0] if len(self._waiting) == 1 else Transfers.joined(self._waiting)
        self._waiting = []
        payer, payee = self._accounts.bank[rows.payer], self._accounts.bank[rows.payee]
        order = np.argsort(payer, kind="stable")
        ends = np.searchsorted(payer[order], np.arange(len(BANKS) + 1))

        def send(number: int) -> list[Dirt]:
            skews = self._own(number, rows, order[ends[number] : ends[number + 1]])
            if BANKS[number] in COPIES:
                self._copied(number, rows, np.flatnonzero((payee == number) & (payer != number)))
            return skews

        with ThreadPoolExecutor(THREADS) as pool:
            for skews in pool.map(send, range(len(BANKS))):
                self.skews += skews

    def reports(self, told: Iterable[Report]) -> None:
        """Reports, by who took them down."""
        for partner, ways in (("hotline", ("1441", "bank")), ("police", ("online", "station"))):
            mine = [each for each in told if each.channel in ways]
            if mine:
                self._folder.add(partner, "reports", _reports(mine))

    def others(self, partner: str, table: str, rows: pa.Table) -> None:
        """What anyone else sends."""
        self._folder.add(partner, table, rows)

    def _own(self, number: int, rows: Transfers, mine: Array) -> list[Dirt]:
        rows = rows.take(mine)
        received = feeds.received(np.full(len(mine), number), rows.time, rows.uid)
        skews = _slowed(number, rows)
        order = np.argsort(received, kind="stable")
        for some in _portions(order):
            self._send(number, self._table(rows.take(some), received[some]))
        return skews

    def _copied(self, number: int, rows: Transfers, mine: Array) -> None:
        rows = rows.take(mine)
        # Another draw than for the payer's record: the two banks are late independently of each other.
        received = feeds.received(np.full(len(mine), number), rows.time, rows.uid ^ _COPY_SALT)
        # The copy bears the clock of the bank that sends it; the days are noted once, with its own payments.
        _slowed(number, rows)
        order = np.argsort(received, kind="stable")
        for some in _portions(order):
            table = self._table(rows.take(some), received[some], copies=True)
            self._folder.add(BANKS[number], "transfers", table, RECEIVED)

    def _send(self, number: int, table: pa.Table) -> None:
        bank = BANKS[number]
        if bank not in PACS:
            self._folder.add(bank, "transfers", table)
            return
        said = pc.is_in(table["channel"], pa.array(HOW))
        messages = table.filter(said)
        # Runs of equal arrival and channel: each becomes one message.
        keys = [("received_at", "ascending"), ("channel", "ascending"), ("time", "ascending")]
        self._folder.add(bank, "transfers", messages.take(pc.sort_indices(messages, keys)))
        self._folder.add(bank, "transfers", table.filter(pc.invert(said)), OTHER)

    def _table(self, rows: Transfers, received: Array, *, copies: bool = False) -> pa.Table:
        return columns.transfers(rows, self._accounts.bank, received, copies=copies)


def _slowed(number: int, rows: Transfers) -> list[Dirt]:
    """Set the times back on days on which this bank's clock is behind; what was set back."""
    days, position = np.unique((rows.time + feeds.LOCAL) // DAY, return_inverse=True)
    behind = np.array([feeds.skew(number, int(day)) for day in days], np.int64)
    if behind.any():
        rows.time = rows.time - behind[position]
    return [
        Dirt(BANKS[number], "transfers", "", int(day), f"clock {by // SECOND} s behind", True, "time")
        for day, by in zip(days.tolist(), behind.tolist(), strict=True)
        if by
    ]


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
