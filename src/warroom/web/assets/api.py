"""Assets step by step, proceedings, registered losses and pay-outs."""

from typing import Annotated

from fastapi import Query

from warroom.assets import classes, queries
from warroom.assets.decisions import owners, payouts, proceedings, recoveries, steps, values
from warroom.assets.views import AssetClass, AssetState
from warroom.web.assets import shapes
from warroom.web.kit.api import Book, Caller, Key, area
from warroom.web.kit.shapes import Id, Limit, Offset
from warroom.web.requests.api import ReasonIn

router = area("assets")
Asked = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]


@router.get("/asset-classes", response_model=list[shapes.ClassOut])
def class_list(officer: Caller) -> list[shapes.ClassOut]:
    """Every class of assets and its particulars."""
    return [shapes.ClassOut.model_validate(one) for one in classes.classes().values()]


@router.get("/assets", response_model=shapes.AssetRows)
def asset_list(
    book: Book,
    officer: Caller,
    case: Asked = "",
    kind: AssetClass | None = None,
    state: AssetState | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> shapes.AssetRows:
    """Assets with their accounts, the newest first."""
    wanted = queries.Wanted(case=case, kind=kind, state=state)
    rows, total = queries.list_assets(book, officer, wanted, limit=limit, offset=offset)
    return shapes.AssetRows(rows=[shapes.AssetOut.model_validate(row) for row in rows], total=total)


@router.post("/assets", response_model=shapes.AssetOut, status_code=201)
def asset_trace(book: Book, officer: Caller, key: Key, body: shapes.AssetIn) -> shapes.AssetOut:
    """Register an asset that a trail leads to."""
    found = steps.trace_asset(
        book, officer, body.case, body.kind, body.title, body.particulars, key, found_with=body.found_with
    )
    return shapes.AssetOut.model_validate(found)


@router.get("/assets/{asset_id}", response_model=shapes.AssetOut)
def asset_read(book: Book, officer: Caller, asset_id: Id) -> shapes.AssetOut:
    """One asset with all that happened to it; the reading is logged."""
    return shapes.AssetOut.model_validate(queries.read_asset(book, officer, asset_id))


@router.post("/assets/{asset_id}/freeze", response_model=shapes.AssetOut)
def asset_freeze(
    book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.FreezeIn
) -> shapes.AssetOut:
    """Note a freeze; the law's clock runs."""
    return shapes.AssetOut.model_validate(
        steps.freeze(book, officer, asset_id, body.order.order(), body.at, key)
    )


@router.post("/assets/{asset_id}/seize", response_model=shapes.AssetOut)
def asset_seize(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.SeizeIn) -> shapes.AssetOut:
    """Note a seizure; the newest valuation enters the book."""
    found = steps.seize(book, officer, asset_id, body.order.order(), body.at, body.place, body.seal, key)
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/move", response_model=shapes.AssetOut)
def asset_move(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.MoveIn) -> shapes.AssetOut:
    """Take an asset into custody, or from one place or seal to another."""
    found = steps.move(book, officer, asset_id, body.place, body.seal, body.at, body.text, key)
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/keep", response_model=shapes.AssetOut)
def asset_keep(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.OrderIn) -> shapes.AssetOut:
    """A court keeps the asset until it has judged: the clock has been met."""
    return shapes.AssetOut.model_validate(steps.keep(book, officer, asset_id, body.order.order(), key))


@router.post("/assets/{asset_id}/forfeit", response_model=shapes.AssetOut)
def asset_forfeit(
    book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.OrderIn
) -> shapes.AssetOut:
    """A court has ordered that the asset goes to the victims and then to the state."""
    return shapes.AssetOut.model_validate(steps.forfeit(book, officer, asset_id, body.order.order(), key))


@router.post("/assets/{asset_id}/sell", response_model=shapes.AssetOut)
def asset_sell(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.SaleIn) -> shapes.AssetOut:
    """A forfeited thing was sold: it is money from here on."""
    found = steps.realise(book, officer, asset_id, body.price, body.method, body.document, body.at, key)
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/give-back", response_model=shapes.AssetOut)
def asset_give_back(
    book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ReturnIn
) -> shapes.AssetOut:
    """Give an asset back, or an amount of one that is money."""
    found = steps.give_back(book, officer, asset_id, body.reason, body.at, key, amount=body.amount)
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/valuations", response_model=shapes.AssetOut, status_code=201)
def asset_value(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ValueIn) -> shapes.AssetOut:
    """Record a valuation; once the asset is seized the book follows."""
    found = values.value_asset(
        book, officer, asset_id, body.amount, body.valuer, body.method, body.at, key, document=body.document
    )
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/costs", response_model=shapes.AssetOut, status_code=201)
def asset_cost(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.CostIn) -> shapes.AssetOut:
    """Book what keeping or selling the asset cost."""
    found = values.spend(
        book, officer, asset_id, body.amount, body.what, body.at, key, document=body.document
    )
    return shapes.AssetOut.model_validate(found)


@router.post("/assets/{asset_id}/claims", response_model=shapes.AssetOut, status_code=201)
def asset_claim(book: Book, officer: Caller, key: Key, asset_id: Id, body: shapes.ClaimIn) -> shapes.AssetOut:
    """Take down an owner's claim: nothing is forfeited or paid until it is decided."""
    return shapes.AssetOut.model_validate(
        owners.file_claim(book, officer, asset_id, body.who, body.grounds, key)
    )


@router.post("/assets/{asset_id}/claims/{claim_id}/decide", response_model=shapes.AssetOut)
def asset_claim_decide(
    book: Book, officer: Caller, key: Key, asset_id: Id, claim_id: Id, body: shapes.ClaimDecisionIn
) -> shapes.AssetOut:
    """Note how a court decided on an owner's claim."""
    found = owners.decide_claim(
        book, officer, asset_id, claim_id, body.decision, body.reason, body.order.order(), key
    )
    return shapes.AssetOut.model_validate(found)


@router.get("/proceedings", response_model=shapes.ProceedingRows)
def proceeding_list(
    book: Book, officer: Caller, limit: Limit = 50, offset: Offset = 0
) -> shapes.ProceedingRows:
    """Proceedings with their accounts, the newest first."""
    rows, total = queries.list_proceedings(book, officer, limit=limit, offset=offset)
    found = [shapes.ProceedingOut.model_validate(row) for row in rows]
    return shapes.ProceedingRows(rows=found, total=total)


@router.post("/proceedings", response_model=shapes.ProceedingOut, status_code=201)
def proceeding_open(book: Book, officer: Caller, key: Key, body: shapes.ProceedingIn) -> shapes.ProceedingOut:
    """Open a proceeding over assets of these cases."""
    found = proceedings.open_proceeding(
        book, officer, body.title, body.cases, body.assets, body.court, body.fund, key
    )
    return shapes.ProceedingOut.model_validate(found)


@router.get("/proceedings/{proceeding_id}", response_model=shapes.ProceedingOut)
def proceeding_read(book: Book, officer: Caller, proceeding_id: Id) -> shapes.ProceedingOut:
    """One proceeding with its account and pay-outs; the reading is logged."""
    return shapes.ProceedingOut.model_validate(queries.read_proceeding(book, officer, proceeding_id))


@router.post("/proceedings/{proceeding_id}/notice", response_model=shapes.ProceedingOut)
def proceeding_notice(
    book: Book, officer: Caller, key: Key, proceeding_id: Id, body: shapes.NoticeIn
) -> shapes.ProceedingOut:
    """The notice to victims was published: their time to register runs."""
    return shapes.ProceedingOut.model_validate(
        proceedings.give_notice(book, officer, proceeding_id, body.at, key)
    )


@router.get("/proceedings/{proceeding_id}/losses", response_model=shapes.LossRows)
def loss_list(
    book: Book, officer: Caller, proceeding_id: Id, limit: Limit = 50, offset: Offset = 0
) -> shapes.LossRows:
    """Registered losses in the order they came."""
    rows, total = queries.list_losses(book, officer, proceeding_id, limit=limit, offset=offset)
    return shapes.LossRows(rows=[shapes.LossOut.model_validate(row) for row in rows], total=total)


@router.post("/proceedings/{proceeding_id}/losses", response_model=shapes.LossOut, status_code=201)
def loss_register(
    book: Book, officer: Caller, key: Key, proceeding_id: Id, body: shapes.LossIn
) -> shapes.LossOut:
    """Register a victim's loss; the receipt is theirs."""
    found = proceedings.register_loss(
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
    return shapes.LossOut.model_validate(found)


@router.post("/losses/{loss_id}/decide", response_model=shapes.LossOut)
def loss_decide(
    book: Book, officer: Caller, key: Key, loss_id: Id, body: shapes.LossDecisionIn
) -> shapes.LossOut:
    """Accept a registered loss, part of it, or none."""
    return shapes.LossOut.model_validate(
        proceedings.decide_loss(book, officer, loss_id, body.accepted, body.reason, key)
    )


@router.post("/losses/{loss_id}/recoveries", response_model=shapes.LossOut, status_code=201)
def loss_recovered(
    book: Book, officer: Caller, key: Key, loss_id: Id, body: shapes.RecoveryIn
) -> shapes.LossOut:
    """Note what the victim got back in another way; it is owed no more."""
    found = recoveries.note_recovery(
        book, officer, loss_id, body.amount, body.payer, body.reference, body.at, key
    )
    return shapes.LossOut.model_validate(found)


@router.post("/proceedings/{proceeding_id}/payouts", response_model=shapes.PlanOut, status_code=201)
def payout_draft(book: Book, officer: Caller, key: Key, proceeding_id: Id) -> shapes.PlanOut:
    """Work out who gets what of the forfeited money."""
    return shapes.PlanOut.model_validate(payouts.draft_payout(book, officer, proceeding_id, key))


@router.post("/payouts/{plan_id}/approve", response_model=shapes.PlanOut)
def payout_approve(book: Book, officer: Caller, key: Key, plan_id: Id, body: shapes.SeenIn) -> shapes.PlanOut:
    """Approve a plan as it was seen; refused where anything it rests on has changed."""
    return shapes.PlanOut.model_validate(payouts.approve_payout(book, officer, plan_id, body.digest, key))


@router.post("/payouts/{plan_id}/withdraw", response_model=shapes.PlanOut)
def payout_withdraw(book: Book, officer: Caller, key: Key, plan_id: Id, body: ReasonIn) -> shapes.PlanOut:
    """Take a plan back before it is approved."""
    return shapes.PlanOut.model_validate(payouts.withdraw_payout(book, officer, plan_id, body.reason, key))


@router.post("/payouts/{plan_id}/payments", response_model=shapes.PlanOut)
def payout_pay(book: Book, officer: Caller, key: Key, plan_id: Id, body: shapes.PaymentsIn) -> shapes.PlanOut:
    """Note that lines of an approved plan were paid; the same again changes nothing."""
    payments = {one.registration: one.reference for one in body.payments}
    return shapes.PlanOut.model_validate(payouts.pay(book, officer, plan_id, payments, key))
