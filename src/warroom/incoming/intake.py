"""Payments that banks say are waiting: each row of the lake becomes a payment to ask about, and the first one tells the holder."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.references import read_reference
from warroom.cases.transfers import to_satang, to_utc
from warroom.clock import parse_instant
from warroom.incoming import orders, rows
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.incoming.views import OPEN_STATES
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.audit import writing
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

MARK = "incoming"
"""The bookmark of the lake's commit up to which waiting payments were taken in, and when the newest was received."""


def take_in_waiting_payments(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Take in every payment that a bank newly says is waiting; returns their number.

    What no open hold asked to wait is written in the log and goes no further: a bank cannot make a payment wait by its word.
    """
    head = str(lake.head)
    with ledger.open_session() as session:
        mark = session.get(Bookmark, MARK)
        last_head, _, newest_seen = (mark.value if mark is not None else "").partition(" ")
        if last_head == head:
            return 0
        names = session.execute(select(WaitingPayment.source, WaitingPayment.record_id))
        known = {(source, record_id) for source, record_id in names}
    added, newest = 0, parse_instant(newest_seen) if newest_seen else None
    for row in list_waiting_rows(lake, now):
        received_at = to_utc(row["received_at"])
        # What was refused stays in the lake and is met at each look: the log has it once.
        fresh = newest is None or received_at > newest
        if (row["source"], row["record_id"]) not in known:
            with ledger.open_session() as session:
                added += _add_row(session, row, fresh, now)
        newest_seen = max(newest_seen, received_at.isoformat())
    with ledger.open_session() as session:
        save_bookmark(session, MARK, f"{head} {newest_seen}")
    return added


def list_waiting_rows(lake: "Lake", now: datetime) -> list[dict[str, Any]]:
    """Every payment that banks said was waiting, as the lake has it."""
    if not lake.list_files("waiting_payments"):
        return []
    rows: list[dict[str, Any]] = lake.query_rows("waiting_payments", as_of=now).to_pyarrow().to_pylist()
    # In one order on every engine: the first row of a payment is the one that counts.
    return sorted(rows, key=lambda row: (row["received_at"], row["source"], row["record_id"]))


def _add_row(session: Session, row: dict[str, Any], fresh: bool, now: datetime) -> int:
    code = read_reference(row["reference"] or "")
    query = select(IncomingHoldRow.id).where(IncomingHoldRow.reference == code)
    hold_id = session.scalar(query) if code else None
    hold = rows.lock_hold(session, hold_id) if hold_id is not None else None
    amount = to_satang(row["amount"])
    if hold is None or hold.state not in OPEN_STATES or amount <= 0 or not _is_of_hold(row, hold):
        # Named by source and number: whose payment it was is in the lake alone.
        detail = {"source": row["source"], "record": row["record_id"]}
        about = f"incoming:{hold.id}" if hold else "incoming"
        if fresh:
            writing.write_audit_row(session, None, "incoming.payment-refused", about, detail, at=now)
        return 0
    payment = _add_payment(session, hold, row, amount, now)
    detail = {"payment": payment.id, "amount": amount}
    writing.write_audit_row(session, None, "incoming.payment-waits", f"incoming:{hold.id}", detail, at=now)
    if hold.state != "in_effect":
        # A bank whose first word is a payment has answered: its answer to the order came late.
        hold.state, hold.confirmed_at = "in_effect", now
    if hold.told_at is None:
        _tell_holder(session, hold, now)
    return 1


def _is_of_hold(row: dict[str, Any], hold: IncomingHoldRow) -> bool:
    """Whether it came to the very account, at its bank, after the officer's decision."""
    return (
        (row["payee_bank"], row["payee"]) == (hold.bank, hold.account)
        and hold.approved_at is not None
        and to_utc(row["time"]) >= hold.approved_at
    )


def _add_payment(
    session: Session, hold: IncomingHoldRow, row: dict[str, Any], amount: int, now: datetime
) -> WaitingPayment:
    payment = WaitingPayment(
        hold_id=hold.id,
        source=row["source"],
        record_id=row["record_id"],
        transfer=row["transfer_id"] or "",
        payer_bank=row["payer_bank"] or "",
        payer=row["payer"] or "",
        telephone=row["payer_phone"] or "",
        amount=amount,
        paid_at=to_utc(row["time"]),
        recorded_at=now,
        paid_before=bool(row["paid_before"]),
        state="waiting",
        ask_by=now + law.service_level("payer_call"),
        cause="",
        report="",
    )
    session.add(payment)
    session.flush()
    deadlines.start_deadline(session, "waiting-payment", payment.id, "call", payment.ask_by)
    return payment


def _tell_holder(session: Session, hold: IncomingHoldRow, now: datetime) -> None:
    """The right time to tell: money waits, so that hiding it would gain nothing and hurt anyone who is honest."""
    notice = orders.write_notice(session, hold)
    hold.told_at, hold.notice_th, hold.notice_en = now, notice.th, notice.en
    session.flush()
    orders.emit_hold_order(session, hold, "notify", now)
    writing.write_audit_row(session, None, "incoming.holder-told", f"incoming:{hold.id}", {}, at=now)
