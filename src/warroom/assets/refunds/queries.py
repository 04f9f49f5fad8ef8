"""Queries of refunds; reads are logged."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.assets.refunds import rows
from warroom.assets.refunds.schema import Refund, RefundApproval, RefundClaim, RefundEntry
from warroom.assets.refunds.views import RefundClaimView, RefundView
from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow


def list_refunds(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0, now: datetime | None = None
) -> tuple[list[RefundView], int]:
    """Refunds none of whose cases is sealed to the officer, the newest first, and how many there are. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        this.log_list_read("refunds")
        sealed = (
            select(RefundEntry.refund_id)
            .where(~sealing.is_visible_to(this.person, RefundEntry.case_id))
            .correlate(None)
        )
        query = select(Refund.id).where(Refund.id.not_in(sealed))
        total = this.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = query.order_by(Refund.id.desc()).limit(limit).offset(offset)
        return [build_refund_view(this.session, number) for number in this.session.scalars(page)], total


def read_refund(
    ledger: Ledger,
    officer: Officer,
    refund_id: int,
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> tuple[RefundView, list[RefundClaimView]]:
    """One refund and a page of its victims' lines; the read is logged. Codes are shown to who sends notices alone.

    Raises NotAllowed or NotFound.
    """
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        rows.require_open_cases(this, refund_id)
        refund = build_refund_view(this.session, refund_id)
        has_codes = bool(set(officer.roles) & set(role_groups.NOTICE_GIVERS))
        claims = _list_claim_views(this.session, refund_id, limit, offset, has_codes)
        rows.log_refund(this, "refund.read", refund_id)
        return refund, claims


def _list_claim_views(
    session: Session, refund_id: int, limit: int, offset: int, has_codes: bool
) -> list[RefundClaimView]:
    query = (
        select(RefundClaim, Case.number, CaseReportRow.loss)
        .join(Case, Case.id == RefundClaim.case_id)
        .join(
            CaseReportRow,
            (CaseReportRow.source == RefundClaim.source) & (CaseReportRow.record_id == RefundClaim.record_id),
        )
        .where(RefundClaim.refund_id == refund_id)
        .order_by(RefundClaim.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        make_view(
            RefundClaimView,
            claim,
            code=claim.code if has_codes else "",
            case=number,
            report=claim.record_id,
            reported=loss,
        )
        for claim, number, loss in session.execute(query)
    ]


def build_refund_view(session: Session, refund_id: int) -> RefundView:
    """A refund with its counts; raises NotFound."""
    session.flush()
    row = session.get(Refund, refund_id)
    if row is None:
        raise NotFound("refunds.no-such-refund")
    state, paid = RefundClaim.state, func.sum(RefundClaim.share).filter(RefundClaim.paid_at.is_not(None))
    counts = select(
        func.count(), func.count().filter(state != "invited"), func.count().filter(state == "filed"), paid
    )
    invited, filed, undecided, out = session.execute(counts.where(RefundClaim.refund_id == row.id)).one()
    approved = (
        select(OfficerRow.username)
        .join(RefundApproval, RefundApproval.officer_id == OfficerRow.id)
        .where(RefundApproval.refund_id == row.id, RefundApproval.digest == row.digest)
        .order_by(RefundApproval.at, OfficerRow.id)
    )
    proposer = select(OfficerRow.username).where(OfficerRow.id == row.proposed_by)
    return make_view(
        RefundView,
        row,
        cases=tuple(rows.list_case_numbers(session, row.id)),
        rule=row.rule_id,
        kept_rule=row.kept_rule_id,
        proposed_by=session.scalar(proposer) or "",
        approved_by=tuple(session.scalars(approved)),
        invited=invited,
        filed=filed,
        undecided=undecided,
        paid=int(out or 0),
    )
