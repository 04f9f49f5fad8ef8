"""Stored files of items: verified against their hash, and removed once no item needs them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.errors import HomeError, NotPossible
from warroom.evidence import custody_steps, handlers, repository, store
from warroom.evidence.schema import CustodyEvent, EvidenceItem
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def remove_unneeded_file(ledger: Ledger, sha256: str | None) -> bool:
    """Remove a file from the store if no item needs it any more; returns whether it was removed."""
    if sha256 is None:
        return False
    with ledger.open_session() as session:
        # Under the content's lock: the same bytes may be coming in as another item at this moment.
        repository.lock_content(session, sha256)
        if is_needed(session, sha256):
            return False
        store.remove_file(ledger.home, sha256)
        return True


def is_needed(session: Session, sha256: str) -> bool:
    """Whether any item with this content is not destroyed."""
    gone = select(CustodyEvent.item_id).where(CustodyEvent.kind == "destroyed")
    query = select(func.count()).where(EvidenceItem.sha256 == sha256, EvidenceItem.id.not_in(gone))
    return bool(session.scalar(query))


def load_item(
    ledger: Ledger, officer: Officer, number: int, *roles: str, now: datetime | None
) -> EvidenceItem:
    """An item that the officer may see; raises NotPossible where it was destroyed."""
    with logged_read(ledger, officer, now=now) as this:
        item = handlers.load_evidence_item(this, number, *roles)[1]
        if (
            custody_steps.replay_steps(repository.load_events(this.session, [number])[number]).state
            == "destroyed"
        ):
            raise NotPossible("evidence.file-destroyed")
        return item


def check_file_intact(ledger: Ledger, item: EvidenceItem) -> None:
    """Raise HomeError unless the stored file still has the hash it was received with."""
    path = store.get_file_path(ledger.home, item.sha256 or "")
    try:
        same = store.hash_file(path) == item.sha256
    except OSError:
        same = False
    if not same:
        raise HomeError("evidence.stored-file-changed", number=item.id)
