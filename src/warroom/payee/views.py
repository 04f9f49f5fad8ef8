"""A payment that waits for its payer's word, what is said of it, and the flags on payees that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.incoming.views import QuietAccount
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
Advice = Literal["go_on", "wait", "ask_person"]
ADVICE: tuple[Advice, ...] = get_args(Advice)
"""What a bank is advised to do with a payment by the look at it: nothing, let it wait an hour, or let a person ask the payer."""
HeldBackFate = Literal["asking", "meant", "paid", "abandoned"]
HELD_BACK_FATES: tuple[HeldBackFate, ...] = get_args(HeldBackFate)
"""What became of a payment that was to wait: its payer is being asked, meant it, it was paid all the same, or was given up."""
RuleState = Literal["proposed", "in_effect", "ended"]
RULE_STATES: tuple[RuleState, ...] = get_args(RuleState)
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
class PaymentAdvice:
    """What a bank is advised to do, why, and what speaks for the payment; all of it of payment, payer and pair alone."""

    advice: Advice
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What is said of a payment, with at least one reason that speaks of the payment and never of its payee.

    `check_id` names the check in the journal; it follows from bank and payment, so that asking again tells nothing new.
    `advice`: by the look at the payment, None while no rule of two officers is in effect.
    """

    check_id: str
    payment_id: str
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
    arm: Arm | Literal[""] = ""
    advice: PaymentAdvice | None = None


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What a bank says became of a payment that it had asked about."""

    payment_id: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    outcome: PaymentOutcome


@dataclass(frozen=True, slots=True)
class CheckedPair:
    """A payment that a bank had asked about, by its number, its payer and its payee."""

    payment_id: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber


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
    """Flags of one state, how many there are of it, and of each state; accounts that no flag is proposed for yet, with why."""

    rows: tuple[FlagView, ...]
    total: int
    counts: Mapping[str, int]
    unlisted: tuple[QuietAccount, ...] = ()


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


@dataclass(frozen=True, slots=True)
class AdviceRuleView:
    """From which share of stolen payments on a payment is to wait, or a person is to ask, and which share of pairs gets no advice.

    Proposed by one officer and put into effect by another, until a date. `setting`: the one of the frontier that was chosen, "" for none.
    """

    id: int
    state: RuleState
    wait_from: float
    ask_from: float
    held_out: float
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    until: datetime | None
    ended_by: str
    ended_at: datetime | None
    setting: str = ""


@dataclass(frozen=True, slots=True)
class HeldBackPayment:
    """A payment that a bank was advised to keep waiting, `share` of a hundred like it being stolen; its accounts are not stored.

    `fate`: what the bank says became of it, `asking` until it has.
    """

    at: datetime
    partner: str
    advice: Advice
    share: float
    fate: HeldBackFate


@dataclass(frozen=True, slots=True)
class AdviceEffect:
    """The rule in effect, the one that waits for a second officer, both arms of payments that the look held back or would have, and
    the newest of those that it did hold back.
    """

    rule: AdviceRuleView | None
    proposed: AdviceRuleView | None
    arms: tuple[ArmCount, ...]
    more: float | None
    low: float | None
    high: float | None
    lately: tuple[HeldBackPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureRange:
    """A figure with the lowest and highest that it may be."""

    low: float
    middle: float
    high: float

    def scale_range(self, factor: float) -> "FigureRange":
        """The same in other units."""
        return FigureRange(self.low * factor, self.middle * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class GangFigures:
    """What a setting does against one kind of gang: shares of what victims paid and of what moved on that wait, honest payments of 10,000."""

    gangs: str
    paid: float
    moved: float
    waiting: float


@dataclass(frozen=True, slots=True)
class FrontierSetting:
    """Thresholds that were measured. `paid`: the share of victims' baht that waits before it leaves them; `moved`: of stolen baht moving
    between any two accounts; `waiting`: honest payments of 10,000 that wait. Low and high are the worst and the best kind of gang.
    """

    name: str
    wait_from: float
    ask_from: float
    paid: FigureRange
    moved: FigureRange
    waiting: FigureRange
    gangs: tuple[GangFigures, ...]


@dataclass(frozen=True, slots=True)
class TrailFigures:
    """What work on trails alone saved beside banks' practice, and at how many of its innocent hours; with the page it stands on."""

    gangs: str
    saved: FigureRange
    hours: FigureRange
    source: str


@dataclass(frozen=True, slots=True)
class FrontierFacts:
    """What was measured, when, by which command and in how many countries; `says_so`: the share of cheated payers who say so when asked, assumed."""

    measured_on: date
    by: str
    countries: int
    says_so: FigureRange
    settings: tuple[FrontierSetting, ...]
    trails: tuple[TrailFigures, ...]


@dataclass(frozen=True, slots=True)
class FrontierDay:
    """A day to come at a setting: hours that honest payers wait, satang of victims that wait, and of these satang that payers ask back."""

    setting: FrontierSetting
    hours: FigureRange
    held: FigureRange
    saved: FigureRange


@dataclass(frozen=True, slots=True)
class FrontierView:
    """The three settings for a day like those of the last week, with its payments and its reported money, and which thresholds stand."""

    payments_a_day: float
    reported_a_day: Satang
    days: tuple[FrontierDay, ...]
    facts: FrontierFacts
    rule: AdviceRuleView | None
    proposed: AdviceRuleView | None
