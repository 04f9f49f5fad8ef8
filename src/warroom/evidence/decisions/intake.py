"""Taking evidence in: files, things, frozen trails and the messages partners were sent."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from warroom.access import role_groups
from warroom.cases.schema import Case, Snapshot
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.evidence import file_names, handlers, kept, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.evidence.views import EvidencePage, EvidenceSource
from warroom.ledger.decision import Decision, LoggedRead, logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.queries import order_view
from warroom.orders.schema import Order


@dataclass(frozen=True, slots=True)
class Particulars:
    """The description of an item at intake. `name` is its owner's name for it; `origin` from whom and where
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


def check_intake(
    ledger: Ledger, officer: Officer, case: str, given: Particulars, *, now: datetime | None = None
) -> None:
    """Check that the officer may add this to the case, before a byte is accepted. Raises NotAllowed, NotFound or
    NotPossible.
    """
    with logged_read(ledger, officer, now=now) as this:
        _check_intake(this, case, given)


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
    check_intake(ledger, officer, case, given, now=now)
    with store.EvidenceDraft(ledger.home, declared) as draft:
        for block in blocks:
            draft.write(block)
        draft.finish()
        return save_item(ledger, officer, case, draft, given, key, source=source, now=now)


def save_item(
    ledger: Ledger,
    officer: Officer,
    case: str,
    draft: store.EvidenceDraft,
    given: Particulars,
    key: str,
    *,
    source: EvidenceSource = "upload",
    now: datetime | None = None,
) -> EvidencePage:
    """Make an item of a finished draft: file and rows together, or neither."""
    try:
        return _take_in(ledger, officer, case, given, source, key, now, draft)
    except BaseException:
        # The ledger rolls the rows back; a file that is already in its place must be removed here, unless
        # another item has the same content.
        if draft.placed:
            with suppress(Exception):  # the first error is the one to report
                kept.remove_unneeded_file(ledger, draft.sha256)
        raise


def add_thing(
    ledger: Ledger, officer: Officer, case: str, given: Particulars, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """Record a thing that was taken into custody (a phone, a SIM box). It has no file."""
    return _take_in(ledger, officer, case, given, "thing", key, now, None)


def add_snapshot(
    ledger: Ledger, officer: Officer, case: str, reason: str, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """Take in the case's current frozen trail; its SHA-256 is the one that approvals refer to."""
    with logged_read(ledger, officer, now=now) as this:
        case_row = handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_ADDERS)
        frozen = this.session.get(Snapshot, case_row.snapshot_id) if case_row.snapshot_id else None
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
    with logged_read(ledger, officer, now=now) as this:
        handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_ADDERS)
        order = this.session.get(Order, order_id)
        # An order of another case counts as unknown: access to this case gives none to that one.
        if order is None or order_view(order).case != case:
            raise NotFound("evidence.no-such-order", order=file_names.escape_name(order_id))
        path = _load_message_path(ledger, order.order_id)
        partner = order.bank
    given = Particulars(path.name, reason, f"Order {order_id} to {partner}", origin="outbox")
    return add_file(ledger, officer, case, store.iter_file_blocks(path), given, key, source="order", now=now)


def _load_message_path(ledger: Ledger, order_id: str) -> Path:
    for kind in (".xml", ".json"):
        path = ledger.home.outbox / f"{order_id}{kind}"
        if path.is_file():
            return path
    raise NotPossible("evidence.order-not-left")


def _check_intake(this: LoggedRead, case: str, given: Particulars) -> Case:
    # No purpose is required: an officer who hands something in reads nothing of the case.
    case_row = handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_ADDERS, reading=False)
    # Only screeners see protected items: anybody else would put it out of their own reach and the desk's.
    if given.protected and handlers.WALL not in this.person.roles:
        raise NotAllowed("evidence.survivors-to-screeners-alone")
    if not given.reason.strip():
        raise NotPossible("evidence.intake-reason-missing")
    if given.part_of is not None:
        _, whole = handlers.load_evidence_item(this, given.part_of, *role_groups.EVIDENCE_ADDERS)
        if whole.case_id != case_row.id:
            raise NotPossible("evidence.source-of-another-case")
        # A part of a survivor's item is protected too; else the first copy would lift the protection.
        if whole.protected and not given.protected:
            raise NotPossible("evidence.copy-left-wall")
    return case_row


def _list_particulars(given: Particulars) -> list[object]:
    # The name as it is stored: a lone surrogate, as hostile names have it, cannot be encoded and so not
    # hashed.
    plain = replace(given, name=file_names.escape_name(given.name))
    return [getattr(plain, field) for field in Particulars.__dataclass_fields__]


def _build_item(this: Decision, case: Case, given: Particulars, source: EvidenceSource) -> EvidenceItem:
    return EvidenceItem(
        case_id=case.id,
        kind="thing" if source == "thing" else "file",
        source=source,
        name=file_names.escape_name(given.name.strip()),
        description=given.description.strip(),
        origin=given.origin.strip(),
        media="",
        part_of=given.part_of,
        protected=given.protected,
        received_by=this.person.id,
        received_at=this.now,
    )


def _take_in(
    ledger: Ledger,
    officer: Officer,
    case: str,
    given: Particulars,
    source: EvidenceSource,
    key: str,
    now: datetime | None,
    draft: store.EvidenceDraft | None,
) -> EvidencePage:
    """Write an item and its first step, with its file where there is one, once per idempotency key."""
    what = ["evidence.file", case, draft.sha256, source] if draft else ["evidence.thing", case]
    with open_decision(ledger, officer, now=now) as this:
        # Checked again: an upload takes minutes, in which the officer may have lost the role or the case
        # its access.
        case_row = _check_intake(this, case, given)
        before = this.find_earlier_result(key, *what, *_list_particulars(given))
        if before is not None:
            return repository.load_page(this.session, this.session.get_one(EvidenceItem, before[0]))
        item = _build_item(this, case_row, given, source)
        if draft:
            # Locked until the commit, and before the item (`repository`): a destruction of the same content
            # waits, and then sees that this item needs the file.
            repository.lock_content(this.session, draft.sha256)
            item.media, item.size, item.sha256 = draft.media, draft.size, draft.sha256
            draft.place_file()
        this.session.add(item)
        this.session.flush()
        repository.lock_item(this.session, item.id)
        more = {"location": given.location.strip(), "seal": given.seal.strip()}
        event = repository.add_step(this, item, "received", given.reason, **more)
        this.save_result(item.id)
        repository.log_step(this, case_row, item, event)
        return repository.load_page(this.session, item)
