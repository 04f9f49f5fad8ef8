"""The index in memory, growing: records are added as they arrive, and traces read what has arrived so far.

Most rows lie in a base that is sorted once and may be shared by many (`fork`); what was added since lies in a delta,
sorted anew when someone asks for the index, and joins the base when it outgrows a share of it. Numbers of transfers
change then; numbers of accounts never do. The tracer is the one that reads the index of the lake.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.money.index import registers
from warroom.money.index.account_index import Index
from warroom.money.index.assembly import Grown, Names, assemble, joined, texts_of
from warroom.money.index.folder import Part
from warroom.money.index.names import Numbers, account_hashes, hashes, keys_of, plain
from warroom.money.index.opening import Continued
from warroom.money.index.registers import Side
from warroom.money.index.rows import Day, Giver, Registry, day_of
from warroom.records.tables import TABLES

SHARE = 0.01
"""The delta may hold this share of the base, and at least LEAST rows, before it joins the base."""
LEAST = 10_000
SIDES = {table: name for name, tables in registers.MADE_OF.items() for table in tables}


class LiveIndex:
    """An index that grows. `secret` keys the hashes: nobody can make two accounts look like one."""

    def __init__(self, secret: bytes) -> None:
        self.keys = keys_of(secret)
        self.commits = 0
        self._base: Part | None = None
        self._known = {name: np.empty((0, 2), np.uint64) for name in ("account", "device")}
        self._waiting: list[pa.Table] = []
        self._promised: list[Callable[[], pa.Table]] = []
        self._base_texts: list[pa.RecordBatch] = []
        self._sources: list[str] = []
        self._tables: dict[str, list[pa.Table]] = defaultdict(list)
        self._sides: dict[str, Side] = {}
        self._index: Index | None = None
        self._begin()
        self._base_day = _nothing(self._registry)
        self._join()

    def fork(self) -> "LiveIndex":
        """An index that knows what this one knows and grows by itself; the base is shared, not copied."""
        # What waits would else be numbered in each twin by itself, and the twins' accounts would differ.
        self.settle()
        twin = copy(self)
        twin._known, twin._sources = dict(twin._known), list(twin._sources)
        twin._tables = defaultdict(list, {name: list(parts) for name, parts in self._tables.items()})
        twin._sides = dict(self._sides)
        twin._begin()
        return twin

    def add(self, table: str, rows: pa.Table, *, correction: bool = False) -> None:
        """Rows of a table as the lake holds them (with received_at); corrections of earlier rows come by themselves.

        transfers, accounts, holders, balances and reports are read; the same row twice is for the caller to leave out.
        returns are not: no world sends any, and a table that is not read is refused (KeyError) rather than forgotten.
        """
        if not rows.num_rows:
            return
        self.commits, self._index = self.commits + 1, None
        # Only kept: numbering and sorting a handful of rows costs as much as of
        # thousands, and questions are rarer.
        marked = _marked(rows, correction)
        if table == "transfers":
            self._keep_promises()
            self._waiting.append(marked)
            return
        self._tables[table].append(marked)
        # Of the sides only the one made of this table is stale; facts of
        # millions of accounts stay as they are.
        self._sides.pop(SIDES[table], None)
        if table == "accounts":
            self._read_in()
            self._number(rows)

    def later(self, transfers: Callable[[], pa.Table]) -> None:
        """Rows of transfers that are written out only when the index is asked: most questions come after many of them."""
        self.commits, self._index = self.commits + 1, None
        self._promised.append(transfers)

    def last_time(self, table: str, as_of: datetime) -> datetime | None:
        """Nothing: the records of a country that plays do not end before its clock does."""
        return None

    def find(self, table: str, values: Mapping[str, Any], as_of: datetime) -> pa.Table:
        """Rows of a table whose columns have these values, as known at as_of; of one record the newest version."""
        parts = self._tables[table]
        if not parts:
            return pa.table({"record_id": pa.array([], pa.string())})
        rows = pa.concat_tables(parts)
        mask = pc.less_equal(rows["received_at"], pa.scalar(as_of, rows["received_at"].type))
        for name, value in values.items():
            mask = pc.and_(mask, pc.equal(rows[name], value))
        rows = rows.filter(mask)
        names = zip(rows["source"].to_pylist(), rows["record_id"].to_pylist(), strict=True)
        newest = {name: at for at, name in enumerate(names)}
        return rows.take(pa.array(sorted(newest.values()), pa.int64()))

    def settle(self) -> None:
        """Join what was added to the base."""
        self._read_in()
        if self._days or self._new_accounts:
            self._join()

    @property
    def index(self) -> Index:
        """What a trace reads: everything added so far; as_of says what of it a trace may see."""
        if self._index is None:
            self._read_in()
            if self._outgrown():
                self.settle()
            self._index = self._made()
        return self._index

    def _read_in(self) -> None:
        """Give numbers to what is named by the transfers added since the last time, all at once."""
        self._keep_promises()
        if not self._waiting:
            return
        day = day_of(pa.concat_tables(self._waiting, promote_options="permissive"), self._registry)
        self._waiting = []
        self._days.append(day)
        if day.new_accounts.num_rows:
            self._new_accounts.append(day.new_accounts)

    def _keep_promises(self) -> None:
        promised, self._promised = self._promised, []
        self._waiting += [_marked(rows(), False) for rows in promised]

    def _begin(self) -> None:
        """A new, empty delta."""
        self._waiting, self._promised = [], []
        self._grown: Grown | None = None
        self._days: list[Day] = []
        self._new_accounts: list[pa.RecordBatch] = []
        accounts: Giver = Numbers()
        devices: Giver = Numbers()
        if self._base is not None:
            accounts = Continued(self._base, "account", len(self._known["account"]))
            devices = Continued(self._base, "device", len(self._known["device"]))
        # Numbers go on from the base's and never change: whoever plays a country
        # keeps them between two questions.
        self._registry = Registry(self.keys, accounts, devices, list(self._sources))

    def _number(self, rows: pa.Table) -> None:
        """Give accounts their numbers in the order of these rows, before any transfer names them."""
        bank, number = plain(rows["bank"]), plain(rows["account"])
        none = np.zeros((rows.num_rows, 2), np.uint64)
        wanted = account_hashes(hashes(bank, self.keys["bank"]), hashes(number, self.keys["number"]), none)
        _, fresh = self._registry.accounts.assign(wanted)
        new = pa.array(fresh)
        texts = {"bank": bank.take(new), "number": number.take(new), "currency": pa.array([""] * len(fresh))}
        self._new_accounts.append(pa.record_batch(texts))

    def _outgrown(self) -> bool:
        rows = sum(len(day.t) for day in self._days)
        return rows > max(LEAST, SHARE * len(self._base_day.t))

    def _join(self) -> None:
        for name, giver in (("account", self._registry.accounts), ("device", self._registry.devices)):
            self._known[name] = np.concatenate([self._known[name], giver.own()])
        self._base_texts = [*self._base_texts, *self._new_accounts]
        self._sources = self._registry.sources
        self._base_day = joined([self._base_day, *self._days])
        names = Names(
            self._known["account"], self._known["device"], texts_of(self._base_texts), self._sources
        )
        self._base = assemble(self._base_day, names, None, self.keys["record"])
        self._sides.pop("reports", None)
        self._index = None
        self._begin()

    def _made(self) -> Index:
        base, delta = self._base, None
        assert base is not None  # made at birth, of no rows
        if self._days or self._new_accounts:
            grown = self._grow(base)
            names = Names(
                self._registry.accounts.own().copy(),
                self._registry.devices.own().copy(),
                texts_of(self._new_accounts),
                self._registry.sources,
            )
            delta = assemble(grown.day, names, base, self.keys["record"], grown)
            # Reports are kept by payee and transfer number, and new transfers may be what they name.
            self._sides.pop("reports", None)
            if self._new_accounts:
                # A side leaves out accounts that no transfer named; one of those may be among the new.
                self._sides.clear()
        return self._with_sides(Index(self.commits, base, delta, self.keys, *3 * (Side.empty(),)))

    def _grow(self, base: Part) -> Grown:
        """The rows of the delta as one day, which what came since the last question is put among."""
        if self._grown is None:
            self._grown = Grown.of(joined(self._days or [_nothing(self._registry)]), base)
        elif len(self._days) > 1:
            self._grown = self._grown.with_days(self._days[1:], base)
        # Joined once: the next question has only what came since to join.
        self._days = [self._grown.day]
        return self._grown

    def _with_sides(self, bare: Index) -> Index:
        makers = registers.makers(self._read, self.keys["record"], bare.account_ids, bare.payees_of)
        for name, make in makers.items():
            if name not in self._sides:
                self._sides[name] = Side.of_table(registers.named(make()).combine_chunks())
        facts, balances, reports = (self._sides[name] for name in makers)
        return Index(bare.head, bare.base, bare.delta, self.keys, facts, balances, reports)

    def _read(self, table: str, columns: list[str]) -> list[pa.Table]:
        return [part.select([*columns, "correction"]) for part in self._tables[table]]


def _marked(rows: pa.Table, correction: bool) -> pa.Table:
    return rows.append_column("correction", pa.repeat(pa.scalar(correction), rows.num_rows))


def _nothing(registry: Registry) -> Day:
    """No transfers, in the columns of a day."""
    empty = TABLES["transfers"].schema.empty_table()
    return day_of(empty.append_column("correction", pa.array([], pa.bool_())), registry)
