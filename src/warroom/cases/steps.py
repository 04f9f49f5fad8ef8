"""The permitted steps of a case, its holds and its appeals: each with its states and roles."""

from typing import Literal

from warroom.access import role_groups
from warroom.access.steps import PermittedStep
from warroom.cases.views import ACTIVE, AppealView, CasePage, HoldState, HoldView
from warroom.ledger.officers import Officer

AT_A_BANK: tuple[HoldState, ...] = ("sent", "in_effect", "partly")
"""States in which a hold can be extended: one that the bank refused or released has no time left."""

DECIDE = PermittedStep("decide", role_groups.HOLD_APPROVERS, ("open",))
# Pages offer neither for a closed case; programs may still take one.
FOLLOW = PermittedStep("follow", role_groups.HOLD_RELEASERS, ("open",))
TAKE = PermittedStep("take", role_groups.HOLD_RELEASERS, ("open",))
CLEAR = PermittedStep("clear", role_groups.HOLD_RELEASERS)
SEAL = PermittedStep("seal", role_groups.CASE_SEALERS)

RELEASE = PermittedStep("release", role_groups.HOLD_RELEASERS, ACTIVE)
EXTEND = PermittedStep("extend", role_groups.HOLD_APPROVERS, AT_A_BANK)
APPROVE_EXTENSION = PermittedStep("approve-extension", ("supervisor",), AT_A_BANK)

ANSWER = PermittedStep("answer", ("appeals",), ("open",))


def list_case_steps(case: CasePage, officer: Officer) -> set[PermittedStep]:
    """What the officer may do with the case now."""
    fit = {
        step for step in (DECIDE, FOLLOW, TAKE, CLEAR, SEAL) if step.may_be_taken_by(officer, case.row.state)
    }
    return fit - {TAKE} if case.owner == officer.name else fit


def list_hold_steps(hold: HoldView, officer: Officer) -> set[PermittedStep]:
    """What the officer may do with the hold now."""
    extension = hold.extension
    # Two officers for seven days: neither who asked for them nor who approved the hold is the second.
    is_second = (
        extension is not None
        and extension.state == "requested"
        and extension.requested_by != officer.name
        and not has_approved(officer, hold)
    )
    barred = {
        EXTEND: extension is not None and extension.state != "refused",
        APPROVE_EXTENSION: not is_second,
    }
    fit = {step for step in (RELEASE, EXTEND, APPROVE_EXTENSION) if step.may_be_taken_by(officer, hold.state)}
    return {step for step in fit if not barred.get(step)}


def why_not_answer(
    appeal: AppealView, hold: HoldView | None, officer: Officer
) -> Literal["", "answered", "role", "same-officer"]:
    """What keeps the officer from answering the appeal of a hold: nobody judges an objection to their own decision."""
    if appeal.state not in ANSWER.states:
        return "answered"
    if not officer.has_role(*ANSWER.roles):
        return "role"
    return "same-officer" if hold is not None and has_approved(officer, hold) else ""


def has_approved(officer: Officer, hold: HoldView) -> bool:
    """Whether the officer is one of those who approved the hold."""
    return any(approval.officer == officer.name for approval in hold.approvals)
