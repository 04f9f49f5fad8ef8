"""Assets, what was booked for them, and what victims are paid, as others see them. Money is satang."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.ledger.views import DeadlineView
from warroom.marking import Personal

AssetClass = Literal["cash", "bank-balance", "crypto", "gold", "car", "land", "other"]
ASSET_CLASSES: tuple[AssetClass, ...] = get_args(AssetClass)
AssetState = Literal[
    "traced",
    "frozen",
    "seized",
    "in-custody",
    "forfeited",
    "realised",
    "lapsed",
    "returned",
    "pooled",
]
ASSET_STATES: tuple[AssetState, ...] = get_args(AssetState)
"""`lapsed`: the freeze ran out before a court order, the asset goes back; `realised`: sold, it is money now;
`pooled`: its money stands in the pot of an approved pay-out.
"""
AssetEventKind = Literal[
    "traced",
    "frozen",
    "seized",
    "moved",
    "kept",
    "forfeited",
    "realised",
    "lapse-warning",
    "lapsed",
    "returned",
    "pooled",
    "claim-filed",
    "claim-decided",
]
ASSET_EVENTS: tuple[AssetEventKind, ...] = get_args(AssetEventKind)
EntryKind = Literal["seized", "revalued", "cost", "returned", "pooled", "paid", "remainder"]
ENTRY_KINDS: tuple[EntryKind, ...] = get_args(EntryKind)
BookAccount = Literal["source", "custody", "revaluation", "costs", "returned", "pot", "paid", "remainder"]
BOOK_ACCOUNTS: tuple[BookAccount, ...] = get_args(BookAccount)
ClaimState = Literal["open", "upheld", "rejected"]
CLAIM_STATES: tuple[ClaimState, ...] = get_args(ClaimState)
LossState = Literal["filed", "accepted", "refused"]
LOSS_STATES: tuple[LossState, ...] = get_args(LossState)
PlanState = Literal["drafted", "approved", "withdrawn"]
PLAN_STATES: tuple[PlanState, ...] = get_args(PlanState)


@dataclass(frozen=True, slots=True)
class LegalOrder:
    """The paper a step rests on: its number, the agency that made it and when."""

    number: str
    authority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ValuationView:
    """What an asset was worth on a day, in the eyes of a named valuer by a named method."""

    at: datetime
    amount: int
    valuer: str
    method: str
    document: str
    officer: str


@dataclass(frozen=True, slots=True)
class AssetEventView:
    """Something that happened to an asset; `order` is the paper it rests on, None where it rests on none."""

    kind: AssetEventKind
    at: datetime
    recorded_at: datetime
    officer: str
    text: str
    order: LegalOrder | None
    place: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class OwnerClaimView:
    """A claim that the asset belongs to somebody honest; while one is open nothing is forfeited or paid."""

    id: int
    who: Personal
    grounds: str
    filed_at: datetime
    state: ClaimState
    reason: str
    order: LegalOrder | None
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssetBook:
    """One asset's account. Always custody = seized + revalued - costs - returned - pooled, to the satang."""

    seized: int
    revalued: int
    costs: int
    returned: int
    pooled: int
    custody: int


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset. `particulars` are the fields its class declares; `value` its newest valuation, None for none."""

    id: int
    number: str
    case: str
    proceeding: str
    kind: AssetClass
    title: str
    particulars: dict[str, Any]
    found_with: str
    state: AssetState
    place: str
    seal: str
    value: int | None
    book: AssetBook
    valuations: tuple[ValuationView, ...] = ()
    events: tuple[AssetEventView, ...] = ()
    claims: tuple[OwnerClaimView, ...] = ()
    deadlines: tuple[DeadlineView, ...] = ()


@dataclass(frozen=True, slots=True)
class LossView:
    """A victim's registered loss: at most what the report says; `accepted` None until decided, `paid` so far,
    `recovered` what the victim got back outside all proceedings.
    """

    id: int
    receipt: str
    proceeding: str
    case: str
    source: str
    report: str
    claimed: int
    accepted: int | None
    paid: int
    recovered: int
    state: LossState
    filed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutLineView:
    """One victim's line of a plan: `outstanding` is accepted less paid before, `paid_at` None until paid."""

    registration: int
    receipt: str
    outstanding: int
    amount: int
    paid_at: datetime | None
    reference: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A pay-out plan: `pot` = the lines' amounts + `remainder`, which goes to `fund`.

    `digest` is the SHA-256 of what was seen when it was drafted: approving refuses where that has changed.
    """

    id: int
    proceeding: str
    state: PlanState
    pot: int
    total: int
    remainder: int
    fund: str
    digest: str
    drafted_by: str
    drafted_at: datetime
    approved_by: tuple[str, ...]
    approvals_needed: int
    lines: tuple[PayoutLineView, ...]


@dataclass(frozen=True, slots=True)
class ProceedingBook:
    """All assets of a proceeding. Always
    custody + pot = seized + revalued - costs - returned - paid - remainder, to the satang.
    """

    seized: int
    revalued: int
    costs: int
    returned: int
    paid: int
    remainder: int
    custody: int
    pot: int


@dataclass(frozen=True, slots=True)
class ProceedingView:
    """A court proceeding over assets of one or more cases, its notice to victims and its account."""

    id: int
    number: str
    title: str
    cases: tuple[str, ...]
    court: str
    fund: str
    assets: tuple[str, ...]
    notice_at: datetime | None
    register_until: datetime | None
    registered: int
    claimed: int
    accepted: int
    book: ProceedingBook
    plans: tuple[PlanView, ...] = ()


@dataclass(frozen=True, slots=True)
class ParticularView:
    """A field that a class of assets must or may carry; `pattern` a regular expression for codes, "" for none."""

    name: str
    kind: str
    label: Texts
    required: bool
    unit: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class of assets as declared; `money` means that it needs no sale before it can be paid out."""

    id: AssetClass
    title: Texts
    money: bool
    particulars: tuple[ParticularView, ...]
