"""What the room did with each case, and when: for anyone who looks back on an exercise, and keeps its own books."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from warroom.cases.schema import Case, Hold, HoldRelease, Proposal, Snapshot
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine
from warroom.orders.schema import Order

TAKEN = ("case.taken", "case.given")


@dataclass(frozen=True, slots=True)
class AskedOf:
    """One amount that was asked of a bank, in satang: what was asked and what was held, when it was decided, answered and
    let go.
    """

    bank: str
    amount: int
    held: int
    decided_at: datetime
    answered_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseCourse:
    """One case as the room had it. `offered_at`: when there was first an amount to decide on; `taken_at`: when somebody
    first took it or got it; `declined` is the largest amount that was declined, in satang.
    """

    number: str
    opened_at: datetime
    offered_at: datetime | None
    taken_at: datetime | None
    declined_at: datetime | None
    declined: int
    asked: tuple[AskedOf, ...]


def load_courses(ledger: Ledger) -> dict[str, CaseCourse]:
    """The course of every case by its number."""
    with ledger.open_session() as session:
        offered = {row.case_id: row.at for row in session.execute(_OFFERED)}
        taken = {row.case_number: row.at for row in session.execute(_TAKEN)}
        declined = {row.case_id: row for row in session.execute(_DECLINED)}
        asked: dict[int, list[AskedOf]] = defaultdict(list)
        for row in session.execute(_ASKED):
            asked_values = (row.bank, row.amount, row.held, row.approved_at, row.acknowledged_at, row.at)
            asked[row.case_id].append(AskedOf(*asked_values))
        return {
            row.number: _make_course(row, offered, taken, declined, tuple(asked[row.id]))
            for row in session.execute(select(Case.id, Case.number, Case.opened_at))
        }


def _make_course(
    row: Any,
    offered: dict[int, datetime],
    taken: dict[str, datetime],
    declined: dict[int, Any],
    asked: tuple[AskedOf, ...],
) -> CaseCourse:
    no = declined.get(row.id)
    return CaseCourse(
        row.number,
        row.opened_at,
        offered.get(row.id),
        taken.get(row.number),
        no.decided_at if no else None,
        no.amount if no else 0,
        asked,
    )


_OFFERED = (
    select(Proposal.case_id, func.min(Snapshot.taken_at).label("at"))
    .join(Snapshot, Snapshot.id == Proposal.snapshot_id)
    .where(Proposal.amount > 0)
    .group_by(Proposal.case_id)
)
_TAKEN = (
    select(AuditLine.case_number, func.min(AuditLine.at).label("at"))
    .where(AuditLine.verb.in_(TAKEN))
    .group_by(AuditLine.case_number)
)
_DECLINED = (
    select(Proposal.case_id, Proposal.amount, Proposal.decided_at)
    .where(Proposal.state == "declined")
    # A dictionary keeps the last: of each case the largest, and of equal ones the first.
    .order_by(Proposal.case_id, Proposal.amount, Proposal.decided_at.desc())
)
_ASKED = (
    select(
        Hold.case_id,
        Hold.bank,
        Hold.amount,
        Hold.held,
        Hold.approved_at,
        Order.acknowledged_at,
        HoldRelease.at,
    )
    .join(Order, (Order.hold_id == Hold.id) & (Order.kind == "hold"), isouter=True)
    .join(HoldRelease, HoldRelease.hold_id == Hold.id, isouter=True)
    .where(Hold.state != "taken_back")
    .order_by(Hold.case_id, Hold.approved_at, Hold.id)
)
