"""Figures of cases and of holds from proposal to end, with sums in satang; money saved, and holds found wrong
on appeal.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, exists, func

from warroom.cases.schema import AppealRow, Case, Hold, HoldRelease, Proposal, Snapshot
from warroom.orders.schema import Order
from warroom.room.briefing.figures import BriefingScope, compute_figure, select_briefing_rows
from warroom.room.briefing.views import BriefingFigure

ORDERED = and_(Order.hold_id == Hold.id, Order.kind == "hold")
"""The join to the order that a hold began with; the bank's answer to it is when it came into effect."""


def list_case_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Cases opened, with the losses they report."""
    query = select_briefing_rows("case", Case.number, Case.number, Case.opened_at, Case.loss, Case.state)
    return [
        compute_figure(
            asked,
            "cases",
            "opened",
            query.where(asked.is_in_period(Case.opened_at), asked.is_visible(Case.id)),
        )
    ]


def list_hold_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Holds by what became of them in the period."""
    query = {
        "proposed": _select_proposed(asked),
        "declined": _select_declined(asked),
        "approved": _select_holds(asked, Hold.approved_at, Hold.amount).where(
            asked.is_in_period(Hold.approved_at)
        ),
        "in_effect": _select_effective_holds(asked).where(asked.is_in_period(Order.acknowledged_at)),
        "partly": _select_answered_holds(asked, Hold.amount - Hold.held).where(
            Hold.held > 0, Hold.held < Hold.amount, asked.is_in_period(Order.acknowledged_at)
        ),
        "refused": _select_answered_holds(asked, Hold.amount).where(
            Hold.state == "refused", asked.is_in_period(Order.acknowledged_at)
        ),
        "released": _select_ended_holds(asked, "officer", "appeal"),
        "lapsed": _select_ended_holds(asked, "expiry"),
        # By cause: what an officer ended, what ran out by law and what a bank ended are three
        # questions.
        "lifted": _select_ended_holds(asked, "bank"),
    }
    return [compute_figure(asked, "holds", code, rows_query) for code, rows_query in query.items()]


def list_result_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Money that is held at the end of the period, and the part of it that came under hold within the period."""
    # From starts and ends and not from today's state, so that last month's briefing stays what it was.
    held = _select_effective_holds(asked).where(
        Order.acknowledged_at < asked.period.until, ~_has_ended(asked)
    )
    return [
        compute_figure(asked, "results", "held", held),
        compute_figure(asked, "results", "saved", held.where(Order.acknowledged_at >= asked.period.since)),
    ]


def list_harm_figures(asked: BriefingScope) -> list[BriefingFigure]:
    """Appeals, and holds that were found wrong: their money, and how long it was held."""
    filed = _select_appealed_holds(asked, AppealRow.filed_at, Hold.amount)
    late = _select_appealed_holds(asked, AppealRow.answered_at, Hold.amount).where(
        AppealRow.answered_at > AppealRow.due_at
    )
    granted = AppealRow.state == "granted"
    wrong = _select_appealed_holds(asked, AppealRow.answered_at, Hold.held).where(granted)
    # The bank's own time of release comes first: until then the owner could not use the money, whatever was
    # decided here.
    until = func.coalesce(HoldRelease.lifted_at, HoldRelease.at, AppealRow.answered_at)
    seconds = cast(func.greatest(func.extract("epoch", until - Order.acknowledged_at), 0), BigInteger)
    hours = (
        _select_appealed_holds(asked, AppealRow.answered_at, seconds)
        .join(Order, ORDERED)
        .outerjoin(HoldRelease, HoldRelease.hold_id == Hold.id)
        .where(granted, Hold.held > 0, Order.acknowledged_at.is_not(None))
    )
    return [
        compute_figure(asked, "harm", "appeals", filed),
        compute_figure(asked, "harm", "answered_late", late),
        compute_figure(asked, "harm", "wrongly_held", wrong),
        compute_figure(asked, "harm", "innocent_hours", hours, "seconds"),
    ]


def _select_holds(asked: BriefingScope, at: Any, amount: Any) -> Select[Any]:
    return (
        select_briefing_rows("case", Case.number, Case.number, at, amount, Hold.bank)
        .select_from(Hold)
        .join(Case, Case.id == Hold.case_id)
        .where(asked.is_visible(Hold.case_id))
    )


def _select_answered_holds(asked: BriefingScope, amount: Any) -> Select[Any]:
    # By the bank's answer: its amount and time are what came into effect.
    return _select_holds(asked, Order.acknowledged_at, amount).join(Order, ORDERED)


def _select_effective_holds(asked: BriefingScope) -> Select[Any]:
    """Holds of which a bank said that it holds something."""
    return _select_answered_holds(asked, Hold.held).where(Hold.held > 0)


def _has_ended(asked: BriefingScope) -> ColumnElement[bool]:
    return (
        exists()
        .where(HoldRelease.hold_id == Hold.id, HoldRelease.at < asked.period.until)
        # The release alone is the subquery's own; the hold is the outer query's.
        .correlate_except(HoldRelease)
    )


def _select_ended_holds(asked: BriefingScope, *causes: str) -> Select[Any]:
    query = _select_holds(asked, HoldRelease.at, Hold.held).join(HoldRelease, HoldRelease.hold_id == Hold.id)
    return query.where(HoldRelease.cause.in_(causes), asked.is_in_period(HoldRelease.at))


def _select_appealed_holds(asked: BriefingScope, at: Any, amount: Any) -> Select[Any]:
    query = _select_holds(asked, at, amount).join(AppealRow, AppealRow.hold_id == Hold.id)
    return query.where(asked.is_in_period(at))


def _select_proposed(asked: BriefingScope) -> Select[Any]:
    """Proposals that are open or decided, by when they were first shown; those replaced by a newer trail are
    left out.
    """
    query = _select_proposals(asked, Snapshot.taken_at).join(Snapshot, Snapshot.id == Proposal.snapshot_id)
    kept = Proposal.state.in_(("open", "approved", "declined"))
    return query.where(kept, asked.is_in_period(Snapshot.taken_at))


def _select_declined(asked: BriefingScope) -> Select[Any]:
    query = _select_proposals(asked, Proposal.decided_at)
    return query.where(Proposal.state == "declined", asked.is_in_period(Proposal.decided_at))


def _select_proposals(asked: BriefingScope, at: Any) -> Select[Any]:
    return (
        select_briefing_rows("case", Case.number, Case.number, at, Proposal.amount, Proposal.bank)
        .select_from(Proposal)
        .join(Case, Case.id == Proposal.case_id)
        .where(asked.is_visible(Proposal.case_id))
    )
