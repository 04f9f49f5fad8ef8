"""Lists for officers: orders to banks with their answers, counts of the board, and the log."""

from dataclasses import replace

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import masking, role_groups
from warroom.cases import sealing
from warroom.cases.queries import case_list
from warroom.cases.schema import Hold
from warroom.cases.views import BoardCounts
from warroom.ledger import officers
from warroom.ledger.audit import reading
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.ledger.verify import verify_audit
from warroom.ledger.views import AuditReport, AuditRow
from warroom.orders.queries import answer_view, order_view
from warroom.orders.schema import Order, OrderAnswer
from warroom.orders.views import OrderLine
from warroom.room.worklist.log_cases import list_cases_of_rows

# Stands in every text field of a row about a sealed case.
SEALED = "sealed"


def count_board_cases(ledger: Ledger) -> BoardCounts:
    """How many cases each filter of the board shows: counts and sums only, so no officer is asked for."""
    with ledger.open_session() as session:
        return case_list.count_cases(session, clock.get_now())


def list_orders_with_answers(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OrderLine, ...], int]:
    """Orders with their answers, the newest first, of one state or of all; and how many there are."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        session = this.session
        this.log_list_read("orders")
        seen = _is_visible_order(session, this.person)
        query = select(Order).where(seen)
        total = select(func.count()).select_from(Order).where(seen)
        if state:
            query, total = query.where(Order.state == state), total.where(Order.state == state)
        rows = session.scalars(
            query.order_by(Order.made_at.desc(), Order.order_id).limit(limit).offset(offset)
        )
        orders = list(rows)
        own = select(OrderAnswer).where(OrderAnswer.order_id.in_([row.order_id for row in orders]))
        answers = list(session.scalars(own.order_by(OrderAnswer.time, OrderAnswer.id)))
        lines = tuple(
            OrderLine(
                order_view(row),
                tuple(answer_view(answer) for answer in answers if answer.order_id == row.order_id),
            )
            for row in orders
        )
        return masking.redact(officers.to_officer(this.person), lines), int(session.scalar(total) or 0)


def read_log(
    ledger: Ledger, officer: Officer, *, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows of the log first, for an auditor; the read is logged. Raises NotAllowed."""
    # Its own transaction: the rows are read after the look itself has been numbered, and so show it too.
    with logged_read(ledger, officer, "auditor") as this:
        shut = sealing.list_hidden_cases(this.session, this.person)
        this.log_entry("log.read", "log")
    return _redact_sealed_rows(ledger, reading.list_rows(ledger, limit=limit, before=before), shut)


def log_page(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, case: str = ""
) -> tuple[list[AuditRow], int]:
    """A page of the log for an auditor, the newest rows first, of one case or of all, and how many there are; the
    look is logged. Raises NotAllowed.
    """
    with logged_read(ledger, officer, "auditor") as this:
        shut = sealing.list_hidden_cases(this.session, this.person)
        this.log_entry("log.read", "log", {"case": case} if case else {})
    # Empty as for a case that is not there, so that nobody learns of a sealed one by asking.
    if case in shut:
        return [], 0
    audit_rows, total = reading.list_page(ledger, case=case, limit=limit, offset=offset)
    return _redact_sealed_rows(ledger, audit_rows, shut), total


def verify_log(ledger: Ledger, officer: Officer) -> AuditReport:
    """Verify the whole log for an auditor; the request is logged. Raises NotAllowed."""
    with logged_read(ledger, officer, "auditor") as this:
        this.log_entry("log.verified", "log")
    return verify_audit(ledger)


def _redact_sealed_rows(ledger: Ledger, rows: list[AuditRow], shut: set[str]) -> list[AuditRow]:
    """The rows; those about a sealed case keep number, time and hash only, so that the chain can still be
    checked.
    """
    if not shut:
        return rows
    with ledger.open_session() as session:
        cases = list_cases_of_rows(session, rows)
    return [row if shut.isdisjoint(own) else _redact_row(row) for row, own in zip(rows, cases, strict=True)]


def _redact_row(row: AuditRow) -> AuditRow:
    # Kept as a row: one that was left out would look like a gap in the numbers, which only a forger makes.
    return replace(row, officer=SEALED, verb=SEALED, subject=SEALED, detail={}, case="")


def _is_visible_order(session: Session, person: OfficerRow) -> ColumnElement[bool]:
    """Orders of cases that the officer may know of: a hold's by its case, all others by the case in their facts."""
    # Only holds carry their case by a key; every other order says itself which case it is about.
    held = select(Hold.id).where(Hold.id == Order.hold_id, ~sealing.is_visible_to(person, Hold.case_id))
    shut = sealing.list_hidden_cases(session, person)
    return ~exists(held) & func.coalesce(Order.facts["case"].astext, "").not_in(shut)
