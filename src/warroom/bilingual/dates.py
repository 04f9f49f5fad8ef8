"""Dates as people type them: Gregorian or Buddhist years, Thai digits, `2026-11-24` or `24/11/2569 14:30`."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from warroom.bilingual.texts import BUDDHIST

FIRST_BUDDHIST = 2400
"""No date of this program lies beyond the Gregorian year 2200, so that a year from here on counts as Buddhist."""
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?P<rest>.*)", re.DOTALL)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?P<rest>.*)", re.DOTALL)


def gregorian(text: str) -> str:
    """A date, with or without a time, as ISO 8601 in Gregorian years; what is no date stays as it is."""
    said = text.strip().translate(_DIGITS)
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = found[1], found[2], found[3]
    elif found := _DAY_FIRST.fullmatch(said):
        day, month, year = found[1], found[2], found[3]
    else:
        return said
    counted = int(year) - (BUDDHIST if int(year) >= FIRST_BUDDHIST else 0)
    return f"{counted:04d}-{int(month):02d}-{int(day):02d}{_time(found['rest'])}"


def _time(rest: str) -> str:
    """The time after a date; an hour may stand without its nought, and a Thai `น.` after it."""
    said = rest.strip().removeprefix("T").removesuffix("น.").strip()
    if not said:
        return ""
    return f"T0{said}" if re.match(r"\d[:.]", said) else f"T{said}"


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as typed, local where it names no zone; None where it cannot be read."""
    try:
        found = datetime.fromisoformat(gregorian(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def is_day(text: str) -> bool:
    """Whether a text names a whole day and no time."""
    return len(gregorian(text)) == len("2026-11-24")
