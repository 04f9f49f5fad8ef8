"""A trainer's class: a number of six digits that is valid until 21:00, for one lesson.

The valid numbers follow from a key and the day: nothing is stored until a learner finishes, and most mistyped numbers are invalid.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

# As long as a code of an authenticator, which people can copy from a board.
DIGITS = 6
CLOSES = time(21)
"""Local time at which classes end; volunteers also teach after work. Chosen, not measured."""
ONE_IN = 8
"""One of this many numbers is valid."""
FEWEST = 11
"""The least number of learners in a sum, and the least step by which a sum grows (as `small_cells.FEWEST`)."""
MOST = 200
"""The most learners of a class: a limit against floods of invented learners. Chosen, not measured."""


def open_class(threat: str, threats: Sequence[str], key: bytes, now: datetime) -> str:
    """A new number for a lesson."""
    # Random numbers until one is valid for this lesson: about eight times the number of lessons.
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if class_of(number, threats, key, now) == threat:
            return number


def class_of(number: str, threats: Sequence[str], key: bytes, now: datetime) -> str:
    """The lesson of a number; empty for a number that is not valid today."""
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
    """Whether classes are open at this local time."""
    return now.time() < CLOSES


def to_local_time(now: datetime, zone: str) -> datetime:
    """A moment in the room's time zone."""
    return now.astimezone(ZoneInfo(zone))
