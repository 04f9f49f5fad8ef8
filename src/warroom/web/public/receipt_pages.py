"""The receipt: how a report stands, the open question, two-way messages, and the proof of what was sent.

The code travels in the bodies of forms. Wrong, expired and never existed are one answer in one time.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.web.public.forms import FILES, File, Posted, posted
from warroom.web.public.pages import page
from warroom.web.public.sending import once_of, send, text_of
from warroom.web.public.walls import Limits, network_of

TRIES = Limits(most=5, seconds=60)
"""Wrong codes of one network in a minute."""


def enter(request: Request) -> Response:
    """Where the code is typed."""
    return page(request, "receipt_enter.html", wrong="")


def shown(request: Request, came: Posted) -> Response:
    """How it stands."""
    return _shown(request, read_code(text_of(came.fields, "code", 60)))


def _shown(request: Request, code: str, note: str = "") -> Response:
    # Asked for what is no code too: what no code is answers as late as a wrong one.
    found = request.app.state.door.receipt(digest_of(code, request.app.state.card.codes))
    if found is None or not code:
        return unknown(request)
    seal, body = found
    return page(request, "receipt.html", code=code, seal=seal.hex(), receipt=_whole(body), note=note)


def unknown(request: Request) -> Response:
    """What every wrong code is answered, and counted by: wrong, expired and never existed alike."""
    # A right code is never kept waiting: whole networks share an address, and one of them may do nothing but guess.
    if not TRIES.allows(network_of(request, request.app.state.card.numbers)):
        return page(request, "receipt_enter.html", 429, wrong="receipt.wait")
    return page(request, "receipt_enter.html", 404, wrong="receipt.unknown")


def _whole(body: dict[str, Any]) -> dict[str, Any]:
    """What was published of a receipt; before the room has looked, that it came in."""
    return {
        "head": "received",
        "params": {},
        "steps": [],
        "messages": [],
        "asks": False,
        "held": None,
        "next": None,
        "proof": None,
    } | body


def answered(request: Request, came: Posted) -> Response:
    """An answer of the bearer, with pictures or without."""
    code, said = read_code(text_of(came.fields, "code", 60)), text_of(came.fields, "text")
    if came.refused:
        return _shown(request, code, "receipt.file_unfit")
    return _answer(request, code, said, once_of(came.fields), came.files)


def _answer(request: Request, code: str, said: str, once: str, files: tuple[File, ...]) -> Response:
    known = code and request.app.state.door.receipt(digest_of(code, request.app.state.card.codes))
    if known and (said or files):
        send(request, "message", 1, {"text": said}, once, files, code)
        return _shown(request, code, "receipt.answer_sent")
    return _shown(request, code, "" if not known else "receipt.answer_empty")


ROUTES = (
    Route("/receipt", enter),
    Route("/receipt", posted(shown), methods=["POST"]),
    Route("/receipt/answer", posted(answered, files=FILES), methods=["POST"]),
)
