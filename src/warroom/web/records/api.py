"""The interface for banks' programs that push transfers as they happen, some thousands at a time.

An answer of 202 means that the push is on this room's disk; some seconds later it is in the lake, and its receipt has the outcome of
each row. Pushes are idempotent by `Idempotency-Key`: a bank that got no answer sends the same push again.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path
from fastapi.security import HTTPBearer
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from warroom.errors import NotFound, NotJson
from warroom.runtime.streams import StreamsThread
from warroom.web.doors.router import Router
from warroom.web.kit.api import PREFIX, PROBLEMS, Answer, Problem

router = Router(prefix=PREFIX, tags=["partners"], responses=PROBLEMS)
# PostgreSQL's bigint: a larger id would be a database error instead of a 404 or 422.
LARGEST = 2**63 - 1
OTHER_FORMATS = ("xml", "csv", "multipart/", "spreadsheet", "excel", "parquet", "zip")
PushKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Made anew for each push and kept for sending it again; known for seven days.",
    ),
]
# For the OpenAPI document only: the gate has authenticated the key before.
_key = Depends(HTTPBearer(auto_error=False, description="A partner's key with the scope transfers:write."))
LATER = {
    "Retry-After": {"description": "Seconds after which to send it again.", "schema": {"type": "integer"}}
}
RECORD = {
    "record_id": "T-20261124-000001",
    "time": "2026-11-24T09:33:00+07:00",
    "payer_bank": "B01",
    "payer": "1002003004",
    "payee_bank": "B02",
    "payee": "5006007008",
    "amount": "1250.00",
    "channel": "transfer",
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Up to 10,000 records and 8 MiB: a JSON array, or one JSON object a line.",
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 10_000},
                "example": [RECORD],
            },
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}


class ReceiptOut(Answer):
    """What a push was answered with. The same key with the same content is answered with the same."""

    receipt: Annotated[int, Field(examples=[4211])]
    key: Annotated[str, Field(examples=["b01-2026-11-24-0001"])]
    records: Annotated[int, Field(examples=[1])]
    received_at: datetime


class ProblemOut(Answer):
    """A row that waits in the quarantine: its line, or its place in the array, our column, and why."""

    line: int
    column: str
    reason: str


class PushOutcomeOut(ReceiptOut):
    """What became of a push: while `waiting`, nothing is counted yet; once `taken`, the counts add up to its records.
    At most 20 problems are told.
    """

    state: Literal["waiting", "taken"]
    accepted: int | None
    duplicates: int | None
    corrections: int | None
    quarantined: int | None
    problems: list[ProblemOut]


@router.post(
    "/transfers",
    may=("key:transfers:write",),
    status_code=202,
    response_model=ReceiptOut,
    responses={
        415: {"model": Problem, "description": "No JSON; nothing was kept"},
        429: {"model": Problem, "description": "The key's quota is spent", "headers": LATER},
        503: {"model": Problem, "description": "Too much waits already", "headers": LATER},
    },
    summary="Transfers as they happen",
    response_description="The push is on this room's disk; it is in the lake some seconds later.",
    dependencies=[_key],
    openapi_extra=BODY,
)
async def push(request: Request, key: PushKey) -> Response:
    """Takes rows of the table transfers of which the caller's bank is payer_bank or payee_bank; what cannot be read goes
    to the quarantine row by row, with a reason. The same key with other content is 409.
    """
    body = await request.body()
    if _is_not_json(request.headers.get("content-type", ""), body):
        raise NotJson("streams.not-json")
    bank, front = request.state.partner.code, await run_in_threadpool(lambda: _get_streams(request).front)
    # Pushes are written to the disk in groups (one fsync for many); the future resolves then, and no thread
    # is blocked meanwhile.
    receipt = await asyncio.wrap_future(await run_in_threadpool(front.accept_push, bank, key, body))
    return JSONResponse(_format_receipt(receipt), 202)


@router.get(
    "/transfers/receipts/{receipt}",
    may=("key:transfers:write",),
    response_model=PushOutcomeOut,
    responses={429: {"model": Problem, "description": "The key's quota is spent", "headers": LATER}},
    summary="What became of a push",
    dependencies=[_key],
)
def outcome(request: Request, receipt: Annotated[int, Path(ge=1, le=LARGEST)]) -> Response:
    """The receipts of the last seven days, each for who pushed."""
    receipt_outcome = _get_streams(request).front.find_receipt(request.state.partner.code, receipt)
    if receipt_outcome is None:
        raise NotFound("streams.no-such-receipt")
    pushed_receipt, became = receipt_outcome
    counts = ("accepted", "duplicates", "corrections", "quarantined")
    problems = [] if became is None else became.problems
    return JSONResponse(
        {
            **_format_receipt(pushed_receipt),
            "state": "waiting" if became is None else "taken",
            **{name: None if became is None else getattr(became, name) for name in counts},
            "problems": [
                {"line": problem.line, "column": problem.column, "reason": problem.reason}
                for problem in problems
            ],
        }
    )


def _is_not_json(kind: str, body: bytes) -> bool:
    """Whether a push is, or claims to be, of a format that is not JSON. It is refused as a whole: if each of its lines went to the
    quarantine, the sender would have got a 202 for data that is lost.
    """
    declared = kind.partition(";")[0].strip().lower()
    return any(word in declared for word in OTHER_FORMATS) or body.lstrip()[:1] == b"<"


def _get_streams(request: Request) -> StreamsThread:
    streams: StreamsThread = request.app.state.streams
    return streams


def _format_receipt(receipt: Any) -> dict[str, Any]:
    return {
        "receipt": receipt.number,
        "key": receipt.key,
        "records": receipt.records,
        "received_at": receipt.at.isoformat().replace("+00:00", "Z"),
    }
