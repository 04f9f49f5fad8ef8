"""What is found of one name: whom it looks like, what its letters show, who spoke of it, and what alone may be blocked."""

from collections.abc import Collection
from dataclasses import dataclass

from warroom.reasons.reason import Reason
from warroom.signals.addresses.known import (
    CHAT,
    OWN,
    SHORT,
    Brand,
    at_or_below,
    brands,
    kind_of_address,
    known,
)
from warroom.signals.addresses.lexical import signs
from warroom.signals.addresses.look_alike import LookAlike, look_alike
from warroom.signals.addresses.registered import taken_apart

ONE_VOICE = 0.6
"""What is left to doubt when one more person hands in a scam with the name in it. One alone reaches no limit: a rival who
reports an honest page a thousand times is one voice.
"""
SHOWN = 4


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """A name on the internet. `score` in [0, 1] is a rank; from `look_alike.LIMIT` on it is a signal.

    `may_block`: the name that a block may be asked for, empty where none may: of a shared host, a shortener, a chat or a
    site that is somebody's own, never. `against` speaks for its owner.
    """

    name: str
    score: float
    looks_like: LookAlike | None
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    may_block: str


def look_at(
    host: str, scams: float = 0.0, voices: Collection[str] = (), records: tuple[str, ...] = ()
) -> DomainFinding:
    """A name by its letters, and by messages with it. `scams`: the mean probability that those are scams; `voices`: who
    handed them in, each person once however often; `records`: those messages.
    """
    name = host.strip().lower().rstrip(".")
    found = look_alike(name)
    people = len(set(voices))
    heard = scams * (1 - ONE_VOICE**people) if may_be_blocked(name) else 0.0
    score = 1 - (1 - (found.score if found else 0.0)) * (1 - heard)
    reasons = [*([_of_look(found)] if found else [])]
    if heard:
        reasons.append(Reason("domain_in_scams", {"people": people, "percent": 100 * scams}, records))
    reasons += [Reason(sign.code, {"letters": sign.letters}) for sign in signs(name)[:SHOWN]]
    return DomainFinding(
        name, score, found, tuple(reasons), tuple(_against(name)), name if may_be_blocked(name) else ""
    )


def may_be_blocked(name: str) -> bool:
    """Whether a block of this name hits nobody but its owner, as far as lists say."""
    return not (
        name in known("shared")
        or kind_of_address(name) in (OWN, SHORT, CHAT)
        or taken_apart(name).label == ""
    )


def _of_look(found: LookAlike) -> Reason:
    of = next((brand for brand in brands() if brand.id == found.brand), Brand(found.brand, ()))
    said = {
        "like": found.like,
        "brand_th": of.name.get("th", found.brand),
        "brand_en": of.name.get("en", found.brand),
    }
    return Reason(f"domain_{found.how.replace('-', '_')}", said)


def _against(name: str) -> list[Reason]:
    kind = kind_of_address(name)
    if kind == OWN:
        return [Reason("domain_own_site")]
    parent = at_or_below(name, known("shared")) or at_or_below(name, known("shorteners") | known("chats"))
    return [Reason("domain_shared_with_others", {"letters": parent})] if parent else []
