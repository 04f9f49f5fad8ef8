"""Tables of the outbox and of partners' answers."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.orders.views import About


class Order(Base):
    """An order to a partner: a row of the outbox. Orders to one partner about one thing are sent in the sequence they
    were made.

    `about` and `about_id` name the hold, measure or request; `bank` is the partner's code. `facts` are everything
    the message must say, as it stood when the order was made. Before `leaves_at` nobody sends it: until then it may be taken back.
    """

    __tablename__ = "orders"
    order_id: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str]
    about_id: Mapped[int]
    place: Mapped[int]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id"), index=True)
    kind: Mapped[str]
    bank: Mapped[str]
    subject: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    until: Mapped[datetime | None]
    reason: Mapped[str]
    exercise: Mapped[bool]
    facts: Mapped[dict[str, Any]]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    made_at: Mapped[datetime]
    next_try: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    last_error: Mapped[str]
    leaves_at: Mapped[datetime]
    __table_args__ = (
        # Two orders about one thing never share a place: one of them could overtake the other.
        UniqueConstraint("about", "about_id", "place"),
        CheckConstraint(format_in_check("about", get_args(About)), name="about"),
        CheckConstraint(
            # No hold without an amount and an end, whatever the program does.
            "CASE WHEN about = 'hold'"
            " THEN hold_id IS NOT NULL AND hold_id = about_id AND amount > 0 AND until IS NOT NULL"
            " ELSE hold_id IS NULL AND amount >= 0 END",
            name="hold",
        ),
        CheckConstraint(
            "CASE about WHEN 'hold' THEN kind IN ('hold', 'release', 'expiry', 'extend')"
            " WHEN 'measure' THEN kind IN ('measure', 'lift', 'withdraw')"
            " WHEN 'incoming' THEN kind IN ('incoming-hold', 'notify', 'lift')"
            " WHEN 'payment' THEN kind IN ('let-through', 'send-back')"
            " ELSE kind IN ('request', 'reminder', 'lift') END",
            name="kind",
        ),
        CheckConstraint(
            format_in_check("state", ("waiting", "sent", "acknowledged", "failed", "cancelled")), name="state"
        ),
        # For how long a bank takes to answer, by its last answers.
        Index(
            "orders_acknowledged_idx",
            "acknowledged_at",
            postgresql_where="kind = 'hold' AND acknowledged_at IS NOT NULL",
        ),
        Index(
            "orders_answered_idx",
            "bank",
            "acknowledged_at",
            postgresql_where="about = 'hold' AND kind = 'hold' AND acknowledged_at IS NOT NULL",
        ),
        # Partial, over what may still be sent: the outbox grows for years, and only a handful of rows is due.
        Index("orders_next_try_idx", "next_try", postgresql_where="state IN ('waiting', 'sent')"),
    )


class OrderAnswer(Base):
    """A partner's answer. The same words at the same time are one answer."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), index=True)
    partner: Mapped[str]
    time: Mapped[datetime]
    status: Mapped[str]
    amount: Mapped[int | None]
    text: Mapped[str]
    effect: Mapped[str]
    recorded_at: Mapped[datetime]
    # Unique: a repeated answer is one row, also where two servers record it at the same moment.
    digest: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint(
            format_in_check("status", ("received", "done", "partly", "refused", "lifted")), name="status"
        ),
    )
