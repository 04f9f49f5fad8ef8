"""What an asset is worth, dated, by whom and how; and what keeping it costs."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.classes import class_of
from warroom.assets.double_entry import asset_book, book_entry, build_custody_sides
from warroom.assets.queries import asset_view
from warroom.assets.schema import Asset, Valuation
from warroom.assets.steps import COST, HELD, VALUE
from warroom.assets.views import AssetView
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

LARGEST = 10**15
"""Satang: ten thousand billion baht, beyond any asset; keeps every sum far from the end of a BIGINT."""


def value_asset(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    amount: int,
    valuer: str,
    method: str,
    at: datetime,
    key: str,
    *,
    document: str = "",
    now: datetime | None = None,
) -> AssetView:
    """Record that `valuer` valued the asset at `amount` satang by `method`; once it is seized the book follows.

    For money this is a count. `document` is the SHA-256 of the report. A plan of pay-out that was drafted before no
    longer fits and cannot be approved. Raises NotAllowed, NotFound, NotPossible where it is sold, given back or paid
    out, or something is missing.
    """
    if not (valuer.strip() and method.strip()):
        raise NotPossible("assets.valuation-unfit")
    if not 0 <= amount <= LARGEST:
        raise NotPossible("assets.worth-too-high")
    with open_decision(ledger, officer, *VALUE.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if (
            this.find_earlier_result(key, "asset.valued", asset_id, amount, valuer, method, at, document)
            is None
        ):
            rows.check_state(asset, *VALUE.states)
            rows.check_step_time(this, asset, at)
            by, how = valuer.strip(), method.strip()
            add_valuation(this, asset, amount, by, how, at, document)
            # What is only traced or frozen is still with its owner: there is no custody to revalue.
            if asset.state in HELD:
                revalue_custody(this, asset, amount, at, by, document)
            detail = {"amount": amount, "valuer": by, "method": how, "document": document}
            rows.log_asset(this, "asset.valued", asset, detail)
        return asset_view(this.session, asset_id)


def add_valuation(
    this: Decision, asset: Asset, amount: int, valuer: str, method: str, at: datetime, document: str
) -> None:
    """Add a valuation; the newest one says what the asset is worth."""
    this.session.add(
        Valuation(
            asset_id=asset.id,
            at=at,
            recorded_at=this.now,
            amount=amount,
            valuer=valuer,
            method=method,
            document=document,
            officer_id=this.person.id,
        )
    )
    this.session.flush()


def newest_value(session: Session, asset: Asset) -> int | None:
    """The amount of the valuation recorded last, None for none."""
    query = select(Valuation.amount).where(Valuation.asset_id == asset.id)
    return session.scalars(query.order_by(Valuation.id.desc()).limit(1)).first()


def revalue_custody(
    this: Decision, asset: Asset, amount: int, at: datetime, text: str, document: str = ""
) -> None:
    """Book custody at a new value. Costs reduce money in custody, but not the value of a thing."""
    there = asset_book(this.session, asset.id)
    before = there.custody if class_of(asset.kind).money else there.custody + there.costs
    book_entry(
        this, "revalued", build_custody_sides("revaluation", asset.id, amount - before), at, text, document
    )


def record_cost(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    amount: int,
    what: str,
    at: datetime,
    key: str,
    *,
    document: str = "",
    now: datetime | None = None,
) -> AssetView:
    """Book `amount` satang of costs of keeping or selling the asset; `document` is the receipt's SHA-256.

    Raises NotAllowed, NotFound, NotPossible where it is not in custody, or costs more than it is worth.
    """
    if not 0 < amount <= LARGEST or not what.strip():
        raise NotPossible("assets.cost-unfit")
    with open_decision(ledger, officer, *COST.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.cost", asset_id, amount, what, at, document) is None:
            rows.check_state(asset, *COST.states)
            rows.check_step_time(this, asset, at)
            # More than is there is refused by the book itself, in the database, where two bills at once meet.
            book_entry(
                this, "cost", build_custody_sides("costs", asset.id, -amount), at, what.strip(), document
            )
            detail = {"amount": amount, "what": what.strip(), "document": document}
            rows.log_asset(this, "asset.cost", asset, detail)
        return asset_view(this.session, asset_id)
