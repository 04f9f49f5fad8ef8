"""Appeals, and what a holder may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.operations.marking import AccountNumber, Personal
from warroom.operations.views.holds import HoldState
from warroom.operations.views.people import Texts

AppealState = Literal["open", "upheld", "granted"]


@dataclass(frozen=True, slots=True)
class AppealView:
    """A holder's appeal against a hold. `due_at` is aimed at, `limit_at` is the last moment."""

    id: int
    action_id: int
    reference: str
    case: str
    bank: str
    account: AccountNumber
    amount: int
    who: Personal
    text: str
    filed_at: datetime
    due_at: datetime
    limit_at: datetime
    state: AppealState
    answered_by: str
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PublicHold:
    """What anyone with the code on a notice may see: no name, no account number, no case."""

    reference: str
    bank: str
    amount: int
    held: int
    state: HoldState
    until: datetime
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_reason: str
