"""What several areas of the interface answer: officers, holds, orders, appeals, rules."""

import math
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from warroom.ledger.officers import ROLES
from warroom.marking import AccountNumber, Personal
from warroom.web.kit.api import Answer, Baht, BothLanguages, Moment

LARGEST_ID = 2**53
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$", examples=["C-12"])]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Ids = Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=200)]


def _finite(value: Any) -> float | None:
    """A number of minutes, or none where nothing says when."""
    return None if value is None or not math.isfinite(value) else float(value)


Minutes = Annotated[float | None, BeforeValidator(_finite)]
Roles = Annotated[list[str], BeforeValidator(sorted)]


def _known(roles: list[str]) -> list[str]:
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"there is no role '{min(unknown)}'")
    return sorted(set(roles))


RolesIn = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": list(ROLES)})]],
    Field(min_length=1, max_length=len(ROLES)),
    AfterValidator(_known),
]
Plain = Annotated[dict[str, Any], PlainSerializer(lambda value: value, return_type=dict[str, Any])]


class OfficerOut(Answer):
    """A named person; an inactive one may do nothing."""

    username: str
    name: str
    agency: str
    roles: Roles
    active: bool


class AnswerOut(Answer):
    """A partner's answer; `effect` says what it changed."""

    order_id: str
    partner: str
    time: Moment
    status: str
    amount: Baht | None
    text: str
    effect: str


class OrderOut(Answer):
    """What a partner was told about a hold (`subject` is its account), an action or a request. `until` is when what was
    ordered ends by itself.
    """

    order_id: str
    case: str
    about: str
    about_id: int
    kind: str
    bank: str
    subject: AccountNumber
    amount: Baht
    currency: str
    until: Moment | None
    reason: str
    exercise: bool
    state: str
    attempts: int
    made_at: Moment
    sent_at: Moment | None
    received_at: Moment | None
    acknowledged_at: Moment | None
    last_error: str


class ApprovalOut(Answer):
    """One officer's word."""

    officer: str
    step: str
    at: Moment


class ClockOut(Answer):
    """A clock of a hold or an appeal."""

    kind: str
    due: Moment
    state: str


class ExtensionOut(Answer):
    """A hold carried on after the police complaint: asked for by one officer, approved by another."""

    complaint_no: str
    complained_at: Moment
    state: str
    requested_by: str
    requested_at: Moment
    approved_by: str
    approved_at: Moment | None
    until: Moment
    confirmed_at: Moment | None


class HoldOut(Answer):
    """A hold of an amount: `amount` was ordered, `held` is what the bank says it holds."""

    id: int
    case: str
    reference: str
    bank: str
    account: AccountNumber
    amount: Baht
    held: Baht
    state: str
    rule: str
    legal_basis: str
    approved_at: Moment
    until: Moment
    approvals: list[ApprovalOut]
    clocks: list[ClockOut]
    orders: list[OrderOut]
    answers: list[AnswerOut]
    extension: ExtensionOut | None
    notice: BothLanguages
    ended_at: Moment | None
    ended_by: str
    release_reason: str
    bank_lifted_at: Moment | None


class AppealOut(Answer):
    """A holder's appeal: `due_at` is aimed at, `limit_at` the last moment."""

    id: int
    action_id: int
    reference: str
    case: str
    bank: str
    account: AccountNumber
    amount: Baht
    who: Personal
    text: str
    filed_at: Moment
    due_at: Moment
    limit_at: Moment
    state: str
    answered_by: str
    answered_at: Moment | None
    reason: str


class RuleOut(Answer):
    """A dated legal rule and who has confirmed its text."""

    id: str
    title: BothLanguages
    citation: BothLanguages
    source: str
    valid_from: Moment
    valid_to: Moment | None
    hours: float | None
    limit_hours: float | None
    approvers: int
    confirmed: bool
    confirmed_by: str
    confirmed_at: Moment | None
