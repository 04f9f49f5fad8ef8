"""Holds of amounts, with their approvals, clocks and extension."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.operations.marking import AccountNumber
from warroom.operations.views.orders import AnswerView, OrderView
from warroom.operations.views.people import Texts

HoldState = Literal[
    "proposed", "approved", "sent", "in_effect", "partly", "refused", "released", "expired", "declined"
]
ACTIVE: tuple[HoldState, ...] = ("proposed", "approved", "sent", "in_effect", "partly")
ClockKind = Literal["lapse", "lapse_warning", "silence", "appeal_due", "appeal_limit"]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One officer's approval. `step` is `hold`, `extend-request` or `extend`."""

    officer: str
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of a hold or an appeal. `state` is running, done (its event fired) or stopped."""

    kind: ClockKind
    due: datetime
    state: Literal["running", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """An asked-for or approved extension to seven days from the police complaint."""

    complaint_no: str
    complained_at: datetime
    state: Literal["requested", "approved", "confirmed", "refused"]
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime | None
    until: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActionView:
    """A hold of an amount. `amount` was ordered, `held` is what the bank says it holds, both in satang.

    `reference` is the public code on the notice with which anyone may appeal. `release_reason` is filled
    once ended.
    """

    id: int
    case: str
    reference: str
    bank: str
    account: AccountNumber
    amount: int
    held: int
    state: HoldState
    rule: str
    legal_basis: str
    approved_at: datetime
    until: datetime
    approvals: tuple[ApprovalView, ...]
    clocks: tuple[ClockView, ...]
    orders: tuple[OrderView, ...]
    answers: tuple[AnswerView, ...]
    extension: ExtensionView | None
    notice: Texts
    ended_at: datetime | None
    ended_by: str
    release_reason: str
    bank_lifted_at: datetime | None
