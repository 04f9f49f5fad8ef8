"""The file that a holder attaches to an appeal: cleaned of metadata, sealed with the appeal under its
SHA-256, and read by officers who may read the case. Nobody changes it afterwards, and nothing here opens it.
"""

import hashlib
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import AppealAddition, AppealReceipt, AppealRow, Case, Hold
from warroom.cases.views import AppealAdditionView
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


def add_to_appeal(this: Decision, appeal: AppealRow, case: str, text: str, file: ReceiptFile | None) -> None:
    """Save what a holder sent after an appeal, and log its length and the file's SHA-256."""
    row = AppealAddition(
        appeal_id=appeal.id,
        text=text,
        media=file.media if file else "",
        content=file.content if file else b"",
        sha256=file.sha256 if file else "",
        at=this.now,
    )
    this.session.add(row)
    this.session.flush()
    detail = {"appeal": appeal.id, "size": len(text), "sha256": row.sha256}
    this.log_entry("appeal.added", f"hold:{appeal.hold_id}", detail, case)


def list_additions(session: Session, appeal: int) -> tuple[AppealAdditionView, ...]:
    """What a holder sent after an appeal, oldest first, without the files' bytes."""
    columns = (AppealAddition.id, AppealAddition.text, AppealAddition.media, AppealAddition.at)
    query = select(*columns).where(AppealAddition.appeal_id == appeal).order_by(AppealAddition.id)
    return tuple(AppealAdditionView(*row) for row in session.execute(query))


def media_by_appeal(session: Session, appeals: list[int]) -> dict[int, str]:
    """Of which media type the receipt of each appeal is, for those that have one."""
    query = select(AppealReceipt.appeal_id, AppealReceipt.media).where(AppealReceipt.appeal_id.in_(appeals))
    return {row[0]: row[1] for row in session.execute(query)}


def read_receipt(ledger: Ledger, officer: Officer, appeal_id: int, addition: int = 0) -> ReceiptFile:
    """The file of an appeal, or of what was sent after it (`addition`); each read is logged. Raises NotFound, NotAllowed and
    PurposeNeeded as its case does.
    """
    kept: type[AppealReceipt] | type[AppealAddition] = AppealAddition if addition else AppealReceipt
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        query = (
            select(kept, Hold.id, Case.number)
            .join(AppealRow, AppealRow.id == kept.appeal_id)
            .join(Hold, Hold.id == AppealRow.hold_id)
            .join(Case, Case.id == Hold.case_id)
            .where(kept.appeal_id == appeal_id, kept.media != "")
        )
        if addition:
            query = query.where(AppealAddition.id == addition)
        receipt_row = this.session.execute(query).first()
        if receipt_row is None:
            raise NotFound("cases.no-receipt")
        row, hold, number = cast(tuple[AppealReceipt | AppealAddition, int, str], tuple(receipt_row))
        purposes.read_case(this, number)
        this.log_entry("appeal.receipt-read", f"hold:{hold}", {"appeal": appeal_id}, number)
        return ReceiptFile(row.media, row.content, row.sha256)
