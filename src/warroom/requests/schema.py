"""Requests to partners: what was asked of whom under which rule, and everything that became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.requests.views import REQUEST_EVENTS, REQUEST_KINDS, REQUEST_STATES


class Request(Base):
    """One request to one partner. What it says never changes (a trigger); its state and times do."""

    __tablename__ = "requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    partner: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    kind: Mapped[str]
    purpose: Mapped[str]
    subject: Mapped[str]
    # Satang; more than nothing only where a payment is to be stopped.
    amount: Mapped[int]
    keep_until: Mapped[datetime]
    rule_id: Mapped[str]
    # Of the text under which it was drafted: at another text it cannot be approved any more.
    rule_digest: Mapped[str]
    state: Mapped[str]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    drafted_at: Mapped[datetime]
    wanted_by: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", REQUEST_KINDS), name="kind"),
        CheckConstraint(format_in_check("state", REQUEST_STATES), name="state"),
        CheckConstraint("amount >= 0 AND (kind = 'stop-payment') = (amount > 0)", name="amount"),
        CheckConstraint("purpose <> '' AND subject <> ''", name="says"),
        # What has left has a time of leaving, from whatever source.
        CheckConstraint("state IN ('drafted', 'approved', 'withdrawn') OR sent_at IS NOT NULL", name="sent"),
        CheckConstraint(
            "CASE WHEN state IN ('answered', 'partly', 'refused') THEN answered_at IS NOT NULL"
            " ELSE state = 'lifted' OR answered_at IS NULL END",
            name="answered",
        ),
        Index("requests_due_idx", "due_at", postgresql_where="state IN ('sent', 'acknowledged')"),
    )


class RequestItem(Base):
    """One thing asked for, in the order of the letter."""

    __tablename__ = "request_items"
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    __table_args__ = (CheckConstraint("text <> '' AND place > 0", name="says"),)


class RequestRecords(Base):
    """An account of whose records a request asks, from `since` on until the partner answers: what finds the request again for
    the same account, whatever its letter says.
    """

    __tablename__ = "request_records"
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    account: Mapped[str] = mapped_column(index=True, primary_key=True)
    since: Mapped[datetime]
    __table_args__ = (CheckConstraint("account <> ''", name="says"),)


class RequestLink(Base):
    """A signed link by which the partner of a request answers without a sign-in. At most one of a request is open."""

    __tablename__ = "request_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    locale: Mapped[str]
    expires_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_cause: Mapped[str]
    __table_args__ = (
        CheckConstraint("ended_cause IN ('', 'answered', 'revoked')", name="cause"),
        CheckConstraint("(ended_at IS NULL) = (ended_cause = '')", name="ended"),
        CheckConstraint("locale IN ('th', 'en') AND expires_at > made_at", name="says"),
        Index("request_links_open_idx", "request_id", unique=True, postgresql_where="ended_at IS NULL"),
    )


class RequestApproval(Base):
    """One officer's approval of a request. Nobody counts twice."""

    __tablename__ = "request_approvals"
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True, primary_key=True)
    at: Mapped[datetime]


class RequestEvent(Base):
    """Something that happened to a request. `at` is when it happened, `recorded_at` when the room knew."""

    __tablename__ = "request_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.order_id"))
    text: Mapped[str]
    __table_args__ = (CheckConstraint(format_in_check("kind", REQUEST_EVENTS), name="kind"),)


class RequestDocument(Base):
    """A document that came with an answer, by its SHA-256: the evidence room keeps the file."""

    __tablename__ = "request_documents"
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True, primary_key=True)
    name: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),)
