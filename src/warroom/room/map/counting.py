"""Reports by province and journeys by corridor; counts below five are suppressed, so that none identifies a
person.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import ibis
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from warroom.cases.schema import CaseReportRow, Claim
from warroom.room.map.days import WINDOW
from warroom.room.map.views import Corridor, Density
from warroom.sites.gazetteer import Gazetteer
from warroom.sites.holders import find_holder_provinces

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Reports or journeys; a smaller count is suppressed. The survivors' figures, about people in more danger,
# need 11.
FEWEST = 5
# Lines on the map: more cannot be told apart.
MOST_CORRIDORS = 100
Payers = Counter[tuple[str, str]]


def suppress_small_count(count: int) -> int | None:
    """The count; None where it is below `FEWEST`."""
    return count if count >= FEWEST else None


def count_reports_by_payer(session: Session, seen: ColumnElement[bool], as_of: datetime) -> Payers:
    """Reports of the window of `seen` cases, by the account that the victim paid from; ("", "") for those
    whose transfer is not known.
    """
    # One paying account a case, that of its first transfer: a report with many transfers is still one report.
    first = (
        select(Claim.case_id, Claim.payer_bank, Claim.payer)
        .ext(distinct_on(Claim.case_id))
        .order_by(Claim.case_id, Claim.time, Claim.record_id)
        .subquery()
    )
    query = (
        select(
            func.coalesce(first.c.payer_bank, ""),
            func.coalesce(first.c.payer, ""),
            func.count(),
        )
        .select_from(CaseReportRow)
        .outerjoin(first, first.c.case_id == CaseReportRow.case_id)
        .where(CaseReportRow.reported_at > as_of - WINDOW, CaseReportRow.reported_at <= as_of)
        .where(seen)
        .group_by(first.c.payer_bank, first.c.payer)
    )
    reports_by_account: Payers = Counter()
    for bank, payer, count in session.execute(query):
        reports_by_account[bank, payer] += count
    return reports_by_account


def count_reports_by_province(
    lake: "Lake", reports_by_account: Payers, places: Gazetteer, as_of: datetime
) -> tuple[Density, ...]:
    """Reports by the province of the paying account's holder, the most first; "" for those of no known province."""
    province = find_holder_provinces(lake, [key for key in reports_by_account if key[1]], as_of)
    counts: Counter[str] = Counter()
    for key, count in reports_by_account.items():
        counts[province.get(key, "")] += count
    rows = [
        Density(name, places.find_place(name) if name else None, suppress_small_count(count))
        for name, count in sorted(counts.items())
    ]
    return tuple(sorted(rows, key=lambda row: (row.spot is None, -(row.count or 0), row.province)))


def count_trips_by_corridor(lake: "Lake", places: Gazetteer, as_of: datetime) -> tuple[Corridor, ...]:
    """Legs of journeys of the window by where they went from and to, the most first, at most a hundred."""
    start = (as_of - WINDOW).astimezone(UTC)
    trips = lake.query_rows("trips", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    within = trips.filter(
        [trips.time > ibis.literal(start), trips.time <= ibis.literal(as_of.astimezone(UTC))]
    )
    named = within.select(start=within["from"].fill_null(""), end=within["to"].fill_null(""))
    rows = named.group_by("start", "end").agg(legs=named.count()).to_pyarrow().to_pylist()
    # Sorted before it is cut, with names for equals: the same day shows the same corridors.
    rows.sort(key=lambda row: (-row["legs"], row["start"], row["end"]))
    return tuple(
        Corridor(
            row["start"],
            row["end"],
            places.find_place(row["start"]),
            places.find_place(row["end"]),
            suppress_small_count(row["legs"]),
        )
        for row in rows[:MOST_CORRIDORS]
    )
