"""Tables of flags, appeals, trials, measured payments and probes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.cases.objection import Objection
from warroom.ledger.base import Base, format_in_check
from warroom.payee.views import (
    ADVICE,
    APPEAL_STATES,
    ARMS,
    CAUSES,
    FLAG_STATES,
    ORIGINS,
    PAYMENT_OUTCOMES,
    RULE_STATES,
)


class Flag(Base):
    """An account that payers are warned about. A renewal is a row of its own, with the `reference` of the one before.

    `probability` is calibrated to the real share of crime; `turn` numbers every change of any flag, so that a cache
    loads only newer ones. `noticed_at` is when the holder's bank fetched the notice; `withheld`: it asked
    while nobody on the trail may hear of anything.
    """

    __tablename__ = "flags"
    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str]
    account: Mapped[str]
    state: Mapped[str]
    scam_type: Mapped[str]
    origin: Mapped[str]
    probability: Mapped[float | None]
    model_version: Mapped[str]
    reasons: Mapped[list[Any]]
    signal: Mapped[str]
    reference: Mapped[str] = mapped_column(index=True)
    proposed_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str]
    until: Mapped[datetime | None]
    rule_id: Mapped[str]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    noticed_at: Mapped[datetime | None]
    renewed_from: Mapped[int | None] = mapped_column(ForeignKey("flags.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    ended_cause: Mapped[str]
    ended_reason: Mapped[str]
    turn: Mapped[int] = mapped_column(index=True)
    withheld: Mapped[bool] = mapped_column(server_default="false")
    __table_args__ = (
        CheckConstraint(format_in_check("state", FLAG_STATES), name="state"),
        CheckConstraint(format_in_check("origin", ORIGINS), name="origin"),
        CheckConstraint(format_in_check("ended_cause", ("", *CAUSES)), name="cause"),
        CheckConstraint(
            # No flag without an officer, a reason and an end, whatever the program does.
            "CASE state WHEN 'proposed' THEN decided_by IS NULL"
            " WHEN 'in_effect' THEN decided_by IS NOT NULL AND reason <> '' AND until > decided_at"
            " WHEN 'declined' THEN decided_by IS NOT NULL AND reason <> ''"
            " ELSE ended_at IS NOT NULL AND ended_cause <> '' END",
            name="decided",
        ),
        Index(
            "flags_open_idx",
            "bank",
            "account",
            unique=True,
            postgresql_where="state IN ('proposed', 'in_effect')",
        ),
        # For the newest flag of an account in any state (`proposing`, probes of a flag).
        Index("flags_account_idx", "bank", "account"),
        # For the list of proposals, sorted by their time to decide.
        Index("flags_state_idx", "state", "decide_by"),
    )


class FlagAppeal(Objection, Base):
    """A holder's appeal against a flag."""

    __tablename__ = "flag_appeals"
    flag_id: Mapped[int] = mapped_column(ForeignKey("flags.id"), index=True)
    __table_args__ = (
        CheckConstraint(format_in_check("state", APPEAL_STATES), name="state"),
        CheckConstraint("(state = 'open') = (answered_by IS NULL)", name="answered"),
        Index("flag_appeals_open_idx", "flag_id", unique=True, postgresql_where="state = 'open'"),
    )


class FlagTrial(Base):
    """The share of payer-payee pairs that is held out of flags from this time on; the last row is in force."""

    __tablename__ = "flag_trials"
    id: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[float]
    reason: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("share BETWEEN 0 AND 0.5", name="share"),
    )


class FlagPayment(Base):
    """A payment to a flagged payee during a trial; payer and payee are not stored."""

    __tablename__ = "flag_payments"
    check_id: Mapped[str] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flags.id"))
    partner: Mapped[str]
    trial_id: Mapped[int] = mapped_column(ForeignKey("flag_trials.id"))
    arm: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("arm", ARMS), name="arm"),
        Index("flag_payments_trial_id_idx", "trial_id", "partner"),
    )


class FlagOutcome(Base):
    """The outcome of such a payment, as its bank reports."""

    __tablename__ = "flag_outcomes"
    check_id: Mapped[str] = mapped_column(ForeignKey("flag_payments.check_id"), primary_key=True)
    outcome: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint(format_in_check("outcome", PAYMENT_OUTCOMES), name="outcome"),)


class FlagProbe(Base):
    """An account with more checks on a day than payers who paid it: the checks may be probing for a flag."""

    __tablename__ = "flag_probes"
    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str]
    account: Mapped[str]
    day: Mapped[date]
    asked: Mapped[int]
    abandoned: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("bank", "account", "day"),)


class AdviceRule(Base):
    """From which probability on a payment is advised to wait or to be asked about, decided by two officers and with an end."""

    __tablename__ = "advice_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    wait_from: Mapped[float]
    ask_from: Mapped[float]
    held_out: Mapped[float]
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    ended_at: Mapped[datetime | None]
    # Which setting of the commander's frontier it is; empty for thresholds that somebody typed.
    setting: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        CheckConstraint(format_in_check("state", RULE_STATES), name="state"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("0 < wait_from AND wait_from <= ask_from AND ask_from <= 1", name="shares"),
        CheckConstraint("held_out BETWEEN 0 AND 0.5", name="held_out"),
        CheckConstraint(
            # Never in effect by one officer alone, nor without an end.
            "state <> 'in_effect' OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by AND until > confirmed_at)",
            name="confirmed",
        ),
        Index(
            "advice_rules_open_idx",
            "state",
            unique=True,
            postgresql_where="state IN ('proposed', 'in_effect')",
        ),
    )


class AdvicePayment(Base):
    """A payment that the look held back, or would have in the other arm; payer and payee are not stored."""

    __tablename__ = "advice_payments"
    check_id: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("advice_rules.id"))
    pair: Mapped[int] = mapped_column(BigInteger)
    partner: Mapped[str]
    arm: Mapped[str]
    advice: Mapped[str]
    share: Mapped[float]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("arm", ARMS), name="arm"),
        CheckConstraint(format_in_check("advice", ADVICE), name="advice"),
        Index("advice_payments_rule_id_idx", "rule_id", "partner"),
    )


class AdviceOutcome(Base):
    """The outcome of such a payment, as its bank reports."""

    __tablename__ = "advice_outcomes"
    check_id: Mapped[str] = mapped_column(ForeignKey("advice_payments.check_id"), primary_key=True)
    outcome: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint(format_in_check("outcome", PAYMENT_OUTCOMES), name="outcome"),)


class MeantPair(Base):
    """A pair of payer and payee, by its keyed digest, of which the payer said that the payment is meant."""

    __tablename__ = "meant_pairs"
    pair: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    partner: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
