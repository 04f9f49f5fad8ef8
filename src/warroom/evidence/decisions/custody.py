"""The steps of custody after something came in: sealed, moved, handed over, copied, returned, destroyed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.cases.sealing import may_see
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.evidence import custody_steps, handlers, kept, repository
from warroom.evidence.schema import EvidenceItem
from warroom.evidence.steps import CUSTODIAN
from warroom.evidence.views import CustodyKind, EvidencePage
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


@dataclass(frozen=True, slots=True)
class _CustodyScene:
    """The context of a step about to be written: the item is locked and its state was read under the lock."""

    this: Decision
    case: Case
    item: EvidenceItem
    standing: custody_steps.CustodyState


_Columns = Mapping[str, object]
"""Columns of a step other than its kind and its reason."""


def seal_item(
    ledger: Ledger,
    officer: Officer,
    item: int,
    number: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> EvidencePage:
    """Put a seal with this number on an item that the officer holds."""
    if not number.strip():
        raise NotPossible("evidence.seal-number-missing")
    columns = {"seal": number.strip()}
    return _take_step(ledger, officer, item, "sealed", reason, key, now, [number, reason], lambda _: columns)


def move_item(
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
    """Move an item that the officer holds to another place, under another seal where one is given."""
    if not location.strip():
        raise NotPossible("evidence.place-missing")
    columns, asked = _build_place_columns(location, seal), [location, seal, reason]
    return _take_step(ledger, officer, item, "moved", reason, key, now, asked, lambda _: columns)


def offer_handover(
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

    def build_columns(scene: _CustodyScene) -> _Columns:
        holder, other = scene.standing.holder_id, _load_receiver(scene, receiver)
        if other.id == holder:
            raise NotPossible("evidence.handover-to-oneself")
        return {"from_id": holder, "to_id": other.id, **_build_place_columns(location, seal)}

    asked = [receiver, location, seal, reason]
    return _take_step(ledger, officer, item, "offered", reason, key, now, asked, build_columns)


def accept_handover(
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
    """Accept a hand-over that was offered to this officer, who holds the item from now on."""

    def build_columns(scene: _CustodyScene) -> _Columns:
        mine = scene.this.person.id
        if scene.standing.offered_to != mine:
            raise NotAllowed("evidence.handover-to-another")
        return {"from_id": scene.standing.holder_id, "to_id": mine, **_build_place_columns(location, seal)}

    asked = [location, seal, reason]
    return _take_step(ledger, officer, item, "accepted", reason, key, now, asked, build_columns)


def decline_handover(
    ledger: Ledger, officer: Officer, item: int, reason: str, key: str, *, now: datetime | None = None
) -> EvidencePage:
    """End a hand-over that nobody accepted: the receiver does not take it, or the giver takes it back."""

    def build_columns(scene: _CustodyScene) -> _Columns:
        giver, receiver = scene.standing.holder_id, scene.standing.offered_to
        if scene.this.person.id not in (receiver, giver):
            raise NotAllowed("evidence.handover-of-others")
        return {"from_id": giver, "to_id": receiver}

    return _take_step(ledger, officer, item, "declined", reason, key, now, [reason], build_columns)


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
    """Open an item that the officer holds for a numbered working copy, held by an officer of the case.

    The copy of a file has the file's hash, which is verified now; for a thing `sha256` is the hash of the image that
    was taken, None for none.
    """
    # Before the item is locked: a file of two gigabytes takes seconds to hash.
    item_row = kept.load_item(ledger, officer, item, *role_groups.EVIDENCE_KEEPERS, now=now)
    hashed = _copy_hash(ledger, item_row, sha256)

    def build_columns(scene: _CustodyScene) -> _Columns:
        # Numbered under the lock: two copies opened at the same moment get two numbers.
        number, other = scene.standing.copies + 1, _load_receiver(scene, holder)
        return {"copy_number": number, "copy_sha256": hashed, "to_id": other.id}

    asked = [holder, sha256, reason]
    return _take_step(ledger, officer, item, "opened", reason, key, now, asked, build_columns)


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
    """Return a thing to its owner, by name; custody ends. Raises NotPossible for a file."""
    if not owner.strip():
        raise NotPossible("evidence.receiver-missing")

    def build_columns(scene: _CustodyScene) -> _Columns:
        # A file cannot be returned: what is given out is a copy, and the stored file remains.
        if scene.item.kind == "file":
            raise NotPossible("evidence.file-not-returned")
        return {"outside": owner.strip()}

    return _take_step(ledger, officer, item, "returned", reason, key, now, [owner, reason], build_columns)


def destroy_item(
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
    columns, asked = {"court": court.strip(), "court_order": order.strip()}, [court, order, reason]
    page = _take_step(ledger, officer, item, "destroyed", reason, key, now, asked, lambda _: columns)
    # After the commit: a removed file cannot come back when the ledger rolls back its rows. If this is
    # interrupted, `evidence check` removes the file.
    kept.remove_unneeded_file(ledger, page.item.sha256)
    return page


def _build_place_columns(location: str, seal: str) -> dict[str, object]:
    return {"location": location.strip(), "seal": seal.strip()}


def _take_step(
    ledger: Ledger,
    officer: Officer,
    number: int,
    kind: CustodyKind,
    reason: str,
    key: str,
    now: datetime | None,
    asked: Sequence[object],
    says: Callable[[_CustodyScene], _Columns],
) -> EvidencePage:
    """Write one step of custody, once per idempotency key; the item is locked until the commit."""
    with open_decision(ledger, officer, now=now) as this:
        case, item = handlers.load_evidence_item(this, number, *role_groups.EVIDENCE_KEEPERS)
        if this.find_earlier_result(key, f"evidence.{kind}", number, *asked) is None:
            repository.lock_item(this.session, number)
            # Read after the lock: a step depends on all steps before it, and its hash covers the last one.
            standing = custody_steps.replay_steps(repository.load_events(this.session, [number])[number])
            scene = _CustodyScene(this, case, item, standing)
            _check_step(scene, kind)
            event = repository.add_step(this, item, kind, reason, **says(scene))
            this.save_result(event.step)
            repository.log_step(this, case, item, event)
        return repository.load_page(this.session, item)


def _check_step(scene: _CustodyScene, kind: CustodyKind) -> None:
    """Raise NotPossible where the item's state does not allow the step, NotAllowed where this officer may not take it."""
    if kind in ("accepted", "declined"):
        if scene.standing.state != "offered":
            raise NotPossible("evidence.no-handover-pending")
        return
    if kind == "destroyed" and CUSTODIAN not in scene.this.person.roles:
        raise NotAllowed("evidence.destroyed-by-custodian-alone")
    _check_holder(scene)


def _check_holder(scene: _CustodyScene) -> None:
    """Raise unless the officer holds the item and no hand-over is pending; a custodian acts for a holder who has left."""
    standing, person = scene.standing, scene.this.person
    # Between offer and answer neither side may act: both would have to answer for what happens meanwhile.
    if standing.state == "offered":
        raise NotPossible("evidence.handover-pending")
    if standing.state != "held":
        raise NotPossible("evidence.item-gone", state=standing.state)
    if person.id == standing.holder_id:
        return
    holder = scene.this.session.get_one(OfficerRow, standing.holder_id)
    # While the holder is active, not even a custodian takes an item over without their consent.
    if holder.active or CUSTODIAN not in person.roles:
        raise NotAllowed("evidence.held-by-another")


def _load_receiver(scene: _CustodyScene, username: str) -> OfficerRow:
    session = scene.this.session
    query = select(OfficerRow).where(OfficerRow.username == username, OfficerRow.active)
    other = session.scalars(query).first()
    fit = other is not None and not set(role_groups.EVIDENCE_KEEPERS).isdisjoint(other.roles)
    if other is None or not fit or (scene.item.protected and handlers.WALL not in other.roles):
        raise _make_unfit_error()
    try:
        may_see(session, other, scene.case)
    except NotFound:
        # The same error for every reason: it must not reveal who may see a sealed case.
        raise _make_unfit_error() from None
    return other


def _make_unfit_error() -> NotPossible:
    return NotPossible("evidence.no-such-officer")


def _copy_hash(ledger: Ledger, item: EvidenceItem, given: str | None) -> str | None:
    if item.sha256 is None:
        return given
    if given is not None and given != item.sha256:
        raise NotPossible("evidence.hash-differs")
    kept.check_file_intact(ledger, item)
    return item.sha256
