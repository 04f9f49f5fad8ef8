"""What came from outside comes into the room: reports into the lake and so onto the board, tips into the lake, answers into
their report. The most urgent first, some at a time, each once.

What was sent lies sealed until here. Of money that left, the facts that a case needs go into the lake; the words of everything
else stay sealed until an officer opens them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import LedgerError
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.public import learners, matching
from warroom.public.outside.sealing import unseal
from warroom.public.schema import PublicMessage, PublicReport, Submission
from warroom.public.wall import seal_key

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

SOURCE = "public"
"""Under which source rows of the lake stand that were made of what people sent."""
AT_ONCE = 200
CHANNEL = "web"


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission and what was said in it; None where it could not be opened."""

    id: int
    kind: str
    said: dict[str, Any] | None


def take_in(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Take in what waits; returns how many. What was begun and not finished is taken again: the lake knows its rows."""
    with ledger.session() as session:
        waiting = session.scalars(
            select(Submission)
            .where(Submission.taken_at.is_(None))
            .order_by(Submission.urgency.desc(), Submission.id)
            .limit(AT_ONCE)
        ).all()
    taken = [_opened(ledger, one) for one in waiting]
    # The lake first: a crash between the two writes the same rows again, which the lake knows by their number.
    _into_lake(lake, taken, now)
    with ledger.session() as session:
        for one, row in zip(taken, waiting, strict=True):
            _into_ledger(ledger, session, one, row, now)
    return len(taken)


def record_of(submission: int) -> str:
    """The number under which a submission stands in the lake."""
    return f"P-{submission}"


def _opened(ledger: Ledger, row: Submission) -> Taken:
    try:
        body, _ = unseal(seal_key(ledger.home), row.sealed)
    except (LedgerError, ValueError):
        # Whoever took the public process over can send what opens with no key: it is kept, told, and stops nobody.
        return Taken(row.id, row.kind, None)
    said = body.get("said")
    return Taken(row.id, row.kind, said if isinstance(said, dict) else None)


def _into_lake(lake: "Lake", taken: Sequence[Taken], now: datetime) -> None:
    reports = [_report(lake, one, now) for one in taken if one.kind == "money_left" and one.said]
    if reports:
        lake.write("reports", reports, source=SOURCE)


def _report(lake: "Lake", one: Taken, now: datetime) -> dict[str, Any]:
    assert one.said is not None
    meant = matching.read(one.said)
    return {
        "record_id": record_of(one.id),
        "time": now,
        "scam_type": "",
        "transfer_ids": matching.meant(lake, meant, now),
        "loss": meant.amount if meant.amount < Decimal(10) ** 12 else Decimal(0),
        "channel": CHANNEL,
    }


def _into_ledger(ledger: Ledger, session: Session, one: Taken, row: Submission, now: datetime) -> None:
    fresh = session.get(Submission, row.id, with_for_update=True)
    assert fresh is not None
    if fresh.taken_at is not None:
        return
    fresh.taken_at = now
    if one.kind == "message":
        _message(session, fresh, now)
        return
    if one.kind == "lesson":
        learners.take(ledger, session, fresh, one.said)
        return
    record = record_of(one.id) if one.kind == "money_left" and one.said else ""
    session.add(
        PublicReport(
            submission_id=one.id,
            kind=one.kind,
            urgency=fresh.urgency,
            state="waiting",
            code_hash=fresh.code_hash,
            received_at=now,
            rank=0.5 if one.said else 0.0,
            record_id=record,
            outcome="",
        )
    )
    # The hash of what was said, so that its sender can prove it later though all else were deleted.
    detail = {"seal": fresh.seal.hex(), "kind": one.kind}
    writing.append(session, "public", "public.received", f"submission:{one.id}", detail, at=now)


def _message(session: Session, row: Submission, now: datetime) -> None:
    """An answer of a code's bearer; one whose report is unknown has nobody to read it and is left."""
    first = select(PublicReport.id).where(PublicReport.code_hash == row.code_hash).order_by(PublicReport.id)
    report = session.scalar(first.limit(1))
    if report is not None:
        session.add(PublicMessage(report_id=report, submission_id=row.id, text="", asks=False, at=now))
        writing.append(
            session, "public", "public.answered", f"public-report:{report}", {"seal": row.seal.hex()}, at=now
        )
