"""Rows of the lake that an engine selected, and the index in memory that they make.

Accounts are numbered and transfers ordered as in the index of all transfers, so that the same trail comes out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake.lake import Lake
from warroom.lake.order import sort_by_file_order
from warroom.money.index import registers
from warroom.money.index.account_index import Index
from warroom.money.index.assembly import SegmentNames, assemble_part, gather_account_texts, merge_days
from warroom.money.index.names import HashNumbers, Key
from warroom.money.index.references import DAY
from warroom.money.index.registers import AccountRegister
from warroom.money.index.returning import ReturnFindings, match_returns
from warroom.money.index.rows import Registry, TransferDay, build_sorted_day, to_micros
from warroom.money.index.selection import COLUMNS
from warroom.records.tables import TABLES

_ONE = ("source", "record_id", "delivery_id", "line", "received_at")
"""The columns that identify a stored row."""


@dataclass
class GatheredRows:
    """What was selected so far, by table; a row selected twice counts once.

    `searched_numbers`: numbers whose holders are already in it.
    """

    lake: Lake
    keys: dict[str, Key]
    tables: dict[str, pa.Table] = field(default_factory=dict)
    searched_numbers: set[str] = field(default_factory=set)
    returns: list[dict[str, Any]] | None = None

    def add_rows(self, table: str, rows: pa.Table) -> None:
        """More rows of a table."""
        known = [self.tables[table]] if table in self.tables else []
        self.tables[table] = _drop_duplicates(pa.concat_tables([*known, rows]))

    def list_distinct_texts(self, table: str, *columns: str) -> set[str]:
        """The different texts in some columns of what was gathered, the empty one left out."""
        if table not in self.tables:
            return set()
        found = [pc.unique(self.tables[table][name]).to_pylist() for name in columns]
        return {text for values in found for text in values if text}

    def build_index(self) -> Index:
        """The index of what was gathered."""
        registry = Registry(self.keys, HashNumbers(), HashNumbers(), [])
        returns = self._load_returns()
        days = [build_sorted_day(rows, registry) for rows in self._iter_days(returns.returned_transfers)]
        accounts, devices = (
            registry.accounts.list_own_hashes().copy(),
            registry.devices.list_own_hashes().copy(),
        )
        names = SegmentNames(
            accounts, devices, gather_account_texts([day.new_accounts for day in days]), registry.sources
        )
        part = assemble_part(_merge_or_empty(days, registry), names, None, self.keys["record"])
        bare = Index(self.lake.head, part, None, self.keys, *3 * (AccountRegister.make_empty(),))
        makers = registers.get_side_builders(
            self._read_columns, self.keys["record"], bare.account_ids, bare.payees_of
        )
        made = {
            name: AccountRegister.from_table(registers.drop_unknown_accounts(make()).combine_chunks())
            for name, make in makers.items()
        }
        sides = (made["facts"], made["balances"], made["reports"])
        return Index(bare.head, part, None, self.keys, *sides).with_returns(returns)

    def _load_returns(self) -> ReturnFindings:
        """What the returns of the lake say of the transfers gathered."""
        if self.returns is None:
            listed = self.lake.list_files("returns")
            self.returns = self.lake.query_rows("returns").to_pyarrow().to_pylist() if listed else []
        if not self.returns or "transfers" not in self.tables:
            return match_returns([], [])
        newest = {(row["source"], row["record_id"]): row for row in self._in_order("transfers").to_pylist()}
        return match_returns(self.returns, newest.values())

    def _iter_days(self, back: pa.Table) -> Iterator[pa.Table]:
        """The transfers day by day: so the index of all transfers reads them, and numbers accounts."""
        if "transfers" not in self.tables:
            return
        rows = self._in_order("transfers")
        if back.num_rows:
            # After all others of an instant, as in the index of all transfers.
            rows = pa.concat_tables([rows, back.select(rows.column_names).cast(rows.schema)])
        day = to_micros(rows["time"]) // DAY
        # Not all at once: numbers of accounts are given day by day in the index of all transfers, and trails
        # name equals by their numbers' order.
        for day_number in np.unique(day):
            yield rows.filter(pa.array(day == day_number))

    def _in_order(self, table: str) -> pa.Table:
        return sort_by_file_order(self.tables[table], TABLES[table], self.lake.list_files(table))

    def _read_columns(self, table: str, columns: list[str]) -> list[pa.Table]:
        if table not in self.tables or not self.tables[table].num_rows:
            return []
        return [self._in_order(table).select([*columns, "correction"])]


def _merge_or_empty(days: list[TransferDay], registry: Registry) -> TransferDay:
    if days:
        return merge_days(days)
    schema = pa.schema([TABLES["transfers"].schema.field(name) for name in COLUMNS if name != "correction"])
    return build_sorted_day(
        schema.empty_table().append_column("correction", pa.array([], pa.bool_())), registry
    )


def _drop_duplicates(rows: pa.Table) -> pa.Table:
    numbered = rows.select(_ONE).append_column("at", pa.array(np.arange(rows.num_rows)))
    # Threads would take groups in an order of their own, and the first row of
    # each would no longer be the first.
    first = numbered.group_by(list(_ONE), use_threads=False).aggregate([("at", "min")])["at_min"]
    return rows.take(first.combine_chunks()).combine_chunks()
