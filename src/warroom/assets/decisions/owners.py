"""Claims of honest owners: while one is open nothing is forfeited, sold or paid out, and one that was upheld means
that the asset goes back. Who took the asset does not decide.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.assets import rows
from warroom.assets.decisions.changing import change
from warroom.assets.schema import Asset, AssetEvent, OwnerClaim
from warroom.assets.views import AssetView, LegalOrder
from warroom.errors import NotFound, NotPossible
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def file_claim(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    who: str,
    grounds: str,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """Take down that somebody says the asset is honestly theirs. Any role that meets people may.

    Raises NotAllowed, NotFound, NotPossible without a name or grounds, or where the asset is gone.
    """
    now = now or clock.now()
    if not (who.strip() and grounds.strip()):
        raise NotPossible("assets.claim-unfit")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        rows.be_in(asset, "traced", "frozen", "seized", "in-custody", "forfeited", "realised", "lapsed")
        claim = OwnerClaim(
            asset_id=asset.id,
            who=who.strip(),
            grounds=grounds.strip(),
            filed_at=now,
            filed_by=person.id,
            state="open",
            reason="",
            order_no="",
        )
        session.add(claim)
        session.flush()
        rows.note(session, asset, "claim-filed", now, now, person.id, grounds.strip())
        return {"claim": claim.id, "who": who.strip()}

    return change(
        ledger, officer, asset_id, "asset.claimed", key, [who, grounds], role_groups.CLAIM_FILERS, now, act
    )


def decide_claim(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    claim_id: int,
    decision: Literal["upheld", "rejected"],
    reason: str,
    order: LegalOrder,
    key: str,
    *,
    now: datetime | None = None,
) -> AssetView:
    """Note how a court decided on an owner's claim.

    Raises NotAllowed, also for an officer who took the asset or the claim; NotFound; NotPossible where it is decided
    already, or without a reason or the court's paper.
    """
    now = now or clock.now()
    if not reason.strip():
        raise NotPossible("assets.claim-reason-missing")

    def act(session: Session, asset: Asset, person: OfficerRow) -> dict[str, Any]:
        claim = session.get(OwnerClaim, claim_id, with_for_update=True)
        if claim is None or claim.asset_id != asset.id:
            raise NotFound("assets.no-such-claim")
        if claim.state != "open":
            raise NotPossible("assets.claim-decided")
        rows.check_order(session, order, now, "court", "money")
        _apart(session, asset, claim, person)
        claim.state, claim.reason = decision, reason.strip()
        claim.order_no, claim.authority, claim.ordered_at = order.number.strip(), order.authority, order.at
        claim.decided_by, claim.decided_at = person.id, now
        rows.note(session, asset, "claim-decided", order.at, now, person.id, decision, order=order)
        return {"claim": claim.id, "decision": decision, "order": order.number}

    asked = [claim_id, decision, reason, plain(order)]
    return change(
        ledger, officer, asset_id, "asset.claim-decided", key, asked, role_groups.CLAIM_DECIDERS, now, act
    )


def _apart(session: Session, asset: Asset, claim: OwnerClaim, person: OfficerRow) -> None:
    took = exists().where(
        AssetEvent.asset_id == asset.id,
        AssetEvent.officer_id == person.id,
        AssetEvent.kind.in_(("frozen", "seized", "forfeited")),
    )
    if claim.filed_by == person.id or session.scalar(select(took)):
        raise NotPossible("assets.claim-taken-by-you")


def none_in_the_way(session: Session, asset: Asset) -> None:
    """Raises NotPossible where an owner's claim is open or was upheld."""
    if session.scalar(select(exists().where(OwnerClaim.asset_id == asset.id, OwnerClaim.state == "open"))):
        raise NotPossible("assets.claim-open", number=asset.number)
    if upheld(session, asset):
        raise NotPossible("assets.claim-upheld", number=asset.number)


def upheld(session: Session, asset: Asset) -> bool:
    """Whether a claim on the asset was upheld."""
    return bool(
        session.scalar(select(exists().where(OwnerClaim.asset_id == asset.id, OwnerClaim.state == "upheld")))
    )
