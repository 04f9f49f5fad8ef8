"""What partners are told, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from warroom.bilingual.texts import Texts
from warroom.marking import AccountNumber, Mark
from warroom.units import Satang

About = Literal["hold", "measure", "request", "incoming", "payment"]
OrderKind = Literal[
    "hold",
    "release",
    "expiry",
    "extend",
    "measure",
    "lift",
    "withdraw",
    "request",
    "reminder",
    "incoming-hold",
    "notify",
    "let-through",
    "send-back",
]
"""The first four are about a hold, the next three about a measure, the next two about a request; `lift` also about one
that stopped or preserved something. `incoming-hold`, `notify` and `lift` are about what comes in to an account, the last two about
one payment that waits there.
"""
OrderState = Literal["waiting", "sent", "acknowledged", "failed", "cancelled"]
AnswerStatus = Literal["received", "done", "partly", "refused", "lifted"]


@dataclass(frozen=True, slots=True)
class TransferRef:
    """A reported transfer as the banks know it."""

    record_id: str
    source: str
    uetr: str
    end_to_end_id: str
    amount: Satang
    time: datetime | None
    payer_bank: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber


@dataclass(frozen=True, slots=True)
class OrderView:
    """What a partner was told about a hold (`subject` is its account), an action or a request. `until` is when what was
    ordered ends by itself.

    `exchange` renders and sends it. `about` and `about_id` say what the order is about, `reference` is that thing's
    public code, `bank` the partner's code and `subject` what the order names there: a hold's account, a measure's
    first subject, a request's title. `until` is None where it ends by itself never. `facts` are the words and
    figures of the message as frozen when the order was made. Before `leaves_at` it is not sent and may be taken back. `last_error` says why the last attempt failed.

    Holds only: `action_id`; `original`, the transfer into this account that carried most of the traced money, which
    this bank can find in its own books; `reported`, the victim's transfers that the trail began with; `hours` and
    `limit_hours`, the clock of an appeal.
    """

    order_id: str
    about: About
    about_id: int
    action_id: int | None
    case: str
    reference: str
    kind: OrderKind
    bank: str
    subject: AccountNumber
    amount: Satang
    currency: str
    until: datetime | None
    rule: str
    citation: Texts
    hours: float
    limit_hours: float
    reason: str
    exercise: bool
    original: TransferRef | None
    reported: tuple[TransferRef, ...]
    notice: Texts
    facts: Annotated[Mapping[str, Any], Mark.ACCOUNT]
    state: OrderState
    attempts: int
    made_at: datetime
    next_try: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    acknowledged_at: datetime | None
    last_error: str
    leaves_at: datetime


@dataclass(frozen=True, slots=True)
class PartnerAnswer:
    """What a partner says about an order; `amount` where it names one."""

    order_id: str
    partner: str
    time: datetime
    status: AnswerStatus
    amount: Satang | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A partner's answer; `effect` says what it changed.

    As recorded; `effect` is a code: `in_effect`, `refused`, `noted`, `conflict`, ...
    """

    order_id: str
    partner: str
    time: datetime
    status: AnswerStatus
    amount: Satang | None
    text: str
    effect: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order and every answer to it, the first one first.

    While a bank owes an answer about a hold: it has usually answered by `usual_by` and is silent from `silent_from` on.
    """

    order: OrderView
    answers: tuple[AnswerView, ...]
    usual_by: datetime | None = None
    silent_from: datetime | None = None
