"""Orders: what banks were told, what they answered, and who is silent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_READERS
from warroom.orders.views import AnswerView, OrderLine, OrderState, OrderView
from warroom.room.worklist import order_list
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.orders.picture import draw_owed_answers

router = Router(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An order as shown: the answers, the clock of a bank that owes one, and how long it has waited."""

    order: OrderView
    answers: tuple[AnswerView, ...]
    clock: Clock | None
    waits: timedelta | None


@router.get("/orders", may=CASE_READERS)
def show_outbox(
    request: Request, officer: SignedIn, offset: int = 0, state: str = "", bank: str = ""
) -> Response:
    start, state = clamp_offset(offset), state if state in get_args(OrderState) else ""
    bank, say, ledger = bank.replace("\x00", "").strip()[:40], say_for(request), open_home_of(request).ledger
    order_rows, total = order_list.list_orders_with_answers(
        ledger, officer, state=state, bank=bank, limit=ROWS, offset=start, now=say.now
    )
    owed = order_list.list_owed_by_banks(ledger, officer, now=say.now)
    return render_page(
        request,
        "orders.html",
        lines=[_build_row(line, say) for line in order_rows],
        state=state,
        bank=bank,
        owed=draw_owed_answers(owed.answers, owed.silent, say.now),
        silent=[silent_bank for silent_bank in owed.silent if bank in ("", silent_bank.bank)],
        **build_listing("/orders", total, start, {"state": state, "bank": bank}),
    )


def _build_row(line: OrderLine, say: Say) -> OutboxRow:
    sent_at = line.order.sent_at if line.silent_from else None
    waits = say.now - sent_at if sent_at else None
    return OutboxRow(line.order, line.answers, _build_answer_clock(line, say), waits)


def _build_answer_clock(line: OrderLine, say: Say) -> Clock | None:
    """The clock of an answer that is owed: it runs to when the bank counts as silent, and is due once it usually answers."""
    sent_at, usual_by, silent_from = line.order.sent_at, line.usual_by, line.silent_from
    if sent_at is None or usual_by is None or silent_from is None:
        return None
    _ = say.catalog.gettext
    left = _("usually by {time}").format(time=say.time(usual_by))
    return say.clock(
        silent_from, sent_at, max(silent_from - usual_by, timedelta(0)), left, _("silent, {span} late")
    )
