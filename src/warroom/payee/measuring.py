"""Measures the effect of flags: payments to flagged payees in both arms of a trial, their outcomes, and the difference.

Analysis by intention to treat: a payment counts in the arm of its pair, whatever was then answered or done.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.payee import lines
from warroom.payee.schema import (
    AdviceOutcome,
    AdvicePayment,
    AdviceRule,
    Flag,
    FlagOutcome,
    FlagPayment,
    FlagTrial,
    MeantPair,
)
from warroom.payee.views import ARMS, Arm, ArmCount, FlagEffect, HeldBackPayment, PaymentOutcome, TrialView
from warroom.signals.bands import compute_wilson_interval

ENOUGH = 20
"""Payments with a known outcome in an arm, at least: fewer are too imprecise, and could identify single payments. Chosen, not
measured."""
SHOWN = 50
"""Payments held back that the page lists. Chosen, not measured."""
MARK = b'"trial":'
"""Marks a line of a trial. It cannot occur in a text value, where a quotation mark is escaped by a backslash."""


ADVICE_MARK = b'"would":'
"""Marks a line of a payment that the look holds back, or would in the other arm."""


def note_payments(session: Session, written: Sequence[bytes]) -> None:
    """Store, from these lines of the journal, each payment to a flagged payee, and each that the look holds back, with its arm."""
    _note_advice(session, written)
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


def _note_advice(session: Session, written: Sequence[bytes]) -> None:
    marked = [
        line
        for raw_line in written
        if ADVICE_MARK in raw_line
        if (line := lines.parse_line(raw_line)) is not None
    ]
    if not marked:
        return
    rules = set(
        session.scalars(select(AdviceRule.id).where(AdviceRule.id.in_({line.advice_rule for line in marked})))
    )
    rows = [
        {
            "check_id": line.check,
            "rule_id": line.advice_rule,
            "pair": line.pair,
            "partner": line.partner,
            "arm": line.advice_arm,
            "advice": line.would,
            "share": line.share,
            "at": line.at,
        }
        for line in marked
        # As above: after a restore the ledger may not know the rule.
        if line.advice_rule in rules
    ]
    if rows:
        session.execute(insert(AdvicePayment).values(rows).on_conflict_do_nothing())


def note_outcomes(
    ledger: Ledger, partner: str, outcomes: Mapping[str, PaymentOutcome], now: datetime
) -> None:
    """Store the outcomes that a bank reports of its payments in a trial, by check id; the first report of each
    counts.
    """
    with ledger.open_session() as session:
        _note_advice_outcomes(session, partner, outcomes, now)
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


def _note_advice_outcomes(
    session: Session, partner: str, outcomes: Mapping[str, PaymentOutcome], now: datetime
) -> None:
    mine = (AdvicePayment.check_id.in_(outcomes), AdvicePayment.partner == partner)
    rows = [
        {"check_id": name, "outcome": outcomes[name], "at": now}
        for name in session.scalars(select(AdvicePayment.check_id).where(*mine))
    ]
    if not rows:
        return
    words = insert(AdviceOutcome).values(rows).on_conflict_do_nothing().returning(AdviceOutcome.outcome)
    if counts := Counter(session.scalars(words)):
        writing.write_audit_row(session, None, "payee.outcomes", f"partner:{partner}", dict(counts), at=now)


def measure_advice_arms(
    session: Session, rule_id: int
) -> tuple[tuple[ArmCount, ...], tuple[float | None, float | None, float | None]]:
    """Payments that the look held back and those that it would have, under one rule, and the difference of the shares given up."""
    query = (
        select(AdvicePayment.arm, func.coalesce(AdviceOutcome.outcome, ""), func.count())
        .outerjoin(AdviceOutcome, AdviceOutcome.check_id == AdvicePayment.check_id)
        .where(AdvicePayment.rule_id == rule_id)
        .group_by(AdvicePayment.arm, AdviceOutcome.outcome)
    )
    counts = Counter({(arm, outcome): count for arm, outcome, count in session.execute(query)})
    advised, held_out = (_build_arm_count(arm, counts) for arm in ARMS)
    return (advised, held_out), _compute_difference(advised, held_out)


def list_held_back(session: Session) -> tuple[HeldBackPayment, ...]:
    """The newest payments that banks were advised to keep waiting, with what became of them. One that was held out went on."""
    # The payer's word on the pair, of this payment or of a later one.
    meant = exists().where(MeantPair.pair == AdvicePayment.pair, MeantPair.at >= AdvicePayment.at)
    fate = case(
        (AdviceOutcome.outcome == "abandoned", "abandoned"),
        (meant, "meant"),
        else_=func.coalesce(AdviceOutcome.outcome, "asking"),
    )
    query = (
        select(AdvicePayment, fate)
        .outerjoin(AdviceOutcome, AdviceOutcome.check_id == AdvicePayment.check_id)
        .where(AdvicePayment.arm == "told")
        .order_by(AdvicePayment.at.desc(), AdvicePayment.check_id)
        .limit(SHOWN)
    )
    return tuple(
        HeldBackPayment(row.at, row.partner, row.advice, row.share, outcome)
        for row, outcome in session.execute(query)
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
