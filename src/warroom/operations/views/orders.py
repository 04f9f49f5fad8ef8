"""What banks are told, and what they answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.operations.views.people import Texts

OrderKind = Literal["hold", "release", "expiry", "extend"]
OrderState = Literal["waiting", "sent", "acknowledged", "failed", "cancelled"]
AnswerStatus = Literal["received", "done", "partly", "refused", "lifted"]


@dataclass(frozen=True, slots=True)
class TransferRef:
    """A reported transfer as the banks know it; `amount` in satang."""

    record_id: str
    source: str
    uetr: str
    end_to_end_id: str
    amount: int
    time: datetime | None
    payer_bank: str
    payer: str
    payee_bank: str
    payee: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """What a bank is to be told; `exchange` renders and sends it. `amount` in satang, `until` when the hold
    ends.

    `original` is the transfer into this account that carried most of the traced money: what this bank can
    find in its own books. `reported` are the victim's transfers that the trail began with. `reference` is
    the public code for an appeal, `hours` and `limit_hours` its clock. `last_error` says why the last
    attempt failed.
    """

    order_id: str
    action_id: int
    case: str
    reference: str
    kind: OrderKind
    bank: str
    account: str
    amount: int
    currency: str
    until: datetime
    rule: str
    citation: Texts
    hours: float
    limit_hours: float
    reason: str
    exercise: bool
    original: TransferRef | None
    reported: tuple[TransferRef, ...]
    notice: Texts
    state: OrderState
    attempts: int
    made_at: datetime
    next_try: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    acknowledged_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class PartnerAnswer:
    """What a bank says about an order; `amount` in satang where it names one."""

    order_id: str
    partner: str
    time: datetime
    status: AnswerStatus
    amount: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as recorded; `effect` says what it changed (`in_effect`, `refused`, `noted`, `conflict`,
    ...).
    """

    order_id: str
    partner: str
    time: datetime
    status: AnswerStatus
    amount: int | None
    text: str
    effect: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order and every answer to it, the first one first."""

    order: OrderView
    answers: tuple[AnswerView, ...]
