"""What the room tells those outside: how each report stands, and which banks there are. It is written when it changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.cases.schema import Case, CaseReportRow, Hold
from warroom.ledger.ledger import Ledger
from warroom.public import learners, numbers
from warroom.public.banks import banks
from warroom.public.published import publish_page
from warroom.public.schema import PublicMessage, PublicReport, PublishedReceipt
from warroom.public.taking_in import SOURCE
from warroom.public.views import RECHECKED

ASKED = ("approved", "sent", "in_effect", "partly", "released", "expired")
HELD = ("in_effect", "partly")
HEADS = ("read", "case", "followed", "closed", "joined", *RECHECKED)
AT_ONCE, AGAIN = 300, 50
FOLDED_AFTER = timedelta(days=14)
"""Older messages are no longer shown to who has the code: 1441 reads them out."""


def publish(ledger: Ledger, now: datetime, banks_of_records: tuple[str, ...] = ()) -> int:
    """Bring receipts that are out of date, and the list of banks, up to date; returns how many receipts changed.
    `banks_of_records`: codes of banks that the lake names, beside those that were entered.

    Of reports that nothing was done with some are looked at again each time, the longest untold first: what banks hold for
    their case changes without them.
    """
    untold = PublicReport.told_at.is_(None)
    with_case = and_(PublicReport.state != "closed", PublicReport.record_id != "")
    with ledger.session() as session:
        rows = [
            *_some(session, untold, PublicReport.id, AT_ONCE),
            *_some(session, with_case, PublicReport.told_at, AGAIN),
        ]
        changed = sum(_publish_one(session, row, now) for row in rows)
    known = banks(ledger, banks_of_records)
    with ledger.session() as session:
        publish_page(session, "banks", {"banks": known}, now)
    # People sit in a class by the real clock, also where an exercise has a day of its own.
    learners.publish_classes(ledger, clock.wall())
    numbers.publish_numbers(ledger, now)
    return changed


def _some(session: Session, where: ColumnElement[bool], order: Any, most: int) -> Sequence[PublicReport]:
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
    """What the bearer of a code is shown: codes of sentences with their values, and no word of what was sent.

    An amount appears only once a bank has said that it is held: a thief may have the code. Whoever tells of a payment that
    was told of before learns no more of that case than that there is one: who received the money could ask like that.
    """
    steps: list[dict[str, Any]] = [_step("received", row.received_at)]
    if row.opened_at is not None:
        steps.append(_step("read", row.opened_at))
    held = 0
    if row.duplicate_of is not None:
        steps.append(_step("joined", row.received_at))
    else:
        held = _case_steps(session, row, steps)
    if row.closed_at is not None and row.state == "closed":
        steps.append(_step(row.outcome if row.outcome in RECHECKED else "closed", row.closed_at))
    steps.sort(key=lambda step: step["order"])
    head = steps[-1]["code"]
    messages = _messages(session, row.id, now)
    return {
        "head": "held" if held else head if head in HEADS else "received",
        "params": {"sum": baht(held)} if held else {},
        "steps": [{name: value for name, value in step.items() if name != "order"} for step in steps],
        "messages": messages,
        "asks": bool(messages) and not messages[-1]["mine"] and messages[-1]["asks"],
        "held": held or None,
        "next": _next(row),
        "proof": row.proof,
    }


def _next(row: PublicReport) -> dict[str, Any] | None:
    """What comes next and by when; past it the report rises by itself."""
    if row.state == "closed" or row.answer_by is None or row.duplicate_of is not None:
        return None
    return {"code": "read" if row.opened_at is None else "answer", "by": local(row.answer_by)}


def _case_steps(session: Session, row: PublicReport, steps: list[dict[str, Any]]) -> int:
    """What was done for the case that the report opened or joined; satang that banks hold for it."""
    of_report = (CaseReportRow.source == SOURCE, CaseReportRow.record_id == row.record_id)
    case = session.scalar(
        select(Case).join(CaseReportRow, CaseReportRow.case_id == Case.id).where(*of_report)
    )
    if case is None:
        return 0
    steps.append(_step("case", case.opened_at))
    # Without a transfer in the records there is nothing to follow yet, and nothing of it is said.
    if case.traced_at is not None:
        steps.append(_step("followed", case.traced_at))
    holds: Sequence[Hold] = session.scalars(select(Hold).where(Hold.case_id == case.id)).all()
    asked = [hold for hold in holds if hold.state in ASKED]
    if asked:
        steps.append(_step("asked", min(hold.approved_at for hold in asked)))
    return case.held


def _messages(session: Session, report: int, now: datetime) -> list[dict[str, Any]]:
    said = select(PublicMessage).where(PublicMessage.report_id == report).order_by(PublicMessage.id)
    return [
        # The bearer's own words are not shown again: a code may be in other hands by now. Nor is what is old.
        {
            "mine": one.officer_id is None,
            "text": one.text if one.at > now - FOLDED_AFTER else "",
            "old": one.at <= now - FOLDED_AFTER,
            "asks": one.asks,
            "at": local(one.at),
        }
        for one in session.scalars(said)
    ]


def _step(code: str, at: datetime, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params, "at": local(at), "order": at.isoformat()}


def local(at: datetime) -> str:
    """A moment by the clocks of the room's country, day first."""
    return at.astimezone(ZoneInfo(settings.text("WARROOM_TIMEZONE"))).strftime("%d/%m/%Y %H:%M")


def baht(satang: int) -> str:
    return f"{satang // 100:,}" if satang % 100 == 0 else f"{satang / 100:,.2f}"
