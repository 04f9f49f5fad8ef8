"""Payments and accounts of the country as the records that partners send, a table at a time."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from warroom.records.tables import TABLES
from warroom_lab.world.drawing.columns import (
    BANKS,
    CHANNELS,
    HOLDER_KINDS,
    AccountColumns,
    Array,
    HolderColumns,
    TransferColumns,
)
from warroom_lab.world.drawing.numbers import (
    make_account_numbers,
    make_device_tokens,
    make_holder_tokens,
    make_record_ids,
    make_references,
    make_uetrs,
)
from warroom_lab.world.population.people import TYPES

TIME = pa.timestamp("us", "UTC")


class Books:
    """The accounts of a country by name: the text of each number, the bank of each account."""

    def __init__(self, accounts: AccountColumns) -> None:
        self.bank = accounts.bank.astype(np.int32)
        self.number = make_account_numbers(np.arange(len(accounts)))

    def build_transfers_table(self, rows: TransferColumns, received: Array) -> pa.Table:
        """Rows of the table `transfers`, each as the payer's bank sends it, known from `received` on."""
        payer, payee = self._build_side_columns(rows.payer), self._build_side_columns(rows.payee)
        given = {
            "record_id": make_record_ids(rows.uid),
            "source": payer[0],
            "received_at": to_time_column(received),
            "time": to_time_column(rows.time),
            "payer_bank": payer[0],
            "payer": payer[1],
            "payee_bank": payee[0],
            "payee": payee[1],
            "amount": to_decimal_column(rows.amount),
            "currency": _repeat_word("THB", len(rows)),
            "channel": _make_coded_column(rows.channel, CHANNELS),
            "end_to_end_id": make_references(rows.uid),
            "uetr": make_uetrs(rows.uid),
            "device_id": make_device_tokens(rows.device),
        }
        return fill_table("transfers", given, len(rows))

    def build_accounts_table(self, rows: AccountColumns, received: Array) -> pa.Table:
        """Rows of the table `accounts`, in the order of their numbers."""
        given = {
            "record_id": pa.array([f"A{row}" for row in range(len(rows))]),
            "source": _make_coded_column(self.bank, BANKS),
            "received_at": to_time_column(received),
            "bank": _make_coded_column(self.bank, BANKS),
            "account": self.number,
            "holder_id": make_holder_tokens(rows.holder),
            "opened_at": to_time_column(rows.opened),
            "type": _make_coded_column(rows.type, TYPES),
        }
        return fill_table("accounts", given, len(rows))

    def build_balances_table(self, numbers: Array, amounts: Array, stated_at: int) -> pa.Table:
        """Rows of the table `balances`: satang on these accounts at a moment (microseconds), as their banks state them."""
        moments = to_time_column(np.full(len(numbers), stated_at))
        account = self.number.take(pa.array(numbers))
        given = {
            "record_id": account,
            "source": _repeat_word("REGISTER", len(numbers)),
            "received_at": moments,
            "bank": _make_coded_column(self.bank[numbers], BANKS),
            "account": account,
            "time": moments,
            "amount": to_decimal_column(amounts),
            "available": to_decimal_column(amounts),
        }
        return fill_table("balances", given, len(numbers))

    def _build_side_columns(self, account: Array) -> tuple[pa.Array, pa.Array]:
        """Bank and number of each account; no number where it is outside the country."""
        known = account >= 0
        # Any row will do for those outside the country: their number is blanked below.
        rows = pa.array(np.where(known, account, 0))
        bank = pa.DictionaryArray.from_arrays(pa.array(self.bank).take(rows), pa.array(BANKS))
        number = self.number.take(rows)
        return bank, number if known.all() else _keep_known_texts(known, number)


def build_holders_table(rows: HolderColumns, received: Array) -> pa.Table:
    """Rows of the table `build_holders_table`, in the order of their numbers."""
    given = {
        "record_id": make_holder_tokens(np.arange(len(rows))),
        "source": _repeat_word("REGISTER", len(rows)),
        "received_at": to_time_column(received),
        "kind": _make_coded_column(rows.kind, HOLDER_KINDS),
        "known_since": to_time_column(rows.since),
    }
    return fill_table("holders", given, len(rows))


class NamedPayments(Protocol):
    """What a report's row needs of it; times in microseconds."""

    @property
    def record_id(self) -> str: ...
    @property
    def time(self) -> int: ...
    @property
    def received_at(self) -> int: ...
    @property
    def transfer_ids(self) -> tuple[str, ...]: ...


def build_reports_table(victim_reports: Sequence[NamedPayments]) -> pa.Table:
    """Rows of the table `build_reports_table`, each known from when it was received on."""
    given = {
        "record_id": pa.array([report.record_id for report in victim_reports], pa.string()),
        "source": _repeat_word("REPORTS", len(victim_reports)),
        "received_at": to_time_column(np.array([report.received_at for report in victim_reports])),
        "time": to_time_column(np.array([report.time for report in victim_reports])),
        "transfer_ids": pa.array(
            [list(report.transfer_ids) for report in victim_reports], pa.list_(pa.string())
        ),
    }
    return fill_table("reports", given, len(victim_reports))


def fill_table(table: str, given: dict[str, Any], rows: int) -> pa.Table:
    """The columns given, and nulls for the others of the table."""
    schema = TABLES[table].schema
    columns = {
        field.name: given.get(field.name, pa.nulls(rows, field.type))
        for field in schema
        if field.name in given or field.name not in ("source", "record_id")
    }
    return pa.table(columns)


def to_time_column(moments: Array) -> pa.Array:
    """A column of moments from microseconds."""
    return pa.array(np.ascontiguousarray(moments, np.int64)).cast(TIME)


def to_decimal_column(satang: Array) -> pa.Array:
    """A column of sums with two decimals from whole satang, without a loop: 128 bits each, the low half first."""
    words = np.empty((len(satang), 2), np.int64)
    # The upper word of a decimal128 repeats the sign, which an arithmetic shift by 63 gives.
    words[:, 0], words[:, 1] = satang, satang >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(satang), [None, pa.py_buffer(words)])


def _make_coded_column(codes: Array, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))


def _repeat_word(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word]))


def _keep_known_texts(known: Array, texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(pa.array(known), texts, pa.scalar("", pa.string()))
