"""Lists for people: what banks were told and answered, how many cases wait for what, and the log itself."""

from dataclasses import replace

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.operations import access, audit, boards, officers
from warroom.operations.access import marks
from warroom.operations.audit.reading import cases_in
from warroom.operations.ledger import Ledger
from warroom.operations.render import answer_view, order_view
from warroom.operations.schema import Action, Answer, OfficerRow, Order
from warroom.operations.verify import verify_audit
from warroom.operations.views import AuditReport, AuditRow, BoardCounts, Officer, OrderLine

SEALED = "sealed"


def counts(ledger: Ledger) -> BoardCounts:
    """How many cases each filter of the board shows: counts and sums only, so no officer is asked for."""
    with ledger.session() as session:
        return boards.count_cases(session, clock.now())


def order_list(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OrderLine, ...], int]:
    """Orders with their answers, the newest first, of one state or of all; and how many there are."""
    with ledger.session() as session:
        person = officers.require(session, officer, *boards.READERS)
        audit.look(session, officer, "orders")
        seen = _seen(session, person)
        query = select(Order).where(seen)
        total = select(func.count()).select_from(Order).where(seen)
        if state:
            query, total = query.where(Order.state == state), total.where(Order.state == state)
        rows = session.scalars(
            query.order_by(Order.made_at.desc(), Order.order_id).limit(limit).offset(offset)
        )
        orders = list(rows)
        own = select(Answer).where(Answer.order_id.in_([row.order_id for row in orders]))
        answers = list(session.scalars(own.order_by(Answer.time, Answer.id)))
        lines = tuple(
            OrderLine(
                order_view(session, row),
                tuple(answer_view(one) for one in answers if one.order_id == row.order_id),
            )
            for row in orders
        )
        return marks.redact(officers.officer_view(person), lines), int(session.scalar(total) or 0)


def read_log(
    ledger: Ledger, officer: Officer, *, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows of the log first, for an auditor; the look is logged. Raises NotAllowed."""
    with ledger.session() as session:
        person = officers.require(session, officer, "auditor")
        shut = access.hidden(session, person)
        audit.append(session, officer, "log.read", "log")
    return [_open(row, shut) for row in audit.rows(ledger, limit=limit, before=before)]


def log_page(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, case: str = ""
) -> tuple[list[AuditRow], int]:
    """A page of the log for an auditor, the newest rows first, of one case or of all, and how many there are; the
    look is logged. Raises NotAllowed.
    """
    with ledger.session() as session:
        shut = access.hidden(session, officers.require(session, officer, "auditor"))
        detail = {"case": case} if case else {}
        audit.append(session, officer, "log.read", "log", detail)
    if case in shut:
        return [], 0
    found, total = audit.page(ledger, case=case, limit=limit, offset=offset)
    return [_open(row, shut) for row in found], total


def verify_log(ledger: Ledger, officer: Officer) -> AuditReport:
    """Check the whole log for an auditor; that they asked is logged. Raises NotAllowed."""
    with ledger.session() as session:
        officers.require(session, officer, "auditor")
        audit.append(session, officer, "log.verified", "log")
    return verify_audit(ledger)


def _open(row: AuditRow, shut: set[str]) -> AuditRow:
    """The row; of one about a case sealed to others, that something was done and when, so that it can be checked."""
    if shut.isdisjoint(cases_in(row)):
        return row
    return replace(row, officer=SEALED, verb=SEALED, subject=SEALED, detail={}, case="")


def _seen(session: Session, person: OfficerRow) -> ColumnElement[bool]:
    """Orders of cases that the officer may know of: a hold's by its case, all others by the case in their facts."""
    held = select(Action.id).where(Action.id == Order.action_id, ~access.visible(person, Action.case_id))
    shut = access.hidden(session, person)
    return ~exists(held) & func.coalesce(Order.facts["case"].astext, "").not_in(shut)
