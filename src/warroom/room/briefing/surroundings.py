"""Requests to partners, assets taken and money paid back to victims."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from warroom.assets.schema import (
    Asset,
    BookEntry,
    LossRecovery,
    PayoutPayment,
    PayoutPlan,
    Posting,
    Proceeding,
    ProceedingCase,
)
from warroom.cases.schema import Case, CaseReportRow
from warroom.requests.schema import Request
from warroom.room.briefing.figures import BriefingScope, compute_figure, select_briefing_rows
from warroom.room.briefing.views import BriefingFigure


def list_request_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Requests by what happened to them in the period; a request may be counted in several figures."""
    moments = {
        "drafted": Request.drafted_at,
        "sent": Request.sent_at,
        "answered": Request.answered_at,
    }
    figures = [
        compute_figure(asked, "requests", code, _select_requests(asked, at), "")
        for code, at in moments.items()
    ]
    late = _select_requests(asked, Request.due_at).where(
        (Request.answered_at.is_(None) | (Request.answered_at > Request.due_at))
        & Request.state.not_in(("withdrawn", "lifted"))
    )
    return [*figures, compute_figure(asked, "requests", "late", late, "")]


def list_asset_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Assets seized at the value they were booked with, and money paid to victims or otherwise got back."""
    return [
        compute_figure(asked, "assets", "seized", _select_seized_assets(asked)),
        compute_figure(asked, "assets", "paid", _select_payments(asked)),
        compute_figure(asked, "assets", "came_back", _came_back(asked)),
    ]


def _select_requests(asked: BriefingScope, at: Any) -> Select[Any]:
    query = select_briefing_rows("request", Request.id, Request.number, at, None, Request.partner)
    return query.where(asked.is_in_period(at), asked.is_visible(Request.case_id))


def _select_seized_assets(asked: BriefingScope) -> Select[Any]:
    """Seizures and their value in satang: double entry books it on `source` with the opposite sign."""
    worth = -func.coalesce(func.sum(Posting.amount).filter(Posting.account == "source"), 0)
    return (
        select_briefing_rows("asset", Asset.id, Asset.number, BookEntry.at, worth, Asset.kind)
        .select_from(BookEntry)
        .join(Posting, Posting.entry_id == BookEntry.id)
        .join(Asset, Asset.id == Posting.asset_id)
        .where(BookEntry.kind == "seized", asked.is_in_period(BookEntry.at), asked.is_visible(Asset.case_id))
        .group_by(Asset.id, BookEntry.id)
    )


def _select_payments(asked: BriefingScope) -> Select[Any]:
    amount = (
        select(func.sum(Posting.amount))
        .where(Posting.entry_id == PayoutPayment.entry_id, Posting.account == "paid")
        .correlate(PayoutPayment)
        .scalar_subquery()
    )
    return (
        select_briefing_rows(
            "proceeding", Proceeding.id, Proceeding.number, PayoutPayment.at, amount, PayoutPayment.reference
        )
        .select_from(PayoutPayment)
        .join(PayoutPlan, PayoutPlan.id == PayoutPayment.plan_id)
        .join(Proceeding, Proceeding.id == PayoutPlan.proceeding_id)
        .where(asked.is_in_period(PayoutPayment.at), ~_is_sealed(asked))
    )


def _is_sealed(asked: BriefingScope) -> ColumnElement[bool]:
    """A seal on one case hides its proceedings."""
    return (
        exists()
        .where(ProceedingCase.proceeding_id == Proceeding.id, ~asked.is_visible(ProceedingCase.case_id))
        .correlate(Proceeding)
    )


def _came_back(asked: BriefingScope) -> Select[Any]:
    # By source and number together: one number of two sources is two reports.
    report = (CaseReportRow.source == LossRecovery.source) & (
        CaseReportRow.record_id == LossRecovery.record_id
    )
    return (
        select_briefing_rows(
            "case", Case.number, Case.number, LossRecovery.at, LossRecovery.amount, LossRecovery.payer
        )
        .select_from(LossRecovery)
        .join(CaseReportRow, report)
        .join(Case, Case.id == CaseReportRow.case_id)
        .where(asked.is_in_period(LossRecovery.at), asked.is_visible(Case.id))
    )
