"""From rows to views: how holds, orders, appeals and clocks look from outside."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.cases import receipts
from warroom.cases.schema import AppealRow, Case, Hold, HoldApproval, HoldCall, HoldExtension, HoldRelease
from warroom.cases.views import AppealView, ApprovalView, CallView, ClockView, ExtensionView, HoldView
from warroom.ledger import deadlines
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.orders.queries import answer_view, order_view
from warroom.orders.schema import Order, OrderAnswer


def load_hold_views(session: Session, actions: Iterable[Hold]) -> list[HoldView]:
    """Holds with everything that belongs to them, in a fixed number of queries."""
    rows = list(actions)
    if not rows:
        return []
    around = _Around(session, rows)
    return [around.build_view(row) for row in rows]


class _Around:
    """What belongs to a set of holds, fetched once."""

    def __init__(self, session: Session, rows: list[Hold]) -> None:
        ids = [row.id for row in rows]
        self.session = session
        # All officers at once: there are few of them, and which ones a hold names is known only from its rows.
        names = session.execute(select(OfficerRow.id, OfficerRow.name)).all()
        self.names: dict[int | None, str] = {None: ""}
        self.names |= {row.id: row.name for row in names}
        cases = select(Case.id, Case.number).where(Case.id.in_({row.case_id for row in rows}))
        self.numbers = {row.id: row.number for row in session.execute(cases)}
        self.approvals = list(session.scalars(_select_of_holds(HoldApproval, ids).order_by(HoldApproval.at)))
        self.clocks = deadlines.list_deadlines_by_thing(session, "hold", ids)
        self.orders = list(session.scalars(_select_of_holds(Order, ids).order_by(Order.place)))
        query = (
            select(OrderAnswer)
            .join(Order, Order.order_id == OrderAnswer.order_id)
            .where(Order.hold_id.in_(ids))
        )
        self.answers = list(session.scalars(query.order_by(OrderAnswer.time, OrderAnswer.id)))
        self.extensions = {
            row.hold_id: row
            for row in session.scalars(_select_of_holds(HoldExtension, ids).order_by(HoldExtension.id))
        }
        self.calls = list(session.scalars(_select_of_holds(HoldCall, ids).order_by(HoldCall.id)))
        self.releases = {row.hold_id: row for row in session.scalars(_select_of_holds(HoldRelease, ids))}

    def build_view(self, row: Hold) -> HoldView:
        orders = [order for order in self.orders if order.hold_id == row.id]
        own = {order.order_id for order in orders}
        release = self.releases.get(row.id)
        return make_view(
            HoldView,
            row,
            case=self.numbers[row.case_id],
            rule=row.rule_id,
            approvals=self._list_approvals(row),
            clocks=self._list_clocks(row),
            orders=tuple(order_view(order) for order in orders),
            answers=tuple(answer_view(answer) for answer in self.answers if answer.order_id in own),
            extension=self._find_extension(row),
            notice=Texts(row.notice_th, row.notice_en),
            ended_at=release.at if release else None,
            ended_by=self._ended_by(release),
            release_reason=release.reason if release else "",
            bank_lifted_at=release.lifted_at if release else None,
            calls=self._list_calls(row),
        )

    def _list_approvals(self, row: Hold) -> tuple[ApprovalView, ...]:
        given = [item for item in self.approvals if item.hold_id == row.id]
        return tuple(ApprovalView(self.names[item.officer_id], item.step, item.at) for item in given)

    def _list_clocks(self, row: Hold) -> tuple[ClockView, ...]:
        return tuple(
            ClockView(item.kind, item.due_at, "done" if item.state == "struck" else item.state)  # type: ignore[arg-type]
            for item in self.clocks[row.id]
        )

    def _list_calls(self, row: Hold) -> tuple[CallView, ...]:
        made = [item for item in self.calls if item.hold_id == row.id]
        return tuple(CallView(self.names[one.officer_id], one.answered, one.text, one.at) for one in made)

    def _ended_by(self, release: HoldRelease | None) -> str:
        if release is None:
            return ""
        return self.names[release.officer_id] or release.cause

    def _find_extension(self, row: Hold) -> ExtensionView | None:
        extension = self.extensions.get(row.id)
        if extension is None:
            return None
        return make_view(
            ExtensionView,
            extension,
            requested_by=self.names[extension.requested_by],
            approved_by=self.names[extension.approved_by],
        )


def _select_of_holds(model, ids: list[int]):  # type: ignore[no-untyped-def]
    return select(model).where(model.hold_id.in_(ids))


def load_appeal_views(session: Session, appeals: Iterable[AppealRow]) -> list[AppealView]:
    """Appeals with the hold they are against."""
    appeals, views = list(appeals), []
    attached = receipts.media_by_appeal(session, [appeal_row.id for appeal_row in appeals])
    for appeal in appeals:
        action = session.get_one(Hold, appeal.hold_id)
        case = session.get_one(Case, action.case_id)
        answered = session.get(OfficerRow, appeal.answered_by) if appeal.answered_by else None
        views.append(
            make_view(
                AppealView,
                appeal,
                action_id=action.id,
                reference=action.reference,
                case=case.number,
                bank=action.bank,
                account=action.account,
                amount=action.amount,
                answered_by=answered.name if answered else "",
                receipt=attached.get(appeal.id, ""),
                additions=receipts.list_additions(session, appeal.id),
            )
        )
    return views
