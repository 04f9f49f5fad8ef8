"""Cases and appeals as rows of the queue for one viewer."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.cases.answer_times import AnswerTimes, get_answer_times
from warroom.cases.schema import AppealRow, Case, Hold
from warroom.ledger.rows import make_view
from warroom.room.queue.amounts import Amounts, amounts_of
from warroom.room.queue.clocks import DUE, build_pill
from warroom.room.queue.views import GROUPS, Leftover, LossBreakdown, NextStep, Pill, QueueRow
from warroom.room.waiting.viewer import Viewer

FEW = 5
"""Amounts without doubts that the case's page offers to hold at once; the button says how many."""
CALLS = ("late", "silent")
"""Clocks that ask for a call: the row names the bank's telephone."""
# An appeal this close to its deadline is listed before every case, whatever its amount.
APPEAL_DUE = timedelta(hours=1)


def case_rows(
    session: Session, cases: Sequence[tuple[Case, str]], viewer: Viewer, now: datetime
) -> list[QueueRow]:
    """Cases with the names of who has them."""
    amounts = amounts_of(session, [case.id for case, _ in cases])
    times = get_answer_times(session, now)
    rows = [_case_row(case, owner, amounts[case.id], times, viewer, now) for case, owner in cases]
    telephones = load_telephones(session, {row.pill.bank for row in rows if row.pill.kind in CALLS})
    return [
        replace(row, telephone=telephones.get(row.pill.bank, "")) if row.pill.kind in CALLS else row
        for row in rows
    ]


def load_telephones(session: Session, banks: Collection[str]) -> dict[str, str]:
    """The telephones of banks' recall desks, of those that have one."""
    if not banks:
        return {}
    query = select(Agency.code, Agency.telephone).where(Agency.code.in_(banks), Agency.telephone != "")
    return {row.code: row.telephone for row in session.execute(query)}


def _case_row(
    case: Case, owner: str, amounts: Amounts, times: AnswerTimes, viewer: Viewer, now: datetime
) -> QueueRow:
    pill = build_pill(case, amounts, times, now)
    # Of what is to be decided, where it is; else of all that is still there.
    places = set(amounts.worth) if case.to_decide else amounts.list_accounts()
    leaves = case.at_stake - case.part_left
    # The band is that of the case's whole forecast: a part of the money has its part of it.
    part = leaves / case.leaves if case.leaves else 0.0
    return make_view(
        QueueRow,
        case,
        what="case",
        case=case.number,
        kind=case.scam_type,
        group=GROUPS[case.queue_group],
        money=break_down_loss(case, amounts),
        leaves=leaves,
        leaves_low=round(case.leaves_low * part),
        leaves_high=round(case.leaves_high * part),
        left=case.part_left,
        leftover=_find_leftover(case, amounts),
        accounts=len(places),
        banks=tuple(sorted({bank for bank, _ in places})),
        asked_banks=tuple(sorted({asked_hold.bank for asked_hold in amounts.asked})),
        pill=pill,
        owner=owner,
        mine=case.owner_id == viewer.id and viewer.id > 0,
        step=choose_next_step(case, amounts, pill, viewer),
        telephone="",
    )


def _find_leftover(case: Case, amounts: Amounts) -> Leftover | None:
    """What is undecided of a case and not worth a decision."""
    if not amounts.open or case.to_decide:
        return None
    return Leftover(len(amounts.undecided), amounts.open, for_holder=not amounts.worth)


def break_down_loss(case: Case, amounts: Amounts) -> LossBreakdown:
    """Where each baht of the loss is, as the ledger knows it; what a bank said had left is gone."""
    known = amounts.held + amounts.there + case.spent + amounts.released + amounts.declined
    rest = max(case.loss - known, 0)
    # Never more than what the other parts leave: trail and banks may count the same baht.
    gone = min(case.exited + case.beyond_horizon + case.part_left, rest)
    return LossBreakdown(
        held=amounts.held,
        there=amounts.there,
        asked=sum(asked_hold.amount for asked_hold in amounts.asked),
        honest=case.spent,
        released=amounts.released,
        declined=amounts.declined,
        gone=gone,
        unknown=rest - gone,
    )


def choose_next_step(case: Case, amounts: Amounts, pill: Pill, viewer: Viewer) -> NextStep:
    """The first step that applies: follow money that left, call a silent bank, decide while it helps, else
    look at the money.
    """
    if not viewer.may_decide_holds:
        gives = viewer.may_give_cases and case.owner_id is None and case.to_decide > 0
        return NextStep("give") if gives and case.state == "open" else NextStep("see")
    if case.part_left > 0:
        return NextStep("follow", case.part_left, hold=amounts.short[0] if amounts.short else None)
    if pill.kind == "silent":
        hold = next((asked_hold.id for asked_hold in amounts.asked if asked_hold.bank == pill.bank), None)
        return NextStep("call", bank=pill.bank, hold=hold)
    if not case.to_decide:
        return NextStep("see")
    count = len(amounts.worth) + amounts.half_approved
    # Reports that were not checked, and doubted accounts, are decided one by one on the page.
    if case.unchecked or not amounts.ticked:
        return NextStep("decide", case.to_decide, count)
    if pill.kind == "late" and pill.bank:
        return NextStep("hold_call", amounts.ticked_amount, amounts.ticked, pill.bank)
    if count <= FEW and amounts.ticked == count:
        return NextStep("hold", amounts.ticked_amount, count)
    return NextStep("decide", case.to_decide, count)


def appeal_row(
    appeal: AppealRow, hold: Hold, case: Case, owner: str, viewer: Viewer, now: datetime
) -> QueueRow:
    """An appeal as a row; it is ranked by the amount in satang that the hold keeps from its holder."""
    late, soon = appeal.due_at <= now, appeal.due_at <= now + DUE
    answers = viewer.may_answer_appeals
    return make_view(
        QueueRow,
        case,
        what="appeal",
        id=appeal.id,
        # By its case: the reference on the notice is its holder's key to the appeal.
        number=case.number,
        case=case.number,
        kind="appeal",
        victim_bank="",
        group="open" if answers else "others",
        flag="",
        reported_at=appeal.filed_at,
        opened_at=appeal.filed_at,
        loss=hold.amount,
        money=LossBreakdown(held=hold.held, unknown=hold.amount - hold.held),
        leaves=hold.held,
        leaves_low=hold.held,
        leaves_high=hold.held,
        leaves_rough=False,
        left=0,
        leftover=None,
        to_decide=0,
        accounts=1,
        banks=(hold.bank,),
        asked_banks=(),
        decide_by=appeal.due_at,
        pill=Pill("late" if late else "due" if soon else "calm", appeal.due_at, appeal.filed_at),
        owner=owner,
        mine=answers,
        step=NextStep("appeal", hold.held, hold=hold.id) if answers else NextStep("see"),
        telephone="",
        needed_today=appeal.needed_today,
    )
