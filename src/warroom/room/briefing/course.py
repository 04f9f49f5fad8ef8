"""What became of the money of the period's cases: when it left, what was held of it, and which cases to know."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from warroom.cases.schema import AppealRow, Case, Hold, HoldApproval, HoldRelease
from warroom.orders.schema import Order
from warroom.room.briefing.figures import BriefingScope
from warroom.room.briefing.holds import ORDERED
from warroom.room.briefing.views import KnownCase, Why

MOST = 1_000
"""Cases whose trails are read, the largest losses first. Chosen, not measured: they carry nearly all of the
money.
"""
# Cases; as many as a page of the briefing shows. There is one pick for each of five reasons.
KNOWN = 5

_EXITS = text(
    """
SELECT s.case_id, (step ->> 'time')::timestamptz, (step ->> 'traced')::bigint
FROM case_snapshots s, jsonb_array_elements(s.exits) AS step WHERE s.id = ANY(:snapshots)
"""
)


@dataclass(slots=True)
class MoneyCourse:
    """One case's money in satang. `exits` are (moment, satang): exits of the trail, and what a bank reported
    missing when it held less than it was asked to.
    """

    case: Case
    followed_at: datetime | None
    exits: list[tuple[datetime, int]] = field(default_factory=list)
    decided_at: datetime | None = None
    left: int = 0
    slowest: float = 0.0
    slow_bank: str = ""
    wronged: float = 0.0

    @property
    def exited_amount(self) -> int:
        return sum(amount for _, amount in self.exits)

    @property
    def before_report(self) -> int:
        return sum(amount for at, amount in self.exits if at <= self.case.reported_at)

    @property
    def before_decision(self) -> int:
        """What left after the report and before the first hold was approved; all of it where none ever was."""
        return sum(
            amount
            for at, amount in self.exits
            if at > self.case.reported_at and (self.decided_at is None or at <= self.decided_at)
        )

    @property
    def after_decision(self) -> int:
        return self.exited_amount - self.before_report - self.before_decision


def list_money_courses(asked: BriefingScope) -> list[MoneyCourse]:
    """The cases opened in the period, the largest loss first, each with the course of its money."""
    query = select(Case).where(asked.is_in_period(Case.opened_at), asked.is_visible(Case.id))
    cases = list(asked.session.scalars(query.order_by(Case.loss.desc(), Case.id).limit(MOST)))
    made = {case.id: MoneyCourse(case, case.traced_at) for case in cases}
    snapshots = [case.snapshot_id for case in cases if case.snapshot_id]
    for case_id, at, amount in asked.session.execute(_EXITS, {"snapshots": snapshots}):
        made[case_id].exits.append((at, int(amount)))
    for row in asked.session.execute(_select_holds(list(made))):
        _add_hold(made[row.case_id], row)
    for row in asked.session.execute(_select_wrongful_holds(list(made))):
        made[row.case_id].wronged += max(0.0, (row.until - row.since).total_seconds())
    return list(made.values())


def known_cases(case_courses: list[MoneyCourse]) -> tuple[KnownCase, ...]:
    """At most `KNOWN` cases worth reading, one for each reason: largest loss, most lost after the report,
    slowest bank, longest wrongful hold, best share held. Further places go to the next largest losses.
    """
    picks: list[tuple[Why, Any]] = [
        ("loss", lambda course: course.case.loss),
        ("missed", lambda course: course.exited_amount - course.before_report),
        ("slow", lambda course: course.slowest),
        ("harm", lambda course: course.wronged),
        ("best", lambda course: course.case.held / course.case.loss if course.case.loss else 0),
    ]
    rest, chosen = list(case_courses), list[KnownCase]()
    # A reason without a case leaves its place to the next largest loss.
    for why, worth in (*picks, *picks[:1] * KNOWN):
        best = max(rest, key=worth, default=None)
        if best is not None and worth(best) > 0 and len(chosen) < KNOWN:
            rest.remove(best)
            chosen.append(_to_known_case(best, why))
    return tuple(chosen)


def _to_known_case(course: MoneyCourse, why: Why) -> KnownCase:
    case, gone = course.case, course.exited_amount
    # What a bank reported missing is still counted in the case until its money is followed again.
    there = max(0, case.still_there - case.held - course.left)
    seconds = {"slow": course.slowest, "harm": course.wronged}.get(why, 0.0)
    return KnownCase(
        case.number,
        case.scam_type,
        case.victim_bank,
        case.reported_at,
        case.loss,
        case.held,
        there,
        case.spent,
        gone,
        why,
        gone - course.before_report if why == "missed" else gone,
        int(seconds),
        course.slow_bank if why == "slow" else "",
    )


def _select_holds(ids: list[int]) -> Any:
    columns = (
        Hold.case_id,
        Hold.bank,
        Hold.amount,
        Hold.held,
        HoldApproval.at,
        Order.sent_at,
        Order.acknowledged_at,
    )
    # An outer join: a hold that was approved and never sent still sets when the case was decided.
    query = select(*columns).join(Order, ORDERED, isouter=True)
    first = (HoldApproval.hold_id == Hold.id) & (HoldApproval.step == "hold")
    return query.select_from(Hold).join(HoldApproval, first).where(Hold.case_id.in_(ids))


def _add_hold(course: MoneyCourse, row: Any) -> None:
    course.decided_at = min(course.decided_at or row.at, row.at)
    if row.sent_at is None or row.acknowledged_at is None:
        return
    waited = (row.acknowledged_at - row.sent_at).total_seconds()
    if waited > course.slowest:
        course.slowest, course.slow_bank = waited, row.bank
    # A bank that held less than was asked for says that the rest had left. A trail that was followed after that knows when.
    if 0 < row.held < row.amount and (course.followed_at is None or course.followed_at < row.acknowledged_at):
        course.exits.append((row.acknowledged_at, row.amount - row.held))
        course.left += row.amount - row.held


def _select_wrongful_holds(ids: list[int]) -> Any:
    """From when to when money was held that an appeal found wrong."""
    query = select(Hold.case_id, Order.acknowledged_at.label("since"), HoldRelease.at.label("until"))
    joined = query.select_from(Hold).join(Order, ORDERED).join(AppealRow, AppealRow.hold_id == Hold.id)
    granted = (AppealRow.state == "granted") & (Hold.held > 0) & Order.acknowledged_at.is_not(None)
    return joined.join(HoldRelease, HoldRelease.hold_id == Hold.id).where(granted, Hold.case_id.in_(ids))
