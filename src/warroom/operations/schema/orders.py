"""The outbox and what banks answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of


class Order(Base):
    """What a bank is to be told: the outbox. Orders of one hold leave in the order they were made.

    `facts` are the rule, the transfers and the appeal clock as they stood when the order was made.
    """

    __tablename__ = "orders"
    order_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    kind: Mapped[str]
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    until: Mapped[datetime]
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
    __table_args__ = (
        UniqueConstraint("action_id", "place"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(one_of("kind", ("hold", "release", "expiry", "extend")), name="kind"),
        CheckConstraint(
            one_of("state", ("waiting", "sent", "acknowledged", "failed", "cancelled")), name="state"
        ),
        Index("orders_next_try_idx", "next_try", postgresql_where="state IN ('waiting', 'sent')"),
    )


class Answer(Base):
    """A bank's answer. The same words at the same time are one answer."""

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
    digest: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint(one_of("status", ("received", "done", "partly", "refused", "lifted")), name="status"),
    )
