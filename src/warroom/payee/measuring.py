"""Measures the effect of flags: payments to flagged payees in both arms of a trial, their outcomes, and the difference.

Analysis by intention to treat: a payment counts in the arm of its pair, whatever was then answered or done.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.payee import lines
from warroom.payee.schema import Flag, FlagOutcome, FlagPayment, FlagTrial
from warroom.payee.views import ARMS, Arm, ArmCount, FlagEffect, PaymentOutcome, TrialView
from warroom.signals.bands import compute_wilson_interval

ENOUGH = 20
"""Payments with a known outcome in an arm, at least: fewer are too imprecise, and could identify single payments. Chosen, not
measured."""
MARK = b'"trial":'
"""Marks a line of a trial. It cannot occur in a text value, where a quotation mark is escaped by a backslash."""


def note_payments(session: Session, written: Sequence[bytes]) -> None:
    """Store, from these lines of the journal, each payment to a flagged payee with its arm."""
    marked_lines = [
        line for raw_line in written if MARK in raw_line if (line := lines.parse_line(raw_line)) is not None
    ]
    if not marked_lines:
        return
    rows = [
        {
            "check_id": line.check,
            "flag_id": line.flag,
            "partner": line.partner,
            "trial_id": line.trial,
            "arm": line.arm,
            "at": line.at,
        }
        for line in marked_lines
        if line.trial and line.arm
    ]
    # After a restore the journal may name flags and trials that the ledger no longer knows.
    flags = set(session.scalars(select(Flag.id).where(Flag.id.in_({row["flag_id"] for row in rows}))))
    trials = set(
        session.scalars(select(FlagTrial.id).where(FlagTrial.id.in_({row["trial_id"] for row in rows})))
    )
    known = [row for row in rows if row["flag_id"] in flags and row["trial_id"] in trials]
    if known:
        session.execute(insert(FlagPayment).values(known).on_conflict_do_nothing())


def note_outcomes(
    ledger: Ledger, partner: str, outcomes: Mapping[str, PaymentOutcome], now: datetime
) -> None:
    """Store the outcomes that a bank reports of its payments in a trial, by check id; the first report of each
    counts.
    """
    with ledger.open_session() as session:
        mine = (FlagPayment.check_id.in_(outcomes), FlagPayment.partner == partner)
        rows = [
            {"check_id": name, "outcome": outcomes[name], "at": now}
            for name in session.scalars(select(FlagPayment.check_id).where(*mine))
        ]
        if not rows:
            return
        words = insert(FlagOutcome).values(rows).on_conflict_do_nothing().returning(FlagOutcome.outcome)
        outcome_counts = Counter(session.scalars(words))
        if outcome_counts:
            writing.write_audit_row(
                session, None, "payee.outcomes", f"partner:{partner}", dict(outcome_counts), at=now
            )


def measure_trial(session: Session, partner: str = "") -> FlagEffect:
    """The effect in the newest trial with a share above 0, of one bank's payments or of all."""
    trial = newest_trial(session, FlagTrial.share > 0)
    if trial is None:
        return FlagEffect(None, (), None, None, None)
    counts = _count_outcomes(session, trial.id, partner)
    told, held = (_build_arm_count(arm, counts) for arm in ARMS)
    return FlagEffect(trial, (told, held), *_compute_difference(told, held))


def newest_trial(session: Session, *which: ColumnElement[bool]) -> TrialView | None:
    """The newest of the trials, or of those that fulfil a condition."""
    joined = select(FlagTrial, OfficerRow.name).join(OfficerRow, OfficerRow.id == FlagTrial.officer_id)
    row = session.execute(joined.where(*which).order_by(FlagTrial.id.desc()).limit(1)).first()
    return make_view(TrialView, row[0], officer=row[1]) if row is not None else None


def _count_outcomes(session: Session, trial: int, partner: str) -> Counter[tuple[str, str]]:
    query = (
        select(FlagPayment.arm, func.coalesce(FlagOutcome.outcome, ""), func.count())
        .outerjoin(FlagOutcome, FlagOutcome.check_id == FlagPayment.check_id)
        .where(FlagPayment.trial_id == trial)
        .group_by(FlagPayment.arm, FlagOutcome.outcome)
    )
    rows = session.execute(query.where(FlagPayment.partner == partner) if partner else query)
    return Counter({(arm, outcome): count for arm, outcome, count in rows})


def _build_arm_count(arm: Arm, counts: Counter[tuple[str, str]]) -> ArmCount:
    paid, abandoned = counts[arm, "paid"], counts[arm, "abandoned"]
    asked, known = paid + abandoned + counts[arm, ""], paid + abandoned
    if known < ENOUGH:
        return ArmCount(arm, asked, paid, abandoned, None, None, None)
    return ArmCount(
        arm, asked, paid, abandoned, abandoned / known, *compute_wilson_interval(abandoned, known)
    )


def _compute_difference(
    warned_arm: ArmCount, held: ArmCount
) -> tuple[float | None, float | None, float | None]:
    """The difference of the shares abandoned, told minus held out, with its interval (Newcombe, 1998, method 10)."""
    if warned_arm.share is None or warned_arm.low is None or warned_arm.high is None:
        return None, None, None
    if held.share is None or held.low is None or held.high is None:
        return None, None, None
    more = warned_arm.share - held.share
    down = math.hypot(warned_arm.share - warned_arm.low, held.high - held.share)
    up = math.hypot(warned_arm.high - warned_arm.share, held.share - held.low)
    return more, more - down, more + up
