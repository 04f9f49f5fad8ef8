"""Which columns of which tables are searched by their words, and which name something: a number, a telephone, a domain.

One line a table; a table that is not here is not searched. Every table is also found by its record's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Naming = Literal["number", "phone", "domain", "any"]
"""How a column's texts are compared; `any` is what people wrote: whichever of the three it looks like."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The columns of a table searched by words, in order, and those that name something."""

    words: tuple[str, ...] = ()
    names: Mapping[str, Naming] = field(default_factory=dict)


SEARCHED: dict[str, Searched] = {
    "reports": Searched(("first_contact",), {"transfer_ids": "number"}),
    "tips": Searched(("text", "place", "about"), {"about": "any"}),
    "messages": Searched(("text",), {"from": "any", "to": "any", "hash": "number"}),
    "adverts": Searched(
        ("text", "page", "poster", "place"),
        {"page": "any", "poster": "any", "contacts": "any", "links": "domain", "image_hash": "number"},
    ),
    "companies": Searched(("name", "address"), {"registration": "number", "name": "number"}),
    "domains": Searched(("name", "host"), {"name": "domain", "certificate": "number"}),
    "sims": Searched(
        (),
        {"msisdn": "phone", "imsi": "number", "holder_id": "number", "batch": "number", "dealer": "number"},
    ),
    "accounts": Searched((), {"account": "number", "holder_id": "number"}),
    "holders": Searched(),
    "vehicles": Searched((), {"plate": "number", "owner": "number"}),
    "trips": Searched(
        (), {"traveller_id": "number", "vehicle_id": "number", "booking": "number", "advert_id": "number"}
    ),
    "ties": Searched((), {"from_id": "any", "to_id": "any"}),
    "listings": Searched((), {"subject_id": "any"}),
    "premises": Searched((), {"landlord_id": "number"}),
    "supply": Searched((), {"premises_id": "number", "supply_id": "number", "upstream": "number"}),
}

WORDS = tuple(name for name, searched in SEARCHED.items() if searched.words)
"""The tables that are searched by words."""
