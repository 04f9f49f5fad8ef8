"""Reads of collections: by partners' programs, which see what they may, and by this room's own commands."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, false, literal, or_, select
from sqlalchemy.orm import Session, aliased

from warroom import clock
from warroom.errors import NotAllowed, NotFound
from warroom.exchange.collections.limits import TO_MARK, limit_rows
from warroom.exchange.collections.schema import (
    CollectionObject,
    CollectionPull,
    CollectionRow,
    CollectionStatus,
)
from warroom.exchange.collections.views import (
    CollectionView,
    DeliveryStatus,
    ObjectOutcome,
    ObjectPage,
    ObjectQuery,
    PullPlace,
    StoredObject,
)
from warroom.exchange.standards.stix_reader import read_stated_levels
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.partners import leaving
from warroom.partners.leaving import OpenWay, WayOut
from warroom.partners.marks import RANKS

LARGEST_PAGE = 1_000
"""Objects of a page, whatever is asked for. Chosen: a page of this size has about half a megabyte."""


def list_collections(ledger: Ledger, partner: str = "") -> list[CollectionView]:
    """Every collection by name; with a partner those alone that this partner may read or write."""
    query = select(CollectionRow).order_by(CollectionRow.name)
    if partner:
        query = query.where(_is_open_to(partner))
    with ledger.open_session() as session:
        return [to_collection_view(row) for row in session.scalars(query)]


def find_collection(session: Session, name: str, partner: str = "") -> CollectionRow:
    """A collection by its identifier or its name. Raises NotFound, also where this partner may not know of it."""
    query = select(CollectionRow).where(or_(CollectionRow.id == name, CollectionRow.name == name))
    if partner:
        query = query.where(_is_open_to(partner))
    row = session.scalars(query).first()
    if row is None:
        raise NotFound("exchange.no-such-collection", collection=name[:64])
    return row


def require_reader(row: CollectionRow, partner: str) -> None:
    """Raises NotAllowed for a partner who may hand objects in and not read them."""
    if partner not in row.readers:
        raise NotAllowed("exchange.collection-not-readable", collection=row.name)


def load_collection(ledger: Ledger, name: str, partner: str) -> CollectionView:
    """A collection that this partner may read or write; raises NotFound."""
    with ledger.open_session() as session:
        return to_collection_view(find_collection(session, name, partner))


def list_objects(ledger: Ledger, name: str, partner: str, asked: ObjectQuery) -> ObjectPage:
    """A page of objects; that they left is logged. Raises NotFound, NotAllowed."""
    with logged_read(ledger, None) as this:
        row = find_collection(this.session, name, partner)
        require_reader(row, partner)
        page = _load_page(this.session, row, partner, asked, this.now)
        # An empty page tells nothing: a program that asks every minute would fill the log.
        if page.rows or page.withheld:
            withheld = {"withheld": page.withheld} if page.withheld else {}
            detail = {"partner": partner, "objects": len(page.rows), **withheld}
            this.log_entry("collection.read", f"collection:{row.name}", detail)
        return page


def list_manifest(ledger: Ledger, name: str, partner: str, asked: ObjectQuery) -> ObjectPage:
    """A page of what there is, without its content; raises NotFound, NotAllowed."""
    with ledger.open_session() as session:
        row = find_collection(session, name, partner)
        require_reader(row, partner)
        return _load_page(session, row, partner, asked, clock.get_now())


def load_receipt(ledger: Ledger, partner: str, receipt_id: str) -> DeliveryStatus:
    """The receipt of a delivery of this partner; raises NotFound."""
    with ledger.open_session() as session:
        row = session.get(CollectionStatus, receipt_id)
        if row is None or row.partner != partner:
            raise NotFound("exchange.no-such-receipt", receipt=receipt_id[:64])
        outcomes = tuple(
            ObjectOutcome(part["id"], datetime.fromisoformat(part["version"]), part["problem"])
            for part in row.outcomes
        )
        return DeliveryStatus(row.id, row.at, outcomes)


def to_collection_view(row: CollectionRow, objects: int = 0) -> CollectionView:
    """The view of a row."""
    return CollectionView(
        row.id,
        row.name,
        row.title,
        row.description,
        row.mark,  # type: ignore[arg-type]
        tuple(row.readers),
        tuple(row.writers),
        objects,
        row.purpose,  # type: ignore[arg-type]
    )


def _is_open_to(partner: str) -> ColumnElement[bool]:
    return or_(
        literal(partner) == any_(CollectionRow.readers), literal(partner) == any_(CollectionRow.writers)
    )


def find_pull(ledger: Ledger, name: str, address: str) -> PullPlace:
    """Where a pull into a collection goes on; the beginning for a first one. Raises NotFound for no such collection."""
    with ledger.open_session() as session:
        row = session.get(CollectionPull, (find_collection(session, name).id, address))
        return PullPlace(row.added_after, row.next_place) if row else PullPlace()


def list_readers(ledger: Ledger, name: str) -> tuple[str, ...]:
    """The partners who read a collection; raises NotFound."""
    with ledger.open_session() as session:
        return tuple(find_collection(session, name).readers)


def _load_page(
    session: Session, collection: CollectionRow, partner: str, asked: ObjectQuery, now: datetime
) -> ObjectPage:
    """A page as this partner may have it. Raises NotPossible without an agreement in force."""
    way = _open_reader_way(session, collection, partner, now)
    size = min(max(asked.limit, 1), LARGEST_PAGE)
    # One more than the page, which says whether others follow.
    rows = session.execute(_select_objects(collection.id, asked).limit(size + 1)).all()
    stored = [
        StoredObject(
            row.position,
            row.object_id,
            row.version,
            row.added_at,
            row.content,
            row.sender,
            tuple(row.made_from),
        )
        for row in rows[:size]
    ]
    revoked = leaving.find_revoked(session, (source for row in stored for source in row.made_from))
    stated = read_stated_levels(load_marks(session, collection.id))
    kept = limit_rows(stored, way, stated, revoked)
    last = stored[-1].position if stored else asked.after
    return ObjectPage(tuple(kept), len(rows) > size, last, len(stored) - len(kept))


def _open_reader_way(session: Session, collection: CollectionRow, partner: str, now: datetime) -> OpenWay:
    level = leaving.find_limit(session, partner, collection.purpose, now)
    whole = min(level, TO_MARK[collection.mark], key=RANKS.__getitem__)  # type: ignore[index]
    return leaving.open_way(session, WayOut(whole, partner, collection.purpose), now)  # type: ignore[arg-type]


def load_marks(session: Session, collection: str) -> list[dict[str, Any]]:
    """The marking definitions that a collection has, which its objects may refer to."""
    query = select(CollectionObject.content).where(
        CollectionObject.collection_id == collection, CollectionObject.object_type == "marking-definition"
    )
    return [json.loads(content) for content in session.scalars(query)]


def _select_objects(
    collection: str, asked: ObjectQuery
) -> Select[int, str, datetime, datetime, str, str, list[int]]:
    row = CollectionObject
    query = select(
        row.position, row.object_id, row.version, row.added_at, row.content, row.sender, row.made_from
    ).where(row.collection_id == collection, row.position > asked.after)
    if asked.added_after is not None:
        query = query.where(row.added_at > asked.added_after)
    if asked.ids:
        query = query.where(row.object_id.in_(asked.ids))
    if asked.types:
        query = query.where(row.object_type.in_(asked.types))
    if asked.spec_versions and "2.1" not in asked.spec_versions:
        # Everything here is of 2.1.
        query = query.where(false())
    if wanted := _match_versions(asked.versions):
        query = query.where(or_(*wanted))
    return query.order_by(row.position)


def _match_versions(versions: Sequence[str | datetime]) -> list[ColumnElement[bool]]:
    """What a version must be; empty for every one (TAXII 2.1, 3.4)."""
    if "all" in versions:
        return []
    row, other = CollectionObject, aliased(CollectionObject)
    same = and_(other.collection_id == row.collection_id, other.object_id == row.object_id)
    wanted: list[ColumnElement[bool]] = []
    for version in versions:
        if version == "last":
            wanted.append(~select(other.position).where(same, other.version > row.version).exists())
        elif version == "first":
            wanted.append(~select(other.position).where(same, other.version < row.version).exists())
        else:
            wanted.append(row.version == version)
    return wanted
