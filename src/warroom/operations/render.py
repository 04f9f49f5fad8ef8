"""From rows to views: how holds, orders, appeals and clocks look from outside."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.operations.schema import (
    Action,
    Answer,
    AppealRow,
    Approval,
    Case,
    Clock,
    Extension,
    OfficerRow,
    Order,
    Release,
)
from warroom.operations.transfers import ref_of
from warroom.operations.views import (
    ActionView,
    AnswerView,
    AppealView,
    ApprovalView,
    ClockView,
    ExtensionView,
    OrderView,
    Texts,
)


def order_view(session: Session, order: Order) -> OrderView:
    """An order with the case and public code of what it is about."""
    facts = order.facts
    reference, number = _named(session, order)
    return OrderView(
        order_id=order.order_id,
        about=order.about,  # type: ignore[arg-type]
        about_id=order.about_id,
        action_id=order.action_id,
        case=number,
        reference=reference,
        kind=order.kind,  # type: ignore[arg-type]
        bank=order.bank,
        subject=order.subject,
        amount=order.amount,
        currency=order.currency,
        until=order.until,
        rule=facts["rule"],
        citation=Texts(**facts["citation"]),
        hours=facts.get("hours", 0.0),
        limit_hours=facts.get("limit_hours", 0.0),
        reason=order.reason,
        exercise=order.exercise,
        original=ref_of(facts.get("original") or {}),
        reported=tuple(ref for ref in map(ref_of, facts.get("reported", ())) if ref),
        notice=Texts(order.notice_th, order.notice_en),
        facts=facts,
        state=order.state,  # type: ignore[arg-type]
        attempts=order.attempts,
        made_at=order.made_at,
        next_try=order.next_try,
        sent_at=order.sent_at,
        received_at=order.received_at,
        acknowledged_at=order.acknowledged_at,
        last_error=order.last_error,
    )


def _named(session: Session, order: Order) -> tuple[str, str]:
    """Public code and case of what an order is about: a hold has them in its row, all else in the order's facts."""
    if order.action_id is None:
        return order.facts["reference"], order.facts["case"] or ""
    query = select(Action.reference, Case.number).join(Case, Case.id == Action.case_id)
    found = session.execute(query.where(Action.id == order.action_id)).one()
    return found.reference, found.number


def answer_view(answer: Answer) -> AnswerView:
    """An answer as recorded."""
    return AnswerView(
        order_id=answer.order_id,
        partner=answer.partner,
        time=answer.time,
        status=answer.status,  # type: ignore[arg-type]
        amount=answer.amount,
        text=answer.text,
        effect=answer.effect,
    )


def action_views(session: Session, actions: Iterable[Action]) -> list[ActionView]:
    """Holds with everything that belongs to them, in a fixed number of queries."""
    rows = list(actions)
    if not rows:
        return []
    around = _Around(session, rows)
    return [around.view(row) for row in rows]


class _Around:
    """What belongs to a set of holds, fetched once."""

    def __init__(self, session: Session, rows: list[Action]) -> None:
        ids = [row.id for row in rows]
        self.session = session
        names = session.execute(select(OfficerRow.id, OfficerRow.name)).all()
        self.names: dict[int | None, str] = {None: ""}
        self.names |= {row.id: row.name for row in names}
        cases = select(Case.id, Case.number).where(Case.id.in_({row.case_id for row in rows}))
        self.numbers = {row.id: row.number for row in session.execute(cases)}
        self.approvals = list(session.scalars(_of(Approval, ids).order_by(Approval.at)))
        self.clocks = list(session.scalars(_of(Clock, ids).order_by(Clock.due_at)))
        self.orders = list(session.scalars(_of(Order, ids).order_by(Order.place)))
        query = select(Answer).join(Order, Order.order_id == Answer.order_id).where(Order.action_id.in_(ids))
        self.answers = list(session.scalars(query.order_by(Answer.time, Answer.id)))
        self.extensions = {
            row.action_id: row for row in session.scalars(_of(Extension, ids).order_by(Extension.id))
        }
        self.releases = {row.action_id: row for row in session.scalars(_of(Release, ids))}

    def view(self, row: Action) -> ActionView:
        orders = [order for order in self.orders if order.action_id == row.id]
        own = {order.order_id for order in orders}
        release = self.releases.get(row.id)
        return ActionView(
            id=row.id,
            case=self.numbers[row.case_id],
            reference=row.reference,
            bank=row.bank,
            account=row.account,
            amount=row.amount,
            held=row.held,
            state=row.state,  # type: ignore[arg-type]
            rule=row.rule_id,
            legal_basis=row.legal_basis,
            approved_at=row.approved_at,
            until=row.until,
            approvals=self._approvals(row),
            clocks=self._clocks(row),
            orders=tuple(order_view(self.session, order) for order in orders),
            answers=tuple(answer_view(answer) for answer in self.answers if answer.order_id in own),
            extension=self._extension(row),
            notice=Texts(row.notice_th, row.notice_en),
            ended_at=release.at if release else None,
            ended_by=self._ended_by(release),
            release_reason=release.reason if release else "",
            bank_lifted_at=release.lifted_at if release else None,
        )

    def _approvals(self, row: Action) -> tuple[ApprovalView, ...]:
        given = [item for item in self.approvals if item.action_id == row.id]
        return tuple(ApprovalView(self.names[item.officer_id], item.step, item.at) for item in given)

    def _clocks(self, row: Action) -> tuple[ClockView, ...]:
        own = [item for item in self.clocks if item.action_id == row.id]
        return tuple(ClockView(item.kind, item.due_at, item.state) for item in own)

    def _ended_by(self, release: Release | None) -> str:
        if release is None:
            return ""
        return self.names[release.officer_id] or release.cause

    def _extension(self, row: Action) -> ExtensionView | None:
        found = self.extensions.get(row.id)
        if found is None:
            return None
        return ExtensionView(
            complaint_no=found.complaint_no,
            complained_at=found.complained_at,
            state=found.state,
            requested_by=self.names[found.requested_by],
            requested_at=found.requested_at,
            approved_by=self.names[found.approved_by],
            approved_at=found.approved_at,
            until=found.until,
            confirmed_at=found.confirmed_at,
        )


def _of(model, ids: list[int]):  # type: ignore[no-untyped-def]
    return select(model).where(model.action_id.in_(ids))


def appeal_views(session: Session, appeals: Iterable[AppealRow]) -> list[AppealView]:
    """Appeals with the hold they are against."""
    views = []
    for appeal in appeals:
        action = session.get_one(Action, appeal.action_id)
        case = session.get_one(Case, action.case_id)
        answered = session.get(OfficerRow, appeal.answered_by) if appeal.answered_by else None
        views.append(
            AppealView(
                id=appeal.id,
                action_id=action.id,
                reference=action.reference,
                case=case.number,
                bank=action.bank,
                account=action.account,
                amount=action.amount,
                who=appeal.who,
                text=appeal.text,
                filed_at=appeal.filed_at,
                due_at=appeal.due_at,
                limit_at=appeal.limit_at,
                state=appeal.state,  # type: ignore[arg-type]
                answered_by=answered.name if answered else "",
                answered_at=appeal.answered_at,
                reason=appeal.reason,
            )
        )
    return views
