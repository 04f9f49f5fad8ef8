"""The index in memory, growing: records are added as they arrive, and traces read what has arrived so far.

Most rows lie in a base that is sorted once and may be shared by many (`fork`); what was added since lies in a delta,
sorted again when someone asks for the index, and joins the base when it outgrows a share of it. Numbers of transfers
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
from warroom.money.index.assembly import (
    GrowingDelta,
    SegmentNames,
    assemble_part,
    gather_account_texts,
    merge_days,
)
from warroom.money.index.folder import OpenSegment
from warroom.money.index.names import HashNumbers, derive_hash_keys, hash_accounts, hash_texts, to_plain_texts
from warroom.money.index.opening import ContinuedNumbers
from warroom.money.index.registers import AccountRegister
from warroom.money.index.rows import NumberGiver, Registry, TransferDay, build_sorted_day
from warroom.records.tables import TABLES

SHARE = 0.01
"""The delta may hold this share of the base, and at least LEAST rows, before it joins the base."""
LEAST = 10_000
SIDES = {table: name for name, tables in registers.MADE_OF.items() for table in tables}


class LiveIndex:
    """An index that grows. `secret` keys the hashes: nobody can make two accounts look like one."""

    def __init__(self, secret: bytes) -> None:
        self.keys = derive_hash_keys(secret)
        self.commits = 0
        self._base: OpenSegment | None = None
        self._known = {name: np.empty((0, 2), np.uint64) for name in ("account", "device")}
        self._waiting: list[pa.Table] = []
        self._promised: list[Callable[[], pa.Table]] = []
        self._base_texts: list[pa.RecordBatch] = []
        self._sources: list[str] = []
        self._tables: dict[str, list[pa.Table]] = defaultdict(list)
        self._sides: dict[str, AccountRegister] = {}
        self._index: Index | None = None
        self._start_delta()
        self._base_day = _make_empty_day(self._registry)
        self._merge_into_base()

    def fork_index(self) -> "LiveIndex":
        """An index that knows what this one knows and grows by itself; the base is shared, not copied."""
        # What waits would else be numbered in each twin by itself, and the twins' accounts would differ.
        self.merge_delta()
        twin = copy(self)
        twin._known, twin._sources = dict(twin._known), list(twin._sources)
        twin._tables = defaultdict(list, {name: list(parts) for name, parts in self._tables.items()})
        twin._sides = dict(self._sides)
        twin._start_delta()
        return twin

    def add_rows(self, table: str, rows: pa.Table, *, correction: bool = False) -> None:
        """Rows of a table as the lake holds them (with received_at); corrections of earlier rows come by themselves.

        transfers, accounts, holders, balances and reports are read; the same row twice is for the caller to leave out.
        returns are not: no world sends any, and a table that is not read is refused (KeyError) rather than forgotten.
        """
        if not rows.num_rows:
            return
        self.commits, self._index = self.commits + 1, None
        # Only kept: numbering and sorting a handful of rows costs as much as of
        # thousands, and questions are rarer.
        marked = _add_correction_column(rows, correction)
        if table == "transfers":
            self._write_promised_rows()
            self._waiting.append(marked)
            return
        self._tables[table].append(marked)
        # Of the sides only the one made of this table is stale; facts of
        # millions of accounts stay as they are.
        self._sides.pop(SIDES[table], None)
        if table == "accounts":
            self._number_waiting_transfers()
            self._number_accounts(rows)

    def add_rows_later(self, transfers: Callable[[], pa.Table]) -> None:
        """Rows of transfers that are written out only when the index is asked: most questions come after many of them."""
        self.commits, self._index = self.commits + 1, None
        self._promised.append(transfers)

    def find_last_time(self, table: str, as_of: datetime) -> datetime | None:
        """Nothing: the records of a country that plays do not end before its clock does."""
        return None

    def find_rows(self, table: str, values: Mapping[str, Any], as_of: datetime) -> pa.Table:
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

    def merge_delta(self) -> None:
        """Join what was added to the base."""
        self._number_waiting_transfers()
        if self._days or self._new_accounts:
            self._merge_into_base()

    @property
    def current_index(self) -> Index:
        """What a trace reads: everything added so far; as_of says what of it a trace may see."""
        if self._index is None:
            self._number_waiting_transfers()
            if self._is_delta_too_large():
                self.merge_delta()
            self._index = self._build_index()
        return self._index

    def _number_waiting_transfers(self) -> None:
        """Give numbers to what is named by the transfers added since the last time, all at once."""
        self._write_promised_rows()
        if not self._waiting:
            return
        day = build_sorted_day(pa.concat_tables(self._waiting, promote_options="permissive"), self._registry)
        self._waiting = []
        self._days.append(day)
        if day.new_accounts.num_rows:
            self._new_accounts.append(day.new_accounts)

    def _write_promised_rows(self) -> None:
        promised, self._promised = self._promised, []
        self._waiting += [_add_correction_column(rows(), False) for rows in promised]

    def _start_delta(self) -> None:
        """A new, empty delta."""
        self._waiting, self._promised = [], []
        self._grown: GrowingDelta | None = None
        self._days: list[TransferDay] = []
        self._new_accounts: list[pa.RecordBatch] = []
        accounts: NumberGiver = HashNumbers()
        devices: NumberGiver = HashNumbers()
        if self._base is not None:
            accounts = ContinuedNumbers(self._base, "account", len(self._known["account"]))
            devices = ContinuedNumbers(self._base, "device", len(self._known["device"]))
        # Numbers go on from the base's and never change: anyone who plays a country
        # keeps them between two questions.
        self._registry = Registry(self.keys, accounts, devices, list(self._sources))

    def _number_accounts(self, rows: pa.Table) -> None:
        """Give accounts their numbers in the order of these rows, before any transfer names them."""
        bank, number = to_plain_texts(rows["bank"]), to_plain_texts(rows["account"])
        none = np.zeros((rows.num_rows, 2), np.uint64)
        wanted = hash_accounts(
            hash_texts(bank, self.keys["bank"]), hash_texts(number, self.keys["number"]), none
        )
        _, fresh = self._registry.accounts.assign_numbers(wanted)
        new = pa.array(fresh)
        texts = {"bank": bank.take(new), "number": number.take(new), "currency": pa.array([""] * len(fresh))}
        self._new_accounts.append(pa.record_batch(texts))

    def _is_delta_too_large(self) -> bool:
        rows = sum(len(day.t) for day in self._days)
        return rows > max(LEAST, SHARE * len(self._base_day.t))

    def _merge_into_base(self) -> None:
        for name, giver in (("account", self._registry.accounts), ("device", self._registry.devices)):
            self._known[name] = np.concatenate([self._known[name], giver.list_own_hashes()])
        self._base_texts = [*self._base_texts, *self._new_accounts]
        self._sources = self._registry.sources
        self._base_day = merge_days([self._base_day, *self._days])
        names = SegmentNames(
            self._known["account"],
            self._known["device"],
            gather_account_texts(self._base_texts),
            self._sources,
        )
        self._base = assemble_part(self._base_day, names, None, self.keys["record"])
        self._sides.pop("reports", None)
        self._index = None
        self._start_delta()

    def _build_index(self) -> Index:
        base, delta = self._base, None
        assert base is not None  # made at birth, of no rows
        if self._days or self._new_accounts:
            grown = self._grow_delta(base)
            names = SegmentNames(
                self._registry.accounts.list_own_hashes().copy(),
                self._registry.devices.list_own_hashes().copy(),
                gather_account_texts(self._new_accounts),
                self._registry.sources,
            )
            delta = assemble_part(grown.day, names, base, self.keys["record"], grown)
            # Reports are kept by payee and transfer number, and new transfers may be what they name.
            self._sides.pop("reports", None)
            if self._new_accounts:
                # A side leaves out accounts that no transfer named; one of those may be among the new.
                self._sides.clear()
        return self._add_sides(
            Index(self.commits, base, delta, self.keys, *3 * (AccountRegister.make_empty(),))
        )

    def _grow_delta(self, base: OpenSegment) -> GrowingDelta:
        """The rows of the delta as one day, which what came since the last question is put among."""
        if self._grown is None:
            self._grown = GrowingDelta.from_day(
                merge_days(self._days or [_make_empty_day(self._registry)]), base
            )
        elif len(self._days) > 1:
            self._grown = self._grown.with_days(self._days[1:], base)
        # Joined once: the next question has only what came since to join.
        self._days = [self._grown.day]
        return self._grown

    def _add_sides(self, bare: Index) -> Index:
        makers = registers.get_side_builders(
            self._read_columns, self.keys["record"], bare.account_ids, bare.payees_of
        )
        for name, make in makers.items():
            if name not in self._sides:
                self._sides[name] = AccountRegister.from_table(
                    registers.drop_unknown_accounts(make()).combine_chunks()
                )
        facts, balances, reports = (self._sides[name] for name in makers)
        return Index(bare.head, bare.base, bare.delta, self.keys, facts, balances, reports)

    def _read_columns(self, table: str, columns: list[str]) -> list[pa.Table]:
        return [part.select([*columns, "correction"]) for part in self._tables[table]]


def _add_correction_column(rows: pa.Table, correction: bool) -> pa.Table:
    return rows.append_column("correction", pa.repeat(pa.scalar(correction), rows.num_rows))


def _make_empty_day(registry: Registry) -> TransferDay:
    """No transfers, in the columns of a day."""
    empty = TABLES["transfers"].schema.empty_table()
    return build_sorted_day(empty.append_column("correction", pa.array([], pa.bool_())), registry)
