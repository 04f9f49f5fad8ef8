"""Cases and appeals as rows of the queue for one viewer."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warroom.cases.answer_times import AnswerTimes, answer_times
from warroom.cases.schema import AppealRow, Case, Hold
from warroom.ledger.rows import view_of
from warroom.room.queue.amounts import Amounts, amounts_of
from warroom.room.queue.clocks import DUE, pill_of
from warroom.room.queue.views import Money, Pill, QueueRow, Step
from warroom.room.waiting.viewer import Viewer

FEW = 5
"""So many amounts that nothing outweighs are held from the case's page at once: the button says so."""
APPEAL_DUE = timedelta(hours=1)


def case_rows(
    session: Session, cases: Sequence[tuple[Case, str]], viewer: Viewer, now: datetime
) -> list[QueueRow]:
    """Cases with the names of who has them."""
    amounts = amounts_of(session, [case.id for case, _ in cases])
    times = answer_times(session, now)
    return [_case_row(case, owner, amounts[case.id], times, viewer, now) for case, owner in cases]


def _case_row(
    case: Case, owner: str, amounts: Amounts, times: AnswerTimes, viewer: Viewer, now: datetime
) -> QueueRow:
    pill, places = pill_of(case, amounts, times, now), amounts.places()
    return view_of(
        QueueRow,
        case,
        what="case",
        case=case.number,
        kind=case.scam_type,
        money=money_of(case, amounts),
        left=case.part_left,
        accounts=len(places),
        banks=tuple(sorted({bank for bank, _ in places})),
        asked_banks=tuple(sorted({one.bank for one in amounts.asked})),
        pill=pill,
        owner=owner,
        mine=case.owner_id == viewer.id and viewer.id > 0,
        step=step_of(case, amounts, pill, viewer),
    )


def money_of(case: Case, amounts: Amounts) -> Money:
    """Where each baht of the loss is, as the ledger knows it; what a bank said had left is gone."""
    known = amounts.held + amounts.there + case.spent + amounts.released + amounts.declined
    rest = max(case.loss - known, 0)
    gone = min(case.exited + case.beyond_horizon + case.part_left, rest)
    return Money(
        held=amounts.held,
        there=amounts.there,
        asked=sum(one.amount for one in amounts.asked),
        honest=case.spent,
        released=amounts.released,
        declined=amounts.declined,
        gone=gone,
        unknown=rest - gone,
    )


def step_of(case: Case, amounts: Amounts, pill: Pill, viewer: Viewer) -> Step:
    """The first that fits: follow what left, call who is silent, decide while it helps, else see the money."""
    if not viewer.may_decide_holds:
        gives = viewer.may_give_cases and case.owner_id is None and case.state == "open"
        return Step("give") if gives else Step("see")
    if case.part_left > 0:
        return Step("follow", case.part_left, hold=amounts.short[0] if amounts.short else None)
    if pill.kind == "silent":
        hold = next((one.id for one in amounts.asked if one.bank == pill.bank), None)
        return Step("call", bank=pill.bank, hold=hold)
    if not amounts.open:
        return Step("see")
    count = len(amounts.undecided)
    if case.unchecked:
        return Step("decide", amounts.open, count)
    if pill.kind == "late":
        [(bank, _)] = Counter(bank for bank, _ in amounts.undecided).most_common(1)
        return Step("hold_call", amounts.open, count, bank)
    if count <= FEW and not amounts.doubted:
        return Step("hold", amounts.open, count)
    return Step("decide", amounts.open, count)


def appeal_row(
    appeal: AppealRow, hold: Hold, case: Case, owner: str, viewer: Viewer, now: datetime
) -> QueueRow:
    """An appeal: what ranks it is the amount that is kept from its holder."""
    late, soon = appeal.due_at <= now, appeal.due_at <= now + DUE
    answers = viewer.may_answer_appeals
    return view_of(
        QueueRow,
        case,
        what="appeal",
        id=appeal.id,
        # By its case: the reference on the notice is its holder's key to the appeal.
        number=case.number,
        case=case.number,
        kind="appeal",
        flag="",
        reported_at=appeal.filed_at,
        opened_at=appeal.filed_at,
        loss=hold.amount,
        money=Money(held=hold.held, unknown=hold.amount - hold.held),
        leaves=hold.held,
        leaves_low=hold.held,
        leaves_high=hold.held,
        leaves_rough=False,
        left=0,
        accounts=1,
        banks=(hold.bank,),
        asked_banks=(),
        decide_by=appeal.due_at,
        pill=Pill("late" if late else "due" if soon else "calm", appeal.due_at, appeal.filed_at),
        owner=owner,
        mine=answers,
        step=Step("appeal", hold.held, hold=hold.id) if answers else Step("see"),
    )
