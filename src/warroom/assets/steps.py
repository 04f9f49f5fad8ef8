"""The permitted steps of assets, proceedings, registered losses and pay-outs: each with its states and roles."""

from datetime import datetime
from typing import Literal

from warroom.access import role_groups
from warroom.access.steps import PermittedStep
from warroom.assets import classes
from warroom.assets.views import AssetView, LossView, PlanView, ProceedingView
from warroom.ledger.officers import Officer

HELD = ("seized", "in-custody", "forfeited", "lapsed")
"""States in which an asset is out of its owner's hands and in the book."""

TRACE = PermittedStep("new", role_groups.ASSET_TRACERS)
# Roles and states as data: pages, services and docs read the same table.
SEIZE = PermittedStep("seize", role_groups.ASSET_KEEPERS, ("traced", "frozen"))
FREEZE = PermittedStep("freeze", role_groups.ASSET_KEEPERS, ("traced",))
# Not a frozen asset: a court forfeits what is in custody.
FORFEIT = PermittedStep("forfeit", role_groups.FORFEITERS, ("seized", "in-custody"))
KEEP = PermittedStep("keep", role_groups.COURT_NOTERS, ("frozen", "seized", "in-custody"))
SELL = PermittedStep("sell", role_groups.ASSET_CUSTODIANS, ("forfeited",))
MOVE = PermittedStep("move", role_groups.ASSET_CUSTODIANS, HELD)
# Not a sold one: its price is its value.
VALUE = PermittedStep("value", role_groups.ASSET_KEEPERS, ("traced", "frozen", *HELD))
COST = PermittedStep("cost", role_groups.ASSET_CUSTODIANS, (*HELD, "realised"))
CLAIM = PermittedStep("claim", role_groups.CLAIM_FILERS, ("traced", "frozen", *HELD, "realised"))
GIVE_BACK = PermittedStep("give-back", role_groups.ASSET_KEEPERS, ("frozen", *HELD))
NEXT = (SEIZE, FREEZE, FORFEIT, KEEP, SELL, MOVE, VALUE, COST, CLAIM, GIVE_BACK)
"""Steps in the usual order of an asset's life; the first that a state permits is shown first."""
DECIDE_CLAIM = PermittedStep("decide", role_groups.CLAIM_DECIDERS, ("open",))

OPEN_PROCEEDING = PermittedStep("new", role_groups.PROCEEDING_OPENERS)
NOTICE = PermittedStep("notice", role_groups.NOTICE_GIVERS)
# Without states: the window to register is a time, which the service checks.
LOSS = PermittedStep("losses", role_groups.LOSS_CLERKS)
DRAFT = PermittedStep("plan", role_groups.ASSET_KEEPERS)
JUDGE = PermittedStep("decide", role_groups.LOSS_JUDGES, ("filed",))
RECOVERY = PermittedStep("recovered", role_groups.LOSS_CLERKS, ("filed", "accepted"))
# That the drafter does not approve is checked by the service: it depends on the officer.
APPROVE = PermittedStep("approve", role_groups.PAYOUT_APPROVERS, ("drafted",))
WITHDRAW = PermittedStep("withdraw", role_groups.PAYOUT_WITHDRAWERS, ("drafted",))
PAY = PermittedStep("payments", role_groups.ASSET_CUSTODIANS, ("approved",))


def list_asset_steps(asset: AssetView, officer: Officer) -> list[PermittedStep]:
    """What the officer may do with the asset now, what it waits for first."""
    barred = {step for step, why in _list_barred_steps(asset).items() if why}
    found = [step for step in NEXT if step.may_be_taken_by(officer, asset.state) and step not in barred]
    first = _find_first_step(asset, _has_upheld_claim(asset))
    return sorted(found, key=lambda step: step is not first)


def list_blocked_steps(asset: AssetView, officer: Officer) -> list[tuple[PermittedStep, str]]:
    """What the officer might do with the asset in this state but for one thing, and which."""
    why = _list_barred_steps(asset)
    return [
        (step, why[step]) for step in NEXT if step.may_be_taken_by(officer, asset.state) and why.get(step)
    ]


Why = Literal["", "unvalued", "claimed", "money", "forfeited"]
"""What keeps a step from being taken: no value yet, an owner's claim that a court has not decided or has upheld, that money
is not sold, that it belongs to the victims.
"""


def _list_barred_steps(asset: AssetView) -> dict[PermittedStep, Why]:
    upheld = _has_upheld_claim(asset)
    claimed: Why = "claimed" if upheld or any(claim.state == "open" for claim in asset.claims) else ""
    return {
        SEIZE: "unvalued" if asset.value is None else "",
        SELL: "money" if classes.class_of(asset.kind).money else claimed,
        FORFEIT: claimed,
        GIVE_BACK: "forfeited" if asset.state == "forfeited" and not upheld else "",
    }


def _has_upheld_claim(asset: AssetView) -> bool:
    return any(claim.state == "upheld" for claim in asset.claims)


def _find_first_step(asset: AssetView, upheld: bool) -> PermittedStep | None:
    if upheld or asset.state == "lapsed":
        return GIVE_BACK
    return VALUE if asset.state == "traced" and asset.value is None else None


def list_proceeding_steps(found: ProceedingView, officer: Officer, now: datetime) -> list[PermittedStep]:
    """What the officer may do with a proceeding now."""
    noticed = found.register_until is not None
    over = found.register_until is not None and now >= found.register_until
    waiting = any(plan.state == "drafted" for plan in found.plans)
    fit = {NOTICE: not noticed, LOSS: noticed and not over, DRAFT: over and not waiting}
    return [step for step, may in fit.items() if may and step.may_be_taken_by(officer)]


def list_payout_steps(plan: PlanView, officer: Officer) -> list[PermittedStep]:
    """What the officer may do with a pay-out that waits."""
    seen = officer.username == plan.drafted_by or officer.username in plan.approved_by
    fit = [step for step in (APPROVE, WITHDRAW) if step.may_be_taken_by(officer, plan.state)]
    return [step for step in fit if not (step is APPROVE and seen)]


def list_loss_steps(loss: LossView, officer: Officer) -> list[PermittedStep]:
    """What the officer may do with a registered loss."""
    return [step for step in (JUDGE, RECOVERY) if step.may_be_taken_by(officer, loss.state)]
