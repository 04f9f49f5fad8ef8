"""Queries of assets, proceedings, registered losses and pay-outs; reads are logged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.assets import rows
from warroom.assets.double_entry import asset_books, proceeding_book
from warroom.assets.owed import select_recovered_sum
from warroom.assets.schema import (
    Asset,
    AssetEvent,
    LossRegistration,
    OwnerClaim,
    PayoutApproval,
    PayoutLine,
    PayoutPayment,
    PayoutPlan,
    Posting,
    Proceeding,
    ProceedingCase,
    Valuation,
)
from warroom.assets.views import (
    AssetBook,
    AssetClass,
    AssetEventView,
    AssetState,
    AssetView,
    LegalOrder,
    LossView,
    OwnerClaimView,
    PayoutLineView,
    PlanView,
    ProceedingView,
    ValuationView,
)
from warroom.cases import sealing
from warroom.cases.belonging import case_number, require_case_access
from warroom.cases.schema import Case
from warroom.errors import NotFound
from warroom.law.kinds.declarations import load_kind
from warroom.ledger import deadlines
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.ledger.views import DeadlineView


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """Which assets to list; "" and None mean any."""

    case: str = ""
    kind: AssetClass | None = None
    state: AssetState | None = None


def read_asset(ledger: Ledger, officer: Officer, asset_id: int, *, now: datetime | None = None) -> AssetView:
    """One asset with all that happened to it; the read is logged. Raises NotAllowed, NotFound, PurposeNeeded."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        row = this.session.get(Asset, asset_id)
        # An asset that is not there is refused further down, in the words of one that is sealed.
        case_id = row.case_id if row else None
        require_case_access(this.session, this.person, case_id, this.now, "assets.no-such-asset", read=True)
        asset = asset_view(this.session, asset_id)
        this.log_entry("asset.read", f"asset:{asset_id}", case=asset.case)
        return asset


def list_assets(
    ledger: Ledger, officer: Officer, wanted: AssetFilter | None = None, *, limit: int = 50, offset: int = 0
) -> tuple[list[AssetView], int]:
    """Assets with their accounts and deadlines and without their history, the newest first, and how many there are."""
    asked = wanted or AssetFilter()
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS) as this:
        this.log_list_read("assets")
        # Sealed cases are left out of the total too: a total above the rows would tell that there are some.
        query = select(Asset).where(sealing.is_visible_to(this.person, Asset.case_id))
        if asked.case:
            query = query.join(Case, Case.id == Asset.case_id).where(Case.number == asked.case)
        if asked.kind:
            query = query.where(Asset.kind == asked.kind)
        if asked.state:
            query = query.where(Asset.state == asked.state)
        total = this.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        asset_rows = list(this.session.scalars(query.order_by(Asset.id.desc()).limit(limit).offset(offset)))
        ids = [row.id for row in asset_rows]
        accounts, due = (
            asset_books(this.session, ids),
            deadlines.list_deadlines_by_thing(this.session, rows.ABOUT, ids),
        )
        return [
            _build_asset_view(this.session, row, accounts[row.id], due[row.id]) for row in asset_rows
        ], total


def asset_view(session: Session, asset_id: int) -> AssetView:
    """An asset in full; raises NotFound."""
    session.flush()
    row = session.get(Asset, asset_id)
    if row is None:
        raise NotFound("assets.no-such-asset")
    due = deadlines.list_deadlines_by_thing(session, rows.ABOUT, [row.id])[row.id]
    return _build_asset_view(session, row, asset_books(session, [row.id])[row.id], due, full=True)


def _build_asset_view(
    session: Session, row: Asset, account: AssetBook, due: tuple[DeadlineView, ...], *, full: bool = False
) -> AssetView:
    valuations = _list_valuations(session, row)
    return make_view(
        AssetView,
        row,
        case=case_number(session, row.case_id) or "",
        proceeding=_proceeding_number(session, row.proceeding_id),
        value=valuations[-1].amount if valuations else None,
        book=account,
        valuations=valuations if full else (),
        events=_list_events(session, row) if full else (),
        claims=_list_claims(session, row) if full else (),
        deadlines=due,
    )


def _proceeding_number(session: Session, number: int | None) -> str:
    return session.get_one(Proceeding, number).number if number else ""


def _find_username(session: Session, officer_id: int | None) -> str:
    return session.get_one(OfficerRow, officer_id).username if officer_id else ""


def _to_legal_order(number: str, authority: str | None, at: datetime | None) -> LegalOrder | None:
    return LegalOrder(number, authority, at) if authority and at else None


def _list_valuations(session: Session, row: Asset) -> tuple[ValuationView, ...]:
    query = select(Valuation).where(Valuation.asset_id == row.id).order_by(Valuation.id)
    found = session.scalars(query)
    return tuple(
        make_view(ValuationView, one, officer=_find_username(session, one.officer_id)) for one in found
    )


def _list_events(session: Session, row: Asset) -> tuple[AssetEventView, ...]:
    query = select(AssetEvent).where(AssetEvent.asset_id == row.id).order_by(AssetEvent.id)
    return tuple(
        make_view(
            AssetEventView,
            event,
            officer=_find_username(session, event.officer_id),
            order=_to_legal_order(event.order_no, event.authority, event.ordered_at),
        )
        for event in session.scalars(query)
    )


def _list_claims(session: Session, row: Asset) -> tuple[OwnerClaimView, ...]:
    query = select(OwnerClaim).where(OwnerClaim.asset_id == row.id).order_by(OwnerClaim.id)
    return tuple(
        make_view(
            OwnerClaimView,
            claim,
            order=_to_legal_order(claim.order_no, claim.authority, claim.ordered_at),
            decided_by=_find_username(session, claim.decided_by),
        )
        for claim in session.scalars(query)
    )


def read_proceeding(
    ledger: Ledger, officer: Officer, proceeding_id: int, *, now: datetime | None = None
) -> ProceedingView:
    """One proceeding with its account and plans; the read is logged. Raises NotAllowed or NotFound."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        rows.cases_open_to(this, proceeding_id)
        proceeding = proceeding_view(this.session, proceeding_id)
        rows.log_proceeding(this, "proceeding.read", proceeding_id)
        return proceeding


def list_proceedings(
    ledger: Ledger, officer: Officer, *, limit: int = 50, offset: int = 0
) -> tuple[list[ProceedingView], int]:
    """Proceedings none of whose cases is sealed to the officer, the newest first, and how many there are."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS) as this:
        this.log_list_read("proceedings")
        # Not correlated: the proceedings with a sealed case are found once, not once for every row of the list.
        sealed = (
            select(ProceedingCase.proceeding_id)
            .where(~sealing.is_visible_to(this.person, ProceedingCase.case_id))
            .correlate(None)
        )
        query = select(Proceeding.id).where(Proceeding.id.not_in(sealed))
        total = this.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = query.order_by(Proceeding.id.desc()).limit(limit).offset(offset)
        return [proceeding_view(this.session, number) for number in this.session.scalars(page)], total


def proceeding_view(session: Session, proceeding_id: int) -> ProceedingView:
    """A proceeding with its account and plans; raises NotFound."""
    session.flush()
    row = session.get(Proceeding, proceeding_id)
    if row is None:
        raise NotFound("assets.no-such-proceeding")
    cases = select(Case.number).join(ProceedingCase, ProceedingCase.case_id == Case.id)
    mine = LossRegistration.proceeding_id == row.id
    count, claimed, accepted = session.execute(
        select(func.count(), func.sum(LossRegistration.claimed), func.sum(LossRegistration.accepted)).where(
            mine
        )
    ).one()
    plans = select(PayoutPlan.id).where(PayoutPlan.proceeding_id == row.id).order_by(PayoutPlan.id)
    return make_view(
        ProceedingView,
        row,
        cases=tuple(session.scalars(cases.where(ProceedingCase.proceeding_id == row.id).order_by(Case.id))),
        assets=tuple(
            session.scalars(select(Asset.number).where(Asset.proceeding_id == row.id).order_by(Asset.id))
        ),
        registered=count,
        claimed=int(claimed or 0),
        accepted=int(accepted or 0),
        book=proceeding_book(session, row.id),
        plans=tuple(plan_view(session, number) for number in session.scalars(plans)),
    )


def list_losses(
    ledger: Ledger, officer: Officer, proceeding_id: int, *, limit: int = 50, offset: int = 0
) -> tuple[list[LossView], int]:
    """The registered losses of a proceeding in the order they came, and how many there are."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS) as this:
        rows.cases_open_to(this, proceeding_id)
        this.log_list_read(f"losses:{proceeding_id}")
        query = select(LossRegistration.id).where(LossRegistration.proceeding_id == proceeding_id)
        total = this.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = query.order_by(LossRegistration.id).limit(limit).offset(offset)
        return [loss_view(this.session, number) for number in this.session.scalars(page)], total


def paid_so_far(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Satang paid to each registration, over all plans."""
    query = (
        select(Posting.registration_id, func.sum(Posting.amount))
        .where(Posting.account == "paid", Posting.registration_id.in_(list(ids)))
        .group_by(Posting.registration_id)
    )
    return {number: int(amount) for number, amount in session.execute(query) if number is not None}


def loss_view(session: Session, registration_id: int) -> LossView:
    """A registered loss and what was paid of it."""
    session.flush()
    row = session.get_one(LossRegistration, registration_id)
    return make_view(
        LossView,
        row,
        proceeding=session.get_one(Proceeding, row.proceeding_id).number,
        case=case_number(session, row.case_id) or "",
        report=row.record_id,
        paid=paid_so_far(session, [row.id]).get(row.id, 0),
        recovered=int(session.scalar(select(select_recovered_sum(row.source, row.record_id))) or 0),
    )


def plan_view(session: Session, plan_id: int) -> PlanView:
    """A plan with its lines in the order of registration."""
    session.flush()
    row = session.get_one(PayoutPlan, plan_id)
    approved = (
        select(OfficerRow.username)
        .join(PayoutApproval, PayoutApproval.officer_id == OfficerRow.id)
        .where(PayoutApproval.plan_id == row.id)
        .order_by(PayoutApproval.at, OfficerRow.id)
    )
    return make_view(
        PlanView,
        row,
        proceeding=session.get_one(Proceeding, row.proceeding_id).number,
        drafted_by=_find_username(session, row.drafted_by),
        approved_by=tuple(session.scalars(approved)),
        approvals_needed=load_kind("victim-payout").approvers,
        lines=_list_payout_lines(session, row),
    )


def _list_payout_lines(session: Session, row: PayoutPlan) -> tuple[PayoutLineView, ...]:
    query = (
        select(PayoutLine, LossRegistration.receipt, PayoutPayment)
        .join(LossRegistration, LossRegistration.id == PayoutLine.registration_id)
        .outerjoin(
            PayoutPayment,
            (PayoutPayment.plan_id == PayoutLine.plan_id)
            & (PayoutPayment.registration_id == PayoutLine.registration_id),
        )
        .where(PayoutLine.plan_id == row.id)
        .order_by(PayoutLine.registration_id)
    )
    return tuple(
        PayoutLineView(
            registration=line.registration_id,
            receipt=receipt,
            outstanding=line.outstanding,
            amount=line.amount,
            paid_at=payment.at if payment else None,
            reference=payment.reference if payment else "",
        )
        for line, receipt, payment in session.execute(query)
    )
