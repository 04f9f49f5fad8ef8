"""The signed list of official channels in the public process: verification, and lookup of pasted texts."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.signals.addresses.addresses import Address, iter_addresses
from warroom.signals.addresses.folding import fold_look_alikes, to_unicode_host
from warroom.signals.addresses.known import Brand, find_parent_site, map_own_sites
from warroom.signals.addresses.look_alike import find_look_alike
from warroom.subjects.spelling import THAI_DIGITS, lowered_in_place, strip_separators

KINDS = ("web", "phone", "line", "sms", "page")
# A week: the room signs daily, so an outage of some days does not invalidate the list. Chosen, not
# measured.
VALID = timedelta(days=7)
NEAR = 2
"""The largest edit distance at which a LINE name, a page or a sender counts as a copy of a channel. Chosen, not measured."""
LURED = 0.9
"""The score from which on a name that holds a site's name is a copy: with a word that copies add (-login, -pay). Below it stand the
owners' own sisters, such as krungthai-axa.co.th."""
LEAST = 6
"""The least letters of a name with which others are compared: short names of honest owners differ by a letter or two. Chosen."""
_PLACES = {
    "facebook": ("facebook", "fb.com", "เฟซบุ๊ก", "เฟสบุ๊ค", "เฟซ"),
    "tiktok": ("tiktok", "ติ๊กต็อก"),
    "line": ("line", "lin.ee", "ไลน์", "@"),
}
# Characters of a pasted text that are compared: the edit distance costs their product. Chosen, not
# measured.
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Channels:
    """`channels` and `none` as `channels.toml` has them; `fresh`: its signature holds and it is not past its time. `places`: the channels by
    what they are compared by.
    """

    channels: Sequence[Mapping[str, str]]
    none: Sequence[Mapping[str, Any]]
    signed_at: datetime
    valid_until: datetime
    fresh: bool
    places: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ChannelMatch:
    """Whether a thing is on the list (`yes`), a copy of something on it (`no`), or neither (`unlisted`): the list is short, and most
    honest numbers and sites are not on it. `channel`: which it is, or which it is like; `differs`: the parts of what was asked, each
    with whether it differs from that one; `none`: who has no channel there at all.
    """

    verdict: Literal["yes", "no", "unlisted"]
    asked: str
    channel: Mapping[str, str] | None
    differs: tuple[tuple[str, bool], ...]
    none: Mapping[str, Any] | None


def read_channels(body: Mapping[str, Any], now: datetime) -> Channels:
    """Parse the published list, and verify its signature and validity."""
    signed_list = json.loads(body["list"])
    until = datetime.fromisoformat(signed_list["valid_until"])
    return Channels(
        signed_list["channels"],
        signed_list["none"],
        datetime.fromisoformat(signed_list["signed_at"]),
        until,
        has_valid_signature(body) and now <= until,
        {_normalise(channel["value"]): channel for channel in reversed(signed_list["channels"])},
    )


def has_valid_signature(body: Mapping[str, Any]) -> bool:
    """Whether the list was signed by the key that is published with it."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["key"]))
        key.verify(bytes.fromhex(body["signature"]), str(body["list"]).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def find_listed_channel(asked: str, listed: Channels) -> Mapping[str, Any] | None:
    """The channel that equals the text after normalisation, or whose site a page's address is on; None for none."""
    asked = _clean_query(asked)
    same = listed.places.get(_normalise(asked))
    address = _find_address(asked)
    if same is not None or address is None or address.user or not address.host.isascii():
        return same
    site = find_parent_site(address.host, {value: value for value in listed.places if "." in value})
    return listed.places.get(site)


def match_channel(asked: str, listed: Channels) -> ChannelMatch:
    """Whether a site, a number, a LINE name or a sender is on the list, and if not, which channel it copies or resembles."""
    same = find_listed_channel(asked, listed)
    asked = _clean_query(asked)
    if same is not None:
        return ChannelMatch("yes", asked, same, (), None)
    plain = _normalise(asked)
    missing = next((entry for entry in listed.none if _is_about(asked, entry)), None)
    if missing is not None:
        return ChannelMatch("no", asked, None, (), missing)
    copied = _find_copied_site(asked, listed) or _find_copied_name(plain, listed)
    near = copied or _find_near_number(plain, listed)
    differs = _mark_differences(plain, _normalise(near["value"])) if near else ()
    return ChannelMatch("no" if copied else "unlisted", asked, near, differs, None)


def _find_address(asked: str) -> Address | None:
    """The web address that a text is, and nothing else."""
    low = lowered_in_place(asked)
    return next((found for found in iter_addresses(low) if (found.start, found.end) == (0, len(low))), None)


def _find_copied_site(asked: str, listed: Channels) -> Mapping[str, str] | None:
    """The site that an address copies: by look-alike letters, by a letter or two of a long name, or by its whole name in front of
    another one (scb.co.th.login.example, dol-go.th).
    """
    address = _find_address(asked)
    if address is None or (address.host.isascii() and not address.user and _is_own_site(address.host)):
        return None
    sites = {
        _normalise(entry["value"]): entry
        for entry in listed.channels
        if entry["kind"] == "web" and "." in entry["value"]
    }
    # A hyphen for a dot reads alike.
    dotted = f".{address.user}.{address.host}.".replace("-", ".").replace("@", ".")
    inside = (entry for site, entry in sites.items() if f".{site}." in dotted)
    folded = fold_look_alikes(to_unicode_host(address.host))
    same = (entry for site, entry in sites.items() if fold_look_alikes(site) == folded)
    copied = next(inside, None) or next(same, None)
    if copied is not None:
        return copied
    # A common word, such as customs, is many honest owners' name.
    named = tuple(site for site, entry in sites.items() if not entry.get("common"))
    look = find_look_alike(address.host, _make_brands(named))
    # With an official number beside the name it is meant too, such as check-1441.
    numbers = (entry["value"] for entry in listed.channels if entry["kind"] == "phone")
    is_meant = look is not None and (
        look.how != "embedded" or look.score >= LURED or any(number in address.host for number in numbers)
    )
    return sites[look.brand] if look is not None and is_meant else None


def _is_own_site(host: str) -> bool:
    """Whether a name is an honest owner's that the program knows, and no copy however like another it reads."""
    return bool(find_parent_site(host, map_own_sites()))


@cache
def _make_brands(sites: tuple[str, ...]) -> tuple[Brand, ...]:
    return tuple(Brand(site, (site,)) for site in sites)


def _find_copied_name(plain: str, listed: Channels) -> Mapping[str, str] | None:
    names = [entry for entry in listed.channels if entry["kind"] in ("line", "sms", "page")]
    values = {_normalise(entry["value"]): entry for entry in names}
    near = {
        value: _count_edits(plain, value)
        for value in values
        if len(value) >= LEAST or fold_look_alikes(value) == fold_look_alikes(plain)
    }
    best = min(near, key=lambda value: near[value], default="")
    return values[best] if best and near[best] <= NEAR else None


def _find_near_number(plain: str, listed: Channels) -> Mapping[str, str] | None:
    """The short number that differs in one digit. That makes no copy: most such numbers are honest owners' own."""
    if not plain.isdigit() or len(plain) > LEAST:
        return None
    numbers = (
        entry for entry in listed.channels if entry["kind"] == "phone" and len(entry["value"]) <= LEAST
    )
    return next((entry for entry in numbers if _count_edits(plain, _normalise(entry["value"])) == 1), None)


def _clean_query(asked: str) -> str:
    return " ".join(asked.translate(THAI_DIGITS).split())[:_LOOKED_AT]


def _normalise(text: str) -> str:
    """The text in its form for comparison: lower case, without scheme and www, numbers without separators and in Thai form."""
    bare = re.sub(r"^(?:h(?:tt|xx)ps?://)?(?:www\.)?", "", text.strip().lower()).rstrip("/")
    digits = strip_separators(re.sub(r"^tel:|[()]", "", bare))
    return re.sub(r"^(?:\+66|0066)", "0", digits) if re.fullmatch(r"\+?\d+", digits) else bare


def _is_about(asked: str, missing: Mapping[str, Any]) -> bool:
    """Whether a text names an owner and a service on which that owner has no channel."""
    low = asked.lower()
    return any(word in low for word in missing["words"]) and any(
        sign in low for place in missing["kinds"] for sign in _PLACES.get(place, (place,))
    )


def _count_edits(text: str, other: str) -> int:
    """The edit distance (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(text, 1):
        before, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted)),
            )
    return row[-1]


def _mark_differences(asked: str, ours: str) -> tuple[tuple[str, bool], ...]:
    parts = SequenceMatcher(None, ours, asked, autojunk=False).get_opcodes()
    return tuple((asked[start:end], kind != "equal") for kind, _, _, start, end in parts if end > start)
