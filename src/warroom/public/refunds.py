"""The page that shows a victim their own line of a refund by the code of their letter.

A page is updated when the log has a new row about its refund; it is stored under a keyed digest of the code, and has nothing of others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys
from warroom.access.agencies import bank_name
from warroom.assets.refunds.schema import Refund, RefundClaim
from warroom.cases.schema import Case, CaseReportRow
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, Bookmark
from warroom.public.keys import CODES
from warroom.public.outside.codes import digest_of
from warroom.public.publishing import format_receipt_time
from warroom.public.schema import PublishedReceipt

MARK = "public.refunds"
NAMED = "refund:"
# Log rows a round: a round ends within a second or so, and the next one continues. Chosen, not measured.
AT_ONCE = 2_000


def publish_refunds(ledger: Ledger, now: datetime) -> int:
    """Update the pages of each refund in the log rows since the last call; returns the number of refunds."""
    key = keys.load_secret(ledger.home, CODES)
    with ledger.open_session() as session:
        done = int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)
        rows = session.execute(
            select(AuditLine.sequence, AuditLine.subject)
            .where(AuditLine.sequence > done)
            .order_by(AuditLine.sequence)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return 0
        changed = {row.subject[len(NAMED) :] for row in rows if row.subject.startswith(NAMED)}
        refunds = session.scalars(
            select(Refund).where(Refund.id.in_([int(number) for number in changed if number.isdecimal()]))
        ).all()
        for refund in refunds:
            _publish_refund(ledger, session, refund, key)
        save_bookmark(session, MARK, str(rows[-1].sequence))
        return len(refunds)


def _publish_refund(ledger: Ledger, session: Session, refund: Refund, key: bytes) -> None:
    query = (
        select(RefundClaim, Case.number, CaseReportRow.loss)
        .join(Case, Case.id == RefundClaim.case_id)
        .join(
            CaseReportRow,
            (CaseReportRow.source == RefundClaim.source) & (CaseReportRow.record_id == RefundClaim.record_id),
        )
        .where(RefundClaim.refund_id == refund.id)
    )
    common = _build_common_body(ledger, refund)
    pages = [
        {
            "code_hash": digest_of(NAMED + claim.code, key),
            "seal": b"",
            "body": common | _build_own_body(refund, claim, case, reported),
            "ends_at": None,
        }
        for claim, case, reported in session.execute(query)
    ]
    for start in range(0, len(pages), AT_ONCE):
        _save_pages(session, pages[start : start + AT_ONCE])


def _save_pages(session: Session, pages: Sequence[dict[str, Any]]) -> None:
    said = insert(PublishedReceipt).values(pages)
    session.execute(
        said.on_conflict_do_update(index_elements=["code_hash"], set_={"body": said.excluded.body})
    )


def _build_common_body(ledger: Ledger, refund: Refund) -> dict[str, Any]:
    """What the notice says to all: the refund's number, its pot, who holds it, and the window."""
    bank = bank_name(ledger, refund.holder)
    return {
        "refund": refund.number,
        "state": refund.state,
        "pot": format_exact_baht(refund.pot),
        "holder": {"th": bank.th, "en": bank.en} if bank else {"th": refund.holder, "en": refund.holder},
        "notice": refund.notice,
        "noticed": format_receipt_time(refund.notice_at) if refund.notice_at else "",
        "until": format_receipt_time(refund.claims_until) if refund.claims_until else "",
        # Only what is approved is shown: a proposal may still change.
        "method": refund.method if refund.state == "approved" else "",
    }


def _build_own_body(refund: Refund, claim: RefundClaim, case: str, reported: int) -> dict[str, Any]:
    """What is theirs alone: no account, no officer, nothing of others."""
    share = claim.share if refund.state == "approved" else None
    return {
        "case": case,
        "reported": format_exact_baht(reported),
        "claim": claim.state,
        "claimed": format_exact_baht(claim.claimed) if claim.claimed else "",
        "filed": format_receipt_time(claim.filed_at) if claim.filed_at else "",
        "accepted": format_exact_baht(claim.accepted) if claim.accepted else "",
        "reason": claim.reason,
        "share": format_exact_baht(share) if share is not None else "",
        "paid": format_receipt_time(claim.paid_at) if claim.paid_at else "",
    }


def format_exact_baht(satang: int) -> str:
    """Satang as baht, to the satang where there are any."""
    return f"{satang // 100:,}" + (f".{satang % 100:02}" if satang % 100 else "")
