"""What victims are still owed: of each accepted loss, less what approved pay-outs pay for it, here and elsewhere, and
what came back in another way.
"""

from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session, aliased

from warroom.assets.schema import LossRecovery, LossRegistration, PayoutLine, PayoutPlan, Proceeding


def sum_owed(session: Session, row: Proceeding) -> dict[int, int]:
    """Satang by accepted registration of the proceeding, never below zero.

    A line counts from its plan's approval on, because its money is set apart since then. One report
    registered in two proceedings tells of one loss: what is paid for it in the other is not owed here, nor
    what the victim got back outside both.
    """
    mine, same = LossRegistration, aliased(LossRegistration)
    promised = (
        select(PayoutLine.registration_id, func.sum(PayoutLine.amount).label("amount"))
        .join(PayoutPlan, and_(PayoutPlan.id == PayoutLine.plan_id, PayoutPlan.state == "approved"))
        .group_by(PayoutLine.registration_id)
        .subquery()
    )
    given, back = func.sum(promised.c.amount), select_recovered_sum(mine.source, mine.record_id)
    query = (
        select(mine.id, mine.accepted, func.max(same.accepted), given, given.filter(same.id == mine.id), back)
        .join(same, and_(same.source == mine.source, same.record_id == mine.record_id))
        .outerjoin(promised, promised.c.registration_id == same.id)
        .where(mine.proceeding_id == row.id, mine.state == "accepted")
        .group_by(mine.id)
        .order_by(mine.id)
    )
    return {
        # Two ceilings: what this proceeding has accepted, less what it pays already; and the most that any has
        # accepted of the same report, less what all of them pay.
        number: max(
            0, min(int(accepted or 0) - int(here or 0), int(most or 0) - int(all_of_it or 0)) - int(back)
        )
        for number, accepted, most, all_of_it, here, back in session.execute(query)
    }


def select_recovered_sum(source: Any, report: Any) -> ScalarSelect[int]:
    """A subquery: satang that the victim of a report got back outside all proceedings; the report is given by
    columns of the outer query, or by values.
    """
    mine = (LossRecovery.source == source, LossRecovery.record_id == report)
    return select(func.coalesce(func.sum(LossRecovery.amount), 0)).where(*mine).scalar_subquery()
