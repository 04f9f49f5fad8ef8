"""The steps of custody after something came in: sealed, moved, handed over, copied, returned, destroyed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.cases.sealing import may_see
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.evidence import custody_steps, handlers, kept, repository
from warroom.evidence.schema import CustodyEvent, EvidenceItem
from warroom.evidence.views import EvidencePage
from warroom.ledger import idempotency
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


@dataclass(frozen=True, slots=True)
class _Scene:
    """A step about to be written: the item is locked, and its state after all steps so far is known."""

    session: Session
    person: OfficerRow
    case: Case
    item: EvidenceItem
    standing: custody_steps.Standing
    now: datetime


_Step = Callable[[_Scene], CustodyEvent]


def seal(
    ledger: Ledger,
    officer: Officer,
    item: int,
    number: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> EvidencePage:
    """Put a seal with this number on an item one holds."""
    if not number.strip():
        raise NotPossible("evidence.seal-number-missing")

    def step(scene: _Scene) -> CustodyEvent:
        _holding(scene)
        return _add(scene, "sealed", reason, seal=number.strip())

    return _take(ledger, officer, item, key, ["sealed", number, reason], step, now)


def move(
    ledger: Ledger,
    officer: Officer,
    item: int,
    location: str,
    reason: str,
    key: str,
    *,
    seal: str = "",
    now: datetime | None = None,
) -> EvidencePage:
    """Keep an item one holds at another place, under another seal where one is given."""
    if not location.strip():
        raise NotPossible("evidence.place-missing")

    def step(scene: _Scene) -> CustodyEvent:
        _holding(scene)
        return _add(scene, "moved", reason, location=location.strip(), seal=seal.strip())

    return _take(ledger, officer, item, key, ["moved", location, seal, reason], step, now)


def offer(
    ledger: Ledger,
    officer: Officer,
    item: int,
    receiver: str,
    reason: str,
    key: str,
    *,
    location: str = "",
    seal: str = "",
    now: datetime | None = None,
) -> EvidencePage:
    """Begin a hand-over to another officer, by user name; it counts only once they have accepted."""

    def step(scene: _Scene) -> CustodyEvent:
        _holding(scene)
        other = _receiver(scene, receiver)
        if other.id == scene.standing.holder_id:
            raise NotPossible("evidence.handover-to-oneself")
        sides = {"from_id": scene.standing.holder_id, "to_id": other.id}
        return _add(scene, "offered", reason, location=location.strip(), seal=seal.strip(), **sides)

    return _take(ledger, officer, item, key, ["offered", receiver, location, seal, reason], step, now)


def accept(
    ledger: Ledger,
    officer: Officer,
    item: int,
    reason: str,
    key: str,
    *,
    location: str = "",
    seal: str = "",
    now: datetime | None = None,
) -> EvidencePage:
    """Accept a hand-over that was offered to oneself: from now on one holds the item."""

    def step(scene: _Scene) -> CustodyEvent:
        _offered(scene)
        if scene.standing.offered_to != scene.person.id:
            raise NotAllowed("evidence.handover-to-another")
        sides = {"from_id": scene.standing.holder_id, "to_id": scene.person.id}
        return _add(scene, "accepted", reason, location=location.strip(), seal=seal.strip(), **sides)

    return _take(ledger, officer, item, key, ["accepted", location, seal, reason], step, now)


def decline(
    ledger: Ledger, officer: Officer, item: int, reason: str, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """End a hand-over that nobody accepted: the receiver does not take it, or the giver takes it back."""

    def step(scene: _Scene) -> CustodyEvent:
        _offered(scene)
        if scene.person.id not in (scene.standing.offered_to, scene.standing.holder_id):
            raise NotAllowed("evidence.handover-of-others")
        sides = {"from_id": scene.standing.holder_id, "to_id": scene.standing.offered_to}
        return _add(scene, "declined", reason, **sides)

    return _take(ledger, officer, item, key, ["declined", reason], step, now)


def open_copy(
    ledger: Ledger,
    officer: Officer,
    item: int,
    holder: str,
    reason: str,
    key: str,
    *,
    sha256: str | None = None,
    now: datetime | None = None,
) -> EvidencePage:
    """Open an item one holds for a numbered working copy, held by an officer of the case.

    The copy of a file has the file's hash, which is checked now; for a thing `sha256` is the hash of the image that
    was taken, if there is one.
    """
    now = now or clock.now()
    hashed = _copy_hash(
        ledger, kept.find(ledger, officer, item, *role_groups.EVIDENCE_KEEPERS, now=now), sha256
    )

    def step(scene: _Scene) -> CustodyEvent:
        _holding(scene)
        other = _receiver(scene, holder)
        copy = {"copy_number": scene.standing.copies + 1, "copy_sha256": hashed, "to_id": other.id}
        return _add(scene, "opened", reason, **copy)

    return _take(ledger, officer, item, key, ["opened", holder, sha256, reason], step, now)


def give_back(
    ledger: Ledger,
    officer: Officer,
    item: int,
    owner: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> EvidencePage:
    """Return a thing to whom it belongs, by name; custody ends."""
    if not owner.strip():
        raise NotPossible("evidence.receiver-missing")

    def step(scene: _Scene) -> CustodyEvent:
        _holding(scene)
        if scene.item.kind == "file":
            raise NotPossible("evidence.file-not-returned")
        return _add(scene, "returned", reason, outside=owner.strip())

    return _take(ledger, officer, item, key, ["returned", owner, reason], step, now)


def destroy(
    ledger: Ledger,
    officer: Officer,
    item: int,
    court: str,
    order: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> EvidencePage:
    """Destroy an item by a court's order: its file goes, its hash and its custody stay.

    The file of another item with the same content stays for that one.
    """
    if not court.strip() or not order.strip():
        raise NotPossible("evidence.court-order-missing")

    def step(scene: _Scene) -> CustodyEvent:
        if "custodian" not in scene.person.roles:
            raise NotAllowed("evidence.destroyed-by-custodian-alone")
        _holding(scene)
        return _add(scene, "destroyed", reason, court=court.strip(), court_order=order.strip())

    page = _take(ledger, officer, item, key, ["destroyed", court, order, reason], step, now)
    kept.clear(ledger, page.item.sha256)
    return page


def _take(
    ledger: Ledger,
    officer: Officer,
    number: int,
    key: str,
    asked: list[object],
    step: _Step,
    now: datetime | None,
) -> EvidencePage:
    """One decision about custody, once for its key: the item is locked from here to the commit."""
    now = now or clock.now()
    with ledger.session() as session:
        person, case, item = handlers.item_for(
            session, officer, number, *role_groups.EVIDENCE_KEEPERS, reading=now
        )
        before = idempotency.first_time(
            session, person, key, [f"evidence.{asked[0]}", number, *asked[1:]], now
        )
        if before is not None:
            return repository.page(session, item)
        repository.lock_item(session, number)
        standing = custody_steps.after(repository.events_of(session, [number])[number])
        event = step(_Scene(session, person, case, item, standing, now))
        idempotency.keep(session, person, key, [event.step])
        shown = repository.page(session, item)
        repository.log_step(session, person, case, item, event, now)
        return shown


def _add(scene: _Scene, kind: str, reason: str, **more: object) -> CustodyEvent:
    return repository.add_step(scene.session, scene.item, kind, scene.person, reason, scene.now, **more)  # type: ignore[arg-type]


def _holding(scene: _Scene) -> None:
    """The officer holds the item and nothing is pending; a custodian stands in for a holder who has left."""
    standing = scene.standing
    if standing.state == "offered":
        raise NotPossible("evidence.handover-pending")
    if standing.state != "held":
        raise NotPossible("evidence.item-gone", state=standing.state)
    if scene.person.id == standing.holder_id:
        return
    holder = scene.session.get_one(OfficerRow, standing.holder_id)
    if holder.active or "custodian" not in scene.person.roles:
        raise NotAllowed("evidence.held-by-another")


def _offered(scene: _Scene) -> None:
    if scene.standing.state != "offered":
        raise NotPossible("evidence.no-handover-pending")


def _receiver(scene: _Scene, username: str) -> OfficerRow:
    query = select(OfficerRow).where(OfficerRow.username == username, OfficerRow.active)
    other = scene.session.scalars(query).first()
    fit = other is not None and not set(role_groups.EVIDENCE_KEEPERS).isdisjoint(other.roles)
    if other is None or not fit or (scene.item.protected and handlers.WALL not in other.roles):
        raise _unfit()
    try:
        may_see(scene.session, other, scene.case)
    except NotFound:
        raise _unfit() from None
    return other


def _unfit() -> NotPossible:
    return NotPossible("evidence.no-such-officer")


def _copy_hash(ledger: Ledger, item: EvidenceItem, given: str | None) -> str | None:
    if item.sha256 is None:
        return given
    if given is not None and given != item.sha256:
        raise NotPossible("evidence.hash-differs")
    kept.whole_file(ledger, item)
    return item.sha256
