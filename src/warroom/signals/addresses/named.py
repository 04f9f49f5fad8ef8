"""Links held against the brands that their message names: a copy's, or somebody else's."""

import re
from functools import cache

from warroom.signals.addresses.addresses import Address
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
from warroom.signals.addresses.look_alike import find_look_alike, is_like_country_name
from warroom.signals.addresses.registered import split_host

_PIECES = re.compile(r"[^a-z0-9]+")
_LATIN = re.compile(r"[a-z0-9]")
_CUT = 4
"""Letters that a shortened label must have to be taken for a brand's that the text names: jtexp for jtexpress. Chosen, not measured."""


def find_copied_link(link: Address, text: str) -> str:
    """The id of the brand that a link copies, empty for none: by its host; by its path where the host is a bare number; or
    by a short name in its host that the text itself names.
    """
    if link.numeric:
        pieces = set(_PIECES.split(link.path))
        return next((brand.id for label, brand in _map_labels().items() if label in pieces), "")
    if alike := find_look_alike(link.host):
        return alike.brand or alike.like
    rented = find_parent_site(link.host, load_known_names("rented"))
    if rented or classify_host(link.host) in (OWN, SHORT, CHAT):
        return ""
    # A short name that honest names hold by chance is meant where the text speaks of its owner.
    name = split_host(link.host)
    labels = [piece for piece in _PIECES.split(f"{name.below}.{name.label}") if piece]
    rest = text.replace(text[link.start : link.end], " ")
    named_brands = find_named_brands(rest)
    for brand in named_brands:
        if any(_is_meant(label, piece, brand) for label in _list_labels(brand) for piece in labels):
            return brand.id
    # zb-th.cc copies no name, but no firm that the text names has such a one.
    if named_brands and is_like_country_name(name):
        return named_brands[0].id
    return _find_carrier_below(name.below, rest)


def _find_carrier_below(below: str, text: str) -> str:
    """The id of the carrier whose name, an ordinary word, is a label of its own before a name that is not its own, in a text
    about parcels: flash.xrsgo.com. Empty for none.
    """
    if not any(word in text for word in load_known_names("parcels")):
        return ""
    labels = set(below.split("."))
    carriers = (brand for brand in load_brands() if brand.id in load_known_names("carriers"))
    return next((brand.id for brand in carriers if labels.intersection(_list_labels(brand))), "")


def _is_meant(label: str, piece: str, brand: Brand) -> bool:
    """Whether a piece of a host holds a brand's label at an end; of an ordinary word only the whole piece counts."""
    if label in brand.plain:
        return piece == label
    # Or its beginning alone: jtexp.co beside "J&T".
    cut = len(piece) >= _CUT and label.startswith(piece) and piece not in load_known_names("lures")
    return cut or piece.startswith(label) or piece.endswith(label)


def is_elsewhere(link: Address, text: str) -> bool:
    """Whether a text names a brand and its link leads to nobody whom the list knows."""
    if not link.numeric and classify_host(link.host) in (OWN, SHORT, CHAT):
        return False
    return bool(find_named_brands(text.replace(text[link.start : link.end], " ")))


def find_named_brands(text: str) -> list[Brand]:
    """The brands that a lower-case text names; in Latin letters only as whole words."""
    return [brand for name, brand in _list_names() if name in text and _is_whole(name, text)]


def _is_whole(name: str, text: str) -> bool:
    if not name.isascii():
        return True
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (at and _LATIN.match(text[at - 1])) and not (end < len(text) and _LATIN.match(text[end])):
            return True
        at = text.find(name, end)
    return False


@cache
def _list_names() -> tuple[tuple[str, Brand], ...]:
    """How texts call a brand, without words that mean something else as often."""
    return tuple((name, brand) for brand in load_brands() for name in brand.named if name not in brand.plain)


@cache
def _list_labels(brand: Brand) -> tuple[str, ...]:
    labels = (split_host(site).label for site in brand.sites)
    return tuple(label for label in dict.fromkeys((*labels, *brand.words)) if len(label) > 2)


@cache
def _map_labels() -> dict[str, Brand]:
    """Brands by labels and words that are no ordinary words, longer than two letters."""
    return {
        label: brand
        for brand in load_brands()
        for label in _list_labels(brand)
        if label not in brand.plain and label not in load_known_names("lures")
    }
