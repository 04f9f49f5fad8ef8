"""The tables of the ledger. Money is BIGINT satang, times are timestamptz, and what must never happen is a
constraint.

The migrations in `migrations/` make these tables; a test compares the two. Triggers and rights, which
SQLAlchemy does not describe, stand in the first migration: the limits of holds and the audit log's refusal
to change.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from warroom.operations.views import ACTIVE

NAMES = {
    "pk": "%(table_name)s_pk",
    "fk": "%(table_name)s_%(column_0_name)s_fk",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
HOLD_STATES = (*ACTIVE, "refused", "released", "expired", "declined")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The text of a check that a column is one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase):
    """All tables of the ledger; `str` is text, `int` is bigint, `datetime` carries its zone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Text(),
        int: BigInteger(),
        float: Float(53),
        bool: Boolean(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text()),
    }


class OfficerRow(Base):
    """A named person. The password is an argon2id hash; wrong tries lock the name for a while."""

    __tablename__ = "officers"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    agency: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    active: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("username <> '' AND name <> ''", name="named"),)


class SessionRow(Base):
    """A sign-in, by the hash of its token."""

    __tablename__ = "sessions"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LawConfirmation(Base):
    """A lawyer's word on one exact text of a rule: another text of the same rule must be confirmed again."""

    __tablename__ = "law_confirmations"
    rule_id: Mapped[str]
    digest: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (PrimaryKeyConstraint("rule_id", "digest"),)


class Case(Base):
    """A reported loss. The summary columns are kept by `cases.recount`, so that the board reads one index."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    flag: Mapped[str]
    scam_type: Mapped[str]
    reported_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    loss: Mapped[int]
    still_there: Mapped[int]
    exited: Mapped[int]
    spent: Mapped[int]
    beyond_horizon: Mapped[int]
    held: Mapped[int]
    accounts: Mapped[int]
    banks: Mapped[int]
    undecided: Mapped[int]
    open_appeals: Mapped[int]
    alerts: Mapped[int]
    silent: Mapped[int]
    reports: Mapped[int]
    exit_at: Mapped[datetime | None]
    lapse_at: Mapped[datetime | None]
    next_due: Mapped[datetime | None]
    next_kind: Mapped[str]
    snapshot_id: Mapped[int | None]
    traced_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    __table_args__ = (
        CheckConstraint(one_of("state", ("open", "closed")), name="state"),
        CheckConstraint("loss >= 0 AND still_there >= 0 AND exited >= 0 AND spent >= 0", name="amounts"),
        Index("cases_board_idx", "state", "next_due", "id"),
        Index("cases_exit_at_idx", "exit_at", postgresql_where="state = 'open' AND undecided > 0"),
    )


class CaseReportRow(Base):
    """A report of the lake, by its identity there, and the case it belongs to."""

    __tablename__ = "case_reports"
    source: Mapped[str]
    record_id: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(index=True)
    loss: Mapped[int]
    channel: Mapped[str]
    transfer_ids: Mapped[list[str]]
    digest: Mapped[str]
    first: Mapped[bool]
    __table_args__ = (PrimaryKeyConstraint("source", "record_id"),)


class Claim(Base):
    """A reported transfer and the one case it serves. `keys` are all names under which banks know it."""

    __tablename__ = "claims"
    source: Mapped[str]
    record_id: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    uetr: Mapped[str]
    end_to_end_id: Mapped[str]
    amount: Mapped[int]
    time: Mapped[datetime | None]
    payer_bank: Mapped[str]
    payer: Mapped[str]
    payee_bank: Mapped[str]
    payee: Mapped[str]
    __table_args__ = (PrimaryKeyConstraint("source", "record_id"),)


class ClaimKey(Base):
    """One name of a claimed transfer: one baht serves one victim, whichever bank's copy a report names."""

    __tablename__ = "claim_keys"
    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)


class Snapshot(Base):
    """A trail as it was shown: canonical JSON and its SHA-256. `content` leaves out what only time
    changes.
    """

    __tablename__ = "case_snapshots"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    sha256: Mapped[str]
    content: Mapped[str]
    trail: Mapped[str]
    as_of: Mapped[datetime]
    taken_at: Mapped[datetime]


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


class Order(Base):
    """What a bank is to be told: the outbox. Orders of one hold leave in the order they were made.

    `facts` are the rule, the transfers and the appeal clock as they stood when the order was made.
    """

    __tablename__ = "orders"
    order_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    kind: Mapped[str]
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    until: Mapped[datetime]
    reason: Mapped[str]
    exercise: Mapped[bool]
    facts: Mapped[dict[str, Any]]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    made_at: Mapped[datetime]
    next_try: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    last_error: Mapped[str]
    __table_args__ = (
        UniqueConstraint("action_id", "place"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(one_of("kind", ("hold", "release", "expiry", "extend")), name="kind"),
        CheckConstraint(
            one_of("state", ("waiting", "sent", "acknowledged", "failed", "cancelled")), name="state"
        ),
        Index("orders_next_try_idx", "next_try", postgresql_where="state IN ('waiting', 'sent')"),
    )


class Answer(Base):
    """A bank's answer. The same words at the same time are one answer."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), index=True)
    partner: Mapped[str]
    time: Mapped[datetime]
    status: Mapped[str]
    amount: Mapped[int | None]
    text: Mapped[str]
    effect: Mapped[str]
    recorded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint(one_of("status", ("received", "done", "partly", "refused", "lifted")), name="status"),
    )


class Alert(Base):
    """Something an officer must look at; `digest` keeps one from being raised twice."""

    __tablename__ = "alerts"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (Index("alerts_open_idx", "at", postgresql_where="cleared_at IS NULL"),)


class Idempotency(Base):
    """A key that came with a decision and what it led to: a double click gets the first click's answer."""

    __tablename__ = "idempotency"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    key: Mapped[str]
    request: Mapped[str]
    result: Mapped[list[Any]]
    at: Mapped[datetime]
    __table_args__ = (PrimaryKeyConstraint("officer_id", "key"),)


class AuditLine(Base):
    """A row of the audit log. `leaf` is canonical JSON, `hash` its RFC 6962 leaf hash, `chain` a keyed
    chain.
    """

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    officer: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    case_number: Mapped[str | None]
    leaf: Mapped[bytes]
    hash: Mapped[bytes]
    chain: Mapped[bytes]
    __table_args__ = (
        CheckConstraint("hash = sha256('\\x00'::bytea || leaf)", name="hash"),
        Index("audit_case_number_idx", "case_number", "sequence"),
    )


class Checkpoint(Base):
    """The root over the first `size` audit rows, as a signed note."""

    __tablename__ = "checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    at: Mapped[datetime]
    note: Mapped[str]


class Mark(Base):
    """How far a repeated job has come (such as the lake commit last read for reports)."""

    __tablename__ = "marks"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


__all__ = [
    "Action",
    "Alert",
    "Answer",
    "AppealRow",
    "Approval",
    "AuditLine",
    "Base",
    "Case",
    "CaseReportRow",
    "Checkpoint",
    "Claim",
    "ClaimKey",
    "Clock",
    "Extension",
    "Idempotency",
    "LawConfirmation",
    "Mark",
    "OfficerRow",
    "Order",
    "Proposal",
    "Release",
    "SessionRow",
    "Snapshot",
]
