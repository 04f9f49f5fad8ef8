"""One place that knows what time it is, and reads the times people type."""

import re
from datetime import UTC, datetime, timedelta

from warroom.errors import SettingError

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def now() -> datetime:
    """This moment in UTC, with its zone."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """An ISO 8601 time with its zone, in UTC.

    Raises SettingError where the text is no time or names no zone: a time without a zone is a guess.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingError(f"'{text}' is not a time; write it as 2026-11-24T02:33:00+07:00.") from None
    if moment.tzinfo is None:
        raise SettingError(f"'{text}' has no time zone; add one, as in {text}+07:00 or {text}Z.")
    return moment.astimezone(UTC)


def parse_span(text: str) -> timedelta:
    """A length of time such as `7d`, `36h`, `90m` or `1d12h`."""
    parts = _SPAN.findall(text)
    if not parts or _SPAN.sub("", text).strip():
        raise SettingError(f"'{text}' is not a length of time; write it as 7d, 36h, 90m or 1d12h.")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
