"""Holds: proposals, actions, approvals, clocks, and how they end."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of
from warroom.operations.views import ACTIVE

HOLD_STATES = (*ACTIVE, "refused", "released", "expired", "declined")


class Proposal(Base):
    """An amount that may be held, frozen with the balance known when it was shown."""

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("case_snapshots.id"))
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    balance: Mapped[int]
    rank: Mapped[int]
    minutes_to_exit: Mapped[float]
    inflow: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    innocent_evidence: Mapped[list[Any]]
    state: Mapped[str]
    action_id: Mapped[int | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str]
    __table_args__ = (
        CheckConstraint("amount > 0 OR state IN ('not_held', 'superseded')", name="amount"),
        CheckConstraint(
            one_of("state", ("open", "approved", "declined", "superseded", "not_held")), name="state"
        ),
    )


class Action(Base):
    """A hold: always an amount, never an account alone. `active` is what counts against loss and balance."""

    __tablename__ = "actions"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    held: Mapped[int]
    active: Mapped[int] = mapped_column(
        Computed(
            "CASE WHEN state IN ('proposed', 'approved', 'sent') THEN amount"
            " WHEN state IN ('in_effect', 'partly') THEN held ELSE 0 END",
            persisted=True,
        )
    )
    balance_limit: Mapped[int]
    state: Mapped[str]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    legal_basis: Mapped[str]
    snapshot: Mapped[str]
    approved_at: Mapped[datetime]
    until: Mapped[datetime]
    report_until: Mapped[datetime]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("held >= 0 AND held <= amount", name="held"),
        CheckConstraint("bank <> '' AND account <> ''", name="account"),
        CheckConstraint("until > approved_at", name="until"),
        CheckConstraint(one_of("state", HOLD_STATES), name="state"),
        Index("actions_account_idx", "bank", "account", postgresql_where="active > 0"),
        Index("actions_in_effect_idx", "until", "id", postgresql_where="state IN ('in_effect', 'partly')"),
        Index("actions_expired_idx", "until", "id", postgresql_where="state = 'expired'"),
    )


class Approval(Base):
    """One officer's word for one hold, with the hash of what was seen. Nobody counts twice."""

    __tablename__ = "approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    step: Mapped[str]
    snapshot: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("action_id", "officer_id"),
        CheckConstraint(one_of("step", ("hold", "extend")), name="step"),
    )


class Extension(Base):
    """A hold carried on after the police complaint: asked for by one officer, approved by another."""

    __tablename__ = "extensions"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    complaint_no: Mapped[str]
    complained_at: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str]
    requested_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    requested_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("requested_by <> approved_by", name="two_officers"),
        CheckConstraint("complaint_no <> ''", name="complaint"),
        CheckConstraint(one_of("state", ("requested", "approved", "confirmed", "refused")), name="state"),
        CheckConstraint("state IN ('requested', 'refused') OR approved_by IS NOT NULL", name="approved"),
        Index("extensions_one_idx", "action_id", unique=True, postgresql_where="state <> 'refused'"),
    )


class Clock(Base):
    """Something that happens at a time unless it is stopped before."""

    __tablename__ = "clocks"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"))
    kind: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str]
    __table_args__ = (
        CheckConstraint(one_of("state", ("running", "done", "stopped")), name="state"),
        CheckConstraint(
            one_of("kind", ("lapse", "lapse_warning", "silence", "appeal_due", "appeal_limit")), name="kind"
        ),
        Index("clocks_due_idx", "due_at", postgresql_where="state = 'running'"),
    )


class Release(Base):
    """How a hold ended: by an officer, an appeal, its own lapse, or the bank by itself."""

    __tablename__ = "releases"
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    cause: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    lifted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("cause", ("officer", "appeal", "expiry", "bank")), name="cause"),
    )


class AppealRow(Base):
    """A holder's appeal; one open at a time for a hold."""

    __tablename__ = "appeals"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    who: Mapped[str]
    text: Mapped[str]
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    limit_at: Mapped[datetime]
    state: Mapped[str]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str]
    __table_args__ = (
        CheckConstraint(one_of("state", ("open", "upheld", "granted")), name="state"),
        CheckConstraint("state = 'open' OR (answered_by IS NOT NULL AND reason <> '')", name="answered"),
        Index("appeals_one_open_idx", "action_id", unique=True, postgresql_where="state = 'open'"),
        Index("appeals_due_idx", "due_at", postgresql_where="state = 'open'"),
    )
