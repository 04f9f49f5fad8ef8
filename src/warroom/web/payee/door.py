"""The endpoint for checks before payments, which must answer a thousand requests per second.

It bypasses the app's middleware, because sessions, compression and request logs would cost ten times the check itself. It therefore
does their work on its own: it authenticates the key, limits the body, sets the security headers and counts requests.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress
from functools import partial

import structlog
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from warroom.errors import WarroomError
from warroom.payee.views import PaymentAnswer
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.web.kit import problems
from warroom.web.kit.api import PREFIX
from warroom.web.kit.headers import HEADERS
from warroom.web.kit.security import BodyTooLargeError
from warroom.web.payee.api import LARGEST_BODY, PaymentIn, to_check_answer

PATH = f"{PREFIX}/payee-check"
Raw = list[tuple[bytes, bytes]]
Said = PaymentAnswer | WarroomError
Future = asyncio.Future[PaymentAnswer]
_SAFE = {**HEADERS, "cache-control": "no-store"}
_RAW: Raw = [
    (name.encode(), value.encode()) for name, value in {"content-type": "application/json", **_SAFE}.items()
]
_BODY = TypeAdapter(PaymentIn)
log = structlog.get_logger("warroom.web")


class AnswerRelay:
    """Passes answers from the journal's thread to the event loop, with one wake-up for all answers of a batch."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._said: deque[tuple[Future, Said]] = deque()
        self._rung = False

    def queue_answer(self, future: Future, said: Said) -> None:
        """Hand over an answer to the request that waits for it. Thread-safe."""
        self._said.append((future, said))
        if not self._rung:
            self._rung = True
            with suppress(RuntimeError):  # the loop is closed; the answer is in the journal
                self.loop.call_soon_threadsafe(self._deliver_answers)

    def _deliver_answers(self) -> None:
        self._rung = False  # first: an answer queued from here on must wake the loop again
        while self._said:
            future, outcome = self._said.popleft()
            if future.done():  # the client has disconnected
                continue
            if isinstance(outcome, WarroomError):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


class PayeeDoor:
    """The ASGI endpoint; answers every request, also after an unexpected error."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._bell: AnswerRelay | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status, headers, body = await self.answer_check(scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self.metrics.count_request(PATH, status, time.perf_counter() - began)

    async def answer_check(self, scope: Scope, receive: Receive) -> tuple[int, Raw, bytes]:
        """Status, headers and body for one check."""
        try:
            body = to_json(to_check_answer(await self._ask_desk(scope, receive)))
        # This runs outside the app's exception handlers: an error that escapes would close the connection
        # without an answer.
        except Exception as fault:
            response = render_refusal(Request(scope), fault)
            return response.status_code, response.raw_headers, bytes(response.body)
        return 200, [*_RAW, (b"content-length", b"%d" % len(body))], body

    async def _ask_desk(self, scope: Scope, receive: Receive) -> PaymentAnswer:
        room: OpenHome = scope["app"].state.room
        partner = room.keyring.admit_partner(_read_bearer_token(scope), "payee-check")
        try:
            payment = _BODY.validate_json(await _read_body(receive)).to_pending_payment()
            bell = self._get_bell()
            future: Future = bell.loop.create_future()
            # A callback and not a blocking call: a thousand checks per second would otherwise occupy as
            # many threads.
            room.payee_desk.answer_payee_check(partner, payment, partial(bell.queue_answer, future))
            return await future
        except (WarroomError, ValidationError):
            room.keyring.count_refused(partner)
            raise

    def _get_bell(self) -> AnswerRelay:
        # Tests and reloads run the app on a new loop; a future of an old one would never resolve.
        if self._bell is None or self._bell.loop is not asyncio.get_running_loop():
            self._bell = AnswerRelay()
        return self._bell


def is_check(scope: Scope) -> bool:
    """Whether this request is a check, which the server passes here before its middleware."""
    return bool(scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST")


def render_refusal(request: Request, fault: Exception) -> Response:
    """The error response (RFC 9457) of a request that gets no check."""
    if isinstance(fault, ValidationError):
        # Without the input: an account number must not appear in an error message or a log.
        first = fault.errors(include_input=False, include_url=False)[0]
        response: Response = problems.make_unread_field_response(
            request, {**first, "loc": ("body", *first["loc"])}
        )
    elif isinstance(fault, WarroomError):
        response = problems.handle_error(request, fault)
    else:
        # The type alone: an error's text may contain a payee's account.
        log.error("check broke", kind=type(fault).__name__)
        response = problems.make_error_response(request, 500)
    response.headers.update(_SAFE)
    return response


def _read_bearer_token(scope: Scope) -> str:
    # HTTP header values are bytes; latin-1 decodes any of them without an error.
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = given.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _read_body(receive: Receive) -> bytes:
    """Read the body; raises BodyTooLargeError as soon as it exceeds `LARGEST_BODY`."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            raise BodyTooLargeError("pages.body-too-large")
        if not message.get("more_body", False):
            return body
