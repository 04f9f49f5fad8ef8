"""Formats figures and times for a reader: satang as baht with thousands, local times, Thai years, spans and
clocks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from warroom.reasons.reason import HOME, Language

# A table, because strftime uses the locale of the process, which is the same for all readers.
MONTHS = {
    "th": ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
# Years: the Thai calendar counts from 543 BC.
BUDDHIST_YEARS_AHEAD = 543


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as a pill. `share` in [0, 1] is how much of it has run; `state` is calm, due or late."""

    state: str
    words: str
    share: float
    start: int
    until: int
    warn: int
    left: str
    over: str

    @property
    def dash(self) -> str:
        """The pie as a stroke pattern over a path of length 100."""
        return f"{self.share * 100:.1f} 100"


@dataclass(frozen=True, slots=True)
class Say:
    """Writes figures and times for one reader: language, zone, calendar, and the moment the page was made."""

    language: Language
    catalog: NullTranslations
    zone: ZoneInfo
    buddhist: bool
    now: datetime

    def baht(self, satang: int) -> str:
        """Exact baht with thousands; satang only where there are some."""
        sign, rest = ("−" if satang < 0 else ""), abs(satang)
        return f"{sign}{rest // 100:,}" + (f".{rest % 100:02d}" if rest % 100 else "")

    def format_amount(self, satang: int, currency: str) -> str:
        """An exact amount as on a page of baht; another currency is named behind it."""
        return self.baht(satang) + ("" if currency == HOME else f" {currency}")

    def headline(self, satang: int) -> str:
        """Baht for a headline: millions with two digits, else exact to the baht."""
        if abs(satang) < 100_000_000:
            return f"{round(satang / 100):,}"
        return self.catalog.gettext("{figure} M").format(figure=f"{satang / 100_000_000:,.2f}")

    def count(self, number: float) -> str:
        return f"{number:,.0f}"

    def to_local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def time(self, moment: datetime) -> str:
        """Hours and minutes, with the day where it is not today's and the year where it is not this one's."""
        here, today = self.to_local(moment), self.to_local(self.now)
        if here.date() == today.date():
            return f"{here:%H:%M}"
        if here.year != today.year:
            return self.moment(moment)
        return f"{self.format_day(here)} {here:%H:%M}"

    def moment(self, moment: datetime) -> str:
        """The whole date and time."""
        here = self.to_local(moment)
        year = here.year + (BUDDHIST_YEARS_AHEAD if self.buddhist else 0)
        return f"{self.format_day(here)} {year} {here:%H:%M}"

    def time_after(self, start: str, minutes: float) -> str:
        """Hours and minutes so long after a moment that was frozen as text."""
        return f"{self.to_local(datetime.fromisoformat(start) + timedelta(minutes=minutes)):%H:%M}"

    def add_minutes_to_now(self, minutes: float) -> datetime:
        """The moment this many minutes from now; in the past if negative."""
        return self.now + timedelta(minutes=minutes)

    def date(self, moment: datetime) -> str:
        here = self.to_local(moment)
        return f"{self.format_day(here)} {here.year + (BUDDHIST_YEARS_AHEAD if self.buddhist else 0)}"

    def format_day(self, here: datetime) -> str:
        """The day and month of a local time."""
        return f"{here.day} {MONTHS[self.language][here.month - 1]}"

    def iso(self, moment: datetime) -> str:
        return moment.astimezone(UTC).isoformat(timespec="seconds")

    def seconds(self, seconds: float) -> str:
        """A span by its two largest units: `3 h 20 min`, `2 d`, or under a minute."""
        _ = self.catalog.gettext
        minutes = int(abs(seconds) // 60)
        days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
        parts = [(days, _("d")), (hours, _("h"))] if days else [(hours, _("h")), (rest, _("min"))]
        said = " ".join(f"{number} {unit}" for number, unit in parts if number)
        return said or _("under a minute")

    def records_end(self, moment: datetime) -> str:
        """That no record came since, where an estimate of what happens next would stand."""
        return self.catalog.ngettext(
            "the records end {count} day ago", "the records end {count} days ago", (self.now - moment).days
        ).format(count=self.count((self.now - moment).days))

    def span(self, length: timedelta) -> str:
        return self.seconds(length.total_seconds())

    def minutes(self, minutes: float) -> str:
        return self.seconds(minutes * 60)

    def clock(
        self, until: datetime, start: datetime, warn: timedelta, left: str = "", over: str = ""
    ) -> Clock:
        """A clock that runs from `start` to `until` and is due once less than `warn` is left.

        `left` and `over` are its words with {span} in them, for the time that is left and the time that is
        over.
        """
        _ = self.catalog.gettext
        left, over = left or _("{span} left"), over or _("{span} late")
        rest = (until - self.now).total_seconds()
        state = "late" if rest <= 0 else "due" if rest <= warn.total_seconds() else "calm"
        whole = (until - start).total_seconds()
        share = min(1.0, max(0.0, 1 - rest / whole)) if whole > 0 else 1.0
        words = (over if rest <= 0 else left).format(span=self.seconds(rest))
        stamps = (int(start.timestamp()), int(until.timestamp()))
        return Clock(state, words, share, *stamps, int(warn.total_seconds()), left, over)
