"""What every step of a request shares: finding it, its roles, noting what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotFound, NotPossible
from warroom.operations import access, law
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.schema.requests import Request, RequestEvent
from warroom.operations.views import ROLES
from warroom.operations.views.requests import RequestEventKind

ABOUT: Final = "request"
DUE = "answer"
READERS = tuple(role for role in ROLES if role not in ("screener", "admin"))
"""Who may read requests and assets: everyone who works cases, and who checks them."""


GONE = "There is no such request; open the list again."


def locked(session: Session, request_id: int) -> Request:
    """The request's row, locked; raises NotFound."""
    found = session.get(Request, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(GONE)
    return found


def open_to(
    session: Session, person: OfficerRow, case_id: int | None, now: datetime, told: str, *, read: bool = False
) -> None:
    """Whether the officer may work on (or only read) what belongs to a case, sealed cases being not there.

    Raises NotFound with the sentence `told`, or PurposeNeeded for a reader who has not said why.
    """
    if case_id is None:
        return
    case = session.get_one(Case, case_id)
    access.may_see(session, person, case, told)
    (access.may_read if read else access.note_work)(session, person, case, now)


def rule_for(session: Session, rules: Sequence[str], now: datetime) -> law.Rule:
    """The first of these rules that is in force, if it may carry an action here; raises NotPossible."""
    for rule_id in rules:
        if any(rule.id == rule_id and rule.in_force(now) for rule in law.written_rules()):
            return law.usable_rule(session, rule_id, now)
    raise NotPossible("No rule that carries this is in force today; ask a lawyer which one is.")


def case_number(session: Session, case_id: int | None) -> str | None:
    """The number of a case, None for none."""
    return session.scalar(select(Case.number).where(Case.id == case_id)) if case_id else None


def note(
    session: Session,
    request: Request,
    kind: RequestEventKind,
    at: datetime,
    now: datetime,
    officer_id: int | None = None,
    text: str = "",
    order_id: str | None = None,
) -> None:
    """Add an event: `at` when it happened, `now` when the room knows."""
    session.add(
        RequestEvent(
            request_id=request.id,
            kind=kind,
            at=at,
            recorded_at=now,
            officer_id=officer_id,
            order_id=order_id,
            text=text,
        )
    )
    session.flush()
