"""The state of the room: what waits longest, which banks are silent, who is at the desk, how fast cases come
and go.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.access.schema import SessionRow
from warroom.cases.answer_times import AnswerTimes, get_answer_times
from warroom.cases.schema import Case, Proposal
from warroom.cases.silent_banks import OwedAnswer, SilentBank
from warroom.ledger.schema import OfficerRow
from warroom.room.today.views import BankLine, OfficerOnDuty, RoomNow
from warroom.room.waiting.case_filters import HAS_MONEY_TO_SAVE, IS_UNDECIDED_OF_NOBODY
from warroom.room.waiting.reader import WaitingReader

# Cases that came and were decided are counted over the last hour.
HOUR = timedelta(hours=1)
# Banks listed by name; the page counts the others.
MOST_BANKS = 3


def read_room(
    waiting: WaitingReader, owed: Sequence[OwedAnswer], silent_banks: Sequence[SilentBank]
) -> RoomNow:
    """The room over the cases that the viewer may know of, with the answers that banks owe in these."""
    session, now, seen = waiting.session, waiting.now, waiting.viewer.may_know()
    times, silent = get_answer_times(session, now), tuple(bank for bank in silent_banks if bank.asks)
    banks = _list_bank_lines(owed, times, {silent_bank.bank for silent_bank in silent}, now)
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
    asked: Sequence[OwedAnswer], times: AnswerTimes, silent: set[str], now: datetime
) -> list[BankLine]:
    """Banks that owe an answer or have given enough of them, the silent and the slowest first."""
    owed = Counter(answer.bank for answer in asked if answer.asks)
    # Banks with an estimate of their own, and any that owes an answer now.
    known = times.list_banks() | set(owed)
    lines = [BankLine(bank, times.get_times(bank, now).early, owed[bank]) for bank in known]
    return sorted(lines, key=lambda line: (line.bank not in silent, -line.asked, -line.usual, line.bank))
