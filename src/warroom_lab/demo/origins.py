"""From an order back to its case, and from a case to the report that opened it. For what is above the desk
and keeps its own books, as an exercise does.
"""

from dataclasses import dataclass

from sqlalchemy import select

from warroom.cases.schema import Case, CaseReportRow, Hold
from warroom.ledger.ledger import Ledger
from warroom.orders.schema import Order


@dataclass(frozen=True, slots=True)
class OrderedHold:
    """The hold an order was about. `amount` in satang, as ordered."""

    case: str
    bank: str
    account: str
    amount: int


def find_first_report(ledger: Ledger, case: str) -> str | None:
    """The record number of the report that opened a case; None for no such case."""
    query = (
        select(CaseReportRow.record_id)
        .join(Case, Case.id == CaseReportRow.case_id)
        .where(Case.number == case)
        .order_by(CaseReportRow.first.desc(), CaseReportRow.reported_at, CaseReportRow.record_id)
    )
    with ledger.open_session() as session:
        return session.scalars(query.limit(1)).first()


def map_reports_to_cases(ledger: Ledger) -> dict[str, str]:
    """The case of each report, by the report's record number."""
    query = select(CaseReportRow.record_id, Case.number).join(Case, Case.id == CaseReportRow.case_id)
    with ledger.open_session() as session:
        return {row.record_id: row.number for row in session.execute(query)}


def map_orders_to_holds(ledger: Ledger) -> dict[str, OrderedHold]:
    """What each order was about, by its number."""
    query = (
        select(Order.order_id, Case.number, Hold.bank, Hold.account, Hold.amount)
        .join(Hold, Hold.id == Order.hold_id)
        .join(Case, Case.id == Hold.case_id)
    )
    with ledger.open_session() as session:
        return {row[0]: OrderedHold(row[1], row[2], row[3], row[4]) for row in session.execute(query)}
