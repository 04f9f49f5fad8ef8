"""What may be done with a proceeding, its registered losses and its pay-outs next: the forms, and for whom."""

from datetime import datetime

from warroom.access import role_groups
from warroom.assets.views import LossView, PlanView, ProceedingView
from warroom.ledger.officers import Officer
from warroom.web.assets.steps import WHY
from warroom.web.kit.fields import Field, Step
from warroom.web.kit.words.mark import N_

OPEN_PROCEEDING = Step(
    "new",
    N_("Open a proceeding"),
    N_("Open the proceeding"),
    (
        Field("title", N_("Title")),
        Field("cases", N_("Its cases, one a line"), "area"),
        Field("assets", N_("Its assets, one a line"), "area"),
        Field("court", N_("Court"), "choice", options="courts"),
        Field("fund", N_("Fund for what is left after the victims"), "choice", options="funds"),
    ),
    role_groups.PROCEEDING_OPENERS,
)
NOTICE = Step(
    "notice",
    N_("Note the notice to victims"),
    N_("Note the notice"),
    (Field("at", N_("Published"), "past"),),
    role_groups.NOTICE_GIVERS,
    N_("The victims' time to register runs from then."),
)
LOSS = Step(
    "losses",
    N_("Register a victim's loss"),
    N_("Register the loss"),
    (
        Field("report", N_("Number of the report")),
        Field("source", N_("Where the report was made")),
        Field("claimed", N_("Loss claimed"), "money", unit=N_("baht")),
        Field("pay_bank", N_("Bank to pay to"), "choice", options="banks"),
        Field("pay_account", N_("Account to pay to")),
    ),
    role_groups.LOSS_CLERKS,
)
DRAFT = Step(
    "plan",
    N_("Draft the pay-out"),
    N_("Draft the pay-out"),
    roles=role_groups.ASSET_KEEPERS,
    note=N_("Every accepted loss gets its share of all forfeited money, to the satang."),
)
APPROVE = Step(
    "approve",
    N_("Approve the pay-out"),
    N_("Approve this pay-out"),
    (Field("digest", "", "hidden"),),
    role_groups.PAYOUT_APPROVERS,
    N_("You approve what this page shows; if anything it rests on has changed, nothing is approved."),
)
WITHDRAW = Step(
    "withdraw",
    N_("Withdraw the pay-out"),
    N_("Withdraw the pay-out"),
    (WHY,),
    role_groups.PAYOUT_WITHDRAWERS,
)
JUDGE = Step(
    "decide",
    N_("Decide on this loss"),
    N_("Decide"),
    (
        Field("accepted", N_("Accepted"), "money", unit=N_("baht")),
        Field("reason", N_("Why, where it is not all"), required=False),
    ),
    role_groups.LOSS_JUDGES,
)
RECOVERY = Step(
    "recovered",
    N_("Note money that came back"),
    N_("Note it"),
    (
        Field("amount", N_("Came back"), "money", unit=N_("baht")),
        Field("payer", N_("From whom")),
        Field("reference", N_("The bank's reference")),
        Field("at", N_("When"), "past"),
    ),
    role_groups.LOSS_CLERKS,
    N_("It is taken off what pay-outs owe the victim."),
)


def proceeding_steps(found: ProceedingView, officer: Officer, now: datetime) -> list[Step]:
    """What the officer may do with a proceeding now."""
    noticed = found.register_until is not None
    over = found.register_until is not None and now >= found.register_until
    waiting = any(plan.state == "drafted" for plan in found.plans)
    fit = {NOTICE: not noticed, LOSS: noticed and not over, DRAFT: over and not waiting}
    return [step for step, may in fit.items() if may and step.open_to(officer)]


def plan_steps(plan: PlanView, officer: Officer) -> list[Step]:
    """What the officer may do with a pay-out that waits."""
    if plan.state != "drafted":
        return []
    seen = officer.username == plan.drafted_by or officer.username in plan.approved_by
    return [step for step in (APPROVE, WITHDRAW) if step.open_to(officer) and not (step is APPROVE and seen)]


def loss_steps(loss: LossView, officer: Officer) -> list[Step]:
    """What the officer may do with a registered loss."""
    fit = {JUDGE: loss.state == "filed", RECOVERY: loss.state != "refused"}
    return [step for step, may in fit.items() if may and step.open_to(officer)]
