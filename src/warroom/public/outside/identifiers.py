"""Telephones, accounts, links and LINE names in what people paste, each in one spelling, and the digests under which they are known.

Outside nothing but a digest is asked for: whoever reads the table of reported numbers has no number.
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
"""Of one message so many are looked up, and always as many: a question with one costs as much as one with eight."""
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
"""Where everybody has a page: what is spoken of is the page and never the site."""
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
        """What is hashed. A telephone and an account of the same digits are one: whoever asks seldom knows which it is."""
        return f"{'number' if self.kind in ('phone', 'account') else self.kind}:{self.spelled}"


def identifiers_in(text: str) -> list[PastedIdentifier]:
    """All that a text names, each once, the first ones first; no site of a bank's or an agency's own."""
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
    """The identifier that a text is, where it is nothing else."""
    plain = text.translate(THAI_DIGITS).strip()
    for address in iter_addresses(lowered_in_place(plain)):
        if (address.start, address.end) == (0, len(plain)):
            return link_of(plain, address.host) or PastedIdentifier("link", address.host, address.host)
    for shape, read in ((_NUMBER, _number_at), (_LINE, line_of)):
        if shape.fullmatch(plain) and (identifier := read(plain)):
            return identifier
    # A short number is written without dots: with one it is a sum or an hour.
    digits = strip_separators(re.sub(r"^tel:|[()]", "", plain, flags=re.IGNORECASE))
    return PastedIdentifier("phone", digits, digits) if re.fullmatch(r"\d{3,8}", digits) else None


def number_of(text: str) -> PastedIdentifier:
    """A telephone or an account as it is written, +66 81 234 5678 and 081-234-5678 being one."""
    found = phones.parse_phone(text)
    digits = re.sub(r"\D", "", text.translate(THAI_DIGITS))
    if found.is_check_valid:
        return PastedIdentifier("phone", found.text, digits[-_SHOWN:])
    return PastedIdentifier("account", digits, digits[-_SHOWN:])


def line_of(text: str) -> PastedIdentifier:
    """A LINE name."""
    return PastedIdentifier("line", text.lower(), text.lower())


def link_of(written: str, host: str) -> PastedIdentifier | None:
    """What a link is known by: what was registered, below a host of many the name or the page; None for a bank's or an
    agency's own.
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
    """What was registered of a name; all of it where its ending only looks like one that exists, and below a bank's site."""
    found = split_host(name)
    whole = not found.ending or (not name.isascii() and find_parent_site(name, map_own_sites()))
    return name.removeprefix("www.") if whole else found.registered


def digest_of(one: PastedIdentifier, key: bytes) -> bytes:
    """Under what an identifier is known outside."""
    return hmac.new(key, b"reported:" + one.name.encode(), hashlib.sha256).digest()


def mark_of(digest: bytes, network: str, key: bytes) -> bytes:
    """Who reported an identifier, under the key of the day: the same for the same network, this identifier and this day. Of another
    identifier it is another: nobody's reports hang together by it.
    """
    return hmac.new(key, b"reporter:" + digest + network.encode(), hashlib.sha256).digest()


def threat_mark_of(threat: str, network: str, key: bytes) -> bytes:
    """Who reported a threat, under the key of the day: the same for the same network, this threat and this day alone."""
    return hmac.new(key, f"threat:{threat}:{network}".encode(), hashlib.sha256).digest()


def _iter_numbers(plain: str) -> Iterator[tuple[int, PastedIdentifier]]:
    for found in _NUMBER.finditer(plain):
        if one := _number_at(found[0]):
            yield found.start(), one


def _number_at(written: str) -> PastedIdentifier | None:
    """A number as it stands in a text; between dots only a telephone is one, and sums and machines' addresses are none."""
    one = number_of(written)
    return one if one.kind == "phone" or "." not in written else None


def _iter_line_ids(plain: str) -> Iterator[tuple[int, PastedIdentifier]]:
    for found in _LINE.finditer(plain):
        yield found.start(), line_of(found[0])


def _is_within(start: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= start < end for first, end in spans)
