"""The state of the room: what waits longest, which banks are silent, who is at the desk, how fast cases come
and go.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.access.schema import SessionRow
from warroom.cases.answer_times import AnswerTimes, get_answer_times
from warroom.cases.schema import Case, Hold, Proposal
from warroom.cases.views import ASKED
from warroom.ledger.schema import AuditLine, OfficerRow
from warroom.orders.schema import Order
from warroom.room.today.views import BankLine, OfficerOnDuty, RoomNow, SilentBank
from warroom.room.waiting.case_filters import HAS_MONEY_TO_SAVE, IS_UNDECIDED_OF_NOBODY
from warroom.room.waiting.reader import WaitingReader

# Cases that came and were decided are counted over the last hour.
HOUR = timedelta(hours=1)
# Banks listed by name; the page counts the others.
MOST_BANKS = 3
# Verbs of the log that show that somebody dealt with a silent bank.
CALLED = ("hold.called", "hold.answered_by_telephone", "alert.cleared")
SENT: Any = Order.sent_at


def read_room(waiting: WaitingReader) -> RoomNow:
    """The room over the cases that the viewer may know of."""
    session, now, seen = waiting.session, waiting.now, waiting.viewer.may_know()
    times = get_answer_times(session, now)
    asked = list_unanswered_holds(session, seen)
    silent = list_silent_banks(session, asked, times, now)
    banks = _list_bank_lines(asked, times, {silent_bank.bank for silent_bank in silent}, now)
    return RoomNow(
        longest=read_longest(waiting),
        silent=silent,
        desk=list_officers_on_duty(session, seen),
        decided=_count_decided_cases(session, seen, now),
        arrived=_count_arrived_cases(session, seen, now),
        banks=tuple(banks[:MOST_BANKS]),
        banks_more=max(len(banks) - MOST_BANKS, 0),
    )


def read_longest(waiting: WaitingReader) -> tuple[str, int, datetime] | None:
    """The case with money undecided that has waited longest with nobody."""
    query = waiting.select_cases(IS_UNDECIDED_OF_NOBODY, Case.number, Case.there, Case.opened_at)
    row = waiting.session.execute(query.order_by(Case.opened_at, Case.id).limit(1)).first()
    return (row[0], row[1], row[2]) if row else None


AskedHolds = Sequence[tuple[str, int, datetime, str]]
"""Bank, amount, when it was asked, and the case's number."""


def list_unanswered_holds(session: Session, seen: ColumnElement[bool]) -> AskedHolds:
    """Every hold that was sent and not answered."""
    query = (
        select(Hold.bank, Hold.amount, SENT, Case.number)
        .join(Order, (Order.hold_id == Hold.id) & (Order.kind == "hold"))
        .join(Case, Case.id == Hold.case_id)
        .where(Hold.state.in_(ASKED), Order.sent_at.is_not(None), seen)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def list_silent_banks(
    session: Session, asked: AskedHolds, times: AnswerTimes, now: datetime
) -> tuple[SilentBank, ...]:
    """Banks that take longer than they usually do, the one overdue for longest first."""
    since: dict[str, datetime] = {}
    amounts: dict[str, int] = defaultdict(int)
    cases: dict[str, set[str]] = defaultdict(set)
    for bank, amount, sent_at, number in asked:
        until = times.silent_from(bank, sent_at)
        if until <= now:
            since[bank] = min(since.get(bank, until), until)
            amounts[bank] += amount
            cases[bank].add(number)
    banks = []
    for bank, at in sorted(since.items(), key=lambda pair: pair[1]):
        who, when = _find_last_caller(session, cases[bank], at)
        banks.append(SilentBank(bank, at, amounts[bank], who, when))
    return tuple(banks)


def _find_last_caller(session: Session, numbers: set[str], since: datetime) -> tuple[str, datetime | None]:
    """The officer who last dealt with the silence, and when; ("", None) for nobody."""
    query = (
        select(OfficerRow.name, AuditLine.at)
        .join(OfficerRow, OfficerRow.username == AuditLine.officer)
        .where(AuditLine.case_number.in_(numbers), AuditLine.verb.in_(CALLED), AuditLine.at >= since)
    )
    row = session.execute(query.order_by(AuditLine.sequence.desc()).limit(1)).first()
    return (row[0], row[1]) if row else ("", None)


def list_officers_on_duty(session: Session, seen: ColumnElement[bool]) -> tuple[OfficerOnDuty, ...]:
    """Officers of the fraud desk who are signed in, those with most cases first."""
    has = func.count(Case.id).filter(HAS_MONEY_TO_SAVE, seen)
    signed_in = select(SessionRow.officer_id).where(SessionRow.expires_at > clock.get_real_now())
    query = (
        select(OfficerRow.name, has, OfficerRow.roles)
        .outerjoin(Case, Case.owner_id == OfficerRow.id)
        .where(OfficerRow.active, OfficerRow.id.in_(signed_in))
        .group_by(OfficerRow.id)
        .order_by(has.desc(), OfficerRow.name)
    )
    desk = set(role_groups.HOLD_RELEASERS)
    return tuple(
        OfficerOnDuty(name, int(count), "appeals" in roles)
        for name, count, roles in session.execute(query)
        if not desk.isdisjoint(roles)
    )


def _count_decided_cases(session: Session, seen: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count(func.distinct(Proposal.case_id))).join(Case, Case.id == Proposal.case_id)
    return (
        session.scalar(query.where(Proposal.decided_at > now - HOUR, Proposal.decided_at <= now, seen)) or 0
    )


def _count_arrived_cases(session: Session, seen: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count()).select_from(Case)
    return session.scalar(query.where(Case.opened_at > now - HOUR, Case.opened_at <= now, seen)) or 0


def _list_bank_lines(
    asked: AskedHolds, times: AnswerTimes, silent: set[str], now: datetime
) -> list[BankLine]:
    """Banks that owe an answer or have given enough of them, the silent and the slowest first."""
    owed: dict[str, int] = defaultdict(int)
    for bank, *_ in asked:
        owed[bank] += 1
    # Banks with an estimate of their own, and any that owes an answer now.
    known = {bank for bank, _ in times.by_bank} | set(owed)
    lines = [BankLine(bank, times.get_times(bank, now).early, owed.get(bank, 0)) for bank in known]
    return sorted(lines, key=lambda line: (line.bank not in silent, -line.asked, -line.usual, line.bank))
