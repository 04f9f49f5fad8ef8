"""Held money: why, until when, and how to ask for it back, for who has the code of the bank's notice.

The code travels in the bodies of forms. What is no code, wrong or of a hold that never was are one answer.
"""

import secrets
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.errors import NotPossible
from warroom.public.outside.codes import digest_of, read_notice
from warroom.web.public.pages import page
from warroom.web.public.receipt_pages import TRIES
from warroom.web.public.report_pages import our_language
from warroom.web.public.sending import files_of, once_of, send, text_of
from warroom.web.public.walls import from_here, network_of

ACTIVE = ("approved", "sent", "in_effect", "partly")
HELD = ("in_effect", "partly")
URGENCY = 2


def enter(request: Request) -> Response:
    """Where the notice's code is typed."""
    return page(request, "held_enter.html", wrong="")


async def shown(request: Request) -> Response:
    """How the hold stands."""
    from_here(request)
    async with request.form(max_files=0, max_fields=10) as form:
        code = read_notice(text_of(form, "notice", 40))
    return await to_thread.run_sync(_shown, request, code, {}, {}, False, 200)


def _found(request: Request, code: str) -> dict[str, Any] | None:
    found = request.app.state.door.receipt(digest_of(f"hold:{code}", request.app.state.card.codes))
    return found[1] if found and code else None


def _shown(
    request: Request, code: str, given: dict[str, str], wrong: dict[str, str], sent: bool, status: int
) -> Response:
    network = network_of(request, request.app.state.card.numbers)
    if TRIES.spent(network):
        return page(request, "held_enter.html", 429, wrong="receipt.wait")
    hold = _found(request, code)
    if hold is None:
        TRIES.allows(network)
        return page(request, "held_enter.html", 404, wrong="held.unknown")
    return page(
        request,
        "held.html",
        status,
        hold=hold,
        code=code,
        held=hold["state"] in HELD,
        active=hold["state"] in ACTIVE,
        given=given,
        wrong=wrong,
        sent=sent,
        once=secrets.token_hex(16),
    )


async def asked_back(request: Request) -> Response:
    """Ask for it back: what the money is, and a picture that shows it."""
    from_here(request)
    async with request.form(max_files=1, max_fields=20) as form:
        code, once = read_notice(text_of(form, "notice", 40)), once_of(form)
        given = {"text": text_of(form, "text"), "phone": text_of(form, "phone", 40)}
        wrong, files = {} if given["text"] else {"text": "held.empty"}, []
        try:
            files = await files_of(form)
        except NotPossible as problem:
            wrong["file"] = problem.told(our_language(request))
    if wrong:
        return await to_thread.run_sync(_shown, request, code, given, wrong, False, 400)
    return await to_thread.run_sync(_ask, request, code, given, once, files)


def _ask(
    request: Request, code: str, given: dict[str, str], once: str, files: list[tuple[str, bytes]]
) -> Response:
    known = _found(request, code)
    if known and known["state"] in ACTIVE and known["appeal"] != "open":
        send(request, "appeal", URGENCY, given | {"code": code}, once, files)
        return _shown(request, code, {}, {}, True, 200)
    return _shown(request, code, {}, {}, False, 200)


ROUTES = (
    Route("/appeal", enter),
    Route("/appeal", shown, methods=["POST"]),
    Route("/appeal/ask", asked_back, methods=["POST"]),
)
