"""Cases, and holds from proposal to end, with their sums; what the holds brought, and whom they hit wrongly."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, exists, func

from warroom.cases.schema import AppealRow, Case, Hold, HoldRelease, Proposal, Snapshot
from warroom.orders.schema import Order
from warroom.room.briefing.figures import Asked, figure, lines
from warroom.room.briefing.views import Figure

ORDERED = and_(Order.hold_id == Hold.id, Order.kind == "hold")
"""The order that a hold began with; the bank's word on it is when it came into effect."""


def cases(asked: Asked) -> list[Figure]:
    """Cases opened, with the losses they report."""
    query = lines("case", Case.number, Case.number, Case.opened_at, Case.loss, Case.state)
    return [figure(asked, "cases", "opened", query.where(asked.within(Case.opened_at), asked.seen(Case.id)))]


def holds(asked: Asked) -> list[Figure]:
    """Holds by what became of them in the period."""
    query = {
        "proposed": _proposed(asked),
        "declined": _declined(asked),
        "approved": _hold(asked, Hold.approved_at, Hold.amount).where(asked.within(Hold.approved_at)),
        "in_effect": _begun(asked).where(asked.within(Order.acknowledged_at)),
        "partly": _ordered(asked, Hold.amount - Hold.held).where(
            Hold.held > 0, Hold.held < Hold.amount, asked.within(Order.acknowledged_at)
        ),
        "refused": _ordered(asked, Hold.amount).where(
            Hold.state == "refused", asked.within(Order.acknowledged_at)
        ),
        "released": _ended(asked, "officer", "appeal"),
        "lapsed": _ended(asked, "expiry"),
        "lifted": _ended(asked, "bank"),
    }
    return [figure(asked, "holds", code, found) for code, found in query.items()]


def results(asked: Asked) -> list[Figure]:
    """Money that stands held at the end of the period, and what of it the period itself brought."""
    # From starts and ends and not from today's state, so that last month's briefing stays what it was.
    held = _begun(asked).where(Order.acknowledged_at < asked.period.until, ~_over(asked))
    return [
        figure(asked, "results", "held", held),
        figure(asked, "results", "saved", held.where(Order.acknowledged_at >= asked.period.since)),
    ]


def harm(asked: Asked) -> list[Figure]:
    """Appeals, and holds that were found wrong: their money, and how long it was held."""
    filed = _appealed(asked, AppealRow.filed_at, Hold.amount)
    late = _appealed(asked, AppealRow.answered_at, Hold.amount).where(
        AppealRow.answered_at > AppealRow.due_at
    )
    granted = AppealRow.state == "granted"
    wrong = _appealed(asked, AppealRow.answered_at, Hold.held).where(granted)
    # The bank's word on when the money was free comes first: until then its owner could not use it, whatever
    # we had decided.
    until = func.coalesce(HoldRelease.lifted_at, HoldRelease.at, AppealRow.answered_at)
    seconds = cast(func.greatest(func.extract("epoch", until - Order.acknowledged_at), 0), BigInteger)
    hours = (
        _appealed(asked, AppealRow.answered_at, seconds)
        .join(Order, ORDERED)
        .outerjoin(HoldRelease, HoldRelease.hold_id == Hold.id)
        .where(granted, Hold.held > 0, Order.acknowledged_at.is_not(None))
    )
    return [
        figure(asked, "harm", "appeals", filed),
        figure(asked, "harm", "answered_late", late),
        figure(asked, "harm", "wrongly_held", wrong),
        figure(asked, "harm", "innocent_hours", hours, "seconds"),
    ]


def _hold(asked: Asked, at: Any, amount: Any) -> Select[Any]:
    return (
        lines("case", Case.number, Case.number, at, amount, Hold.bank)
        .select_from(Hold)
        .join(Case, Case.id == Hold.case_id)
        .where(asked.seen(Hold.case_id))
    )


def _ordered(asked: Asked, amount: Any) -> Select[Any]:
    # By the bank's word: what it answered, and when, is what came into effect.
    return _hold(asked, Order.acknowledged_at, amount).join(Order, ORDERED)


def _begun(asked: Asked) -> Select[Any]:
    """Holds of which a bank said that it holds something."""
    return _ordered(asked, Hold.held).where(Hold.held > 0)


def _over(asked: Asked) -> ColumnElement[bool]:
    return (
        exists()
        .where(HoldRelease.hold_id == Hold.id, HoldRelease.at < asked.period.until)
        .correlate_except(HoldRelease)
    )


def _ended(asked: Asked, *causes: str) -> Select[Any]:
    query = _hold(asked, HoldRelease.at, Hold.held).join(HoldRelease, HoldRelease.hold_id == Hold.id)
    return query.where(HoldRelease.cause.in_(causes), asked.within(HoldRelease.at))


def _appealed(asked: Asked, at: Any, amount: Any) -> Select[Any]:
    query = _hold(asked, at, amount).join(AppealRow, AppealRow.hold_id == Hold.id)
    return query.where(asked.within(at))


def _proposed(asked: Asked) -> Select[Any]:
    """What stands proposed or was decided, by when it was first shown; what a newer trail replaced is no second one."""
    query = _offered(asked, Snapshot.taken_at).join(Snapshot, Snapshot.id == Proposal.snapshot_id)
    kept = Proposal.state.in_(("open", "approved", "declined"))
    return query.where(kept, asked.within(Snapshot.taken_at))


def _declined(asked: Asked) -> Select[Any]:
    query = _offered(asked, Proposal.decided_at)
    return query.where(Proposal.state == "declined", asked.within(Proposal.decided_at))


def _offered(asked: Asked, at: Any) -> Select[Any]:
    return (
        lines("case", Case.number, Case.number, at, Proposal.amount, Proposal.bank)
        .select_from(Proposal)
        .join(Case, Case.id == Proposal.case_id)
        .where(asked.seen(Proposal.case_id))
    )
