"""Addresses in a text: names on the internet with where they stand, with or without what a browser writes before them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from warroom.signals.addresses.folding import with_latin_ending
from warroom.signals.addresses.known import OWN, kind_of_address
from warroom.signals.addresses.registered import has_known_ending

# A browser takes all that stands before the last @ in front of the path for the name of a user, and goes where the rest says.
_SCHEME = r"(?P<scheme>h(?:tt|xx)ps?://)"
_USER = r"(?P<user>[^\s\"'<>/?#\\]{0,300}@)?"
# A browser takes the full stops of Chinese and Japanese for dots too; between other letters they end a sentence.
_DOT = r"(?:\[\.\]|\.|(?<=[a-z0-9])[。．｡](?=[a-z0-9]))"
_DOTS = str.maketrans("。．｡", "...")
# A label of letters, digits and hyphens of any script; the last one of letters alone, so that 3.50 or 1.2.3 is no name.
_HOST = re.compile(
    rf"(?:{_SCHEME}{_USER})?(?P<host>(?:[^\W_](?:[\w-]{{0,62}}[^\W_])?{_DOT}){{1,12}}"
    r"(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24}))(?P<rest>(?::\d{1,5})?(?:[/?#\\][^\s\"'<>]*)?)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    rf"{_SCHEME}{_USER}(?P<host>\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?P<rest>[^\s\"'<>]*)", re.IGNORECASE
)
_BEFORE_AT = re.compile(r"[^\s\"'<>/?#\\@]{1,300}@$")
_USERS = re.compile(r"(?::[^\s\"'<>/?#\\@]{0,64})?@")
_AFTER = ".,;:!?)]}'\"”’。，」』"


class Address(NamedTuple):
    """A name in a text. `start` and `end` take in the path; `numeric` where it is a bare number of a machine.

    `named` is where the host stands; `user` what stands before its @, which leads nowhere and is there to be taken for the host.
    """

    host: str
    path: str
    start: int
    end: int
    numeric: bool
    named: tuple[int, int]
    user: str = ""


def addresses_in(text: str) -> Iterator[Address]:
    """Every address in a text of small letters, the first one first. One that was made harmless as hxxp and [.] counts."""
    for found in _NUMERIC.finditer(text):
        yield _address(found, found["rest"], found.start(), (found["user"] or "")[:-1], True)
    for found in _HOST.finditer(text):
        host, start, user = (
            found["host"].replace("[.]", ".").translate(_DOTS),
            found.start(),
            (found["user"] or "")[:-1],
        )
        if _USERS.match(text, found.end("host")) or not _an_ending(host, bool(found["scheme"])):
            continue
        rest = found["rest"].rstrip(_AFTER)
        if text[start - 1 : start] == "@":
            before = _BEFORE_AT.search(text, max(0, start - 301), start)
            # A mailbox is no address of a page; what leads on to a path, or calls itself a bank, is none.
            if before is None or not (rest or kind_of_address(before[0][:-1]) == OWN):
                continue
            start, user = before.start(), before[0][:-1]
        yield _address(found, rest, start, user, False)


def _address(found: re.Match[str], rest: str, start: int, user: str, numeric: bool) -> Address:
    host = found["host"].replace("[.]", ".").translate(_DOTS)
    return Address(host, rest, start, found.end("host") + len(rest), numeric, found.span("host"), user)


def _an_ending(host: str, sure: bool) -> bool:
    """Whether a name can be one: where no browser's prefix says so, its ending must exist, or look as one that does."""
    return sure or has_known_ending(with_latin_ending(host))
