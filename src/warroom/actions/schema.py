"""Actions of every kind but the hold, and joint operations of many.

States move by `actions.states`; triggers refuse every other step, an approval by who may not give
it, and a state without its row in `action_transitions`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.actions.operations.views import (
    LINE_KINDS,
    OPERATION_STATES,
    READINESS,
    RESULT_KINDS,
    WHYS,
    WORDS,
)
from warroom.actions.views import ACTION_STATES
from warroom.ledger.base import Base, format_in_check


class Operation(Base):
    """A joint operation: many actions at one hour."""

    __tablename__ = "operations"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    title: Mapped[str]
    hour: Mapped[datetime] = mapped_column(index=True)
    raid: Mapped[bool]
    state: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    proposed_at: Mapped[datetime]
    report: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(format_in_check("state", OPERATION_STATES), name="state"),
        CheckConstraint("(state IN ('no_go', 'ended')) = (ended_at IS NOT NULL)", name="ended"),
    )


class Action(Base):
    """An action. `needed` is how many officers must approve, `apart` whether the proposer may not be one of them;
    both follow from its kind when it is proposed. The rule is the one in force when it was decided.
    """

    __tablename__ = "actions"
    id: Mapped[int] = mapped_column(primary_key=True)
    # What partners quote: it says nothing of how many actions there are, as a number would.
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # Taken from the kind once: lists and counts by pillar are asked all day.
    pillar: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operations.id"), index=True)
    partner: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    details: Mapped[dict[str, Any]]
    reason: Mapped[str]
    needed: Mapped[int]
    apart: Mapped[bool]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    proposed_at: Mapped[datetime]
    # Stored and not derived from the kind: a changed declaration must not move a running deadline.
    decide_by: Mapped[datetime]
    # Of the text and not only of the rule: a rule keeps its name when its text changes.
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    proposed_rule: Mapped[str]
    state: Mapped[str]
    approved_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("state", ACTION_STATES), name="state"),
        # One officer, or two for what weighs most.
        CheckConstraint("needed IN (1, 2)", name="needed"),
        CheckConstraint("decide_by > proposed_at", name="decide_by"),
        CheckConstraint("until IS NULL OR until > approved_at", name="until"),
        Index("actions_list_idx", "state", "id"),
    )


class ActionSubject(Base):
    """Whom or what an action is about. While the action is under way (`active`, kept by a trigger) no second one of
    its kind and partner can be about the same.
    """

    __tablename__ = "action_subjects"
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    partner: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    note: Mapped[str]
    # The action's kind and partner are repeated here, since a unique index covers one table only.
    active: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("action_id", "kind", "subject"),
        CheckConstraint("kind <> '' AND subject <> ''", name="subject"),
        Index(
            "action_subjects_once_idx",
            "action",
            "partner",
            "kind",
            "subject",
            unique=True,
            postgresql_where="active",
        ),
    )


class ActionApproval(Base):
    """One officer's approval of the dossier with this digest. Only ever added."""

    __tablename__ = "action_approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    digest: Mapped[str]
    at: Mapped[datetime]
    # Once for a dossier: an officer who approved an older one may approve the newer one.
    __table_args__ = (UniqueConstraint("action_id", "officer_id", "digest"),)


class ActionDocument(Base):
    """A prerequisite's document, on one action's table or on a whole operation's. Only ever added; the newest of a
    prerequisite counts.
    """

    __tablename__ = "action_documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"), index=True)
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operations.id"), index=True)
    prerequisite: Mapped[str]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    # One table or the whole operation's: a paper on none would count for nothing and look as if it did.
    __table_args__ = (CheckConstraint("num_nonnulls(action_id, operation_id) = 1", name="table"),)


class ActionTransition(Base):
    """A step of an action's state. Only ever added."""

    __tablename__ = "action_transitions"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    before: Mapped[str | None]
    after: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str]
    __table_args__ = (Index("action_transitions_action_id_idx", "action_id", "id"),)


class OperationPlace(Base):
    """A place of an operation, numbered from 1."""

    __tablename__ = "operation_places"
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    province: Mapped[str]
    note: Mapped[str]


class OperationAgency(Base):
    """An agency that takes part and its latest readiness; each change is a line of the time line too."""

    __tablename__ = "operation_agencies"
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    readiness: Mapped[str]
    reason: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("readiness", READINESS), name="readiness"),
        CheckConstraint("readiness <> 'not_ready' OR reason <> ''", name="reason"),
    )


class OperationWord(Base):
    """One officer's go or no-go on what they saw under this digest. Only ever added."""

    __tablename__ = "operation_words"
    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    commander: Mapped[bool]
    word: Mapped[str]
    reason: Mapped[str]
    digest: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("operation_id", "officer_id", "digest"),
        CheckConstraint(format_in_check("word", WORDS), name="word"),
    )


class OperationTimeline(Base):
    """A line of the time line that all agencies of an operation share. Only ever added."""

    __tablename__ = "operation_timeline"
    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"))
    at: Mapped[datetime]
    agency: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    kind: Mapped[str]
    place: Mapped[int | None]
    text: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", LINE_KINDS), name="kind"),
        Index("operation_timeline_operation_id_idx", "operation_id", "id"),
    )


class OperationResult(Base):
    """Something found at a place, in figures; people only as a count and the numbers of their screenings. Only ever
    added.
    """

    __tablename__ = "operation_results"
    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"), index=True)
    place: Mapped[int]
    kind: Mapped[str]
    count: Mapped[int]
    amount: Mapped[int]
    refs: Mapped[list[str]]
    note: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", RESULT_KINDS), name="kind"),
        CheckConstraint("count >= 0 AND amount >= 0", name="figures"),
    )


class OperationNeed(Base):
    """Who takes part in an operation at a place, and why, as its plan said. Only ever added."""

    __tablename__ = "operation_needs"
    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("operations.id"), index=True)
    place: Mapped[int | None]
    sort: Mapped[str]
    agency: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    why: Mapped[str]
    count: Mapped[int]
    text: Mapped[str]
    __table_args__ = (
        CheckConstraint("count >= 0", name="count"),
        CheckConstraint(format_in_check("why", WHYS), name="why"),
    )


class OperationDraft(Base):
    """What an officer has typed into a plan so far; nobody else sees it, and it decides nothing."""

    __tablename__ = "operation_drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operations.id"))
    content: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]
    __table_args__ = (Index("operation_drafts_officer_id_idx", "officer_id", "kept_at"),)
