"""Formats days and times in the war room's time zone; Thai uses the Buddhist calendar."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from warroom import settings
from warroom.web.kit.formats import BUDDHIST_YEARS_AHEAD

_DAY = re.compile(r"\b(\d\d/\d\d)/(\d{4})\b")


def format_day(language: str, at: str | datetime) -> str:
    """The day of a moment; text that is no moment is one that the room wrote out, day first."""
    return format_moment(language, at)[:10]


def format_moment(language: str, at: str | datetime) -> str:
    """A moment to the minute."""
    said = _format_gregorian(at)
    if language != "th":
        return said
    return _DAY.sub(lambda found: f"{found[1]}/{int(found[2]) + BUDDHIST_YEARS_AHEAD}", said)


def _format_gregorian(at: str | datetime) -> str:
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    return moment.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))).strftime("%d/%m/%Y %H:%M")
