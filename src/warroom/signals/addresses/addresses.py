"""Web addresses in a text: host names with their positions, with or without a scheme."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from warroom.signals.addresses.folding import replace_ending_look_alikes
from warroom.signals.addresses.known import OWN, classify_host
from warroom.signals.addresses.registered import has_known_ending

# A browser treats everything before the last @ of the authority as a user name and goes to the host
# behind it.
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
# Without a scheme four numbers with dots may be a version or a sum.
_NUMERIC = re.compile(
    rf"{_SCHEME}{_USER}(?P<host>\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?P<rest>[^\s\"'<>]*)", re.IGNORECASE
)
_BEFORE_AT = re.compile(r"[^\s\"'<>/?#\\@]{1,300}@$")
_USERS = re.compile(r"(?::[^\s\"'<>/?#\\@]{0,64})?@")
# Punctuation that ends a sentence and not the address.
_AFTER = ".,;:!?)]}'\"”’。，」』"


class Address(NamedTuple):
    """An address in a text. `start` and `end` include the path; `numeric` where the host is an IP address.

    `named` is the host's position; `user` what stands before its @: it leads nowhere, and is written to look
    like the host.
    """

    host: str
    path: str
    start: int
    end: int
    numeric: bool
    named: tuple[int, int]
    user: str = ""


def iter_addresses(text: str) -> Iterator[Address]:
    """Every address in a lower-case text, in order. Defanged ones (hxxp, [.]) count."""
    for address_match in _NUMERIC.finditer(text):
        yield _make_address(
            address_match,
            address_match["rest"],
            address_match.start(),
            (address_match["user"] or "")[:-1],
            True,
        )
    for address_match in _HOST.finditer(text):
        # Defanged dots are restored: the name is looked up as it is registered.
        host, start, user = (
            address_match["host"].replace("[.]", ".").translate(_DOTS),
            address_match.start(),
            (address_match["user"] or "")[:-1],
        )
        # What is followed by an @ is a user name; the host behind it matches by itself.
        if _USERS.match(text, address_match.end("host")) or not _may_be_ending(
            host, bool(address_match["scheme"])
        ):
            continue
        rest = address_match["rest"].rstrip(_AFTER)
        if text[start - 1 : start] == "@":
            before = _BEFORE_AT.search(text, max(0, start - 301), start)
            # A mailbox is no address of a page; what leads on to a path, or calls itself a bank, is none.
            if before is None or not (rest or classify_host(before[0][:-1]) == OWN):
                continue
            # The address begins at the user name: that is what a reader sees first.
            start, user = before.start(), before[0][:-1]
        yield _make_address(address_match, rest, start, user, False)


def _make_address(found: re.Match[str], rest: str, start: int, user: str, numeric: bool) -> Address:
    host = found["host"].replace("[.]", ".").translate(_DOTS)
    return Address(host, rest, start, found.end("host") + len(rest), numeric, found.span("host"), user)


def _may_be_ending(host: str, sure: bool) -> bool:
    """Whether a name can be a host: without a scheme (`sure` false) its ending must exist, or look like one
    that does.
    """
    return sure or has_known_ending(replace_ending_look_alikes(host))
