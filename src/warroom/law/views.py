from dataclasses import dataclass
from datetime import datetime

from warroom.bilingual.texts import Texts


@dataclass(frozen=True, slots=True)
class RuleView:
    """A dated legal rule and who has confirmed its text.

    `hours` is its main period, None where the law sets none; it is a lawyer of this house who confirms.
    """

    id: str
    title: Texts
    citation: Texts
    source: str
    valid_from: datetime
    valid_to: datetime | None
    hours: float | None
    limit_hours: float | None
    approvers: int
    confirmed: bool
    confirmed_by: str
    confirmed_at: datetime | None
