"""Assets, what was booked for them, and what victims are paid, as others see them. Money is satang."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.ledger.views import DeadlineView
from warroom.marking import JsonOf, Personal
from warroom.units import Satang


@cache
def _list_particular_names() -> frozenset[str]:
    """The names of what the classes of assets declare."""
    text = resources.files(__package__).joinpath("classes.toml").read_text(encoding="utf-8")
    return frozenset(one["name"] for body in tomllib.loads(text).values() for one in body["particulars"])


AssetClass = Literal["cash", "bank-balance", "crypto", "gold", "car", "land", "other"]
ASSET_CLASSES: tuple[AssetClass, ...] = get_args(AssetClass)
AssetState = Literal[
    "traced", "frozen", "seized", "in-custody", "forfeited", "realised", "lapsed", "returned", "pooled"
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
    """The paper a step rests on.

    Its number, the agency that made it and when.
    """

    number: str
    authority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ValuationView:
    """What an asset was worth on a day.

    In the eyes of a named valuer by a named method.
    """

    at: datetime
    amount: Satang
    valuer: str
    method: str
    document: str
    officer: str


@dataclass(frozen=True, slots=True)
class AssetEventView:
    """Something that happened to an asset.

    `order` is the paper it rests on, None where it rests on none.
    """

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
    """An owner's claim and how it was decided.

    While one is open nothing is forfeited or paid.
    """

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
    """custody = seized + revalued - costs - returned - pooled.

    Always, to the satang.
    """

    seized: Satang
    revalued: Satang
    costs: Satang
    returned: Satang
    pooled: Satang
    custody: Satang


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset with its account; `value` is its newest valuation.

    `particulars` are the fields its class declares; `value` is None for none.
    """

    id: int
    number: str
    case: str
    proceeding: str
    kind: AssetClass
    title: str
    particulars: Annotated[dict[str, Any], JsonOf(_list_particular_names)]
    found_with: str
    state: AssetState
    place: str
    seal: str
    value: Satang | None
    book: AssetBook
    valuations: tuple[ValuationView, ...] = ()
    events: tuple[AssetEventView, ...] = ()
    claims: tuple[OwnerClaimView, ...] = ()
    deadlines: tuple[DeadlineView, ...] = ()


@dataclass(frozen=True, slots=True)
class LossView:
    """A registered loss, what was paid of it, and what the victim got back outside all proceedings.

    At most what the report says; `accepted` is None until decided.
    """

    id: int
    receipt: str
    proceeding: str
    case: str
    source: str
    report: str
    claimed: Satang
    accepted: Satang | None
    paid: Satang
    recovered: Satang
    state: LossState
    filed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutLineView:
    """One victim's line of a plan.

    `outstanding` is accepted less paid before, `paid_at` None until paid.
    """

    registration: int
    receipt: str
    outstanding: Satang
    amount: Satang
    paid_at: datetime | None
    reference: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A pay-out plan: pot = total + remainder, and the remainder goes to the fund.

    `digest` is the SHA-256 of what was seen when it was drafted: approving refuses where that has changed.
    """

    id: int
    proceeding: str
    state: PlanState
    pot: Satang
    total: Satang
    remainder: Satang
    fund: str
    digest: str
    drafted_by: str
    drafted_at: datetime
    approved_by: tuple[str, ...]
    approvals_needed: int
    lines: tuple[PayoutLineView, ...]


@dataclass(frozen=True, slots=True)
class ProceedingBook:
    """custody + pot = seized + revalued - costs - returned - paid - remainder.

    All assets of a proceeding; always, to the satang.
    """

    seized: Satang
    revalued: Satang
    costs: Satang
    returned: Satang
    paid: Satang
    remainder: Satang
    custody: Satang
    pot: Satang


@dataclass(frozen=True, slots=True)
class ProceedingView:
    """A proceeding with its account and pay-outs.

    It is a court's, over assets of one or more cases.
    """

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
    claimed: Satang
    accepted: Satang
    book: ProceedingBook
    plans: tuple[PlanView, ...] = ()


@dataclass(frozen=True, slots=True)
class ParticularView:
    """A field that a class of assets must or may carry.

    `pattern` is a regular expression for codes, "" for none.
    """

    name: str
    kind: str
    label: Texts
    required: bool
    unit: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class of assets; `money` needs no sale."""

    id: AssetClass
    title: Texts
    money: bool
    particulars: tuple[ParticularView, ...]
