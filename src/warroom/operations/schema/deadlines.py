"""Agencies, and deadlines of everything but holds (those have their `clocks`)."""

from datetime import datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of
from warroom.operations.views.agencies import AGENCY_KINDS, DeadlineAbout

DEADLINE_STATES = ("running", "struck", "met", "stopped")


class Agency(Base):
    """Who may be told, asked or work here: by a short code that never changes."""

    __tablename__ = "agencies"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_th: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str]
    active: Mapped[bool]
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]{0,15}$'", name="code"),
        CheckConstraint(one_of("kind", AGENCY_KINDS), name="kind"),
    )


class Deadline(Base):
    """A moment by which something about a measure, request, asset or person must have happened.

    `struck` is a deadline that passed: it is late until someone meets it.
    """

    __tablename__ = "deadlines"
    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str]
    about_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str]
    struck_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("about", get_args(DeadlineAbout)), name="about"),
        CheckConstraint(one_of("state", DEADLINE_STATES), name="state"),
        CheckConstraint("(state = 'struck') = (struck_at IS NOT NULL)", name="struck"),
        Index("deadlines_about_idx", "about", "about_id"),
        Index("deadlines_due_idx", "due_at", postgresql_where="state = 'running'"),
        Index(
            "deadlines_one_idx",
            "about",
            "about_id",
            "kind",
            unique=True,
            postgresql_where="state = 'running'",
        ),
    )
