"""Orders: what banks were told, what they answered, and who is silent."""

from dataclasses import dataclass
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_READERS
from warroom.law.rules import repository as law
from warroom.orders.views import AnswerView, OrderLine, OrderState, OrderView
from warroom.room.worklist import order_list
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An order as shown: the answers, and the clock of a bank that owes one."""

    order: OrderView
    answers: tuple[AnswerView, ...]
    clock: Clock | None


@router.get("/orders", may=CASE_READERS)
def show_outbox(request: Request, officer: SignedIn, offset: int = 0, state: str = "") -> Response:
    start, state = clamp_offset(offset), state if state in get_args(OrderState) else ""
    order_rows, total = order_list.list_orders_with_answers(
        open_home_of(request).ledger, officer, state=state, limit=ROWS, offset=start
    )
    say = say_for(request)
    return render_page(
        request,
        "orders.html",
        lines=[_build_row(order, say) for order in order_rows],
        state=state,
        **build_listing("/orders", total, start, {"state": state}),
    )


def _build_row(found: OrderLine, say: Say) -> OutboxRow:
    one = found.order
    return OutboxRow(one, found.answers, _build_silence_clock(one, say))


def _build_silence_clock(order: OrderView, say: Say) -> Clock | None:
    if order.state != "sent" or order.sent_at is None:
        return None
    _, patience = say.catalog.gettext, law.service_level("silence")
    left, over = _("answer expected in {span}"), _("silent, {span} late")
    return say.clock(order.sent_at + patience, order.sent_at, patience / 3, left, over)
