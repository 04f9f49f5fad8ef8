"""The signed list of official channels in the public process: verification, and lookup of pasted texts."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.signals.addresses.folding import fold_look_alikes
from warroom.signals.addresses.registered import split_host
from warroom.subjects.spelling import THAI_DIGITS, strip_separators

KINDS = ("web", "phone", "line", "sms", "page")
# A week: the room signs daily, so an outage of some days does not invalidate the list. Chosen, not
# measured.
VALID = timedelta(days=7)
NEAR = 2
"""The largest edit distance at which a text counts as a copy of a channel. Chosen, not measured."""
LABEL = 4
"""The least length of a name that, contained in another, makes that one a copy, such as amlo-refund.example. Chosen."""
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
    """Whether a thing is on the list. `channel`: which it is, or which it is like; `differs`: the parts of what was asked, each
    with whether it differs from that one; `none`: who has no channel there at all.
    """

    verdict: Literal["yes", "no"]
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
    """The channel that equals the text after normalisation; None for none."""
    return listed.places.get(_normalise(_clean_query(asked)))


def match_channel(asked: str, listed: Channels) -> ChannelMatch:
    """Whether a site, a number, a LINE name or a sender is on the list, and if not, which channel it resembles."""
    same = find_listed_channel(asked, listed)
    asked = _clean_query(asked)
    if same is not None:
        return ChannelMatch("yes", asked, same, (), None)
    plain = _normalise(asked)
    missing = next((entry for entry in listed.none if _is_about(asked, entry)), None)
    if missing is not None:
        return ChannelMatch("no", asked, None, (), missing)
    alike = [entry for entry in listed.channels if _is_alike(plain, _normalise(entry["value"]))]
    like = min(alike, key=lambda entry: _count_edits(plain, _normalise(entry["value"])), default=None)
    if like is None:
        return ChannelMatch("no", asked, None, (), None)
    return ChannelMatch("no", asked, like, _mark_differences(plain, _normalise(like["value"])), None)


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


def _is_alike(asked: str, ours: str) -> bool:
    if len(ours) < 6 and ours.isdigit():
        # Two random short numbers often differ by two digits only, so one is the limit.
        return 0 < _count_edits(asked, ours) <= 1 or (ours in asked and asked != ours and not asked.isdigit())
    label = split_host(ours).label if "." in ours else ours
    inside = len(label) >= LABEL and label in asked
    return inside or fold_look_alikes(asked) == fold_look_alikes(ours) or _count_edits(asked, ours) <= NEAR


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
