"""Requests to partners, assets taken and money paid back to victims."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from warroom.assets.schema import (
    Asset,
    Entry,
    LossRecovery,
    PayoutPayment,
    PayoutPlan,
    Posting,
    Proceeding,
    ProceedingCase,
)
from warroom.cases.schema import Case, CaseReportRow
from warroom.requests.schema import Request
from warroom.room.briefing.figures import Asked, figure, lines
from warroom.room.briefing.views import Figure


def requests(asked: Asked) -> list[Figure]:
    """Requests by what happened to them in the period; one may stand under several."""
    moments = {
        "drafted": Request.drafted_at,
        "sent": Request.sent_at,
        "answered": Request.answered_at,
    }
    found = [figure(asked, "requests", code, _request(asked, at), "") for code, at in moments.items()]
    late = _request(asked, Request.due_at).where(
        (Request.answered_at.is_(None) | (Request.answered_at > Request.due_at))
        & Request.state.not_in(("withdrawn", "lifted"))
    )
    return [*found, figure(asked, "requests", "late", late, "")]


def assets(asked: Asked) -> list[Figure]:
    """Assets seized at the value they were booked with, and money paid to victims or otherwise got back."""
    return [
        figure(asked, "assets", "seized", _seized(asked)),
        figure(asked, "assets", "paid", _paid(asked)),
        figure(asked, "assets", "came_back", _came_back(asked)),
    ]


def _request(asked: Asked, at: Any) -> Select[Any]:
    query = lines("request", Request.id, Request.number, at, None, Request.partner)
    return query.where(asked.within(at), asked.seen(Request.case_id))


def _seized(asked: Asked) -> Select[Any]:
    """What stands on the account `source` is what came in, with the other sign."""
    worth = -func.coalesce(func.sum(Posting.amount).filter(Posting.account == "source"), 0)
    return (
        lines("asset", Asset.id, Asset.number, Entry.at, worth, Asset.kind)
        .select_from(Entry)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Asset, Asset.id == Posting.asset_id)
        .where(Entry.kind == "seized", asked.within(Entry.at), asked.seen(Asset.case_id))
        .group_by(Asset.id, Entry.id)
    )


def _paid(asked: Asked) -> Select[Any]:
    amount = (
        select(func.sum(Posting.amount))
        .where(Posting.entry_id == PayoutPayment.entry_id, Posting.account == "paid")
        .correlate(PayoutPayment)
        .scalar_subquery()
    )
    return (
        lines(
            "proceeding", Proceeding.id, Proceeding.number, PayoutPayment.at, amount, PayoutPayment.reference
        )
        .select_from(PayoutPayment)
        .join(PayoutPlan, PayoutPlan.id == PayoutPayment.plan_id)
        .join(Proceeding, Proceeding.id == PayoutPlan.proceeding_id)
        .where(asked.within(PayoutPayment.at), ~_sealed(asked))
    )


def _sealed(asked: Asked) -> ColumnElement[bool]:
    """A seal on one case hides its proceedings."""
    return (
        exists()
        .where(ProceedingCase.proceeding_id == Proceeding.id, ~asked.seen(ProceedingCase.case_id))
        .correlate(Proceeding)
    )


def _came_back(asked: Asked) -> Select[Any]:
    # By source and number together: one number of two sources is two reports.
    report = (CaseReportRow.source == LossRecovery.source) & (
        CaseReportRow.record_id == LossRecovery.record_id
    )
    return (
        lines("case", Case.number, Case.number, LossRecovery.at, LossRecovery.amount, LossRecovery.payer)
        .select_from(LossRecovery)
        .join(CaseReportRow, report)
        .join(Case, Case.id == CaseReportRow.case_id)
        .where(asked.within(LossRecovery.at), asked.seen(Case.id))
    )
