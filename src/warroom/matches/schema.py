"""Table of officers' statements on pairs of records."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.matches.views import SUBJECT_KINDS, WORDS


class MatchWordRow(Base):
    """One officer's statement that two records are of one subject, or of two, in force until it is withdrawn.

    `seen` is the pair as the officer saw it.
    """

    __tablename__ = "match_words"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    one_source: Mapped[str]
    one_record: Mapped[str]
    other_source: Mapped[str]
    other_record: Mapped[str]
    word: Mapped[str]
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    taken_back_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("word", WORDS), name="word"),
        CheckConstraint(format_in_check("kind", SUBJECT_KINDS), name="kind"),
        CheckConstraint("(taken_back_by IS NULL) = (taken_back_at IS NULL)", name="taken_back"),
        Index(
            # Partial and unique: two officers who state something at once cannot both be in force.
            "match_words_standing_idx",
            "kind",
            "one_source",
            "one_record",
            "other_source",
            "other_record",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )
