"""What people without a sign-in are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.bilingual.texts import Texts
from warroom.cases.views import HoldState
from warroom.units import Satang

KINDS = ("money_left", "tip", "job", "missing", "message", "recheck", "wrong", "appeal", "lesson")
"""What people send from outside. A message belongs to a report that was sent before."""
STATES = ("waiting", "open", "closed")


@dataclass(frozen=True, slots=True)
class PublicHold:
    """What anyone with the code on a notice may see: no name, no account number, no case."""

    reference: str
    bank: str
    amount: Satang
    held: Satang
    state: HoldState
    until: datetime
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_reason: str
    receipt: bool = False
    """Whether a file is attached to the appeal."""


@dataclass(frozen=True, slots=True)
class PublicFlag:
    """What anyone with the code on a notice may see of a flag: no name, no account number, no officer."""

    reference: str
    bank: str
    active: bool
    until: datetime | None
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_reason: str
