"""Telephones, accounts, links and LINE names in pasted texts, in a normal spelling, and their keyed digests.

The public process looks up digests alone: reading the table of reported numbers reveals no number.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass

from warroom.signals.addresses.addresses import iter_addresses
from warroom.signals.addresses.folding import to_unicode_host
from warroom.signals.addresses.known import (
    CHAT,
    OWN,
    SHARED,
    SHORT,
    classify_host,
    find_parent_site,
    map_own_sites,
)
from warroom.signals.addresses.registered import split_host
from warroom.subjects.identifiers import phones
from warroom.subjects.spelling import THAI_DIGITS, UNSEEN, lowered_in_place, strip_separators

MOST = 8
"""Identifiers looked up for one message, always padded to this number, so that the cost reveals nothing. Chosen, not measured."""
PAGES = frozenset(
    (
        "facebook.com",
        "fb.com",
        "tiktok.com",
        "instagram.com",
        "youtube.com",
        "x.com",
        "twitter.com",
        "threads.net",
    )
)
"""Sites where anybody can have a page: a report is about the page and never about the site."""
_PARTED = f"[ \\-().\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212{UNSEEN}]"
_NUMBER = re.compile(
    rf"(?<![\d\w.])(?:tel:{_PARTED}{{0,2}})?[(+]{{0,2}}\d(?:{_PARTED}{{0,3}}\d){{8,17}}(?![\d\w])",
    re.IGNORECASE,
)
_LINE = re.compile(r"(?<![\w.@])@[a-z0-9][a-z0-9._-]{2,29}", re.IGNORECASE)
_SHOWN = 4  # digits at the end of a number


@dataclass(frozen=True, slots=True)
class PastedIdentifier:
    """What somebody pasted to have it looked up. `kind`: `phone`, `account`, `link` or `line` of `subjects.kinds.IDENTIFIERS`;
    `spelled`: its one spelling; `shown`: what a page says of it, of a number the last four digits.
    """

    kind: str
    spelled: str
    shown: str

    @property
    def name(self) -> str:
        """The hashed text. A telephone and an account with the same digits are the same: people often do not know which it is."""
        return f"{'number' if self.kind in ('phone', 'account') else self.kind}:{self.spelled}"


def identifiers_in(text: str) -> list[PastedIdentifier]:
    """All identifiers in a text, each once, in order; without the own sites of banks and agencies."""
    plain = text.translate(THAI_DIGITS)
    links = [
        (address.start, address.end, link_of(plain[address.start : address.end], address.host))
        for address in iter_addresses(lowered_in_place(plain))
    ]
    inside = [(start, end) for start, end, _ in links]
    placed_identifiers = [(start, link) for start, _, link in links if link is not None]
    placed_identifiers += [
        (start, identifier)
        for start, identifier in (*_iter_numbers(plain), *_iter_line_ids(plain))
        if not _is_within(start, inside)
    ]
    named = {
        identifier.name: identifier
        for _, identifier in sorted(placed_identifiers, key=lambda placed: placed[0])
    }
    return list(named.values())


def only_identifier(text: str) -> PastedIdentifier | None:
    """The identifier, where the text consists of nothing else; else None."""
    plain = text.translate(THAI_DIGITS).strip()
    for address in iter_addresses(lowered_in_place(plain)):
        if (address.start, address.end) == (0, len(plain)):
            return link_of(plain, address.host) or PastedIdentifier("link", address.host, address.host)
    for shape, read in ((_NUMBER, _number_at), (_LINE, line_of)):
        if shape.fullmatch(plain) and (identifier := read(plain)):
            return identifier
    # A short number has no dots: with one it is an amount or a time.
    digits = strip_separators(re.sub(r"^tel:|[()]", "", plain, flags=re.IGNORECASE))
    return PastedIdentifier("phone", digits, digits) if re.fullmatch(r"\d{3,8}", digits) else None


def number_of(text: str) -> PastedIdentifier:
    """A telephone or an account in any spelling; +66 81 234 5678 and 081-234-5678 are the same."""
    found = phones.parse_phone(text)
    digits = re.sub(r"\D", "", text.translate(THAI_DIGITS))
    if found.is_check_valid:
        return PastedIdentifier("phone", found.text, digits[-_SHOWN:])
    return PastedIdentifier("account", digits, digits[-_SHOWN:])


def line_of(text: str) -> PastedIdentifier:
    """A LINE name."""
    return PastedIdentifier("line", text.lower(), text.lower())


def link_of(written: str, host: str) -> PastedIdentifier | None:
    """The identifier of a link: the registered domain, or the host name or page on a shared host; None for a site of a bank or
    an agency.
    """
    name = to_unicode_host(host.lower().rstrip("."))
    kind = classify_host(name)
    if kind == OWN:
        return None
    path = re.sub(r"^(?:[a-z]+://)?[^/?#]*", "", written, flags=re.IGNORECASE).partition("?")[0].rstrip("/")
    if (
        kind in (SHORT, CHAT)
        or find_parent_site(name, PAGES)
        or name in ("docs.google.com", "sites.google.com")
    ):
        spelled = name.removeprefix("www.").removeprefix("m.") + path
    else:
        spelled = name.removeprefix("www.") if kind == SHARED else _extract_registered_name(name)
    return PastedIdentifier("link", spelled, spelled)


def _extract_registered_name(name: str) -> str:
    """The registered domain of a host name; the whole name where its public suffix is unknown, and for look-alikes of own sites."""
    found = split_host(name)
    whole = not found.ending or (not name.isascii() and find_parent_site(name, map_own_sites()))
    return name.removeprefix("www.") if whole else found.registered


def digest_of(one: PastedIdentifier, key: bytes) -> bytes:
    """The keyed digest of an identifier."""
    return hmac.new(key, b"reported:" + one.name.encode(), hashlib.sha256).digest()


def mark_of(digest: bytes, network: str, key: bytes) -> bytes:
    """The mark of a network for one identifier and day, under the key of the day. It differs for another
    identifier, so that a network's reports cannot be linked by it.
    """
    return hmac.new(key, b"reporter:" + digest + network.encode(), hashlib.sha256).digest()


def threat_mark_of(threat: str, network: str, key: bytes) -> bytes:
    """The mark of a network for one threat and day, under the key of the day."""
    return hmac.new(key, f"threat:{threat}:{network}".encode(), hashlib.sha256).digest()


def _iter_numbers(plain: str) -> Iterator[tuple[int, PastedIdentifier]]:
    for found in _NUMBER.finditer(plain):
        if one := _number_at(found[0]):
            yield found.start(), one


def _number_at(written: str) -> PastedIdentifier | None:
    """A number in a text; with dots only a telephone counts, not amounts and IP addresses."""
    one = number_of(written)
    return one if one.kind == "phone" or "." not in written else None


def _iter_line_ids(plain: str) -> Iterator[tuple[int, PastedIdentifier]]:
    for found in _LINE.finditer(plain):
        yield found.start(), line_of(found[0])


def _is_within(start: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= start < end for first, end in spans)
