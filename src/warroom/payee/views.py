"""A payment that waits for its payer's word, what is said of it, and the flags on payees that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.marking import AccountNumber, Personal
from warroom.reasons.reason import Reason
from warroom.units import Satang

CheckOutcome = Literal["no_concern", "warn", "ask_human"]
FlagState = Literal["proposed", "in_effect", "declined", "ended"]
FLAG_STATES: tuple[FlagState, ...] = get_args(FlagState)
Origin = Literal["signal", "report", "probing"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
"""What proposed a flag: the analysis, a victim's report, or payers asked about whom nobody pays."""
Cause = Literal["expiry", "officer", "appeal", "renewal", "undecided"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""How a flag ended; `undecided` is a proposal on which nobody decided in time."""
AppealState = Literal["open", "upheld", "granted"]
APPEAL_STATES: tuple[AppealState, ...] = get_args(AppealState)
"""As of holds: `upheld` keeps the flag, `granted` ends it."""
Arm = Literal["told", "held_out"]
ARMS: tuple[Arm, ...] = get_args(Arm)
"""Whether a pair of payer and payee hears of flags while a trial runs; it says nothing of whether there is one."""
PaymentOutcome = Literal["paid", "abandoned"]
PAYMENT_OUTCOMES: tuple[PaymentOutcome, ...] = get_args(PaymentOutcome)
ScamType = Literal[
    "purchase", "investment", "job", "loan", "romance", "authority", "prize", "extortion", "unknown"
]
SCAM_TYPES: tuple[ScamType, ...] = get_args(ScamType)
"""By which a warning has its words; sources' own words are told apart by `to_scam_type`."""
_SAME: Mapping[str, ScamType] = {
    "shopping": "purchase",
    "crypto": "investment",
    "impersonation": "authority",
    "police": "authority",
    "police-impersonation": "authority",
    "bank": "authority",
    "bank-impersonation": "authority",
    "remote_access": "authority",
    "parcel": "authority",
    "refund": "prize",
    "lottery": "prize",
    "reward": "prize",
}


def to_scam_type(said: str) -> ScamType:
    """The kind of deceit that a source's word stands for; `unknown` where it is none of ours."""
    word = said.strip().lower()
    return word if word in SCAM_TYPES else _SAME.get(word, "unknown")


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """What a bank tells of a payment of its own customer. `payment_id`: the bank's own, one a payment."""

    payment_id: str
    payer_bank: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    amount: Satang
    currency: str
    time: datetime
    channel: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What is said of a payment, with at least one reason that speaks of the payment and never of its payee.

    `check_id` names the check in the journal; it follows from bank and payment, so that asking again tells nothing new.
    """

    check_id: str
    payment_id: str
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
    arm: Arm | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What a bank says became of a payment that it had asked about."""

    payment_id: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    outcome: PaymentOutcome


@dataclass(frozen=True, slots=True)
class FlagAppealView:
    """A holder's appeal against a flag: `due_at` is aimed at, `limit_at` the last moment."""

    id: int
    flag_id: int
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
class ProbeView:
    """That more payers were asked about an account on a day than pay it; `abandoned` of them were told by banks."""

    at: datetime
    asked: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag as an officer sees it. `probability` is that of life's density of crime, None where no analysis judged."""

    id: int
    bank: str
    account: AccountNumber
    state: FlagState
    scam_type: ScamType
    origin: Origin
    probability: float | None
    model_version: str
    reasons: tuple[Reason, ...]
    signal: str
    reference: str
    proposed_at: datetime
    decide_by: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    until: datetime | None
    notice: Texts
    noticed_at: datetime | None
    renewed_from: int | None
    ended_at: datetime | None
    ended_by: str
    ended_cause: Cause | Literal[""]
    ended_reason: str
    appeals: tuple[FlagAppealView, ...] = ()
    probes: tuple[ProbeView, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagList:
    """Flags of one state, how many there are of it, and of each state."""

    rows: tuple[FlagView, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TrialView:
    """How large a share of pairs is held out, who set it and why."""

    id: int
    share: float
    reason: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArmCount:
    """Of one arm: payments to flagged payees that were asked about, what banks said became of them, and the share that
    was abandoned with its band (Wilson, 95 of 100); None where too few were told of.
    """

    arm: Arm
    asked: int
    paid: int
    abandoned: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FlagEffect:
    """Both arms of a trial, and how many more of a hundred payments were abandoned where the payer was told, with its band
    (Newcombe); None where either arm has too few.
    """

    trial: TrialView | None
    arms: tuple[ArmCount, ...]
    more: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FlagNotice:
    """What a bank tells its own customer about a flag: `ended` where the flag is over. `number` grows with every change."""

    number: int
    account: AccountNumber
    reference: str
    text: Texts
    until: datetime | None
    ended: bool
    at: datetime
