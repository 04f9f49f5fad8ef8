"""The days the map can show: from its first record, at most ninety days back, up to today by the room's
clock.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warroom import clock, settings

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# The map of a day is computed from the lake; older days are seldom asked for. Chosen, not measured.
FARTHEST = timedelta(days=90)
WINDOW = timedelta(days=7)
"""Reports and journeys are counted over a week: a single day has too few for counts that identify nobody."""
# Tables that the map draws; the first record of any of them is its first day.
TABLES = ("supply", "premises", "trips", "reports")


def get_day_zone() -> ZoneInfo:
    """The zone in which a day is a day."""
    return ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))


def find_day_range(lake: "Lake", now: datetime) -> tuple[date, date]:
    """The first and the last day."""
    today = now.astimezone(get_day_zone()).date()
    arrived = [file.first_received for table in TABLES for file in lake.list_files(table)]
    first = clock.from_micros(min(arrived)).astimezone(get_day_zone()).date() if arrived else today
    return min(max(first, today - FARTHEST), today), today


def find_day_end(day: date, now: datetime) -> datetime:
    """The moment a day is shown as of: its end, or now."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), get_day_zone())
    return min(end, now)
