"""What several areas of the interface answer: officers, holds, orders, appeals, rules."""

import math
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field

from warroom.cases.views import AppealView, ClockView, ExtensionView, HoldView
from warroom.law.views import RuleView
from warroom.ledger.officers import ROLES, Officer
from warroom.orders.views import AnswerView, OrderView
from warroom.web.kit.answers import make_view_answer

# Beyond this a number is no longer exact in a browser, and would name another row.
LARGEST_ID = 2**53
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$", examples=["C-12"])]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Ids = Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=200)]


def clamp_row_id(number: int) -> int:
    """A row's number from a page's address, no larger than the ledger's: what is not there is not found."""
    return min(max(number, 0), LARGEST_ID)


def _to_finite(value: Any) -> float | None:
    """A number of minutes, or none where nothing says when."""
    # JSON knows no infinity.
    return None if value is None or not math.isfinite(value) else float(value)


Minutes = Annotated[float | None, BeforeValidator(_to_finite)]


def _check_roles(roles: list[str]) -> list[str]:
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"there is no role '{min(unknown)}'")
    return sorted(set(roles))


RolesIn = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": list(ROLES)})]],
    Field(min_length=1, max_length=len(ROLES)),
    AfterValidator(_check_roles),
]


OfficerOut = make_view_answer(Officer, leave_out=("id",))
AnswerOut = make_view_answer(AnswerView, text=("status",))
OrderOut = make_view_answer(
    OrderView,
    leave_out=(
        "action_id",
        "reference",
        "rule",
        "citation",
        "hours",
        "limit_hours",
        "original",
        "reported",
        "notice",
        "facts",
        "next_try",
    ),
    text=("about", "kind", "state"),
)
ClockOut = make_view_answer(ClockView, text=("kind", "state"))
ExtensionOut = make_view_answer(ExtensionView, text=("state",))
HoldOut = make_view_answer(HoldView, text=("state",), of=(ClockOut, OrderOut, AnswerOut, ExtensionOut))
AppealOut = make_view_answer(AppealView, text=("state",), leave_out=("receipt",))
RuleOut = make_view_answer(RuleView)
