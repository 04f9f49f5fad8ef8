"""The period a briefing is about, as people type it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warroom import settings
from warroom.bilingual import dates
from warroom.errors import NotPossible

# The length of a briefing where no beginning was given: a week.
USUAL = timedelta(days=7)
# Three years; a longer one reads most of the ledger in one transaction. Chosen, not measured.
LONGEST = timedelta(days=3 * 366)
# A year of the Buddhist calendar is 543 more, so that no year in this range can mean both.
FIRST, LAST = datetime(1950, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """`since` belongs to it, `until` does not."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def parse_period(since: str, until: str, now: datetime) -> Period:
    """The period between two dates or times as typed, each in the Thai or the Gregorian calendar.

    A day as the end belongs to it wholly. Without an end it lasts until now, without a beginning for 7 days. Raises
    NotPossible.
    """
    ends = _parse_end(until) if until.strip() else now
    begins = _parse_moment(since) if since.strip() else ends - USUAL
    return build_period(begins, ends)


def build_period(since: datetime, until: datetime) -> Period:
    """The period between two moments; raises NotPossible."""
    if not (FIRST <= since <= LAST and FIRST <= until <= LAST):
        raise NotPossible("briefing.period-unread")
    if since >= until:
        raise NotPossible("briefing.period-backwards")
    if until - since > LONGEST:
        raise NotPossible("briefing.period-too-long")
    return Period(since.astimezone(UTC), until.astimezone(UTC))


def _parse_end(text: str) -> datetime:
    found = _parse_moment(text)
    if not dates.is_day(text):
        return found
    # The next midnight by the zone and not a day's seconds later, as a day may have 23 hours elsewhere.
    return datetime.combine(found.date() + timedelta(days=1), time(), found.tzinfo)


def _parse_moment(text: str) -> datetime:
    found = dates.parse_moment(text, get_room_zone())
    if found is None or not FIRST.year <= found.year < LAST.year:
        raise NotPossible("briefing.period-unread")
    return found


def get_room_zone() -> ZoneInfo:
    """Where the room is."""
    return ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
