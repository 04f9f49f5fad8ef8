"""Figures for everyone, once a day: reports by week and kind, what became of the money, and how often we held wrongly.

Only whole weeks, each by itself, and no sum over them (`small_cells` says why). Money and wrong holds are shares of ninety days.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.orm import Session

from warroom import settings
from warroom.cases.schema import Case, CaseReportRow, Hold, HoldRelease
from warroom.ledger.ledger import Ledger
from warroom.public.published import publish_page
from warroom.public.scam_groups import GROUP_OF_KIND, GROUPS
from warroom.public.schema import PublishedPage
from warroom.public.small_cells import FEWEST, hide_small_cells
from warroom.public.taking_in import SOURCE
from warroom.signals.bands import compute_wilson_interval

PAGE = "numbers"
WEEK = timedelta(days=7)
WEEKS = 12
"""So many are drawn."""
BAND_OF = 26
"""From so many weeks before it a week's usual range is told: the middle eight tenths."""
FEWEST_WEEKS = 8
SPAN = timedelta(days=90)
WRONG = ("appeal", "officer")
"""A hold that an appeal or an officer ended before its time."""


def publish_numbers(ledger: Ledger, now: datetime) -> bool:
    """Publish the figures of a day once; False where they stand already."""
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    today = now.astimezone(zone).date()
    with ledger.open_session() as session:
        body = session.scalar(select(PublishedPage.body).where(PublishedPage.name == PAGE))
        if body is not None and body.get("day") == today.isoformat():
            return False
        publish_page(
            session, PAGE, keep_published_weeks(body or {}, compute_numbers(session, today, zone, now)), now
        )
    return True


def keep_published_weeks(before: Mapping[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """What was said of a week stays, though a case of it is of another kind by now: the difference of two days would be one person."""
    count_by_week = {week["from"]: week["count"] for week in before.get("weeks", [])}
    weeks = [week | {"count": count_by_week.get(week["from"], week["count"])} for week in body["weeks"]]
    same = bool(weeks) and bool(count_by_week) and weeks[-1]["from"] == before["weeks"][-1]["from"]
    return (
        body
        | {"weeks": weeks}
        | ({name: before[name] for name in ("kinds", "band", "verdict")} if same else {})
    )


def compute_numbers(session: Session, today: date, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the page shows: counts or None where one is hidden, shares of 100, hours."""
    counted = count_cases_by_week(session, today, zone)
    weeks = [hide_small_cells({"kinds": {name: kinds[name] for name in GROUPS}}) for _, kinds in counted]
    last = weeks[-1] if weeks else hide_small_cells({"kinds": dict.fromkeys(GROUPS, 0)})
    band = estimate_usual_range([sum(kinds.values()) for _, kinds in counted[:-1]])
    return {
        "day": today.isoformat(),
        "weeks": [
            {"from": start.isoformat(), "count": week.total}
            for (start, _), week in zip(counted[-WEEKS:], weeks[-WEEKS:], strict=True)
        ],
        "band": band,
        "verdict": judge_count(last.total, band),
        "kinds": sorted(
            last.tables["kinds"].items(),
            key=lambda kind_count: (kind_count[1] is None, -(kind_count[1] or 0), kind_count[0]),
        ),
        "money": _compute_money_shares(session, now),
        "wrong": _measure_wrong_holds(session, now),
    }


def estimate_usual_range(before: Sequence[int]) -> tuple[int, int] | None:
    """The range in which eight of ten weeks before lay; None of fewer than eight weeks, or where it would tell a small count."""
    if len(before) < FEWEST_WEEKS:
        return None
    tenths = quantiles(before[-BAND_OF:], n=10, method="inclusive")
    low, high = math.floor(tenths[0]), math.ceil(tenths[-1])
    return (low, high) if low >= FEWEST else None


def judge_count(count: int | None, band: tuple[int, int] | None) -> str:
    """usual, more or less than usual; unknown where week or band is."""
    if count is None or band is None:
        return "unknown"
    return "less" if count < band[0] else "more" if count > band[1] else "usual"


def count_cases_by_week(
    session: Session, today: date, zone: ZoneInfo
) -> list[tuple[date, Mapping[str, int]]]:
    """Whole weeks from Monday on, the oldest first, with reports by kind; none from before the first report."""
    monday = today - timedelta(days=today.weekday())
    local = func.date(func.timezone(str(zone), Case.opened_at))
    since = monday - WEEK * (BAND_OF + 1)
    rows = session.execute(
        select(local, Case.scam_type, func.count())
        .where(local >= since, local < monday, is_backed_by_records())
        .group_by(text("1, 2"))
    ).all()
    if not rows:
        return []
    first = min(day for day, _, _ in rows)
    weeks = math.ceil((monday - first).days / 7)
    starts = [monday - WEEK * back for back in range(weeks, 0, -1)]
    counts_by_week: dict[date, Counter[str]] = {start: Counter() for start in starts}
    for day, kind, count in rows:
        start = day - timedelta(days=day.weekday())
        counts_by_week[start][GROUP_OF_KIND.get(kind, "other")] += count
    return list(counts_by_week.items())


def is_backed_by_records() -> ColumnElement[bool]:
    """What somebody wrote on the public pages counts once a payment of the records fits it, or somebody else reports it too: a form
    sent ten thousand times is otherwise a rise.
    """
    of_case = CaseReportRow.case_id == Case.id
    outside = exists().where(of_case, CaseReportRow.source == SOURCE)
    known = exists().where(of_case, CaseReportRow.source != SOURCE)
    return or_(Case.flag != "no_transfer", known, ~outside)


def _compute_money_shares(session: Session, now: datetime) -> dict[str, int] | None:
    """Of 100 baht that reports of ninety days name, how many are held, still there, and gone; None of fewer than eleven reports."""
    row = session.execute(
        select(
            func.count().label("reports"),
            func.sum(Case.loss).label("loss"),
            func.sum(Case.held).label("held"),
            func.sum(Case.still_there).label("there"),
            func.sum(Case.exited + Case.spent).label("gone"),
        ).where(Case.opened_at >= now - SPAN, Case.opened_at < now, is_backed_by_records())
    ).one()
    if row.reports < FEWEST or not row.loss:
        return None
    parts = {"held": row.held, "gone": row.gone, "there": max(0, row.there - row.held)}
    return {name: min(100, round(100 * int(part) / int(row.loss))) for name, part in parts.items()}


def _measure_wrong_holds(session: Session, now: datetime) -> dict[str, Any] | None:
    """Holds that were ended before their time, of all that stood in ninety days: a share of 100 with its interval, and hours until
    the money was free. Of fewer than eleven only that they are no more than ten; None of fewer than eleven holds.
    """
    stood = (
        select(Hold.approved_at, HoldRelease.cause, HoldRelease.at)
        .select_from(Hold)
        .outerjoin(HoldRelease)
        .where(Hold.approved_at >= now - SPAN, Hold.approved_at < now)
    )
    rows = session.execute(stood).all()
    hours = [(at - since).total_seconds() / 3600 for since, cause, at in rows if cause in WRONG]
    if len(rows) < FEWEST:
        return None
    if len(hours) < FEWEST:
        return {
            "share": None,
            "high": _round_up_percent(compute_wilson_interval(min(FEWEST - 1, len(rows)), len(rows))[1]),
        }
    low, high = compute_wilson_interval(len(hours), len(rows))
    return {
        "share": round(100 * len(hours) / len(rows)),
        "low": math.floor(100 * low),
        "high": _round_up_percent(high),
        "half": math.ceil(median(hours)),
        # Of eleven the longest would be one person's; nine tenths are nobody's.
        "most": math.ceil(quantiles(hours, n=10, method="inclusive")[-1]),
    }


def _round_up_percent(share: float) -> int:
    return min(100, math.ceil(100 * share))
