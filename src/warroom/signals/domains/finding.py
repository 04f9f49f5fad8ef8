"""Findings about one host: whom it imitates, signs in its letters, scam messages that link to it, and what
may be blocked.
"""

from collections.abc import Collection
from dataclasses import dataclass

from warroom.reasons.reason import Reason
from warroom.signals.addresses.known import (
    CHAT,
    OWN,
    SHORT,
    Brand,
    classify_host,
    find_parent_site,
    load_brands,
    load_known_names,
)
from warroom.signals.addresses.lexical import list_lexical_signs
from warroom.signals.addresses.look_alike import LookAlike, find_look_alike
from warroom.signals.addresses.registered import split_host

ONE_VOICE = 0.6
"""Factor of doubt for each further person who hands in a scam that links to the name. One person alone never
reaches `LIMIT`: a rival who reports an honest page a thousand times counts once. Chosen, not measured.
"""
# Signs of the letters that a finding lists.
SHOWN = 4


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """A host. `score` in [0, 1] is a rank; from `look_alike.LIMIT` on it is a signal.

    `may_block`: the name that may be blocked, empty where none may: never a shared host, a shortener, a chat
    or a brand's own site. `against` speaks for its owner.
    """

    name: str
    score: float
    looks_like: LookAlike | None
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    may_block: str


def examine_domain(
    host: str, scams: float = 0.0, voices: Collection[str] = (), records: tuple[str, ...] = ()
) -> DomainFinding:
    """Examine a host by its letters and by messages that link to it. `scams`: their mean probability of being
    scams; `voices`: who handed them in (a person counts once); `records`: their record ids.
    """
    name = host.strip().lower().rstrip(".")
    resemblance = find_look_alike(name)
    people = len(set(voices))
    heard = scams * (1 - ONE_VOICE**people) if may_be_blocked(name) else 0.0
    # Either alone is enough, and both together are more (noisy or).
    score = 1 - (1 - (resemblance.score if resemblance else 0.0)) * (1 - heard)
    reasons = [*([_make_look_reason(resemblance)] if resemblance else [])]
    if heard:
        reasons.append(Reason("domain_in_scams", {"people": people, "percent": 100 * scams}, records))
    reasons += [Reason(sign.code, {"letters": sign.letters}) for sign in list_lexical_signs(name)[:SHOWN]]
    return DomainFinding(
        name,
        score,
        resemblance,
        tuple(reasons),
        tuple(_list_reasons_against(name)),
        name if may_be_blocked(name) else "",
    )


def may_be_blocked(name: str) -> bool:
    """Whether blocking this name would affect only its owner, as far as the lists know."""
    return not (
        name in load_known_names("shared")
        or classify_host(name) in (OWN, SHORT, CHAT)
        or split_host(name).label == ""
    )


def _make_look_reason(found: LookAlike) -> Reason:
    of = next((brand for brand in load_brands() if brand.id == found.brand), Brand(found.brand, ()))
    said = {
        "like": found.like,
        "brand_th": of.name.get("th", found.brand),
        "brand_en": of.name.get("en", found.brand),
    }
    return Reason(f"domain_{found.how.replace('-', '_')}", said)


def _list_reasons_against(name: str) -> list[Reason]:
    kind = classify_host(name)
    if kind == OWN:
        return [Reason("domain_own_site")]
    parent = find_parent_site(name, load_known_names("shared")) or find_parent_site(
        name, load_known_names("shorteners") | load_known_names("chats")
    )
    return [Reason("domain_shared_with_others", {"letters": parent})] if parent else []
