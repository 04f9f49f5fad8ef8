"""Assets from tracing to forfeiture: what they are, what happened to them, what they were worth, who claims them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from warroom.assets.views import (
    ASSET_CLASSES,
    ASSET_EVENTS,
    ASSET_STATES,
    BOOK_ACCOUNTS,
    CLAIM_STATES,
    ENTRY_KINDS,
    LOSS_STATES,
    PLAN_STATES,
)
from warroom.ledger.base import Base, format_in_check


class Proceeding(Base):
    """A court proceeding over assets: the notice to victims and the fund that gets what is left."""

    __tablename__ = "proceedings"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    court: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    fund: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    made_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    notice_at: Mapped[datetime | None]
    register_until: Mapped[datetime | None]
    __table_args__ = (
        # Notice and window together: a notice without an end would block every pay-out.
        CheckConstraint("(notice_at IS NULL) = (register_until IS NULL)", name="notice"),
        CheckConstraint("title <> ''", name="says"),
    )


class ProceedingCase(Base):
    """A case whose victims the proceeding serves."""

    __tablename__ = "proceeding_cases"
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True, primary_key=True)


class Asset(Base):
    """A thing of value. What it is never changes (a trigger); its state and place do."""

    __tablename__ = "assets"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    proceeding_id: Mapped[int | None] = mapped_column(ForeignKey("proceedings.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    particulars: Mapped[dict[str, Any]]
    found_with: Mapped[str]
    state: Mapped[str]
    place: Mapped[str]
    seal: Mapped[str]
    traced_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    traced_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", ASSET_CLASSES), name="kind"),
        CheckConstraint(format_in_check("state", ASSET_STATES), name="state"),
        CheckConstraint("title <> ''", name="says"),
    )


class AssetEvent(Base):
    """Something that happened to an asset, with the paper it rests on."""

    __tablename__ = "asset_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str]
    place: Mapped[str]
    seal: Mapped[str]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    order_no: Mapped[str]
    authority: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    ordered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", ASSET_EVENTS), name="kind"),
        CheckConstraint(
            # What takes a thing from its owner must have an order, also in the database.
            "kind NOT IN ('frozen', 'seized', 'kept', 'forfeited')"
            " OR (order_no <> '' AND authority IS NOT NULL AND ordered_at IS NOT NULL)",
            name="order",
        ),
    )


class Valuation(Base):
    """What an asset was worth on a day, by whom and how."""

    __tablename__ = "asset_valuations"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    amount: Mapped[int]
    valuer: Mapped[str]
    method: Mapped[str]
    document: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("valuer <> '' AND method <> ''", name="says"),
        CheckConstraint("document = '' OR document ~ '^[0-9a-f]{64}$'", name="document"),
    )


class OwnerClaim(Base):
    """Somebody says that the asset is honestly theirs; decided once, by another officer than the one who took it."""

    __tablename__ = "owner_claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    who: Mapped[str]
    grounds: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    state: Mapped[str]
    reason: Mapped[str]
    order_no: Mapped[str]
    authority: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    ordered_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", CLAIM_STATES), name="state"),
        CheckConstraint("who <> '' AND grounds <> ''", name="says"),
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("state = 'open' OR (reason <> '' AND order_no <> '')", name="reasoned"),
        # Asked for at every step towards a pay-out; the decided ones, which are nearly all, need not be in it.
        Index("owner_claims_open_idx", "asset_id", postgresql_where="state = 'open'"),
    )


class BookEntry(Base):
    """One booking: what moved, when, by whom, on which paper."""

    __tablename__ = "asset_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str]
    document: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", ENTRY_KINDS), name="kind"),
        CheckConstraint("document = '' OR document ~ '^[0-9a-f]{64}$'", name="document"),
    )


class Posting(Base):
    """One side of a booking."""

    __tablename__ = "asset_postings"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("asset_entries.id"), index=True)
    account: Mapped[str]
    amount: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("payout_plans.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("loss_registrations.id"))
    __table_args__ = (
        CheckConstraint(format_in_check("account", BOOK_ACCOUNTS), name="account"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(
            # Each account belongs to an asset, to a plan, or to a victim of a plan; a posting that named two would
            # count twice.
            "CASE WHEN account IN ('pot', 'remainder') THEN asset_id IS NULL AND plan_id IS NOT NULL"
            " AND registration_id IS NULL"
            " WHEN account = 'paid' THEN asset_id IS NULL AND plan_id IS NOT NULL AND registration_id IS NOT NULL"
            " ELSE asset_id IS NOT NULL AND plan_id IS NULL AND registration_id IS NULL END",
            name="whose",
        ),
        Index("asset_postings_asset_idx", "asset_id", "account"),
        Index("asset_postings_plan_idx", "plan_id", "account"),
        Index("asset_postings_registration_idx", "registration_id"),
    )


class LossRegistration(Base):
    """A victim's loss registered for a proceeding, on a report of one of its cases."""

    __tablename__ = "loss_registrations"
    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(unique=True)
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    case_id: Mapped[int]
    source: Mapped[str]
    record_id: Mapped[str]
    claimed: Mapped[int]
    accepted: Mapped[int | None]
    pay_bank: Mapped[str]
    pay_account: Mapped[str]
    state: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str]
    __table_args__ = (
        # A loss is registered once in a proceeding: twice it would get two shares.
        UniqueConstraint("proceeding_id", "source", "record_id"),
        ForeignKeyConstraint(["source", "record_id"], ["case_reports.source", "case_reports.record_id"]),
        # No victim of another case, also in the database.
        ForeignKeyConstraint(
            ["proceeding_id", "case_id"],
            ["proceeding_cases.proceeding_id", "proceeding_cases.case_id"],
            name="loss_registrations_case_of_proceeding_fk",
        ),
        CheckConstraint(format_in_check("state", LOSS_STATES), name="state"),
        CheckConstraint("claimed > 0", name="claimed"),
        CheckConstraint("accepted >= 0 AND accepted <= claimed", name="accepted"),
        CheckConstraint("(state = 'accepted') = (accepted IS NOT NULL)", name="decided"),
        # Two people for every loss, as the service says, for whatever else may write here.
        CheckConstraint("decided_by IS NULL OR decided_by <> filed_by", name="two_officers"),
        Index("loss_registrations_case_idx", "case_id"),
    )


class LossRecovery(Base):
    """What a victim got back outside a proceeding (a hold given back, a settlement), by whom and under which reference. It is taken
    off what is owed.
    """

    __tablename__ = "loss_recoveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    record_id: Mapped[str]
    amount: Mapped[int]
    payer: Mapped[str]
    reference: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (
        # Money that two desks heard of is noted once: its reference is the payer's own.
        UniqueConstraint("source", "record_id", "reference"),
        ForeignKeyConstraint(["source", "record_id"], ["case_reports.source", "case_reports.record_id"]),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("payer <> '' AND reference <> ''", name="said"),
    )


class PayoutPlan(Base):
    """Who is to get what out of a proceeding's money. What it says never changes (a trigger); its state does."""

    __tablename__ = "payout_plans"
    id: Mapped[int] = mapped_column(primary_key=True)
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    state: Mapped[str]
    pot: Mapped[int]
    total: Mapped[int]
    remainder: Mapped[int]
    fund: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    digest: Mapped[str]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    drafted_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("state", PLAN_STATES), name="state"),
        # To the satang: what is not shared out goes to the fund, and nothing is left over.
        CheckConstraint("pot = total + remainder AND total >= 0 AND remainder >= 0", name="adds_up"),
        # One draft at a time: two would share out the same money.
        Index("payout_plans_one_idx", "proceeding_id", unique=True, postgresql_where="state = 'drafted'"),
        Index("payout_plans_proceeding_idx", "proceeding_id"),
    )


class PayoutLine(Base):
    """One victim's share."""

    __tablename__ = "payout_lines"
    plan_id: Mapped[int] = mapped_column(ForeignKey("payout_plans.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("loss_registrations.id"), index=True, primary_key=True
    )
    outstanding: Mapped[int]
    amount: Mapped[int]
    __table_args__ = (CheckConstraint("amount >= 0 AND amount <= outstanding", name="amount"),)


class PayoutApproval(Base):
    """One officer's approval of a plan. Nobody counts twice, and the drafter does not count (a trigger)."""

    __tablename__ = "payout_approvals"
    plan_id: Mapped[int] = mapped_column(ForeignKey("payout_plans.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True, primary_key=True)
    digest: Mapped[str]
    at: Mapped[datetime]


class PayoutPayment(Base):
    """A line that was paid: its key is the line's, so that there cannot be a second one."""

    __tablename__ = "payout_payments"
    plan_id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(primary_key=True)
    # One booking pays one line, and cannot be shown for another.
    entry_id: Mapped[int] = mapped_column(ForeignKey("asset_entries.id"), unique=True)
    reference: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "registration_id"], ["payout_lines.plan_id", "payout_lines.registration_id"]
        ),
        CheckConstraint("reference <> ''", name="reference"),
    )
