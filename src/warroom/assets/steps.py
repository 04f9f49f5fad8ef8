"""What may be done with assets, proceedings, registered losses and pay-outs: each step, its states and its roles."""

from datetime import datetime
from typing import Literal

from warroom.access import role_groups
from warroom.access.steps import Step
from warroom.assets import classes
from warroom.assets.views import AssetView, LossView, PlanView, ProceedingView
from warroom.ledger.officers import Officer

HELD = ("seized", "in-custody", "forfeited", "lapsed")
"""States in which an asset is out of its owner's hands and in the book."""

TRACE = Step("new", role_groups.ASSET_TRACERS)
SEIZE = Step("seize", role_groups.ASSET_KEEPERS, ("traced", "frozen"))
FREEZE = Step("freeze", role_groups.ASSET_KEEPERS, ("traced",))
FORFEIT = Step("forfeit", role_groups.FORFEITERS, ("seized", "in-custody"))
KEEP = Step("keep", role_groups.COURT_NOTERS, ("frozen", "seized", "in-custody"))
SELL = Step("sell", role_groups.ASSET_CUSTODIANS, ("forfeited",))
MOVE = Step("move", role_groups.ASSET_CUSTODIANS, HELD)
VALUE = Step("value", role_groups.ASSET_KEEPERS, ("traced", "frozen", *HELD))
COST = Step("cost", role_groups.ASSET_CUSTODIANS, (*HELD, "realised"))
CLAIM = Step("claim", role_groups.CLAIM_FILERS, ("traced", "frozen", *HELD, "realised"))
GIVE_BACK = Step("give-back", role_groups.ASSET_KEEPERS, ("frozen", *HELD))
NEXT = (SEIZE, FREEZE, FORFEIT, KEEP, SELL, MOVE, VALUE, COST, CLAIM, GIVE_BACK)
"""In the order in which an asset goes; what leads in a state stands first among what is open in it."""
DECIDE_CLAIM = Step("decide", role_groups.CLAIM_DECIDERS, ("open",))

OPEN_PROCEEDING = Step("new", role_groups.PROCEEDING_OPENERS)
NOTICE = Step("notice", role_groups.NOTICE_GIVERS)
LOSS = Step("losses", role_groups.LOSS_CLERKS)
DRAFT = Step("plan", role_groups.ASSET_KEEPERS)
JUDGE = Step("decide", role_groups.LOSS_JUDGES, ("filed",))
RECOVERY = Step("recovered", role_groups.LOSS_CLERKS, ("filed", "accepted"))
APPROVE = Step("approve", role_groups.PAYOUT_APPROVERS, ("drafted",))
WITHDRAW = Step("withdraw", role_groups.PAYOUT_WITHDRAWERS, ("drafted",))
PAY = Step("payments", role_groups.ASSET_CUSTODIANS, ("approved",))


def of_asset(asset: AssetView, officer: Officer) -> list[Step]:
    """What the officer may do with the asset now, what it waits for first."""
    barred = {step for step, why in _barred(asset).items() if why}
    found = [step for step in NEXT if step.fits(officer, asset.state) and step not in barred]
    first = _first(asset, _upheld(asset))
    return sorted(found, key=lambda step: step is not first)


def not_yet(asset: AssetView, officer: Officer) -> list[tuple[Step, str]]:
    """What the officer might do with the asset in this state but for one thing, and which."""
    why = _barred(asset)
    return [(step, why[step]) for step in NEXT if step.fits(officer, asset.state) and why.get(step)]


Why = Literal["", "unvalued", "claimed", "money", "forfeited"]
"""What keeps a step from being taken: no value yet, an owner's claim that a court has not decided or has upheld, that money
is not sold, that it belongs to the victims.
"""


def _barred(asset: AssetView) -> dict[Step, Why]:
    upheld = _upheld(asset)
    claimed: Why = "claimed" if upheld or any(claim.state == "open" for claim in asset.claims) else ""
    return {
        SEIZE: "unvalued" if asset.value is None else "",
        SELL: "money" if classes.class_of(asset.kind).money else claimed,
        FORFEIT: claimed,
        GIVE_BACK: "forfeited" if asset.state == "forfeited" and not upheld else "",
    }


def _upheld(asset: AssetView) -> bool:
    return any(claim.state == "upheld" for claim in asset.claims)


def _first(asset: AssetView, upheld: bool) -> Step | None:
    if upheld or asset.state == "lapsed":
        return GIVE_BACK
    return VALUE if asset.state == "traced" and asset.value is None else None


def of_proceeding(found: ProceedingView, officer: Officer, now: datetime) -> list[Step]:
    """What the officer may do with a proceeding now."""
    noticed = found.register_until is not None
    over = found.register_until is not None and now >= found.register_until
    waiting = any(plan.state == "drafted" for plan in found.plans)
    fit = {NOTICE: not noticed, LOSS: noticed and not over, DRAFT: over and not waiting}
    return [step for step, may in fit.items() if may and step.fits(officer)]


def of_plan(plan: PlanView, officer: Officer) -> list[Step]:
    """What the officer may do with a pay-out that waits."""
    seen = officer.username == plan.drafted_by or officer.username in plan.approved_by
    fit = [step for step in (APPROVE, WITHDRAW) if step.fits(officer, plan.state)]
    return [step for step in fit if not (step is APPROVE and seen)]


def of_loss(loss: LossView, officer: Officer) -> list[Step]:
    """What the officer may do with a registered loss."""
    return [step for step in (JUDGE, RECOVERY) if step.fits(officer, loss.state)]
