"""Tables of refunds: the pot, its cases, what each victim claims and gets, and who approved it. Money is satang."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.assets.refunds.views import CLAIM_STATES, METHODS, REFUND_STATES
from warroom.ledger.base import Base, format_in_check


class Refund(Base):
    """A pot that is paid back without a court: where it is held, its notice and window, and the proposed shares.

    `rule_id` and `rule_digest` are the rule of the window; `kept_rule_id` and `kept_rule_digest` that of what nobody claims.
    """

    __tablename__ = "refunds"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    pot: Mapped[int]
    holder: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    reference: Mapped[str]
    reported_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[datetime]
    notice: Mapped[str]
    notice_at: Mapped[datetime | None]
    claims_until: Mapped[datetime | None]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    method: Mapped[str]
    total: Mapped[int | None]
    remainder: Mapped[int | None]
    digest: Mapped[str]
    reason: Mapped[str]
    kept_rule_id: Mapped[str]
    kept_rule_digest: Mapped[str]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    proposed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", REFUND_STATES), name="state"),
        CheckConstraint(format_in_check("method", ("", *METHODS)), name="method"),
        CheckConstraint("pot > 0", name="pot"),
        CheckConstraint("reference <> ''", name="reference"),
        CheckConstraint("(state = 'opened') = (claims_until IS NULL)", name="window"),
        CheckConstraint(
            "(notice_at IS NULL) = (claims_until IS NULL) AND (notice_at IS NULL) = (notice = '')",
            name="notice",
        ),
        # To the satang: what nobody gets stays, and nothing is left over.
        CheckConstraint(
            "CASE WHEN state IN ('proposed', 'approved') THEN method <> '' AND proposed_by IS NOT NULL"
            " AND total >= 0 AND remainder >= 0 AND pot = total + remainder"
            " ELSE method = '' AND proposed_by IS NULL AND total IS NULL END",
            name="adds_up",
        ),
    )


class RefundEntry(Base):
    """A case whose victims the refund serves."""

    __tablename__ = "refund_cases"
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True, primary_key=True)


class RefundClaim(Base):
    """One report's victim, invited by the notice with a code of their own: what they claim, what is accepted, and their share.

    `share` is empty until shares are proposed; `owed` is what was accepted, less what came back in another way.
    """

    __tablename__ = "refund_claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"))
    case_id: Mapped[int]
    source: Mapped[str]
    record_id: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    claimed: Mapped[int | None]
    pay_bank: Mapped[str]
    pay_account: Mapped[str]
    text: Mapped[str]
    filed_at: Mapped[datetime | None]
    accepted: Mapped[int | None]
    reason: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    owed: Mapped[int | None]
    share: Mapped[int | None]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    payment: Mapped[str]
    __table_args__ = (
        UniqueConstraint("refund_id", "source", "record_id"),
        ForeignKeyConstraint(["source", "record_id"], ["case_reports.source", "case_reports.record_id"]),
        # No victim of another case, also in the database.
        ForeignKeyConstraint(
            ["refund_id", "case_id"],
            ["refund_cases.refund_id", "refund_cases.case_id"],
            name="refund_claims_case_of_refund_fk",
        ),
        CheckConstraint(format_in_check("state", CLAIM_STATES), name="state"),
        CheckConstraint(
            "CASE WHEN state = 'invited' THEN claimed IS NULL AND filed_at IS NULL"
            " ELSE claimed > 0 AND filed_at IS NOT NULL AND pay_bank <> '' AND pay_account <> '' END",
            name="filed",
        ),
        CheckConstraint("(state IN ('accepted', 'refused')) = (decided_by IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'accepted') = (accepted IS NOT NULL)", name="accepted"),
        CheckConstraint("accepted > 0 AND accepted <= claimed", name="accepted_sum"),
        CheckConstraint("(owed IS NULL) = (share IS NULL)", name="shared"),
        CheckConstraint("share >= 0 AND share <= owed AND owed <= accepted", name="share"),
        CheckConstraint(
            "CASE WHEN paid_at IS NULL THEN paid_by IS NULL AND payment = ''"
            " ELSE share > 0 AND paid_by IS NOT NULL AND payment <> '' END",
            name="paid",
        ),
        Index("refund_claims_case_idx", "case_id"),
        Index("refund_claims_report_idx", "source", "record_id"),
    )


class RefundApproval(Base):
    """One officer's approval of the shares as they stood. Nobody counts twice, and the proposer does not count (a trigger)."""

    __tablename__ = "refund_approvals"
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True, primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
