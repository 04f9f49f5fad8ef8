"""The permitted steps of refunds and claims: each with its states and roles."""

from datetime import datetime

from warroom.access import role_groups
from warroom.access.steps import PermittedStep
from warroom.assets.refunds.views import RefundClaimView, RefundView
from warroom.ledger.officers import Officer

OPEN = PermittedStep("new", role_groups.PROCEEDING_OPENERS)
NOTICE = PermittedStep("notice", role_groups.NOTICE_GIVERS, ("opened",))
DECIDE = PermittedStep("decide", role_groups.LOSS_JUDGES, ("filed",))
# That the window is over is a time, which the service checks.
PROPOSE = PermittedStep("propose", role_groups.ASSET_KEEPERS, ("noticed",))
APPROVE = PermittedStep("approve", role_groups.PAYOUT_APPROVERS, ("proposed",))
WITHDRAW = PermittedStep("withdraw", role_groups.PAYOUT_WITHDRAWERS, ("proposed",))
PAY = PermittedStep("pay", role_groups.ASSET_CUSTODIANS, ("approved",))


def list_refund_steps(refund: RefundView, officer: Officer, now: datetime) -> list[PermittedStep]:
    """What the officer may do with a refund now."""
    is_over = refund.claims_until is not None and now >= refund.claims_until
    has_seen = officer.username == refund.proposed_by or officer.username in refund.approved_by
    fit = {NOTICE: True, PROPOSE: is_over and not refund.undecided, APPROVE: not has_seen, WITHDRAW: True}
    return [step for step, may in fit.items() if may and step.may_be_taken_by(officer, refund.state)]


def list_claim_steps(refund: RefundView, claim: RefundClaimView, officer: Officer) -> list[PermittedStep]:
    """What the officer may do with one victim's line."""
    if refund.state == "noticed" and DECIDE.may_be_taken_by(officer, claim.state):
        return [DECIDE]
    is_due = bool(claim.share) and claim.paid_at is None
    return [PAY] if is_due and PAY.may_be_taken_by(officer, refund.state) else []
