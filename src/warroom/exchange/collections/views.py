"""Collections, their objects and what became of a delivery, as partners and officers see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from warroom.exchange.standards.record import TlpLevel
from warroom.marking import Open
from warroom.partners.views import Purpose


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection. `mark`: the narrowest level of an object that it may hold. Partners by their codes."""

    id: str
    name: str
    title: str
    description: str
    mark: TlpLevel
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    objects: int = 0
    purpose: Purpose = "fraud"


@dataclass(frozen=True, slots=True)
class ObjectQuery:
    """Which objects are asked for. `versions`: "first", "last", "all" or moments; `after`: the position of the last object of the
    page before.
    """

    added_after: datetime | None = None
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: tuple[str | datetime, ...] = ("last",)
    spec_versions: tuple[str, ...] = ()
    limit: int = 100
    after: int = 0


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it came. `version`: when it was modified, else created, else added. `made_from`: objects of the register."""

    position: int
    id: str
    version: datetime
    added_at: datetime
    content: str
    sender: str = ""
    made_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """A page of objects in the order of their adding; `more` where others follow, `last` the position of its last object.

    `withheld` counts objects of the page that this reader may not have.
    """

    rows: tuple[StoredObject, ...]
    more: bool
    last: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class PullPlace:
    """Where a pull of a partner's collection goes on: `added_after` in RFC 3339, `next_place` within a span that is not whole yet."""

    added_after: str = ""
    next_place: str = ""


@dataclass(frozen=True, slots=True)
class PulledPage:
    """A page that came from a partner's server, and where the next begins."""

    address: str
    added_after: str
    next_place: str
    objects: Annotated[
        tuple[dict[str, Any], ...], Open("read by the import alone, as the other server sent them")
    ]


@dataclass(frozen=True, slots=True)
class ObjectOutcome:
    """What became of one object that was handed in; `problem` is empty where it was taken in or was here already."""

    id: str
    version: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The receipt of a delivery to a collection."""

    id: str
    at: datetime
    outcomes: tuple[ObjectOutcome, ...]
    new: int = 0
