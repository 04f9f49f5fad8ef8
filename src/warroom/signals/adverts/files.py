"""Adverts of a file that is not in the lake."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from warroom.errors import WarroomError
from warroom.signals.adverts.advert import Advert


class AdvertsError(WarroomError):
    """A file of adverts that cannot be read."""


def read_adverts(path: Path, now: datetime) -> list[Advert]:
    """Adverts of a JSON Lines file: `text`, and record_id, page, platform, poster, contacts, links, place where there."""
    return [_to_advert(number, row, now) for number, row in read_rows(path)]


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """(line number, object) of a JSON Lines file; raises AdvertsError with the first line that is not one."""
    try:
        # utf-8-sig: spreadsheets write a byte order mark.
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise AdvertsError(f"{path} cannot be read as UTF-8 text: {problem}") from problem
    return [
        (number, _parse_object(path, number, line)) for number, line in enumerate(lines, 1) if line.strip()
    ]


def _parse_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as problem:
        raise AdvertsError(f"{path}, line {number} is no JSON: {problem}") from problem
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise AdvertsError(f"{path}, line {number} needs an object with a text.")
    return row


def _to_advert(number: int, row: Mapping[str, Any], now: datetime) -> Advert:
    def read_text(name: str) -> str:
        return str(row.get(name) or "")

    return Advert(
        record_id=read_text("record_id") or f"line {number}",
        source="file",
        received_at=now,
        time=None,
        platform=read_text("platform"),
        page=read_text("page"),
        poster=read_text("poster"),
        text=read_text("text"),
        contacts=_to_texts(row.get("contacts")),
        links=_to_texts(row.get("links")),
        place=read_text("place"),
        image_hash=read_text("image_hash"),
        removed_at=None,
    )


def _to_texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
