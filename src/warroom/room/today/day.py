"""Today since midnight, by the hour."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from warroom import settings
from warroom.cases.schema import Case, CaseReportRow, Hold, HoldRelease, LeavingHour
from warroom.cases.sealing import over_many
from warroom.orders.schema import Order
from warroom.room.today.views import HourlySeries, TodayFigures

# Weeks looked back at: half a year.
WEEKS = 26
FEWEST = 8
"""Like days; with fewer no usual range is given. Chosen, not measured."""
# Quantiles of the usual range: the middle eight of ten like days.
LOW, HIGH = 0.1, 0.9
HOUR = timedelta(hours=1)
# What ended by law or by the bank is no hold that the room took back.
BY_OFFICERS = ("officer", "appeal")
ANSWERED: Any = Order.acknowledged_at
ORDERED = (Order.hold_id == Hold.id) & (Order.kind == "hold")
# In SQL, since only counts are wanted of half a year of reports.
LIKE_DAYS = text(
    """
SELECT day, extract(hour FROM r.reported_at AT TIME ZONE :zone)::int, count(r.reported_at)
FROM unnest(cast(:starts AS timestamptz[]), cast(:ends AS timestamptz[])) AS d(day, until)
LEFT JOIN case_reports r ON r.reported_at >= d.day AND r.reported_at < d.until
WHERE d.day >= (SELECT min(reported_at) FROM case_reports)
GROUP BY 1, 2
"""
)


def read_day(session: Session, seen: ColumnElement[bool], now: datetime) -> TodayFigures:
    """All figures of the day, over the cases that meet the condition `seen`."""
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    here = now.astimezone(zone)
    start = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return TodayFigures(
        **_count_reports(session, seen, start, here),
        **_sum_held(session, seen, start, here),
        **_sum_innocent_hours(session, seen, start, here),
        leaves_line=_load_leaving_line(session, start, here),
    )


def _count_reports(
    session: Session, seen: ColumnElement[bool], start: datetime, now: datetime
) -> dict[str, Any]:
    hour = func.date_bin(HOUR, CaseReportRow.reported_at, start)
    query = (
        select(hour, func.count())
        .where(
            CaseReportRow.reported_at >= start,
            CaseReportRow.reported_at <= now,
            over_many(seen, CaseReportRow.case_id),
        )
        .group_by(hour)
    )
    counts = {(at - start) // HOUR: count for at, count in session.execute(query)}
    points = tuple(float(counts.get(at, 0)) for at in range(now.hour + 1))
    days = _like_days(session, start, now)
    usual: tuple[int, int] | None = None
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    if len(days) >= FEWEST:
        so_far = sorted(sum(day) for day in days)
        usual = int(_compute_quantile(so_far, LOW)), int(_compute_quantile(so_far, HIGH))
        by_hour = [sorted(day[at] for day in days) for at in range(now.hour + 1)]
        low = tuple(_compute_quantile(hour_counts, LOW) for hour_counts in by_hour)
        high = tuple(_compute_quantile(hour_counts, HIGH) for hour_counts in by_hour)
    return {
        "reports": sum(counts.values()),
        "usual": usual,
        "like_days": len(days),
        "reports_line": HourlySeries(points, low, high),
    }


def _like_days(session: Session, start: datetime, now: datetime) -> list[list[float]]:
    """Reports by hour of the same weekday's earlier dates, each up to this time of day."""
    length = now - start
    starts = [start - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    asked = {
        "zone": str(start.tzinfo),
        "starts": starts,
        "ends": [day_start + length for day_start in starts],
    }
    days: dict[datetime, list[float]] = defaultdict(lambda: [0.0] * (now.hour + 1))
    for day, hour, count in session.execute(LIKE_DAYS, asked):
        hour_counts = days[day]
        if hour is not None and hour <= now.hour:
            hour_counts[hour] += count
    return list(days.values())


def _compute_quantile(ordered: Sequence[float], share: float) -> float:
    """A quantile of sorted figures."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _sum_held(session: Session, seen: ColumnElement[bool], start: datetime, now: datetime) -> dict[str, Any]:
    query = (
        select(ANSWERED, Order.sent_at, Hold.held, Hold.amount, Case.reported_at)
        .join(Hold, ORDERED)
        .join(Case, Case.id == Hold.case_id)
        .where(Order.kind == "hold", Order.acknowledged_at >= start, Order.acknowledged_at <= now)
        .where(Hold.held > 0, seen)
    )
    rows = session.execute(query).all()
    minutes = [(row[0], (row[0] - row[4]) / timedelta(minutes=1)) for row in rows]
    at_banks = [(row[0] - row[1]) / timedelta(minutes=1) for row in rows if row[1] is not None]
    return {
        "held": sum(int(row[2]) for row in rows),
        "holds": len(rows),
        "in_part": sum(row[2] < row[3] for row in rows),
        "held_line": HourlySeries(_sum_by_hour(((row[0], int(row[2])) for row in rows), start, now)),
        "to_hold": median(waited_minutes for _, waited_minutes in minutes) if minutes else None,
        "bank_minutes": median(at_banks) if at_banks else None,
        "to_hold_line": HourlySeries(_compute_medians(minutes, start, now)),
    }


def _sum_innocent_hours(
    session: Session, seen: ColumnElement[bool], start: datetime, now: datetime
) -> dict[str, Any]:
    """Hours of today in which holders whose holds officers ended could not use their money."""
    # Free from the bank's answer on: until then the owner could not use the money, whatever was decided.
    until = func.coalesce(HoldRelease.lifted_at, now)
    query = (
        select(ANSWERED, until, Hold.held, Hold.balance_limit, HoldRelease.at)
        .select_from(HoldRelease)
        .join(Hold, Hold.id == HoldRelease.hold_id)
        .join(Case, Case.id == Hold.case_id)
        .join(Order, ORDERED)
        .where(HoldRelease.cause.in_(BY_OFFICERS), Order.acknowledged_at.is_not(None), seen)
        .where((HoldRelease.at >= start) | (HoldRelease.lifted_at >= start))
    )
    points = [0.0] * (now.hour + 1)
    whole, released = 0.0, 0
    for began, ended, held, balance, at in session.execute(query):
        # By the share of the balance that was held: who can still use half of it lost half an hour.
        share = min(1.0, held / balance) if balance > 0 else 1.0
        whole += _count_hours(max(began, start), min(ended, now))
        released += start <= at <= now
        for hour in range(now.hour + 1):
            from_ = start + timedelta(hours=hour)
            within = _count_hours(max(began, from_), min(ended, now, from_ + timedelta(hours=1)))
            points[hour] += share * within
    return {
        "innocent_hours": sum(points),
        "whole_hours": whole,
        "released": released,
        "innocent_line": HourlySeries(_accumulate(points)),
    }


def _load_leaving_line(session: Session, start: datetime, now: datetime) -> HourlySeries:
    query = select(LeavingHour.leaves).where(LeavingHour.hour >= start, LeavingHour.hour <= now)
    return HourlySeries(tuple(float(one) for one in session.scalars(query.order_by(LeavingHour.hour))))


def _count_hours(from_: datetime, to: datetime) -> float:
    return max((to - from_) / timedelta(hours=1), 0.0)


def _sum_by_hour(rows: Iterable[tuple[datetime, int]], start: datetime, now: datetime) -> tuple[float, ...]:
    points = [0.0] * (now.hour + 1)
    for at, amount in rows:
        points[min(at.astimezone(start.tzinfo).hour, now.hour)] += amount
    return _accumulate(points)


def _accumulate(points: Sequence[float]) -> tuple[float, ...]:
    found, whole = [], 0.0
    for one in points:
        whole += one
        found.append(whole)
    return tuple(found)


def _compute_medians(rows: list[tuple[datetime, float]], start: datetime, now: datetime) -> tuple[float, ...]:
    """Medians by hour, in minutes; an hour without an answer repeats the one before it."""
    by_hour: dict[int, list[float]] = defaultdict(list)
    for at, minutes in rows:
        by_hour[at.astimezone(start.tzinfo).hour].append(minutes)
    medians: list[float] = []
    for hour in range(now.hour + 1):
        if hour in by_hour:
            medians.append(median(by_hour[hour]))
        elif medians:
            medians.append(medians[-1])
    return tuple(medians)
