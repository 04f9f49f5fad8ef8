"""The steps of an asset: traced, frozen, seized, kept in custody, kept by a court, forfeited, sold, given back.

Freezing and seizing start the law's clock (90 days today); a court's word stops it; where it runs out the asset must
go back. Every step rests on a numbered paper and a rule in force.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.assets import rows
from warroom.assets.classes import checked, class_of
from warroom.assets.decisions import owners
from warroom.assets.decisions.changing import change
from warroom.assets.decisions.values import newest_value, revalue
from warroom.assets.double_entry import Side, asset_book, book
from warroom.assets.queries import asset_view
from warroom.assets.schema import Asset, Valuation
from warroom.assets.views import AssetClass, AssetView, LegalOrder
from warroom.cases import purposes, sealing
from warroom.errors import NotPossible
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Deadline, OfficerRow

HELD = ("seized", "in-custody", "forfeited", "lapsed")


def trace_asset(
    ledger: Ledger,
    officer: Officer,
    case: str,
    kind: AssetClass,
    title: str,
    particulars: Mapping[str, str],
    key: str,
    *,
    found_with: str = "",
    now: datetime | None = None,
) -> AssetView:
    """Register an asset that a trail leads to. `found_with` is with whom or where, as the case names them.

    Raises NotAllowed, NotFound for the case, NotPossible where its class's particulars are missing or unfit.
    """
    now = now or clock.now()
    said = checked(kind, particulars)
    if not title.strip():
        raise NotPossible("assets.name-missing")
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.ASSET_TRACERS)
        asked = ["asset.traced", case, kind, title, said, found_with]
        before = idempotency.first_time(session, person, key, asked, now)
        if before is not None:
            return asset_view(session, before[0])
        found = sealing.case_of(session, person, case)
        purposes.note_work(session, person, found, now)
        number = session.scalar(select(func.nextval("assets_id_seq")))
        asset = Asset(
            id=number,
            number=f"A-{number}",
            case_id=found.id,
            kind=kind,
            title=title.strip(),
            particulars=said,
            found_with=found_with.strip(),
            state="traced",
            place="",
            seal="",
            traced_by=person.id,
            traced_at=now,
        )
        session.add(asset)
        session.flush()
        rows.note(session, asset, "traced", now, now, person.id)
        idempotency.keep(session, person, key, [asset.id])
        rows.log(session, officer, "asset.traced", asset, now, {"class": kind, "number": asset.number})
        return asset_view(session, asset.id)


def freeze(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    order: LegalOrder,
    at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """Note that an asset was frozen at `at` by an order; the law's clock runs from then.

    Raises NotAllowed, NotFound, or NotPossible where it is not merely traced, the order is unfit, or its days are
    already over.
    """
    now = now or clock.now()

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "traced")
        due = _hold(session, asset, person, "frozen", "asset-freeze", order, at, now)
        return {"order": order.number, "until": due}

    return change(
        ledger, officer, asset_id, "asset.frozen", key, [order, at], role_groups.ASSET_KEEPERS, now, act
    )


def seize(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    order: LegalOrder,
    at: datetime,
    place: str,
    seal: str,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """Note that an asset was seized at `at` and lies at `place` under `seal`; its newest valuation enters the book.

    The clock of an earlier freeze keeps running. Raises NotAllowed, NotFound, or NotPossible as for `freeze`, and
    without a valuation or a place.
    """
    now = now or clock.now()
    if not place.strip():
        raise NotPossible("assets.place-missing")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "traced", "frozen")
        value = newest_value(session, asset)
        if value is None:
            raise NotPossible("assets.valuation-missing")
        asset.place, asset.seal = place.strip(), seal.strip()
        due = _hold(session, asset, person, "seized", "seizure", order, at, now)
        sides = [Side("custody", value, asset=asset.id), Side("source", -value, asset=asset.id)]
        book(session, "seized", sides, at, now, person.id, order.number)
        return {"order": order.number, "amount": value, "place": asset.place, "until": due}

    asked = [order, at, place, seal]
    return change(ledger, officer, asset_id, "asset.seized", key, asked, role_groups.ASSET_KEEPERS, now, act)


def _hold(
    session: Session,
    asset: Asset,
    person: OfficerRow,
    state: Any,
    kind_id: str,
    order: LegalOrder,
    at: datetime,
    now: datetime,
) -> datetime | None:
    """The asset is out of its owner's hands from `at`: the clock starts, unless it runs since an earlier freeze."""
    rows.check_order(session, order, now)
    rows.happened(asset, at, now)
    kind, rule = rows.rule_of(session, kind_id, at)
    first = asset.state == "traced"
    due = at + rule.period
    if first and due <= now:
        raise NotPossible("assets.order-run-out")
    asset.state = state
    rows.note(session, asset, state, at, now, person.id, order=order, rule=rule)
    if not first:
        return None
    deadlines.start(session, rows.ABOUT, asset.id, rows.FREEZE, due, asset.case_id)
    if kind.warn_before is not None and due - kind.warn_before > now:
        warning = due - kind.warn_before
        deadlines.start(session, rows.ABOUT, asset.id, rows.FREEZE_WARNING, warning, asset.case_id)
    return due


def move(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    place: str,
    seal: str,
    at: datetime,
    text: str,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """Take a seized asset into custody, or from one place or seal to another, and say why. Raises as `seize`."""
    now = now or clock.now()
    if not (place.strip() and text.strip()):
        raise NotPossible("assets.custody-unfit")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "seized", "in-custody", "forfeited", "lapsed")
        rows.happened(asset, at, now)
        asset.place, asset.seal = place.strip(), seal.strip()
        if asset.state == "seized":
            asset.state = "in-custody"
        rows.note(session, asset, "moved", at, now, person.id, text.strip())
        return {"place": asset.place, "seal": asset.seal}

    return change(
        ledger,
        officer,
        asset_id,
        "asset.moved",
        key,
        [place, seal, at, text],
        role_groups.ASSET_CUSTODIANS,
        now,
        act,
    )


def keep(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    order: LegalOrder,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """A court keeps the asset until it has judged: the law's clock has been met. Raises as `freeze`."""
    now = now or clock.now()

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "frozen", "seized", "in-custody")
        rows.check_order(session, order, now, "court")
        # The order's own day counts, not the day it is noted: one that came too late keeps nothing.
        due = session.scalar(
            select(func.max(Deadline.due_at)).where(
                Deadline.about == rows.ABOUT, Deadline.about_id == asset.id, Deadline.kind == rows.FREEZE
            )
        )
        if due is not None and order.at >= due:
            raise NotPossible("assets.order-too-late")
        deadlines.meet(session, rows.ABOUT, asset.id, rows.FREEZE)
        deadlines.stop(session, rows.ABOUT, asset.id, rows.FREEZE_WARNING)
        rows.note(session, asset, "kept", order.at, now, person.id, order=order)
        return {"order": order.number, "court": order.authority}

    return change(ledger, officer, asset_id, "asset.kept", key, [order], role_groups.COURT_NOTERS, now, act)


def forfeit(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    order: LegalOrder,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """A court has ordered that the asset goes to the victims and then to the state.

    Raises NotAllowed, NotFound, or NotPossible where it is not in custody, or an owner's claim is open or upheld.
    """
    now = now or clock.now()

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "seized", "in-custody")
        rows.check_order(session, order, now, "court")
        owners.none_in_the_way(session, asset)
        _, rule = rows.rule_of(session, "forfeiture", order.at)
        asset.state = "forfeited"
        deadlines.meet(session, rows.ABOUT, asset.id, rows.FREEZE)
        deadlines.stop(session, rows.ABOUT, asset.id, rows.FREEZE_WARNING)
        rows.note(session, asset, "forfeited", order.at, now, person.id, order=order, rule=rule)
        return {"order": order.number, "court": order.authority, "rule": rule.id}

    return change(
        ledger, officer, asset_id, "asset.forfeited", key, [order], role_groups.FORFEITERS, now, act
    )


def realise(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    price: int,
    method: str,
    document: str,
    at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """A forfeited thing was sold for `price` satang by `method` (public auction): it is money from here on.

    `document` is the SHA-256 of the record of the sale. Raises NotAllowed, NotFound, or NotPossible where it is not
    forfeited, is money already, or an owner's claim is in the way.
    """
    now = now or clock.now()

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "forfeited")
        if class_of(asset.kind).money:
            raise NotPossible("assets.money-not-sold")
        if price < 0 or not method.strip():
            raise NotPossible("assets.sale-unfit")
        rows.happened(asset, at, now)
        owners.none_in_the_way(session, asset)
        sale = Valuation(
            asset_id=asset.id,
            at=at,
            recorded_at=now,
            amount=price,
            valuer="sale",
            method=method.strip(),
            document=document,
            officer_id=person.id,
        )
        session.add(sale)
        revalue(session, asset, price, at, now, person.id, "sale", document)
        asset.state = "realised"
        rows.note(session, asset, "realised", at, now, person.id, method.strip())
        return {"price": price, "method": method.strip(), "document": document}

    asked = [price, method, document, at]
    return change(
        ledger, officer, asset_id, "asset.realised", key, asked, role_groups.ASSET_CUSTODIANS, now, act
    )


def give_back(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    reason: str,
    at: datetime,
    key: str,
    *,
    amount: int | None = None,
    now: datetime | None = None,
) -> AssetView:
    """Give an asset back to whom it was taken from, or `amount` satang of one that is money.

    Raises NotAllowed, NotFound, or NotPossible without a reason, where it is not held, where a thing that cannot be
    divided should go in part, or where it is forfeited and no owner's claim was upheld.
    """
    now = now or clock.now()
    if not reason.strip():
        raise NotPossible("assets.return-reason-missing")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "frozen", *HELD)
        if asset.state == "forfeited" and not owners.upheld(session, asset):
            raise NotPossible("assets.forfeited-not-returned")
        rows.happened(asset, at, now)
        there = asset_book(session, asset.id).custody
        back = there if amount is None else amount
        if amount is not None and not (class_of(asset.kind).money and 0 < amount <= there):
            raise NotPossible("assets.part-return-unfit")
        sides = [Side("custody", -back, asset=asset.id), Side("returned", back, asset=asset.id)]
        book(session, "returned", sides, at, now, person.id, reason.strip())
        if back == there:
            asset.state, asset.place, asset.seal = "returned", "", ""
            deadlines.stop(session, rows.ABOUT, asset.id)
        rows.note(session, asset, "returned", at, now, person.id, reason.strip())
        return {"amount": back, "reason": reason.strip()}

    return change(
        ledger,
        officer,
        asset_id,
        "asset.returned",
        key,
        [reason, at, amount],
        role_groups.ASSET_KEEPERS,
        now,
        act,
    )
