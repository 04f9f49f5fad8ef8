"""The board: rows, filters and counts."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.cases.decide_by import WhyLater
from warroom.law.kinds.declarations import list_input_names
from warroom.marking import AccountNumber, JsonOf, Open, Personal, list_field_names
from warroom.money import trail as traced
from warroom.orders.views import AnswerView, OrderView
from warroom.reasons.reason import json_keys
from warroom.units import Satang


@cache
def _detail_keys() -> frozenset[str]:
    text = resources.files(__package__).joinpath("history.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["keys"]) | list_input_names()


def _trail_keys() -> frozenset[str]:
    # Beside the trail itself: what it rests on, and which of that officers brought.
    behind = {"deliveries", "inputs", "brought", "delivery", "table", "file", "officers", "changed"}
    return list_field_names(traced.Trail) | json_keys() | behind


REASONS = JsonOf(json_keys)
DETAIL = JsonOf(_detail_keys)
TRAIL = JsonOf(cache(_trail_keys))

BoardFilter = Literal[
    "open", "mine", "late", "undecided", "lapsing", "appeals", "silent", "no_transfer", "closed", "all"
]
WhyUnreached = Literal["never", "behind", "overdue"]
"""`never`: nothing has come from this bank, though others send their own; `behind`: nothing newer than the money; `overdue`: its
records reach beyond the money, but nothing has come for longer than is usual for it.
"""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case on the board. `next_due` is what runs out next and `next_kind` says what it is. `records_end` is when the
    newest record was, where that is so long ago that no exit is estimated.

    `leaves` is what is expected to leave within the hour if nobody acts, of amounts undecided or asked and unanswered;
    `leaves_low` and `leaves_high` are its 10 and 90 % quantiles, `leaves_rough` says that few like amounts stand behind
    it, `forecast_at` of when it is; `savable` is the part that a decision can still save. `decide_by`: until when a decision still reaches the bank
    in time; where it became later it was `decide_by_was` before, by records to `decide_by_seen`, and `decide_by_why` is the reason
    (still there, left, decided). `asked_since`: the oldest order to
    hold without an answer; `silent_since`: from when on a bank counts as silent, which may be ahead; `part_left`: what banks said had left and nobody followed.
    """

    number: str
    state: str
    flag: str
    scam_type: str
    victim_bank: str
    reported_at: datetime
    opened_at: datetime
    loss: Satang
    still_there: Satang
    exited: Satang
    spent: Satang
    beyond_horizon: Satang
    held: Satang
    accounts: int
    banks: int
    undecided: int
    open_appeals: int
    alerts: int
    reports: int
    exit_at: datetime | None
    records_end: datetime | None
    next_due: datetime | None
    next_kind: Literal["exit", "lapse", "appeal_due", ""]
    leaves: Satang
    leaves_low: Satang
    leaves_high: Satang
    leaves_rough: bool
    savable: Satang
    decide_by: datetime | None
    decide_by_was: datetime | None
    decide_by_seen: datetime | None
    decide_by_why: WhyLater
    asked_since: datetime | None
    silent_since: datetime | None
    part_left: Satang
    forecast_at: datetime | None
    unchecked: bool
    """Whether anonymous public reports alone made it, and nobody has called back or proven the payer."""


UNKNOWN_KINDS = ("", "other")
"""Kinds of fraud that name nothing: a case of them is named by its victim's bank, sum and time."""
CheckHow = Literal["called-back", "payer-proven", "held-unchecked"]
CHECKS: tuple[CheckHow, ...] = get_args(CheckHow)
"""What an officer did about anonymous reports; by the last a hold was approved without the others, for a reason."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check of a case's anonymous reports; `text` is what was found, or why nobody waited for it."""

    officer: Annotated[str, Open("an officer, by name")]
    how: CheckHow
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WakeView:
    """When an officer wants to be reminded of a case, and of what; `state` is waiting, due or done."""

    id: int
    case: str
    at: datetime
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many cases each filter shows, the sums over open ones, and what today brought.

    Released are holds that an officer ended, freed what those set free. `mine` counts for the officer who asks;
    today begins at midnight in the house's zone.
    """

    open: int = 0
    mine: int = 0
    late: int = 0
    undecided: int = 0
    lapsing: int = 0
    appeals: int = 0
    silent: int = 0
    no_transfer: int = 0
    closed: int = 0
    loss: Satang = 0
    still_there: Satang = 0
    held: Satang = 0
    reports_today: int = 0
    released_today: int = 0
    freed_today: Satang = 0


@dataclass(frozen=True, slots=True)
class CaseBoard:
    """A page of the board, ordered by what leaves within the hour, and the counts over the whole ledger."""

    rows: tuple[BoardRow, ...]
    counts: BoardCounts
    total: int


HoldState = Literal[
    "proposed",
    "approved",
    "sent",
    "in_effect",
    "partly",
    "refused",
    "released",
    "expired",
    "declined",
    "taken_back",
]
ACTIVE: tuple[HoldState, ...] = ("proposed", "approved", "sent", "in_effect", "partly")
ASKED: tuple[HoldState, ...] = ("proposed", "approved", "sent")
"""Of these the bank has not said that it holds: the money may still leave."""
LESS: tuple[HoldState, ...] = ("partly", "refused")
"""Of these the bank said that it holds less than it was asked for."""
ClockKind = Literal["lapse", "lapse_warning", "silence", "appeal_due", "appeal_limit"]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One officer's word.

    `step` is `hold`, `extend-request` or `extend`.
    """

    officer: str
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of a hold or an appeal.

    `state` is running, done (its event fired) or stopped.
    """

    kind: ClockKind
    due: datetime
    state: Literal["running", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """A hold carried on after the police complaint: asked for by one officer, approved by another.

    It lasts seven days from the complaint.
    """

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
class CallView:
    """An officer called a hold's bank.

    `answered` where somebody there said something, and `text` what; it has no effect, which only the bank's own answer has.
    """

    officer: str
    answered: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold of an amount: `amount` was ordered, `held` is what the bank says it holds, `left_by_word` what it said had left
    and no record shows yet. While it is asked: its bank has usually answered by `usual_by` and is silent from `silent_from` on.

    `reference` is the public code on the notice with which anyone may appeal. `release_reason` is filled once
    ended.
    """

    id: int
    case: str
    reference: str
    bank: str
    account: AccountNumber
    amount: Satang
    held: Satang
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
    left_by_word: Satang = 0
    left_settled_at: datetime | None = None
    usual_by: datetime | None = None
    silent_from: datetime | None = None
    telephone: Annotated[str, Open("the bank's own, for a call in a hurry")] = ""
    calls: tuple[CallView, ...] = ()


AppealState = Literal["open", "upheld", "granted"]


@dataclass(frozen=True, slots=True)
class AppealAdditionView:
    """What a holder sent after an appeal; `media` is empty where no file came with it."""

    id: int
    text: str
    media: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealView:
    """A holder's appeal: `due_at` is aimed at, `limit_at` the last moment."""

    id: int
    action_id: int
    reference: str
    case: str
    bank: str
    account: AccountNumber
    amount: Satang
    who: Personal
    text: str
    filed_at: datetime
    due_at: datetime
    limit_at: datetime
    state: AppealState
    answered_by: str
    answered_at: datetime | None
    reason: str
    receipt: str = ""
    """Of which media type the file is that the holder attached; empty where there is none."""
    needed_today: bool = False
    """Whether the holder says that they need the money today: among open appeals these come first."""
    additions: tuple[AppealAdditionView, ...] = ()
    """What the holder sent afterwards, oldest first."""


ProposalState = Literal["open", "approved", "declined", "superseded", "not_held"]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A victim's report of the case; `first` opened it."""

    source: str
    record_id: str
    reported_at: datetime
    loss: Satang
    channel: str
    transfer_ids: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """An amount that may be held, with its reasons and what speaks for the holder. `minutes_to_exit` is when it may
    leave, counted from the trail's `as_of`; null where the records ended long before (`records_end` of the case).

    `reasons` and `innocent_evidence` are `Reason.as_json`. State `not_held` is shown for its reasons and cannot be
    approved (an honest shop, the victim's own account). `leaves` is what of it is expected to leave within the hour if nobody
    acts, `decide_by` until when its bank must be asked; where that became later it was `decide_by_was` before, and records to
    `decide_by_seen` showed the amount still there. `balance` is what the account was known to hold when the
    trail was frozen.
    """

    id: int
    bank: str
    account: AccountNumber
    amount: Satang
    balance: Satang
    rank: int
    minutes_to_exit: float
    reasons: Annotated[tuple[dict[str, Any], ...], REASONS]
    innocent_evidence: Annotated[tuple[dict[str, Any], ...], REASONS]
    state: ProposalState
    action_id: int | None
    decided_by: str
    decline_reason: str
    decided_at: datetime | None = None
    hop: int | None = None
    opened_at: datetime | None = None
    leaves: Satang = 0
    decide_by: datetime | None = None
    decide_by_was: datetime | None = None
    decide_by_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something an officer must look at.

    Silence, a hold about to lapse, an answer that conflicts, a failed order. `error` is the English sentence of
    what went wrong where there is one; `text` leaves it to the caller, in the reader's language.
    """

    id: int
    case: str
    action_id: int | None
    kind: str
    text: Texts
    at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What was done in the case.

    One audit row about a case, for the history on its page.
    """

    at: datetime
    officer: str
    verb: str
    subject: str
    detail: Annotated[dict[str, Any], DETAIL] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LossStanding:
    """Where each baht of a loss is by what is known now; the parts add up to it.

    `held` by banks; `left` by a bank's word, while no record shows whereto; `freed` again, `declined` by officers; `asked` and
    `undecided` are still there, and so is `rest`, which nobody proposes to hold; `spent` in honest shops; `gone`; `unknown`.
    """

    loss: Satang
    held: Satang
    asked: Satang
    undecided: Satang
    rest: Satang
    left: Satang
    freed: Satang
    declined: Satang
    spent: Satang
    gone: Satang
    unknown: Satang

    @property
    def there(self) -> Satang:
        """Satang that nobody holds and nobody has contradicted."""
        return self.asked + self.undecided + self.rest


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of a case. `snapshot` goes with the approval of a hold, which is refused where the trail has changed since.

    `trail` has the fields of `warroom.money.trail.Trail` as plain JSON values: satang as they were frozen, times
    are ISO 8601 text, an account is {bank, number}, a reason is `Reason.as_json`; beside them `deliveries` are those that brought its
    records, absent where it was frozen before trails said so. It is None where the report names no transfer;
    `snapshot` is its SHA-256. `owner` is the officer who took the case, by name; `open_with` are others who have its page open.
    `standing` is where the loss is by what is known now, banks' answers among it.
    """

    row: BoardRow
    reports: tuple[CaseReport, ...]
    snapshot: str
    traced_at: datetime | None
    trail: Annotated[dict[str, Any] | None, TRAIL]
    proposals: tuple[ProposalView, ...]
    actions: tuple[HoldView, ...]
    appeals: tuple[AppealView, ...]
    alerts: tuple[AlertView, ...]
    history: tuple[HistoryLine, ...]
    owner: Annotated[str, Open("an officer, by name")] = ""
    standing: LossStanding | None = None
    open_with: tuple[Annotated[str, Open("an officer, by name")], ...] = ()
    checks: tuple[CheckView, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowResult:
    """What following a case's money again brought.

    `newest` is when the newest record that had come since happened, None where none had come; `left` satang that banks had
    said were gone count as followed, `open` of them do not yet, since no record shows that they left; `still_before` and `still_after` are what was and is still there by what is known;
    `accounts` more are on the trail, `proposed` amounts are new.
    """

    newest: datetime | None
    left: Satang
    still_before: Satang
    still_after: Satang
    accounts: int
    proposed: int
    open: Satang = 0

    def as_detail(self) -> dict[str, Any]:
        """As the log keeps it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


PurposeCode = Literal[
    "desk", "investigation", "asset", "victim", "prosecution", "request", "supervision", "audit"
]
PURPOSES: tuple[PurposeCode, ...] = get_args(PurposeCode)
"""Why a case is opened. `desk` is the fraud desk's own work on it; `request` answers a partner."""


@dataclass(frozen=True, slots=True)
class PurposeView:
    """The purpose under which a case is open to its officer, and until when."""

    case: str
    officer: str
    purpose: PurposeCode
    text: str
    at: datetime
    until: datetime
