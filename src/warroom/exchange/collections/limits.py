"""What of a collection's objects may leave for a reader: by their own marks, their kinds, and the texts in them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from warroom.exchange.collections.views import StoredObject
from warroom.exchange.standards.record import TlpLevel
from warroom.exchange.standards.stix import EXTENDED_TYPES, OWN_TYPES, VALUE_TYPES
from warroom.exchange.standards.stix_reader import find_level
from warroom.partners.leaving import OpenWay
from warroom.partners.views import TlpMark

Properties = dict[str, Any]
TO_MARK: dict[TlpLevel, TlpMark] = {
    "clear": "clear",
    "green": "green",
    "amber": "amber",
    "amber+strict": "amber-strict",
    "red": "red",
}
"""How the register writes a mark, by how standards do."""
KIND_BY_TYPE = {name: kind for kind, name in (VALUE_TYPES | EXTENDED_TYPES | OWN_TYPES).items()} | {
    "bank-account": "account",
    "amount-hold": "hold",
    "fiat-payment": "payment",
}
"""Kinds by which an agreement names what leaves, by types of STIX; other types are named by themselves."""
FRAME = frozenset(
    {"identity", "grouping", "relationship", "marking-definition", "extension-definition", "bundle"}
)
"""Types that hold a bundle together; an agreement does not name them."""
CODES = frozenset(
    {"type", "id", "spec_version", "created", "modified", "object_marking_refs", "created_by_ref"}
)


def may_leave(way: OpenWay, item: Properties, level: TlpLevel, sender: str = "") -> bool:
    """Whether an object of this level may leave by a way. `sender`: the partner who gave it, empty for this room."""
    kind = KIND_BY_TYPE.get(str(item.get("type")), str(item.get("type")))
    is_own = way.gate is not None and sender == way.gate.partner
    if kind not in FRAME and not is_own and not way.may_carry_kind(kind):
        return False
    return way.may_carry_mark(TO_MARK[level], sender) and not way.is_withheld(*list_texts([item]))


def list_texts(objects: Iterable[Properties]) -> list[str]:
    """Every text in these objects but their codes, times and marks."""
    return [
        text
        for item in objects
        for name, value in item.items()
        if name not in CODES
        for text in _iter_texts(value)
    ]


def _iter_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _iter_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _iter_texts(part)


def limit_rows(
    rows: Sequence[StoredObject], way: OpenWay, stated: dict[str, TlpLevel | None], revoked: frozenset[int]
) -> list[StoredObject]:
    """The rows that may leave by a way; what names one that stays stays too, since an identifier can be computed from its number."""
    kept, stays = [], set()
    parsed = [(row, json.loads(row.content)) for row in rows]
    for row, item in parsed:
        level, _ = find_level([item], stated, default="clear")
        if revoked.isdisjoint(row.made_from) and may_leave(way, item, level, row.sender):
            kept.append((row, item))
        else:
            stays.add(row.id)
    return (
        [row for row, item in kept if stays.isdisjoint(list_texts([item]))]
        if stays
        else [row for row, _ in kept]
    )
