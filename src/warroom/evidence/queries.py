"""Reading evidence: lists, one item, its file. Each reading is a row of the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.evidence import handlers, kept, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.evidence.views import EvidenceList, EvidencePage
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


@dataclass(frozen=True, slots=True)
class Download:
    """A file to give out, as a whole and as bytes: `name` is ours (E-7.bin), never what its owner called it."""

    path: Path
    name: str
    size: int
    sha256: str


def taken_in(session: Session, hashes: Iterable[str]) -> set[str]:
    """Which of these SHA-256 (hexadecimal) are of files in the evidence room; no look at any of them."""
    query = select(EvidenceItem.sha256).where(EvidenceItem.sha256.in_(list(hashes)))
    return set(session.scalars(query))


def items(
    ledger: Ledger,
    officer: Officer,
    case: str,
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> EvidenceList:
    """A case's items, the newest first. What survivors gave is listed for the screening team alone."""
    now = now or clock.now()
    with ledger.session() as session:
        person, found = handlers.case_for(session, officer, case, *role_groups.EVIDENCE_READERS, reading=now)
        mine, total = _mine(person, found), _count(session, person, found)
        query = select(EvidenceItem).where(*mine).order_by(EvidenceItem.id.desc())
        rows = list(session.scalars(query.limit(limit).offset(offset)))
        shown = EvidenceList(tuple(repository.views(session, rows)), total)
        writing.append(session, officer, "evidence.listed", f"case:{case}", case=case, at=now)
        return shown


def count(ledger: Ledger, officer: Officer, case: str) -> int:
    """How many items of a case the officer would see; a figure beside a link, and no look at any of them."""
    with ledger.session() as session:
        return _count(session, *handlers.case_for(session, officer, case, *role_groups.EVIDENCE_READERS))


def _count(session: Session, person: OfficerRow, case: Case) -> int:
    query = select(func.count()).select_from(EvidenceItem).where(*_mine(person, case))
    return session.scalar(query) or 0


def _mine(person: OfficerRow, case: Case) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [EvidenceItem.case_id == case.id]
    return mine if handlers.WALL in person.roles else [*mine, ~EvidenceItem.protected]


def item(ledger: Ledger, officer: Officer, number: int, *, now: datetime | None = None) -> EvidencePage:
    """One item with every step of its custody."""
    now = now or clock.now()
    with ledger.session() as session:
        _, case, found = handlers.item_for(
            session, officer, number, *role_groups.EVIDENCE_READERS, reading=now
        )
        shown = repository.page(session, found)
        subject = f"evidence:E-{number}"
        writing.append(session, officer, "evidence.read", subject, case=case.number, at=now)
        return shown


def download(ledger: Ledger, officer: Officer, number: int, *, now: datetime | None = None) -> Download:
    """An item's file, checked against its hash just now. Raises NotPossible where there is none (any more),
    HomeError where it is not what was received.
    """
    now = now or clock.now()
    found = kept.find(ledger, officer, number, *role_groups.EVIDENCE_READERS, now=now)
    if found.sha256 is None or found.size is None:
        raise NotPossible("evidence.thing-without-file")
    kept.whole_file(ledger, found)
    with ledger.session() as session:
        _, case, _ = handlers.item_for(session, officer, number, *role_groups.EVIDENCE_READERS, reading=now)
        subject, detail = f"evidence:E-{number}", {"sha256": found.sha256}
        writing.append(session, officer, "evidence.downloaded", subject, detail, case=case.number, at=now)
    return Download(store.path_of(ledger.home, found.sha256), f"E-{number}.bin", found.size, found.sha256)
