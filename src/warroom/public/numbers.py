"""Public figures, once a day: reports by week and kind, the outcome of the money, and the rate of wrong holds.

Only single whole weeks, and no sum over them (`small_cells` explains why). Money and wrong holds are shares over ninety days.
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
"""Weeks in the chart. Chosen, not measured."""
BAND_OF = 26
"""Weeks before it from which a week's usual range is computed (10 % to 90 % quantile): half a year. Chosen."""
# Fewer weeks give no usual range: a tenth of them could not be told apart. Chosen, not measured.
FEWEST_WEEKS = 8
# A quarter: long enough for shares of eleven and more cases, short enough to show a change. Chosen, not
# measured.
SPAN = timedelta(days=90)
WRONG = ("appeal", "officer")
"""Causes of release that mean a wrong hold: an appeal or an officer ended it early."""


def publish_numbers(ledger: Ledger, now: datetime) -> bool:
    """Publish the figures of the day; False where they are already published."""
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
    """Keep the published counts of past weeks even if a case has changed its kind since: the difference of two publications could
    identify one person.
    """
    published = [*before.get("earlier", []), *before.get("weeks", [])]
    count_by_week = {week["from"]: week["count"] for week in published}
    weeks, earlier = (
        [week | {"count": count_by_week.get(week["from"], week["count"])} for week in body.get(name, [])]
        for name in ("weeks", "earlier")
    )
    same = bool(weeks) and bool(count_by_week) and weeks[-1]["from"] == before["weeks"][-1]["from"]
    return (
        body
        | {"weeks": weeks, "earlier": earlier}
        | ({name: before[name] for name in ("kinds", "band", "verdict")} if same else {})
    )


def compute_numbers(session: Session, today: date, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """The content of the page: counts (None where hidden), percentages, hours."""
    counted = count_cases_by_week(session, today, zone)
    weeks = [hide_small_cells({"kinds": {name: kinds[name] for name in GROUPS}}) for _, kinds in counted]
    last = weeks[-1] if weeks else hide_small_cells({"kinds": dict.fromkeys(GROUPS, 0)})
    band = estimate_usual_range([sum(kinds.values()) for _, kinds in counted[:-1]])
    shown = [
        {"from": start.isoformat(), "count": week.total}
        for (start, _), week in zip(counted, weeks, strict=True)
    ]
    return {
        "day": today.isoformat(),
        "weeks": shown[-WEEKS:],
        # Of the chart's half year before: in the table and the file alone.
        "earlier": shown[:-WEEKS],
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
    """The range of eight of ten weeks before; None for fewer than eight weeks, or where it would reveal a small count."""
    if len(before) < FEWEST_WEEKS:
        return None
    tenths = quantiles(before[-BAND_OF:], n=10, method="inclusive")
    low, high = math.floor(tenths[0]), math.ceil(tenths[-1])
    return (low, high) if low >= FEWEST else None


def judge_count(count: int | None, band: tuple[int, int] | None) -> str:
    """The verdict: usual, more or less; unknown where the count or the range is."""
    if count is None or band is None:
        return "unknown"
    return "less" if count < band[0] else "more" if count > band[1] else "usual"


def count_cases_by_week(
    session: Session, today: date, zone: ZoneInfo
) -> list[tuple[date, Mapping[str, int]]]:
    """Reports by kind for whole weeks from Monday on, the oldest first, beginning with the first report's week."""
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
    """The condition that a case counts: one from the public pages alone needs a matching payment in the records or another report.
    Otherwise a form sent ten thousand times would look like a rise.
    """
    of_case = CaseReportRow.case_id == Case.id
    outside = exists().where(of_case, CaseReportRow.source == SOURCE)
    known = exists().where(of_case, CaseReportRow.source != SOURCE)
    return or_(Case.flag != "no_transfer", known, ~outside)


def _compute_money_shares(session: Session, now: datetime) -> dict[str, int] | None:
    """Per 100 baht of losses reported in ninety days: held, still there, and gone; None for fewer than eleven reports."""
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
    """The rate of wrong holds among those approved in ninety days: a percentage with its interval, and the hours until
    release. For fewer than eleven wrong holds only an upper bound; None for fewer than eleven holds.
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
        # The 90 % quantile: the maximum of eleven would be the time of one person.
        "most": math.ceil(quantiles(hours, n=10, method="inclusive")[-1]),
    }


def _round_up_percent(share: float) -> int:
    return min(100, math.ceil(100 * share))
