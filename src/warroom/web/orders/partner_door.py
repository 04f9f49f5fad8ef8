"""For banks' machines: answers to orders, signed as the exchange asks."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from warroom.web.doors.access_table import PARTNER
from warroom.web.kit.api import Answer, Problem, make_area_router
from warroom.web.kit.open_home import open_home_of

router = make_area_router("partners")


class Recorded(Answer):
    """What an answer changed."""

    order_id: str
    effect: str


class AnswersOut(Answer):
    """What was taken in, and in one sentence each what was not."""

    recorded: list[Recorded]
    refused: list[str]


@router.post(
    "/answers",
    may=PARTNER,
    response_model=AnswersOut,
    responses={502: {"model": Problem, "description": "A message cannot be read or kept"}},
    summary="A bank's answer to an order",
    response_description="The answer was taken in; the same answer again changes nothing.",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}, "application/xml": {}},
        }
    },
)
async def answers(request: Request) -> Response:
    """camt.029 XML or JSON with order_id, status and amount; signed by RFC 9421 with the bank's key.

    Answers 200 with what it changed, 400 where it cannot be read, 403 where the signature does not hold.
    """
    # As it came: the bank's signature is over these very bytes.
    body = await request.body()
    return await run_in_threadpool(_receive_answer, request, body)


def _receive_answer(request: Request, body: bytes) -> Response:
    from warroom.exchange import inbox
    from warroom.runtime.handlers import ORDER_HANDLERS

    room = open_home_of(request)
    report = inbox.receive_answer(room.ledger, ORDER_HANDLERS, room.lake, room.home, body, request.headers)
    recorded = [{"order_id": one.order_id, "effect": one.effect} for one in report.recorded]
    return JSONResponse({"recorded": recorded, "refused": list(report.refused)})
