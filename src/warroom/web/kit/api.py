"""What all of the interface shares: who is calling, keys of decisions, money and errors on the wire."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.types import AwareDatetime
from starlette.requests import Request

from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.sessions import require_signed_in

PREFIX = "/api/v1"
LARGEST = 10**15  # satang: ten thousand billion baht, more than any case; fits a 64-bit integer


class Problem(BaseModel):
    """Every error: one sentence that says what is wrong and what to do, in the caller's language, and the same for
    programs: a code that does not change, and what fills the sentence. The codes are listed in the reference.
    """

    error: str
    code: str
    params: dict[str, str | int]


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": said}
    for status, said in {
        400: "What was sent cannot be read",
        401: "Not signed in",
        403: "Not open to this officer",
        404: "No such thing, or not for this officer",
        409: "Not possible as things stand",
        413: "Too large",
        422: "A field is missing or does not fit",
        503: "The room is not ready",
    }.items()
}


def make_area_router(name: str) -> Router:
    """A router of the interface, tagged with its area."""
    return Router(prefix=PREFIX, tags=[name], responses=PROBLEMS)


# The gate has checked the token already; this only documents in OpenAPI how to send one.
_bearer = HTTPBearer(auto_error=False, description="The token that POST /api/v1/sign-in answered.")


async def require_caller(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Officer:
    """The officer whose token came with the request, as the gate found them; raises SignInNeeded."""
    return await require_signed_in(request)


async def provide_ledger(request: Request) -> Ledger:
    """The ledger of the room."""
    return open_home_of(request).ledger


Caller = Annotated[Officer, Depends(require_caller)]
Book = Annotated[Ledger, Depends(provide_ledger)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Made anew for each decision; the same key again answers the same and changes nothing.",
    ),
]


class Body(BaseModel):
    """What a caller sends: nothing unknown, no empty ends, no signs that cannot be kept as text."""

    # An unknown field is refused: if a misspelt one were ignored, a decision would lack what its sender
    # intended.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(BaseModel):
    """What a caller gets, read off a view of the services."""

    model_config = ConfigDict(from_attributes=True)
    __view__: ClassVar[type | None] = None


Text = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
# Bounds of times: far from the ends of `datetime`, where adding a zone or a period overflows.
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _in_reach(value: datetime) -> datetime:
    """Refuse times outside the bounds."""
    if not FIRST <= value <= LAST:
        raise ValueError("A time lies between 1900 and 2200.")
    return value


def _check_written_time(value: Any) -> Any:
    """A time as people and programs write it; a number would be read as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-"):
        return value
    raise ValueError("A time is written as 2026-11-30T10:15:00+07:00, with its zone.")


def _check_written_day(value: Any) -> Any:
    """A day as people and programs write it; a number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise ValueError("A day is written as 2026-11-30.")


def _clamp_time(value: Any) -> Any:
    """Clamp a time to the bounds: an old row with an absurd time must not break the answer about all the others."""
    return min(max(value, FIRST), LAST) if isinstance(value, datetime) and value.tzinfo else value


Moment = Annotated[AwareDatetime, BeforeValidator(_check_written_time), AfterValidator(_in_reach)]
Day = Annotated[date, BeforeValidator(_check_written_day)]
MomentOut = Annotated[AwareDatetime, BeforeValidator(_clamp_time)]
"""A moment on the way out."""


def parse_satang(value: Any) -> int:
    """Satang of an amount in baht as a decimal string; also takes satang (int) on the way out."""
    # bool is a subclass of int in Python, but no amount.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        amount = Decimal(str(value)) * 100
    except InvalidOperation:
        raise ValueError("An amount is baht with at most two decimals, such as 1234.50.") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= LARGEST:
        raise ValueError("An amount is baht with at most two decimals, such as 1234.50.")
    return int(amount)


def _parse_baht_string(value: Any) -> int:
    # Strings only: most programs read a JSON number as a float, which may already have lost satang.
    if not isinstance(value, str):
        raise ValueError("An amount is a string such as '1234.50'.")
    return parse_satang(value)


def _format_baht(value: int) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


_WIRE = WithJsonSchema(
    {"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$", "examples": ["1234.50"]}
)
Baht = Annotated[int, PlainValidator(parse_satang), PlainSerializer(_format_baht, return_type=str), _WIRE]
"""Satang inside, baht as a decimal string outside (answers)."""
BahtIn = Annotated[
    int,
    PlainValidator(_parse_baht_string),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "examples": ["1234.50"]}),
]
"""Baht as a decimal string inside a body, satang for the services."""
NO_AMOUNT = Field(json_schema_extra={"default": "0.00"})
"""Beside a default of no satang: the description says it as it is written."""


class BothLanguages(Answer):
    """A sentence in Thai and English."""

    th: str
    en: str
