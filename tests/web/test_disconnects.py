"""A client that leaves in the middle of a form is logged as no fault."""

import anyio
import structlog
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from warroom.web.kit.problems import UnforeseenErrors


async def _read_form(scope: Scope, receive: Receive, send: Send) -> None:
    await Request(scope, receive).form()


async def _ask(sent: list[Message]) -> None:
    head = [(b"content-type", b"application/x-www-form-urlencoded")]
    parts = [{"type": "http.request", "body": b"name=", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/sign-in", "headers": head, "query_string": b""}
    await UnforeseenErrors(_read_form)(scope, receive, send)


def test_a_form_that_ends_in_the_middle_is_no_fault() -> None:
    sent: list[Message] = []
    with structlog.testing.capture_logs() as logged:
        anyio.run(_ask, sent)
    assert sent[0]["status"] == 400
    assert logged == []
