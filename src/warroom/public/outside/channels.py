"""The signed list of official channels as the public side reads it: whether it is whole and new, and whether a thing stands on it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.signals.addresses.folding import folded
from warroom.signals.addresses.registered import taken_apart
from warroom.subjects.spelling import THAI_DIGITS, joined

KINDS = ("web", "phone", "line", "sms", "page")
VALID = timedelta(days=7)
NEAR = 2
"""So many letters may differ for a thing to be a copy of another."""
LABEL = 4
"""A name of so many letters makes a copy of what holds it, such as amlo-refund.example."""
_PLACES = {
    "facebook": ("facebook", "fb.com", "เฟซบุ๊ก", "เฟสบุ๊ค", "เฟซ"),
    "tiktok": ("tiktok", "ติ๊กต็อก"),
    "line": ("line", "lin.ee", "ไลน์", "@"),
}
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
class Ours:
    """Whether a thing is on the list. `channel`: which it is, or which it is like; `differs`: the parts of what was asked, each
    with whether it differs from that one; `none`: who has no channel there at all.
    """

    verdict: Literal["yes", "no"]
    asked: str
    channel: Mapping[str, str] | None
    differs: tuple[tuple[str, bool], ...]
    none: Mapping[str, Any] | None


def read_channels(body: Mapping[str, Any], now: datetime) -> Channels:
    """The list as it is published."""
    said = json.loads(body["list"])
    until = datetime.fromisoformat(said["valid_until"])
    return Channels(
        said["channels"],
        said["none"],
        datetime.fromisoformat(said["signed_at"]),
        until,
        holds(body) and now <= until,
        {_plain(one["value"]): one for one in reversed(said["channels"])},
    )


def holds(body: Mapping[str, Any]) -> bool:
    """Whether the key that it names signed it."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["key"]))
        key.verify(bytes.fromhex(body["signature"]), str(body["list"]).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def stands_on(asked: str, listed: Channels) -> Mapping[str, Any] | None:
    """The channel that a thing is, letter by letter; None for one that is not on the list."""
    return listed.places.get(_plain(_looked_at(asked)))


def look_for(asked: str, listed: Channels) -> Ours:
    """Whether a site, a number, a LINE name or a sender stands on the list, letter by letter."""
    same = stands_on(asked, listed)
    asked = _looked_at(asked)
    if same is not None:
        return Ours("yes", asked, same, (), None)
    plain = _plain(asked)
    missing = next((one for one in listed.none if _speaks_of(asked, one)), None)
    if missing is not None:
        return Ours("no", asked, None, (), missing)
    alike = [one for one in listed.channels if _alike(plain, _plain(one["value"]))]
    like = min(alike, key=lambda one: _edits(plain, _plain(one["value"])), default=None)
    if like is None:
        return Ours("no", asked, None, (), None)
    return Ours("no", asked, like, _differing(plain, _plain(like["value"])), None)


def _looked_at(asked: str) -> str:
    return " ".join(asked.translate(THAI_DIGITS).split())[:_LOOKED_AT]


def _plain(text: str) -> str:
    """A thing as it is compared: without what a browser writes before it, in small letters, numbers without what parts them."""
    bare = re.sub(r"^(?:h(?:tt|xx)ps?://)?(?:www\.)?", "", text.strip().lower()).rstrip("/")
    digits = joined(re.sub(r"^tel:|[()]", "", bare))
    return re.sub(r"^(?:\+66|0066)", "0", digits) if re.fullmatch(r"\+?\d+", digits) else bare


def _speaks_of(asked: str, missing: Mapping[str, Any]) -> bool:
    """Whether a thing names somebody and a place where they have no channel."""
    low = asked.lower()
    return any(word in low for word in missing["words"]) and any(
        sign in low for place in missing["kinds"] for sign in _PLACES.get(place, (place,))
    )


def _alike(asked: str, ours: str) -> bool:
    if len(ours) < 6 and ours.isdigit():
        # A short number differs from most others by two digits.
        return 0 < _edits(asked, ours) <= 1 or (ours in asked and asked != ours and not asked.isdigit())
    label = taken_apart(ours).label if "." in ours else ours
    inside = len(label) >= LABEL and label in asked
    return inside or folded(asked) == folded(ours) or _edits(asked, ours) <= NEAR


def _edits(one: str, other: str) -> int:
    """Letters to add, drop or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted)),
            )
    return row[-1]


def _differing(asked: str, ours: str) -> tuple[tuple[str, bool], ...]:
    parts = SequenceMatcher(None, ours, asked, autojunk=False).get_opcodes()
    return tuple((asked[start:end], kind != "equal") for kind, _, _, start, end in parts if end > start)
