"""Dates as people type them: Gregorian or Buddhist years, Thai digits; `2026-11-24`, `24/11/2569 14:30`, `24 พ.ย. 2569 14:30`
or `24 Nov 2026`. The day stands before the month, never behind it.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from warroom.bilingual.months import MONTH_WORD, month_of
from warroom.bilingual.texts import BUDDHIST

FIRST_BUDDHIST = 2400
"""From this year on a year is Buddhist: no date of this program is after the Gregorian year 2200."""
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?P<rest>.*)", re.DOTALL)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?P<rest>.*)", re.DOTALL)
_NAMED_MONTH = re.compile(rf"(\d{{1,2}})\s*{MONTH_WORD}\s*(?:[พค]\.ศ\.)?\s*(\d{{4}})(?P<rest>.*)", re.DOTALL)
_DOTTED_TIME = re.compile(r"^(\d{1,2})\.(\d{2})$")
"""A time as Thais write it: `05.30`."""


def to_gregorian(text: str) -> str:
    """A date, with or without a time, as ISO 8601 in Gregorian years; other text is returned unchanged."""
    plain_text = text.strip().translate(_DIGITS)
    if date_match := _YEAR_FIRST.fullmatch(plain_text):
        year, month, day = date_match[1], date_match[2], date_match[3]
    elif date_match := _DAY_FIRST.fullmatch(plain_text):
        day, month, year = date_match[1], date_match[2], date_match[3]
    elif date_match := _NAMED_MONTH.fullmatch(plain_text):
        day, month, year = date_match[1], str(month_of(date_match[2])), date_match[3]
    else:
        return plain_text
    counted = int(year) - (BUDDHIST if int(year) >= FIRST_BUDDHIST else 0)
    return f"{counted:04d}-{int(month):02d}-{int(day):02d}{_format_time(date_match['rest'])}"


def _format_time(rest: str) -> str:
    """The time after a date, as ISO 8601; the hour may have one digit, and a Thai `น.` may follow."""
    said = rest.strip().removeprefix("T").removesuffix("น.").strip()
    if not said:
        return ""
    said = _DOTTED_TIME.sub(r"\1:\2", said)
    # One digit: fromisoformat wants two.
    return f"T0{said}" if re.match(r"\d[:.]", said) else f"T{said}"


def parse_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as typed, local where it names no zone; None where it cannot be read."""
    try:
        found = datetime.fromisoformat(to_gregorian(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def is_day(text: str) -> bool:
    """Whether a text names a whole day and no time."""
    # ISO 8601 dates have one length; anything longer has a time.
    return len(to_gregorian(text)) == len("2026-11-24")
