"""What an asset is worth, dated, by whom and how; and what keeping it costs."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.assets import rows
from warroom.assets.classes import class_of
from warroom.assets.decisions.changing import change
from warroom.assets.double_entry import Side, asset_book, book
from warroom.assets.schema import Asset, Valuation
from warroom.assets.views import AssetView
from warroom.errors import NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

IN_BOOK = ("seized", "in-custody", "forfeited", "lapsed")
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
    now = now or clock.now()
    if not (valuer.strip() and method.strip()):
        raise NotPossible("assets.valuation-unfit")
    if not 0 <= amount <= LARGEST:
        raise NotPossible("assets.worth-too-high")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "traced", "frozen", *IN_BOOK)
        rows.happened(asset, at, now)
        session.add(
            Valuation(
                asset_id=asset.id,
                at=at,
                recorded_at=now,
                amount=amount,
                valuer=valuer.strip(),
                method=method.strip(),
                document=document,
                officer_id=person.id,
            )
        )
        session.flush()
        if asset.state in IN_BOOK:
            revalue(session, asset, amount, at, now, person.id, valuer.strip(), document)
        return {"amount": amount, "valuer": valuer.strip(), "method": method.strip(), "document": document}

    asked = [amount, valuer, method, at, document]
    return change(ledger, officer, asset_id, "asset.valued", key, asked, role_groups.ASSET_KEEPERS, now, act)


def newest_value(session: Session, asset: Asset) -> int | None:
    """The amount of the valuation recorded last, None for none."""
    query = select(Valuation.amount).where(Valuation.asset_id == asset.id)
    return session.scalars(query.order_by(Valuation.id.desc()).limit(1)).first()


def revalue(
    session: Session,
    asset: Asset,
    amount: int,
    at: datetime,
    now: datetime,
    officer_id: int,
    text: str,
    document: str = "",
) -> None:
    """Bring custody to a new value. Costs were paid out of counted money, but stand beside the value of a thing."""
    there = asset_book(session, asset.id)
    before = there.custody if class_of(asset.kind).money else there.custody + there.costs
    more = amount - before
    sides = [Side("custody", more, asset=asset.id), Side("revaluation", -more, asset=asset.id)]
    book(session, "revalued", sides, at, now, officer_id, text, document)


def spend(
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
    now = now or clock.now()
    if not 0 < amount <= LARGEST or not what.strip():
        raise NotPossible("assets.cost-unfit")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, *IN_BOOK, "realised")
        rows.happened(asset, at, now)
        sides = [Side("custody", -amount, asset=asset.id), Side("costs", amount, asset=asset.id)]
        book(session, "cost", sides, at, now, person.id, what.strip(), document)
        return {"amount": amount, "what": what.strip(), "document": document}

    asked = [amount, what, at, document]
    return change(ledger, officer, asset_id, "asset.cost", key, asked, role_groups.ASSET_CUSTODIANS, now, act)
