"""Adverts of a file that is not in the lake."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from warroom.signals.adverts.advert import Advert
from warroom.signals.adverts.bench import rows_of


def adverts_of(path: Path, now: datetime) -> list[Advert]:
    """Adverts of a JSON Lines file: `text`, and record_id, page, platform, poster, contacts, links, place where there."""
    return [_advert(number, row, now) for number, row in rows_of(path)]


def _advert(number: int, row: Mapping[str, Any], now: datetime) -> Advert:
    def said(name: str) -> str:
        return str(row.get(name) or "")

    return Advert(
        record_id=said("record_id") or f"line {number}",
        source="file",
        received_at=now,
        time=None,
        platform=said("platform"),
        page=said("page"),
        poster=said("poster"),
        text=said("text"),
        contacts=_many(row.get("contacts")),
        links=_many(row.get("links")),
        place=said("place"),
        image_hash=said("image_hash"),
        removed_at=None,
    )


def _many(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
