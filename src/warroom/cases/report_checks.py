"""Anonymous reports: they prove nothing by themselves, so a hold waits until an officer has checked them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, ReportCheck
from warroom.cases.stated import require_reason
from warroom.cases.views import CheckHow, CheckView
from warroom.ledger.decision import Decision
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

ANONYMOUS_SOURCE = "public"
"""The source in the lake of what people send without a name."""


def list_checks(session: Session, case: Case) -> tuple[CheckView, ...]:
    """The checks of a case's anonymous reports, oldest first."""
    query = (
        select(ReportCheck, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == ReportCheck.officer_id)
        .where(ReportCheck.case_id == case.id)
        .order_by(ReportCheck.id)
    )
    return tuple(make_view(CheckView, row, officer=name) for row, name in session.execute(query))


def save_check(this: Decision, case: Case, how: CheckHow, text: str) -> None:
    """Keep what was done, under the officer's name. The log keeps an override's reason, and of a reporter's words their length."""
    row = ReportCheck(case_id=case.id, officer_id=this.person.id, how=how, text=text, at=this.now)
    this.session.add(row)
    detail = {"reason": text} if how == "held-unchecked" else {"signs": len(text)}
    this.log_entry(f"case.{how}", f"case:{case.number}", detail, case.number)


def require_check(this: Decision, case: Case, reason: str) -> None:
    """Raises NotPossible for a case that nobody has checked, where the officer states no reason to hold all the same.

    Somebody in distress must not wait for a call: the reason is the officer's own, and counts for this
    decision only.
    """
    if case.unchecked:
        save_check(this, case, "held-unchecked", require_reason(reason, "cases.reports-unchecked"))
