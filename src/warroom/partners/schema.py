"""Tables of partners: the register, agreements, shared objects with their recipients, messages of rooms, requests and matching."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.partners.views import (
    AGREEMENT_STATES,
    ASK_KINDS,
    ASK_STATES,
    CRITICALITIES,
    LEAVING_KINDS,
    MESSAGE_KINDS,
    MESSAGE_STATES,
    OBJECT_STATES,
    PARTNER_ROLES,
    PURPOSES,
    RUN_STATES,
    SEND_STATES,
    TLP_MARKS,
)


class RoomPartner(Base):
    """A partner of the register: an agency with a role. With `room_url` and `public_key` it has a room of its own.

    `public_key` signs its messages, `match_key` is the public half of its matching key; both in hexadecimal. `last_in` is the
    number of its newest message taken.
    """

    __tablename__ = "room_partners"
    code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    role: Mapped[str]
    # `locale` and not `language`: no table may have a column that says what a person is, and a test walks the names.
    locale: Mapped[str]
    room_url: Mapped[str]
    public_key: Mapped[str]
    match_key: Mapped[str]
    last_in: Mapped[int]
    added_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    added_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("role", PARTNER_ROLES), name="role"),
        CheckConstraint("locale ~ '^[a-z]{2}$'", name="locale"),
        CheckConstraint("(room_url = '') = (public_key = '')", name="room"),
        CheckConstraint("public_key ~ '^([0-9a-f]{64})?$' AND match_key ~ '^([0-9a-f]{64})?$'", name="keys"),
    )


class PartnerAgreement(Base):
    """What was agreed with a partner for one purpose. Approving and ending it is all that may change."""

    __tablename__ = "partner_agreements"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"), index=True)
    purpose: Mapped[str]
    basis: Mapped[str]
    fields: Mapped[list[str]]
    highest_mark: Mapped[str]
    retention_days: Mapped[int]
    per_day: Mapped[int]
    per_month: Mapped[int]
    state: Mapped[str]
    valid_from: Mapped[datetime]
    expires_at: Mapped[datetime]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint(format_in_check("highest_mark", TLP_MARKS), name="mark"),
        CheckConstraint(format_in_check("state", AGREEMENT_STATES), name="state"),
        CheckConstraint("basis <> '' AND cardinality(fields) > 0", name="says"),
        CheckConstraint(
            "retention_days > 0 AND per_day >= 0 AND per_month >= per_day AND expires_at > valid_from",
            name="bounds",
        ),
        CheckConstraint(
            "state <> 'in_force' OR (approved_by IS NOT NULL AND approved_by <> drafted_by)",
            name="two_officers",
        ),
        Index(
            "partner_agreements_open_idx",
            "partner",
            "purpose",
            unique=True,
            postgresql_where="state = 'in_force'",
        ),
    )


class SharedObject(Base):
    """Something that may leave or that came in; each field has a mark of its own. Values go when it is revoked."""

    __tablename__ = "shared_objects"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    origin: Mapped[str | None] = mapped_column(ForeignKey("room_partners.code"), index=True)
    purpose: Mapped[str]
    fields: Mapped[list[Any]]
    recipients: Mapped[list[str]]
    keep_until: Mapped[datetime]
    state: Mapped[str]
    court_bundle: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("state", OBJECT_STATES), name="state"),
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint("(state = 'held') = (revoked_at IS NULL)", name="revoked"),
        CheckConstraint("state <> 'kept' OR court_bundle <> ''", name="kept"),
    )


class SharedSource(Base):
    """One object was made from another: what is revoked reaches everything made from it."""

    __tablename__ = "shared_sources"
    object_id: Mapped[int] = mapped_column(ForeignKey("shared_objects.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("shared_objects.id"), index=True, primary_key=True)
    __table_args__ = (CheckConstraint("object_id <> source_id", name="other"),)


class SurvivorApproval(Base):
    """A screener's approval that fields of what a survivor said leave for one partner."""

    __tablename__ = "survivor_approvals"
    object_id: Mapped[int] = mapped_column(ForeignKey("shared_objects.id"), primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"), index=True, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]


class PartnerSend(Base):
    """An object left for a partner: under which agreement, which fields, and its receipt."""

    __tablename__ = "partner_sends"
    id: Mapped[int] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(ForeignKey("shared_objects.id"), index=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("partner_agreements.id"))
    basis: Mapped[str]
    fields: Mapped[list[str]]
    state: Mapped[str]
    sent_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    receipt: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("state", SEND_STATES), name="state"),
        CheckConstraint("basis <> '' AND cardinality(fields) > 0", name="says"),
        UniqueConstraint("object_id", "partner"),
    )


class PartnerLeaving(Base):
    """Something left whole. `objects`: the register's objects whose values were in it; `withheld`: how many things stayed here.

    `recalled_at`: when a revocation asked for it back. `partner` is empty where it was for nobody outside by name.
    """

    __tablename__ = "partner_leavings"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    form: Mapped[str]
    partner: Mapped[str]
    level: Mapped[str]
    objects: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    withheld: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    left_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    left_at: Mapped[datetime]
    recalled_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", LEAVING_KINDS), name="kind"),
        CheckConstraint(format_in_check("level", TLP_MARKS), name="level"),
        CheckConstraint("withheld >= 0", name="withheld"),
        Index("partner_leavings_objects_idx", "objects", postgresql_using="gin"),
    )


class RoomMessage(Base):
    """A message to or from a partner's room. `number` counts those to one partner; they leave in that order."""

    __tablename__ = "room_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"))
    outgoing: Mapped[bool]
    number: Mapped[int]
    kind: Mapped[str]
    about: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", MESSAGE_KINDS), name="kind"),
        CheckConstraint(format_in_check("state", MESSAGE_STATES), name="state"),
        CheckConstraint("number > 0 AND attempts >= 0", name="counts"),
        UniqueConstraint("partner", "outgoing", "number"),
        Index("room_messages_waiting_idx", "next_at", postgresql_where="state = 'waiting'"),
    )


class PartnerAsk(Base):
    """A request that a partner sent to us, with its clock and our answer."""

    __tablename__ = "partner_asks"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"))
    their_number: Mapped[str]
    kind: Mapped[str]
    purpose: Mapped[str]
    subject: Mapped[str]
    items: Mapped[list[str]]
    criticality: Mapped[str]
    state: Mapped[str]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    keep_until: Mapped[datetime | None]
    answer: Mapped[str]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (
        CheckConstraint(format_in_check("kind", ASK_KINDS), name="kind"),
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint(format_in_check("criticality", CRITICALITIES), name="criticality"),
        CheckConstraint(format_in_check("state", ASK_STATES), name="state"),
        CheckConstraint("subject <> '' AND cardinality(items) > 0", name="says"),
        CheckConstraint("state <> 'refused' OR answer <> ''", name="refused"),
        CheckConstraint("(kind = 'preservation') = (keep_until IS NOT NULL)", name="keep"),
        UniqueConstraint("partner", "their_number"),
    )


class MatchRun(Base):
    """A matching run that we asked (`ours`) or that a partner asked. `sealed` holds our hits until they are released, under the home's
    key.
    """

    __tablename__ = "match_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("room_partners.code"))
    ours: Mapped[bool]
    purpose: Mapped[str]
    period: Mapped[str]
    asked: Mapped[int]
    count: Mapped[int | None]
    state: Mapped[str]
    sealed: Mapped[bytes]
    hits: Mapped[list[str]]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    released_at: Mapped[datetime | None]
    reason: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint(format_in_check("state", RUN_STATES), name="state"),
        CheckConstraint("asked >= 0", name="asked"),
        CheckConstraint(
            "CASE WHEN state = 'released' THEN released_by IS NOT NULL AND released_by <> opened_by AND reason <> ''"
            " ELSE cardinality(hits) = 0 END",
            name="released",
        ),
        Index("match_runs_quota_idx", "partner", "ours", "purpose", "opened_at"),
    )
