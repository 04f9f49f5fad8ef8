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
    return Advert(
        str(row.get("record_id") or f"line {number}"),
        "file",
        now,
        None,
        *(str(row.get(name) or "") for name in ("platform", "page", "poster", "text")),
        *(_many(row.get(name)) for name in ("contacts", "links")),
        *(str(row.get(name) or "") for name in ("place", "image_hash")),
        None,
    )


def _many(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
