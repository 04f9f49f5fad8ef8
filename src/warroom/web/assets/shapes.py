"""Assets, losses, pay-outs and proceedings on the wire."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warroom.assets.views import (
    AssetClass,
    AssetEventView,
    AssetView,
    ClassView,
    LegalOrder,
    LossView,
    OwnerClaimView,
    PayoutLineView,
    PlanView,
    ProceedingView,
)
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import BahtIn, Body, Line, Moment, Text
from warroom.web.kit.shapes import LARGEST_ID
from warroom.web.requests.api import CaseIn, Code, Said

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

    def to_order(self) -> LegalOrder:
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


class PlanSeenIn(Body):
    """The digest of the plan as it was seen."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PayoutPaymentIn(Body):
    """A line that was paid, and the bank's reference."""

    registration: Number
    reference: Line


class PaymentsIn(Body):
    """Lines that were paid."""

    payments: Annotated[list[PayoutPaymentIn], Field(min_length=1, max_length=5_000)]

    @model_validator(mode="after")
    def each_line_once(self) -> "PaymentsIn":
        """Two references for one line would leave open which one was paid."""
        if len({one.registration for one in self.payments}) < len(self.payments):
            raise ValueError("a line is named twice")
        return self


ClassOut = make_view_answer(ClassView)
PaperOut = make_view_answer(LegalOrder, "PaperOut")
AssetEventOut = make_view_answer(AssetEventView, of=(PaperOut,))
OwnerClaimOut = make_view_answer(OwnerClaimView, of=(PaperOut,))
AssetOut = make_view_answer(
    AssetView, also={"particulars": dict[str, str]}, of=(AssetEventOut, OwnerClaimOut)
)
AssetRows = make_page_answer(
    AssetOut, "AssetRows", "A page of assets, the newest first, without their history."
)
LossOut = make_view_answer(LossView)
LossRows = make_page_answer(LossOut, "LossRows", "A page of registered losses in the order they came.")
LineOut = make_view_answer(PayoutLineView, "PlanLineOut")
PlanOut = make_view_answer(PlanView, of=(LineOut,))
ProceedingOut = make_view_answer(ProceedingView, of=(PlanOut,))
ProceedingRows = make_page_answer(ProceedingOut, "ProceedingRows", "A page of proceedings, the newest first.")
