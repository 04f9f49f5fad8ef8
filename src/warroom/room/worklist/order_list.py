"""Lists for officers: orders to banks with their answers, counts of the board, and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import masking, role_groups
from warroom.cases import sealing
from warroom.cases.answer_times import get_answer_times
from warroom.cases.queries import case_list
from warroom.cases.schema import Hold
from warroom.cases.silent_banks import OwedAnswer, SilentBank, list_owed_answers, list_silent_banks
from warroom.cases.views import BoardCounts
from warroom.ledger import officers
from warroom.ledger.audit import reading
from warroom.ledger.audit.reading import LogFilter
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.ledger.verify import verify_audit
from warroom.ledger.views import AuditReport, AuditRow
from warroom.orders.queries import answer_view, order_view
from warroom.orders.schema import Order, OrderAnswer
from warroom.orders.views import OrderLine
from warroom.room.worklist.log_cases import SEALED, redact_sealed_rows


def count_board_cases(ledger: Ledger) -> BoardCounts:
    """How many cases each filter of the board shows: counts and sums only, so no officer is asked for."""
    with ledger.open_session() as session:
        return case_list.count_cases(session, clock.get_now())


@dataclass(frozen=True, slots=True)
class OwedByBanks:
    """The answers that banks owe in the cases an officer may know of, and which of these banks are silent."""

    answers: tuple[OwedAnswer, ...]
    silent: tuple[SilentBank, ...]


def list_owed_by_banks(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> OwedByBanks:
    """What banks owe an answer to, as of now. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        times = get_answer_times(this.session, this.now)
        owed = list_owed_answers(this.session, sealing.is_visible_to(this.person), times)
        return OwedByBanks(owed, list_silent_banks(this.session, owed, this.now))


def list_orders_with_answers(
    ledger: Ledger,
    officer: Officer,
    *,
    state: str = "",
    bank: str = "",
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> tuple[tuple[OrderLine, ...], int]:
    """Orders with their answers, of one state or bank or of all, and how many there are: first those whose bank owes an
    answer, the longest waiting first, then the newest.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        session = this.session
        this.log_list_read("orders")
        wanted = [_is_visible_order(session, this.person)]
        wanted += [Order.state == state] if state else []
        wanted += [Order.bank == bank] if bank else []
        total = session.scalar(select(func.count()).select_from(Order).where(*wanted))
        times = get_answer_times(session, this.now)
        owed = {
            answer.order_id: answer
            for answer in list_owed_answers(session, sealing.is_visible_to(this.person), times)
        }
        waits = sa_case((Order.order_id.in_(owed), Order.sent_at)).asc().nulls_last()
        query = select(Order).where(*wanted).order_by(waits, Order.made_at.desc(), Order.order_id)
        orders = list(session.scalars(query.limit(limit).offset(offset)))
        own = select(OrderAnswer).where(OrderAnswer.order_id.in_([row.order_id for row in orders]))
        answers = list(session.scalars(own.order_by(OrderAnswer.time, OrderAnswer.id)))
        lines = tuple(_build_order_line(row, answers, owed.get(row.order_id)) for row in orders)
        return masking.redact(officers.to_officer(this.person), lines), int(total or 0)


def _build_order_line(row: Order, answers: Sequence[OrderAnswer], owed: OwedAnswer | None) -> OrderLine:
    own = tuple(answer_view(answer) for answer in answers if answer.order_id == row.order_id)
    usual_by, silent_from = (owed.usual_by, owed.silent_from) if owed else (None, None)
    return OrderLine(order_view(row), own, usual_by, silent_from)


def read_log(
    ledger: Ledger,
    officer: Officer,
    wanted: LogFilter = reading.EVERY_ROW,
    *,
    limit: int = 100,
    before: int | None = None,
) -> list[AuditRow]:
    """The newest rows of the log first, of those `wanted`, for an auditor; the read is logged. Raises NotAllowed."""
    # Its own transaction: the rows are read after the look itself has been numbered, and so show it too.
    with logged_read(ledger, officer, "auditor") as this:
        shut = sealing.list_hidden_cases(this.session, this.person)
        this.log_entry("log.read", "log", {"case": wanted.case} if wanted.case else {})
    # As for a case that is not there, so that nobody learns of a sealed one by asking.
    if wanted.case in shut:
        return []
    rows = redact_sealed_rows(ledger, reading.list_rows(ledger, wanted, limit=limit, before=before), shut)
    # Under a filter even a row without words would tell whose it is, or what it says.
    return [row for row in rows if row.verb != SEALED] if wanted.officer or wanted.kind else rows


def read_newest_rows(
    ledger: Ledger, officer: Officer, *, limit: int, now: datetime | None = None
) -> list[AuditRow]:
    """The newest rows for an auditor's first screen, which asks again by itself: the look is logged once an hour. Raises
    NotAllowed.
    """
    with logged_read(ledger, officer, "auditor", now=now) as this:
        shut = sealing.list_hidden_cases(this.session, this.person)
        this.log_list_read("log")
    return redact_sealed_rows(ledger, reading.list_rows(ledger, limit=limit), shut)


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
    return redact_sealed_rows(ledger, audit_rows, shut), total


def verify_log(ledger: Ledger, officer: Officer) -> AuditReport:
    """Verify the whole log for an auditor; the request is logged. Raises NotAllowed."""
    with logged_read(ledger, officer, "auditor") as this:
        this.log_entry("log.verified", "log")
    return verify_audit(ledger)


def _is_visible_order(session: Session, person: OfficerRow) -> ColumnElement[bool]:
    """Orders of cases that the officer may know of: a hold's by its case, all others by the case in their facts."""
    # Only holds carry their case by a key; every other order says itself which case it is about.
    held = select(Hold.id).where(Hold.id == Order.hold_id, ~sealing.is_visible_to(person, Hold.case_id))
    shut = sealing.list_hidden_cases(session, person)
    return ~exists(held) & func.coalesce(Order.facts["case"].astext, "").not_in(shut)
