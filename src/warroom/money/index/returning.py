"""Payments that were rejected or returned: which payment a row of `returns` means, and the money that went back.

A return is one more transfer, from the payee to the payer, over the channel `return`; a rejected payment counts no longer
from when that was received. A row whose payment is not known, or that could mean several, changes nothing and waits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from warroom.lake.lake import Lake
from warroom.lake.view import filter_by_values
from warroom.money.index.rows import NEEDED, NO_REFERENCE
from warroom.records.tables import TABLES

Row = Mapping[str, Any]
COLUMNS = (*NEEDED, "delivery_id", "line")
_NAMES = {"uetr": "uetr", "transfer_id": "record_id", "end_to_end_id": "end_to_end_id"}
"""A column of returns, and of transfers what it names; the surest first."""


@dataclass(frozen=True)
class ReturnFindings:
    """What the returns show.

    `returned_transfers`: transfers of what went back (COLUMNS and `correction`); `rejected`: the (source,
    record_id) of payments that did not happen, and since when that is known; `unmatched_returns`: record_ids
    of returns that name no payment, or several.
    """

    returned_transfers: pa.Table
    rejected: tuple[tuple[str, str, datetime], ...] = ()
    unmatched_returns: tuple[str, ...] = ()


def load_returns(lake: Lake) -> ReturnFindings:
    """What the returns of a lake say; nothing is read where there are none."""
    if not lake.list_files("returns"):
        return ReturnFindings(_build_transfer_table([]))
    # A recall only asks for money back: none moves until it is answered.
    returns = [
        row for row in lake.query_rows("returns").to_pyarrow().to_pylist() if row["kind"] != "recalled"
    ]
    return match_returns(returns, _find_returned_payments(lake, returns))


def _find_returned_payments(lake: Lake, returns: list[Row]) -> list[Row]:
    """The transfers that returns may mean: the newest version of each."""
    payments_by_id: dict[tuple[str, str], Row] = {}
    rows = lake.query_rows("transfers")
    for ours, theirs in _NAMES.items():
        asked = {row[ours] for row in returns if row[ours] and row[ours] not in NO_REFERENCE}
        if asked:
            listed = filter_by_values(rows, theirs, asked).select(*COLUMNS).to_pyarrow().to_pylist()
            payments_by_id |= {(row["source"], row["record_id"]): row for row in listed}
    return list(payments_by_id.values())


def match_returns(returns: Iterable[Row], payments: Iterable[Row]) -> ReturnFindings:
    """What returns say of these payments, in the order of receipt."""
    known: dict[tuple[str, str], list[Row]] = {}
    for row in payments:
        for name in _NAMES.values():
            known.setdefault((name, row[name] or ""), []).append(row)
    rejected: dict[tuple[str, str], datetime] = {}
    sent, waiting = dict[tuple[str, str], list[Row]](), list[str]()
    for return_row in sorted(returns, key=lambda row: (row["received_at"], row["source"], row["record_id"])):
        meant = _find_returned_payment(return_row, known)
        if not meant:
            waiting.append(return_row["record_id"])
        elif return_row["kind"] == "rejected":
            for row in meant:
                rejected.setdefault(_record_key(row), max(return_row["received_at"], row["received_at"]))
        else:
            # What counts of one payment's rows: the least amount, of equals the first received, as in `pairs`.
            counts = min(meant, key=lambda row: (row["amount"], row["received_at"], row["source"]))
            back = sent.setdefault(_record_key(counts), [])
            back += _reverse_transfer(return_row, counts, back)
    moved = [row for payment, rows in sent.items() if payment not in rejected for row in rows]
    return ReturnFindings(
        _build_transfer_table(moved), tuple((*key, at) for key, at in rejected.items()), tuple(waiting)
    )


def _record_key(row: Row) -> tuple[str, str]:
    return row["source"], row["record_id"]


def _find_returned_payment(return_row: Row, known: Mapping[tuple[str, str], list[Row]]) -> list[Row]:
    """The rows of the payment that a return means; none where that is not known or not certain."""
    for ours, theirs in _NAMES.items():
        text = return_row[ours] or ""
        if text in NO_REFERENCE:
            continue
        rows = [row for row in known.get((theirs, text), ()) if row["time"] <= return_row["time"]]
        if ours == "end_to_end_id":
            rows = [
                row
                for row in rows
                if (row["amount"], row["currency"]) == (return_row["amount"], return_row["currency"])
            ]
        rows = rows if len(rows) < 2 else list(_keep_one_payment(rows, by_uetr=ours == "uetr"))
        if rows:
            return rows
    return []


def _keep_one_payment(rows: list[Row], by_uetr: bool) -> Iterator[Row]:
    """Rows that can be one payment: a party in common, and without a uetr one record of each source; else none."""
    payers = {(row["payer_bank"], row["payer"], row["currency"]) for row in rows}
    payees = {(row["payee_bank"], row["payee"], row["currency"]) for row in rows}
    twice = not by_uetr and len({row["source"] for row in rows}) < len(rows)
    if not twice and (len(payers) == 1 or len(payees) == 1):
        yield from rows


def _reverse_transfer(return_row: Row, payment: Row, before: list[Row]) -> list[Row]:
    """What a return sends back of a payment; nothing if another bank reported it already, or all is back."""
    left = payment["amount"] - sum((row["amount"] for row in before), Decimal(0))
    amount = min(return_row["amount"] or left, left)
    if amount <= 0 or any(
        row["source"] != return_row["source"] and row["amount"] == amount for row in before
    ):
        return []
    sides = {
        f"{side}{end}": payment[f"{other}{end}"]
        for side, other in (("payer", "payee"), ("payee", "payer"))
        for end in ("", "_bank")
    }
    own = {name: return_row[name] for name in ("record_id", "source", "delivery_id", "line", "time")}
    received = max(return_row["received_at"], payment["received_at"])
    rest = {"amount": amount, "currency": payment["currency"], "channel": "return", "received_at": received}
    return [{**dict.fromkeys(COLUMNS), **own, **sides, **rest}]


def _build_transfer_table(rows: list[Row]) -> pa.Table:
    schema = pa.schema([TABLES["transfers"].schema.field(name) for name in COLUMNS])
    table = pa.Table.from_pylist([dict(row) for row in rows], schema)
    return table.append_column("correction", pa.array([False] * len(rows), pa.bool_()))
