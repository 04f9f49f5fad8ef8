"""Taking evidence in: files, things, frozen trails and the messages partners were sent."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import Case, Snapshot
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.evidence import file_names, handlers, kept, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.evidence.views import EvidencePage, EvidenceSource
from warroom.ledger import idempotency
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.orders.queries import order_view
from warroom.orders.schema import Order


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is written down as something comes in. `name` is what its owner calls it; `origin` from whom and where
    it was taken; `location` where it is kept; `part_of` the id of the item it was taken from.
    """

    name: str
    reason: str
    description: str = ""
    origin: str = ""
    location: str = ""
    seal: str = ""
    part_of: int | None = None
    protected: bool = False


def admit(
    ledger: Ledger, officer: Officer, case: str, given: Particulars, *, now: datetime | None = None
) -> None:
    """Whether the officer may add this to the case; asked before a byte is taken. Raises NotAllowed, NotFound or
    NotPossible.
    """
    with ledger.session() as session:
        _admit(session, officer, case, given, now or clock.now())


def add_file(
    ledger: Ledger,
    officer: Officer,
    case: str,
    blocks: Iterable[bytes],
    given: Particulars,
    key: str,
    *,
    source: EvidenceSource = "upload",
    declared: int | None = None,
    now: datetime | None = None,
) -> EvidencePage:
    """Take in a file as a stream of blocks; memory is one block. `declared` is the size that was announced.

    Nothing is kept where anything fails. Raises TooLarge, NotPossible, NotAllowed, NotFound, HomeError (full disk).
    """
    admit(ledger, officer, case, given, now=now)
    with store.Draft(ledger.home, declared) as draft:
        for block in blocks:
            draft.write(block)
        draft.finish()
        return keep(ledger, officer, case, draft, given, key, source=source, now=now)


def keep(
    ledger: Ledger,
    officer: Officer,
    case: str,
    draft: store.Draft,
    given: Particulars,
    key: str,
    *,
    source: EvidenceSource = "upload",
    now: datetime | None = None,
) -> EvidencePage:
    """Make an item of a draft that is finished: file and rows together, or neither."""
    try:
        return _keep(ledger, officer, case, draft, given, key, source, now or clock.now())
    except BaseException:
        if draft.placed:
            with suppress(Exception):  # what went wrong first is what is told
                kept.clear(ledger, draft.sha256)
        raise


def _keep(
    ledger: Ledger,
    officer: Officer,
    case: str,
    draft: store.Draft,
    given: Particulars,
    key: str,
    source: EvidenceSource,
    now: datetime,
) -> EvidencePage:
    with ledger.session() as session:
        person, found = _admit(session, officer, case, given, now)
        asked = ["evidence.file", case, draft.sha256, source, *_told(given)]
        before = idempotency.first_time(session, person, key, asked, now)
        if before is not None:
            return repository.page(session, session.get_one(EvidenceItem, before[0]))
        repository.lock_content(session, draft.sha256)
        item = _item(found, person, given, source, now)
        item.media, item.size, item.sha256 = draft.media, draft.size, draft.sha256
        draft.place()
        return _receive(session, person, found, item, given, key, now)


def add_thing(
    ledger: Ledger, officer: Officer, case: str, given: Particulars, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """Write down a thing that was taken into custody: a phone, a SIM box. It has no file."""
    now = now or clock.now()
    with ledger.session() as session:
        person, found = _admit(session, officer, case, given, now)
        before = idempotency.first_time(session, person, key, ["evidence.thing", case, *_told(given)], now)
        if before is not None:
            return repository.page(session, session.get_one(EvidenceItem, before[0]))
        item = _item(found, person, given, "thing", now)
        return _receive(session, person, found, item, given, key, now)


def add_snapshot(
    ledger: Ledger, officer: Officer, case: str, reason: str, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """Take in the case's frozen trail as it is now: its SHA-256 is the one that approvals carry."""
    now = now or clock.now()
    with ledger.session() as session:
        _, found = handlers.case_for(session, officer, case, *role_groups.EVIDENCE_ADDERS, reading=now)
        frozen = session.get(Snapshot, found.snapshot_id) if found.snapshot_id else None
        if frozen is None:
            raise NotPossible("evidence.trail-missing")
        content, at = frozen.trail.encode(), frozen.as_of
    given = Particulars(f"trail of {case}.json", reason, f"Frozen trail as of {at:%Y-%m-%d %H:%M:%S} UTC")
    return add_file(ledger, officer, case, [content], given, key, source="snapshot", now=now)


def add_order(
    ledger: Ledger,
    officer: Officer,
    case: str,
    order_id: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> EvidencePage:
    """Take in the message a partner was sent, byte for byte as it left."""
    now = now or clock.now()
    with ledger.session() as session:
        handlers.case_for(session, officer, case, *role_groups.EVIDENCE_ADDERS, reading=now)
        order = session.get(Order, order_id)
        if order is None or order_view(order).case != case:
            raise NotFound("evidence.no-such-order", order=file_names.written(order_id))
        path = _message(ledger, order.order_id)
        partner = order.bank
    given = Particulars(path.name, reason, f"Order {order_id} to {partner}", origin="outbox")
    return add_file(ledger, officer, case, store.blocks(path), given, key, source="order", now=now)


def _message(ledger: Ledger, order_id: str) -> Path:
    for kind in (".xml", ".json"):
        path = ledger.home.outbox / f"{order_id}{kind}"
        if path.is_file():
            return path
    raise NotPossible("evidence.order-not-left")


def _admit(
    session: Session, officer: Officer, case: str, given: Particulars, now: datetime
) -> tuple[OfficerRow, Case]:
    person, found = handlers.case_for(session, officer, case, *role_groups.EVIDENCE_ADDERS)
    if given.protected and handlers.WALL not in person.roles:
        raise NotAllowed("evidence.survivors-to-screeners-alone")
    if not given.reason.strip():
        raise NotPossible("evidence.intake-reason-missing")
    if given.part_of is not None:
        whole = handlers.item_for(session, officer, given.part_of, *role_groups.EVIDENCE_ADDERS, reading=now)[
            2
        ]
        if whole.case_id != found.id:
            raise NotPossible("evidence.source-of-another-case")
        if whole.protected and not given.protected:
            raise NotPossible("evidence.copy-left-wall")
    return person, found


def _told(given: Particulars) -> list[object]:
    plain = replace(given, name=file_names.written(given.name))
    return [getattr(plain, field) for field in Particulars.__dataclass_fields__]


def _item(
    case: Case, person: OfficerRow, given: Particulars, source: EvidenceSource, now: datetime
) -> EvidenceItem:
    return EvidenceItem(
        case_id=case.id,
        kind="thing" if source == "thing" else "file",
        source=source,
        name=file_names.written(given.name.strip()),
        description=given.description.strip(),
        origin=given.origin.strip(),
        media="",
        part_of=given.part_of,
        protected=given.protected,
        received_by=person.id,
        received_at=now,
    )


def _receive(
    session: Session,
    person: OfficerRow,
    case: Case,
    item: EvidenceItem,
    given: Particulars,
    key: str,
    now: datetime,
) -> EvidencePage:
    session.add(item)
    session.flush()
    repository.lock_item(session, item.id)
    more = {"location": given.location.strip(), "seal": given.seal.strip()}
    event = repository.add_step(session, item, "received", person, given.reason, now, **more)
    idempotency.keep(session, person, key, [item.id])
    shown = repository.page(session, item)
    repository.log_step(session, person, case, item, event, now)
    return shown
