"""Officers' verdicts on signals."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.triage.views import WORDS


class SignalWordRow(Base):
    """One officer's verdict on one signal. `signal` is its record in the lake, `seen` what the officer saw of
    it.
    """

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
        CheckConstraint(format_in_check("word", WORDS), name="word"),
        CheckConstraint("word NOT IN ('set-aside', 'follow') OR reason <> ''", name="reason"),
    )


class SignalTrailRow(Base):
    """A signal's trail as an officer had it followed: canonical JSON and its SHA-256. It has no report and no
    hold.
    """

    __tablename__ = "signal_trails"
    id: Mapped[int] = mapped_column(primary_key=True)
    word_id: Mapped[int] = mapped_column(ForeignKey("signal_words.id"), unique=True)
    signalled: Mapped[datetime]
    trail: Mapped[str]
    sha256: Mapped[str]


class SignalTrailAccount(Base):
    """An account on such a trail, by which a later case finds it."""

    __tablename__ = "signal_trail_accounts"
    trail_id: Mapped[int] = mapped_column(ForeignKey("signal_trails.id"), primary_key=True)
    bank: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (Index("signal_trail_accounts_account_idx", "bank", "account"),)
