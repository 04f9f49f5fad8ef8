"""Queries of corrections that wait for a second officer, and what each would change."""

from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import aliased

from warroom.access.role_groups import FILE_BRINGERS
from warroom.deliveries.schema import WaitingCorrection
from warroom.deliveries.views import ChangedRow, CorrectionView
from warroom.errors import NotFound
from warroom.lake.lake import Lake
from warroom.lake.view import filter_by_values
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

MOST_SHOWN = 200
"""Changed rows on a page; the page gives their total."""


def list_waiting_corrections(ledger: Ledger, officer: Officer) -> list[CorrectionView]:
    """What waits for a second officer, the oldest first. Raises NotAllowed."""
    with logged_read(ledger, officer, *FILE_BRINGERS) as this:
        this.log_list_read("corrections")
        return _list_views(this, WaitingCorrection.state == "waiting")


def load_correction(
    ledger: Ledger, lake: Lake, officer: Officer, correction_id: int
) -> tuple[CorrectionView, list[ChangedRow]]:
    """A correction, and while it waits the first rows that it would change. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *FILE_BRINGERS) as this:
        views = _list_views(this, WaitingCorrection.id == correction_id)
        if not views:
            raise NotFound("deliveries.no-such-correction")
        kept = this.session.get_one(WaitingCorrection, correction_id).rows
        this.log_entry("correction.read", f"correction:{correction_id}")
    changed = list_changed_rows(lake, views[0], parse_kept_rows(kept).slice(0, MOST_SHOWN)) if kept else []
    return views[0], changed


def parse_kept_rows(kept: bytes) -> pa.Table:
    """Parse the saved rows of a correction (Arrow IPC)."""
    with pa.ipc.open_stream(kept) as stream:
        return stream.read_all()


def list_changed_rows(lake: Lake, correction: CorrectionView, rows: pa.Table) -> list[ChangedRow]:
    """For each record the columns whose value would change, with old and new value."""
    table = lake.query_rows(correction.table)
    mine = table.filter(table["source"] == correction.source)
    known = filter_by_values(mine, "record_id", rows["record_id"].to_pylist()).to_pyarrow().to_pylist()
    before = {row["record_id"]: row for row in known}
    # A record that is not there yet changes in every column: it is new.
    return [_compare_row(before.get(row["record_id"], {}), row) for row in rows.to_pylist()]


def _compare_row(before: dict[str, Any], row: dict[str, Any]) -> ChangedRow:
    changes = {
        name: (before.get(name), value)
        for name, value in row.items()
        if name != "record_id" and before.get(name) != value
    }
    return ChangedRow(row["record_id"], changes)


def _list_views(this: LoggedRead, wanted: Any) -> list[CorrectionView]:
    # Officers twice in one query: who brought it and who decided.
    decider = aliased(OfficerRow)
    query = (
        select(WaitingCorrection, OfficerRow.name, decider.name)
        .join(OfficerRow, OfficerRow.id == WaitingCorrection.officer_id)
        .outerjoin(decider, decider.id == WaitingCorrection.decided_by)
        .where(wanted)
        .order_by(WaitingCorrection.id)
    )
    return [
        make_view(
            CorrectionView,
            row,
            table=row.table_name,
            officer=name,
            mine=row.officer_id == this.person.id,
            decided_by=decided or "",
        )
        for row, name, decided in this.session.execute(query)
    ]
