"""Tables of groups: their numbers, and what each was at a moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.room.networks.views import EVENTS, GROUP_STATES


class NetworkGroupRow(Base):
    """A group by the number that stays. One that is over has when, and the group that took it in where one did."""

    __tablename__ = "network_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    state: Mapped[str]
    ended_at: Mapped[datetime | None]
    into_id: Mapped[int | None] = mapped_column(ForeignKey("network_groups.id"))
    __table_args__ = (
        CheckConstraint(format_in_check("state", GROUP_STATES), name="state"),
        CheckConstraint("(state = 'standing') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'merged') = (into_id IS NOT NULL)", name="into"),
    )


class NetworkGroupDay(Base):
    """What a group was at a moment, written where it had changed: members (node ids), and all that its page shows.

    `others`: the numbers that it split from or took in.
    """

    __tablename__ = "network_group_days"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("network_groups.id"))
    as_of: Mapped[datetime]
    event: Mapped[str]
    joined: Mapped[int]
    lost: Mapped[int]
    others: Mapped[list[Any]]
    members: Mapped[list[str]]
    content: Mapped[dict[str, Any]]
    __table_args__ = (
        CheckConstraint(format_in_check("event", EVENTS), name="event"),
        CheckConstraint("cardinality(members) > 0", name="members"),
        Index("network_group_days_group_id_idx", "group_id", "id"),
    )
