"""Reads evidence: lists, one item, its file. Each read is a row of the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.evidence import handlers, kept, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.evidence.views import EvidenceList, EvidencePage
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


@dataclass(frozen=True, slots=True)
class Download:
    """A file to give out. `name` is ours (E-7.bin), never its owner's; `size` is bytes."""

    path: Path
    name: str
    size: int
    sha256: str


def find_known_hashes(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those of these SHA-256 (hexadecimal) that are files in the evidence room; not logged, as no item is shown."""
    query = select(EvidenceItem.sha256).where(EvidenceItem.sha256.in_(list(hashes)))
    return set(session.scalars(query))


def list_evidence(
    ledger: Ledger,
    officer: Officer,
    case: str,
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> EvidenceList:
    """A case's items, the newest first. What survivors gave is listed for the screening team alone."""
    with logged_read(ledger, officer, now=now) as this:
        case_row = handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_READERS)
        query = (
            select(EvidenceItem)
            .where(*_build_visibility(this.person, case_row))
            .order_by(EvidenceItem.id.desc())
        )
        rows = list(this.session.scalars(query.limit(limit).offset(offset)))
        this.log_entry("evidence.listed", f"case:{case}", case=case)
        return EvidenceList(tuple(repository.load_views(this.session, rows)), _count_items(this, case_row))


def count_evidence(ledger: Ledger, officer: Officer, case: str) -> int:
    """How many items of a case the officer may see; a figure for a link, not logged."""
    with logged_read(ledger, officer) as this:
        return _count_items(
            this, handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_READERS, reading=False)
        )


def _count_items(this: LoggedRead, case: Case) -> int:
    query = select(func.count()).select_from(EvidenceItem).where(*_build_visibility(this.person, case))
    return this.session.scalar(query) or 0


def _build_visibility(person: OfficerRow, case: Case) -> list[ColumnElement[bool]]:
    # In the query, so that neither the list nor its count reveals how much survivors gave.
    mine: list[ColumnElement[bool]] = [EvidenceItem.case_id == case.id]
    return mine if handlers.WALL in person.roles else [*mine, ~EvidenceItem.protected]


def read_evidence(
    ledger: Ledger, officer: Officer, number: int, *, now: datetime | None = None
) -> EvidencePage:
    """One item with every step of its custody."""
    with logged_read(ledger, officer, now=now) as this:
        case, found = handlers.load_evidence_item(this, number, *role_groups.EVIDENCE_READERS)
        this.log_entry("evidence.read", f"evidence:E-{number}", case=case.number)
        return repository.load_page(this.session, found)


def download_evidence(
    ledger: Ledger, officer: Officer, number: int, *, now: datetime | None = None
) -> Download:
    """An item's file, checked against its hash just now. Raises NotPossible where there is none (any more),
    HomeError where it is not what was received.
    """
    item_row = kept.load_item(ledger, officer, number, *role_groups.EVIDENCE_READERS, now=now)
    if item_row.sha256 is None or item_row.size is None:
        raise NotPossible("evidence.thing-without-file")
    # Between two transactions: two gigabytes take seconds to hash, and no lock is held meanwhile.
    kept.check_file_intact(ledger, item_row)
    # Logged before the first byte leaves, and access is checked again: the case may have been sealed
    # meanwhile.
    with logged_read(ledger, officer, now=now) as this:
        case, _ = handlers.load_evidence_item(this, number, *role_groups.EVIDENCE_READERS)
        this.log_entry(
            "evidence.downloaded", f"evidence:E-{number}", {"sha256": item_row.sha256}, case=case.number
        )
    return Download(
        store.get_file_path(ledger.home, item_row.sha256), f"E-{number}.bin", item_row.size, item_row.sha256
    )
