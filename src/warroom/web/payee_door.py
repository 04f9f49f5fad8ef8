"""The door of checks before payments: the one endpoint that is asked a thousand times a second.

It stands before everything else that a request goes through, since pages' sessions, compression and logs would cost ten
times the check. What they do for others it does itself: the key, the size, the headers, the counts.
"""

import asyncio
import time
from contextlib import suppress

import structlog
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom.errors import WarroomError
from warroom.operations.views.payee import PaymentAnswer
from warroom.web import problems
from warroom.web.api.base import PREFIX
from warroom.web.api.payee import LARGEST_BODY, PaymentIn, shown
from warroom.web.metrics import Metrics
from warroom.web.room import Room
from warroom.web.security import HEADERS, BodyTooLargeError

PATH = f"{PREFIX}/payee-check"
_SAFE = {**HEADERS, "cache-control": "no-store"}
_RAW = [
    (name.encode(), value.encode()) for name, value in {"content-type": "application/json", **_SAFE}.items()
]
_BODY = TypeAdapter(PaymentIn)
log = structlog.get_logger("warroom.web")


class Said(JSONResponse):
    """An answer whose headers were written once for all."""

    def init_headers(self, headers: object = None) -> None:
        self.raw_headers = [*_RAW, (b"content-length", str(len(self.body)).encode())]


class PayeeDoor:
    """Answers checks, and lets everything else through."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        response = await answered(scope, receive)
        await response(scope, receive, send)
        self.metrics.request(PATH, response.status_code, time.perf_counter() - began)


async def answered(scope: Scope, receive: Receive) -> Response:
    """The answer to one check, whatever comes."""
    try:
        return Said(await _asked(scope, receive))
    except ValidationError as unfit:
        response: Response = JSONResponse({"error": _first(unfit)}, 422)
    except WarroomError as refusal:
        response = problems.told(Request(scope), refusal)
    except Exception as fault:
        log.error("check broke", kind=type(fault).__name__)
        response = problems.problem(Request(scope), 500)
    response.headers.update(_SAFE)
    return response


async def _asked(scope: Scope, receive: Receive) -> dict[str, object]:
    room: Room = scope["app"].state.room
    partner = room.keyring.admit(_bearer(scope), "payee-check")
    payment = _BODY.validate_json(await _body(receive)).pending()
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[PaymentAnswer] = loop.create_future()

    def told(said: PaymentAnswer | WarroomError) -> None:
        with suppress(RuntimeError):  # the server has gone; what was answered stands in the journal
            loop.call_soon_threadsafe(_tell, answer, said)

    room.payee_desk.ask(partner, payment, told)
    try:
        return shown(await answer)
    except WarroomError:
        room.keyring.refuse(partner)
        raise


def _tell(answer: "asyncio.Future[PaymentAnswer]", said: PaymentAnswer | WarroomError) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(said, WarroomError):
        answer.set_exception(said)
    else:
        answer.set_result(said)


def _bearer(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = given.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _body(receive: Receive) -> bytes:
    """The body; raises BodyTooLargeError for more than any check needs."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            raise BodyTooLargeError("More was sent than this page takes; shorten the text and send it again.")
        if not message.get("more_body", False):
            return body


def _first(unfit: ValidationError) -> str:
    first = unfit.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in ("body", *first["loc"]))
    return f"{field}: {first['msg']}; correct it and send it again."
