"""What TAXII 2.1 says on the wire: media types, filters, times, and the shapes of answers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from warroom.errors import WarroomError
from warroom.exchange.collections.queries import LARGEST_PAGE
from warroom.exchange.collections.views import (
    CollectionView,
    DeliveryStatus,
    ObjectOutcome,
    ObjectPage,
    ObjectQuery,
    StoredObject,
)
from warroom.exchange.standards.record import parse_utc
from warroom.exchange.standards.stix_types import MEDIA as STIX_MEDIA
from warroom.web.kit.security import MAX_PUSH

MEDIA = "application/taxii+json;version=2.1"
ROOT = "/taxii2/room"
PLAIN = "application/taxii+json"
ANY = ("*/*", "application/*", PLAIN)
FILTERS = ("id", "type", "version", "spec_version")
DEFAULT_PAGE = 100
"""Objects of a page where the client names no limit. Chosen, not measured."""


class UnfitRequestError(WarroomError):
    """A filter or a page that cannot be read."""


class MediaError(WarroomError):
    """A media type that this server does not speak."""

    def __init__(self, status: int) -> None:
        super().__init__("exchange.media-not-acceptable", media=MEDIA)
        self.http_status = status


def check_accept(request: Request) -> None:
    """Raises MediaError (406) where the client accepts nothing that this server speaks (TAXII 2.1, 1.6.5)."""
    accepted = request.headers.get("accept", "")
    if not any(_is_ours(part) for part in accepted.split(",")):
        raise MediaError(status=406)


def check_content_type(request: Request) -> None:
    """Raises MediaError (415) where what came is of another type."""
    stated = request.headers.get("content-type", "")
    if not _is_ours(stated) or stated.strip() in ANY[:2]:
        raise MediaError(status=415)


def _is_ours(media: str) -> bool:
    parts = [part.strip().lower() for part in media.split(";")]
    if parts[0] not in ANY:
        return False
    versions = [part.partition("=")[2].strip('"') for part in parts[1:] if part.startswith("version=")]
    return not versions or versions == ["2.1"]


def make_answer(
    body: Mapping[str, Any] | str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """An answer in the media type of TAXII."""
    content = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Response(content, status, headers, media_type=MEDIA)


def parse_query(params: QueryParams, object_id: str = "") -> ObjectQuery:
    """What a client asks for (TAXII 2.1, 3.4); raises UnfitRequestError, naming the filter."""
    for name in params:
        if name.startswith("match[") and name.removeprefix("match[").removesuffix("]") not in FILTERS:
            raise UnfitRequestError("exchange.filter-unfit", filter=name[:40])
    return ObjectQuery(
        added_after=_parse_moment("added_after", params["added_after"]) if "added_after" in params else None,
        ids=(object_id,) if object_id else _split_filter(params, "id"),
        types=_split_filter(params, "type"),
        versions=parse_versions(params),
        spec_versions=_split_filter(params, "spec_version"),
        limit=_parse_number("limit", params.get("limit", str(DEFAULT_PAGE)), 1),
        after=_parse_number("next", params.get("next", "0"), 0),
    )


def parse_versions(params: QueryParams, usual: str = "last") -> tuple[str | datetime, ...]:
    """The versions that are asked for: words, or moments."""
    words = _split_filter(params, "version") or (usual,)
    return tuple(
        word if word in ("first", "last", "all") else _parse_moment("match[version]", word) for word in words
    )


def _split_filter(params: QueryParams, name: str) -> tuple[str, ...]:
    return tuple(word for word in params.get(f"match[{name}]", "").split(",") if word)


def _parse_moment(name: str, text: str) -> datetime:
    try:
        # A plus of the zone comes as a space where a client did not quote it.
        return parse_utc(text.replace(" ", "+"))
    except ValueError:
        raise UnfitRequestError("exchange.filter-unfit", filter=name) from None


def _parse_number(name: str, text: str, least: int) -> int:
    # Twelve digits: more objects than a collection has, and far from the end of a column.
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) >= least):
        raise UnfitRequestError("exchange.filter-unfit", filter=name)
    return int(text)


def format_moment(moment: datetime) -> str:
    """A time with microseconds, as TAXII has it (2.1, 1.6.7)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def build_discovery(address: str) -> dict[str, Any]:
    """The discovery resource; `address` is this server's own, as the client called it."""
    root = f"{address}{ROOT}/"
    return {"title": "warroom", "default": root, "api_roots": [root]}


def build_root() -> dict[str, Any]:
    """The one API root."""
    return {"title": "warroom", "versions": [MEDIA], "max_content_length": MAX_PUSH}


def build_collection(view: CollectionView, partner: str) -> dict[str, Any]:
    """A collection as this partner sees it. Who else reads it stays unsaid."""
    described = {"description": view.description} if view.description else {}
    return {
        "id": view.id,
        "title": view.title,
        **described,
        "alias": view.name,
        "can_read": partner in view.readers,
        "can_write": partner in view.writers,
        "media_types": [STIX_MEDIA],
    }


def build_envelope(page: ObjectPage) -> str:
    """Objects as their text came: nothing is parsed and written again."""
    objects = ", ".join(row.content for row in page.rows)
    head = f'"more": true, "next": "{page.last}", ' if page.more else ""
    return f'{{{head}"objects": [{objects}]}}' if page.rows or page.more else "{}"


def build_manifest(page: ObjectPage) -> dict[str, Any]:
    """What there is, a line each."""
    rows = [
        {
            "id": row.id,
            "date_added": format_moment(row.added_at),
            "version": format_moment(row.version),
            "media_type": STIX_MEDIA,
        }
        for row in page.rows
    ]
    return _build_page(page, {"objects": rows} if rows else {})


def build_versions(page: ObjectPage) -> dict[str, Any]:
    """The versions of one object."""
    return _build_page(
        page, {"versions": [format_moment(row.version) for row in page.rows]} if page.rows else {}
    )


def _build_page(page: ObjectPage, body: dict[str, Any]) -> dict[str, Any]:
    return {"more": True, "next": str(page.last), **body} if page.more else body


def list_added_headers(rows: tuple[StoredObject, ...]) -> dict[str, str]:
    """When the first and last object of a page were added (TAXII 2.1, 3.4)."""
    if not rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": format_moment(rows[0].added_at),
        "X-TAXII-Date-Added-Last": format_moment(rows[-1].added_at),
    }


def build_status(receipt: DeliveryStatus) -> dict[str, Any]:
    """What became of a delivery. It is complete when it is answered: objects are taken in at once."""
    failures = [outcome for outcome in receipt.outcomes if outcome.problem]
    successes = [outcome for outcome in receipt.outcomes if not outcome.problem]
    return {
        "id": receipt.id,
        "status": "complete",
        "request_timestamp": format_moment(receipt.at),
        "total_count": len(receipt.outcomes),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
        **({"successes": [_build_outcome(outcome) for outcome in successes]} if successes else {}),
        **({"failures": [_build_outcome(outcome) for outcome in failures]} if failures else {}),
    }


def _build_outcome(outcome: ObjectOutcome) -> dict[str, str]:
    message = {"message": outcome.problem} if outcome.problem else {}
    return {"id": outcome.id, "version": format_moment(outcome.version), **message}


__all__ = ["LARGEST_PAGE", "MEDIA", "ROOT"]
