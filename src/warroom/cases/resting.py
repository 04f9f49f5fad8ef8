"""Which deliveries a trail rests on: whoever brought one of them does not approve the hold that follows from it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access.bringers import brought
from warroom.cases.schema import Case, CaseReportRow, Snapshot
from warroom.errors import NotPossible
from warroom.ledger.decision import Look, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.money.trace.trail import Trail

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

Record = tuple[str, str]
"""Source and record id."""
Days = tuple[date, date]


def reports_of(session: Session, case: Case) -> dict[Record, datetime]:
    """The reports of a case, and when each was made."""
    query = select(CaseReportRow).where(CaseReportRow.case_id == case.id)
    return {(row.source, row.record_id): row.reported_at for row in session.scalars(query)}


def deliveries_behind(
    lake: "Lake", trail: Trail, reports: Mapping[Record, datetime], as_of: datetime | None
) -> list[str]:
    """The deliveries that brought the payments of a trail, what banks returned of them, and the case's reports."""
    steps = {(step.source, step.record_id): step.time for step in trail.steps}
    found = _brought(lake, "transfers", steps, as_of, _days(steps.values()))
    # A return stands on the trail as a step of its own, and is a row of another table.
    lost = steps.keys() - found.keys()
    found |= _brought(lake, "returns", lost, as_of, None)
    told = _brought(lake, "reports", reports, as_of, _days(reports.values()))
    return sorted({*found.values(), *told.values()})


def resting_on(trail: Mapping[str, Any]) -> list[str] | None:
    """The deliveries that a frozen trail says it rests on; None where it was frozen before trails said so."""
    found: list[str] | None = trail.get("deliveries")
    return found


def refuse_bringer(this: Look, snapshot: Snapshot | None) -> None:
    """Four eyes: raises NotPossible where the officer brought a file that the trail rests on, or may have done so."""
    refusal = refusal_of(this, json.loads(snapshot.trail)) if snapshot is not None else None
    if refusal is not None:
        raise refusal


def refusal_of(this: Look, trail: Mapping[str, Any]) -> NotPossible | None:
    """Why this officer neither approves nor carries on a hold by a frozen trail; None where nothing is in the way."""
    known = resting_on(trail)
    mine = brought(this.session, this.person, known)
    if mine and known is None:
        return NotPossible("cases.trail-without-deliveries")
    return NotPossible("cases.brought-by-you", deliveries=", ".join(mine)) if mine else None


def why_not(ledger: Ledger, officer: Officer, trail: Mapping[str, Any] | None) -> NotPossible | None:
    """`refusal_of`, for a page that says it before anybody clicks."""
    if trail is None:
        return None
    with look(ledger, officer) as this:
        return refusal_of(this, trail)


def _brought(
    lake: "Lake", table: str, records: Iterable[Record], as_of: datetime | None, days: Days | None
) -> dict[Record, str]:
    wanted = set(records)
    if not wanted or not lake.files(table):
        return {}
    # All of them in one query, of the days that they name: as many as a trail has steps, a query each would take minutes.
    rows = lake.rows(table, as_of=as_of, days=days)
    mine = rows.filter(rows.record_id.isin(sorted({record for _, record in wanted})))
    told = mine.select("source", "record_id", "delivery_id").to_pyarrow().to_pylist()
    found = {(row["source"], row["record_id"]): row["delivery_id"] for row in told}
    return {record: found[record] for record in wanted & found.keys()}


def _days(times: Iterable[datetime]) -> Days | None:
    days = sorted(time.astimezone(UTC).date() for time in times)
    return (days[0], days[-1]) if days else None
