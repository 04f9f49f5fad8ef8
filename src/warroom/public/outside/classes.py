"""A trainer's room: a number of six digits that holds until 21:00, and a lesson.

Which numbers are rooms follows from a key and the day: nothing is kept until somebody finishes, and a mistyped number is mostly no room.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

DIGITS = 6
CLOSES = time(21)
"""Local time of the room's house; until then a number made in the morning is the same room. Volunteers teach after work."""
ONE_IN = 8
"""Of the numbers so many are no room for each that is one."""
FEWEST = 11
"""Sums are shown of no fewer learners, and grow by no fewer."""
MOST = 200
"""More than this no class has; a flood of made learners ends here."""


def open_class(threat: str, threats: Sequence[str], key: bytes, now: datetime) -> str:
    """A new room for a lesson."""
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if class_of(number, threats, key, now) == threat:
            return number


def class_of(number: str, threats: Sequence[str], key: bytes, now: datetime) -> str:
    """The lesson of a room; empty where today's rooms have no such number."""
    drawn = hmac.new(key, f"class:{now.date()}:{number}".encode(), hashlib.sha256).digest()
    if (
        len(number) != DIGITS
        or not number.isascii()
        or not number.isdigit()
        or not threats
        or drawn[0] % ONE_IN
    ):
        return ""
    return threats[int.from_bytes(drawn[1:5], "big") % len(threats)]


def is_open(now: datetime) -> bool:
    """Whether rooms are open at this local time."""
    return now.time() < CLOSES


def to_local_time(now: datetime, zone: str) -> datetime:
    """A moment as clocks in the room's house show it."""
    return now.astimezone(ZoneInfo(zone))
