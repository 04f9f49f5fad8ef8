"""What officers said of signals."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, one_of
from warroom.triage.views import WORDS


class SignalWordRow(Base):
    """One officer's word on one signal. `signal` is its record in the lake, `seen` what the officer saw of it."""

    __tablename__ = "signal_words"
    id: Mapped[int] = mapped_column(primary_key=True)
    signal: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    word: Mapped[str]
    reason: Mapped[str]
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("word", WORDS), name="word"),
        CheckConstraint("word <> 'set-aside' OR reason <> ''", name="reason"),
    )
