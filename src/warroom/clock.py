"""The program's clock, and parsing of times that people type.

Records, decisions and pages use `get_now`. In an exercise it is the exercise's time: `home.Home.turn_clock` makes
this process follow another source, and refuses in a live home. What must agree with the outside world uses
`get_real_now`: sign-ins, form tokens, signatures of messages.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from warroom.errors import SettingError

Source = Callable[[], datetime]
"""Returns the time in UTC, with its zone; never one earlier than before."""

# The source this process follows, if any. One for the process, since every thread must agree on the time.
_followed: list[Source] = []
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def get_now() -> datetime:
    """This moment in UTC, with its zone; the exercise's where this process follows one."""
    return _followed[-1]() if _followed else get_real_now()


def get_real_now() -> datetime:
    """The real moment in UTC, whatever an exercise says."""
    return datetime.now(UTC)


def follow_source(source: Source | None) -> None:
    """Use `source` as the clock from now on, the real clock for None. Call it through `Home.turn_clock`."""
    _followed[:] = [] if source is None else [source]


def is_simulated() -> bool:
    """Whether this process uses another clock than the real one."""
    return bool(_followed)


def parse_instant(text: str) -> datetime:
    """An ISO 8601 time with its zone, in UTC.

    Raises SettingError where the text is no time or names no zone: a time without a zone is a guess.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # an offset can lead out of the years 1 to 9999
        raise SettingError(f"'{text}' is not a time; write it as 2026-11-24T02:33:00+07:00.") from None
    whole = moment.isoformat()
    raise SettingError(f"'{text}' has no time zone; add one, as in {whole}+07:00 or {whole}Z.")


def parse_span(text: str) -> timedelta:
    """A length of time such as `7d`, `36h`, `90m` or `1d12h`."""
    parts = _SPAN.findall(text)
    # What is left over was no number with a unit.
    if not parts or _SPAN.sub("", text).strip():
        raise SettingError(f"'{text}' is not a length of time; write it as 7d, 36h, 90m or 1d12h.")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def find_last_occurrence(at: time, zone: tzinfo, now: datetime) -> datetime:
    """The newest moment, `now` included, at which clocks of a zone showed this time of day."""
    here = now.astimezone(zone)
    # By the calendar of the zone: a day is not always 24 hours long.
    today = datetime.combine(here.date(), at, zone)
    return today if today <= here else datetime.combine(here.date() - timedelta(days=1), at, zone)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    # Integer division of timedeltas: `timestamp()` is a float and loses microseconds.
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
