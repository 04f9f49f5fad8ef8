"""A case in full: reports, proposals, alerts, history."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from warroom.operations.marking import AccountNumber, Open
from warroom.operations.views.appeals import AppealView
from warroom.operations.views.board import BoardRow
from warroom.operations.views.holds import ActionView
from warroom.operations.views.people import Texts

ProposalState = Literal["open", "approved", "declined", "superseded", "not_held"]


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
    account: AccountNumber
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
    owner: Annotated[str, Open("an officer, by name")] = ""
