"""What changes collections: made and published to by this room, handed to and deleted from by partners. Each is a row of the log."""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import agencies, role_groups
from warroom.errors import ExchangeError, NotAllowed, NotFound, NotPossible
from warroom.exchange.collections.limits import TO_MARK, list_texts, may_leave
from warroom.exchange.collections.queries import (
    find_collection,
    load_marks,
    require_reader,
    to_collection_view,
)
from warroom.exchange.collections.schema import (
    CollectionObject,
    CollectionPull,
    CollectionRow,
    CollectionStatus,
)
from warroom.exchange.collections.views import CollectionView, DeliveryStatus, ObjectOutcome, PulledPage
from warroom.exchange.standards.record import TLP_LEVELS, TlpLevel, parse_utc
from warroom.exchange.standards.stix_reader import (
    StixBundle,
    check_objects,
    find_level,
    read_stated_levels,
)
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners import leaving
from warroom.partners.leaving import OpenWay, WayOut
from warroom.partners.views import PURPOSES, Purpose

STEP = timedelta(microseconds=1)
BATCH = 1_000
"""Rows of one statement. Chosen, not measured."""
Properties = dict[str, Any]


def add_collection(
    ledger: Ledger,
    officer: Officer | None,
    name: str,
    title: str,
    *,
    readers: Iterable[str] = (),
    writers: Iterable[str] = (),
    mark: TlpLevel = "amber",
    purpose: Purpose = "fraud",
    description: str = "",
) -> CollectionView:
    """Make a collection; the same again changes who may read and write it.

    `officer` is an administrator, None at the machine's own command line. Raises NotAllowed, NotPossible for an unfit name or level,
    NotFound for no such partner.
    """
    if not (name.isascii() and name.replace("-", "").isalnum() and len(name) <= 40) or (
        mark not in TLP_LEVELS or purpose not in PURPOSES
    ):
        raise NotPossible("exchange.collection-unfit", levels=", ".join(TLP_LEVELS))
    with open_decision(ledger, officer, "admin") as this:
        codes = {"readers": sorted(set(readers)), "writers": sorted(set(writers))}
        for code in {*codes["readers"], *codes["writers"]}:
            agencies.agency_of(this.session, code)
        row = this.session.scalars(select(CollectionRow).where(CollectionRow.name == name)).first()
        if row is None:
            row = CollectionRow(id=str(uuid.uuid4()), name=name, made_at=this.now)
            row.made_by = officer.id if officer else None
            this.session.add(row)
        row.title, row.description, row.mark = title.strip() or name, description.strip(), mark
        row.purpose = purpose
        row.readers, row.writers = codes["readers"], codes["writers"]
        this.session.flush()
        this.log_entry("collection.made", f"collection:{name}", {"mark": mark, **codes})
        return to_collection_view(row)


def publish_objects(
    ledger: Ledger,
    officer: Officer,
    name: str,
    objects: Sequence[Properties],
    mark: TlpLevel,
    case: str,
) -> int:
    """Put the objects of a case into a collection; how many are new there. `mark`: the level of the record that they are of.

    Raises NotAllowed, NotFound, and NotPossible where the level is narrower than what the collection is for.
    """
    with open_decision(ledger, officer, *role_groups.CHART_TAKERS) as this:
        row = _lock_collection(this.session, name)
        if TLP_LEVELS.index(mark) > TLP_LEVELS.index(row.mark):
            raise NotPossible("exchange.mark-too-narrow", mark=mark.upper(), collection=row.name)
        ways = list_reader_ways(this, row, mark)
        stated = read_stated_levels(objects)
        fit = [
            item
            for item in objects
            if all(may_leave(way, item, find_level([item], stated, default=mark)[0]) for way in ways)
        ]
        carried = set().union(*(way.list_carried(list_texts(fit)) for way in ways))
        added = _add_versions(this, row, fit, "", ways)
        withheld = len(objects) - len(fit)
        for way in ways:
            leaving.note_leaving(
                this.session, "collection", row.name, way, carried, withheld, this.person.id, this.now
            )
        detail = {"objects": len(fit), "new": added, "mark": mark, "withheld": withheld}
        this.log_entry("collection.published", f"collection:{row.name}", detail, case)
        return added


def receive_objects(ledger: Ledger, partner: str, name: str, objects: Any) -> DeliveryStatus:
    """Take in what a partner hands to a collection, each object by itself; the receipt says what became of each.

    Raises NotFound, NotAllowed, and ExchangeError where it is no list of objects.
    """
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise ExchangeError("The envelope's 'objects' is no list of objects.")
    with open_decision(ledger, None) as this:
        row = _lock_collection(this.session, name, partner)
        if partner not in row.writers:
            raise NotAllowed("exchange.collection-not-writable", collection=row.name)
        marks = [*objects, *load_marks(this.session, row.id)]
        fit, outcomes = _sort_objects(objects, marks, row.mark, this.now)
        added = _add_versions(this, row, fit, partner)
        receipt = CollectionStatus(
            id=str(uuid.uuid4()),
            collection_id=row.id,
            partner=partner,
            at=this.now,
            outcomes=[
                {"id": outcome.id, "version": outcome.version.isoformat(), "problem": outcome.problem}
                for outcome in outcomes
            ],
        )
        this.session.add(receipt)
        this.session.flush()
        detail = {"partner": partner, "objects": len(fit), "new": added, "refused": len(objects) - len(fit)}
        this.log_entry("collection.received", f"collection:{row.name}", detail)
        return DeliveryStatus(receipt.id, this.now, tuple(outcomes))


def import_bundle(
    ledger: Ledger, officer: Officer, name: str, bundle: StixBundle, partner: str, basis: str
) -> int:
    """Keep every object of a partner's bundle in a collection, as it came; how many are new. `basis`: the legal basis that is logged.

    Raises NotAllowed, NotFound, NotPossible without a basis or where the bundle's level is narrower than the collection's.
    """
    if not basis.strip():
        raise NotPossible("exchange.basis-missing")
    with open_decision(ledger, officer, *role_groups.CHART_TAKERS) as this:
        agencies.agency_of(this.session, partner)
        row = _lock_collection(this.session, name)
        if TLP_LEVELS.index(bundle.mark) > TLP_LEVELS.index(row.mark):
            raise NotPossible("exchange.mark-too-narrow", mark=bundle.mark.upper(), collection=row.name)
        added = _add_versions(this, row, bundle.objects, partner)
        detail = {"partner": partner, "objects": len(bundle.objects), "new": added, "basis": basis.strip()}
        this.log_entry("collection.received", f"collection:{row.name}", detail)
        return added


def keep_pulled_page(
    ledger: Ledger, officer: Officer, name: str, partner: str, basis: str, page: PulledPage
) -> DeliveryStatus:
    """Keep a page of a partner's server, each object by itself, and where the next begins, in one transaction.

    Raises NotAllowed, NotFound.
    """
    with open_decision(ledger, officer, *role_groups.CHART_TAKERS) as this:
        agencies.agency_of(this.session, partner)
        row = _lock_collection(this.session, name)
        objects = list(page.objects)
        fit, outcomes = _sort_objects(
            objects, [*objects, *load_marks(this.session, row.id)], row.mark, this.now
        )
        added = _add_versions(this, row, fit, partner)
        place = this.session.get(CollectionPull, (row.id, page.address))
        if place is None:
            place = CollectionPull(collection_id=row.id, address=page.address)
            this.session.add(place)
        place.added_after, place.next_place, place.at = page.added_after, page.next_place, this.now
        detail = {
            "partner": partner,
            "objects": len(fit),
            "new": added,
            "refused": len(objects) - len(fit),
            "basis": basis.strip(),
        }
        this.log_entry("collection.received", f"collection:{row.name}", detail)
        return DeliveryStatus("", this.now, tuple(outcomes), added)


def delete_object(
    ledger: Ledger, partner: str, name: str, object_id: str, versions: Sequence[str | datetime]
) -> int:
    """Delete versions of an object that this partner handed in; how many. Objects of others stay.

    Raises NotFound, NotAllowed.
    """
    with open_decision(ledger, None) as this:
        row = _lock_collection(this.session, name, partner)
        require_reader(row, partner)
        if partner not in row.writers:
            raise NotAllowed("exchange.collection-not-writable", collection=row.name)
        positions = _find_versions(this.session, row.id, partner, object_id, versions)
        if not positions:
            raise NotFound("exchange.no-such-object", object=object_id[:120])
        this.session.execute(delete(CollectionObject).where(CollectionObject.position.in_(positions)))
        detail = {"partner": partner, "object": object_id, "versions": len(positions)}
        this.log_entry("collection.object-deleted", f"collection:{row.name}", detail)
        return len(positions)


def _find_versions(
    session: Session, collection: str, partner: str, object_id: str, versions: Sequence[str | datetime]
) -> list[int]:
    query = (
        select(CollectionObject.position, CollectionObject.version)
        .where(
            CollectionObject.collection_id == collection,
            CollectionObject.object_id == object_id,
            CollectionObject.sender == partner,
        )
        .order_by(CollectionObject.version)
    )
    rows = session.execute(query).all()
    chosen = []
    for place, (position, version) in enumerate(rows):
        ends = {"first": place == 0, "last": place == len(rows) - 1, "all": True}
        if any(ends.get(asked, False) if isinstance(asked, str) else asked == version for asked in versions):
            chosen.append(position)
    return chosen


def _lock_collection(session: Session, name: str, partner: str = "") -> CollectionRow:
    """One writer at a time: the order of positions is then the order in which readers can see them."""
    row = find_collection(session, name, partner)
    session.refresh(row, with_for_update=True)
    return row


def _sort_objects(
    objects: Iterable[Properties], marks: Iterable[Properties], limit: str, now: datetime
) -> tuple[list[Properties], list[ObjectOutcome]]:
    """The objects that a collection takes, and what is said of each. `marks`: objects among which are the marks they refer to."""
    fit, outcomes = [], []
    stated = read_stated_levels(marks)
    for item in objects:
        problem = ""
        try:
            check_objects([item])
            # Without a mark: for everyone that the collection is for.
            level, _ = find_level([item], stated, default="clear")
            if TLP_LEVELS.index(level) > TLP_LEVELS.index(limit):
                problem = f"It is marked TLP:{level.upper()}, which this collection does not take."
        except ExchangeError as refused:
            problem = refused.sentence
        if not problem:
            fit.append(item)
        outcomes.append(ObjectOutcome(str(item.get("id", "")), read_version(item, now), problem))
    return fit, outcomes


def read_version(item: Properties, now: datetime) -> datetime:
    """The version of an object (TAXII 2.1, 3.4.1.3): modified, else created, else when it was added."""
    for name in ("modified", "created"):
        try:
            return parse_utc(item[name])
        except (KeyError, TypeError, ValueError):
            continue
    return now


def list_reader_ways(this: Decision, row: CollectionRow, mark: TlpLevel) -> list[OpenWay]:
    """The ways to everyone who reads a collection; without a reader yet, one to nobody by name."""
    level = TO_MARK[mark]
    return [
        leaving.open_way(this.session, WayOut(level, reader, row.purpose), this.now)  # type: ignore[arg-type]
        for reader in row.readers or [""]
    ]


def _add_versions(
    this: Decision,
    row: CollectionRow,
    objects: Iterable[Properties],
    sender: str,
    ways: Sequence[OpenWay] = (),
) -> int:
    newest = this.session.scalar(
        select(func.max(CollectionObject.added_at)).where(CollectionObject.collection_id == row.id)
    )
    # By the real clock and rising: a partner asks for what was added after the last object it has.
    added_at = max(clock.get_real_now().astimezone(UTC), (newest or datetime.min.replace(tzinfo=UTC)) + STEP)
    known = _find_unversioned(this.session, row.id, objects)
    values = []
    for item in objects:
        # Observables have no version: the same one again is the same object.
        if "modified" not in item and "created" not in item and item["id"] in known:
            continue
        known.add(item["id"])
        values.append(
            {
                "collection_id": row.id,
                "object_id": item["id"],
                "object_type": item["type"],
                "version": read_version(item, added_at),
                "added_at": added_at,
                "sender": sender,
                "content": json.dumps(item, ensure_ascii=False),
                "made_from": sorted(
                    {source for way in ways for source in way.list_carried(list_texts([item]))}
                ),
            }
        )
        added_at += STEP
    return sum(
        _insert_rows(this.session, values[start : start + BATCH]) for start in range(0, len(values), BATCH)
    )


def _find_unversioned(session: Session, collection: str, objects: Iterable[Properties]) -> set[str]:
    names = [item["id"] for item in objects if "modified" not in item and "created" not in item]
    known: set[str] = set()
    for start in range(0, len(names), BATCH):
        query = select(CollectionObject.object_id).where(
            CollectionObject.collection_id == collection,
            CollectionObject.object_id.in_(names[start : start + BATCH]),
        )
        known.update(session.scalars(query))
    return known


def _insert_rows(session: Session, values: list[Properties]) -> int:
    statement = insert(CollectionObject).on_conflict_do_nothing().returning(CollectionObject.position)
    return len(session.scalars(statement, values).all())
