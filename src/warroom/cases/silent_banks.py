"""Which banks owe an answer, and which of them are silent: one list for the board, the wall, the briefing and the orders.

From when on a bank is silent, `AnswerTimes.silent_from` alone says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.cases.answer_times import AnswerTimes
from warroom.cases.schema import Case, Hold
from warroom.cases.views import ACTIVE, ASKED
from warroom.ledger.schema import AuditLine, OfficerRow
from warroom.marking import Open
from warroom.orders.outbox import ENDING
from warroom.orders.schema import Order
from warroom.units import Satang

CALLED = ("hold.called", "hold.answered_by_telephone", "alert.cleared")
"""Verbs of the log that show that somebody dealt with a silent bank."""
SENT: Any = Order.sent_at
IS_ASKED = and_(Order.kind == "hold", Hold.state.in_(ASKED))
# Money that may no longer be held, and a hold that is to last: somebody waits for the bank's word on these as well.
IS_UNCONFIRMED = and_(
    Order.state == "sent", or_(Order.kind.in_(ENDING), and_(Order.kind == "extend", Hold.state.in_(ACTIVE)))
)


@dataclass(frozen=True, slots=True)
class OwedAnswer:
    """An order about a hold that its bank has not answered; `asks` where it asks for a hold, else it ends or extends one.
    The bank has usually answered by `usual_by`, and is silent about it from `silent_from` on.
    """

    order_id: str
    bank: str
    asks: bool
    amount: Satang
    sent_at: datetime
    usual_by: datetime
    silent_from: datetime
    case: str


@dataclass(frozen=True, slots=True)
class SilentBank:
    """A bank that takes longer than it does: with how many orders over how much, the first of them sent at `sent_at` and
    silent since `since`. `asks` as in `OwedAnswer`. `called` is who saw to it, and when.
    """

    bank: str
    asks: bool
    telephone: Annotated[str, Open("the bank's own, for a call in a hurry")]
    orders: int
    amount: Satang
    sent_at: datetime
    since: datetime
    called: str = ""
    called_at: datetime | None = None


def list_owed_answers(
    session: Session, seen: ColumnElement[bool], times: AnswerTimes
) -> tuple[OwedAnswer, ...]:
    """Every order about a hold of the cases `seen` that was sent and not answered."""
    # Two reads, each along an index of its own: the outbox grows for years.
    rows = [row for which in (IS_ASKED, IS_UNCONFIRMED) for row in session.execute(_select_owed(which, seen))]
    return tuple(
        OwedAnswer(
            order_id,
            bank,
            kind == "hold",
            amount,
            sent_at,
            times.answered_by(bank, sent_at),
            times.silent_from(bank, sent_at),
            number,
        )
        for order_id, bank, kind, amount, sent_at, number in rows
    )


def _select_owed(
    which: ColumnElement[bool], seen: ColumnElement[bool]
) -> Select[str, str, str, int, Any, str]:
    return (
        select(Order.order_id, Order.bank, Order.kind, Order.amount, SENT, Case.number)
        .join(Hold, Hold.id == Order.hold_id)
        .join(Case, Case.id == Hold.case_id)
        .where(which, Order.sent_at.is_not(None), seen)
    )


def list_silent_banks(session: Session, owed: Sequence[OwedAnswer], now: datetime) -> tuple[SilentBank, ...]:
    """Banks that are silent about orders to hold, then those that have not confirmed an end or an extension; in each
    group the one overdue for longest first.
    """
    late = sorted(
        (answer for answer in owed if answer.silent_from <= now),
        key=lambda answer: (answer.bank, not answer.asks),
    )
    banks = [
        _build_silent_bank(session, list(answers))
        for _, answers in groupby(late, key=lambda answer: (answer.bank, answer.asks))
    ]
    return tuple(sorted(banks, key=lambda bank: (not bank.asks, bank.since, bank.bank)))


def _build_silent_bank(session: Session, late: list[OwedAnswer]) -> SilentBank:
    bank, since = late[0].bank, min(answer.silent_from for answer in late)
    agency = session.get(Agency, bank)
    called, called_at = _find_last_caller(session, {answer.case for answer in late}, since)
    return SilentBank(
        bank,
        late[0].asks,
        agency.telephone if agency else "",
        len(late),
        sum(answer.amount for answer in late),
        min(answer.sent_at for answer in late),
        since,
        called,
        called_at,
    )


def _find_last_caller(session: Session, numbers: set[str], since: datetime) -> tuple[str, datetime | None]:
    """The officer who last dealt with the silence, and when; ("", None) for nobody."""
    query = (
        select(OfficerRow.name, AuditLine.at)
        .join(OfficerRow, OfficerRow.username == AuditLine.officer)
        .where(AuditLine.case_number.in_(numbers), AuditLine.verb.in_(CALLED), AuditLine.at >= since)
    )
    row = session.execute(query.order_by(AuditLine.sequence.desc()).limit(1)).first()
    return (row[0], row[1]) if row else ("", None)
