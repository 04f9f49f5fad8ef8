"""Requests to partners as others see them, and how fast partners answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.access.views import AgencyView
from warroom.bilingual.texts import Texts
from warroom.cases.views import WhyUnreached
from warroom.ledger.views import DeadlineView
from warroom.marking import AccountNumber
from warroom.units import Satang

RequestKind = Literal["information", "preservation", "stop-payment", "records", "identification", "other"]
REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
RequestState = Literal[
    "drafted", "approved", "sent", "acknowledged", "answered", "partly", "refused", "withdrawn", "lifted"
]
REQUEST_STATES: tuple[RequestState, ...] = get_args(RequestState)
OPEN: tuple[RequestState, ...] = ("sent", "acknowledged")
"""States in which the partner still owes an answer. `lifted` is a stop or a preservation that the partner let go of again."""
RequestEventKind = Literal[
    "drafted",
    "approved",
    "sent",
    "undelivered",
    "acknowledged",
    "answered",
    "partly",
    "refused",
    "noted",
    "late",
    "reminded",
    "withdrawn",
    "document",
    "lift-asked",
    "lifted",
]
REQUEST_EVENTS: tuple[RequestEventKind, ...] = get_args(RequestEventKind)
Reply = Literal["acknowledged", "answered", "partly", "refused"]
"""What a partner's word makes of a request."""


@dataclass(frozen=True, slots=True)
class RequestEventView:
    """Something that happened: `at` then, `recorded_at` when the room knew; `officer` empty for the program."""

    kind: RequestEventKind
    at: datetime
    recorded_at: datetime
    officer: str
    text: str
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class RequestDocumentView:
    """A document of the answer, by its SHA-256; `kept` once the evidence room has that very content.

    The hash is hexadecimal.
    """

    sha256: str
    name: str
    at: datetime
    kept: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request. `late` stays true once the deadline passed without an answer.

    `amount` is to be stopped, 0 for most kinds. `late` is true from the moment the deadline passed, also once the
    answer came.
    """

    id: int
    number: str
    case: str
    partner: AgencyView
    kind: RequestKind
    title: Texts
    purpose: str
    subject: str
    items: tuple[str, ...]
    amount: Satang
    keep_until: datetime
    rule: str
    citation: Texts
    state: RequestState
    drafted_by: str
    drafted_at: datetime
    approved_by: tuple[str, ...]
    approvals_needed: int
    wanted_by: datetime | None
    due_at: datetime | None
    sent_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    late: bool
    events: tuple[RequestEventView, ...] = ()
    documents: tuple[RequestDocumentView, ...] = ()
    deadlines: tuple[DeadlineView, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A request that asks a bank for records: its state, when its answer is due, and when it came."""

    id: int
    number: str
    state: RequestState
    due_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class LateAccount:
    """An account where traced money ends by records that do not reach.

    `amount` is by the records still there and held by no bank's word, `said_left` what of it its bank said had left; `first` and
    `came` are when the first and the newest of the money came. `asked` is the newest request for its records by its number, empty
    for none; `waits` whether that is still to be answered.
    """

    account: AccountNumber
    amount: Satang
    said_left: Satang
    first: datetime
    came: datetime
    asked: str
    waits: bool


@dataclass(frozen=True, slots=True)
class LateBank:
    """A bank whose records do not reach to what matters in a case, the ends that rest on them, and what was asked of it.

    `why`: `never` has sent anything, `behind` (nothing newer than the money), or `overdue` (nothing for longer than is usual for it).
    `ends` is when the newest of its records happened, `last_file` when a file of it last came, `usual_minutes` its usual pause between
    two; null where nobody knows. `places` are the accounts, the most money first. `to_ask` accounts have no request that waits for an answer. `is_partner` is whether it can be asked.
    """

    bank: str
    is_partner: bool
    why: WhyUnreached
    ends: datetime | None
    last_file: datetime | None
    usual_minutes: float | None
    amount: Satang
    came: datetime
    places: tuple[LateAccount, ...]
    asked: tuple[AskedFor, ...]
    to_ask: int


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """Seconds; a percentile is null where too few came to tell it from the slowest one.

    From being told: median, 90th and 95th percentile over `count` that have come. A percentile is None where fewer
    came than 10 for the 90th, 20 for the 95th. All is None where the row's counts are withheld.
    """

    count: int | None
    median: float | None
    p90: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class PartnerTimes:
    """One partner's row; `few` where the numbers rest on fewer than 20 answers. Of fewer than five all figures are null for
    who may not see every case.

    Told so often, how fast it acknowledged and answered, how much came late or is open. `late_share` is of all that
    was told and is answered or overdue, None where there is none. Rows that are `few` should not be compared. Small
    counts would tell a reader of cases sealed to them.
    """

    partner: str
    name: Texts | None
    told: int | None
    acknowledged: ResponseTimes
    answered: ResponseTimes
    late_share: float | None
    open: int | None
    few: bool
