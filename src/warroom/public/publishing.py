"""Publishes the state of each report and the list of banks, whenever they change."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.assets.schema import LossRecovery, LossRegistration, PayoutLine, PayoutPayment
from warroom.cases.schema import Case, CaseReportRow, Hold, HoldExtension, HoldRelease
from warroom.law.rules import repository as law
from warroom.ledger.ledger import Ledger
from warroom.orders.schema import Order, OrderAnswer
from warroom.public import learners, numbers
from warroom.public.banks import list_public_banks
from warroom.public.published import publish_page
from warroom.public.schema import PublicMessage, PublicReport, PublishedReceipt
from warroom.public.taking_in import SOURCE
from warroom.public.views import RECHECKED

UNANSWERED = ("proposed", "approved", "sent")
"""States of holds that a bank was not yet asked about or has not yet answered."""
HELD = ("in_effect", "partly")
HEADS = ("read", "case", "followed", "closed", "joined", *RECHECKED)
# Receipts a round: those marked as outdated, and open ones checked in turn. Chosen, not measured.
AT_ONCE, AGAIN = 300, 50
FOLDED_AFTER = timedelta(days=14)
"""The age at which messages are hidden, since a code may leak; the hotline 1441 reads them out. Chosen, not measured."""
READ_WITHIN = timedelta(days=30)
"""Reports of this span say how soon one is usually read. Chosen, not measured."""
MOST_READ = 2_000
"""The newest reports, of which the usual time is taken: each round reads them. Chosen, not measured."""
ENOUGH_READ = 30
"""The fewest opened reports from which a usual time is published. Chosen, not measured."""


def publish_receipts(ledger: Ledger, now: datetime, banks_of_records: tuple[str, ...] = ()) -> int:
    """Update outdated receipts and the list of banks; returns the number of changed receipts.
    `banks_of_records`: codes of banks in the lake, in addition to those entered.

    Each round also checks some reports with a case, the least recently checked first: the amount that banks hold for
    the case changes without a change of the report.
    """
    untold = PublicReport.told_at.is_(None)
    with_case = and_(PublicReport.state != "closed", PublicReport.record_id != "")
    with ledger.open_session() as session:
        rows = [
            *_list_reports(session, untold, PublicReport.id, AT_ONCE),
            *_list_reports(session, with_case, PublicReport.told_at, AGAIN),
        ]
        changed = sum(_publish_one(session, row, now) for row in rows)
    known = list_public_banks(ledger, banks_of_records)
    with ledger.open_session() as session:
        publish_page(session, "banks", {"banks": known}, now)
        publish_page(session, "reporting", _build_reporting_facts(session, now), now)
    # Classes follow the real clock, also where an exercise has its own time.
    learners.publish_classes(ledger, clock.get_real_now())
    numbers.publish_numbers(ledger, now)
    return changed


def _build_reporting_facts(session: Session, now: datetime) -> dict[str, Any]:
    """What the page after a report says: within how many hours to complain to the police, how many days a hold then lasts, and in
    how many minutes half of such reports were read lately (none of fewer than `ENOUGH_READ`).
    """
    newest = select(func.max(PublicReport.id) - MOST_READ).scalar_subquery()
    lately = (
        PublicReport.id > newest,
        PublicReport.kind == "money_left",
        PublicReport.received_at > now - READ_WITHIN,
    )
    query = select(PublicReport.received_at, PublicReport.opened_at).where(
        *lately, PublicReport.opened_at.is_not(None), PublicReport.duplicate_of.is_(None)
    )
    waits = [
        (opened - received).total_seconds() / 60 for received, opened in session.execute(query) if opened
    ]
    appeal = law.rule_under(law.APPEAL)
    return {
        "appeal_hours": _to_hours(appeal.period),
        "appeal_limit_hours": _to_hours(appeal.limit or appeal.period),
        # An exercise has its own time, and the public process the real one.
        "clock_ahead_minutes": _round_to_minutes(now - clock.get_real_now()),
        "complain_hours": _to_hours(law.rule_under(law.HOLD_ON_REPORT).period),
        "extended_days": _to_hours(law.rule_under(law.HOLD_AFTER_COMPLAINT).period) // 24,
        # Rounded up: a promise that half of them break in the last minute is none.
        "read_minutes": max(2, math.ceil(median(waits))) if len(waits) >= ENOUGH_READ else None,
    }


def _round_to_minutes(span: timedelta) -> int:
    """Whole minutes, and none for a difference of a turn's length."""
    minutes = round(span.total_seconds() / 60)
    return minutes if abs(minutes) > 1 else 0


def _to_hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def _list_reports(
    session: Session, where: ColumnElement[bool], order: Any, most: int
) -> Sequence[PublicReport]:
    query = select(PublicReport).where(where, PublicReport.code_hash.is_not(None))
    return session.scalars(query.order_by(order, PublicReport.id).limit(most)).all()


def _publish_one(session: Session, row: PublicReport, now: datetime) -> bool:
    body = receipt_body(session, row, now)
    row.told_at = now
    changed = update(PublishedReceipt).where(
        PublishedReceipt.code_hash == row.code_hash, PublishedReceipt.body != body
    )
    return bool(session.execute(changed.values(body=body)).rowcount)  # type: ignore[attr-defined]


def receipt_body(session: Session, row: PublicReport, now: datetime) -> dict[str, Any]:
    """The content of a receipt: codes of sentences with their values, and nothing of what was sent.

    An amount appears only once a bank has confirmed the hold: a thief may have the code. A recipient of the money can report the
    payment too, before or after the victim. So all reports of one payment show the same, and requests to banks are shown only
    after their answer (`_answered_holds`): earlier they would warn a mule who can still withdraw.
    """
    first = _first_of_payment(session, row)
    steps: list[dict[str, Any]] = [_build_step("received", row.received_at)]
    if first.opened_at is not None:
        steps.append(_build_step("read", first.opened_at))
    money = ReportMoney()
    if row.duplicate_of is not None and first is row:
        steps.append(_build_step("joined", row.received_at))
    else:
        money = _case_steps(session, first, steps)
    held = money.held
    if first.closed_at is not None and first.state == "closed":
        steps.append(_build_step(first.outcome if first.outcome in RECHECKED else "closed", first.closed_at))
    steps = [_no_earlier(step, row.received_at) for step in steps]
    # The sort is stable: steps before this report share its time and stay in the order in which they were
    # done.
    steps.sort(key=lambda step: step["order"])
    head = steps[-1]["code"]
    messages = _build_messages(session, row.id, now)
    return {
        "head": "held" if held else head if head in HEADS else "received",
        "params": {"sum": format_receipt_baht(held)} if held else {},
        "of": format_receipt_baht(money.reported) if held and money.reported else "",
        "steps": [{name: value for name, value in step.items() if name != "order"} for step in steps],
        "messages": messages,
        "asks": bool(messages) and not messages[-1]["mine"] and messages[-1]["asks"],
        "held": held or None,
        "complaint": _build_complaint(row, first, money),
        "next": _build_next_step(first, row),
        "proof": row.proof,
    }


def _first_of_payment(session: Session, row: PublicReport) -> PublicReport:
    """The first report of the same payment; for other kinds the report itself."""
    if row.duplicate_of is None or row.kind != "money_left":
        return row
    return session.get_one(PublicReport, row.duplicate_of)


def _no_earlier(step: dict[str, Any], received_at: datetime) -> dict[str, Any]:
    """Date a step no earlier than the report: an earlier date would reveal to the reporter that somebody else reported the
    payment.
    """
    at = max(datetime.fromisoformat(step["order"]), received_at)
    return step | {"at": format_receipt_time(at), "order": at.isoformat()}


def _build_next_step(first: PublicReport, row: PublicReport) -> dict[str, Any] | None:
    """The next step and its time, after which the report moves up. For a duplicate it is the duplicate's own time:
    the first report's would reveal when somebody else reported.
    """
    if first.state == "closed" or row.answer_by is None or first.duplicate_of is not None:
        return None
    return {"code": "read" if first.opened_at is None else "answer", "by": format_receipt_time(row.answer_by)}


@dataclass(frozen=True, slots=True)
class ReportMoney:
    """What banks hold for a report's case and what the report named, in satang; until when the first hold lasts that no complaint
    has extended, and whether one has.
    """

    held: int = 0
    reported: int = 0
    until: datetime | None = None
    extended: bool = False


def _case_steps(session: Session, row: PublicReport, steps: list[dict[str, Any]]) -> ReportMoney:
    """Add the steps of the report's case: what was done, and what became of the money."""
    of_report = (CaseReportRow.source == SOURCE, CaseReportRow.record_id == row.record_id)
    case_row = session.execute(
        select(Case, CaseReportRow.loss)
        .join(CaseReportRow, CaseReportRow.case_id == Case.id)
        .where(*of_report)
    ).first()
    if case_row is None:
        return ReportMoney()
    case, reported = case_row
    steps.append(_build_step("case", case.opened_at))
    # Only once the money was traced: without a transfer in the records there is nothing to trace.
    if case.traced_at is not None:
        steps.append(_build_step("followed", case.traced_at))
    answered = _answered_holds(session, case.id)
    if answered:
        steps.append(_build_step("asked", min(answered.values())))
    steps += _build_money_steps(session, row.record_id, answered)
    holds = [hold for hold in answered if hold.state in HELD]
    extended = _list_extended(session, [hold.id for hold in holds])
    return ReportMoney(
        sum(hold.held for hold in holds),
        reported,
        min((hold.until for hold in holds if hold.id not in extended), default=None),
        bool(extended),
    )


def _list_extended(session: Session, holds: list[int]) -> set[int]:
    approved = select(HoldExtension.hold_id).where(HoldExtension.state.in_(("approved", "confirmed")))
    return set(session.scalars(approved.where(HoldExtension.hold_id.in_(holds))))


def _build_money_steps(
    session: Session, record_id: str, answered: dict[Hold, datetime]
) -> list[dict[str, Any]]:
    """What banks held, what of it ended and why, and what the reporter got back: one step for each minute and cause."""
    sums: Counter[tuple[str, datetime]] = Counter()
    # One step for all that was answered in a turn of the server: a step for each bank would say how many there are.
    asked_at = min(answered.values(), default=None)
    for hold, at in answered.items():
        sums["held", max(at.replace(second=0, microsecond=0), asked_at or at)] += hold.held
    numbers = {hold.id: hold.held for hold in answered}
    ended = session.execute(
        select(HoldRelease.hold_id, HoldRelease.cause, HoldRelease.at).where(HoldRelease.hold_id.in_(numbers))
    )
    for hold_id, cause, at in ended:
        sums[f"ended_{cause}", at.replace(second=0, microsecond=0)] += numbers[hold_id]
    of_report = (LossRecovery.source == SOURCE, LossRecovery.record_id == record_id)
    for amount, at in session.execute(
        select(LossRecovery.amount, LossRecovery.recorded_at).where(*of_report)
    ):
        sums["returned", at] += amount
    paid = (
        select(PayoutLine.amount, PayoutPayment.at)
        .join(
            PayoutPayment,
            and_(
                PayoutPayment.plan_id == PayoutLine.plan_id,
                PayoutPayment.registration_id == PayoutLine.registration_id,
            ),
        )
        .join(LossRegistration, LossRegistration.id == PayoutLine.registration_id)
        .where(LossRegistration.source == SOURCE, LossRegistration.record_id == record_id)
    )
    for amount, at in session.execute(paid):
        sums["refunded", at] += amount
    return [
        _build_step(code, at, sum=format_receipt_baht(amount))
        for (code, at), amount in sums.items()
        if amount
    ]


def _build_complaint(row: PublicReport, first: PublicReport, money: ReportMoney) -> dict[str, Any] | None:
    """Until when to complain to the police, without which a hold ends; None for other kinds, and for a closed report. A hold of
    which no bank has said anything yet counts from the report, so that nobody learns of it here.
    """
    if row.kind != "money_left" or first.state == "closed":
        return None
    by = money.until or row.received_at + law.rule_under(law.HOLD_ON_REPORT).period
    given = bool(row.complaint) or (money.extended and money.until is None)
    return {"by": format_receipt_time(by), "given": given}


def _answered_holds(session: Session, case_id: int) -> dict[Hold, datetime]:
    """The answered holds of a case with the time of the answer, except those answered while another bank of the case was still to
    answer or to be asked. A hold that was shown stays shown, since later holds were approved after these answers.
    """
    holds = session.scalars(select(Hold).where(Hold.case_id == case_id)).all()
    waiting_since = [hold.approved_at for hold in holds if hold.state in UNANSWERED]
    first_answer = (
        select(Order.about_id, func.min(OrderAnswer.recorded_at))
        .join(OrderAnswer, OrderAnswer.order_id == Order.order_id)
        .where(Order.about == "hold", Order.kind == "hold", Order.about_id.in_([hold.id for hold in holds]))
        .where(OrderAnswer.status != "received")
        .group_by(Order.about_id)
    )
    answered_at = {row[0]: row[1] for row in session.execute(first_answer)}
    return {
        hold: answered_at[hold.id]
        for hold in holds
        if hold.id in answered_at and all(answered_at[hold.id] <= since for since in waiting_since)
    }


def _build_messages(session: Session, report: int, now: datetime) -> list[dict[str, Any]]:
    query = select(PublicMessage).where(PublicMessage.report_id == report).order_by(PublicMessage.id)
    return [
        # The reporter's own words are not shown again, as the code may have leaked; nor are old messages.
        {
            "mine": message.officer_id is None,
            "text": message.text if message.at > now - FOLDED_AFTER else "",
            "old": message.at <= now - FOLDED_AFTER,
            "asks": message.asks,
            "at": format_receipt_time(message.at),
        }
        for message in session.scalars(query)
    ]


def _build_step(code: str, at: datetime, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params, "at": format_receipt_time(at), "order": at.isoformat()}


def format_receipt_time(at: datetime) -> str:
    """A moment in the room's time zone, day first."""
    return at.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))).strftime("%d/%m/%Y %H:%M")


def format_receipt_baht(satang: int) -> str:
    return f"{satang // 100:,}" if satang % 100 == 0 else f"{satang / 100:,.2f}"
