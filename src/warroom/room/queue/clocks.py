"""The clock of a row of the queue: which of a case's clocks is shown, since when it runs and until when."""

from datetime import datetime, timedelta

from warroom.cases.answer_times import AnswerTimes
from warroom.cases.decide_by import WhyLater
from warroom.cases.schema import Case
from warroom.room.queue.amounts import Amounts, AskedHold
from warroom.room.queue.views import Pill, PillKind

# From here on a clock is shown as urgent. Chosen, not measured.
DUE = timedelta(minutes=15)
OLD = timedelta(minutes=20)
"""Age of a bank's records from which on they say little of where money is now. Chosen, not measured."""


def build_pill(case: Case, amounts: Amounts, times: AnswerTimes, now: datetime) -> Pill:
    """The clock shown, by precedence: money that left, a silent bank, a passed time to decide, old records,
    running clocks. Leftovers of a decided case set none.
    """
    if case.part_left > 0:
        return Pill("left", case.forecast_at, bank=amounts.short[2] if amounts.short else "")
    if case.silent_since is not None and case.silent_since <= now:
        late = _find_longest_silent(amounts.asked, times)
        return Pill("silent", case.silent_since, case.asked_since, late.bank if late else "")
    return _build_undecided_pill(case, amounts, now) or _build_asked_pill(amounts, times)


def _build_undecided_pill(case: Case, amounts: Amounts, now: datetime) -> Pill | None:
    if not case.to_decide:
        return None
    by, known = case.decide_by, case.records_end or case.traced_at
    old = known is not None and known < now - OLD
    if by is not None and by <= now:
        return _build_deadline_pill("late", case)
    # Old records matter only where somebody must decide by them soon.
    if old and (case.records_end is not None or (by is not None and by <= now + DUE)):
        return Pill("old", known)
    if by is None:
        return Pill("")
    return _build_deadline_pill("due" if by <= now + DUE else "calm", case)


def _build_deadline_pill(kind: PillKind, case: Case) -> Pill:
    later: WhyLater = case.decide_by_why  # type: ignore[assignment]  # the column is text
    return Pill(
        kind,
        case.decide_by,
        case.opened_at,
        case.decide_bank if kind == "late" else "",
        later=later,
        was=case.decide_by_was,
        seen=case.decide_by_seen,
    )


def _build_asked_pill(amounts: Amounts, times: AnswerTimes) -> Pill:
    """When the bank that takes longest has usually answered."""
    sent = [(times.answered_by(one.bank, one.sent_at), one) for one in amounts.asked if one.sent_at]
    if not sent:
        return Pill("")
    at, one = max(sent, key=lambda pair: pair[0])
    return Pill("asked", at, one.sent_at, one.bank)


def _find_longest_silent(asked: list[AskedHold], times: AnswerTimes) -> AskedHold | None:
    sent = [(times.silent_from(one.bank, one.sent_at), one) for one in asked if one.sent_at]
    return min(sent, key=lambda pair: pair[0])[1] if sent else None
