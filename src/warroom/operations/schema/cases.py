"""Cases: reports, claimed transfers, frozen trails, alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of


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
        Index(
            "cases_waiting_idx",
            "next_due",
            "id",
            postgresql_where="state = 'open' AND undecided > 0 AND owner_id IS NULL",
        ),
        Index("cases_owned_idx", "owner_id", "next_due", "id", postgresql_where="state = 'open'"),
        Index("cases_silent_idx", "next_due", "id", postgresql_where="state = 'open' AND silent > 0"),
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
