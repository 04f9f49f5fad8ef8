"""Lists of known hosts: sites of brands, shorteners, chats, shared hosts, cheap endings."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from warroom.signals.addresses.registered import split_host

_AGENCIES = (
    ".go.th", ".ac.th", ".mi.th", ".gov", ".edu", ".mil", ".gov.vn", ".gov.my", ".go.id", ".gov.ph", ".gov.kh", ".gov.la",
    ".gov.mm", ".gov.sg",
)  # fmt: skip
OWN, SHORT, CHAT, SHARED, CHEAP, OTHER = "own", "short", "chat", "shared", "cheap", "other"


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that phishing sites imitate: `sites` are its own, `words` further names that copies use, `named` how texts call
    it; labels and words in `plain` are ordinary words and show nothing alone.
    """

    id: str
    sites: tuple[str, ...]
    words: tuple[str, ...] = ()
    name: dict[str, str] = field(default_factory=dict, hash=False)
    named: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


@cache
def load_brands() -> tuple[Brand, ...]:
    """The brands that came with the program."""
    return tuple(
        Brand(
            entry["id"],
            tuple(entry["sites"]),
            tuple(entry.get("words", ())),
            entry["name"],
            tuple(entry.get("named", ())),
            tuple(entry.get("plain", ())),
        )
        for entry in _read_toml("brands.toml")["brands"]
    )


@cache
def load_known_names(kind: str) -> frozenset[str]:
    """The names of a kind: a key of `known.toml`."""
    return frozenset(_read_toml("known.toml")[kind])


@cache
def map_own_sites() -> dict[str, str]:
    """Every site of a brand, with the brand's id."""
    return {site: brand.id for brand in load_brands() for site in brand.sites}


def find_parent_site(host: str, names: frozenset[str] | dict[str, str]) -> str:
    """The longest name among `names` that a host equals or is a subdomain of; empty for none."""
    labels = host.lower().rstrip(".").split(".")
    candidates = (".".join(labels[at:]) for at in range(len(labels)))
    return next((name for name in candidates if name in names), "")


def classify_host(host: str) -> str:
    """The class of a host by the lists: OWN, SHORT, CHAT, SHARED, CHEAP or OTHER."""
    # No site of those has a letter of another script: such a name below one is there to look like another.
    own = map_own_sites() if host.isascii() else {}
    for kind, names in (
        (CHAT, load_known_names("chats")),
        (SHORT, load_known_names("shorteners")),
        (OWN, own),
        (SHARED, load_known_names("shared")),
    ):
        if find_parent_site(host, names):
            return kind
    # Endings that only governments, universities and armed forces are given.
    if host.isascii() and host.endswith(_AGENCIES):
        return OWN
    return CHEAP if split_host(host).ending in load_known_names("cheap") else OTHER


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))
