"""The steps of an asset: traced, frozen, seized, kept in custody, kept by a court, forfeited, sold, given back.

Freezing and seizing start the law's clock (90 days today); a court's decision stops it; where it runs out the
asset must go back. Every step rests on a numbered paper and a rule in force.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.classes import check_particulars, class_of
from warroom.assets.decisions import owners
from warroom.assets.decisions.values import add_valuation, newest_value, revalue_custody
from warroom.assets.double_entry import asset_book, book_entry, build_custody_sides
from warroom.assets.queries import asset_view
from warroom.assets.schema import Asset
from warroom.assets.steps import FORFEIT, FREEZE, GIVE_BACK, KEEP, MOVE, SEIZE, SELL, TRACE
from warroom.assets.views import AssetClass, AssetView, LegalOrder
from warroom.cases import purposes, sealing
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Deadline


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
    details = check_particulars(kind, particulars)
    if not title.strip():
        raise NotPossible("assets.name-missing")
    with open_decision(ledger, officer, *TRACE.roles, now=now) as this:
        known = this.find_earlier_result(key, "asset.traced", case, kind, title, details, found_with)
        if known is not None:
            return asset_view(this.session, known[0])
        case_row = sealing.case_of(this.session, this.person, case)
        # Tracing is work on the case: the officer's purpose is recorded with it.
        purposes.note_work(this.session, this.person, case_row, this.now)
        # Drawn before the row is written, since the number people read is made of it.
        number = this.session.scalar(select(func.nextval("assets_id_seq")))
        asset = Asset(
            id=number,
            number=f"A-{number}",
            case_id=case_row.id,
            kind=kind,
            title=title.strip(),
            particulars=details,
            found_with=found_with.strip(),
            state="traced",
            place="",
            seal="",
            traced_by=this.person.id,
            traced_at=this.now,
        )
        this.session.add(asset)
        this.session.flush()
        rows.add_officer_event(this, asset, "traced", this.now)
        this.save_result(asset.id)
        rows.log_asset(this, "asset.traced", asset, {"class": kind, "number": asset.number})
        return asset_view(this.session, asset.id)


def freeze_asset(
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
    with open_decision(ledger, officer, *FREEZE.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.frozen", asset_id, order, at) is None:
            rows.check_state(asset, *FREEZE.states)
            due = _start_hold(this, asset, "frozen", "asset-freeze", order, at)
            rows.log_asset(this, "asset.frozen", asset, {"order": order.number, "until": due})
        return asset_view(this.session, asset_id)


def seize_asset(
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
    """Record that an asset was seized at `at` and is kept at `place` under `seal`; its newest valuation is
    booked.

    The clock of an earlier freeze keeps running. Raises NotAllowed, NotFound, or NotPossible as for `freeze_asset`, and
    without a valuation or a place.
    """
    if not place.strip():
        raise NotPossible("assets.place-missing")
    with open_decision(ledger, officer, *SEIZE.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.seized", asset_id, order, at, place, seal) is None:
            rows.check_state(asset, *SEIZE.states)
            # The book must show custody from the first day, or costs and returns would have nothing to be
            # taken from.
            value = newest_value(this.session, asset)
            if value is None:
                raise NotPossible("assets.valuation-missing")
            asset.place, asset.seal = place.strip(), seal.strip()
            due = _start_hold(this, asset, "seized", "seizure", order, at)
            book_entry(this, "seized", build_custody_sides("source", asset.id, value), at, order.number)
            detail = {"order": order.number, "amount": value, "place": asset.place, "until": due}
            rows.log_asset(this, "asset.seized", asset, detail)
        return asset_view(this.session, asset_id)


def _start_hold(
    this: Decision, asset: Asset, state: Any, kind_id: str, order: LegalOrder, at: datetime
) -> datetime | None:
    """Start the law's clock at `at`, when the owner lost the asset, unless it runs since an earlier freeze."""
    rows.check_order(this, order)
    rows.check_step_time(this, asset, at)
    # The rule of the day it was taken counts, not of the day somebody gets round to entering it.
    kind, rule = rows.rule_of(this.session, kind_id, at)
    # A seizure after a freeze gets no 90 days of its own: two papers in a row must not keep a thing for twice as long.
    first = asset.state == "traced"
    due = at + rule.period
    if first and due <= this.now:
        raise NotPossible("assets.order-run-out")
    asset.state = state
    rows.add_officer_event(this, asset, state, at, order=order, rule=rule)
    if not first:
        return None
    deadlines.start_deadline(this.session, rows.ABOUT, asset.id, rows.FREEZE, due, asset.case_id)
    if kind.warn_before is not None and due - kind.warn_before > this.now:
        warning = due - kind.warn_before
        deadlines.start_deadline(
            this.session, rows.ABOUT, asset.id, rows.FREEZE_WARNING, warning, asset.case_id
        )
    return due


def move_asset(
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
    """Take a seized asset into custody, or from one place or seal to another, and say why. Raises as `seize_asset`."""
    if not (place.strip() and text.strip()):
        raise NotPossible("assets.custody-unfit")
    with open_decision(ledger, officer, *MOVE.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.moved", asset_id, place, seal, at, text) is None:
            rows.check_state(asset, *MOVE.states)
            rows.check_step_time(this, asset, at)
            asset.place, asset.seal = place.strip(), seal.strip()
            if asset.state == "seized":
                asset.state = "in-custody"
            rows.add_officer_event(this, asset, "moved", at, text.strip())
            rows.log_asset(this, "asset.moved", asset, {"place": asset.place, "seal": asset.seal})
        return asset_view(this.session, asset_id)


def keep_for_judgment(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    order: LegalOrder,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """A court keeps the asset until it has judged: the law's clock has been met. Raises as `freeze_asset`."""
    with open_decision(ledger, officer, *KEEP.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.kept", asset_id, order) is None:
            rows.check_state(asset, *KEEP.states)
            rows.check_order(this, order, "court")
            _check_in_time(this.session, asset, order)
            _stop_clock(this.session, asset)
            rows.add_officer_event(this, asset, "kept", order.at, order=order)
            rows.log_asset(this, "asset.kept", asset, {"order": order.number, "court": order.authority})
        return asset_view(this.session, asset_id)


def _check_in_time(session: Session, asset: Asset, order: LegalOrder) -> None:
    """Refuse an order dated after the law's clock ended: the order's own date counts, not the date of entry."""
    due = session.scalar(
        select(func.max(Deadline.due_at)).where(
            Deadline.about == rows.ABOUT, Deadline.about_id == asset.id, Deadline.kind == rows.FREEZE
        )
    )
    if due is not None and order.at >= due:
        raise NotPossible("assets.order-too-late")


def _stop_clock(session: Session, asset: Asset) -> None:
    """Stop the law's clock and its warning, after a court's decision."""
    deadlines.meet_deadlines(session, rows.ABOUT, asset.id, rows.FREEZE)
    deadlines.stop_deadlines(session, rows.ABOUT, asset.id, rows.FREEZE_WARNING)


def forfeit_asset(
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
    with open_decision(ledger, officer, *FORFEIT.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.forfeited", asset_id, order) is None:
            rows.check_state(asset, *FORFEIT.states)
            rows.check_order(this, order, "court")
            owners.check_no_open_claim(this.session, asset)
            # The law of the day of the judgment, which may be long before it is noted.
            _, rule = rows.rule_of(this.session, "forfeiture", order.at)
            asset.state = "forfeited"
            _stop_clock(this.session, asset)
            rows.add_officer_event(this, asset, "forfeited", order.at, order=order, rule=rule)
            detail = {"order": order.number, "court": order.authority, "rule": rule.id}
            rows.log_asset(this, "asset.forfeited", asset, detail)
        return asset_view(this.session, asset_id)


def realise_asset(
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
    with open_decision(ledger, officer, *SELL.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.realised", asset_id, price, method, document, at) is None:
            rows.check_state(asset, *SELL.states)
            if class_of(asset.kind).money:
                raise NotPossible("assets.money-not-sold")
            # A wreck may fetch nothing, and that is booked too; a sale without a method cannot be looked into.
            if price < 0 or not method.strip():
                raise NotPossible("assets.sale-unfit")
            rows.check_step_time(this, asset, at)
            # Asked again after the forfeiture: an owner may come forward until the thing has gone.
            owners.check_no_open_claim(this.session, asset)
            add_valuation(this, asset, price, "sale", method.strip(), at, document)
            revalue_custody(this, asset, price, at, "sale", document)
            asset.state = "realised"
            rows.add_officer_event(this, asset, "realised", at, method.strip())
            detail = {"price": price, "method": method.strip(), "document": document}
            rows.log_asset(this, "asset.realised", asset, detail)
        return asset_view(this.session, asset_id)


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
    if not reason.strip():
        raise NotPossible("assets.return-reason-missing")
    with open_decision(ledger, officer, *GIVE_BACK.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.returned", asset_id, reason, at, amount) is None:
            rows.check_state(asset, *GIVE_BACK.states)
            # What a court forfeited for the victims is returned only after a court's decision for an owner.
            if asset.state == "forfeited" and not owners.has_upheld_claim(this.session, asset):
                raise NotPossible("assets.forfeited-not-returned")
            rows.check_step_time(this, asset, at)
            there = asset_book(this.session, asset.id).custody
            back = there if amount is None else amount
            # Half a car is not given back; a part of the money on an account may be.
            if amount is not None and not (class_of(asset.kind).money and 0 < amount <= there):
                raise NotPossible("assets.part-return-unfit")
            book_entry(this, "returned", build_custody_sides("returned", asset.id, -back), at, reason.strip())
            if back == there:
                asset.state, asset.place, asset.seal = "returned", "", ""
                # With nothing left of it in custody no clock runs and nobody is warned.
                deadlines.stop_deadlines(this.session, rows.ABOUT, asset.id)
            rows.add_officer_event(this, asset, "returned", at, reason.strip())
            rows.log_asset(this, "asset.returned", asset, {"amount": back, "reason": reason.strip()})
        return asset_view(this.session, asset_id)
