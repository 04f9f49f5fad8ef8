"""Assets step by step, proceedings, registered losses and pay-outs."""

from typing import Annotated

from fastapi import Query

from warroom.access.role_groups import (
    ASSET_CUSTODIANS,
    ASSET_KEEPERS,
    ASSET_TRACERS,
    CASE_WORKERS,
    CLAIM_DECIDERS,
    CLAIM_FILERS,
    COURT_NOTERS,
    FORFEITERS,
    LOSS_CLERKS,
    LOSS_JUDGES,
    NOTICE_GIVERS,
    PAYOUT_APPROVERS,
    PAYOUT_WITHDRAWERS,
    PROCEEDING_OPENERS,
)
from warroom.assets import classes, queries
from warroom.assets.decisions import owners, payouts, proceedings, recoveries, steps, values
from warroom.assets.views import AssetClass, AssetState, AssetView, LossView, PlanView, ProceedingView
from warroom.web.assets import shapes
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.kit.answers import make_list_type
from warroom.web.kit.api import Book, Caller, Key, make_area_router
from warroom.web.kit.shapes import Id, Limit, Offset
from warroom.web.requests.api import ReasonIn

router = make_area_router("assets")
FilterText = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]


@router.get("/asset-classes", may=SIGNED_IN, response_model=make_list_type(shapes.ClassOut))
def class_list(officer: Caller) -> object:
    """Every class of assets and its particulars."""
    return list(classes.load_classes().values())


@router.get("/assets", may=CASE_WORKERS, response_model=shapes.AssetRows)
def asset_list(
    book: Book,
    officer: Caller,
    case: FilterText = "",
    kind: AssetClass | None = None,
    state: AssetState | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Assets with their accounts, the newest first."""
    wanted = queries.AssetFilter(case=case, kind=kind, state=state)
    rows, total = queries.list_assets(book, officer, wanted, limit=limit, offset=offset)
    return {"rows": rows, "total": total}


@router.post("/assets", may=ASSET_TRACERS, response_model=shapes.AssetOut, status_code=201)
def asset_trace(book: Book, officer: Caller, key: Key, body: shapes.AssetIn) -> AssetView:
    """Register an asset that a trail leads to."""
    return steps.trace_asset(
        book, officer, body.case, body.kind, body.title, body.particulars, key, found_with=body.found_with
    )


@router.get("/assets/{asset_id}", may=CASE_WORKERS, response_model=shapes.AssetOut)
def asset_read(book: Book, officer: Caller, asset_id: Id) -> AssetView:
    """One asset with all that happened to it; the reading is logged."""
    return queries.read_asset(book, officer, asset_id)


@router.post("/assets/{asset_id}/freeze", may=ASSET_KEEPERS, response_model=shapes.AssetOut)
def asset_freeze(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.FreezeIn) -> AssetView:
    """Note a freeze; the law's clock runs."""
    return steps.freeze_asset(book, officer, asset_id, body.order.to_order(), body.at, key)


@router.post("/assets/{asset_id}/seize", may=ASSET_KEEPERS, response_model=shapes.AssetOut)
def asset_seize(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.SeizeIn) -> AssetView:
    """Note a seizure; the newest valuation enters the book."""
    return steps.seize_asset(
        book, officer, asset_id, body.order.to_order(), body.at, body.place, body.seal, key
    )


@router.post("/assets/{asset_id}/move", may=ASSET_CUSTODIANS, response_model=shapes.AssetOut)
def asset_move(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.MoveIn) -> AssetView:
    """Take an asset into custody, or from one place or seal to another."""
    return steps.move_asset(book, officer, asset_id, body.place, body.seal, body.at, body.text, key)


@router.post("/assets/{asset_id}/keep", may=COURT_NOTERS, response_model=shapes.AssetOut)
def asset_keep(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.OrderIn) -> AssetView:
    """A court keeps the asset until it has judged: the clock has been met."""
    return steps.keep_for_judgment(book, officer, asset_id, body.order.to_order(), key)


@router.post("/assets/{asset_id}/forfeit", may=FORFEITERS, response_model=shapes.AssetOut)
def asset_forfeit(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.OrderIn) -> AssetView:
    """A court has ordered that the asset goes to the victims and then to the state."""
    return steps.forfeit_asset(book, officer, asset_id, body.order.to_order(), key)


@router.post("/assets/{asset_id}/sell", may=ASSET_CUSTODIANS, response_model=shapes.AssetOut)
def asset_sell(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.SaleIn) -> AssetView:
    """A forfeited thing was sold: it is money from here on."""
    return steps.realise_asset(book, officer, asset_id, body.price, body.method, body.document, body.at, key)


@router.post("/assets/{asset_id}/give-back", may=ASSET_KEEPERS, response_model=shapes.AssetOut)
def asset_give_back(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ReturnIn) -> AssetView:
    """Give an asset back, or an amount of one that is money."""
    return steps.give_back(book, officer, asset_id, body.reason, body.at, key, amount=body.amount)


@router.post(
    "/assets/{asset_id}/valuations", may=ASSET_KEEPERS, response_model=shapes.AssetOut, status_code=201
)
def asset_value(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ValueIn) -> AssetView:
    """Record a valuation; once the asset is seized the book follows."""
    return values.value_asset(
        book, officer, asset_id, body.amount, body.valuer, body.method, body.at, key, document=body.document
    )


@router.post(
    "/assets/{asset_id}/costs", may=ASSET_CUSTODIANS, response_model=shapes.AssetOut, status_code=201
)
def asset_cost(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.CostIn) -> AssetView:
    """Book what keeping or selling the asset cost."""
    return values.record_cost(
        book, officer, asset_id, body.amount, body.what, body.at, key, document=body.document
    )


@router.post("/assets/{asset_id}/claims", may=CLAIM_FILERS, response_model=shapes.AssetOut, status_code=201)
def asset_claim(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ClaimIn) -> AssetView:
    """Take down an owner's claim: nothing is forfeited or paid until it is decided."""
    return owners.file_claim(book, officer, asset_id, body.who, body.grounds, key)


@router.post(
    "/assets/{asset_id}/claims/{claim_id}/decide", may=CLAIM_DECIDERS, response_model=shapes.AssetOut
)
def asset_claim_decide(
    book: Book, officer: Caller, key: Key, asset_id: Id, claim_id: Id, body: shapes.ClaimDecisionIn
) -> AssetView:
    """Note how a court decided on an owner's claim."""
    return owners.decide_claim(
        book, officer, asset_id, claim_id, body.decision, body.reason, body.order.to_order(), key
    )


@router.get("/proceedings", may=CASE_WORKERS, response_model=shapes.ProceedingRows)
def proceeding_list(book: Book, officer: Caller, limit: Limit = 50, offset: Offset = 0) -> object:
    """Proceedings with their accounts, the newest first."""
    rows, total = queries.list_proceedings(book, officer, limit=limit, offset=offset)
    found = rows
    return {"rows": found, "total": total}


@router.post("/proceedings", may=PROCEEDING_OPENERS, response_model=shapes.ProceedingOut, status_code=201)
def proceeding_open(book: Book, officer: Caller, key: Key, body: shapes.ProceedingIn) -> ProceedingView:
    """Open a proceeding over assets of these cases."""
    return proceedings.open_proceeding(
        book, officer, body.title, body.cases, body.assets, body.court, body.fund, key
    )


@router.get("/proceedings/{proceeding_id}", may=CASE_WORKERS, response_model=shapes.ProceedingOut)
def proceeding_read(book: Book, officer: Caller, proceeding_id: Id) -> ProceedingView:
    """One proceeding with its account and pay-outs; the reading is logged."""
    return queries.read_proceeding(book, officer, proceeding_id)


@router.post("/proceedings/{proceeding_id}/notice", may=NOTICE_GIVERS, response_model=shapes.ProceedingOut)
def proceeding_notice(
    book: Book, officer: Caller, key: Key, proceeding_id: Id, body: shapes.NoticeIn
) -> ProceedingView:
    """The notice to victims was published: their time to register runs."""
    return proceedings.give_notice(book, officer, proceeding_id, body.at, key)


@router.get("/proceedings/{proceeding_id}/losses", may=CASE_WORKERS, response_model=shapes.LossRows)
def loss_list(
    book: Book, officer: Caller, proceeding_id: Id, limit: Limit = 50, offset: Offset = 0
) -> object:
    """Registered losses in the order they came."""
    rows, total = queries.list_losses(book, officer, proceeding_id, limit=limit, offset=offset)
    return {"rows": rows, "total": total}


@router.post(
    "/proceedings/{proceeding_id}/losses", may=LOSS_CLERKS, response_model=shapes.LossOut, status_code=201
)
def loss_register(book: Book, officer: Caller, key: Key, proceeding_id: Id, body: shapes.LossIn) -> LossView:
    """Register a victim's loss; the receipt is theirs."""
    return proceedings.register_loss(
        book,
        officer,
        proceeding_id,
        body.source,
        body.report,
        body.claimed,
        body.pay_bank,
        body.pay_account,
        key,
    )


@router.post("/losses/{loss_id}/decide", may=LOSS_JUDGES, response_model=shapes.LossOut)
def loss_decide(book: Book, officer: Caller, key: Key, loss_id: Id, body: shapes.LossDecisionIn) -> LossView:
    """Accept a registered loss, part of it, or none."""
    return proceedings.decide_loss(book, officer, loss_id, body.accepted, body.reason, key)


@router.post("/losses/{loss_id}/recoveries", may=LOSS_CLERKS, response_model=shapes.LossOut, status_code=201)
def loss_recovered(book: Book, officer: Caller, key: Key, loss_id: Id, body: shapes.RecoveryIn) -> LossView:
    """Note what the victim got back in another way; it is owed no more."""
    return recoveries.note_recovery(
        book, officer, loss_id, body.amount, body.payer, body.reference, body.at, key
    )


@router.post(
    "/proceedings/{proceeding_id}/payouts", may=ASSET_KEEPERS, response_model=shapes.PlanOut, status_code=201
)
def payout_draft(book: Book, officer: Caller, key: Key, proceeding_id: Id) -> PlanView:
    """Work out who gets what of the forfeited money."""
    return payouts.draft_payout(book, officer, proceeding_id, key)


@router.post("/payouts/{plan_id}/approve", may=PAYOUT_APPROVERS, response_model=shapes.PlanOut)
def payout_approve(book: Book, officer: Caller, key: Key, plan_id: Id, body: shapes.PlanSeenIn) -> PlanView:
    """Approve a plan as it was seen; refused where anything it rests on has changed."""
    return payouts.approve_payout(book, officer, plan_id, body.digest, key)


@router.post("/payouts/{plan_id}/withdraw", may=PAYOUT_WITHDRAWERS, response_model=shapes.PlanOut)
def payout_withdraw(book: Book, officer: Caller, key: Key, plan_id: Id, body: ReasonIn) -> PlanView:
    """Take a plan back before it is approved."""
    return payouts.withdraw_payout(book, officer, plan_id, body.reason, key)


@router.post("/payouts/{plan_id}/payments", may=ASSET_CUSTODIANS, response_model=shapes.PlanOut)
def payout_pay(book: Book, officer: Caller, key: Key, plan_id: Id, body: shapes.PaymentsIn) -> PlanView:
    """Note that lines of an approved plan were paid; the same again changes nothing."""
    payments = {one.registration: one.reference for one in body.payments}
    return payouts.record_payments(book, officer, plan_id, payments, key)
