"""What every step of an asset shares: who may, finding and locking it, its papers, and noting what happened."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import agencies
from warroom.assets.schema import Asset, AssetEvent, Proceeding, ProceedingCase
from warroom.assets.views import AssetEventKind, LegalOrder
from warroom.cases.belonging import case_number
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.law.rules import repository as law
from warroom.law.rules.repository import rule_for
from warroom.ledger.audit import writing
from warroom.ledger.officers import Officer

ABOUT: Final = "asset"
FREEZE, FREEZE_WARNING = "freeze-ends", "freeze-warning"
ORDERERS = ("court", "money", "prosecutor", "police")
"""Kinds of agency whose paper a freeze, seizure or forfeiture may rest on."""
AHEAD = timedelta(minutes=10)
LONG_AGO = timedelta(days=3650)
"""What is entered late is still entered; what lies further back or ahead than these is a slip."""


def locked(session: Session, asset_id: int) -> Asset:
    """The asset's row, locked; raises NotFound."""
    found = session.get(Asset, asset_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("assets.no-such-asset")
    return found


def locked_proceeding(session: Session, proceeding_id: int) -> Proceeding:
    """The proceeding's row, locked; raises NotFound."""
    found = session.get(Proceeding, proceeding_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("assets.no-such-proceeding")
    return found


def log(
    session: Session, officer: Officer | None, verb: str, asset: Asset, now: datetime, detail: dict[str, Any]
) -> None:
    """Write the step into the audit log; last in its transaction."""
    case = case_number(session, asset.case_id)
    said = {"state": asset.state, **detail}
    writing.append(session, officer, verb, f"asset:{asset.id}", said, case=case, at=now)


def log_proceeding(
    session: Session,
    officer: Officer,
    verb: str,
    row: Proceeding,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write a step of a proceeding into the audit log with its cases, so that it is shut to whom one of them is; last
    in its transaction.
    """
    mine = select(Case.number).join(ProceedingCase, ProceedingCase.case_id == Case.id)
    numbers = session.scalars(mine.where(ProceedingCase.proceeding_id == row.id).order_by(Case.id))
    said = {**(detail or {}), "cases": list(numbers)}
    writing.append(session, officer, verb, f"proceeding:{row.id}", said, at=now)


def note(
    session: Session,
    asset: Asset,
    kind: AssetEventKind,
    at: datetime,
    now: datetime,
    officer_id: int | None,
    text: str = "",
    order: LegalOrder | None = None,
    rule: law.Rule | None = None,
) -> None:
    """Add an event, with the asset's present place and seal."""
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


def check_order(session: Session, order: LegalOrder, now: datetime, *kinds: str) -> None:
    """A step rests on a numbered paper of an agency that may give it, of today or before; raises NotPossible."""
    agencies.agency_of(session, order.authority, *(kinds or ORDERERS))
    if not order.number.strip():
        raise NotPossible("assets.order-number-missing")
    if order.at > now + AHEAD:
        raise NotPossible("assets.order-in-future")


def happened(asset: Asset, at: datetime, now: datetime) -> None:
    """A step is dated after the asset was traced and not in the future; raises NotPossible."""
    if not asset.traced_at - LONG_AGO <= at <= now + AHEAD:
        raise NotPossible("assets.step-time-unfit")


def be_in(asset: Asset, *states: str) -> None:
    """Raises NotPossible where the asset is in none of these states."""
    if asset.state not in states:
        raise NotPossible("assets.state-forbids", number=asset.number, state=asset.state)


def rule_of(session: Session, kind_id: str, now: datetime) -> tuple[Kind, law.Rule]:
    """A kind of action and the first of its rules that is in force and may carry it; raises NotPossible."""
    kind = kind_of(kind_id)
    return kind, rule_for(session, kind.rules, now)
