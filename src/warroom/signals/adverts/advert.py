"""Adverts as read from the lake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warroom.subjects.subject import Subject

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

COLUMNS = (
    "record_id",
    "source",
    "received_at",
    "time",
    "platform",
    "page",
    "poster",
    "text",
    "contacts",
    "links",
    "place",
    "image_hash",
    "removed_at",
)


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert. `page` is empty where no page is known; `removed_at` is None while it is online."""

    record_id: str
    source: str
    received_at: datetime
    time: datetime | None
    platform: str
    page: str
    poster: str
    text: str
    contacts: tuple[str, ...]
    links: tuple[str, ...]
    place: str
    image_hash: str
    removed_at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        """Its key in the lake: (source, record id)."""
        return self.source, self.record_id


def list_adverts(lake: "Lake", as_of: datetime | None = None) -> list[Advert]:
    """Every advert received by `as_of` (default: now), in the order in which they came."""
    rows = lake.query_rows("adverts", as_of).select(*COLUMNS).to_pyarrow().to_pylist()
    # In order of arrival: cluster numbers are given in it and must not depend on the order of files.
    return sorted(map(_to_advert, rows), key=lambda one: (one.received_at, one.source, one.record_id))


def subject_of(advert: Advert) -> Subject:
    """The page, or the advert itself where its page is unknown."""
    return Subject("page", advert.page) if advert.page else Subject("advert", advert.record_id)


def _to_advert(row: Mapping[str, Any]) -> Advert:
    return Advert(
        row["record_id"],
        row["source"],
        row["received_at"],
        row["time"],
        row["platform"] or "",
        row["page"] or "",
        row["poster"] or "",
        row["text"] or "",
        tuple(row["contacts"] or ()),
        tuple(row["links"] or ()),
        row["place"] or "",
        row["image_hash"] or "",
        row["removed_at"],
    )
