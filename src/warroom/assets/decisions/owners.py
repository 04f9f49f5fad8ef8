"""Claims of honest owners: while one is open nothing is forfeited, sold or paid out; an upheld claim means
that the asset is returned. The officer who took the asset does not decide.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.queries import asset_view
from warroom.assets.schema import Asset, AssetEvent, OwnerClaim
from warroom.assets.steps import CLAIM, DECIDE_CLAIM
from warroom.assets.views import AssetView, LegalOrder
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


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
    """File a claim that the asset honestly belongs to somebody. Any role that meets people may.

    Raises NotAllowed, NotFound, NotPossible without a name or grounds, or where the asset is gone.
    """
    if not (who.strip() and grounds.strip()):
        raise NotPossible("assets.claim-unfit")
    with open_decision(ledger, officer, *CLAIM.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if this.find_earlier_result(key, "asset.claimed", asset_id, who, grounds) is None:
            # Also what is forfeited or sold: an honest owner may hear of it last, and is heard until the money is
            # out.
            rows.check_state(asset, *CLAIM.states)
            claim = OwnerClaim(
                asset_id=asset.id,
                who=who.strip(),
                grounds=grounds.strip(),
                filed_at=this.now,
                filed_by=this.person.id,
                state="open",
                reason="",
                order_no="",
            )
            this.session.add(claim)
            this.session.flush()
            rows.add_officer_event(this, asset, "claim-filed", this.now, grounds.strip())
            rows.log_asset(this, "asset.claimed", asset, {"claim": claim.id, "who": who.strip()})
        return asset_view(this.session, asset_id)


def decide_claim(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    claim_id: int,
    verdict: Literal["upheld", "rejected"],
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
    if not reason.strip():
        raise NotPossible("assets.claim-reason-missing")
    with open_decision(ledger, officer, *DECIDE_CLAIM.roles, now=now) as this:
        asset = rows.lock_open_asset(this, asset_id)
        if (
            this.find_earlier_result(key, "asset.claim-decided", asset_id, claim_id, verdict, reason, order)
            is None
        ):
            claim = _open_claim(this, asset, claim_id)
            # Not the police or a prosecutor, whose paper is enough to take a thing but not to say whose it is.
            rows.check_order(this, order, "court", "money")
            _check_independent(this, asset, claim)
            claim.state, claim.reason = verdict, reason.strip()
            claim.order_no, claim.authority, claim.ordered_at = (
                order.number.strip(),
                order.authority,
                order.at,
            )
            claim.decided_by, claim.decided_at = this.person.id, this.now
            rows.add_officer_event(this, asset, "claim-decided", order.at, verdict, order=order)
            detail = {"claim": claim.id, "decision": verdict, "order": order.number}
            rows.log_asset(this, "asset.claim-decided", asset, detail)
        return asset_view(this.session, asset_id)


def _open_claim(this: Decision, asset: Asset, claim_id: int) -> OwnerClaim:
    claim = this.session.get(OwnerClaim, claim_id, with_for_update=True)
    if claim is None or claim.asset_id != asset.id:
        raise NotFound("assets.no-such-claim")
    # Decided once: a second decision would reopen what a pay-out already rests on.
    if claim.state != "open":
        raise NotPossible("assets.claim-decided")
    return claim


def _check_independent(this: Decision, asset: Asset, claim: OwnerClaim) -> None:
    """Refuse an officer who took the asset or filed the claim: they have an interest in the outcome."""
    took = exists().where(
        AssetEvent.asset_id == asset.id,
        AssetEvent.officer_id == this.person.id,
        AssetEvent.kind.in_(("frozen", "seized", "forfeited")),
    )
    if claim.filed_by == this.person.id or this.session.scalar(select(took)):
        raise NotPossible("assets.claim-taken-by-you")


def check_no_open_claim(session: Session, asset: Asset) -> None:
    """Raises NotPossible where an owner's claim is open or was upheld."""
    if session.scalar(select(exists().where(OwnerClaim.asset_id == asset.id, OwnerClaim.state == "open"))):
        raise NotPossible("assets.claim-open", number=asset.number)
    if has_upheld_claim(session, asset):
        raise NotPossible("assets.claim-upheld", number=asset.number)


def has_upheld_claim(session: Session, asset: Asset) -> bool:
    """Whether a claim on the asset was upheld."""
    return bool(
        session.scalar(select(exists().where(OwnerClaim.asset_id == asset.id, OwnerClaim.state == "upheld")))
    )
