"""Holds of what comes in to an account, the payments that wait because of them, and the calls to their payers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.marking import AccountNumber, Open, Personal
from warroom.reasons.reason import Reason
from warroom.units import Satang

IncomingState = Literal["proposed", "approved", "sent", "in_effect", "refused", "declined", "ended"]
INCOMING_STATES: tuple[IncomingState, ...] = get_args(IncomingState)
"""`proposed`: a second officer has to decide; `refused`: by the bank, whose decision it is."""
OPEN_STATES: tuple[IncomingState, ...] = ("approved", "sent", "in_effect")
"""States in which a payment may come to wait."""
IncomingCause = Literal["expiry", "officer", "appeal", "undecided", "bank"]
INCOMING_CAUSES: tuple[IncomingCause, ...] = get_args(IncomingCause)
PaymentState = Literal["waiting", "letting-through", "let-through", "sending-back", "sent-back", "gone"]
PAYMENT_STATES: tuple[PaymentState, ...] = get_args(PaymentState)
"""`letting-through` and `sending-back`: ordered, until the bank confirms; `gone`: the bank no longer had it to send back."""
PaymentCause = Literal["meant", "cheated", "officer", "appeal", "expiry"]
PAYMENT_CAUSES: tuple[PaymentCause, ...] = get_args(PaymentCause)
"""Why a payment no longer waits: its payer meant it or was cheated, or the hold ended."""
CallAnswer = Literal["meant", "cheated", "missed"]
CALL_ANSWERS: tuple[CallAnswer, ...] = get_args(CallAnswer)
AppealState = Literal["open", "upheld", "granted"]
APPEAL_STATES: tuple[AppealState, ...] = get_args(AppealState)
Doubt = Literal["many-payers", "wages", "no-signal", "old-signal", "anonymous-reports", "quota"]
DOUBTS: tuple[Doubt, ...] = get_args(Doubt)
"""Why one officer alone does not decide."""
Bar = Literal["shop", "victim", "again", "open"]
BARS: tuple[Bar, ...] = get_args(Bar)
"""Why nobody may: a shop or company, the account of somebody who was cheated, one that was held so lately, or held now."""


@dataclass(frozen=True, slots=True)
class IncomingEstimate:
    """What a hold would do to an account's payers, before anybody decides.

    `payers_a_day`: payers a day, over the last week, who had not paid it in the three weeks before; only theirs would wait.
    `honest_waiting`: how many payments of honest payers would wait in seven days, on average over such accounts.
    """

    payers_a_day: float
    honest_waiting: float
    probability: float | None
    holder_kind: Annotated[str, Open("a kind of holder, such as a company, and nobody's name")]
    doubts: tuple[Doubt, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class PayerCall:
    """One call to a payer."""

    answer: CallAnswer
    text: Personal
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingPaymentView:
    """A payment that waits, or waited. `chance`: that its payer was cheated; `per_minute`: satang that an officer's minute on
    the telephone is expected to save, 0 once it no longer waits. `ask_by`: when the payer should have been called.
    """

    id: int
    hold_id: int
    bank: str
    account: AccountNumber
    payer_bank: str
    payer: AccountNumber
    telephone: Personal
    amount: Satang
    paid_at: datetime
    transfer: str
    paid_before: bool
    state: PaymentState
    ask_by: datetime
    until: datetime | None
    cause: PaymentCause | Literal[""]
    decided_at: datetime | None
    decided_by: str
    ended_at: datetime | None
    chance: float = 0.0
    reached: float = 0.0
    minutes: float = 0.0
    per_minute: Satang = 0
    calls: tuple[PayerCall, ...] = ()
    case: str = ""


@dataclass(frozen=True, slots=True)
class IncomingAppealView:
    """A holder's appeal: `due_at` is aimed at, `limit_at` the last moment."""

    id: int
    hold_id: int
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
class IncomingHoldView:
    """A hold of what comes in to an account. `told_at`: when its bank was asked to tell the holder, None before a payment waits."""

    id: int
    bank: str
    account: AccountNumber
    state: IncomingState
    reference: str
    signal: str
    probability: float | None
    model_version: str
    reasons: tuple[Reason, ...]
    payers_a_day: float
    doubts: tuple[Doubt, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decide_by: datetime
    approved_by: str
    approved_at: datetime | None
    until: datetime | None
    confirmed_at: datetime | None
    told_at: datetime | None
    notice: Texts
    ended_at: datetime | None
    ended_by: str
    ended_cause: IncomingCause | Literal[""]
    ended_reason: str
    lifted_at: datetime | None
    waiting: int = 0
    waiting_sum: Satang = 0
    counts: Mapping[str, int] | None = None
    payments: tuple[WaitingPaymentView, ...] = ()
    appeals: tuple[IncomingAppealView, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingList:
    """Payments to ask about, worth most a minute first, and the holds: to decide, in effect, and ended lately."""

    payments: tuple[WaitingPaymentView, ...]
    total: int
    holds: tuple[IncomingHoldView, ...]


@dataclass(frozen=True, slots=True)
class QuietAccount:
    """An account that must not hear of anything yet. `why` is a code: `nothing-held`, `undecided`, `held`, `came-lately` or `incoming`."""

    bank: str
    account: AccountNumber
    why: str


@dataclass(frozen=True, slots=True)
class PublicIncoming:
    """What anybody with the code on the notice may see: what waits and why, and how an appeal stands; no name, no account, no payer."""

    reference: str
    bank: str
    active: bool
    until: datetime | None
    waiting: int
    waiting_sum: Satang
    sent_back: int
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_filed: datetime | None
    appeal_answered: datetime | None
    appeal_reason: str
