"""Corrections: rows of an officer's file that would change earlier deliveries wait for a second officer."""

from datetime import datetime

import pyarrow as pa

from warroom.access.bringers import note_bringer
from warroom.access.role_groups import FILE_BRINGERS
from warroom.cases.stated import require_reason
from warroom.deliveries.queries import parse_kept_rows
from warroom.deliveries.schema import WaitingCorrection
from warroom.errors import NotFound, NotPossible
from warroom.lake.lake import Lake
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.records.mapping import DeliveryTerms


def save_waiting_correction(
    this: Decision, file: str, sha256: str, table: str, source: str, terms: DeliveryTerms, rows: pa.Table
) -> int:
    """Save rows for a second officer; returns the id of the waiting correction."""
    row = WaitingCorrection(
        file=file,
        sha256=sha256,
        table_name=table,
        source=source,
        legal_basis=terms.legal_basis or "",
        purpose=terms.purpose or "",
        retention_days=terms.retention_days,
        rows=_serialize_rows(rows),
        count=rows.num_rows,
        officer_id=this.person.id,
        at=this.now,
        state="waiting",
        reason="",
        delivery_id="",
    )
    this.session.add(row)
    this.session.flush()
    return row.id


def approve_correction(
    ledger: Ledger, lake: Lake, officer: Officer, correction_id: int, *, now: datetime | None = None
) -> str:
    """Ingest the rows under both officers' names; returns the delivery's id. A repetition changes nothing.

    Raises NotAllowed, NotFound, or NotPossible for who brought the file, and where it was declined.
    """
    with open_decision(ledger, officer, *FILE_BRINGERS, now=now) as this:
        row = _lock_correction(this, correction_id)
        # Four eyes: nobody changes earlier records by a file of their own.
        if row.officer_id == this.person.id:
            raise NotPossible("deliveries.own-correction")
        if row.state == "declined":
            raise NotPossible("deliveries.correction-decided")
        if row.rows is not None:
            _ingest_correction(this, lake, row)
        this.log_entry("correction.approved", f"correction:{row.id}", _make_log_detail(row))
        return row.delivery_id


def _ingest_correction(this: Decision, lake: Lake, row: WaitingCorrection) -> None:
    assert row.rows is not None
    terms = DeliveryTerms(row.source, row.legal_basis, row.purpose, retention_days=row.retention_days)
    # The lake first: a crash between the two writes the same rows again, which the lake knows.
    summary = lake.write_rows(
        row.table_name, parse_kept_rows(row.rows), source=row.source, terms=terms, file=row.file
    )
    row.state, row.rows, row.delivery_id = "taken", None, summary.delivery_id
    row.decided_by, row.decided_at = this.person.id, this.now
    if summary.delivery_id:
        note_bringer(this, summary.delivery_id)
        # Both may then not approve a hold that rests on these rows.
        note_bringer(this, summary.delivery_id, row.officer_id)


def decline_correction(
    ledger: Ledger, officer: Officer, correction_id: int, reason: str, *, now: datetime | None = None
) -> None:
    """Decline a correction; the officer who brought the file may withdraw it this way. A repetition changes
    nothing.

    Raises NotAllowed, NotFound, or NotPossible without a reason, and where the rows were taken in.
    """
    reason = require_reason(reason, "deliveries.decline-reason-missing")
    with open_decision(ledger, officer, *FILE_BRINGERS, now=now) as this:
        row = _lock_correction(this, correction_id)
        if row.state == "taken":
            raise NotPossible("deliveries.correction-decided")
        if row.state == "waiting":
            # The rows go: what was refused is not kept as personal data.
            row.state, row.rows, row.reason = "declined", None, reason
            row.decided_by, row.decided_at = this.person.id, this.now
        this.log_entry(
            "correction.declined", f"correction:{row.id}", {**_make_log_detail(row), "reason": reason}
        )


def _lock_correction(this: Decision, correction_id: int) -> WaitingCorrection:
    row = this.session.get(WaitingCorrection, correction_id, with_for_update=True)
    if row is None:
        raise NotFound("deliveries.no-such-correction")
    return row


def _make_log_detail(row: WaitingCorrection) -> dict[str, object]:
    return {
        "file": row.file,
        "table": row.table_name,
        "source": row.source,
        "rows": row.count,
        "delivery": row.delivery_id,
    }


def _serialize_rows(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    # Compressed, since the rows are a column of a database row.
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, rows.schema, options=options) as stream:
        stream.write_table(rows)
    kept: bytes = sink.getvalue().to_pybytes()
    return kept
