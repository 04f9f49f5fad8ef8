"""Common to all steps of assets and proceedings: loading and locking, checking orders, and recording events."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import agencies
from warroom.assets.schema import Asset, AssetEvent, Proceeding, ProceedingCase
from warroom.assets.views import AssetEventKind, LegalOrder
from warroom.cases import sealing
from warroom.cases.belonging import case_number, require_case_access
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.law.rules import repository as law
from warroom.law.rules.repository import rule_for
from warroom.ledger.decision import Decision, LoggedRead

ABOUT: Final = "asset"
FREEZE, FREEZE_WARNING = "freeze-ends", "freeze-warning"
ORDERERS = ("court", "money", "prosecutor", "police")
"""Kinds of agency whose paper a freeze, seizure or forfeiture may rest on."""
# AHEAD is what the clocks of two desks may differ; ten years back is more than any file that is still
# entered late. A date outside both is a typing error, and would start the law's clock on a wrong day.
AHEAD = timedelta(minutes=10)
LONG_AGO = timedelta(days=3650)


def lock_asset(session: Session, asset_id: int) -> Asset:
    """The asset's row, locked; raises NotFound."""
    # Refreshed with the lock: what the session read before it waited may be outdated.
    found = session.get(Asset, asset_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("assets.no-such-asset")
    return found


def lock_open_asset(this: Decision, asset_id: int) -> Asset:
    """The asset, locked, for an officer who may work on its case; raises NotFound."""
    asset = lock_asset(this.session, asset_id)
    require_case_access(this.session, this.person, asset.case_id, this.now, "assets.no-such-asset")
    return asset


def locked_proceeding(this: Decision, proceeding_id: int) -> Proceeding:
    """The proceeding, locked, for an officer to whom none of its cases is sealed; raises NotFound."""
    found = this.session.get(Proceeding, proceeding_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("assets.no-such-proceeding")
    cases_open_to(this, found.id)
    return found


def cases_open_to(this: LoggedRead, proceeding_id: int) -> None:
    """Raises NotFound where a case of the proceeding is sealed to the officer."""
    # One sealed case shuts the whole proceeding: its sums would tell what the case alone keeps quiet.
    mine = select(Case).join(ProceedingCase, ProceedingCase.case_id == Case.id)
    for case in this.session.scalars(mine.where(ProceedingCase.proceeding_id == proceeding_id)):
        sealing.may_see(this.session, this.person, case, "assets.no-such-proceeding")


def log_asset(this: Decision, verb: str, asset: Asset, detail: dict[str, Any]) -> None:
    """Log a step of an asset, with its new state."""
    case = case_number(this.session, asset.case_id)
    this.log_entry(verb, f"asset:{asset.id}", {"state": asset.state, **detail}, case)


def log_proceeding(
    this: LoggedRead, verb: str, proceeding_id: int, detail: dict[str, Any] | None = None
) -> None:
    """Say in the audit log what step a proceeding took, with its cases, so that the row is shut to whom one of them is."""
    mine = select(Case.number).join(ProceedingCase, ProceedingCase.case_id == Case.id)
    numbers = this.session.scalars(
        mine.where(ProceedingCase.proceeding_id == proceeding_id).order_by(Case.id)
    )
    this.log_entry(verb, f"proceeding:{proceeding_id}", {**(detail or {}), "cases": list(numbers)})


def add_officer_event(
    this: Decision,
    asset: Asset,
    kind: AssetEventKind,
    at: datetime,
    text: str = "",
    order: LegalOrder | None = None,
    rule: law.Rule | None = None,
) -> None:
    """Add what the officer did to the asset's history."""
    add_event(this.session, asset, kind, at, this.now, this.person.id, text, order, rule)


def add_event(
    session: Session,
    asset: Asset,
    kind: AssetEventKind,
    at: datetime,
    now: datetime,
    officer_id: int | None = None,
    text: str = "",
    order: LegalOrder | None = None,
    rule: law.Rule | None = None,
) -> None:
    """Add an event, with the asset's present place and seal; nobody's where the law's clock does it by itself."""
    session.add(
        AssetEvent(
            asset_id=asset.id,
            kind=kind,
            at=at,
            recorded_at=now,
            officer_id=officer_id,
            text=text,
            place=asset.place,
            seal=asset.seal,
            rule_id=rule.id if rule else "",
            rule_digest=rule.digest if rule else "",
            order_no=order.number.strip() if order else "",
            authority=order.authority if order else None,
            ordered_at=order.at if order else None,
        )
    )
    session.flush()


def check_order(this: Decision, order: LegalOrder, *kinds: str) -> None:
    """A step rests on a numbered paper of an agency that may give it, of today or before; raises NotPossible."""
    agencies.agency_of(this.session, order.authority, *(kinds or ORDERERS))
    if not order.number.strip():
        raise NotPossible("assets.order-number-missing")
    if order.at > this.now + AHEAD:
        raise NotPossible("assets.order-in-future")


def check_step_time(this: Decision, asset: Asset, at: datetime) -> None:
    """A step is dated after the asset was traced and not in the future; raises NotPossible."""
    if not asset.traced_at - LONG_AGO <= at <= this.now + AHEAD:
        raise NotPossible("assets.step-time-unfit")


def check_state(asset: Asset, *states: str) -> None:
    """Raises NotPossible where the asset is in none of these states."""
    if asset.state not in states:
        raise NotPossible("assets.state-forbids", number=asset.number, state=asset.state)


def rule_of(session: Session, kind_id: str, now: datetime) -> tuple[ActionKind, law.Rule]:
    """A kind of action and the first of its rules that is in force and may carry it; raises NotPossible."""
    kind = load_kind(kind_id)
    return kind, rule_for(session, kind.rules, now)
