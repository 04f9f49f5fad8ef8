"""Weekly counts by threat, for each source: whole weeks from Monday on, the oldest first."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from warroom.public.campaigns.views import SOURCES, THREATS, Source
from warroom.public.numbers import BAND_OF, WEEK, count_cases_by_week
from warroom.public.outside.threats import OTHER, threat_of
from warroom.public.outside.threats import THREATS as OF_TYPES
from warroom.public.reported import ONE_TEXT
from warroom.public.schema import Mention
from warroom.unread import UnreadTexts

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

Weeks = list[tuple[date, Mapping[str, int]]]


def count_by_week(source: Source, session: Session, lake: "Lake", now: datetime, zone: ZoneInfo) -> Weeks:
    """Counts by threat of the whole weeks before `now`, beginning with the first week that has any."""
    today = now.astimezone(zone).date()
    if source == "cases":
        return count_cases_by_week(session, today, zone)
    return _group_by_week(_OF[source](session, lake, now), today, zone)


def _group_by_week(events: Iterable[tuple[datetime, str]], today: date, zone: ZoneInfo) -> Weeks:
    monday = today - timedelta(days=today.weekday())
    since = monday - WEEK * (BAND_OF + 1)
    days = [(at.astimezone(zone).date(), threat) for at, threat in events]
    days = [day_and_threat for day_and_threat in days if since <= day_and_threat[0] < monday]
    if not days:
        return []
    # From the first week with any count: weeks before it would be taken for quiet ones.
    weeks = math.ceil((monday - min(day for day, _ in days)).days / 7)
    counts: dict[date, Counter[str]] = {monday - WEEK * back: Counter() for back in range(weeks, 0, -1)}
    for day, threat in days:
        counts[day - timedelta(days=day.weekday())][threat] += 1
    return list(counts.items())


def _iter_tips(session: Session, lake: "Lake", now: datetime) -> Iterable[tuple[datetime, str]]:
    """Reports on the public pages that an officer accepted, each once. One network counts once a day for a
    threat; one text within ten minutes counts once. Networks cannot be compared over days: their marks change daily.
    """
    threat = case(OF_TYPES, value=Mention.scam_type, else_=OTHER).label("threat")
    # A report without a network mark counts on its own.
    of_day = case((Mention.of_day == b"", func.int8send(Mention.submission_id)), else_=Mention.of_day)
    kept = (Mention.submission_id, Mention.words, Mention.at)
    named = (
        select(*kept, of_day.label("of_day"), threat)
        .where(Mention.accepted, Mention.scam_type != "")
        .where(Mention.at >= now - WEEK * (BAND_OF + 2), Mention.at < now)
    )
    reports = named.distinct().subquery()
    columns, order = reports.c, (reports.c.at, reports.c.submission_id)
    apart = select(
        reports,
        func.lag(columns.at).over(partition_by=columns.words, order_by=order).label("before"),
        func.row_number()
        .over(partition_by=(columns.of_day, columns.threat), order_by=order)
        .label("nth_of_day"),
    ).subquery()
    is_apart = or_(apart.c.before.is_(None), apart.c.at - apart.c.before > ONE_TEXT)
    counted = select(apart.c.at, apart.c.threat).where(apart.c.nth_of_day == 1, is_apart)
    for row in session.execute(counted.execution_options(yield_per=1_000)):
        yield row.at, row.threat


def _iter_scam_messages(session: Session, lake: "Lake", now: datetime) -> Iterable[tuple[datetime, str]]:
    """Submitted messages that are classified as scams, by their time; the same text counts once a week."""
    from warroom.signals.messages.reading import read_message

    rows = lake.query_rows("messages", now)
    since = now - WEEK * (BAND_OF + 2)
    kept = rows.filter((rows.time >= since) & rows.text.notnull()).select("time", "text").to_pyarrow()
    unread, seen = UnreadTexts("messages"), set[tuple[str, int]]()
    for row in kept.to_pylist():
        once = ("".join(row["text"].split()).casefold(), (row["time"] - since).days // 7)
        if once in seen:
            continue
        seen.add(once)
        # An unreadable message is skipped here; the message signals count it and report it.
        reading = unread.try_reading("a message", read_message, row["text"])
        if reading and reading.kind == "scam":
            yield row["time"], threat_of(reading.type or "")


def _iter_lure_adverts(session: Session, lake: "Lake", now: datetime) -> Iterable[tuple[datetime, str]]:
    """Adverts classified as lures, each once, by the time of the first signal; all of them offer work."""
    from warroom.signals.adverts.declaration import ADVERTS

    rows = lake.query_rows("signals", now)
    rows = rows.filter(rows.kind == ADVERTS.name).select("subject", "as_of").to_pyarrow()
    first: dict[str, datetime] = {}
    for row in rows.to_pylist():
        first[row["subject"]] = min(row["as_of"], first.get(row["subject"], row["as_of"]))
    for at in first.values():
        yield at, "job"


_OF: Mapping[Source, Callable[[Session, "Lake", datetime], Iterable[tuple[datetime, str]]]] = {
    "tips": _iter_tips,
    "messages": _iter_scam_messages,
    "adverts": _iter_lure_adverts,
}
assert {*_OF, "cases"} == set(SOURCES)
assert {*OF_TYPES.values(), OTHER} <= set(THREATS)
