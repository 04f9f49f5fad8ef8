"""Assets, losses, pay-outs and proceedings on the wire."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warroom.assets.views import (
    AssetClass,
    AssetEventKind,
    AssetState,
    ClaimState,
    LegalOrder,
    LossState,
    PlanState,
)
from warroom.marking import Personal
from warroom.web.kit.api import Answer, Baht, BahtIn, Body, BothLanguages, Line, Moment, Text
from warroom.web.kit.shapes import LARGEST_ID
from warroom.web.requests.api import CaseIn, Code, DeadlineOut, Said

DIGEST = r"^([0-9a-f]{64})?$"
Document = Annotated[str, Field(pattern=DIGEST, description="SHA-256 of the document, empty for none")]
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Particulars = Annotated[
    dict[Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]+$")], Text], Field(max_length=20)
]


class PaperIn(Body):
    """The paper a step rests on: its number, the agency that made it, and when."""

    number: Line
    authority: Code
    at: Moment

    def order(self) -> LegalOrder:
        """As the services take it."""
        return LegalOrder(self.number, self.authority, self.at)


class AssetIn(Body):
    """An asset that a trail leads to; its particulars are what its class declares."""

    case: CaseIn
    kind: AssetClass
    title: Line
    particulars: Particulars
    found_with: Short = ""


class FreezeIn(Body):
    """Frozen at `at` by an order."""

    order: PaperIn
    at: Moment


class SeizeIn(FreezeIn):
    """Seized, and where it lies."""

    place: Line
    seal: Short = ""


class MoveIn(Body):
    """Moved from one place or seal to another, and why."""

    place: Line
    seal: Short = ""
    at: Moment
    text: Said


class OrderIn(Body):
    """A court's order."""

    order: PaperIn


class ValueIn(Body):
    """A valuation: for money a count."""

    amount: BahtIn
    valuer: Line
    method: Line
    at: Moment
    document: Document = ""


class CostIn(Body):
    """What keeping or selling the asset cost."""

    amount: BahtIn
    what: Line
    at: Moment
    document: Document = ""


class SaleIn(Body):
    """A forfeited thing sold."""

    price: BahtIn
    method: Line
    at: Moment
    document: Document = ""


class ReturnIn(Body):
    """Given back, all of it or an amount of money."""

    reason: Said
    at: Moment
    amount: BahtIn | None = None


class ClaimIn(Body):
    """Somebody says that the asset is honestly theirs."""

    who: Line
    grounds: Said


class ClaimDecisionIn(Body):
    """How a court decided on an owner's claim."""

    decision: Literal["upheld", "rejected"]
    reason: Said
    order: PaperIn


class ProceedingIn(Body):
    """A proceeding over assets of these cases; `fund` gets what is left after the victims."""

    title: Line
    cases: Annotated[list[Annotated[CaseIn, Field(min_length=1)]], Field(min_length=1, max_length=5_000)]
    assets: Annotated[list[Number], Field(min_length=1, max_length=1_000)]
    court: Code
    fund: Code


class NoticeIn(Body):
    """When the notice to victims was published."""

    at: Moment


class LossIn(Body):
    """A victim's loss, by the report they made, and where to pay."""

    source: Line
    report: Line
    claimed: BahtIn
    pay_bank: Code
    pay_account: Line


class LossDecisionIn(Body):
    """How much of a loss is accepted, and why where it is not all."""

    accepted: BahtIn
    reason: Text = ""


class RecoveryIn(Body):
    """What the victim got back outside all proceedings: from whom, under which reference, when."""

    amount: BahtIn
    payer: Line
    reference: Line
    at: Moment


class SeenIn(Body):
    """The digest of the plan as it was seen."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PaymentIn(Body):
    """A line that was paid, and the bank's reference."""

    registration: Number
    reference: Line


class PaymentsIn(Body):
    """Lines that were paid."""

    payments: Annotated[list[PaymentIn], Field(min_length=1, max_length=5_000)]

    @model_validator(mode="after")
    def each_line_once(self) -> "PaymentsIn":
        """Two references for one line would leave open which one was paid."""
        if len({one.registration for one in self.payments}) < len(self.payments):
            raise ValueError("a line is named twice")
        return self


class ParticularOut(Answer):
    """A field that a class of assets must or may carry."""

    name: str
    kind: str
    label: BothLanguages
    required: bool
    unit: str
    pattern: str


class ClassOut(Answer):
    """A class of assets; `money` needs no sale."""

    id: AssetClass
    title: BothLanguages
    money: bool
    particulars: list[ParticularOut]


class PaperOut(Answer):
    """The paper a step rests on."""

    number: str
    authority: str
    at: Moment


class ValuationOut(Answer):
    """What an asset was worth on a day."""

    at: Moment
    amount: Baht
    valuer: str
    method: str
    document: str
    officer: str


class AssetEventOut(Answer):
    """Something that happened to an asset."""

    kind: AssetEventKind
    at: Moment
    recorded_at: Moment
    officer: str
    text: str
    order: PaperOut | None
    place: str
    seal: str


class OwnerClaimOut(Answer):
    """An owner's claim and how it was decided."""

    id: int
    who: Personal
    grounds: str
    filed_at: Moment
    state: ClaimState
    reason: str
    order: PaperOut | None
    decided_by: str
    decided_at: Moment | None


class AssetBookOut(Answer):
    """custody = seized + revalued - costs - returned - pooled."""

    seized: Baht
    revalued: Baht
    costs: Baht
    returned: Baht
    pooled: Baht
    custody: Baht


class AssetOut(Answer):
    """An asset with its account; `value` is its newest valuation."""

    id: int
    number: str
    case: str
    proceeding: str
    kind: AssetClass
    title: str
    particulars: dict[str, str]
    found_with: str
    state: AssetState
    place: str
    seal: str
    value: Baht | None
    book: AssetBookOut
    valuations: list[ValuationOut]
    events: list[AssetEventOut]
    claims: list[OwnerClaimOut]
    deadlines: list[DeadlineOut]


class AssetRows(Answer):
    """A page of assets, the newest first, without their history."""

    rows: list[AssetOut]
    total: int


class LossOut(Answer):
    """A registered loss, what was paid of it, and what the victim got back outside all proceedings."""

    id: int
    receipt: str
    proceeding: str
    case: str
    source: str
    report: str
    claimed: Baht
    accepted: Baht | None
    paid: Baht
    recovered: Baht
    state: LossState
    filed_at: Moment
    reason: str


class LossRows(Answer):
    """A page of registered losses in the order they came."""

    rows: list[LossOut]
    total: int


class LineOut(Answer):
    """One victim's line of a plan."""

    registration: int
    receipt: str
    outstanding: Baht
    amount: Baht
    paid_at: Moment | None
    reference: str


class PlanOut(Answer):
    """A pay-out plan: pot = total + remainder, and the remainder goes to the fund."""

    id: int
    proceeding: str
    state: PlanState
    pot: Baht
    total: Baht
    remainder: Baht
    fund: str
    digest: str
    drafted_by: str
    drafted_at: Moment
    approved_by: list[str]
    approvals_needed: int
    lines: list[LineOut]


class ProceedingBookOut(Answer):
    """custody + pot = seized + revalued - costs - returned - paid - remainder."""

    seized: Baht
    revalued: Baht
    costs: Baht
    returned: Baht
    paid: Baht
    remainder: Baht
    custody: Baht
    pot: Baht


class ProceedingOut(Answer):
    """A proceeding with its account and pay-outs."""

    id: int
    number: str
    title: str
    cases: list[str]
    court: str
    fund: str
    assets: list[str]
    notice_at: Moment | None
    register_until: Moment | None
    registered: int
    claimed: Baht
    accepted: Baht
    book: ProceedingBookOut
    plans: list[PlanOut]


class ProceedingRows(Answer):
    """A page of proceedings, the newest first."""

    rows: list[ProceedingOut]
    total: int
