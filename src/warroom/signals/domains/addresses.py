"""Addresses in a text: names on the internet with where they stand, with or without what a browser writes before them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A label of letters, digits and hyphens of any script; the last one of letters alone, so that 3.50 or 1.2.3 is no name.
_HOST = re.compile(
    r"(?P<scheme>h(?:tt|xx)ps?://)?(?P<host>(?:[^\W_](?:[\w-]{0,62}[^\W_])?(?:\[\.\]|\.)){1,12}"
    r"(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24}))(?P<rest>(?::\d{1,5})?(?:[/?#][^\s\"'<>]*)?)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"https?://(?P<host>\d{1,3}(?:\.\d{1,3}){3})(?P<rest>[^\s\"'<>]*)", re.IGNORECASE)
_AFTER = ".,;:!?)]}'\"”’。，」』"


class Address(NamedTuple):
    """A name in a text. `start` and `end` take in the path; `numeric` where it is a bare number of a machine."""

    host: str
    path: str
    start: int
    end: int
    numeric: bool


def addresses_in(text: str) -> Iterator[Address]:
    """Every address in a text of small letters, the first one first. One that was made harmless as hxxp and [.] counts."""
    for found in _NUMERIC.finditer(text):
        yield Address(found["host"], found["rest"], *found.span(), True)
    for found in _HOST.finditer(text):
        host = found["host"].replace("[.]", ".")
        if text[found.start() - 1 : found.start()] == "@" or not _an_ending(host, bool(found["scheme"])):
            continue
        rest = found["rest"].rstrip(_AFTER)
        yield Address(host, rest, found.start(), found.end() - len(found["rest"]) + len(rest), False)


def _an_ending(host: str, sure: bool) -> bool:
    """Whether a name can be one: where no browser's prefix says so, its ending must exist."""
    from warroom.signals.domains.registered import has_known_ending

    return sure or has_known_ending(host)
