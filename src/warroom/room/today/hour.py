"""The last hour by five minutes: reports, what banks said they hold, and what has gone."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select, text
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, CaseReportRow, Hold
from warroom.cases.sealing import is_unsealed, over_many
from warroom.orders.schema import Order
from warroom.room.today.views import LastHour, Slice

# Width of a slice; `SLICES` of them make the hour.
STEP = timedelta(minutes=5)
SLICES = 12
ANSWERED: Any = Order.acknowledged_at
# Of trails that were frozen since: what left within the hour was first seen in one of them. Baht alone: sums of two
# currencies say nothing.
EXITS: Select[datetime, int] = (
    select(
        literal_column("(step.value ->> 'time')::timestamptz"),
        literal_column("(step.value ->> 'traced')::bigint"),
    )
    .select_from(
        text(
            "case_snapshots s JOIN cases ON cases.snapshot_id = s.id"
            " CROSS JOIN LATERAL jsonb_array_elements(s.exits) AS step"
        )
    )
    .where(
        text(
            "s.taken_at > :since AND (step.value ->> 'time')::timestamptz > :since"
            " AND (step.value ->> 'time')::timestamptz <= :now"
        ),
        is_unsealed(literal_column("cases.id")),
    )
)


def read_hour(session: Session, seen: ColumnElement[bool], now: datetime) -> LastHour:
    """The hour over the cases that meet `seen`; what has gone is counted over unsealed cases only."""
    since = now - SLICES * STEP
    reports, held, gone = ([0] * SLICES for _ in range(3))
    for at in session.scalars(_select_reports(seen, since, now)):
        reports[_find_slice(at, since)] += 1
    for at, holds, asked in session.execute(_select_answers(seen, since, now)):
        held[_find_slice(at, since)] += holds
        # What a bank could not hold had left before its answer.
        gone[_find_slice(at, since)] += asked - holds
    for at, amount in session.execute(EXITS, {"since": since, "now": now}):
        gone[_find_slice(at, since)] += amount
    starts = [since + STEP * place for place in range(SLICES)]
    return LastHour(
        tuple(Slice(*slice_values) for slice_values in zip(starts, reports, held, gone, strict=True))
    )


def _select_reports(seen: ColumnElement[bool], since: datetime, now: datetime) -> Select[Any]:
    within = (CaseReportRow.reported_at > since, CaseReportRow.reported_at <= now)
    return select(CaseReportRow.reported_at).where(*within, over_many(seen, CaseReportRow.case_id))


def _select_answers(seen: ColumnElement[bool], since: datetime, now: datetime) -> Select[Any, int, int]:
    """When a bank answered an order to hold, what it holds, and what it was asked for."""
    return (
        select(ANSWERED, Hold.held, Hold.amount)
        .join(Hold, (Order.hold_id == Hold.id) & (Order.kind == "hold"))
        .join(Case, Case.id == Hold.case_id)
        .where(Order.acknowledged_at > since, Order.acknowledged_at <= now, seen)
        .where(Hold.state.in_(("in_effect", "partly", "refused")))
    )


def _find_slice(at: datetime, since: datetime) -> int:
    return min(int((at - since) / STEP), SLICES - 1)
