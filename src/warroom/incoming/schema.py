"""Tables of holds of what comes in, of the payments that wait, and of the calls to their payers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.cases.objection import Objection
from warroom.incoming.views import (
    APPEAL_STATES,
    CALL_ANSWERS,
    INCOMING_CAUSES,
    INCOMING_STATES,
    PAYMENT_CAUSES,
    PAYMENT_STATES,
)
from warroom.ledger.base import Base, format_in_check


class IncomingHoldRow(Base):
    """One request to one bank to let payments to one account wait, under an officer's name and with an end.

    `doubts` are why a second officer had to approve it. `told_at` is set once, when the first payment waits.
    """

    __tablename__ = "incoming_holds"
    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str]
    account: Mapped[str]
    state: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    signal: Mapped[str]
    probability: Mapped[float | None]
    model_version: Mapped[str]
    reasons: Mapped[list[Any]]
    payers_a_day: Mapped[float]
    doubts: Mapped[list[str]]
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    proposed_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    ended_cause: Mapped[str]
    ended_reason: Mapped[str]
    lifted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", INCOMING_STATES), name="state"),
        CheckConstraint(format_in_check("ended_cause", ("", *INCOMING_CAUSES)), name="cause"),
        CheckConstraint("reason <> '' AND bank <> '' AND account <> ''", name="says"),
        CheckConstraint(
            # No hold of what comes in without an officer, a rule and an end within seven days, whatever the program does.
            "CASE WHEN state IN ('approved', 'sent', 'in_effect')"
            " THEN approved_by IS NOT NULL AND rule_id <> '' AND until > approved_at"
            " AND until <= approved_at + interval '7 days'"
            " WHEN state IN ('ended', 'declined', 'refused') THEN ended_at IS NOT NULL ELSE approved_by IS NULL END",
            name="decided",
        ),
        # Four eyes in the database too, where anything speaks against one officer alone.
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by OR cardinality(doubts) = 0",
            name="two_officers",
        ),
        # Nobody hears of it before a payment waits.
        CheckConstraint("(told_at IS NULL) = (notice_en = '')", name="told"),
        Index(
            "incoming_holds_one_idx",
            "bank",
            "account",
            unique=True,
            postgresql_where="state IN ('proposed', 'approved', 'sent', 'in_effect')",
        ),
        Index("incoming_holds_account_idx", "bank", "account"),
    )


class WaitingPayment(Base):
    """A payment that came in and waits, as its bank told it. `cause` and who decided stand once it no longer waits."""

    __tablename__ = "waiting_payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("incoming_holds.id"), index=True)
    source: Mapped[str]
    record_id: Mapped[str]
    transfer: Mapped[str]
    payer_bank: Mapped[str]
    payer: Mapped[str]
    telephone: Mapped[str]
    amount: Mapped[int]
    paid_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    paid_before: Mapped[bool]
    state: Mapped[str]
    ask_by: Mapped[datetime]
    cause: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    report: Mapped[str]
    __table_args__ = (
        UniqueConstraint("source", "record_id"),
        CheckConstraint(format_in_check("state", PAYMENT_STATES), name="state"),
        CheckConstraint(format_in_check("cause", ("", *PAYMENT_CAUSES)), name="cause"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'waiting') = (cause = '')", name="decided"),
        # A payment is sent back on its payer's own word alone.
        CheckConstraint(
            "state NOT IN ('sending-back', 'sent-back', 'gone') OR (cause = 'cheated' AND decided_by IS NOT NULL)",
            name="sent_back",
        ),
        Index("waiting_payments_open_idx", "ask_by", postgresql_where="state = 'waiting'"),
    )


class PayerCallRow(Base):
    """One call to a payer, by one officer. Only ever added."""

    __tablename__ = "payer_calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("waiting_payments.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    answer: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("answer", CALL_ANSWERS), name="answer"),
        CheckConstraint("answer = 'missed' OR text <> ''", name="text"),
    )


class IncomingAppealRow(Objection, Base):
    """A holder's appeal against a hold of what comes in; one open at a time."""

    __tablename__ = "incoming_appeals"
    hold_id: Mapped[int] = mapped_column(ForeignKey("incoming_holds.id"), index=True)
    __table_args__ = (
        CheckConstraint(format_in_check("state", APPEAL_STATES), name="state"),
        CheckConstraint("(state = 'open') = (answered_by IS NULL)", name="answered"),
        Index("incoming_appeals_open_idx", "hold_id", unique=True, postgresql_where="state = 'open'"),
    )
