"""Payments and accounts of the country as the records that partners send, a table at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.records.tables import TABLES
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.drawing.columns import (
    BANKS,
    CHANNELS,
    HOLDER_KINDS,
    Accounts,
    Array,
    Holders,
    Transfers,
)
from warroom_lab.world.drawing.numbers import (
    account_numbers,
    device_tokens,
    holder_tokens,
    record_ids,
    references,
    uetrs,
)
from warroom_lab.world.population.people import TYPES

TIME = pa.timestamp("us", "UTC")


class Books:
    """The accounts of a country by name: the text of each number, the bank of each account."""

    def __init__(self, accounts: Accounts) -> None:
        self.bank = accounts.bank.astype(np.int32)
        self.number = account_numbers(np.arange(len(accounts)))

    def transfers(self, rows: Transfers, received: Array) -> pa.Table:
        """Rows of the table `transfers`, each as the payer's bank sends it, known from `received` on."""
        payer, payee = self._side(rows.payer), self._side(rows.payee)
        given = {
            "record_id": record_ids(rows.uid),
            "source": payer[0],
            "received_at": times(received),
            "time": times(rows.time),
            "payer_bank": payer[0],
            "payer": payer[1],
            "payee_bank": payee[0],
            "payee": payee[1],
            "amount": decimals(rows.amount),
            "currency": _one("THB", len(rows)),
            "channel": _coded(rows.channel, CHANNELS),
            "end_to_end_id": references(rows.uid),
            "uetr": uetrs(rows.uid),
            "device_id": device_tokens(rows.device),
        }
        return filled("transfers", given, len(rows))

    def accounts(self, rows: Accounts, received: Array) -> pa.Table:
        """Rows of the table `accounts`, in the order of their numbers."""
        given = {
            "record_id": pa.array([f"A{row}" for row in range(len(rows))]),
            "source": _coded(self.bank, BANKS),
            "received_at": times(received),
            "bank": _coded(self.bank, BANKS),
            "account": self.number,
            "holder_id": holder_tokens(rows.holder),
            "opened_at": times(rows.opened),
            "type": _coded(rows.type, TYPES),
        }
        return filled("accounts", given, len(rows))

    def _side(self, account: Array) -> tuple[pa.Array, pa.Array]:
        """Bank and number of each account; no number where it is outside the country."""
        known = account >= 0
        # Any row will do for those outside the country: their number is blanked below.
        rows = pa.array(np.where(known, account, 0))
        bank = pa.DictionaryArray.from_arrays(pa.array(self.bank).take(rows), pa.array(BANKS))
        number = self.number.take(rows)
        return bank, number if known.all() else _where(known, number)


def holders(rows: Holders, received: Array) -> pa.Table:
    """Rows of the table `holders`, in the order of their numbers."""
    given = {
        "record_id": holder_tokens(np.arange(len(rows))),
        "source": _one("REGISTER", len(rows)),
        "received_at": times(received),
        "kind": _coded(rows.kind, HOLDER_KINDS),
        "known_since": times(rows.since),
    }
    return filled("holders", given, len(rows))


def reports(told: Sequence[Report]) -> pa.Table:
    """Rows of the table `reports`, each known from when it was received on."""
    given = {
        "record_id": pa.array([each.record_id for each in told], pa.string()),
        "source": _one("REPORTS", len(told)),
        "received_at": times(np.array([each.received_at for each in told])),
        "time": times(np.array([each.time for each in told])),
        "transfer_ids": pa.array([list(each.transfer_ids) for each in told], pa.list_(pa.string())),
    }
    return filled("reports", given, len(told))


def filled(table: str, given: dict[str, Any], rows: int) -> pa.Table:
    """The columns given, and nulls for the others of the table."""
    schema = TABLES[table].schema
    columns = {
        field.name: given.get(field.name, pa.nulls(rows, field.type))
        for field in schema
        if field.name in given or field.name not in ("source", "record_id")
    }
    return pa.table(columns)


def times(moments: Array) -> pa.Array:
    """A column of moments from microseconds."""
    return pa.array(np.ascontiguousarray(moments, np.int64)).cast(TIME)


def decimals(satang: Array) -> pa.Array:
    """A column of sums with two decimals from whole satang, without a loop: 128 bits each, the low half first."""
    words = np.empty((len(satang), 2), np.int64)
    # The upper word of a decimal128 repeats the sign, which an arithmetic shift by 63 gives.
    words[:, 0], words[:, 1] = satang, satang >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(satang), [None, pa.py_buffer(words)])


def _coded(codes: Array, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))


def _one(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word]))


def _where(known: Array, texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(pa.array(known), texts, pa.scalar("", pa.string()))
