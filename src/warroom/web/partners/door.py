"""For partners' rooms: messages in their order, and matching; both signed as the exchange asks."""

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from warroom.web.doors.access_table import PARTNER
from warroom.web.kit.api import Answer, make_area_router
from warroom.web.kit.open_home import open_home_of

router = make_area_router("rooms")
JSON_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}


class RoomReceiptOut(Answer):
    """The SHA-256 of the message's body as canonical JSON: what the other room took."""

    receipt: str = Field(pattern="^[0-9a-f]{64}$")


class MatchingOut(Answer):
    """Evaluated elements, their proofs and the tags of this room's numbers, each joined and in base64."""

    evaluated: str
    proofs: str
    tags: str


@router.post(
    "/room-messages",
    may=PARTNER,
    response_model=RoomReceiptOut,
    summary="A message of a partner's room",
    response_description="It was taken; the same message again changes nothing.",
    openapi_extra=JSON_BODY,
)
async def take_message(request: Request) -> Response:
    """JSON with `number` (its place among the messages to this room), `kind` and `body`; signed by RFC 9421 with the room's key.

    409 with the code partners.message-missing where one before it was not taken yet.
    """
    return await run_in_threadpool(_take_message, request, await request.body())


def _take_message(request: Request, body: bytes) -> Response:
    from warroom.exchange.rooms import door
    from warroom.exchange.rooms.post import MESSAGES
    from warroom.runtime.handlers import ORDER_HANDLERS

    ledger = open_home_of(request).ledger
    return JSONResponse(
        {"receipt": door.receive_message(ledger, ORDER_HANDLERS, MESSAGES, body, request.headers)}
    )


@router.post(
    "/room-matching",
    may=PARTNER,
    response_model=MatchingOut,
    summary="A matching run of a partner's room",
    response_description="Evaluated within the partner's quota.",
    openapi_extra=JSON_BODY,
)
async def answer_matching(request: Request) -> Response:
    """JSON with `purpose`, `period` (a month) and `blinded`: elements of ristretto255 joined, in base64 (RFC 9497, mode 2)."""
    return await run_in_threadpool(_answer_matching, request, await request.body())


def _answer_matching(request: Request, body: bytes) -> Response:
    from warroom.exchange.rooms import matching
    from warroom.partners.held import list_held_numbers

    room = open_home_of(request)

    def load_held_numbers() -> list[str]:
        with room.ledger.open_session() as session:
            return list_held_numbers(session)

    return JSONResponse(
        matching.answer_matching(room.ledger, room.home, load_held_numbers, body, request.headers)
    )
