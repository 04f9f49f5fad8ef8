from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base


class LawConfirmation(Base):
    """A lawyer's confirmation of one exact text of a rule: another text of the same rule must be confirmed
    again.
    """

    __tablename__ = "law_confirmations"
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
