"""The file that a holder attaches to an appeal: cleaned of metadata, sealed with the appeal under its
SHA-256, and read by officers who may read the case. Nobody changes it afterwards, and nothing here opens it.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import AppealReceipt, AppealRow, Case, Hold
from warroom.errors import NotFound, TooLarge
from warroom.ledger.decision import Decision, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.papers.cleaning import MOST, clean_file


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A receipt's bytes, of which media type they are, and their SHA-256."""

    media: str
    content: bytes
    sha256: str


def clean_receipt(content: bytes) -> ReceiptFile:
    """A file as it may be kept. Before a decision begins, since drawing a PDF takes seconds and a decision has locks. Raises TooLarge, and
    NotPossible for what is no picture and no PDF.
    """
    # What is saved is the cleaned file; the original is kept nowhere.
    media, kept = clean_file(content)
    if len(kept) > MOST:
        raise TooLarge("cases.receipt-too-large", most=MOST // 1024 // 1024)
    return ReceiptFile(media, kept, hashlib.sha256(kept).hexdigest())


def attach_receipt(this: Decision, appeal: AppealRow, case: str, receipt: ReceiptFile) -> None:
    """Save a cleaned file with an appeal, and log its SHA-256."""
    media, content, sha256 = receipt.media, receipt.content, receipt.sha256
    this.session.add(
        AppealReceipt(appeal_id=appeal.id, media=media, content=content, sha256=sha256, at=this.now)
    )
    detail = {"appeal": appeal.id, "sha256": sha256, "size": len(content)}
    this.log_entry("appeal.receipt", f"hold:{appeal.hold_id}", detail, case)


def media_by_appeal(session: Session, appeals: list[int]) -> dict[int, str]:
    """Of which media type the receipt of each appeal is, for those that have one."""
    query = select(AppealReceipt.appeal_id, AppealReceipt.media).where(AppealReceipt.appeal_id.in_(appeals))
    return {row[0]: row[1] for row in session.execute(query)}


def read_receipt(ledger: Ledger, officer: Officer, appeal_id: int) -> ReceiptFile:
    """The receipt of an appeal; each read is logged. Raises NotFound, NotAllowed and PurposeNeeded as its case does."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        query = (
            select(AppealReceipt, Hold.id, Case.number)
            .join(AppealRow, AppealRow.id == AppealReceipt.appeal_id)
            .join(Hold, Hold.id == AppealRow.hold_id)
            .join(Case, Case.id == Hold.case_id)
        )
        receipt_row = this.session.execute(query.where(AppealReceipt.appeal_id == appeal_id)).first()
        if receipt_row is None:
            raise NotFound("cases.no-receipt")
        row, hold, number = receipt_row
        purposes.read_case(this, number)
        this.log_entry("appeal.receipt-read", f"hold:{hold}", {"appeal": appeal_id}, number)
        return ReceiptFile(row.media, row.content, row.sha256)
