"""What the services answer: frozen dataclasses, and nothing that reaches back into the database.

Money is satang (1/100 baht) as `int`; times are UTC with their zone; `Texts` holds a sentence in Thai and
English.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["officer", "supervisor", "appeals", "lawyer", "auditor", "admin"]
ROLES: tuple[Role, ...] = ("officer", "supervisor", "appeals", "lawyer", "auditor", "admin")
ProposalState = Literal["open", "approved", "declined", "superseded", "not_held"]
HoldState = Literal[
    "proposed", "approved", "sent", "in_effect", "partly", "refused", "released", "expired", "declined"
]
ACTIVE: tuple[HoldState, ...] = ("proposed", "approved", "sent", "in_effect", "partly")
OrderKind = Literal["hold", "release", "expiry", "extend"]
OrderState = Literal["waiting", "sent", "acknowledged", "failed", "cancelled"]
ClockKind = Literal["lapse", "lapse_warning", "silence", "appeal_due", "appeal_limit"]
AppealState = Literal["open", "upheld", "granted"]
BoardFilter = Literal[
    "open", "mine", "late", "undecided", "lapsing", "appeals", "silent", "no_transfer", "closed", "all"
]
AnswerStatus = Literal["received", "done", "partly", "refused", "lifted"]


@dataclass(frozen=True, slots=True)
class Texts:
    """One sentence or notice in both languages."""

    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A named person with roles. `roles` decide what the services allow; an inactive officer may do
    nothing.
    """

    id: int
    username: str
    name: str
    agency: str
    roles: frozenset[str]
    active: bool = True

    def may(self, *roles: str) -> bool:
        """Whether the officer has one of these roles."""
        return self.active and not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fresh sign-in. `token` is a secret for the cookie; the ledger keeps only its hash."""

    token: str
    officer: Officer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case on the board. `next_due` is what runs out next and `next_kind` says what it is."""

    number: str
    state: str
    flag: str
    scam_type: str
    reported_at: datetime
    opened_at: datetime
    loss: int
    still_there: int
    exited: int
    spent: int
    beyond_horizon: int
    held: int
    accounts: int
    banks: int
    undecided: int
    open_appeals: int
    alerts: int
    reports: int
    exit_at: datetime | None
    next_due: datetime | None
    next_kind: Literal["exit", "lapse", "appeal_due", ""]


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many cases each filter of the board shows, the sums over open cases in satang, and what today
    brought: reports made, holds that an officer ended, and the satang those set free.

    `mine` counts for the officer who asks; today begins at midnight in the house's zone.
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
    loss: int = 0
    still_there: int = 0
    held: int = 0
    reports_today: int = 0
    released_today: int = 0
    freed_today: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board, ordered by what runs out next, and the counts over the whole ledger."""

    rows: tuple[BoardRow, ...]
    counts: BoardCounts
    total: int


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A victim's report belonging to a case; `first` marks the one that opened it."""

    source: str
    record_id: str
    reported_at: datetime
    loss: int
    channel: str
    transfer_ids: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """An amount that may be held, as the officer sees it. `reasons` and `innocent_evidence` are
    `Reason.as_json`.

    State `not_held` is shown for its reasons and cannot be approved (an honest shop, the victim's own
    account). `balance` is what the account was known to hold when the trail was frozen, in satang.
    """

    id: int
    bank: str
    account: str
    amount: int
    balance: int
    rank: int
    minutes_to_exit: float
    reasons: tuple[dict[str, Any], ...]
    innocent_evidence: tuple[dict[str, Any], ...]
    state: ProposalState
    action_id: int | None
    decided_by: str
    decline_reason: str


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


@dataclass(frozen=True, slots=True)
class AppealView:
    """A holder's appeal against a hold. `due_at` is aimed at, `limit_at` is the last moment."""

    id: int
    action_id: int
    reference: str
    case: str
    bank: str
    account: str
    amount: int
    who: str
    text: str
    filed_at: datetime
    due_at: datetime
    limit_at: datetime
    state: AppealState
    answered_by: str
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something an officer must look at: silence, a hold about to lapse, an answer that conflicts, a failed
    order.

    `error` is the English sentence of what went wrong where there is one; `text` leaves it to whoever shows
    it, in the reader's language.
    """

    id: int
    case: str
    action_id: int | None
    kind: str
    text: Texts
    at: datetime
    error: str = ""


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
    account: str
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


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One audit row about a case, for the history on its page."""

    at: datetime
    officer: str
    verb: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of a case. `trail` is the frozen trail: the fields of `warroom.money.trail.Trail` as plain JSON
    values.

    In `trail` money is satang as int, times are ISO 8601 text, an account is {bank, number}, a reason is
    `Reason.as_json`. It is None where the report names no transfer. `snapshot` is its SHA-256: pass it back
    with `approve_holds`, which refuses where the trail has changed since. `owner` is the officer who took
    the case, by name.
    """

    row: BoardRow
    reports: tuple[CaseReport, ...]
    snapshot: str
    traced_at: datetime | None
    trail: dict[str, Any] | None
    proposals: tuple[ProposalView, ...]
    actions: tuple[ActionView, ...]
    appeals: tuple[AppealView, ...]
    alerts: tuple[AlertView, ...]
    history: tuple[HistoryLine, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A dated legal rule and whether a lawyer of this house has confirmed it. `hours` is its main period."""

    id: str
    title: Texts
    citation: Texts
    source: str
    valid_from: datetime
    valid_to: datetime | None
    hours: float
    limit_hours: float | None
    approvers: int
    confirmed: bool
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log; `hash` is its RFC 6962 leaf hash in hexadecimal."""

    sequence: int
    at: datetime
    officer: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFault:
    """A row that is not what was written. `kind` is changed, missing, reordered or checkpoint."""

    sequence: int
    kind: Literal["changed", "missing", "reordered", "checkpoint"]
    text: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a check of the audit log found. `checkpoint` is the newest signed note as text, or empty."""

    ok: bool
    rows: int
    checkpoint: str
    faults: tuple[AuditFault, ...]


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
