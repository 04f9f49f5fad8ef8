"""What a trace may read, as expressions over the whole lake: an engine selects it, the tracer walks over it.

Every stored version is selected, received whenever: what a trace sees of it as of its moment is for the tracer to say.
"""

from collections.abc import Iterable

import ibis.expr.types as ir

from warroom.lake.lake import Lake
from warroom.lake.view import filter_by_values
from warroom.money.index.rows import NEEDED, NO_REFERENCE

COLUMNS = (*NEEDED, "delivery_id", "line", "correction")
_ROW = ("record_id", "source", "delivery_id", "line", "received_at", "correction")
SIDE_COLUMNS = {
    "accounts": (*_ROW, "bank", "account", "holder_id", "opened_at", "type"),
    "holders": (*_ROW, "kind", "known_since"),
    "balances": (*_ROW, "bank", "account", "time", "amount"),
    "reports": (*_ROW, "time", "transfer_ids"),
}


def select_named_transfers(lake: Lake, names: Iterable[str]) -> ir.Table:
    """Transfers of these record numbers, uetrs or end-to-end ids, the copies of those, and the copies of the copies."""
    rows, listed = lake.query_stored_rows("transfers"), sorted(names)
    near = rows.record_id.isin(listed) | rows.uetr.isin(listed) | rows.end_to_end_id.isin(listed)
    return add_related_transfers(rows, add_related_transfers(rows, rows.filter(near))).select(*COLUMNS)


def select_account_transfers(lake: Lake, numbers: Iterable[str]) -> ir.Table:
    """Every transfer of accounts of these numbers, at whatever bank, with its copies."""
    rows, listed = lake.query_stored_rows("transfers"), list(numbers)
    near = filter_by_values(rows, "payer", listed).union(filter_by_values(rows, "payee", listed))
    return add_related_transfers(rows, near).select(*COLUMNS)


def add_related_transfers(rows: ir.Table, near: ir.Table) -> ir.Table:
    """These transfers, whatever shares their uetr, or their reference and amount, and every other row of any of those numbers.

    So it is known of each whether it counts: whether it was corrected, and whether it is a copy (see `pairs`).
    """
    ids = near.select("record_id")
    for name in ("uetr", "end_to_end_id"):
        # What says 'no reference' is shared by millions of rows and would select the whole lake.
        referenced = near.filter(near[name].notnull() & near[name].notin(NO_REFERENCE))
        # A uetr is one payment whatever was deducted on the way; an id is one only with its amount.
        same = [name] if name == "uetr" else [name, "amount"]
        ids = ids.union(rows.semi_join(referenced.select(*same).distinct(), same).select("record_id"))
    return rows.semi_join(ids.distinct(), "record_id")


def select_side_rows(lake: Lake, table: str, column: str, values: Iterable[str]) -> ir.Table:
    """Rows of accounts, holders or balances whose column has one of these values, and their other versions."""
    rows = lake.query_stored_rows(table)
    ids = filter_by_values(rows, column, values).select("record_id").distinct()
    return rows.semi_join(ids, "record_id").select(*SIDE_COLUMNS[table])


def select_reports_on(lake: Lake, record_ids: Iterable[str]) -> ir.Table:
    """Reports of which any version names one of these transfers, with all their versions."""
    rows = lake.query_stored_rows("reports")
    pairs = rows.select("record_id", transfer=rows.transfer_ids.unnest())
    ids = filter_by_values(pairs, "transfer", record_ids).select("record_id").distinct()
    return rows.semi_join(ids, "record_id").select(*SIDE_COLUMNS["reports"])
