"""Saved views: filtered lists that officers keep under a name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base


class SavedViewRow(Base):
    """A filtered list that an officer saved under a name; its address has codes only."""

    __tablename__ = "saved_views"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    name: Mapped[str]
    address: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("officer_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        # As the program cleans it: by no other way either does a name or a number get in here.
        CheckConstraint("address ~ '^/[a-z]+(\\?[a-z_=&0-9-]*)?$'", name="address"),
    )
