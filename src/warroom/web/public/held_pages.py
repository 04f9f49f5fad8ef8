"""Held money: why, until when, and how to ask for it back, for who has the code of the bank's notice.

The code travels in the bodies of forms. What is no code, wrong or of a hold that never was are one answer.
"""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_notice
from warroom.web.public.forms import File, Posted, posted
from warroom.web.public.pages import page
from warroom.web.public.receipt_pages import TRIES
from warroom.web.public.report_pages import our_language
from warroom.web.public.sending import once_of, send, text_of
from warroom.web.public.walls import network_of

ACTIVE = ("approved", "sent", "in_effect", "partly")
HELD = ("in_effect", "partly")
URGENCY = 2


def enter(request: Request) -> Response:
    """Where the notice's code is typed."""
    return page(request, "held_enter.html", wrong="")


def shown(request: Request, came: Posted) -> Response:
    """How the hold stands."""
    return _shown(request, read_notice(text_of(came.fields, "notice", 40)), {}, {}, False, 200)


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


def asked_back(request: Request, came: Posted) -> Response:
    """Ask for it back: what the money is, and a picture that shows it."""
    form = came.fields
    code = read_notice(text_of(form, "notice", 40))
    given = {"text": text_of(form, "text"), "phone": text_of(form, "phone", 40)}
    wrong = {} if given["text"] else {"text": "held.empty"}
    if came.refused:
        wrong["file"] = came.refused.told(our_language(request))
    if wrong:
        return _shown(request, code, given, wrong, False, 400)
    return _ask(request, code, given, once_of(form), came.files)


def _ask(request: Request, code: str, given: dict[str, str], once: str, files: tuple[File, ...]) -> Response:
    known = _found(request, code)
    if known and known["state"] in ACTIVE and known["appeal"] != "open":
        send(request, "appeal", URGENCY, given | {"code": code}, once, files)
        return _shown(request, code, {}, {}, True, 200)
    return _shown(request, code, {}, {}, False, 200)


ROUTES = (
    Route("/appeal", enter),
    Route("/appeal", posted(shown), methods=["POST"]),
    Route("/appeal/ask", posted(asked_back, files=1), methods=["POST"]),
)
